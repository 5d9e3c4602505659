import pytest
import torch

import solutions
from labkit import reference
from labkit.networks import mlp, twin


def kinds(network):
    return [type(layer).__name__ for layer in network]


def test_mlp_has_an_activation_between_two_linear_layers():
    network = mlp(solutions, (2, 3, 4, 1), "Tanh")
    assert kinds(network) == ["Linear", "Tanh", "Linear", "Tanh", "Linear"]
    assert [tuple(p.shape) for p in network.parameters()] == [(3, 2), (3,), (4, 3), (4,), (1, 4), (1,)]
    assert all(type(layer).__module__.startswith("solutions") for layer in network)


def test_mlp_takes_one_activation_for_each_hidden_layer():
    assert kinds(mlp(torch.nn, (2, 3, 4, 1), ["ReLU", "Sigmoid"]))[1::2] == ["ReLU", "Sigmoid"]
    with pytest.raises(ValueError, match="2 hidden layers"):
        mlp(torch.nn, (2, 3, 4, 1), ["ReLU"])


def test_mlp_without_hidden_layer():
    assert kinds(mlp(solutions, (2, 1))) == ["Linear"]


def test_twin_computes_the_same_with_weights_of_its_own():
    def build(framework):
        return mlp(framework, (2, 5, 1))

    ours = build(solutions).double()
    theirs = twin(ours, build)
    assert isinstance(theirs, torch.nn.Module)
    x = torch.randn(4, 2, dtype=torch.float64)
    before = theirs(x)
    torch.testing.assert_close(before, ours(x), rtol=1e-12, atol=1e-12)
    ours[0].weight.data.zero_()
    assert torch.equal(theirs(x), before)


def test_reference_finds_layers_losses_optimisers_and_schedules():
    assert reference.Linear is torch.nn.Linear
    assert reference.CrossEntropyLoss is torch.nn.CrossEntropyLoss
    assert reference.SGD is torch.optim.SGD
    assert reference.MultiStepLR is torch.optim.lr_scheduler.MultiStepLR
    with pytest.raises(AttributeError, match="Linnear"):
        _ = reference.Linnear
