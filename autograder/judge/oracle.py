"""The trusted side of every comparison: the programs, and what `torch.nn` gives for them."""

import types

import hypothesis
import torch
from hypothesis import HealthCheck, Phase, settings

import solutions

from ..program import COMBINATIONS
from ..sandbox.interpreter import Interpreter, Outcome
from ..topics import reference_package

QUIET = settings(
    database=None,
    deadline=None,
    print_blob=False,
    suppress_health_check=list(HealthCheck),
)
"""Hypothesis as a source of cases: no files, no limits of its own."""


class Oracle:
    """Draws programs and gives their right outcomes."""

    def __init__(self):
        self.reference = Interpreter(reference_package())

    def expected(self, program):
        """{observed name: Outcome} of the reference."""
        with torch.no_grad():
            return complete(program, self.reference.run(program.to_json(), program.tensors))


def complete(program, outcomes):
    """The outcomes with the program's derived observations, which are computed from them on this side."""
    found = {name: Outcome(value=tensor) for name, tensor in program.tensors.items()} | outcomes
    for name, (how, operands) in program.derived.items():
        found[name] = outcomes[name] = _combine(COMBINATIONS[how], [found[operand] for operand in operands])
    return outcomes


def _combine(combination, operands):
    for operand in operands:
        if operand.raised is not None or not isinstance(operand.value, torch.Tensor):
            return operand
    try:
        return Outcome(value=combination(*(operand.value for operand in operands)))
    except RuntimeError:  # shapes that do not fit: the tensor itself shows what is wrong
        return operands[0]


def draw(strategy, examples, seed):
    """Values from a Hypothesis strategy, always the same ones for a seed."""
    drawn = []

    @hypothesis.seed(seed)
    @settings(QUIET, max_examples=examples, phases=[Phase.generate])
    @hypothesis.given(strategy)
    def collect(value):
        drawn.append(value)

    collect()
    return drawn[:examples]


def with_mistake(mistake):
    """The solved package with one known mistake in the place of the exercise's solution."""
    cls, _, method = mistake.exercise.rpartition(".")
    if not cls:
        return _overlaid(method, mistake.function)
    solved = getattr(solutions, cls)
    return _overlaid(cls, type(cls, (solved,), {method: mistake.function}))


class _overlaid(types.SimpleNamespace):  # noqa: N801
    """The solved package with one name replaced."""

    def __init__(self, name, value):
        super().__init__(**{name: value})

    def __getattr__(self, name):
        return getattr(solutions, name)
