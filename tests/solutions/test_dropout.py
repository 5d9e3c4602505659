import pytest
import torch

import solutions

LAYERS = pytest.mark.parametrize("cls", [solutions.Dropout, solutions.FastDropout])


@LAYERS
def test_drops_with_probability_p_and_keeps_the_mean(cls):
    torch.manual_seed(0)
    for p in (0.1, 0.5, 0.8):
        y = cls(p)(torch.ones(100_000))
        assert y.unique().tolist() == [0, pytest.approx(1 / (1 - p))]
        assert (y == 0).double().mean() == pytest.approx(p, abs=0.01)
        assert y.mean() == pytest.approx(1, abs=0.02)


@LAYERS
def test_backward_uses_the_mask_of_the_last_forward(cls):
    layer = cls(0.3)
    x, g = torch.randn(50), torch.randn(50)
    masks = [layer(x) / x for _ in range(2)]
    assert not torch.equal(*masks)
    torch.testing.assert_close(layer.backward(g), g * masks[-1])
    torch.testing.assert_close(layer.backward(g), g * masks[-1])


@pytest.mark.parametrize("p", [0, 0.4, 1])
def test_the_mask_of_a_seed_is_torchs(p):
    x, g = torch.randn(6, 7), torch.randn(6, 7)
    leaf = x.clone().requires_grad_()
    torch.manual_seed(3)
    expected = torch.nn.Dropout(p)(leaf)
    expected.backward(g)
    torch.manual_seed(3)
    layer = solutions.Dropout(p)
    torch.testing.assert_close(layer(x), expected.detach())
    torch.testing.assert_close(layer.backward(g), leaf.grad)


@LAYERS
def test_in_place_changes_x_and_otherwise_not(cls):
    for inplace in (False, True):
        x = torch.ones(1000)
        y = cls(0.5, inplace)(x)
        assert (y is x) == inplace
        assert torch.equal(x, torch.ones(1000)) != inplace


@LAYERS
def test_rests_in_evaluation(cls):
    layer = cls(0.5)
    layer(torch.ones(9))
    layer.eval()
    x, g = torch.randn(9), torch.randn(9)
    assert torch.equal(layer(x), x) and torch.equal(layer.backward(g), g)


def test_p_is_a_probability():
    for p in (-0.1, 1.1):
        with pytest.raises(ValueError, match="between 0 and 1"):
            solutions.Dropout(p)
