from itertools import pairwise
from types import SimpleNamespace

import matplotlib.pyplot as plt
import pytest
import torch

import solutions
from labkit import plots
from labkit.data import Dataset, disk
from labkit.signals import Signals
from labkit.training import Curve, History

ONE = History(Curve([3.0, 2.0, 1.0], [0.5, 0.25, 0.125]), Curve([3.5, 2.5, 1.5], [0.5, 0.5, 0.25]))
OTHER = History(Curve([3.0 + 1e-15, 2.0, 1.5], [0.5, 0.25, 0.0]))


def drawn(ax, label):
    """The y values of the line with that label."""
    (line,) = (line for line in ax.get_lines() if line.get_label() == label)
    return [float(y) for y in line.get_ydata()]


def test_style_changes_the_defaults():
    with plt.rc_context():
        plt.rcdefaults()
        before = dict(plt.rcParams)
        plots.style()
        assert dict(plt.rcParams) != before


def test_curves_show_training_and_validation():
    ax = plots.curves({"a": ONE, "b": OTHER}, "error")
    assert drawn(ax, "a") == [50, 25, 12.5]
    assert drawn(ax, "b") == [50, 25, 0]
    assert [50, 50, 25] in [list(line.get_ydata()) for line in ax.get_lines()]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a", "b", "validation"]


def test_curves_without_validation_do_not_speak_of_it():
    ax = plots.curves({"b": OTHER})
    assert drawn(ax, "b") == OTHER.train.loss
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["b"]


def test_overlay():
    ax = plots.overlay(ONE, OTHER)
    assert drawn(ax, "ours") == ONE.train.loss
    assert drawn(ax, "torch.nn") == OTHER.train.loss


def test_distance_sees_the_last_bits_and_draws_zero_at_the_floor():
    first, zero, large = drawn(plots.distance({"pair": (ONE, OTHER)}), "pair")
    assert 5e-16 < first < 2e-15
    assert 0 < zero < 1e-16
    assert large == 0.5


def test_sweep_draws_means_in_per_cent():
    ax = plots.sweep([1, 2], [[0.1, 0.2], [0.3, 0.2]], [[0.5, 0.5]], "setting")
    ours, theirs = (container.lines[0].get_ydata() for container in ax.containers)
    assert ours == pytest.approx([20, 20])
    assert theirs == pytest.approx([50, 50])


def test_points_are_drawn_by_class():
    data = disk(50, seed=0)
    for label, collection in enumerate(plots.points(data).collections):
        assert collection.get_offsets().tolist() == data.x[data.t == label].tolist()


def test_decision_region_marks_what_is_wrong():
    def right_half(x):  # class 1 where x1 > 0
        return torch.stack([-x[:, 0], x[:, 0]], dim=1)

    data = Dataset(torch.tensor([[-1.0, 0.0], [1.0, 1.0], [2.0, 0.5]]), torch.tensor([0, 1, 0]))
    ax = plots.decision_region(right_half, data, title="half")
    region, *_, wrong = ax.collections
    assert wrong.get_offsets().tolist() == [[2.0, 0.5]]
    assert ax.get_title() == "half\n33.3 % wrong"
    said = region.get_array().reshape(200, 200)  # rows: x2, columns: x1
    assert (said[:, 0] == 0).all()
    assert (said[:, -1] == 1).all()


def test_the_derivative_is_that_of_backward():
    ax = plots.function_and_derivative(solutions.Tanh())
    x = torch.as_tensor(ax.get_lines()[0].get_xdata())
    assert drawn(ax, "$f(x)$") == pytest.approx(x.tanh().tolist())
    assert drawn(ax, "$f'(x)$") == pytest.approx((1 - x.tanh() ** 2).tolist())


def test_signals():
    figure = plots.signals({"net": Signals([1.0, 0.5], [0.1, 0.2])})
    assert [drawn(ax, "net") for ax in figure.axes] == [[1.0, 0.5], [0.1, 0.2]]


class TestClassDiagram:
    figure = property(lambda self: plots.class_diagram(solutions))

    def boxes(self):
        """{class: (x, y, text)}"""
        texts = {}
        for text in self.figure.axes[0].texts:
            name = text.get_text().split("{")[1].split("}")[0]
            texts[name] = *text.get_position(), text.get_text().replace("\n", " ")
        return texts

    def test_shows_every_class_with_arguments_and_methods(self):
        boxes = self.boxes()
        classes = {name for name in solutions.__all__ if isinstance(getattr(solutions, name), type)}
        assert boxes.keys() == classes
        assert "in_features, out_features, bias" in boxes["Linear"][2]
        assert "forward · backward" in boxes["Linear"][2]
        assert "load_state_dict" in boxes["Module"][2]
        assert "step" not in boxes["Module"][2]
        assert boxes["Linear"][2].endswith(
            "(in_features, out_features, bias)   reset_parameters · forward · backward · extra_repr"
        )
        assert "training" not in boxes["Module"][2]  # an attribute

    def test_heirs_are_indented_below_their_parent(self):
        boxes = self.boxes()
        assert boxes["Module"][0] < boxes["Loss"][0] < boxes["MSELoss"][0]
        assert boxes["Module"][1] < boxes["Loss"][1] < boxes["MSELoss"][1]
        assert boxes["Optimizer"][0] == boxes["Module"][0]

    def test_an_ancestor_that_is_not_offered_is_skipped(self):
        class Hidden(solutions.Module):
            pass

        class Heir(Hidden):
            pass

        package = SimpleNamespace(__all__=["Heir", "Module"], Heir=Heir, Module=solutions.Module)
        below, above = plots.class_diagram(package).axes[0].texts[::-1]
        assert below.get_position()[0] > above.get_position()[0]
        assert "Heir" in below.get_text()

    def test_files_left_out(self):
        texts = [text.get_text() for text in plots.class_diagram(solutions, without=("fast", "optim")).axes[0].texts]
        assert not any("FastConv2d" in text or "SGD" in text for text in texts)
        assert any("FastSoftmax" in text for text in texts)

    def test_no_two_boxes_in_one_place(self):
        heights = sorted(y for _, y, _ in self.boxes().values())
        assert all(below - above > 0.2 for above, below in pairwise(heights))
