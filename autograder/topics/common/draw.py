"""What Hypothesis draws cases from. Everything shrinks towards few and small integers, for work on paper."""

import torch
from hypothesis import strategies as st

PAPER = (1, 2, -1, 3, -2, 1, -3)
"""Entries of the simplest tensors: different neighbours, both signs, and a length that few shapes are multiples of."""


def sizes(largest, least=1):
    """A dimension."""
    return st.integers(least, largest)


@st.composite
def tensors(draw, shape, kinds=("integers", "normal")):
    """A float64 tensor of a shape; kinds in the order in which shrinking prefers them.

    integers: ±1 … ±5, never 0; for the smallest seeds those of `PAPER`. normal: standard normal. saturated: ±1000,
    ±40, ±5 and ±0.1 mixed. small: 0.01 times normal. distinct: different multiples of 0.5, none twice, in any order.
    tied: only 0 and 1, so that many are equal.
    """
    kind = draw(st.sampled_from(kinds))
    seed = draw(st.integers(0, 255))
    generator, count = torch.Generator().manual_seed(seed), 1
    for size in shape:
        count *= size
    if kind == "integers" and seed < len(PAPER):
        values = torch.tensor(PAPER).roll(-seed).repeat(count // len(PAPER) + 1)[:count]
    elif kind == "integers":
        magnitude = torch.randint(1, 6, (count,), generator=generator)
        values = magnitude * signs(count, generator)
    elif kind == "saturated":
        choices = torch.tensor([1000.0, 40.0, 5.0, 0.1], dtype=torch.float64)
        values = choices[torch.randint(0, 4, (count,), generator=generator)] * signs(count, generator)
    elif kind == "distinct":
        values = 0.5 * (torch.randperm(count, generator=generator) - count // 2) + 0.25
    elif kind == "tied":
        values = torch.randint(0, 2, (count,), generator=generator)
    else:
        scale = 0.01 if kind == "small" else 1.0
        values = scale * torch.randn(count, dtype=torch.float64, generator=generator)
    return values.to(torch.float64).reshape(shape)


def signs(count, generator):
    """Random signs, ±1."""
    return 2 * torch.randint(0, 2, (count,), generator=generator) - 1


@st.composite
def class_indices(draw, count, classes):
    """A target of class numbers, int64, of shape (count,)."""
    generator = torch.Generator().manual_seed(draw(st.integers(0, 255)))
    return torch.randint(0, classes, (count,), generator=generator)
