import pytest
import torch

import solutions
from solutions import Flatten, Linear, ReLU, Sequential, Tanh


def network(framework):
    return framework.Sequential(
        framework.Flatten(),
        framework.Linear(6, 4),
        framework.Sequential(framework.Tanh(), framework.Linear(4, 3)),
        framework.LogSoftmax(1),
    )


def test_a_nested_network_is_that_of_torch(assert_twins):
    assert_twins(network(solutions), network(torch.nn), torch.randn(5, 2, 3, dtype=torch.float64))


def test_it_is_a_list_of_layers():
    layers = [Linear(2, 3), ReLU(), Linear(3, 1)]
    net = Sequential(*layers)
    assert len(net) == 3 and list(net) == layers
    assert net[0] is layers[0] and net[-1] is layers[2]
    assert list(net[1:]) == layers[1:] and isinstance(net[1:], Sequential)
    with pytest.raises(IndexError):
        net[3]


def test_more_than_ten_layers_stay_in_order():
    x = torch.tensor([[1.0]])
    net = Sequential(*(Linear(1, 1) for _ in range(12)))
    for i, layer in enumerate(net):
        layer.weight.data.fill_(2.0 if i == 0 else 1.0)
        layer.bias.data.fill_(1.0 if i == 11 else 0.0)
    assert net(x).item() == 3


def test_an_empty_one_is_the_identity():
    x = torch.randn(2, 3)
    assert torch.equal(Sequential()(x), x) and torch.equal(Sequential().backward(x), x)


def test_the_gradient_is_that_of_the_numerical_referee():
    torch.manual_seed(0)
    net, g = Sequential(Linear(3, 4), Tanh(), Linear(4, 2)).double(), torch.randn(5, 2, dtype=torch.float64)
    x = torch.randn(5, 3, dtype=torch.float64)
    net(x)
    numerical = solutions.numerical_gradient(lambda x: (g * net(x)).sum(), x)
    net(x)
    torch.testing.assert_close(net.backward(g), numerical, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("shape", [(4, 2, 3), (1, 2, 3, 2), (3, 5)], ids=str)
def test_flatten_is_that_of_torch(assert_twins, shape):
    assert_twins(Flatten(), torch.nn.Flatten(), torch.randn(shape, dtype=torch.float64).mT.contiguous().mT)
