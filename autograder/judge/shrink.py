"""From a case that fails to the smallest one that still does."""

import contextlib
import time

import hypothesis
from hypothesis import Phase, settings
from hypothesis.errors import HypothesisException

from .oracle import QUIET

SECONDS = 1.5
"""How long the search for a smaller case may take."""


class _StillFails(Exception):
    """Tells Hypothesis that a program is worth shrinking."""


class _TimeIsUp(BaseException):
    """Ends a search at once; Hypothesis takes an Exception for one more failure."""


def smallest(space, fails, seed, examples=200, seconds=SECONDS):
    """The simplest program of the space for which `fails(program)` is true, or None if none was found again."""
    if seconds <= 0:
        return None
    deadline = time.monotonic() + seconds
    best = None

    @hypothesis.seed(seed)
    @settings(QUIET, max_examples=examples, phases=[Phase.generate, Phase.shrink], report_multiple_bugs=False)
    @hypothesis.given(space)
    def search(program):
        nonlocal best
        if time.monotonic() > deadline:
            raise _TimeIsUp
        if fails(program):
            best = program
            raise _StillFails

    with contextlib.suppress(_StillFails, _TimeIsUp, HypothesisException):
        search()
    return best


class Budget:
    """Seconds that are left for all searches together; each takes at most a share of what is left."""

    def __init__(self, seconds, share=1 / 4):
        self.seconds, self.largest_share = seconds, share

    @contextlib.contextmanager
    def share(self):
        """The time that the search in the block may take; what it took is taken off."""
        started = time.monotonic()
        yield min(SECONDS, self.seconds * self.largest_share)
        self.seconds -= time.monotonic() - started
