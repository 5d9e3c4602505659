"""Convolutions with fewer products: the matrices, the readable form, and the form in strips."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import solutions
from solutions import winograd


def pairs(low, high):
    return st.tuples(st.integers(low, high), st.integers(low, high))


@pytest.mark.parametrize(("m", "r"), [(m, r) for r in range(1, 9) for m in range(1, 10 - r)])
def test_the_matrices_correlate_with_as_many_products_as_entries(m, r):
    A, G, B = solutions.winograd_matrices(m, r)
    assert A.shape == (m + r - 1, m) and G.shape == (m + r - 1, r) and B.shape == (m + r - 1, m + r - 1)
    x, w = torch.randn(m + r - 1).double(), torch.randn(r).double()
    torch.testing.assert_close(solutions.correlate(x, w), x.unfold(0, r, 1) @ w, rtol=1e-11, atol=1e-11)


def test_the_rows_at_once_are_those_with_the_fewest_products():
    assert [winograd.rows_at_once(3, ho) for ho in (1, 2, 4, 32, 33)] == [1, 2, 4, 4, 6]
    assert winograd.rows_at_once(5, 64) == 4 and winograd.rows_at_once(7, 64) == 2


@st.composite
def convolutions(draw_):
    """(x, weight, bias, padding) in float64, with a random upstream gradient; the kernel always fits."""
    kernel, padding, rest = draw_(st.tuples(pairs(1, 7), pairs(0, 3), pairs(0, 14)))
    size = [max(1, k - 2 * p) + r for k, p, r in zip(kernel, padding, rest, strict=True)]
    n, c, o = draw_(st.tuples(st.integers(1, 5), st.integers(1, 3), st.integers(1, 3)))
    torch.manual_seed(draw_(st.integers(0, 99)))
    return torch.randn(n, c, *size).double(), torch.randn(o, c, *kernel).double(), torch.randn(o).double(), padding


@given(convolutions(), st.booleans())
@settings(max_examples=60, deadline=None, database=None, derandomize=True)
def test_the_readable_form_is_a_convolution(case, with_bias):
    x, weight, bias, padding = case
    bias = bias if with_bias else None
    expected = torch.nn.functional.conv2d(x, weight, bias, padding=padding)
    torch.testing.assert_close(solutions.conv2d_winograd(x, weight, bias, padding), expected, rtol=1e-10, atol=1e-10)


@given(convolutions(), st.sampled_from([1, 200, 2**18]), st.sampled_from([1, 2]))
@settings(max_examples=80, deadline=None, database=None, derandomize=True)
def test_strips_give_a_convolution_and_its_gradients(case, limit, threads):
    x, weight, bias, padding = case
    leaves = [tensor.clone().requires_grad_() for tensor in (x, weight)]
    expected = torch.nn.functional.conv2d(*leaves, bias, padding=padding)
    grad_y = torch.randn_like(expected)
    expected.backward(grad_y)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solutions.Winograd, "LIMIT", limit)
        patch.setattr(torch, "get_num_threads", lambda: threads)
        way = solutions.Winograd(x.shape, weight, padding)
    y = way.forward(x, bias)
    torch.testing.assert_close(y, expected.detach(), rtol=1e-10, atol=1e-10)
    for _ in range(2):  # a second backward finds what the first one found
        for got, leaf in zip(way.backward(grad_y), leaves, strict=True):
            torch.testing.assert_close(got, leaf.grad, rtol=1e-10, atol=1e-10)


def test_blocks_cover_the_batch_and_hold_about_the_limit(monkeypatch):
    """A tile of one image: 4 + 2 rows, 3 channels, 8 + 1 columns: 162 numbers."""
    monkeypatch.setattr(torch, "get_num_threads", lambda: 1)
    for limit, sizes in ((1, [1] * 7), (2 * 162, [2, 2, 2, 1]), (10**6, [7])):
        monkeypatch.setattr(solutions.Winograd, "LIMIT", limit)
        way = solutions.Winograd((7, 2, 8, 8), torch.randn(3, 2, 3, 3), (1, 1))
        assert [len(range(7)[block]) for block in way.blocks] == sizes
        assert [image for block in way.blocks for image in range(7)[block]] == list(range(7))
    monkeypatch.setattr(torch, "get_num_threads", lambda: 2)
    monkeypatch.setattr(solutions.Winograd, "LIMIT", 2 * 162)
    assert len(solutions.Winograd((7, 2, 8, 8), torch.randn(3, 2, 3, 3), (1, 1)).blocks) == 2


@pytest.mark.parametrize(("kernel", "padding"), [((3, 3), 1), ((5, 3), (0, 1)), ((4, 2), 2)])
def test_the_layer_is_that_of_torch(assert_twins, kernel, padding):
    ours, theirs = (kind(16, 32, kernel, padding=padding) for kind in (solutions.WinogradConv2d, torch.nn.Conv2d))
    assert_twins(ours, theirs, torch.randn(9, 16, 11, 30, dtype=torch.float64))
    assert isinstance(ours.way, solutions.Winograd)


@pytest.mark.parametrize(
    ("arguments", "shape", "options"),
    [
        ((16, 31, 3), (9, 16, 11, 30), {}),
        ((15, 64, 3), (9, 15, 11, 30), {}),
        ((16, 32, 3), (8, 16, 11, 30), {}),
        ((16, 32, 3), (9, 16, 11, 30), {"stride": (1, 2)}),
        ((16, 32, 3), (9, 16, 11, 30), {"dilation": (2, 1)}),
        ((16, 32, 3), (9, 16, 4, 30), {}),
        ((16, 32, 2), (9, 16, 11, 30), {}),
        ((16, 32, 8), (9, 16, 11, 30), {}),
    ],
)
def test_where_little_is_saved_the_layer_takes_columns(assert_twins, arguments, shape, options):
    ours, theirs = (kind(*arguments, **options) for kind in (solutions.WinogradConv2d, torch.nn.Conv2d))
    assert_twins(ours, theirs, torch.randn(shape, dtype=torch.float64))
    assert not isinstance(ours.way, solutions.Winograd)


def test_an_image_without_a_batch_and_an_empty_batch():
    layer = solutions.WinogradConv2d(16, 32, 3)
    x = torch.randn(16, 7, 300)
    torch.testing.assert_close(layer(x), layer(x[None])[0])
    way = solutions.Winograd((0, 2, 8, 8), torch.randn(3, 2, 3, 3), (1, 1))
    assert way.forward(torch.empty(0, 2, 8, 8), torch.zeros(3)).shape == (0, 3, 8, 8)
    grad_x, grad_weight = way.backward(torch.empty(0, 3, 8, 8))
    assert grad_x.shape == (0, 2, 8, 8) and not grad_weight.any()


def test_few_digits_are_lost_in_float32():
    """A direct sum of 144 products is off by about 4e-7 of the largest output, tiles of four rows by about 1e-6."""
    torch.manual_seed(0)
    x, weight = torch.randn(16, 16, 32, 32), torch.randn(32, 16, 3, 3) / 12
    expected = torch.nn.functional.conv2d(x.double(), weight.double(), padding=1)
    y = solutions.Winograd(x.shape, weight, (1, 1)).forward(x, torch.zeros(32))
    assert 0 < (y - expected).abs().max() < 5e-6 * expected.abs().max()


def test_a_kernel_that_does_not_fit_is_refused():
    for convolve in (solutions.conv2d_winograd, lambda x, weight: solutions.Winograd(x.shape, weight, (0, 0))):
        with pytest.raises(ValueError, match="does not fit"):
            convolve(torch.ones(1, 1, 3, 5), torch.ones(1, 1, 4, 4))
        with pytest.raises(ValueError, match="does not fit"):
            convolve(torch.ones(1, 1, 5, 3), torch.ones(1, 1, 4, 4))
