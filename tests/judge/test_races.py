"""Races against torch.nn: tiers, and results and rules that count in a race as everywhere. No absolute times."""

import itertools
import sys
import time

import pytest
import torch

import solutions
from autograder.judge import memory, timing
from autograder.judge.oracle import run
from autograder.judge.shrink import Budget
from autograder.judge.topic import TopicJudge
from autograder.program import Program
from autograder.sandbox.interpreter import Interpreter, Outcome
from autograder.topics import reference_package, topic, topics
from autograder.topics.common.model import Workload


@pytest.fixture
def race(grader, package):
    """race(body): (CheckResult, SpeedResult) of ReLU, whose forward has this body."""
    relu = next(w for w in topic("activations").speed if w.name == "ReLU")

    def run(body):
        lines = "".join(f"    {line}\n" for line in body.splitlines())
        submission = package({"ReLU.forward": f"def forward(self, x):\n{lines}"})
        judge = TopicJudge(grader, topic("activations"), submission, 0, Budget(0))
        checks = [judge.judge(check) for check in judge.topic.checks if check.exercise.startswith("ReLU.")]
        result = judge.race(relu, checks, wanted=True)
        judge.close()
        return result

    return run


@pytest.mark.parametrize(("ratio", "tier"), [(0.1, "gold"), (2, "gold"), (2.1, "silver"), (9, "bronze"), (11, "none")])
def test_tiers(ratio, tier):
    workload = Workload("ReLU", "ReLU.forward", "", None, 1)
    assert timing.tier_of(workload, ratio) == tier
    assert tier == "gold" or "needs at most" in timing.advice(workload, ratio, tier)


@pytest.mark.parametrize("workload", [w for t in topics() for w in t.speed], ids=lambda w: f"{w.name}-{w.kind}")
def test_the_solved_package_gives_the_results_of_every_race(workload):
    program = workload.program(1)
    expected, got = (run(program, Interpreter(package)) for package in (reference_package(), solutions))
    assert timing.wrong(workload, expected, got) is None
    name = next(iter(expected))
    assert timing.wrong(workload, expected, got | {name: Outcome(value=1.01 * got[name].value)}).startswith("wrong in")


class Contestant:
    """Answers like a worker; timed runs take these seconds in turn, of a clock that stands still otherwise."""

    def __init__(self, seconds, value=1.0, raised=None):
        self.seconds, self.value, self.raised = itertools.cycle(seconds), value, raised
        self.runs, self.stopped, self.now = 0, 0, 0.0

    def stop(self):
        self.stopped += 1

    def clock(self):
        return self.now

    def ask(self, header, tensors=None, seconds=None):
        if header["do"] == "go":
            self.runs += 1
            self.now += next(self.seconds)
        return {}, {}

    def fetch(self, program, seconds):
        return {"y": Outcome(value=torch.tensor(self.value))}

    def post_program(self, program, seconds):
        pass

    def collect_outcomes(self, program, seconds):
        return {"y": Outcome(value=torch.tensor(self.value), raised=self.raised)}


def contest(*ours, theirs=(1.0,), **kwargs):
    worker, rival = Contestant(ours, **kwargs), Contestant(theirs)
    workload = Workload("A", "A.forward", "", lambda seed: Program(), 0)
    return timing.race(workload, worker, rival, 0), worker, rival


@pytest.mark.parametrize(("ours", "tier"), [(0.5, "gold"), (3.0, "silver"), (8.0, "bronze"), (30.0, "none")])
def test_a_race_is_decided_by_the_ratio(ours, tier):
    assert contest(ours)[0] == (pytest.approx(ours), tier, None)


@pytest.mark.parametrize(("ours", "tier"), [(2.15, "gold"), (2.25, "silver"), (4.3, "silver"), (10.9, "bronze")])
def test_in_doubt_the_better_tier_is_given(ours, tier):
    assert contest(ours)[0] == (pytest.approx(ours), tier, None)


@pytest.mark.parametrize("ratio", [1.8, 2.7, 3.6, 5.4, 9.0, 13.0])
def test_near_a_border_there_are_more_rounds_by_other_processes(ratio):
    _, *contestants = contest(ratio)
    pairs = timing.MOST // timing.LEAST
    assert {(c.runs, c.stopped) for c in contestants} == {(timing.MOST + pairs, pairs - 1)}


@pytest.mark.parametrize("ratio", [1.7, 2.8, 5.6, 8.7, 14.0])
def test_far_from_borders_one_pair_of_processes_is_enough(ratio):
    _, *contestants = contest(ratio)
    assert {(c.runs, c.stopped) for c in contestants} == {(timing.LEAST + 1, 0)}


def test_rounds_that_were_disturbed_do_not_decide():
    assert contest(1.0, 1.0, 1.0, 50.0)[0][:2] == (1.0, "gold")
    assert contest(1.0, theirs=(1.0, 1.0, 1.0, 1 / 50))[0][:2] == (1.0, "gold")


@pytest.mark.skipif(sys.platform != "linux", reason="the time of a process cannot be read from outside")
def test_time_in_which_a_worker_does_not_compute_does_not_count(grader):
    worker = grader.rival
    worker.stop()
    worker.start()
    before = worker.clock()
    time.sleep(0.2)
    waited = worker.clock() - before
    worker.ask({"do": "run", "program": Program().to_json()}, seconds=20)
    assert 0 <= waited < 0.05 and worker.clock() - before > waited


def test_wrong_results_end_a_race():
    (ratio, tier, problem), worker, _ = contest(0.5, value=2.0)
    assert (ratio, tier) == (None, "none") and problem.startswith("wrong in the race: y: ")
    assert worker.runs < timing.LEAST


def test_a_fast_shortcut_for_large_tensors_is_seen(race):
    """Timed rounds run without the run-time rules; one more round runs with them."""
    check, speed = race("self.y = x.relu() if x.numel() > 1000 else x.clamp(min=0)\nreturn self.y")
    assert (check.status, check.points) == ("failed", 0)
    assert check.message.startswith("breaks the rules in the race: torch's own relu")
    assert speed.tier == "none"


def test_speed_counts_once_the_results_are_right(race):
    check, speed = race("self.y = x.clamp(min=0)\nreturn 2 * self.y")
    assert (check.status, check.message) == ("skipped", "speed counts once the results are right")
    assert (speed.ratio, speed.tier) == (None, "none")


def test_memory_counts_only_with_right_results(monkeypatch):
    peaks = iter([(100, {"y": Outcome(value=torch.tensor(1.0))}), (100, {"y": Outcome(value=torch.tensor(2.0))})])
    monkeypatch.setattr(memory, "_peak", lambda *_: next(peaks))
    rival = Contestant([1.0])
    ratio, tier, problem = memory.race(Workload("A", "A.forward", "", None, 0), None, rival, 0)
    assert (ratio, tier) == (None, "none") and problem.startswith("wrong in the race")
