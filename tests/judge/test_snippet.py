"""The Python beside a counterexample runs as it stands, and shows what was compared."""

import sys

import pytest
import torch

import solutions
from autograder.judge import compare
from autograder.judge.oracle import Oracle, run
from autograder.judge.snippet import snippet
from autograder.program import Program
from autograder.sandbox.interpreter import Interpreter, Outcome
from autograder.topics import topics

ORACLE = Oracle()
ASKED = [
    (f"{check.name}, {name}", question.program, name)
    for topic in topics()
    for check in topic.checks
    if check.compare in ("values", "number", "plain", "dtype")
    for question in ORACLE.questions(topic, check.space, seed=0)[:2]
    for name in check.observes
]
GIVEN = [(label, program, name, text) for label, program, name in ASKED if (text := snippet(program, name))]


def shown(text, monkeypatch):
    """What a snippet prints last, with the solved package under the student's name."""
    values = []
    monkeypatch.setitem(sys.modules, "scaffold", solutions)
    exec(text, {"print": values.append})
    return values[-1]


@pytest.mark.parametrize(("label", "program", "name", "text"), GIVEN, ids=[g[0] for g in GIVEN])
def test_it_shows_what_was_compared(label, program, name, text, monkeypatch):
    expected = run(program, Interpreter(solutions))[name]
    if expected.raised is None:
        assert compare.alike("values", expected, Outcome(value=_plain(shown(text, monkeypatch))))
    assert len(text.splitlines()) <= 3


def _plain(value):
    return list(value) if isinstance(value, tuple) else value


def test_most_cases_can_be_pasted():
    assert len(GIVEN) > len(ASKED) / 2


def test_the_three_lines():
    p = Program()
    layer = p.new("ReLU")
    p.forward(layer, p.tensor("x", torch.tensor([-1.0, 2.5], dtype=torch.float64)))
    p.observe("grad_input", p.backward(layer, p.tensor("grad_y", torch.tensor([3, 4]))))
    assert snippet(p, "grad_input").splitlines() == [
        "import torch; from scaffold import ReLU",
        "x, grad_y = torch.tensor([-1, 2.5], dtype=torch.float64), torch.tensor([3, 4])",
        "relu = ReLU(); relu.forward(x); print(relu.backward(grad_y))",
    ]


def test_what_three_lines_cannot_say():
    p = Program()
    x = p.tensor("x", torch.ones(2), layout="transposed")
    p.observe("output", p.forward(p.new("ReLU"), x))
    p.derive("half", "quotient", "output", "output")
    assert snippet(p, "output") is None
    p.layouts.clear()
    assert snippet(p, "output") is not None
    assert snippet(p, "half") is None
    p.tensors["x"] = torch.rand(200)
    assert snippet(p, "output") is None
