"""Comparisons: what differs is said in words that help; nothing that a submission returns makes a comparison fail."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.judge import compare
from autograder.sandbox.interpreter import Outcome, Raised
from autograder.sandbox.wire import Other

X = torch.tensor([[1.0, -2.0, 3.0], [4.0, 5.0, -6.0]], dtype=torch.float64)
SQUARE = torch.tensor([[1.0, 2.0], [3.0, 4.0]], dtype=torch.float64)


@pytest.mark.parametrize(
    ("expected", "got", "says"),
    [
        (X, X.clone(), None),
        (X, X + 1e-7, None),
        (X, X.float(), None),
        (X, 3 * X, "6 of 6 entries differ: each is 3 times the expected one"),
        (X, X / 4, "6 of 6 entries differ: each is 1/4 of the expected one"),
        (X, -X, "6 of 6 entries differ: the sign is the opposite one"),
        (X, 0 * X, "6 of 6 entries differ: all are 0"),
        (X, X + torch.tensor([0.0, 0.0, 0.5]), "2 of 6 entries differ; the largest difference is 0.5"),
        (X, X + 1e-4, "6 of 6 entries differ: each is 0.0001 too large"),
        (SQUARE, SQUARE.T.clone(), "2 of 4 entries differ: rows and columns are exchanged"),
        (X, X.T, "expected shape (2, 3), got (3, 2)"),
        (X, X[0], "expected shape (2, 3), got (3,)"),
        (X, X.log(), "2 of 6 entries are nan"),
        (X, torch.where(X == 3, math.inf, X), "1 of 6 entries are inf"),
        (X, X.to(torch.complex64), "expected real numbers, got complex64"),
        (X, 2.5, "expected a tensor, got 2.5"),
        (X, None, "expected a tensor, got None"),
        (X, Other("dict"), "expected a tensor, got a value of type dict"),
        (torch.zeros(0, 2), torch.zeros(0, 2), None),
        (torch.tensor([math.nan, 1.0]), torch.tensor([math.nan, 1.0]), None),
        (torch.tensor([-math.inf, 1.0]), torch.tensor([-math.inf, 1.0]), None),
        (torch.tensor([-math.inf, 1.0]), torch.tensor([math.inf, 1.0]), "1 of 2 entries are inf"),
    ],
)
def test_values(expected, got, says):
    assert compare.values(expected, got) == says


@pytest.mark.parametrize(
    ("how", "expected", "got", "says"),
    [
        ("number", torch.tensor(0.5), 0.5, None),
        ("number", torch.tensor(0.5), torch.tensor([[0.5]]), None),
        ("number", 2, torch.tensor(2), None),
        ("number", torch.tensor(1.0), True, None),
        ("number", torch.tensor(0.5), 0.6, "expected 0.5, got 0.6"),
        ("number", torch.tensor(0.5), "0.5", "expected a tensor, got '0.5'"),
        ("number", torch.tensor(0.5), torch.tensor([0.5, 0.5]), "expected shape (), got (2,)"),
        ("plain", [3, 4], (3, 4), None),
        ("plain", 3, 3.0, None),
        ("plain", [3, 4], [4, 3], "expected [3, 4], got [4, 3]"),
        ("plain", 3, torch.tensor(3), "expected 3, got a tensor of shape ()"),
        ("plain", [3, 4], torch.tensor([3, 4]), "expected [3, 4], got a tensor of shape (2,)"),
        ("scalar_tensor", torch.tensor(1.0), torch.tensor(2.0), None),
        ("scalar_tensor", torch.tensor(1.0), 1.0, "a loss is a 0-d tensor, but 1.0 was returned"),
        (
            "scalar_tensor",
            torch.tensor(1.0),
            torch.ones(1),
            "a loss is a 0-d tensor, but a tensor of shape (1,) was returned",
        ),
        ("unchanged", X, X.clone(), None),
        ("unchanged", X, X + 1e-12, "a tensor that belongs to the caller was changed in place"),
        ("dtype", X.float(), X.float() * (1 + 1e-6), None),
        ("dtype", X.float(), X, "the input is float32, but the result is float64"),
        ("dtype", X.float(), X.float() + 0.1, "6 of 6 entries differ: each is 0.1 too large"),
        ("dtype", X.float(), 1.0, "expected a tensor, got 1.0"),
        ("roughly", X, X + 1e-5, None),
        ("roughly", X, X + 1e-2, "6 of 6 entries differ: each is 0.01 too large"),
        ("raises", None, 1.0, "an error should be raised, but 1.0 was returned"),
        ("values_or_raises", X, X.clone(), None),
        ("values_or_raises", X, -X, "6 of 6 entries differ: the sign is the opposite one"),
    ],
)
def test_other_comparisons(how, expected, got, says):
    assert compare.outcomes(how, Outcome(value=expected), Outcome(value=got)) == says


@pytest.mark.parametrize("how", ["raises", "values_or_raises", "values"])
@pytest.mark.parametrize(
    ("raised", "refuses"),
    [
        (Raised("ValueError", "no"), True),
        (Raised("ValueError", "no", earlier=True), False),
        (Raised("NotImplementedError", "later"), False),
        (Raised("RuleViolation", "relu"), False),
    ],
)
def test_only_the_step_itself_can_refuse(how, raised, refuses):
    passed = refuses and how != "values"
    says = compare.outcomes(how, Outcome(value=X), Outcome(raised=raised))
    assert says == (None if passed else f"raised {raised.type}: {raised.message}")


def test_a_reference_that_raises_is_the_graders_fault():
    with pytest.raises(ValueError, match="the reference raised"):
        compare.outcomes("values", Outcome(raised=Raised("ValueError", "no")), Outcome(value=X))


def sample(make):
    return make(torch.empty(60, 160, dtype=torch.float64))


@pytest.mark.parametrize(
    ("wrong", "alike"),
    [
        (lambda t: t.uniform_(-1, 1), True),
        (lambda t: t.uniform_(-1, 1).float(), True),
        (lambda t: t.uniform_(-1.1, 1.1), False),
        (lambda t: t.uniform_(-0.9, 1.1), False),
        (lambda t: t.normal_(0, 1 / math.sqrt(3)), False),
        (lambda t: t.zero_(), False),
        (lambda t: t.zero_().long(), False),
        (lambda t: t.fill_(math.nan), False),
        (lambda t: t[0].uniform_(-1, 1), False),
        (lambda t: 1.0, False),
    ],
)
def test_distribution(wrong, alike):
    torch.manual_seed(0)
    assert (compare.distribution(sample(lambda t: t.uniform_(-1, 1)), sample(wrong)) is None) == alike


@pytest.mark.parametrize(
    ("wrong", "alike"),
    [
        (lambda x, mask: 2 * x * mask, True),
        (lambda x, mask: x * mask, False),
        (lambda x, mask: 2 * x, False),
        (lambda x, mask: 0 * x, False),
        (lambda x, mask: 2 * x[:4] * mask[:4], False),
        (lambda x, mask: (2 * x * mask).double(), False),
        (lambda x, mask: 2 * x * mask / mask, False),
        (lambda x, mask: 1.0, False),
    ],
)
def test_dropped(wrong, alike):
    torch.manual_seed(0)
    x, one, other = torch.randn(100, 90), *torch.randint(0, 2, (2, 100, 90))
    assert (compare.dropped(2 * x * one, wrong(x, other)) is None) == alike


@pytest.mark.parametrize(
    ("how", "one", "other", "alike"),
    [
        ("values", X, X + 1e-9, True),
        ("values", X, X + 1e-3, False),
        ("values", X, 2.0, False),
        ("values", torch.full((2,), math.nan), torch.full((2,), math.nan), True),
        ("values", torch.full((2,), math.nan), torch.zeros(2), False),
        ("dtype", X.float(), X, False),
        ("number", 0.5, 0.5 + 1e-12, True),
        ("number", 0.5, 0.6, False),
        ("plain", (3, 4), [3, 4], True),
        ("raises", X, X.clone(), True),
        ("raises", X, -X, False),
        ("values", None, None, True),
    ],
)
def test_alike(how, one, other, alike):
    assert compare.alike(how, Outcome(value=one), Outcome(value=other)) == alike


def test_exceptions_are_alike_by_their_type():
    a, b, c = (Outcome(raised=Raised(*what)) for what in (("A", "x"), ("A", "y"), ("B", "x")))
    assert compare.alike("values", a, b)
    assert not compare.alike("values", a, c)
    assert not compare.alike("values", a, Outcome(value=X))


DTYPES = [torch.float64, torch.float32, torch.float16, torch.int64, torch.uint8, torch.bool, torch.complex64]


@st.composite
def tensors(draw):
    shape = draw(st.sampled_from([(), (1,), (0,), (2, 3), (3, 2), (60,), (2, 0, 3)]))
    fill = draw(st.sampled_from([0.0, 1.0, -2.5, math.nan, math.inf]))
    dtype = draw(st.sampled_from(DTYPES))
    if not dtype.is_floating_point and not math.isfinite(fill):
        fill = 1.0
    return torch.full(shape, fill, dtype=torch.float64).to(dtype)


RETURNED = (
    tensors()
    | st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats()
    | st.text(max_size=3)
    | st.lists(st.integers() | st.floats() | st.none(), max_size=3)
    | st.just(Other("thing"))
)
OUTCOMES = st.builds(lambda v: Outcome(value=v), RETURNED) | st.builds(
    lambda *r: Outcome(raised=Raised(*r)), st.text(max_size=3), st.text(max_size=3), st.none(), st.booleans()
)
RIGHT = {
    "values": [X, torch.zeros(0), torch.tensor(0.0), torch.full((2, 3), -math.inf)],
    "roughly": [X],
    "number": [torch.tensor(0.5), 2.0, 3],
    "plain": [3, [3, 4]],
    "scalar_tensor": [torch.tensor(0.5)],
    "unchanged": [X],
    "dtype": [X.float()],
    "distribution": [torch.linspace(0, 1, 60), torch.zeros(60)],
    "dropped": [torch.linspace(0, 1, 60), torch.zeros(60)],
    "raises": [None],
    "refuses": [None],
    "values_or_raises": [X],
}


@pytest.mark.parametrize("how", RIGHT)
@settings(max_examples=60, deadline=None, database=None, derandomize=True)
@given(data=st.data())
def test_whatever_is_returned_is_judged(how, data):
    expected, got = data.draw(st.sampled_from(RIGHT[how])), data.draw(OUTCOMES)
    says = compare.outcomes(how, Outcome(value=expected), got)
    assert says is None or (isinstance(says, str) and says)
    assert compare.alike(how, Outcome(value=expected), got) in (True, False)
