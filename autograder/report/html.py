"""A verdict as one self-contained page: no script, nothing loaded, readable on a phone, in the dark and on paper."""

import math
from dataclasses import dataclass
from functools import reduce
from itertools import product
from operator import getitem

from .digest import digest, notes
from .grid import shape_of
from .output import write
from .template import render_template
from .text import number

HEAT_LIMIT = 400
"""Entries of the largest tensor that gets a heat map."""
HEAT_TEXT_LIMIT = 64
"""Entries of the largest heat map whose cells say their numbers."""
SPEED_LIMIT = 10
"""Times slower than `torch.nn` at which a bar of the speed table is full."""
COLUMNS = 20
"""Columns shown of a tensor; the page scrolls where a terminal cannot."""


def write_html(verdict, path):
    """Write a verdict as an HTML page; path `-` is standard output."""
    write(render(verdict), path)


def render(verdict):
    """The page as text. All that came from the submission is escaped and free of control characters."""
    return render_template(
        "page.html",
        verdict=verdict,
        digests=[digest(topic) for topic in verdict.topics],
        notes=notes(verdict),
        columns=COLUMNS,
        heat_map=heat_map,
        scale=min(max([2, *(result.ratio or 0 for result in verdict.speed)]), SPEED_LIMIT),
    )


@dataclass(frozen=True)
class HeatCell:
    """|expected - got| of one entry. heat: 0 to 1, relative to the largest in its map."""

    title: str
    text: str
    heat: float


def heat_map(expected, got):
    """|expected - got| as [(index, rows of `HeatCell`)], one for each matrix in the last two dimensions.

    None unless both are tensors of one shape with 2 to `HEAT_LIMIT` entries that differ somewhere.
    """
    shape = shape_of(expected)
    if not shape or shape != shape_of(got) or not 2 <= math.prod(shape) <= HEAT_LIMIT:
        return None
    if len(shape) == 1:
        expected, got, shape = [expected], [got], (1, *shape)
    indices = list(product(*map(range, shape)))
    pairs = {index: (float(_at(expected, index)), float(_at(got, index))) for index in indices}
    gaps = {index: _gap(*pair) for index, pair in pairs.items()}
    if not any(gaps.values()):
        return None
    largest = max((gap for gap in gaps.values() if math.isfinite(gap)), default=0) or 1
    said = len(indices) <= HEAT_TEXT_LIMIT

    def cell(index):
        title = "expected {}, got {}".format(*map(number, pairs[index]))
        gap = gaps[index]
        return HeatCell(title, number(gap, digits=2) if said else "", min(gap / largest, 1))

    return [
        (str(list(lead)) if lead else "", [[cell((*lead, i, j)) for j in range(shape[-1])] for i in range(shape[-2])])
        for lead in product(*map(range, shape[:-2]))
    ]


def _at(value, index):
    return reduce(getitem, index, value)


def _gap(expected, got):
    if expected == got or (math.isnan(expected) and math.isnan(got)):
        return 0.0
    gap = abs(expected - got)
    return math.inf if math.isnan(gap) else gap
