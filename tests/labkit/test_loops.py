"""Loops over numbers train as the tensors do."""

import pytest
import torch

import solutions
from labkit.loops import Loops
from labkit.networks import mlp
from labkit.training import our_step


@pytest.mark.parametrize("numbers", [torch.Tensor.tolist, torch.Tensor.clone])
def test_losses_and_weights_are_those_of_the_layers(numbers):
    torch.manual_seed(0)
    network = mlp(solutions, (2, 5, 4, 3)).double()
    loops = Loops(network, numbers)
    criterion, optimizer = solutions.MSELoss(), solutions.SGD(network.parameters(), lr=0.1)
    for x, target in zip(torch.randn(20, 1, 2).double(), torch.randn(20, 1, 3).double()):
        expected = our_step(network, criterion, optimizer, x, target).item()
        assert loops.step(numbers(x[0]), numbers(target[0]), lr=0.1) == pytest.approx(expected)
    for (weight, bias), layer in zip(loops.layers, list(network)[::2]):
        assert torch.allclose(torch.as_tensor(weight, dtype=torch.float64), layer.weight.data)
        assert torch.allclose(torch.as_tensor(bias, dtype=torch.float64), layer.bias.data)


def test_the_network_itself_is_left_alone():
    network = mlp(solutions, (2, 3, 1)).double()
    before = [p.data.clone() for p in network.parameters()]
    Loops(network, torch.Tensor.clone).step(torch.ones(2), torch.ones(1), lr=0.1)
    assert all(torch.equal(p.data, b) for p, b in zip(network.parameters(), before))
