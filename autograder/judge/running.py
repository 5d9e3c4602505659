"""Programs run on the submission, by its worker, while the oracle finds out what should come out."""

from dataclasses import dataclass

from ..sandbox.pool import WorkerLost
from .oracle import Question, complete

CALL_SECONDS = 3.0
"""How long one program of a few small tensors may take."""
LOSSES_ALLOWED = 2
"""How often the worker may be lost over the same methods of a class before they are not tried any more."""


@dataclass
class Ran:
    """A question and the submission's answer. lost: why there is none."""

    question: Question
    got: dict | None
    lost: str | None = None

    @property
    def program(self):
        return self.question.program

    @property
    def expected(self):
        return self.question.expected


class Runs:
    """All that was run for one topic. A program is run once for all checks that look at it."""

    def __init__(self, oracle, worker, topic, seed):
        self.oracle, self.worker, self.topic, self.seed = oracle, worker, topic, seed
        self.done, self.losses = {}, {}
        self.methods = {check.exercise.rpartition(".")[2] for check in topic.checks}

    def of(self, check):
        """The runs that a check looks at; after one that was lost there are no more.

        What was lost may have been lost after the steps that this check observes: then those are run alone, so that
        a backward without end costs forward nothing.
        """
        questions = self.oracle.questions(self.topic, check.space, self.seed)
        if check.space not in self.done:
            self.done[check.space] = list(self._until_lost(questions))
        runs = self.done[check.space][: check.examples]
        if runs[-1].lost is None:
            return runs
        rest = [
            self.oracle.question(q.program.until(check.observes)) for q in questions[len(runs) - 1 : check.examples]
        ]
        return (
            runs if len(rest[0].program.steps) == len(runs[-1].program.steps) else [*runs[:-1], *self._until_lost(rest)]
        )

    def ask(self, question):
        """One program on both sides: the worker computes while the oracle does."""
        subject = self._subject(question.program)
        count, reason = self.losses.get(subject, (0, ""))
        if count >= LOSSES_ALLOWED:
            return Ran(question, None, f"not tried again, since before: {reason}")
        program = question.program
        try:
            self.worker.post(question.request, CALL_SECONDS)
            _ = question.expected
            return Ran(question, complete(program, self.worker.collect_outcomes(program, CALL_SECONDS)))
        except WorkerLost as lost:
            self.losses[subject] = (count + 1, lost.reason)
            return Ran(question, None, lost.reason)

    def _until_lost(self, questions):
        for question in questions:
            ran = self.ask(question)
            yield ran
            if ran.lost is not None:
                return

    def _subject(self, program):
        """What a program is about, as far as lost workers are counted: a function, or a class and some exercises."""
        last = [step for step in program.steps if step["do"] in ("new", "function")][-1]
        called = {step["method"] for step in program.steps if "method" in step}
        return last.get("cls") or last["function"], frozenset(called & self.methods)
