import pytest
import torch

import solutions
from labkit.data import Dataset
from labkit.evaluation import classify, error, loss_and_error, targets

X = torch.tensor([[0.2, 0.7], [0.9, 0.1], [0.6, 0.4]])


def identity(x):
    return x


def first_column(x):
    return x[:, :1]


def test_classify():
    assert classify(identity, X).tolist() == [1, 0, 0]
    assert classify(first_column, X).tolist() == [0, 1, 1]


def test_error_is_the_fraction_that_is_wrong():
    assert error(identity, Dataset(X, torch.tensor([1, 0, 1]))) == pytest.approx(1 / 3)
    assert error(identity, Dataset(X, torch.tensor([0, 1, 1]))) == 1


@pytest.mark.parametrize("framework", [solutions, torch.nn])
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_loss_is_per_point_whatever_the_reduction(framework, reduction):
    data = Dataset(X, torch.tensor([1, 0, 1]))
    loss, wrong = loss_and_error(identity, framework.CrossEntropyLoss(reduction=reduction), data)
    assert loss == pytest.approx(torch.nn.functional.cross_entropy(X, data.t).item(), rel=1e-6)
    assert wrong == pytest.approx(1 / 3)


def test_targets_fit_the_criterion():
    data = Dataset(X.double(), torch.tensor([1, 0, 1]))
    assert targets(solutions.CrossEntropyLoss(), data, 2) is data.t
    assert targets(torch.nn.NLLLoss(), data, 2) is data.t
    assert targets(solutions.MSELoss(), data, 2).tolist() == [[0, 1], [1, 0], [0, 1]]
    assert targets(solutions.L1Loss(), data, 1).tolist() == [[1], [0], [1]]
    assert targets(solutions.MSELoss(), data, 1).dtype == torch.float64
    assert targets(solutions.MSELoss(), data, 3).dtype == torch.float64
