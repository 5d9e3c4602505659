"""A judge that stays, for notebooks and watchers: the second check answers at once."""

import difflib
import re
from functools import cache
from typing import NamedTuple

from ..errors import UserError
from ..topics import topics
from . import submission
from .grader import Grader
from .topic import race_name
from .verdict import NEEDS

WORST_FIRST = ("broken", "failed", "error", "unimplemented", "skipped", "passed")
"""Which status of its checks an exercise is given."""
_NEEDS = re.compile(NEEDS.format(r"(\S+)"))


class Standing(NamedTuple):
    """How far one exercise is: as far as its least advanced check, whose message is the exercise's."""

    topic: str
    exercise: str
    status: str
    message: str = ""

    @property
    def needs(self):
        """The exercise that has to be written before this one can be judged, or None."""
        match = _NEEDS.fullmatch(self.message) if self.status == "skipped" else None
        return match and match.group(1)


class Race(NamedTuple):
    """One workload of a class that was measured. kind: speed or memory. tier: see SpeedResult; None: not measurable."""

    topic: str
    name: str
    kind: str
    tier: str | None


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

    def __init__(self, grader=None):
        self.grader = grader or Grader()

    def check(self, name, package):
        """CheckResults for an exercise, class or topic of the package in a folder.

        Raises UnknownExercise and UnusableSubmission.
        """
        return self.grader.check(resolve(name), submission.read(package))

    def status(self, package, speed=False, advance=lambda done, total, text: None):
        """(Standings of all exercises, Races) of the package in a folder; without `speed` there are no races.

        Raises UnusableSubmission.
        """
        return self.survey(submission.read(package), speed, advance)

    def survey(self, handed_in, speed=False, advance=lambda done, total, text: None):
        """The same for a Submission."""
        verdict = self.grader.grade(handed_in, speed=speed, advance=advance)
        standings = [standing for topic in verdict.topics for standing in standings_of(topic.name, topic.checks)]
        return standings, _races(verdict) if speed else []

    def judge(self, exercises, handed_in):
        """CheckResults for some exercises, by name, of a Submission."""
        return self.grader.check(exercises, handed_in)

    def close(self):
        self.grader.close()


def standings_of(topic, checks):
    """The Standing of each exercise that occurs in CheckResults of a topic. Races and rules do not count."""
    found = {}
    for check in checks:
        if check.kind not in ("rules", "speed", "memory"):
            found.setdefault(check.exercise, []).append(check)
    return [_standing(topic, exercise, own) for exercise, own in found.items()]


def _standing(topic, exercise, checks):
    decisive = min(checks, key=lambda check: WORST_FIRST.index(check.status))
    return Standing(topic, exercise, decisive.status, decisive.message)


def _races(verdict):
    """The races that took place; a class that is not right yet has run none."""
    results = {(t.name, check.name): check for t in verdict.topics for check in t.checks}
    workloads = [(topic, workload) for topic in topics() for workload in topic.speed]
    races = []
    for (topic, workload), measured in zip(workloads, verdict.speed, strict=True):
        status = results[topic.name, race_name(workload)].status
        if status in ("passed", "failed"):
            unmeasured = status == "passed" and measured.ratio is None
            races.append(Race(topic.name, workload.name, workload.kind, None if unmeasured else measured.tier))
    return races
