import pytest
import torch

from solutions import Linear


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("shape", [(6, 3), (1, 3), (3,), (2, 4, 3), (0, 3)], ids=str)
def test_any_number_of_leading_dimensions(assert_twins, shape, bias):
    x = torch.randn(shape, dtype=torch.float64)
    assert_twins(Linear(3, 5, bias=bias), torch.nn.Linear(3, 5, bias=bias), x)


def test_input_that_is_not_contiguous(assert_twins):
    assert_twins(Linear(3, 2), torch.nn.Linear(3, 2), torch.randn(3, 6, dtype=torch.float64).T)


def test_without_bias_there_is_none():
    layer = Linear(3, 2, bias=False)
    assert layer.bias is None and list(layer.state_dict()) == ["weight"]


def test_the_start_is_torchs():
    torch.manual_seed(0)
    layer = Linear(100, 400)
    for parameter in layer.parameters():
        assert parameter.data.abs().max() <= 0.1
    assert layer.weight.data.std() == pytest.approx(0.1 / 3**0.5, rel=0.02)
    assert layer.bias.data.std() == pytest.approx(0.1 / 3**0.5, rel=0.2)


def test_float32_stays_float32():
    layer = Linear(3, 2)
    y = layer(torch.randn(4, 3))
    assert y.dtype == layer.backward(torch.randn(4, 2)).dtype == layer.weight.grad.dtype == torch.float32
