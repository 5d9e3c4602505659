import math

import pytest
import torch

from solutions import init

SHAPES = [(40, 1000), (50, 20, 5, 6)]
FILLERS = {
    "uniform_": (init.uniform_, {"a": -2.0, "b": 3.0}),
    "normal_": (init.normal_, {"mean": 1.0, "std": 0.5}),
    "xavier_uniform_": (init.xavier_uniform_, {"gain": 1.5}),
    "xavier_normal_": (init.xavier_normal_, {"gain": 1.5}),
    "kaiming_uniform_": (init.kaiming_uniform_, {"a": 0.2}),
    "kaiming_uniform_, fan out": (init.kaiming_uniform_, {"mode": "fan_out", "nonlinearity": "tanh"}),
    "kaiming_normal_": (init.kaiming_normal_, {"nonlinearity": "relu"}),
    "kaiming_normal_, fan out": (init.kaiming_normal_, {"mode": "fan_out"}),
}


@pytest.mark.parametrize("name", FILLERS)
@pytest.mark.parametrize("shape", SHAPES, ids=["matrix", "kernels"])
def test_the_distribution_is_torchs(name, shape):
    """A seed gives other numbers only by rounding, as long as the draws are scaled and not drawn otherwise."""
    fill, arguments = FILLERS[name]
    torch.manual_seed(0)
    tensor = torch.empty(shape, dtype=torch.float64)
    assert fill(tensor, **arguments) is tensor
    torch.manual_seed(0)
    expected = getattr(torch.nn.init, fill.__name__)(torch.empty(shape, dtype=torch.float64), **arguments)
    torch.testing.assert_close(tensor, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", ["linear", "conv2d", "sigmoid", "tanh", "relu", "leaky_relu"])
def test_gains_are_torchs(name):
    assert init.calculate_gain(name) == pytest.approx(torch.nn.init.calculate_gain(name), rel=1e-15)


def test_gain_of_a_slope():
    assert init.calculate_gain("leaky_relu", 0) == pytest.approx(math.sqrt(2))
    assert init.calculate_gain("leaky_relu", 1) == pytest.approx(1)


def test_fans_count_every_place_of_the_kernel():
    assert init.fan_in_and_fan_out(torch.empty(7, 3)) == (3, 7)
    assert init.fan_in_and_fan_out(torch.empty(7, 3, 2, 5)) == (30, 70)


def test_what_is_refused():
    with pytest.raises(ValueError, match="2 dimensions"):
        init.fan_in_and_fan_out(torch.empty(3))
    with pytest.raises(ValueError, match="'swish'"):
        init.calculate_gain("swish")
    for fill in (init.kaiming_uniform_, init.kaiming_normal_):
        with pytest.raises(ValueError, match="fan_middle"):
            fill(torch.empty(2, 2), mode="fan_middle")
