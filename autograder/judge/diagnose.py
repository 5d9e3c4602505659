"""From a failure to words: the case in numbers, and the known mistakes that give exactly these numbers."""

import torch

from ..sandbox.interpreter import Interpreter
from ..sandbox.wire import Other
from . import compare
from .exercises import file_of
from .oracle import run, with_mistake
from .snippet import snippet
from .verdict import Counterexample

SHOWN = 64
"""Entries of the largest tensor that is written out."""


def counterexample(program, name, expected, got):
    """One case as plain data: the calls, the tensors that go in, what should have come out, and what did."""
    python = snippet(program, name)
    return Counterexample(
        config={"calls": program.to_python(), "compared": name} | ({"python": python} if python else {}),
        inputs={key: _numbers(tensor) for key, tensor in program.tensors.items()},
        expected=_shown(expected),
        got=_shown(got),
    )


class Suspects:
    """The known mistakes of one topic, and what they give for the programs that were asked about."""

    def __init__(self, topic):
        self.topic, self.confessions = topic, {}

    def named(self, check, runs, evidence):
        """The known mistakes that explain what a check saw; mostly one, none if no list holds it.

        runs: all that was tried, the right answers too: a mistake must give the submission's numbers on each. One in
        the same exercise must explain what the check looks at. One elsewhere in the class (a wrong forward shows in
        backward) must explain everything that was observed; if one does, those that explain less are dropped.
        evidence: (check, runs) of the exercise's other checks. It decides between mistakes that look alike here, and it
        must be explained too where a missing exception says so little, unless a single mistake gives the very numbers
        that were returned in its place.
        """
        found = self._explaining(check, runs, self._own(check)) or self._explaining(check, runs, self._beside(check))
        scant = check.compare in compare.REFUSALS
        if len(found) > 1 or scant:
            upheld = [m for m in found if all(self._explains(m, c, seen, c.observes) for c, seen in evidence)]
            numbers = all(ran.got[name].raised is None for ran in runs for name in check.observes)
            found = upheld or (found if not scant or (len(found) == 1 and numbers) else [])
        return found

    def _explaining(self, check, runs, mistakes):
        near, everywhere = [], []
        for mistake in mistakes:
            if self._explains(mistake, check, runs, check.observes):
                if self._explains(mistake, check, runs, None):
                    everywhere.append(mistake)
                elif mistake.exercise == check.exercise:
                    near.append(mistake)
        return everywhere or near

    def _own(self, check):
        """The mistakes in the check's own class or function."""
        name = check.exercise.partition(".")[0]
        return [m for m in self.topic.mistakes if m.exercise.partition(".")[0] == name]

    def _beside(self, check):
        """Those in the functions that a class may be built of."""
        cls, _, method = check.exercise.partition(".")
        functions = [m for m in self.topic.mistakes if "." not in m.exercise]
        return [m for m in functions if method and file_of(m.exercise) == file_of(cls)]

    def _explains(self, mistake, check, runs, names):
        return all(
            compare.alike(check.compare, outcome, ran.got[name])
            for ran in runs
            for name, outcome in self._outcomes(mistake, ran.program).items()
            if names is None or name in names
        )

    def _outcomes(self, mistake, program):
        key = (mistake.name, id(program))
        if key not in self.confessions:  # the program is kept with them, so that no other can come to have its id
            self.confessions[key] = program, run(program, Interpreter(with_mistake(mistake)))
        return self.confessions[key][1]


def in_words(mistakes, exercise):
    """What the known mistakes say and ask, for a student whose exercise was failed."""
    said = [
        f"{m.says} {m.asks}" if m.exercise == exercise else f"It comes from {m.exercise}. {m.says} {m.asks}"
        for m in mistakes
    ]
    return said[0] if len(said) == 1 else "Several known mistakes give these numbers. " + " Or: ".join(said)


def _shown(outcome):
    if outcome.raised is not None:
        return f"{outcome.raised.type}: {outcome.raised.message}"
    return _numbers(outcome.value)


def _numbers(value):
    if isinstance(value, torch.Tensor):
        if value.numel() > SHOWN:
            return f"{str(value.dtype).removeprefix('torch.')} tensor of shape {tuple(value.shape)}"
        return value.tolist()
    if isinstance(value, list):
        return [_numbers(v) for v in value]
    if isinstance(value, Other):
        return f"a {value.type}"
    return value if value is None or isinstance(value, (bool, int, float, str)) else f"a {type(value).__name__}"
