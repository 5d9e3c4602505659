"""Submissions to be graded: folders as they would be handed in."""

import random
import shutil

from autograder.judge.submission import GIVEN, SOLVED
from autograder.selftest.run import PACKAGES
from autograder.selftest.variants import variant
from autograder.topics import topics

MIDDLING = "functional"
"""The right package of the self-test whose races end in all tiers."""


def write(folder, submission):
    """Write a Submission as a folder with `scaffold/` in it; returns that folder."""
    package = folder / "scaffold"
    package.mkdir(parents=True)
    for name, source in submission.sources.items():
        (package / name).write_bytes(source.data)
    for name in GIVEN:
        shutil.copy(SOLVED / name, package)
    return folder


def middling(folder):
    """An honest submission that is right everywhere and slow in places."""
    files = {path.name: path.read_text(encoding="utf-8") for path in (PACKAGES / MIDDLING).glob("*.py")}
    return write(folder, variant(files=files))


def classroom(folder, count, only=None, again=0):
    """A folder of so many solved packages with one known mistake each, all different as long as there are enough.

    again: so many of the last ones are the first ones once more.
    """
    mistakes = [mistake for topic in topics() if not only or topic.name in only for mistake in topic.mistakes]
    random.Random(0).shuffle(mistakes)
    for number in range(count):
        mistake = mistakes[number % min(len(mistakes), count - again)]
        write(folder / f"student{number:03}", variant(mistake.sources))
    return folder
