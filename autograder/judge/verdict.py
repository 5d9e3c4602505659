"""What a grading found, as plain data: the JSON of `autograder grade --json`, and all that the reports read."""

from dataclasses import asdict, dataclass, field

SCHEMA = 1
"""Version of the JSON below; raised when a field changes its meaning."""

STATUSES = ("passed", "failed", "error", "unimplemented", "skipped", "broken")
"""error: the student's code raised. broken: the grader's own fault, which never costs points."""

KINDS = ("forward", "gradient", "contract", "rules", "speed", "memory")


@dataclass
class Counterexample:
    """The smallest case found that fails; tensors as nested lists of numbers."""

    config: dict
    inputs: dict
    expected: object
    got: object


NEEDS = "needs {}, which is not implemented"
"""The message of a check that was skipped, since an exercise that it calls is still a stub."""


@dataclass
class CheckResult:
    """One line of the report. message: what is wrong, in words that teach; empty when passed."""

    name: str
    exercise: str
    kind: str
    status: str
    points: float = 0.0
    max_points: float = 0.0
    message: str = ""
    mistake: str | None = None
    location: str | None = None
    counterexample: Counterexample | None = None


@dataclass
class TopicResult:
    """All checks of one topic, in the order of the syllabus.

    bonus: whether its points are beyond the 100, and only make up for what was lost elsewhere.
    """

    name: str
    checks: list[CheckResult]
    bonus: bool = False

    @property
    def points(self):
        return sum(check.points for check in self.checks)

    @property
    def max_points(self):
        return sum(check.max_points for check in self.checks)


@dataclass
class SpeedResult:
    """One workload: time of the submission over that of `torch.nn`; tier gold, silver, bronze or none."""

    name: str
    workload: str
    ratio: float | None
    tier: str


@dataclass
class Verdict:
    """A whole grading. `score` is out of `max_score` = 100, spread over the checks that were judged."""

    seed: int
    isolation: str
    submission: dict
    environment: dict
    topics: list[TopicResult]
    speed: list[SpeedResult] = field(default_factory=list)
    max_score: int = 100

    @property
    def score(self):
        return round(sum(topic.points for topic in self.topics), 2)

    @property
    def broken(self):
        """Whether the grader itself failed somewhere: exit code 3."""
        return any(check.status == "broken" for topic in self.topics for check in topic.checks)

    def to_json(self):
        """The verdict as a JSON-able dict, by the schema of docs/architecture.md."""
        topics = [
            {
                "name": topic.name,
                "points": round(topic.points, 4),
                "max_points": round(topic.max_points, 4),
                "checks": [
                    asdict(check) | {"points": round(check.points, 4), "max_points": round(check.max_points, 4)}
                    for check in topic.checks
                ],
            }
            for topic in self.topics
        ]
        return {
            "schema": SCHEMA,
            "score": self.score,
            "max_score": self.max_score,
            "seed": self.seed,
            "isolation": self.isolation,
            "submission": self.submission,
            "environment": self.environment,
            "topics": topics,
            "speed": [asdict(result) for result in self.speed],
        }
