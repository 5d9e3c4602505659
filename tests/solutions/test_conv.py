import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import solutions
from solutions import conv, fast

MANY = settings(
    max_examples=60,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@st.composite
def convolutions(draw):
    """(C, O, kernel size and geometry of a Conv2d, an input that it fits into, numbers in a block)."""

    def pairs(low, high):
        return draw(st.tuples(st.integers(low, high), st.integers(low, high)))

    c, o, n = draw(st.integers(1, 3)), draw(st.integers(1, 3)), draw(st.integers(1, 3))
    kernel, stride, padding, dilation, rest = pairs(1, 4), pairs(1, 3), pairs(0, 2), pairs(1, 3), pairs(0, 4)
    size = [max(1, d * (k - 1) + 1 - 2 * p) + r for k, d, p, r in zip(kernel, dilation, padding, rest)]
    torch.manual_seed(0)  # the same numbers whenever a case is tried again
    x = torch.randn(n, c, *size, dtype=torch.float64)
    if draw(st.booleans()):
        x = x.mT.contiguous().mT
    return c, o, kernel, {"stride": stride, "padding": padding, "dilation": dilation}, x, draw(st.sampled_from([1, 99]))


LAYERS = pytest.mark.parametrize("cls", [solutions.Conv2d, solutions.FastConv2d])


@LAYERS
@given(case=convolutions(), bias=st.booleans(), shared=st.sampled_from([1, 32]), narrow=st.sampled_from([1, 24]))
@MANY
def test_any_geometry_is_that_of_torch(assert_twins, monkeypatch, cls, case, bias, shared, narrow):
    c, o, kernel, geometry, x, block = case
    monkeypatch.setattr(conv, "BLOCK", block)
    monkeypatch.setattr(fast.Columns, "LIMIT", block)
    monkeypatch.setattr(fast.Columns, "SHARED", shared)
    monkeypatch.setattr(fast, "NARROW", narrow)
    ours = cls(c, o, kernel, **geometry, bias=bias)
    assert_twins(ours, torch.nn.Conv2d(c, o, kernel, **geometry, bias=bias), x)


@LAYERS
@pytest.mark.parametrize("shape", [(1, 2, 5, 7), (2, 5, 7), (0, 2, 5, 7)], ids=["one", "without a batch", "none"])
def test_numbers_stand_for_pairs_and_batches_of_any_size_work(assert_twins, cls, shape):
    x = torch.randn(shape, dtype=torch.float64)
    assert_twins(cls(2, 3, 3, 2, 1, 2), torch.nn.Conv2d(2, 3, 3, 2, 1, 2), x)


@given(convolutions())
@settings(MANY, max_examples=10)
def test_the_loops_are_the_sum(case):
    c, o, kernel, geometry, x, _ = case
    x, weight, bias = x[:1, :, :6, :6], torch.randn(o, c, *kernel, dtype=torch.float64), torch.randn(o).double()
    try:
        expected = torch.nn.functional.conv2d(x, weight, bias, **geometry)
    except RuntimeError:  # cut too small for the kernel
        with pytest.raises(ValueError, match="does not fit"):
            conv.conv2d_naive(x, weight, bias, **geometry)
        return
    torch.testing.assert_close(conv.conv2d_naive(x, weight, bias, **geometry), expected, rtol=1e-12, atol=1e-12)


@given(convolutions())
@MANY
def test_the_three_maps_are_adjoint(case):
    """<g, A x> = <W, A*(x, g)> = <Aᵀ g, x>: no reference but themselves."""
    c, o, kernel, geometry, x, _ = case
    geometry = geometry.values()
    weight = torch.randn(o, c, *kernel, dtype=torch.float64)
    y = conv.conv2d(x, weight, None, *geometry)
    g = torch.randn_like(y)
    product = (g * y).sum()
    grad_weight = conv.conv2d_grad_weight(x, g, kernel, *geometry)
    grad_x = conv.conv2d_grad_input(g, weight, x.shape[2:], *geometry)
    torch.testing.assert_close((grad_weight * weight).sum(), product)
    torch.testing.assert_close((grad_x * x).sum(), product)


def test_output_size_counts_the_windows():
    for size in range(1, 9):
        for kernel, stride, padding, dilation in [(1, 1, 0, 1), (3, 2, 1, 1), (2, 3, 0, 3), (4, 1, 2, 2)]:
            reach = dilation * (kernel - 1) + 1
            starts = range(0, size + 2 * padding - reach + 1, stride)
            if starts:
                assert conv.conv_output_size(size, kernel, stride, padding, dilation) == len(starts)
            else:
                with pytest.raises(ValueError, match="does not fit"):
                    conv.conv_output_size(size, kernel, stride, padding, dilation)


def test_windows_are_a_view():
    x = torch.arange(40.0).reshape(1, 1, 5, 8)[..., ::2]
    windows = conv.sliding_windows(x, (2, 2), (2, 1), (1, 2))
    assert windows.shape == (1, 1, 2, 2, 2, 2)
    for i, j, h, w in [(0, 0, 0, 0), (1, 0, 1, 1), (1, 1, 1, 0), (0, 1, 0, 1)]:
        assert windows[0, 0, i, j, h, w] == x[0, 0, 2 * h + i, w + 2 * j]
    windows[0, 0, 1, 1, 1, 0] = -1
    assert x[0, 0, 3, 2] == -1


def test_a_kernel_as_large_as_the_padded_input_fits_and_a_larger_one_does_not(assert_twins):
    x = torch.randn(2, 1, 3, 4, dtype=torch.float64)
    assert_twins(solutions.Conv2d(1, 2, (5, 4), padding=(1, 0)), torch.nn.Conv2d(1, 2, (5, 4), padding=(1, 0)), x)
    with pytest.raises(ValueError, match="does not fit"):
        solutions.Conv2d(1, 2, (6, 4), padding=(1, 0)).double()(x)


@pytest.mark.parametrize("arguments", [{"kernel_size": 0}, {"stride": 0}, {"padding": -1}, {"dilation": (1, 0)}])
def test_sizes_out_of_range(arguments):
    with pytest.raises(ValueError, match="expected at least"):
        solutions.Conv2d(1, 1, **{"kernel_size": 1} | arguments)


@pytest.mark.parametrize("arguments", [{"padding": "same"}, {"stride": 1.5}, {"kernel_size": (1, 2, 3)}])
def test_what_is_no_pair_of_ints(arguments):
    with pytest.raises((TypeError, ValueError)):
        solutions.Conv2d(1, 1, **{"kernel_size": 1} | arguments)


def test_another_number_of_channels():
    with pytest.raises(ValueError, match=r"\(N, 2, H, W\)"):
        solutions.Conv2d(2, 1, 1)(torch.ones(1, 3, 4, 4))


def test_the_start_is_torchs():
    torch.manual_seed(0)
    ours = solutions.Conv2d(8, 500, (2, 3))
    bound = 1 / (8 * 2 * 3) ** 0.5
    for parameter in ours.parameters():
        assert parameter.data.abs().max() <= bound
    assert ours.weight.data.std() == pytest.approx(bound / 3**0.5, rel=0.02)


def test_float32_stays_float32():
    layer = solutions.Conv2d(1, 1, 2)
    y = layer(torch.randn(1, 1, 3, 3))
    assert y.dtype == layer.backward(torch.ones_like(y)).dtype == layer.weight.grad.dtype == torch.float32
