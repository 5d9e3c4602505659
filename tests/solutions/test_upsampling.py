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


def pairs(low, high):
    return st.tuples(st.integers(low, high), st.integers(low, high))


@given(pairs(1, 3), pairs(1, 4), pairs(1, 3))
@settings(MANY, max_examples=20)
def test_nearest_is_that_of_torch(assert_twins, factors, size, batch):
    x = torch.randn(*batch, *size, dtype=torch.float64).mT.contiguous().mT
    assert_twins(solutions.Upsample(factors), torch.nn.Upsample(scale_factor=factors), x)


@st.composite
def transposed(draw):
    """(C_in, C_out, kernel size and geometry of a ConvTranspose2d, an input for it)."""
    c, o, n = draw(st.integers(1, 3)), draw(st.integers(1, 3)), draw(st.integers(1, 3))
    kernel, stride, dilation, size = draw(pairs(1, 4)), draw(pairs(1, 3)), draw(pairs(1, 3)), draw(pairs(1, 4))
    more = tuple(draw(st.integers(0, max(s, d) - 1)) for s, d in zip(stride, dilation))
    full = [(h - 1) * s + d * (k - 1) + 1 + e for h, s, d, k, e in zip(size, stride, dilation, kernel, more)]
    padding = tuple(draw(st.integers(0, min(2, (f - 1) // 2))) for f in full)
    geometry = {"stride": stride, "padding": padding, "output_padding": more, "dilation": dilation}
    torch.manual_seed(0)  # the same numbers whenever a case is tried again
    return c, o, kernel, geometry, torch.randn(n, c, *size, dtype=torch.float64)


@pytest.mark.parametrize("cls", [solutions.ConvTranspose2d, solutions.FastConvTranspose2d])
@given(case=transposed(), bias=st.booleans(), block=st.sampled_from([1, 999]))
@MANY
def test_any_transposed_convolution_is_that_of_torch(assert_twins, monkeypatch, cls, case, bias, block):
    c, o, kernel, geometry, x = case
    monkeypatch.setattr(conv, "BLOCK", block)
    monkeypatch.setattr(fast.FastConvTranspose2d, "LIMIT", block)
    ours = cls(c, o, kernel, **geometry, bias=bias)
    assert_twins(ours, torch.nn.ConvTranspose2d(c, o, kernel, **geometry, bias=bias), x)


def test_positions_of_the_arguments_are_torchs(assert_twins):
    arguments = (2, 3, 4, 3, 1, 2)
    x = torch.randn(2, 5, 4, dtype=torch.float64)
    assert_twins(solutions.ConvTranspose2d(*arguments), torch.nn.ConvTranspose2d(*arguments), x)


def test_it_is_the_adjoint_of_the_convolution():
    options = {"stride": (2, 1), "padding": (1, 0), "dilation": (1, 2), "bias": False}
    down, up = solutions.Conv2d(2, 3, 3, **options).double(), solutions.ConvTranspose2d(3, 2, 3, **options).double()
    up.load_state_dict(down.state_dict())
    x = torch.randn(2, 2, 7, 8, dtype=torch.float64)
    y = torch.randn_like(down(x))
    torch.testing.assert_close((down(x) * y).sum(), (x * up(y)).sum())


def test_nearest_and_a_convolution_give_the_size_of_a_transposed_one():
    both = solutions.Sequential(solutions.Upsample(2), solutions.Conv2d(3, 5, 3, padding=1))
    x = torch.randn(2, 3, 4, 6)
    assert both(x).shape == solutions.ConvTranspose2d(3, 5, 4, 2, 1)(x).shape == (2, 5, 8, 12)
    assert both.backward(torch.randn(2, 5, 8, 12)).shape == x.shape


def test_what_upsample_refuses():
    with pytest.raises(ValueError, match="nearest"):
        solutions.Upsample(2, mode="bilinear")
    with pytest.raises(ValueError, match="at least 1"):
        solutions.Upsample((2, 0))
    with pytest.raises(TypeError):
        solutions.Upsample(1.5)


def test_output_padding_is_smaller_than_stride_or_dilation():
    with pytest.raises(ValueError, match="smaller than stride or dilation"):
        solutions.ConvTranspose2d(1, 1, 3, stride=2, output_padding=2)
    solutions.ConvTranspose2d(1, 1, 3, stride=2, output_padding=2, dilation=3)


def test_the_start_is_torchs():
    torch.manual_seed(0)
    weight = solutions.ConvTranspose2d(500, 8, (2, 3)).weight.data
    bound = 1 / (8 * 2 * 3) ** 0.5
    assert weight.abs().max() <= bound and weight.std() == pytest.approx(bound / 3**0.5, rel=0.02)
