import pytest
import torch

import solutions
from labkit.differences import differences

X, TARGET = torch.randn(2, 4, 3, 5, 6, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


def conv():
    ours, theirs = solutions.Conv2d(3, 2, 3).double(), torch.nn.Conv2d(3, 2, 3).double()
    theirs.load_state_dict(ours.state_dict())
    return ours, theirs


def test_a_right_layer_differs_in_nothing():
    found = differences(*conv(), X)
    assert found.keys() == {"forward", "grad_input", "weight", "bias"}
    assert max(found.values()) < 1e-12


def test_gradients_from_before_do_not_count():
    ours, theirs = conv()
    theirs(X).sum().backward()
    assert max(differences(ours, theirs, X).values()) < 1e-12
    assert max(differences(ours, theirs, X).values()) < 1e-12


def test_a_right_loss_differs_in_nothing():
    found = differences(solutions.MSELoss(), torch.nn.MSELoss(), X, TARGET)
    assert found.keys() == {"forward", "grad_input"}
    assert max(found.values()) < 1e-12


@pytest.mark.parametrize("name", ["weight", "bias"])
def test_it_is_seen_where_a_gradient_is_wrong(monkeypatch, name):
    ours, theirs = conv()
    right = solutions.Conv2d.backward

    def wrong(self, grad_y):
        getattr(self, name).grad += 1
        return right(self, grad_y)

    monkeypatch.setattr(solutions.Conv2d, "backward", wrong)
    found = differences(ours, theirs, X)
    assert found.pop(name) == pytest.approx(1)
    assert max(found.values()) < 1e-12


def test_the_sigmoid_at_the_wrong_place():
    class Wrong(solutions.Sigmoid):
        def backward(self, grad_y):
            return torch.sigmoid(grad_y) * (1 - torch.sigmoid(grad_y))

    found = differences(Wrong(), torch.nn.Sigmoid(), X)
    assert found["forward"] < 1e-12
    assert found["grad_input"] > 0.1
