"""`derive(name, formula)`: is the formula right? Asked before it is turned into code."""

import difflib
import inspect

import torch

from ..judge.verdict import CheckResult, Counterexample
from ..report.notebook import Section, show
from ..report.text import plural
from ..topics import derivations

RTOL, ATOL = 1e-6, 1e-7
"""Truths are central differences as a rule, right to eight digits or so; a wrong formula is off by more than this."""


class Unfinished(Exception):
    """The formula is still the placeholder."""


def derive(name, formula):
    """Compare a formula with the truth, at every point the course has for it, and show the first where they differ.

    name: as it stands in the notebook. formula: a function of the quantities, such as `lambda x: 2 * x`.
    """
    show([examine(name, formula, derivations())])


def examine(name, formula, known):
    """The `Section` that says whether a formula is right. known: {name: Derivation}."""
    if name not in known:
        close = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        return Section("failed", f"there is no derivation {name!r}{hint}")
    derivation = known[name]
    for arguments in derivation.arguments:
        try:
            value = _evaluate(formula, arguments)
        except Unfinished:
            return Section("unimplemented", f"Not yet: put your formula for {name} in place of the dots.")
        except NotImplementedError:
            raise  # an exercise that the formula uses is still a stub
        except Exception as error:
            message = f"the formula raises {type(error).__name__}: {error}"
            return _section(derivation, message, _names(formula, arguments), arguments)
        truth = derivation.truth(*_copies(arguments))
        if problem := _difference(value, truth):
            return _section(derivation, problem, _names(formula, arguments), arguments, truth, value)
    count = len(derivation.arguments)
    return Section("passed", f"{name}: right at {'all ' if count > 1 else ''}{plural(count, 'point')}")


def _evaluate(formula, arguments):
    if formula is ...:
        raise Unfinished
    try:
        value = formula(*_copies(arguments))
    except TypeError as error:
        if "ellipsis" in str(error):
            raise Unfinished from None
        raise
    if value is None or value is ...:
        raise Unfinished
    return value


def _difference(value, truth):
    """What is wrong with a value, in words; '' if it equals the truth."""
    truth = torch.as_tensor(truth, dtype=torch.float64)
    try:
        value = torch.as_tensor(value, dtype=torch.float64)
    except (TypeError, ValueError, RuntimeError):
        return f"the formula gives a {type(value).__name__}; a number or a tensor is wanted"
    if value.shape != truth.shape:
        return f"the formula gives the shape {tuple(value.shape)}; {tuple(truth.shape)} is right"
    return "" if torch.allclose(value, truth, RTOL, ATOL) else "here the formula is off"


def _section(derivation, message, names, arguments, truth=None, value=None):
    inputs = {name: _plain(argument) for name, argument in zip(names, arguments, strict=True)}
    example = Counterexample({}, inputs, _plain(truth), _plain(value)) if truth is not None else None
    problem = CheckResult(message, derivation.name, "forward", "failed", counterexample=example)
    return Section("failed", f"{derivation.name}: not right yet", [problem], derivation.hint)


def _names(formula, arguments):
    """What the formula calls its arguments."""
    try:
        names = list(inspect.signature(formula).parameters)
    except (TypeError, ValueError):
        names = []
    return names if len(names) == len(arguments) else [f"argument {i}" for i in range(1, len(arguments) + 1)]


def _copies(arguments):
    return [a.clone() if isinstance(a, torch.Tensor) else a for a in arguments]


def _plain(value):
    """A value as numbers in lists, for the report."""
    return value.tolist() if isinstance(value, torch.Tensor) else value
