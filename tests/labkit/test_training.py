from dataclasses import replace

import pytest
import torch

import solutions
from labkit.data import disk_sets
from labkit.recipe import Recipe, compare, run
from labkit.training import train

TRAINING, VALIDATION, _ = (data.double() for data in disk_sets(seed=0, n=100))
SHORT = Recipe(widths=(2, 8, 8, 2), epochs=5, batch_size=20)


def distance(one, other):
    pairs = zip(one.history.train.loss, other.history.train.loss, strict=True)
    return max(abs(a - b) for a, b in pairs)


@pytest.mark.parametrize("loss", ["MSELoss", "L1Loss", "CrossEntropyLoss"])
@pytest.mark.parametrize("changes", [{}, {"momentum": 0.5}, {"reduction": "sum", "lr": 0.002}])
def test_ours_follows_torch(loss, changes):
    ours, theirs = compare(replace(SHORT, loss=loss, **changes), solutions, TRAINING, VALIDATION)
    assert ours.history.train.loss[-1] != ours.history.train.loss[0]
    assert distance(ours, theirs) < 1e-12
    assert ours.history.validation.error == theirs.history.validation.error


def test_one_output_and_mixed_activations():
    recipe = replace(SHORT, widths=(2, 8, 8, 1), loss="MSELoss", activation=["Sigmoid", "Tanh"])
    assert distance(*compare(recipe, solutions, TRAINING)) < 1e-12


@pytest.mark.parametrize(
    "change",
    [
        {"activation": "Tanh"},
        {"batch_size": 30},
        {"loss": "MSELoss"},
        {"lr": 0.2},
        {"milestones": (2,)},
        {"momentum": 0.5},
        {"reduction": "sum"},
        {"widths": (2, 8, 9, 2)},
    ],
)
def test_every_setting_has_its_effect(change):
    usual, changed = (run(recipe, solutions, TRAINING) for recipe in (SHORT, replace(SHORT, **change)))
    assert usual.history.train.loss[-1] != changed.history.train.loss[-1]


def test_the_disk_is_learned():
    history = run(replace(SHORT, lr=0.3, epochs=60), solutions, TRAINING).history
    assert history.train.error[0] > 0.3
    assert history.train.error[-1] < 0.1


def test_a_wrong_gradient_is_seen(monkeypatch):
    right = solutions.Linear.backward
    monkeypatch.setattr(solutions.Linear, "backward", lambda self, g: right(self, g * (1 + 1e-6)))
    assert distance(*compare(SHORT, solutions, TRAINING)) > 1e-10


def test_history_begins_before_the_first_step():
    trained = run(SHORT, solutions, TRAINING, VALIDATION)
    untrained = run(replace(SHORT, epochs=0), solutions, TRAINING, VALIDATION)
    for curves in ("train", "validation"):
        for numbers in ("loss", "error"):
            long = getattr(getattr(trained.history, curves), numbers)
            (first,) = getattr(getattr(untrained.history, curves), numbers)
            assert len(long) == SHORT.epochs + 1
            assert long[0] == first
    assert trained.history.seconds > 0


def test_validation_points_are_not_learned():
    alone, watched = (run(SHORT, solutions, TRAINING, validation) for validation in (None, VALIDATION))
    assert alone.history.train.loss == watched.history.train.loss
    assert alone.history.validation.loss == []


def test_the_schedule_is_stepped_after_each_epoch():
    constant = run(SHORT, solutions, TRAINING).history.train.loss
    falling, theirs = compare(replace(SHORT, milestones=(2,), gamma=0.0), solutions, TRAINING)
    losses = falling.history.train.loss
    assert losses[:3] == constant[:3]
    assert losses[2] == losses[3] == losses[5] != constant[3]  # a learning rate of 0 from the third epoch on
    assert distance(falling, theirs) < 1e-12


def test_the_seed_gives_the_weights():
    one, again, other = (run(replace(SHORT, seed=seed), solutions, TRAINING).history.train.loss for seed in (1, 1, 2))
    assert one == again
    assert one[0] != other[0]


def test_the_seed_gives_the_order_of_the_points():
    def same_weights(network):
        torch.manual_seed(0)
        for parameter in network.parameters():
            parameter.data.normal_()

    recipe = replace(SHORT, start=same_weights)
    one, other = (run(replace(recipe, seed=seed), solutions, TRAINING).history.train.loss for seed in (1, 2))
    assert one[0] == other[0]
    assert one[1] != other[1]


def test_start_changes_the_weights_of_both():
    def all_equal(network):
        for parameter in network.parameters():
            parameter.data.fill_(0.125)

    ours, theirs = compare(replace(SHORT, start=all_equal, epochs=0), solutions, TRAINING)
    assert all((p.data == 0.125).all() for p in theirs.network.parameters())
    assert distance(ours, theirs) < 1e-12


def test_the_network_takes_the_dtype_of_the_data():
    single = disk_sets(seed=0, n=20)[0]
    for trained in compare(replace(SHORT, epochs=1), solutions, single):
        assert {p.data.dtype for p in trained.network.parameters()} == {torch.float32}
    assert {p.data.dtype for p in run(SHORT, solutions, TRAINING).network.parameters()} == {torch.float64}


def test_train_takes_any_network_and_optimiser():
    network = solutions.Sequential(solutions.Linear(2, 2)).double()
    optimizer = solutions.Adam(network.parameters(), lr=0.01)
    history = train(network, solutions.CrossEntropyLoss(), optimizer, TRAINING, epochs=3, batch_size=30)
    assert history.train.loss[-1] < history.train.loss[0]
