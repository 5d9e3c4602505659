"""What only the fast layers have; what they share with their plain twins is tested beside those."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import solutions
from solutions import fast
from solutions.conv import sliding_windows


def pairs(low, high):
    return st.tuples(st.integers(low, high), st.integers(low, high))


@given(pairs(1, 4), pairs(1, 3), pairs(0, 2), pairs(1, 3), pairs(0, 4), st.booleans())
@settings(max_examples=60, deadline=None, database=None, derandomize=True)
def test_a_convolution_in_the_frequency_domain(kernel, stride, padding, dilation, rest, with_bias):
    sides = zip(kernel, dilation, padding, rest, strict=True)
    size = [max(1, d * (k - 1) + 1 - 2 * p) + r for k, d, p, r in sides]
    torch.manual_seed(0)
    x, weight, bias = torch.randn(2, 3, *size).double(), torch.randn(4, 3, *kernel).double(), torch.randn(4).double()
    arguments = (x, weight, bias if with_bias else None, stride, padding, dilation)
    expected = torch.nn.functional.conv2d(*arguments)
    torch.testing.assert_close(solutions.conv2d_fft(*arguments), expected, rtol=1e-10, atol=1e-10)


def test_a_kernel_that_does_not_fit_is_refused():
    for convolve in (solutions.conv2d_fft, lambda x, weight: solutions.FastConv2d(1, 1, 4)(x)):
        with pytest.raises(ValueError, match="does not fit"):
            convolve(torch.ones(1, 1, 3, 5), torch.ones(1, 1, 4, 4))


@pytest.mark.parametrize(("limit", "blocks"), [(10**6, 1), (2 * 540, 2), (540, 3), (200, 15)])
def test_blocks_hold_no_more_than_the_limit_and_cover_everything(monkeypatch, limit, blocks):
    """Three samples of 2·3·3 numbers for each of 5 x 6 windows: 540 a sample, 108 a row."""
    monkeypatch.setattr(fast.Columns, "LIMIT", limit)
    columns = fast.Columns(torch.zeros(3, 2, 7, 8), (3, 3))
    covered = torch.zeros(3, 5)
    for samples, rows in columns.blocks:
        covered[samples, rows] += 1
    assert (covered == 1).all()
    assert max(matrix.numel() for block in columns.blocks for matrix in columns.of(block)) <= min(limit, 3 * 540)
    assert len(columns.blocks) == blocks


@pytest.mark.parametrize(("limit", "blocks"), [(10**6, 1), (540, 2), (200, 10)])
def test_blocks_have_samples_for_each_thread(monkeypatch, limit, blocks):
    monkeypatch.setattr(fast.Columns, "LIMIT", limit)
    monkeypatch.setattr(torch, "get_num_threads", lambda: 2)
    assert len(fast.Columns(torch.zeros(4, 2, 7, 8), (3, 3)).blocks) == blocks


@pytest.mark.parametrize("width", [1, 2, 23, 24])
def test_images_side_by_side_come_apart_again(assert_twins, width):
    ours, theirs = (kind(2, 3, (2, 1), stride=(1, 2)) for kind in (solutions.FastConv2d, torch.nn.Conv2d))
    assert_twins(ours, theirs, torch.randn(3, 2, 4, width, dtype=torch.float64))
    assert ours.way.lanes == (3 if width < 24 else 1)


@pytest.mark.parametrize("limit", [10**6, 400, 1])
def test_rows_of_the_kernel_share_columns(monkeypatch, limit):
    """Twelve channels, three columns of the kernel: 36 rows in a matrix, enough to be worth it."""
    monkeypatch.setattr(fast.Columns, "LIMIT", limit)
    x = torch.randn(2, 12, 9, 7)
    for dilation in ((1, 1), (2, 1)):
        shared, windows = fast.Columns(x, (3, 3), (1, 2), dilation), sliding_windows(x, (3, 3), (1, 2), dilation)
        assert shared.size == windows.shape[4:]
        for samples, rows in shared.blocks:
            matrices = shared.of((samples, rows))
            assert len(matrices) == 3 and len({m.untyped_storage().data_ptr() for m in matrices}) == 1
            for i, matrix in enumerate(matrices):
                assert torch.equal(matrix, windows[samples, :, i, :, rows].flatten(3).flatten(1, 2))
    for few, kernel, stride in ((x, (3, 3), (2, 1)), (x[:, :10], (3, 3), (1, 1)), (x, (2, 3), (1, 1))):
        assert len(fast.Columns(few, kernel, stride).offsets) == 1


def test_blocks_are_about_the_same(monkeypatch):
    """Four samples of 540 numbers each, three of which would fit."""
    monkeypatch.setattr(fast.Columns, "LIMIT", 3 * 540)
    monkeypatch.setattr(torch, "get_num_threads", lambda: 1)
    blocks = fast.Columns(torch.zeros(4, 2, 7, 8), (3, 3)).blocks
    assert [samples.stop - samples.start for samples, _ in blocks] == [2, 2]


def test_columns_are_written_once_while_they_stand():
    """What forward wrote is there for backward: a change of x in between is not seen."""
    x, layer = torch.randn(2, 3, 5, 5), solutions.FastConv2d(3, 4, 3)
    y = layer(x)
    expected = torch.nn.grad.conv2d_weight(x.clone(), layer.weight.data.shape, torch.ones_like(y))
    x.zero_()
    layer.backward(torch.ones_like(y))
    torch.testing.assert_close(layer.weight.grad, expected)


def test_a_forward_and_backward_hold_one_block_of_columns():
    layer = solutions.FastConv2d(8, 8, 3)
    y = layer(torch.randn(64, 8, 32, 32))
    assert layer.way.columns.memory.numel() <= fast.Columns.LIMIT < layer.way.columns.windows.numel()
    layer.backward(torch.randn_like(y))


def test_phases_of_a_stride_that_leaves_places_without_an_entry(assert_twins):
    """A kernel smaller than the stride: between its copies only the bias is left."""
    ours, theirs = solutions.FastConvTranspose2d(2, 3, 2, 4), torch.nn.ConvTranspose2d(2, 3, 2, 4)
    assert_twins(ours, theirs, torch.randn(2, 2, 3, 4, dtype=torch.float64))


@pytest.mark.parametrize(("limit", "sizes"), [(1000, [7]), (50, [4, 3]), (20, [2, 2, 2, 1]), (9, [1] * 7)])
def test_blocks_of_images_are_about_the_same_and_cover_everything(monkeypatch, limit, sizes):
    """Seven images of 10 numbers each."""
    monkeypatch.setattr(torch, "get_num_threads", lambda: 1)
    images = torch.arange(7)
    blocks = [images[block] for block in fast.blocks_of_images(7, 10, limit)]
    assert [len(block) for block in blocks] == sizes
    assert torch.equal(torch.cat(blocks), images)


def test_each_thread_has_its_part_of_a_block_of_images(monkeypatch):
    monkeypatch.setattr(torch, "get_num_threads", lambda: 3)
    assert len(fast.blocks_of_images(6, 10, 20)) == 1


@pytest.mark.parametrize(("kernel_size", "padded_size"), [(1, 5), (3, 9)])
def test_a_transposed_convolution_keeps_what_it_has_seen_and_no_more(monkeypatch, kernel_size, padded_size):
    """A change of x in between is not seen; of the windows, K² times as many numbers, only a block is there."""
    monkeypatch.setattr(fast.FastConvTranspose2d, "LIMIT", 1)
    x, layer = torch.randn(2, 3, 5, 5), solutions.FastConvTranspose2d(3, 4, kernel_size)
    y = layer(x)
    kept = sum(padded.untyped_storage().nbytes() for _, padded in layer.padded)
    assert kept == 2 * 3 * padded_size**2 * x.element_size()
    twin = torch.nn.ConvTranspose2d(3, 4, kernel_size)
    grad_y, before = torch.randn_like(y), x.clone()
    twin(before).backward(grad_y)
    x.zero_()
    layer.backward(grad_y)
    torch.testing.assert_close(layer.weight.grad, twin.weight.grad, rtol=1e-4, atol=1e-4)
