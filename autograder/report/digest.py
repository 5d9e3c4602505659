"""What every report says of a verdict, in the same order and words, however it is shown."""

from collections import Counter
from dataclasses import dataclass

from .text import plural

WORDS = {
    "passed": "passed",
    "failed": "failed",
    "error": "stopped by an error",
    "unimplemented": "still to be written",
    "skipped": "skipped",
    "broken": "not judged",
}
"""A status in words that a student reads."""
MARKS = {"passed": "✓", "failed": "✗", "error": "✗", "unimplemented": "○", "skipped": "–", "broken": "?"}


@dataclass(frozen=True)
class TopicDigest:
    """One topic: what failed, what the student has not written, what was skipped and why, what the grader broke on."""

    topic: object
    failures: list
    unwritten: list[str]
    skipped: dict[str, int]
    broken: list

    @property
    def all_passed(self):
        """Whether there is nothing to tell."""
        return all(check.status == "passed" for check in self.topic.checks)

    @property
    def counts(self):
        """How many checks ended how, as `5 of 7 passed, 2 failed`."""
        counter = Counter(check.status for check in self.topic.checks)
        rest = [f"{counter[status]} {word}" for status, word in WORDS.items() if status != "passed" and counter[status]]
        return ", ".join([f"{counter['passed']} of {len(self.topic.checks)} passed", *rest])


def digest(topic):
    """The `TopicDigest` of a `TopicResult`."""

    def having(*statuses):
        return [check for check in topic.checks if check.status in statuses]

    return TopicDigest(
        topic=topic,
        failures=having("failed", "error"),
        unwritten=list(dict.fromkeys(check.exercise for check in having("unimplemented"))),
        skipped=dict(Counter(check.message for check in having("skipped"))),
        broken=having("broken"),
    )


def broken_note(verdict):
    """One line on the grader's own faults, or nothing."""
    count = sum(len(digest(topic).broken) for topic in verdict.topics)
    return f"{plural(count, 'check')} could not be judged: the grader's own fault, no points are lost." if count else ""
