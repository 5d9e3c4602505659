import pytest
import torch

import solutions

LAYERS = {
    "ReLU": (),
    "LeakyReLU": (0.2,),
    "Sigmoid": (),
    "Tanh": (),
    "Softmax": (1,),
    "LogSoftmax": (-1,),
}
"""The arguments that each is made with."""


def twins(name):
    return getattr(solutions, name)(*LAYERS[name]), getattr(torch.nn, name)(*LAYERS[name])


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("shape", [(6, 4), (1, 2), (2, 3, 4)], ids=str)
def test_is_that_of_torch(assert_twins, name, shape):
    assert_twins(*twins(name), 2 * torch.randn(shape, dtype=torch.float64), rtol=1e-12)


@pytest.mark.parametrize("name", LAYERS)
def test_is_finite_and_right_far_out(assert_twins, name):
    values = torch.tensor([-1000.0, -800, -40, -20, -1e-8, 1e-8, 20, 40, 800, 1000], dtype=torch.float64)
    assert_twins(*twins(name), torch.stack([values, values.flip(0), 7 - values]), rtol=1e-12)


@pytest.mark.parametrize("name", LAYERS)
def test_input_that_is_not_contiguous(assert_twins, name):
    assert_twins(*twins(name), torch.randn(4, 3, dtype=torch.float64).T)


@pytest.mark.parametrize("name", LAYERS)
def test_only_the_last_forward_counts(name):
    layer, g = twins(name)[0], torch.randn(3, 4)
    x, other = torch.randn(3, 4), torch.randn(3, 4)
    layer(x)
    expected = layer.backward(g)
    layer(other), layer(x)
    assert torch.equal(layer.backward(g), expected)


def test_nothing_flows_where_relu_is_off():
    layer = solutions.ReLU()
    layer(torch.tensor([-1.0, 2.0, -3.0]))
    assert layer.backward(torch.tensor([5.0, -6.0, 7.0])).tolist() == [0, -6, 0]


def test_softmax_along_each_dimension(assert_twins):
    x = torch.randn(2, 3, 4, dtype=torch.float64)
    for name in ("Softmax", "LogSoftmax"):
        for dim in (0, 1, 2, -1):
            assert_twins(getattr(solutions, name)(dim), getattr(torch.nn, name)(dim), x)
