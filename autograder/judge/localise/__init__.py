"""Which entries of a tensor are wrong, and in what pattern: words that hold in every case that was tried.

The case that is shown to a student is mostly tiny, and in two or three entries any pattern can be an accident. So
each statement is tested on all other cases that fail, too, and made only if that many entries say more than chance.
"""

from dataclasses import replace

import torch

from .case import NOTHING_KNOWN, Case, Setting, Size
from .numbers import figure
from .patterns import passing, pattern
from .regions import HUGE, where

__all__ = ["NOTHING_KNOWN", "Case", "Setting", "Size", "figure", "passing", "sentence"]


def sentence(shown, others=()):
    """What is wrong in one case, in a clause or two. others: more cases of the same comparison, right ones too."""
    cases = [shown, *others]
    if bool((shown.wrong & ~torch.isfinite(shown.got)).any()):
        return _not_finite(cases)
    words, whole = pattern(cases) or ("", False)
    region = None if whole else where(cases)
    largest = "" if shown.wrong.numel() == 1 else f"; the largest difference is {_largest(shown)}"
    return _subject(shown, "differ", region) + (f": {words}" if words else largest)


def _subject(shown, what, region):
    """The number, or how many they are and where; in brackets if the case that is shown has no others."""
    head = _one(shown) if shown.wrong.numel() == 1 else f"{shown.count} of {shown.wrong.numel()} entries {what}"
    if region is None:
        return head
    return f"{head} (in all cases only {region})" if shown.regions[region].all() else f"{head}, only {region}"


def _largest(case):
    return figure((case.expected - case.got).abs().max())


def _one(case):
    """A single number, with as many digits as it takes to see the difference."""
    for digits in range(4, 17):
        expected, got = (figure(value, digits) for value in (case.expected, case.got))
        if expected != got:
            break
    return f"expected {expected}, got {got}"


def _not_finite(cases):
    """What is nan or inf, and which inputs are."""
    bad = [replace(c, wrong=c.wrong & ~torch.isfinite(c.got)) for c in cases]
    shown = bad[0]
    what = "nan" if bool(torch.isnan(shown.got[shown.wrong]).any()) else "inf"
    region = where(bad)
    return _subject(shown, f"are {what}", region) + _origin(what, bad, region or "")


def _origin(what, bad, region):
    """Where nan or inf can come from: a huge input, or else memory that nobody filled, or a division by zero."""
    inputs = bad[0].setting.inputs
    if any(region.startswith((f"where {name} ", f"where |{name}| ")) and not region.endswith(" 0") for name in inputs):
        return ""  # that is the place where the input is huge
    failing = [c for c in bad if c.count]
    for name, tensor in inputs.items():
        if all(name in c.setting.inputs and _reach(c.setting.inputs[name]) > HUGE for c in failing):
            return f"; {name} holds {figure(tensor.flatten()[tensor.abs().argmax()])}"
    if not inputs or any(_reach(tensor) > HUGE for tensor in inputs.values()):
        return ""
    if what == "nan":
        return "; torch.empty gives nan here, and so does 0/0"
    return "; a division by 0 gives inf, and so does the logarithm of 0"


def _reach(tensor):
    return tensor.abs().max().item() if tensor.numel() else 0.0
