"""Runs a program (`autograder/program.py`) on a package: the submission, the reference, or one with a known mistake."""

import contextlib
import os
import traceback
from dataclasses import dataclass, replace

import torch

from ..program import FUNCTIONS

MESSAGE_LIMIT = 500
"""Characters kept of an exception's text."""


@dataclass(frozen=True)
class Raised:
    """An exception as data.

    location: file:line of the innermost frame inside the package, or None. earlier: whether it was raised by an earlier
    step, whose result this one needs.
    """

    type: str
    message: str
    location: str | None = None
    earlier: bool = False


@dataclass
class Outcome:
    """What one observed step gave: a value (tensor, number, string, None, list of these), or an exception."""

    value: object = None
    raised: Raised | None = None


SPOILING = ("call", "load", "set_grad")
"""Steps that, when they raise, leave their target in a state that nothing should be concluded from."""


class _Unusable(Exception):
    """A step needs the result of one that raised."""

    def __init__(self, raised):
        self.raised = raised


class Interpreter:
    """Runs programs on one package.

    package: anything with the framework's names as attributes. source: the folder of the package's files, for
    locations. guard: makes a context manager in which the package's code runs (the run-time rules).
    """

    def __init__(self, package, source=None, guard=contextlib.nullcontext):
        self.package, self.source, self.guard = package, source, guard

    def run(self, program, tensors):
        """Run all steps; returns {observed name: Outcome}."""
        run = self.start(program, tensors)
        run.advance(len(program["steps"]))
        return run.outcomes()

    def start(self, program, tensors):
        """A run that can be advanced step by step (timing needs the middle alone)."""
        layouts = program["layouts"]
        named = {name: lay_out(tensor, layouts.get(name, "contiguous")) for name, tensor in tensors.items()}
        return _Run(self, program, named)


class _Run:
    def __init__(self, interpreter, program, tensors):
        self.interpreter, self.program = interpreter, program
        self.results, self.raised, self.position = dict(tensors), {}, 0
        self.kept = set(program["observed"].values())

    def advance(self, until):
        """Run the steps before number `until`."""
        with self.interpreter.guard() as guard:
            for step in self.program["steps"][self.position : until]:
                self._step(step, guard)
        self.position = until

    def outcomes(self):
        return {name: self._outcome(ref) for name, ref in self.program["observed"].items()}

    def _outcome(self, ref):
        return Outcome(raised=self.raised[ref]) if ref in self.raised else Outcome(value=self.results[ref])

    def _step(self, step, guard):
        name, target = step["as"], step.get("target")
        try:
            if "needs" in step:
                self._lookup(step["needs"])
            result = getattr(self, f"_do_{step['do']}")(step)
            if guard is not None and guard.violation is not None:  # raised, and caught by the package's code
                raise guard.violation
            self.results[name] = snapshot(result) if name in self.kept else result
        except _Unusable as unusable:
            self.raised[name] = replace(unusable.raised, earlier=True)
        except BaseException as error:  # whatever the package's code raises, SystemExit too, is a result like any other
            self.raised[name] = describe(error, self.interpreter.source)
            if target is not None and step["do"] in SPOILING:
                self.raised.setdefault(target, self.raised[name])

    def _lookup(self, name):
        if name in self.raised:
            raise _Unusable(self.raised[name])
        return self.results[name]

    def _decode(self, value):
        if isinstance(value, dict):
            if "ref" in value:
                return self._lookup(value["ref"])
            return FUNCTIONS[value["fn"]] if "fn" in value else tuple(self._decode(v) for v in value["tuple"])
        if isinstance(value, list):
            return [self._decode(v) for v in value]
        return value

    def _arguments(self, step):
        args = [self._decode(a) for a in step.get("args", ())]
        return args, {k: self._decode(v) for k, v in step.get("kwargs", {}).items()}

    def _do_new(self, step):
        args, kwargs = self._arguments(step)
        return getattr(self.interpreter.package, step["cls"])(*args, **kwargs)

    def _do_function(self, step):
        args, kwargs = self._arguments(step)
        return getattr(self.interpreter.package, step["function"])(*args, **kwargs)

    def _do_call(self, step):
        args, kwargs = self._arguments(step)
        return getattr(self._lookup(step["target"]), step["method"])(*args, **kwargs)

    _do_attempt = _do_call

    def _do_load(self, step):
        state = {name: self._lookup(ref) for name, ref in step["state"].items()}
        self._lookup(step["target"]).load_state_dict(state)

    def _do_grad(self, step):
        return self._parameter(step).grad

    def _do_set_grad(self, step):
        self._lookup(step["target"]).grad.copy_(self._lookup(step["value"]))

    def _do_get(self, step):
        value = getattr(self._lookup(step["target"]), step["attribute"])
        return list(value) if isinstance(value, torch.Size) else value

    def _do_item(self, step):
        return self._lookup(step["target"])[step["index"]]

    def _do_length(self, step):
        return len(self._lookup(step["target"]))

    def _do_copy(self, step):
        return self._lookup(step["target"]).clone()

    def _do_seed(self, step):
        torch.manual_seed(step["value"])

    def _parameter(self, step):
        target = self._lookup(step["target"])
        return dict(target.named_parameters())[step["parameter"]] if step["parameter"] else target


def lay_out(tensor, layout):
    """The same values in another memory layout (`program.LAYOUTS`)."""
    if layout == "expanded":
        return tensor[:1].clone().expand_as(tensor)  # what lies behind it is not the rest of the same values
    if layout == "transposed" and tensor.dim() >= 2:
        return tensor.transpose(-1, -2).contiguous().transpose(-1, -2)
    if layout in ("strided", "transposed") and tensor.dim() >= 1:
        return torch.stack([tensor, torch.full_like(tensor, 7)], dim=-1)[..., 0]
    return tensor


def snapshot(value):
    """A copy that nothing later can change. A tensor of another kind, whose methods may be the package's, stays."""
    return value.detach().clone() if type(value) in (torch.Tensor, torch.nn.Parameter) else value


def describe(error, source):
    """An exception as `Raised`, located in the package's own files."""
    location = None
    if source is not None:
        for frame in traceback.extract_tb(error.__traceback__):
            if os.path.dirname(frame.filename) == str(source):
                location = f"{os.path.basename(frame.filename)}:{frame.lineno}"
    try:
        message = str(error)
    except Exception:
        message = "(an exception whose text cannot be shown)"
    if source is not None:  # where the copy of the package lies is of no use to anybody
        message = message.replace(os.path.join(os.path.dirname(source), ""), "")
    return Raised(type(error).__name__, message[:MESSAGE_LIMIT], location)
