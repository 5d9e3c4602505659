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

REPEATED = "the same mistake"


@dataclass(frozen=True)
class TopicDigest:
    """One topic: what failed, what the student has not written yet, and what the grader itself broke on."""

    topic: object
    failures: list
    unwritten: list[str]
    broken: list

    @property
    def has_news(self):
        """Whether there is anything to tell beyond the counts."""
        return bool(self.failures or self.unwritten or self.broken)

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
        broken=having("broken"),
    )


def with_repetition(checks):
    """[(check, whether its known mistake was already that of an earlier check of the same exercise)]."""
    seen, told = set(), []
    for check in checks:
        mistake = (check.exercise, check.mistake)
        told.append((check, check.mistake is not None and mistake in seen))
        seen.add(mistake)
    return told


def notes(verdict):
    """[(status, line)]: what was skipped and why, and whether the grader itself failed."""
    checks = [check for topic in verdict.topics for check in topic.checks]
    reasons = Counter(check.message for check in checks if check.status == "skipped")
    lines = [("skipped", f"{plural(count, 'check')} skipped: {reason}") for reason, count in reasons.items()]
    if count := sum(check.status == "broken" for check in checks):
        text = f"{plural(count, 'check')} could not be judged: the grader's own fault, no points are lost"
        lines.append(("broken", text))
    return lines
