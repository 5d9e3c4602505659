"""The grading of a whole submission: topic by topic, and the points."""

from contextlib import nullcontext
from functools import cached_property

from ..sandbox import isolation
from ..sandbox.nursery import Nursery
from ..sandbox.pool import Worker
from ..topics import topics
from . import environment, shrink
from .oracle import Oracle
from .package import Packages
from .points import with_points
from .topic import TopicJudge, broken, broken_race, race_name
from .verdict import Verdict

SHRINK_BUDGET, CHECK_BUDGET = 1000, 250
"""Programs that a whole grading, and the check of an exercise, may try for smaller counterexamples."""


class Grader:
    """Grades submissions one after the other, with workers forked from one warm process. Use as a context manager."""

    def __init__(self, nursery=None, device="cpu", racing=None):
        """racing: a lock held during races, for graders that share a machine."""
        self.nursery, self.device = nursery or Nursery(), device
        self.racing = racing or nullcontext()
        self.oracle = Oracle()
        self.packages = Packages()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def close(self):
        self.rival.stop()
        self.nursery.close()
        self.packages.remove()

    def worker(self, folder):
        """A worker for the package in a folder."""
        return Worker(self.nursery, folder, device=self.device)

    @cached_property
    def rival(self):
        """The worker that runs `torch.nn` in races."""
        return Worker(self.nursery, self.packages.root, trusted=True, device=self.device)

    def isolation(self):
        """The levels that hold on this machine, found out by starting a worker."""
        worker = self.worker(self.packages.root)
        try:
            worker.start()
            return worker.levels
        finally:
            worker.stop()

    def grade(
        self,
        submission,
        only=None,
        speed=True,
        seed=0,
        advance=lambda done, total, text: None,
        shrink_budget=SHRINK_BUDGET,
    ):
        """Judge a submission; returns a Verdict. only: names of topics. advance: told of the progress."""
        chosen = [t for t in topics() if not only or t.name in only]
        total = sum(len(t.checks) + len(t.speed) * speed for t in chosen)
        done, levels, results, races = 0, set(), [], []
        shrinking = shrink.Budget(shrink_budget)

        def told(name):
            nonlocal done
            done += 1
            advance(done, total, name)

        for topic in chosen:
            try:
                judged = TopicJudge(self, topic, submission, seed, shrinking)
            except Exception as error:  # the grader's own fault must never cost a student points
                checks, raced = _broken(topic, speed, error)
            else:
                checks, raced = _judged(judged, speed, told)
                levels.update(judged.levels)
                judged.close()
            results.append((topic, checks))
            races += raced
        return Verdict(
            seed=seed,
            isolation=isolation.describe(levels),
            submission={
                "sha256": submission.sha256,
                "files": {name: source.sha256 for name, source in submission.sources.items()},
            },
            environment=environment.describe(),
            topics=with_points(results, speed),
            speed=races,
        )

    def check(self, exercises_wanted, submission, seed=0, shrink_budget=CHECK_BUDGET):
        """Judge some exercises alone, by name; returns CheckResults."""
        results = []
        for topic in topics():
            wanted = [check for check in topic.checks if check.exercise in exercises_wanted]
            if wanted:
                judged = TopicJudge(self, topic, submission, seed, shrink.Budget(shrink_budget, share=1 / 2))
                results += [r for r in judged.rules() if r.status == "failed"]
                results += [judged.judge(check) for check in wanted]
                judged.close()
        return results


def _judged(judged, speed, told):
    """(CheckResults, SpeedResults) of a topic. told: hears of every check and race that is done."""
    checks, races = [], []
    for check in judged.topic.checks:
        checks.append(judged.judge(check))
        told(check.name)
    for workload in judged.topic.speed:
        result, race = judged.race(workload, checks, speed)
        checks.append(result)
        if speed:
            races.append(race)
            told(race_name(workload))
    return [*judged.rules(), *checks], races


def _broken(topic, speed, error):
    """The same for a topic that the grader could not begin with."""
    raced = [broken_race(workload, error) for workload in topic.speed if speed]
    return [*(broken(check, error) for check in topic.checks), *(result for result, _ in raced)], [r for _, r in raced]
