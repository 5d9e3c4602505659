"""A judge that stays, for notebooks and watchers: the second check answers at once."""

import difflib
from functools import cache

from ..errors import UserError
from ..topics import topics
from . import submission
from .grader import Grader

WORST_FIRST = ("broken", "failed", "error", "unimplemented", "skipped", "passed")
"""Which status of its checks an exercise is given."""


class UnknownExercise(UserError):
    """No exercise, class or topic has that name; the text suggests one that exists."""


@cache
def exercise_names():
    """All exercises that are judged, in the order of the syllabus."""
    return list(dict.fromkeys(check.exercise for topic in topics() for check in topic.checks))


def resolve(name):
    """The exercises that a name stands for: one exercise, all of a class, or all of a topic."""
    names = exercise_names()
    by_topic = {topic.name: list(dict.fromkeys(c.exercise for c in topic.checks)) for topic in topics()}
    chosen = [e for e in names if e == name or e.startswith(name + ".")] or by_topic.get(name)
    if chosen:
        return chosen
    known = [*names, *by_topic, *{e.partition(".")[0] for e in names}]
    close = difflib.get_close_matches(name, known, n=1) or difflib.get_close_matches(name.lower(), known, n=1)
    hint = f"; did you mean {close[0]}?" if close else "; `autograder status` lists them"
    raise UnknownExercise(f"there is no exercise {name!r}{hint}")


class Session:
    """Keeps the process that workers come from, so that only the first check waits for torch to load."""

    def __init__(self):
        self.grader = Grader()

    def check(self, name, package):
        """CheckResults for an exercise, class or topic of the package in a folder.

        Raises UnknownExercise and UnusableSubmission.
        """
        return self.grader.check(resolve(name), submission.read(package))

    def status(self, package, advance=lambda done, total, text: None):
        """[(topic, exercise, status)] for the whole course; an exercise is as far as its least advanced check."""
        verdict = self.grader.grade(submission.read(package), speed=False, advance=advance)
        found = {}
        for topic in verdict.topics:
            for check in topic.checks:
                if check.kind not in ("rules", "speed", "memory"):
                    found.setdefault((topic.name, check.exercise), set()).add(check.status)
        return [(*exercise, next(s for s in WORST_FIRST if s in statuses)) for exercise, statuses in found.items()]

    def close(self):
        self.grader.close()
