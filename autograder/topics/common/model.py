"""The words in which a topic says what is judged. Mathematics only: nothing here knows of processes or reports."""

import inspect
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from hypothesis.strategies import SearchStrategy

from ...program import Program


@dataclass(frozen=True)
class Space:
    """Where programs come from: cases that Hypothesis draws, and how a case becomes a program.

    Spaces that share their cases (the same object) share the drawing too.
    """

    cases: SearchStrategy
    build: Callable[[object], Program] = lambda program: program

    @property
    def programs(self):
        return self.cases.map(self.build)


@dataclass(frozen=True)
class Check:
    """One line of the report: some observations of all programs of a space, compared in one way.

    name: what the student reads. exercise: whose points these are. kind: see `judge.verdict.KINDS`.
    space: where its programs come from. observes: names of the observations compared. compare: a key of
    `judge.compare.COMPARISONS`. weight: its share of the topic's points. examples: how many programs are drawn.
    """

    name: str
    exercise: str
    kind: str
    space: Space
    observes: tuple[str, ...]
    compare: str = "values"
    weight: float = 1.0
    examples: int = 8


@dataclass(frozen=True)
class Workload:
    """A race against `torch.nn`, in time or in memory.

    program: from a seed, a Program whose steps from `timed_from` on are timed. kind: 'speed' or 'memory'. gold, silver,
    bronze: the largest ratios to `torch.nn`'s time or peak memory that earn all, two thirds, one third of the points.
    compare: how the results of both sides are compared (a name in `judge/compare.py`).
    """

    name: str
    exercise: str
    workload: str
    program: Callable[[int], Program]
    timed_from: int
    gold: float = 2.0
    silver: float = 4.0
    bronze: float = 10.0
    weight: float = 1.0
    kind: str = "speed"
    compare: str = "dtype"


@dataclass(frozen=True, eq=False)
class Mistake:
    """A known mistake as an executable wrong answer: `function` stands in for the exercise's solution.

    says: what the numbers say. asks: a question that leads on. also: {method: function} of the same class that the
    mistake needs in the place of solved ones, such as a forward that keeps what a wrong backward takes.
    """

    name: str
    exercise: str
    function: Callable
    says: str
    asks: str
    also: Mapping[str, Callable] = field(default_factory=dict)

    @property
    def functions(self):
        """{exercise: function} of all that stands in the place of solutions."""
        cls = self.exercise.rpartition(".")[0]
        return {self.exercise: self.function} | {f"{cls}.{method}": function for method, function in self.also.items()}

    @property
    def sources(self):
        """The same as text: each function renamed to what it replaces, ready to stand in a class or module."""
        return {exercise: _source(function, exercise) for exercise, function in self.functions.items()}


def _source(function, exercise):
    text = textwrap.dedent(inspect.getsource(function))
    definition = text[text.index(f"def {function.__name__}(") :]
    return definition.replace(f"def {function.__name__}(", f"def {exercise.rpartition('.')[2]}(", 1)


class Mistakes(list):
    """The known mistakes of one topic."""

    def __init__(self, topic):
        super().__init__()
        self.topic = topic

    def known(self, exercise, *, says, asks, **also):
        """Decorator: the function below is a known mistake in this exercise, named `topic.function-name`."""

        def register(function):
            name = f"{self.topic}.{function.__name__.replace('_', '-')}"
            self.append(Mistake(name, exercise, function, says, asks, also))
            return function

        return register


@dataclass(frozen=True)
class Derivation:
    """A formula that the student derives before coding it.

    truth: gives the right value by an independent way, central differences for instance. arguments: the argument tuples
    at which the formula is tried. hint: one sentence for when it fails.
    """

    name: str
    truth: Callable
    arguments: Sequence[tuple]
    hint: str = ""


@dataclass
class Topic:
    """One topic of the syllabus.

    files: the package's files whose exercises belong here. reference: `torch.nn` behind the course's interface, by
    name. weight: its share of the 100 points. bonus: whether its points are none of the 100, and only make up for
    some that were lost elsewhere.
    """

    name: str
    title: str
    notebook: str
    files: tuple[str, ...]
    weight: float
    reference: dict
    checks: list[Check]
    bonus: bool = False
    speed: list[Workload] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    derivations: list[Derivation] = field(default_factory=list)
