"""What is wrong with numbers that stand in the right places: a factor and its name, a sign, a missing term."""

import itertools

import torch

from .arrangements import arrangement
from .case import distinct, magnitudes
from .numbers import amount, equal, figure, simple
from .regions import ENTRIES_NEEDED, spread

LARGE = 5_000
"""Entries beyond which a tensor is looked at for a factor alone."""


def pattern(cases):
    """(words, whether they explain the right entries too), the most telling that hold in all cases; or None.

    The first case must fail.
    """
    failing = [c for c in cases if c.count]
    if max(c.wrong.numel() for c in failing) > LARGE:
        return _zeros(failing) or _factor(failing, cases)
    recognisers = (_zeros, _itself, _factor, _product, _addend, arrangement, _offset, _constant, _repetition)
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
        if distinct(failing) >= ENTRIES_NEEDED and all(
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
    surplus = sum(magnitudes(c) for c in failing) - len({f"{f:.5g}" for f in factors})
    enough = surplus >= 2 or len(pairs) >= ENTRIES_NEEDED
    named = _readings(pairs) if enough else []
    factor, one = factors[0], failing[0].count == 1
    if all(abs(f + 1) < 1e-6 for f in factors) and sum(c.count for c in failing) > 1:
        return "the sign is the opposite one", whole
    if not named and not (surplus >= 2 or (surplus == 1 and simple(factor))):
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
                k for k in keys if all(equal(abs(f), (c.setting.sizes[k].value / share) ** power) for c, f in pairs)
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


def _product(failing):
    """A factor that differs from entry to entry: an input that is missing, or there once too often."""
    for name in failing[0].of_this_shape():
        inputs = [c.of_this_shape().get(name) for c in failing]
        if any(x is None for x in inputs) or distinct(failing) < ENTRIES_NEEDED:
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
        if any(a is None for a in addends) or distinct(failing) < ENTRIES_NEEDED:
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
        return spread(case, axis % rank, tensor.double())
    return tensor.double() if tensor.shape == case.expected.shape else None


def _offset(failing):
    """The same number too much everywhere."""
    if failing[0].wrong.numel() == 1:
        return None
    differences = [(c.got - c.expected)[c.wrong] for c in failing]
    if not all(c.near(d, d[0]) for c, d in zip(failing, differences, strict=True)):
        return None
    if sum(magnitudes(c) for c in failing) - len({f"{d[0].item():.5g}" for d in differences}) < 2:
        return None
    offset, each = differences[0][0].item(), "it is" if failing[0].count == 1 else "each is"
    return f"{each} {figure(abs(offset))} too {'large' if offset > 0 else 'small'}", False


def _constant(failing):
    """The same number everywhere."""
    values = [c.got[c.wrong] for c in failing]
    if failing[0].count < 2 or not all(c.near(v, v[0]) for c, v in zip(failing, values, strict=True)):
        return None
    if sum(magnitudes(c) for c in failing) - len({f"{v[0].item():.5g}" for v in values}) < 2:
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
        if sum(c.got.narrow(axis, 0, 1).numel() for c in wide) >= 2 and distinct(failing) >= ENTRIES_NEEDED:
            return f"every {name} is the same", True
    return None


def passing(expected, got, setting):
    """Of two samples of a mask, each 0 or one other number: what that number should be, and how many 0 there are."""
    ones = [t[t != 0].unique() for t in (expected, got)]
    if not all(len(one) and torch.isfinite(one).all() and one.max() - one.min() < 1e-6 for one in ones):
        return None
    (should, does), share = (one[0].item() for one in ones), setting.sizes.get("1-p")
    shares = [(t == 0).double().mean().item() for t in (expected, got)]
    found = []
    if not equal(should, does):
        called = " = 1/(1-p)" if share and equal(should, 1 / share.value) else ""
        found.append(f"what passes is {figure(does)}, not {figure(should)}{called}")
    if abs(shares[0] - shares[1]) > 0.05:
        found.append(f"{shares[1]:.0%} of the entries are 0, not about {shares[0]:.0%}")
    return "; ".join(found)
