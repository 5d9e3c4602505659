"""One comparison of tensors, and what is known of the calls that they came from."""

import math
from dataclasses import dataclass, field
from functools import cached_property

import torch

from .numbers import different, figure
from .regions import named


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
    """What is known of the calls that a tensor came from (`judge/setting.py`); nothing of it is needed.

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
        return named(self)

    def near(self, one, other):
        """Whether two tensors are equal, up to what this comparison allows."""
        return bool(((one - other).abs() <= self.limit).all())

    def of_this_shape(self):
        """The inputs, by name, that have one entry for each entry compared."""
        return {n: t.double() for n, t in self.setting.inputs.items() if t.shape == self.expected.shape}


def magnitudes(case):
    """How many different numbers should stand where it is wrong; ±5 everywhere says no more than 5 once."""
    return different(case.expected[case.wrong].abs())


def distinct(failing):
    """How many different numbers came out where it is wrong, over all cases."""
    return sum(different(c.got[c.wrong]) for c in failing)
