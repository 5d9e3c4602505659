"""From a case that fails to the smallest one that still does."""

import contextlib
import time

import hypothesis
from hypothesis import Phase, settings
from hypothesis.errors import HypothesisException

from .oracle import QUIET

TRIES = 300
"""How many programs one search may try. They are counted, not timed: on a busy machine the same case comes out."""
SECONDS = 10.0
"""After which a search ends all the same: those programs are slow."""


class _StillFails(Exception):
    """Tells Hypothesis that a program is worth shrinking."""


class _TimeIsUp(BaseException):
    """Ends a search at once; Hypothesis takes an Exception for one more failure."""


def smallest(space, fails, seed, tries=TRIES, examples=200):
    """(the simplest program of the space for which `fails(program)` is true, how many were tried).

    The program is None if none was found again.
    """
    deadline, tried, best = time.monotonic() + SECONDS, 0, None

    @hypothesis.seed(seed)
    @settings(QUIET, max_examples=examples, phases=[Phase.generate, Phase.shrink], report_multiple_bugs=False)
    @hypothesis.given(space)
    def search(program):
        nonlocal best, tried
        if tried >= tries or time.monotonic() > deadline:
            raise _TimeIsUp
        tried += 1
        if fails(program):
            best = program
            raise _StillFails

    with contextlib.suppress(_StillFails, _TimeIsUp, HypothesisException):
        search()
    return best, tried


class Budget:
    """Programs that all searches together may try; each takes at most a share of what is left."""

    def __init__(self, tries, share=1 / 4):
        self.tries, self.largest_share = tries, share

    def smallest(self, space, fails, seed):
        """The simplest program for which `fails(program)` is true, or None."""
        allowed = min(TRIES, int(self.tries * self.largest_share))
        if not allowed:
            return None
        best, tried = smallest(space, fails, seed, allowed)
        self.tries -= tried
        return best
