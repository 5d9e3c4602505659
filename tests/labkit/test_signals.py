import pytest
import torch

import solutions
from labkit.data import disk_sets
from labkit.networks import mlp, twin
from labkit.signals import signals

DATA = disk_sets(seed=0, n=60)[0].double()


def by_autograd(network, data):
    """(spread, gradient) of a torch.nn network with the summed MSE, from the outputs of its Linear layers."""
    outputs, x = [], data.x
    for layer in network:
        x = layer(x)
        if isinstance(layer, torch.nn.Linear):
            x.retain_grad()
            outputs.append(x)
    torch.nn.MSELoss(reduction="sum")(x, data.t.unsqueeze(1).double()).backward()
    size = lambda tensor: tensor.detach().square().mean().sqrt().item()  # noqa: E731
    return [size(y.std(0)) for y in outputs], [size(y.grad) for y in outputs]


@pytest.mark.parametrize("activation", ["ReLU", "Sigmoid"])
def test_signals_are_those_of_autograd(activation):
    def build(framework):
        return mlp(framework, (2, 6, 5, 1), activation)

    network = build(solutions).double()
    found = signals(network, solutions.MSELoss(reduction="sum"), DATA)
    spread, gradient = by_autograd(twin(network, build), DATA)
    assert found.spread == pytest.approx(spread, rel=1e-10)
    assert found.gradient == pytest.approx(gradient, rel=1e-10)
    assert all((p.grad == 0).all() for p in network.parameters())
