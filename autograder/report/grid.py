"""A counterexample laid out: tensors as rows of short numbers, expected and got under each other."""

from dataclasses import dataclass
from itertools import product

from .text import clean, number

ROWS, COLUMNS = 8, 12
"""Rows and columns shown of a tensor; … stands for the rest."""
NOT_FINITE = ("nan", "inf", "-inf")
"""Numbers that JSON has no way to write but as text."""
TEXT = 1000
"""Characters shown of a value that is no tensor."""
DIGITS = (6, 9, 12, 17)
"""Significant digits: the first of these at which what is expected and what came differ to the eye."""


@dataclass(frozen=True)
class Grid:
    """A value as text. shape: that of a tensor, None for anything else. index: where each row stands, for three and
    more dimensions. rows: lists of cells; text, also as a list of lines, has one row per line."""

    label: str
    shape: tuple | None
    index: list[str]
    rows: list[list[str]]

    @property
    def title(self):
        """Label and shape, as in `x (2, 3)`."""
        return f"{self.label} {self.shape}" if self.shape else self.label


def shape_of(value):
    """The shape of a number or of regular nested lists of numbers; None for anything else."""
    if isinstance(value, (int, float)) or (isinstance(value, str) and value in NOT_FINITE):
        return ()
    if not isinstance(value, (list, tuple)):
        return None
    inner = {shape_of(entry) for entry in value}
    if not inner:
        return (0,)
    return (len(value), *inner.pop()) if len(inner) == 1 and None not in inner else None


def grid(label, value, digits=DIGITS[0], columns=COLUMNS):
    """A value as a `Grid`. columns: how many are shown at most."""
    shape = shape_of(value)
    if shape is None:
        lines = isinstance(value, (list, tuple)) and all(isinstance(line, str) for line in value)
        rows = [[line] for line in clean("\n".join(value) if lines else value, TEXT).split("\n")]
        return Grid(clean(label), None, [""] * len(rows), rows)
    if len(shape) < 2:
        return Grid(clean(label), shape, [""], [_row(value if shape else [value], digits, columns)])
    index, rows = [], []
    for at in product(*map(range, shape[:-1])):
        if len(rows) == ROWS:
            index.append("")
            rows.append(["…"])
            break
        entry = value
        for i in at:
            entry = entry[i]
        index.append(str(list(at[:-1])) if len(at) > 1 and at[-1] == 0 else "")
        rows.append(_row(entry, digits, columns))
    return Grid(clean(label), shape, index, rows)


def _row(values, digits, columns):
    cells = [number(value, digits) for value in values[:columns]]
    return [*cells, "…"] if len(values) > columns else cells


def outcomes(counterexample):
    """[(name, expected, got)]: one with an empty name, or one for each name that was observed."""
    expected, got = counterexample.expected, counterexample.got
    if not (isinstance(expected, dict) and isinstance(got, dict)):
        return [("", expected, got)]
    return [
        (name, expected.get(name, "nothing"), got.get(name, "nothing")) for name in dict.fromkeys([*expected, *got])
    ]


def outcome_grids(name, expected, got, columns=COLUMNS):
    """Expected and got as two grids, with digits enough to see a difference."""
    for digits in (*DIGITS, DIGITS[0]):
        pair = [
            grid(f"{word} {name}".strip(), value, digits, columns)
            for word, value in (("expected", expected), ("got", got))
        ]
        if pair[0].rows != pair[1].rows:
            break
    return pair


def differences(expected, got):
    """Whether each cell of `got`, row by row, reads otherwise than in `expected`; all do if the shapes differ."""
    if expected.shape != got.shape or len(expected.rows) != len(got.rows):
        return [[True] * len(row) for row in got.rows]
    return [
        [theirs != ours for ours, theirs in zip(a, b, strict=True)] if len(a) == len(b) else [True] * len(b)
        for a, b in zip(expected.rows, got.rows, strict=True)
    ]


def input_grids(counterexample, columns=COLUMNS):
    """Configuration and inputs as grids; the same as Python (`config["python"]`) is no table and stays out."""
    named = counterexample.config | counterexample.inputs
    return [grid(name, value, columns=columns) for name, value in named.items() if name != "python"]
