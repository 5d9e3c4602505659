import pytest
import torch

import solutions
from labkit import digits, reference
from labkit.data import Dataset
from labkit.evaluation import error
from labkit.networks import twin


def test_all_digits_are_there():
    data = digits.digits()
    assert data.x.shape == (1797, 1, 8, 8)
    assert (data.x.min(), data.x.max()) == (0, 1)
    assert data.t.bincount().tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert data.t[:12].tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]


def rows(data):
    return {tuple(row) for row in data.x.flatten(1).tolist()}


def test_the_three_sets_share_no_digit_and_leave_none_out():
    sets = digits.digit_sets(0)
    assert [len(data) for data in sets] == [1258, 180, 359]
    assert set.union(*map(rows, sets)) == rows(digits.digits())
    assert sum(len(rows(data)) for data in sets) == len(rows(digits.digits()))
    assert not torch.equal(sets[2].t, digits.digit_sets(1)[2].t)


def test_sheets_begin_with_the_digits_in_order():
    sets = digits.sheet_sets()
    assert [len(data) for data in sets] == [1157, 130, 510]
    for data in sets:
        assert data.t[:20].tolist() == 2 * list(range(10))
    assert torch.equal(torch.cat([data.x for data in sets]), digits.digits().x)


@pytest.mark.parametrize("fraction", [0.0, 0.3, 1.0])
def test_that_share_of_labels_is_another_class(fraction):
    data = digits.digits()
    lies = digits.mislabel(data, fraction, seed=0)
    assert (lies.t != data.t).sum() == round(fraction * 1797)
    assert set(lies.t.tolist()) == set(range(10))
    assert lies.x is data.x
    assert torch.equal(data.t, digits.digits().t)


def test_another_seed_gives_other_lies():
    data = digits.digits()
    one, same, other = (digits.mislabel(data, 0.5, seed).t for seed in (0, 0, 1))
    assert torch.equal(one, same)
    assert not torch.equal(one, other)


def test_the_nearest_neighbour_of_a_known_image_is_itself():
    training, _, test = digits.digit_sets(0)
    assert torch.equal(digits.nearest_neighbour(training, training.x), training.t)
    far = torch.stack([torch.zeros(1, 8, 8), torch.ones(1, 8, 8)])
    pair = Dataset(far, torch.tensor([3, 7]))
    assert digits.nearest_neighbour(pair, torch.stack([far[1] * 0.9, far[0] + 0.1])).tolist() == [7, 3]
    assert (digits.nearest_neighbour(training, test.x) != test.t).double().mean() < 0.03


@pytest.mark.parametrize("framework", [solutions, reference])
def test_the_network(framework):
    network = digits.cnn(framework, channels=(3, 5), p=0.25)
    assert network(torch.rand(2, 1, 8, 8)).shape == (2, 10)
    names = [type(layer).__name__ for layer in network]
    block = ["Conv2d", "BatchNorm2d", "ReLU", "MaxPool2d"]
    assert names == [*block, *block, "Flatten", "Dropout", "Linear"]
    assert network[9].p == 0.25


@pytest.fixture(scope="module")
def small():
    """(training, validation) of a few digits."""
    training, validation, _ = digits.digit_sets(0)
    return Dataset(training.x[:320].double(), training.t[:320]), Dataset(validation.x.double(), validation.t)


def test_ours_and_torch_train_alike_with_the_same_masks(small):
    torch.manual_seed(0)
    ours = digits.cnn(solutions, channels=(4, 8)).double()
    theirs = twin(ours, lambda framework: digits.cnn(framework, channels=(4, 8)))
    histories = [
        digits.fit(network, *small, framework, epochs=3)[0]
        for network, framework in ((ours, solutions), (theirs, reference))
    ]
    assert histories[0].validation.loss == pytest.approx(histories[1].validation.loss, abs=1e-9)
    assert histories[0].train.loss[-1] < histories[0].train.loss[0]


def test_stopped_in_time_and_gone_back(small):
    torch.manual_seed(0)
    network = digits.cnn(reference, channels=(4, 8)).double()
    history, stopping = digits.fit(network, *small, epochs=40, patience=2, lr=0.2)
    losses = history.validation.loss[1:]
    assert len(losses) < 40
    assert len(losses) == stopping.best_epoch + 2
    assert stopping.best_loss == min(losses) == losses[stopping.best_epoch - 1]
    stopping.restore(network)
    assert error(network, small[1]) == history.validation.error[stopping.best_epoch]


def test_a_setting_that_does_not_exist_is_not_ignored(small):
    with pytest.raises(TypeError, match="learning_rate"):
        digits.fit(digits.cnn(reference), *small, learning_rate=1)
