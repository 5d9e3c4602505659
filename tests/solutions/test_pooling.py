import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import solutions

NAMES = ["MaxPool2d", "AvgPool2d", "FastMaxPool2d", "FastAvgPool2d"]


def twin(name):
    return getattr(torch.nn, name.removeprefix("Fast"))


@st.composite
def poolings(draw):
    """(arguments of a pooling, an input that it fits into); half of the inputs have many ties."""
    kernel = draw(st.tuples(st.integers(1, 3), st.integers(1, 4)))
    stride = draw(st.none() | st.integers(1, 3) | st.tuples(st.integers(1, 4), st.integers(1, 3)))
    padding = tuple(draw(st.integers(0, k // 2)) for k in kernel)
    n, c = draw(st.integers(1, 2)), draw(st.integers(1, 3))
    size = [max(1, k - 2 * p) + draw(st.integers(0, 4)) for k, p in zip(kernel, padding)]
    torch.manual_seed(0)  # the same numbers whenever a case is tried again
    x = torch.randn(n, c, *size, dtype=torch.float64)
    return (kernel, stride, padding), x.round() if draw(st.booleans()) else x


@pytest.mark.parametrize("name", NAMES)
@given(case=poolings())
@settings(
    max_examples=60,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_geometry_is_that_of_torch(assert_twins, name, case):
    arguments, x = case
    assert_twins(getattr(solutions, name)(*arguments), twin(name)(*arguments), x)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("shape", [(2, 5, 7), (1, 2, 5, 7), (0, 2, 5, 7)], ids=["without a batch", "one", "none"])
def test_batches_of_any_size_and_none(assert_twins, name, shape):
    assert_twins(getattr(solutions, name)(3, 2, 1), twin(name)(3, 2, 1), torch.randn(shape).double())


@pytest.mark.parametrize("cls", [solutions.MaxPool2d, solutions.FastMaxPool2d])
def test_of_equal_entries_the_first_gets_all(cls):
    layer = cls(2)
    layer(torch.ones(1, 1, 4, 4))
    g = torch.tensor([[[[1.5, -2.0], [3.0, 4.0]]]])
    grad_x = layer.backward(g)
    assert torch.equal(grad_x[..., ::2, ::2], g) and grad_x.count_nonzero() == 4


def test_padding_never_wins():
    assert (solutions.MaxPool2d(3, 1, 1)(torch.full((1, 1, 3, 3), -5.0)) == -5).all()


def test_a_kernel_of_one_gives_a_copy():
    x = torch.randn(1, 1, 3, 3)
    for name in NAMES:
        y = getattr(solutions, name)(1)(x)
        assert torch.equal(y, x) and y.data_ptr() != x.data_ptr()


@pytest.mark.parametrize("name", NAMES)
def test_padding_of_more_than_half_of_the_kernel(name):
    with pytest.raises(ValueError, match="half"):
        getattr(solutions, name)((4, 3), padding=2)


@pytest.mark.parametrize("name", NAMES)
def test_a_window_larger_than_the_input(name):
    with pytest.raises(ValueError, match="does not fit"):
        getattr(solutions, name)(4)(torch.ones(1, 1, 3, 5))
