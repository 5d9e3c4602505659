import pytest
import torch

import solutions
from labkit.data import batches
from labkit.lockstep import lockstep
from labkit.networks import twin

X, TARGET = torch.randn(2, 40, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
(BATCHES,) = batches(40, 10, 1, seed=0)


def build(framework):
    return framework.Sequential(
        framework.Linear(3, 8), framework.Dropout(0.5), framework.Tanh(), framework.Linear(8, 3)
    )


def losses(**sgd):
    torch.manual_seed(0)
    ours = build(solutions).double()
    return lockstep(ours, twin(ours, build), solutions, "MSELoss", X, TARGET, BATCHES, **sgd)


def test_twins_agree_to_the_last_bits():
    ours, theirs = losses(lr=0.1, momentum=0.9)
    assert len(ours) == len(BATCHES)
    assert len(set(ours)) == len(ours)
    assert ours == pytest.approx(theirs, abs=1e-13)


def test_a_wrong_gradient_parts_them(monkeypatch):
    right = solutions.Tanh.backward
    monkeypatch.setattr(solutions.Tanh, "backward", lambda self, g: right(self, g * (1 + 1e-6)))
    ours, theirs = losses(lr=0.1)
    assert ours[0] == pytest.approx(theirs[0], abs=1e-13)
    assert max(abs(a - b) for a, b in zip(ours, theirs)) > 1e-9


def test_the_arguments_of_sgd_are_passed_on():
    assert losses(lr=0.1)[0][-1] != losses(lr=0.1, momentum=0.9)[0][-1]
