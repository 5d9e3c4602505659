"""The trusted side of every comparison: the programs, and what `torch.nn` gives for them."""

import importlib.util
import types
from functools import cache, cached_property

import hypothesis
import torch
from hypothesis import HealthCheck, Phase, settings

import solutions

from ..program import COMBINATIONS
from ..sandbox.interpreter import Interpreter, Outcome
from ..sandbox.pool import request
from ..topics import reference_package

QUIET = settings(
    database=None,
    deadline=None,
    print_blob=False,
    suppress_health_check=list(HealthCheck),
)
"""Hypothesis as a source of cases: no files, no limits of its own."""


class Oracle:
    """Draws programs and gives their right outcomes. What was drawn for a seed is kept: the next check needs it too."""

    def __init__(self):
        self.reference = Interpreter(reference_package())
        self.drawn, self.asked = {}, {}

    def questions(self, topic, space, seed):
        """The Questions of a space, always the same ones for a seed; as many as its most demanding check wants."""
        key = (space, seed)
        if key not in self.asked:
            examples = max(check.examples for check in topic.checks if check.space == space)
            cases = self._cases(topic, space.cases, seed)[:examples]
            self.asked[key] = [self.question(space.build(case)) for case in cases]
        return self.asked[key]

    def question(self, program):
        """A Question that was not drawn by `questions`."""
        return Question(program, self.reference)

    def _cases(self, topic, strategy, seed):
        """Cases for all spaces that share a strategy."""
        key = (strategy, seed)
        if key not in self.drawn:
            examples = max(check.examples for check in topic.checks if check.space.cases is strategy)
            self.drawn[key] = draw(strategy, examples, seed)
        return self.drawn[key]


class Question:
    """A program, with what the reference gives for it."""

    def __init__(self, program, reference):
        self.program, self.reference = program, reference

    @cached_property
    def request(self):
        """The message to a worker; many submissions are asked the same."""
        return request(self.program)

    @cached_property
    def expected(self):
        """{observed name: Outcome}, computed when first asked for."""
        return run(self.program, self.reference)


def run(program, interpreter):
    """{observed name: Outcome} of a program on a trusted package, in this process."""
    tensors = {name: tensor.clone() for name, tensor in program.tensors.items()}  # a program may fill them in place
    with torch.no_grad():
        return complete(program, interpreter.run(program.to_json(), tensors))


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


@cache
def with_mistake(mistake):
    """The solved package with one known mistake in the place of the exercise's solution, in subclasses too."""
    cls = mistake.exercise.rpartition(".")[0]
    if not cls:
        return _Overlaid(_with_function(mistake))
    methods = {exercise.rpartition(".")[2]: function for exercise, function in mistake.functions.items()}
    base, named = getattr(solutions, cls), {name: getattr(solutions, name) for name in solutions.__all__}
    heirs = {name: value for name, value in named.items() if isinstance(value, type) and issubclass(value, base)}
    return _Overlaid({name: type(name, (heir,), methods) for name, heir in heirs.items()})


def _with_function(mistake):
    """All public names of a fresh copy of the solved file, whose classes too see the wrong function."""
    spec = importlib.util.find_spec(getattr(solutions, mistake.exercise).__module__)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    setattr(module, mistake.exercise, mistake.function)
    return {name: getattr(module, name) for name in solutions.__all__ if name in vars(module)}


class _Overlaid(types.SimpleNamespace):
    """The solved package with some names replaced."""

    def __init__(self, names):
        super().__init__(**names)

    def __getattr__(self, name):
        return getattr(solutions, name)
