"""Where a tensor is wrong: at its edges, in some channels or samples, or where an input is negative or huge."""

import math

import torch

from .numbers import figure

HUGE = 30.0
"""An input beyond this saturates a sigmoid in float64: what goes wrong there is overflow, not a wrong formula."""
OVERFLOWING = 700.0
"""An input whose exponential is infinite, or nearly."""
VAST = 200_000
"""Entries beyond which nothing is said of where."""
SLICES = 8
"""So many channels, rows or samples are told by their numbers, more by from where to where."""
ENTRIES_NEEDED = 3
"""What can be said of two entries can be said of any two."""
ODDS = 20
"""How many times likelier a region must make the places of the wrong entries than chance does."""


def where(cases):
    """The region outside of which nothing is wrong in any case, as `where x < 0`; None if chance could do as much.

    Of several regions the one that says most, among those of which at least a half is wrong. Two that mark the same
    entries but speak of different things, a place and a value, are both dropped: nobody could tell which it is.
    """
    failing = sorted((c for c in cases if c.count), key=lambda c: -min(c.count, c.wrong.numel() - c.count))
    if not failing or max(c.wrong.numel() for c in failing) > VAST:
        return None
    weights = {words: _weight(failing[0], mask) for words, mask in failing[0].regions.items()}
    for case in failing[1:]:
        if not any(weight is not None for weight in weights.values()):
            return None
        here = case.regions
        weights = {
            words: weight + more
            for words, weight in weights.items()
            if weight is not None and words in here and (more := _weight(case, here[words])) is not None
        }
    count = sum(c.count for c in failing)
    weights = {
        words: weight
        for words, weight in weights.items()
        if weight is not None and sum(int(c.regions[words].sum()) for c in failing) <= 2 * count
    }
    best = max(weights.values(), default=0.0)
    told = [words for words, weight in weights.items() if weight > best - 1e-9]
    enough = count >= ENTRIES_NEEDED and best >= math.log(ODDS)
    return told[0] if enough and len({words.startswith("where") for words in told}) == 1 and cases[0].count else None


def _weight(case, mask):
    """How surprising it is that all wrong entries lie in a region, as a logarithm; None if they do not."""
    if bool((case.wrong & ~mask).any()):
        return None
    return _log_choices(case.wrong.numel(), case.count) - _log_choices(int(mask.sum()), case.count)


def _log_choices(n, k):
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def named(case):
    """{words: mask} of all regions that have a name in this case, the most telling first."""
    found = {}
    for name, tensor in case.of_this_shape().items():
        found |= _by_value(name, tensor)
    found |= _by_sample(case) | _by_class(case)
    found |= {
        "where 0 is expected": case.expected == 0,
        "where a negative number is expected": case.expected < 0,
        "where a positive number is expected": case.expected > 0,
    }
    for axis, name in enumerate(case.axes):
        found |= {words: _along(case, axis, indices) for words, indices in _slices(case, axis, name).items()}
    return found | _by_border(case)


def _by_value(name, x):
    """Regions told by what one input is in the same place."""
    found = {f"where {name} is 0": x == 0}
    for extreme in x[x.abs() > HUGE].abs().unique().tolist()[:3]:
        found |= {f"where {name} is {figure(sign * extreme)}": x == sign * extreme for sign in (1, -1)}
        found[f"where |{name}| is {figure(extreme)}"] = x.abs() == extreme
    for bound in (OVERFLOWING, HUGE):
        found[f"where {name} > {figure(bound)}"] = x > bound
        found[f"where {name} < {figure(-bound)}"] = x < -bound
        found[f"where |{name}| > {figure(bound)}"] = x.abs() > bound
    return found | {f"where {name} < 0": x < 0, f"where {name} > 0": x > 0}


def _by_sample(case):
    """Samples of which an input is huge somewhere: one such entry spoils a whole softmax."""
    found = {}
    for name, tensor in case.setting.inputs.items():
        if case.axes and case.axes[0] == "sample" and tensor.dim() > 1 and len(tensor) == len(case.expected):
            huge = (tensor.abs() > HUGE).flatten(1).any(1)
            found[f"where |{name}| > {figure(HUGE)} somewhere in the sample"] = spread(case, 0, huge)
    return found


def _by_class(case):
    """Scores of the class that an integer target names, and of all others."""
    found = {}
    for name, tensor in case.setting.inputs.items():
        whole = not tensor.is_floating_point() and tensor.shape == case.expected.shape[:1] and case.expected.dim() == 2
        if whole and bool(((tensor >= 0) & (tensor < case.expected.shape[1])).all()):
            right = torch.zeros_like(case.wrong).scatter(1, tensor.long()[:, None], True)
            found |= {f"at the class of the {name}": right, "at the other classes": ~right}
    return found


def _slices(case, axis, name):
    """{words: indices} along one dimension. A region of nothing stays in the list: there, nothing may be wrong."""
    size, at = case.expected.shape[axis], "at" if name in (None, "entry") else "in"
    noun = name or f"index of dimension {axis}"
    found = {f"{at} the first {noun}": [0], f"{at} the last {noun}": [size - 1]}
    if name:
        found |= {f"{at} {which} (counted from 0)": indices for which, indices in _numbered(case, axis, name).items()}
    found |= {f"after the first {noun}": range(1, size), f"before the last {noun}": range(size - 1)}
    if name in ("row", "column", "position"):
        found[f"in every second {name}, from the first on"] = range(0, size, 2)
        found[f"in every second {name}, from the second on"] = range(1, size, 2)
    return found


def _numbered(case, axis, name):
    """{name with number: indices} of single slices; of many slices, all those between which something is wrong."""
    size = case.expected.shape[axis]
    if size <= SLICES or not case.count:
        return {f"{name} {i}": [i] for i in range(1, min(size, SLICES))}
    along = case.wrong.nonzero()[:, axis]
    first, last = int(along.min()), int(along.max())
    return {f"{name} {first}" if first == last else f"{plural(name)} {first} to {last}": range(first, last + 1)}


def _by_border(case):
    """Regions of an image: what lies at its edges."""
    if case.expected.dim() < 3 or "row" not in case.axes or "column" not in case.axes:
        return {}
    row, column = case.axes.index("row"), case.axes.index("column")
    ends = [_along(case, axis, {0, case.expected.shape[axis] - 1}) for axis in (row, column)]
    last = [_along(case, axis, [case.expected.shape[axis] - 1]) for axis in (row, column)]
    return {
        "in the last row or column": last[0] | last[1],
        "at the corners": ends[0] & ends[1],
        "on the border": ends[0] | ends[1],
    }


def _along(case, axis, indices):
    """The mask of some indices along one dimension."""
    chosen = torch.zeros(case.expected.shape[axis], dtype=torch.bool)
    chosen[[i for i in indices if i >= 0]] = True
    return spread(case, axis, chosen)


def spread(case, axis, chosen):
    shape = [-1 if i == axis else 1 for i in range(case.expected.dim())]
    return chosen.reshape(shape).expand_as(case.expected)


def plural(name):
    return "entries" if name == "entry" else f"{name}s"
