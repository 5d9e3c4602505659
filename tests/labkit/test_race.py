import time

import pytest
import torch

import solutions
from labkit import race
from labkit.race import Race, measure


def test_what_is_printed():
    assert str(Race("Linear", 41e-6, 82e-6)) == "Linear: 41 µs, torch.nn: 82 µs, ratio 0.50"


@pytest.mark.parametrize(
    ("name", "inputs"),
    [("ReLU", [torch.randn(5, 3)]), ("CrossEntropyLoss", [torch.randn(5, 3), torch.tensor([0, 2, 1, 1, 0])])],
)
def test_race_prints_one_line(name, inputs, capsys):
    race(getattr(solutions, name)(), getattr(torch.nn, name)(), *inputs)
    line = capsys.readouterr().out
    assert line.startswith(f"{name}: ")
    assert line.count("\n") == 1


class SlowForward(solutions.ReLU):
    def forward(self, x):
        time.sleep(0.002)
        return super().forward(x)


class SlowBackward(solutions.ReLU):
    def backward(self, grad_y):
        time.sleep(0.002)
        return super().backward(grad_y)


class SlowTorch(torch.nn.ReLU):
    def forward(self, x):
        time.sleep(0.002)
        return super().forward(x)


@pytest.mark.parametrize("ours", [SlowForward, SlowBackward])
def test_both_directions_are_timed(ours):
    assert measure(ours(), torch.nn.ReLU(), torch.randn(3), seconds=0.05).ratio > 3


def test_the_ratio_is_ours_over_theirs():
    assert measure(solutions.ReLU(), SlowTorch(), torch.randn(3), seconds=0.05).ratio < 1 / 3


@pytest.fixture
def three_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    yield
    torch.set_num_threads(before)


def test_nothing_is_left_behind(three_threads):
    x = torch.randn(4, 3)
    before = x.clone()
    measure(solutions.Linear(3, 2), torch.nn.Linear(3, 2), x, seconds=0.02)
    assert torch.equal(x, before)
    assert not x.requires_grad
    assert torch.get_num_threads() == 3


def test_the_number_of_threads_comes_back_after_an_error(three_threads):
    with pytest.raises(RuntimeError):
        measure(solutions.Linear(3, 2), torch.nn.Linear(3, 2), torch.randn(4, 5))
    assert torch.get_num_threads() == 3


def test_one_thread_during_the_race(three_threads):
    counted = []

    class Counting(solutions.ReLU):
        def forward(self, x):
            counted.append(torch.get_num_threads())
            return super().forward(x)

    measure(Counting(), torch.nn.ReLU(), torch.randn(3), seconds=0.01)
    assert set(counted) == {1}
