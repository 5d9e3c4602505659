"""From a failure to words: the case in numbers, and the known mistake that gives exactly these numbers."""

import torch

from ..sandbox.interpreter import Interpreter
from .oracle import complete, with_mistake
from .verdict import Counterexample

SHOWN = 64
"""Entries of the largest tensor that is written out."""


def counterexample(program, name, expected, got):
    """One case as plain data: the calls, the tensors that go in, what should have come out, and what did."""
    return Counterexample(
        config={"calls": program.to_python(), "compared": name},
        inputs={key: _numbers(tensor) for key, tensor in program.tensors.items()},
        expected=_shown(expected),
        got=_shown(got),
    )


def name_mistake(topic, check, runs, problem):
    """The one known mistake of this exercise that explains every run, or None.

    runs: all cases that were tried, the right ones too: a mistake must give the submission's numbers on each of them.
    problem: compares two sets of outcomes by the check. Two mistakes that both explain everything: none is named.
    """
    explaining = []
    for mistake in topic.mistakes:
        if mistake.exercise == check.exercise and _explains(mistake, check, runs, problem):
            explaining.append(mistake)
    return explaining[0] if len(explaining) == 1 else None


def _explains(mistake, check, runs, problem):
    package = Interpreter(with_mistake(mistake))
    with torch.no_grad():
        for run in runs[: check.examples]:
            outcomes = complete(run.program, package.run(run.program.to_json(), run.program.tensors))
            if any(outcomes[name].raised or run.got[name].raised for name in check.observes):
                return False
            if problem(check, outcomes, run.got) is not None:
                return False
    return True


def _shown(outcome):
    if outcome.raised is not None:
        return f"{outcome.raised.type}: {outcome.raised.message}"
    return _numbers(outcome.value)


def _numbers(value):
    if isinstance(value, torch.Tensor):
        if value.numel() > SHOWN:
            return f"{str(value.dtype).removeprefix('torch.')} tensor of shape {tuple(value.shape)}"
        return value.tolist()
    return value if value is None or isinstance(value, (bool, int, float, str, list)) else f"a {value.type}"
