"""Is what came out what should have come out? One function per kind of comparison; the words are for the student."""

import math

import torch

from ..sandbox.wire import Other
from . import localise

TOLERANCE = 1e-6
"""Allowed difference, relative to the largest expected entry (to 1 if that is smaller). It admits another order of
operations, and float32 arithmetic inside; the smallest wrong formula on the drawn cases is off by far more."""
TOLERANCE_FLOAT32 = 1e-4
"""The same for float32 in and out, where sums over many terms lose digits."""
ROUGH = 1e-4
"""The same for numerical differentiation, whose own error is about 1e-10/h."""
FALSE_ALARM = 1e-6
"""Probability with which two samples of one distribution are called different, under a fixed seed once and for all."""


def values(expected, got):
    """Same shape, same numbers within the tolerance."""
    return _tensors(expected, got, TOLERANCE)


def roughly(expected, got):
    """Same shape, same numbers up to the error of numerical differentiation."""
    return _tensors(expected, got, ROUGH)


def number(expected, got):
    """One number, as a 0-d tensor, a one-element tensor or a plain number."""
    return _tensors(*_numbers(expected, got), TOLERANCE)


def plain(expected, got):
    """A plain Python value, or a list or tuple of them."""
    expected, got = (list(v) if isinstance(v, tuple) else v for v in (expected, got))
    same = not isinstance(got, torch.Tensor) and expected == got
    return None if same else f"expected {expected!r}, got {_describe(got)}"


def scalar_tensor(expected, got):
    """A 0-d tensor."""
    if isinstance(got, torch.Tensor) and got.dim() == 0:
        return None
    return f"a loss is a 0-d tensor, but {_describe(got)} was returned"


def unchanged(expected, got):
    """A tensor of the caller's that must be as it was."""
    return None if _tensors(expected, got, 0.0) is None else "a tensor that belongs to the caller was changed in place"


def dtype(expected, got):
    """The dtype of the input, and the numbers as exact as that dtype is."""
    if isinstance(got, torch.Tensor) and got.dtype != expected.dtype:
        return f"the input is {_short(expected.dtype)}, but the result is {_short(got.dtype)}"
    if not isinstance(got, torch.Tensor):
        return f"expected a tensor, got {_describe(got)}"
    return _tensors(expected, got, TOLERANCE_FLOAT32)


def distribution(expected, got):
    """A sample of one distribution: by Kolmogorov-Smirnov distance, and the standard deviation to ten of its errors."""
    if problem := _shape_problem(expected, got):
        return problem
    if not torch.isfinite(got).all():
        return "some entries were not filled with finite numbers"
    expected, got = expected.double(), got.double()
    distance = _ks_distance(expected.flatten(), got.flatten())
    alike = distance <= math.sqrt(-math.log(FALSE_ALARM / 2) / expected.numel())  # two samples of the same size
    if alike and (got.std() - expected.std()).abs() <= expected.std() * 10 / math.sqrt(expected.numel()):
        return None
    return f"another distribution: expected {_moments(expected)}; got {_moments(got)}"


def dropped(expected, got):
    """The same numbers under two random masks: equal where both let something through, as many zeros up to chance."""
    if problem := _shape_problem(expected, got):
        return problem
    both = (expected != 0) & (got != 0)
    if problem := dtype(expected[both], got[both]):
        return problem
    zeros, share = (got == 0).double().mean().item(), (expected == 0).double().mean().item()
    chance = math.sqrt(-math.log(FALSE_ALARM / 2) / expected.numel())
    return None if abs(zeros - share) <= chance else f"{share:.1%} of the entries should be 0, {zeros:.1%} are"


def _moments(sample):
    return (
        f"mean {localise.figure(sample.mean())}, standard deviation {localise.figure(sample.std())}, "
        f"range {localise.figure(sample.min())} … {localise.figure(sample.max())}"
    )


COMPARISONS = {
    f.__name__: f for f in (values, roughly, number, plain, scalar_tensor, unchanged, dtype, distribution, dropped)
}
"""Comparisons of two values. 'raises', 'refuses' and '…_or_raises' concern outcomes and stand in `outcomes` below."""
NUMERICAL = {
    "values": TOLERANCE,
    "roughly": ROUGH,
    "number": TOLERANCE,
    "dtype": TOLERANCE_FLOAT32,
    "distribution": TOLERANCE,
}
"""Comparisons whose tensors can be looked at to say more, and the difference that they allow."""
REFUSALS = ("raises", "refuses")
"""Comparisons that want an exception."""
NO_REFUSAL = ("NotImplementedError", "RuleViolation")
"""Exceptions that never count as a refusal of wrong use."""


def outcomes(how, expected, got):
    """Compare two Outcomes; None if they agree, else what is wrong, in words."""
    if expected.raised is not None and how not in REFUSALS:
        raise ValueError(f"the reference raised {expected.raised.type}: {expected.raised.message}")
    if got.raised is not None:
        return None if _refuses(how, got.raised) else f"raised {got.raised.type}: {got.raised.message}"
    if how in REFUSALS:
        return f"an error should be raised, but {_describe(got.value)} was returned"
    return COMPARISONS[how.removesuffix("_or_raises").removesuffix("_or_refuses")](expected.value, got.value)


def explained(how, *seen):
    """The same of the first of several (expected, got, Setting), in the words that hold for all of them.

    The others are what came out of the same calls with other numbers, right or wrong. So what is said of a case of
    two entries is not said because two entries happen to look like it.
    """
    expected, got, setting = seen[0]
    problem = outcomes(how, expected, got)
    cases = [_comparable(how, *one) for one in seen]
    if problem is None or cases[0] is None:
        return problem
    if how == "distribution":
        passing = localise.passing(cases[0].expected, cases[0].got, setting)
        return f"another distribution: {passing}" if passing else problem
    return localise.sentence(cases[0], [case for case in cases[1:] if case is not None]) if cases[0].count else problem


def _comparable(how, expected, got, setting):
    """Two Outcomes as a Case, or None if not the numbers in them are what is wrong."""
    tolerance = NUMERICAL.get(how.removesuffix("_or_raises").removesuffix("_or_refuses"))
    if tolerance is None or expected.raised is not None or got.raised is not None:
        return None
    expected, got = expected.value, got.value
    if how == "number":
        expected, got = _numbers(expected, got)
    if _shape_problem(expected, got) or (how == "dtype" and expected.dtype != got.dtype):
        return None
    return _case(expected, got, tolerance, setting)


def _refuses(how, raised):
    """Whether an exception is an answer that this comparison admits: 'refuses' admits one of the constructor too."""
    if not how.endswith(("raises", "refuses")) or raised.type in NO_REFUSAL:
        return False
    return not raised.earlier or (
        how.endswith("refuses") and raised.type in ("TypeError", "ValueError", "RuntimeError")
    )


def alike(how, one, other):
    """Whether two Outcomes, judged in that way, are those of one and the same formula; nan is alike to nan."""
    if one.raised is not None or other.raised is not None:
        return one.raised is not None and other.raised is not None and one.raised.type == other.raised.type
    one, other = one.value, other.value
    if isinstance(one, torch.Tensor) != isinstance(other, torch.Tensor):
        return False
    if not isinstance(one, torch.Tensor):
        return (number if isinstance(one, float) else plain)(one, other) is None
    if how == "distribution":
        return distribution(one, other) is None
    if _shape_problem(one, other) or (how == "dtype" and one.dtype != other.dtype):
        return False
    tolerance = {"dtype": TOLERANCE_FLOAT32, "roughly": ROUGH}.get(how, TOLERANCE)
    return not _case(one, other, tolerance).count


def _tensors(expected, got, tolerance):
    if problem := _shape_problem(expected, got):
        return problem
    if expected.numel() and torch.dist(expected.double(), got.double(), math.inf) <= tolerance:
        return None  # nearly always; nan is never at most anything
    case = _case(expected, got, tolerance)
    return localise.sentence(case) if case.count else None


def _case(expected, got, tolerance, setting=localise.NOTHING_KNOWN):
    """Two tensors of one shape, as they are looked at to say what is wrong."""
    expected, got = expected.double(), got.double()
    limit = tolerance * max(1.0, expected.abs().nan_to_num(0, 0, 0).max().item()) if expected.numel() else 0.0
    close = (expected - got).abs() <= limit
    wrong = ~close & (expected != got) & ~(expected.isnan() & got.isnan())
    return localise.Case(expected, got, wrong, limit, setting)


def _shape_problem(expected, got):
    if not isinstance(got, torch.Tensor):
        return f"expected a tensor, got {_describe(got)}"
    if got.is_complex():
        return f"expected real numbers, got {_short(got.dtype)}"
    if got.shape != expected.shape:
        return f"expected shape {tuple(expected.shape)}, got {tuple(got.shape)}"
    return None


def _ks_distance(a, b):
    """The largest distance between the shares of both samples that are at most some value."""
    values, order = torch.cat([a, b]).sort()
    ahead = torch.where(order < len(a), 1 / len(a), -1 / len(b)).cumsum(0)
    last_of_equals = values != torch.cat([values[1:], values.new_full((1,), math.inf)])
    return ahead[last_of_equals].abs().max().item()


def _numbers(expected, got):
    """Both as 0-d tensors, if they are numbers in some way."""
    if isinstance(got, torch.Tensor) and got.numel() == 1:
        got = got.reshape(())
    elif isinstance(got, (bool, int, float)):
        got = _as_tensor(got)
    return _as_tensor(expected), got


def _as_tensor(value):
    return value if isinstance(value, torch.Tensor) else torch.tensor(float(value), dtype=torch.float64)


def _describe(value):
    if isinstance(value, torch.Tensor):
        return f"a tensor of shape {tuple(value.shape)}"
    if isinstance(value, Other):
        return f"a value of type {value.type}"
    return repr(value)


def _short(dtype):
    return str(dtype).removeprefix("torch.")
