"""What counts as a small change."""

import pytest

from autograder.publish.exercises import scan
from autograder.selftest.equivalents import EQUIVALENTS
from autograder.selftest.mutation import _mutants_of, mutants


def changes(*lines, head="def f(x, y):"):
    """The changed lines of all mutants of a function with these lines."""
    source = "\n".join([head, *(f"    {line}" for line in lines)]) + "\n"
    return {mutant.after for mutant in _mutants_of("f", source)}


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("return x + y", {"return x - y", "return -(x + y)", "pass"}),
        ("return x * y", {"return x / y", "return -(x * y)", "pass"}),
        ("return -x", {"return x", "return -(-x)", "pass"}),
        ("x += y", {"x -= y", "x = y", "pass"}),
        ("if x > 0: x = y", {"if x >= 0: x = y", "if x < 0: x = y", "if x > 1: x = y", "if not (x > 0): x = y"}),
        ("y = g(x, y)", {"y = g(y, x)", "pass"}),
        ("y = x.sum(1, keepdim=True)", {"y = x.mean(1, keepdim=True)", "y = x.sum(2, keepdim=True)",
                                        "y = x.sum(0, keepdim=True)", "y = x.sum(1, keepdim=False)", "y = x.sum(1)",
                                        "pass"}),
        ("y = 0.5", {"y = 1.5", "pass"}),
        ("y = x if x else 1", {"y = 1 if x else x", "y = x if x else 2", "y = x if x else 0", "pass"}),
        ("raise ValueError(f'{x + 1}')", {"pass"}),
        ("y = not x", {"y = x", "pass"}),
    ],
)  # fmt: skip
def test_the_changes_of_a_line(line, wanted):
    assert changes(line) == wanted


def test_head_and_docstring_stay():
    assert changes('"""Returns 1 + 1."""', "return x", head="def f(x, y=1 + 1):") == {"pass", "return -(x)"}


def test_a_statement_that_spans_lines_is_left_out_whole():
    (pass_,) = (
        m for m in _mutants_of("f", "def f(x):\n    x = g(\n        x\n    )\n    return\n") if "g" not in m.source
    )
    assert "pass" in pass_.source


def test_mutants_are_many_and_different():
    found = list(mutants())
    assert len(found) >= 900
    assert len({(m.exercise, m.source) for m in found}) == len(found)
    assert {m.exercise for m in found} == set(scan())


def test_every_equivalent_is_a_mutant():
    assert not EQUIVALENTS.keys() - {mutant.name for mutant in mutants()}
