"""Which entries of a tensor are wrong, and in what pattern: words that hold in every case that was tried.

The case that is shown to a student is mostly tiny, and in two or three entries any pattern can be an accident. So
each statement is tested on all other cases that fail, too, and made only if that many entries say more than chance.
"""

import itertools
import math
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property

import torch

HUGE = 30.0
"""An input beyond this saturates a sigmoid in float64: what goes wrong there is overflow, not a wrong formula."""
OVERFLOWING = 700.0
"""An input whose exponential is infinite, or nearly."""
LARGE, VAST = 5_000, 200_000
"""Entries beyond which a tensor is looked at for a factor alone, and beyond which no more is said of where."""
SLICES = 8
"""So many channels, rows or samples are told by their numbers, more by from where to where."""
ENTRIES_NEEDED = 3
"""What can be said of two entries can be said of any two."""
ODDS = 20
"""How many times likelier a region must make the places of the wrong entries than chance does."""


@dataclass(frozen=True)
class Size:
    """A number of the case that a factor may be: what it is called, and the numbers it is the product of."""

    label: str
    parts: tuple

    @property
    def value(self):
        return math.prod(self.parts)

    @property
    def written_out(self):
        """`N·D = 2·3`."""
        return self.label + (f" = {'·'.join(figure(p) for p in self.parts)}" if len(self.parts) > 1 else "")


@dataclass(frozen=True)
class Setting:
    """What is known of the calls that a tensor came from (`diagnose.setting`); nothing of it is needed.

    inputs: the tensors that went in. sizes: {key: Size}, the numbers that it may have been divided by. axes: a name
    for each dimension, None for one that has none.
    """

    inputs: dict = field(default_factory=dict)
    sizes: dict = field(default_factory=dict)
    axes: tuple = ()


NOTHING_KNOWN = Setting()


@dataclass(frozen=True, eq=False)
class Case:
    """One comparison, in float64. wrong: which entries differ by more than `limit`."""

    expected: torch.Tensor
    got: torch.Tensor
    wrong: torch.Tensor
    limit: float
    setting: Setting = NOTHING_KNOWN

    @cached_property
    def count(self):
        return int(self.wrong.sum())

    @cached_property
    def axes(self):
        """A name for each dimension; those of a matrix if nothing is known."""
        rank = self.expected.dim()
        known = self.setting.axes
        return known if len(known) == rank else (None,) * (rank - 2) + ((), ("entry",), ("row", "column"))[min(rank, 2)]

    @cached_property
    def regions(self):
        """{words: mask} of all regions that have a name in this case, the most telling first."""
        return _regions(self)

    def near(self, one, other):
        """Whether two tensors are equal, up to what this comparison allows."""
        return bool(((one - other).abs() <= self.limit).all())

    def of_this_shape(self):
        """The inputs, by name, that have one entry for each entry compared."""
        return {n: t.double() for n, t in self.setting.inputs.items() if t.shape == self.expected.shape}


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


# Where


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


def _regions(case):
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
            found[f"where |{name}| > {figure(HUGE)} somewhere in the sample"] = _spread(case, 0, huge)
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
    size = case.expected.shape[axis]
    one, at = (
        (f"the {{}} {name}", "at" if name == "entry" else "in")
        if name
        else (f"the {{}} index of dimension {axis}", "at")
    )
    found = {f"{at} {one.format('first')}": [0], f"{at} {one.format('last')}": [size - 1]}
    found |= {f"{at} {name} {i} (counted from 0)": [i] for i in range(1, size) if name and size <= SLICES}
    if name and size > SLICES and case.count:
        along = case.wrong.nonzero()[:, axis]
        first, last = int(along.min()), int(along.max())
        which = f"{name} {first}" if first == last else f"{_plural(name)} {first} to {last}"
        found[f"{at} {which} (counted from 0)"] = range(first, last + 1)
    found[f"after {one.format('first')}"] = range(1, size)
    found[f"before {one.format('last')}"] = range(size - 1)
    if name in ("row", "column", "position"):
        found[f"in every second {name}, from the first on"] = range(0, size, 2)
        found[f"in every second {name}, from the second on"] = range(1, size, 2)
    return found


def _by_border(case):
    """Regions of an image: what lies at its edges."""
    if "row" not in case.axes or "column" not in case.axes or case.axes[0] not in (None, "sample"):
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
    return _spread(case, axis, chosen)


def _spread(case, axis, chosen):
    shape = [-1 if i == axis else 1 for i in range(case.expected.dim())]
    return chosen.reshape(shape).expand_as(case.expected)


# Which pattern


def pattern(cases):
    """(words, whether they explain the right entries too), the most telling that hold in all cases; or None.

    The first case must fail.
    """
    failing = [c for c in cases if c.count]
    if max(c.wrong.numel() for c in failing) > LARGE:
        return _zeros(failing) or _factor(failing, cases)
    recognisers = (_zeros, _itself, _factor, _product, _addend, _arrangement, _offset, _constant, _repetition)
    for recognise in recognisers:
        if found := (_factor(failing, cases) if recognise is _factor else recognise(failing)):
            return found
    return None


def _zeros(failing):
    """Nothing came out. Of a single number, which is printed, no words are needed."""
    if not all(c.near(c.got[c.wrong], torch.zeros(())) for c in failing):
        return None
    if failing[0].wrong.numel() == 1:
        return "", False
    if all(c.near(c.got, torch.zeros(())) for c in failing):
        return "all are 0", True
    return ("it is 0" if failing[0].count == 1 else "they are 0"), False


def _itself(failing):
    """An input came out unchanged."""
    for name in failing[0].of_this_shape():
        if _distinct(failing) >= ENTRIES_NEEDED and all(
            (x := c.of_this_shape().get(name)) is not None and c.near(x, c.got) for c in failing
        ):
            return f"what came out is {name} itself", False
    return None


def _factor(failing, cases):
    """One factor in each case, by what it is, and by what it is called if it is called the same in all of them.

    cases: the right ones too. There the factor is 1: a division by N is refuted by a case with two samples that is
    right. They say nothing if only some of a tensor's entries are wrong elsewhere.
    """
    factors = [_ratio(c) for c in failing]
    if None in factors:
        return None
    whole = all(not bool(((c.expected.abs() > c.limit) & ~c.wrong).any()) for c in failing)
    pairs = list(zip(failing, factors, strict=True))
    if whole:
        pairs += [(c, 1.0) for c in cases if not c.count and bool((c.expected.abs() > c.limit).any())]
    surplus = sum(_magnitudes(c) for c in failing) - len({f"{f:.5g}" for f in factors})
    enough = surplus >= 2 or len(pairs) >= ENTRIES_NEEDED
    named = _readings(pairs) if enough else []
    factor, one = factors[0], failing[0].count == 1
    if all(abs(f + 1) < 1e-6 for f in factors) and sum(c.count for c in failing) > 1:
        return "the sign is the opposite one", whole
    if not named and not (surplus >= 2 or (surplus == 1 and _simple(factor))):
        return None
    decimals = any(text.partition(" = ")[0].count(".") for text in named)
    prefix = "" if failing[0].wrong.numel() == 1 else "it is " if one else "each is "
    return prefix + "; ".join([amount(factor, decimals), *([", and ".join(named)] if named else [])]), whole


def _ratio(case):
    """What every wrong entry is, divided by the expected one; None if that is not one number, or is 0 or nearly 1."""
    expected, got = case.expected[case.wrong], case.got[case.wrong]
    if not bool((expected.abs() > case.limit).all()) or not bool(torch.isfinite(expected).all()):
        return None
    largest = expected.abs().argmax()
    factor = (got[largest] / expected[largest]).item()
    within = bool(((got - factor * expected).abs() <= case.limit * max(1.0, abs(factor))).all())
    return factor if within and abs(factor) > 1e-9 and abs(factor - 1) > 1e-3 else None


def _magnitudes(case):
    """How many different numbers should stand where it is wrong; ±5 everywhere says no more than 5 once."""
    return _different(case.expected[case.wrong].abs())


def _distinct(failing):
    """How many different numbers came out where it is wrong, over all cases."""
    return sum(_different(c.got[c.wrong]) for c in failing)


def _different(numbers):
    """How many of the first hundred are different."""
    return len({f"{n:.5g}" for n in numbers[:100].tolist()})


def _readings(pairs):
    """What the factors are called, all of them alike: `6 = N·D = 2·3`. pairs: (case, factor).

    None if a number and the inverse of another both fit, since then the case does not tell which it is.
    """
    keys = [key for key in pairs[0][0].setting.sizes if all(key in c.setting.sizes for c, _ in pairs)]
    keys = [key for key in keys if not _has_a_useless_part([c.setting.sizes[key] for c, _ in pairs])]
    several = len({f"{f:.5g}" for _, f in pairs if f != 1}) > 1
    for share in (1, 2, 0.5) if several else (1,):
        found = {
            power: [
                k for k in keys if all(_equal(abs(f), (c.setting.sizes[k].value / share) ** power) for c, f in pairs)
            ]
            for power in (1, -1)
        }
        if bool(found[1]) != bool(found[-1]):
            power = 1 if found[1] else -1
            return [_reading(pairs[0][0].setting.sizes[key], share, power) for key in found[power][:3]]
    return []


def _has_a_useless_part(sizes):
    """Whether a product is no more than one of its factors wherever it was looked at."""
    return len(sizes[0].parts) > 1 and any(set(part) == {1} for part in zip(*(s.parts for s in sizes), strict=True))


def _reading(size, share, power):
    if share != 1:
        label = f"{size.label}/2" if share == 2 else f"2·{size.label}"
        return f"{figure(size.value / share)} = {label}"
    if power == -1 and size.value != round(size.value):
        return f"{figure(1 / size.value)} = 1/{size.label if size.label.isidentifier() else f'({size.label})'}"
    return f"{figure(size.value)} = {size.written_out}"


def _equal(one, other):
    return abs(one - other) <= 1e-6 * abs(other)


def _product(failing):
    """A factor that differs from entry to entry: an input that is missing, or there once too often."""
    for name in failing[0].of_this_shape():
        inputs = [c.of_this_shape().get(name) for c in failing]
        if any(x is None for x in inputs) or _distinct(failing) < ENTRIES_NEEDED:
            continue
        pairs = list(zip(failing, inputs, strict=True))
        if all(c.near(c.got * x, c.expected) for c, x in pairs):
            return f"the factor {name} is missing", True
        if all(c.near(c.got, c.expected * x) for c, x in pairs):
            return f"{name} is multiplied in once more", True
    return None


def _addend(failing):
    """An input that was not added, or once too often; one number for each channel will do."""
    for name, axis in itertools.product(failing[0].setting.inputs, (1, -1)):
        addends = [_for_each_entry(c, name, axis) for c in failing]
        if any(a is None for a in addends) or _distinct(failing) < ENTRIES_NEEDED:
            continue
        pairs = list(zip(failing, addends, strict=True))
        if all(c.near(c.got + a, c.expected) for c, a in pairs):
            return f"{name} is missing in the sum", True
        if all(c.near(c.got - a, c.expected) for c, a in pairs):
            return f"{name} is added once too often", True
    return None


def _for_each_entry(case, name, axis):
    """An input spread over all entries, if it has as many or one for each slice along an axis; else None."""
    tensor, rank = case.setting.inputs.get(name), case.expected.dim()
    if tensor is None or not tensor.is_floating_point():
        return None
    if tensor.dim() == 1 and rank > max(axis, 0) and len(tensor) == case.expected.shape[axis]:
        return _spread(case, axis % rank, tensor.double())
    return tensor.double() if tensor.shape == case.expected.shape else None


def _offset(failing):
    """The same number too much everywhere."""
    if failing[0].wrong.numel() == 1:
        return None
    differences = [(c.got - c.expected)[c.wrong] for c in failing]
    if not all(c.near(d, d[0]) for c, d in zip(failing, differences, strict=True)):
        return None
    if sum(_magnitudes(c) for c in failing) - len({f"{d[0].item():.5g}" for d in differences}) < 2:
        return None
    offset, each = differences[0][0].item(), "it is" if failing[0].count == 1 else "each is"
    return f"{each} {figure(abs(offset))} too {'large' if offset > 0 else 'small'}", False


def _constant(failing):
    """The same number everywhere."""
    values = [c.got[c.wrong] for c in failing]
    if failing[0].count < 2 or not all(c.near(v, v[0]) for c, v in zip(failing, values, strict=True)):
        return None
    if sum(_magnitudes(c) for c in failing) - len({f"{v[0].item():.5g}" for v in values}) < 2:
        return None
    return f"all of them are {figure(values[0][0])}", False


def _repetition(failing):
    """One slice that stands in the place of all."""
    for axis, name in enumerate(failing[0].axes):
        if name in (None, "entry") or not all(c.expected.dim() == failing[0].expected.dim() for c in failing):
            continue
        wide = [c for c in failing if c.expected.shape[axis] > 1]
        if failing[0] not in wide or not all(c.near(c.got, c.got.narrow(axis, 0, 1)) for c in failing):
            continue
        if sum(c.got.narrow(axis, 0, 1).numel() for c in wide) >= 2 and _distinct(failing) >= ENTRIES_NEEDED:
            return f"every {name} is the same", True
    return None


# The right numbers in the wrong places


def _arrangement(failing):
    """An arrangement, if one fits; if several do, no more than that it is one."""
    ranks = {c.expected.dim() for c in failing}
    if len(ranks) > 1 or sum(_magnitudes(c) for c in failing) < 2:
        return None
    if not all(_same_numbers(c) or _shifts(c) for c in failing):
        return None
    held = [words for words, fits in _arrangements(failing) if all(fits(c) for c in failing)]
    specific = [words for words in held if "another order" not in words] or held
    if len(specific) == 1:
        return specific[0], True
    permuted = all(_same_numbers(c) for c in failing)
    if permuted and (specific or sum(_magnitudes(c) for c in failing) >= ENTRIES_NEEDED):
        return "the right numbers, but in other places", True
    return None


def _same_numbers(case):
    return case.near(case.got.flatten().sort().values, case.expected.flatten().sort().values)


def _arrangements(failing):
    """[(words, whether a case fits them)] for tensors of this rank."""
    rank, axes = failing[0].expected.dim(), failing[0].axes
    named = [(axis, name) for axis, name in enumerate(axes) if name]
    found = [
        (f"the {_plural(name)} are in reverse order", lambda c, a=a: c.near(c.expected.flip(a), c.got))
        for a, name in named
    ]
    if rank > 1 and any(min(c.expected.shape[-2:]) > 1 for c in failing):
        found.append(("turned by 180°", lambda c: c.near(c.expected.flip(-1, -2), c.got)))
    for a in range(rank):
        for b in range(a + 1, rank):
            found.append((_exchanged(failing, a, b), lambda c, a=a, b=b: _is_exchanged(c, a, b)))
    if rank > 2:
        found += [
            ("the right numbers, in the order of a tensor whose dimension 1 comes last", lambda c: _is_moved(c, 1, -1)),
            (
                "the right numbers, in the order of a tensor whose last dimension is dimension 1",
                lambda c: _is_moved(c, -1, 1),
            ),
        ]
    for a, name in named:
        found += [
            (f"each {name} holds what belongs in the {name} before it", lambda c, a=a: _is_shifted(c, a, 1)),
            (f"each {name} holds what belongs in the {name} after it", lambda c, a=a: _is_shifted(c, a, -1)),
        ]
    for a in range(rank):
        words = f"the {_plural(axes[a])} are" if axes[a] else f"what lies along dimension {a} is"
        found.append((f"{words} in another order", lambda c, a=a: _is_reordered(c, a)))
    return found


def _exchanged(failing, a, b):
    """Transposed in the words of matrices; where the shape is the right one all the same, it was reshaped, too."""
    both = (failing[0].axes[a], failing[0].axes[b])
    what = "rows and columns" if both in (("row", "column"), ("sample", "column")) else f"dimensions {a} and {b}"
    if all(c.expected.shape[a] == c.expected.shape[b] for c in failing):
        return f"{what} are exchanged"
    return f"the right numbers, in the order of exchanged {what}"


def _is_exchanged(case, a, b):
    """Transposed; or with the right shape, but in the order of memory that the transposed tensor has."""
    return case.near(case.expected.transpose(a, b).reshape(case.expected.shape), case.got)


def _is_moved(case, source, destination):
    return case.near(case.expected.movedim(source, destination).reshape(case.expected.shape), case.got)


def _shifts(case):
    """Whether it is a tensor shifted along some dimension: the one arrangement in which numbers get lost."""
    return any(_is_shifted(case, axis, by) for axis in range(case.expected.dim()) for by in (1, -1))


def _is_shifted(case, axis, by):
    """Whether all slices but one are their neighbours, and not for being alike."""
    size = case.expected.shape[axis]
    if size < 3:
        return False
    kept, moved = case.expected.narrow(axis, 0 if by > 0 else 1, size - 1), case.got.narrow(axis, max(by, 0), size - 1)
    return case.near(kept, moved) and not case.near(kept, kept.narrow(axis, 0, 1))


def _is_reordered(case, axis):
    """Whether the slices along one dimension are the right ones in another order."""
    if case.expected.shape[axis] > 4 * SLICES:
        return False
    expected, got = (t.movedim(axis, 0).flatten(1) if t.dim() > 1 else t[:, None] for t in (case.expected, case.got))
    alike = ((got[:, None] - expected[None]).abs() <= case.limit).all(2)
    return bool(alike.any(1).all()) and bool(alike.any(0).all())


def _plural(name):
    return "entries" if name == "entry" else f"{name}s"


# What passes a mask


def passing(expected, got, setting):
    """Of two samples of a mask, each 0 or one other number: what that number should be, and how many 0 there are."""
    ones = [t[t != 0].unique() for t in (expected, got)]
    if not all(len(one) and torch.isfinite(one).all() and one.max() - one.min() < 1e-6 for one in ones):
        return None
    (should, does), share = (one[0].item() for one in ones), setting.sizes.get("1-p")
    shares = [(t == 0).double().mean().item() for t in (expected, got)]
    found = []
    if not _equal(should, does):
        called = " = 1/(1-p)" if share and _equal(should, 1 / share.value) else ""
        found.append(f"what passes is {figure(does)}, not {figure(should)}{called}")
    if abs(shares[0] - shares[1]) > 0.05:
        found.append(f"{shares[1]:.0%} of the entries are 0, not about {shares[0]:.0%}")
    return "; ".join(found)


# Numbers


def amount(factor, decimals=False):
    """`half of the expected one`, `3 times the expected one`, `1/6 of the expected one, with the opposite sign`."""
    size, sign = abs(factor), ", with the opposite sign" if factor < 0 else ""
    simple = _simple(size)
    if simple is None or decimals:
        text = f"{figure(size)} times"
    elif simple.denominator > 1:
        text = "half of" if simple == Fraction(1, 2) else f"{simple} of"
    else:
        text = "twice" if simple == 2 else f"{simple} times"
    return f"{text} the expected one{sign}"


def _simple(number):
    """A number as a fraction that one says, a whole number or one with small parts; else None."""
    size = abs(number)
    if _equal(size, round(size)) and 0 < round(size) < 1e6:
        return Fraction(round(size))
    if size < 1 and _equal(1 / size, round(1 / size)) and round(1 / size) < 1e6:
        return Fraction(1, round(1 / size))
    fraction = Fraction(size).limit_denominator(12)
    return fraction if fraction and fraction.numerator <= 12 and _equal(size, float(fraction)) else None


def figure(value, digits=4):
    """A number as it is printed in a message."""
    value = float(value)
    whole = math.isfinite(value) and value == round(value) and abs(value) < 1e6
    return f"{value:.0f}" if whole else f"{value:.{digits}g}"
