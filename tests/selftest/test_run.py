"""The self-test finds nothing wrong with the grader, and would find it."""

from dataclasses import replace

import pytest

from autograder.judge.topic import TopicJudge
from autograder.judge.verdict import CheckResult
from autograder.publish.exercises import scan
from autograder.selftest import run
from autograder.selftest.mutation import Mutant
from autograder.selftest.run import Task
from autograder.topics import topics


@pytest.mark.parametrize(
    "task", run.tasks(["stub", "package", "mistake"]), ids=lambda t: f"{t.kind}-{t.topic}-{t.what}"
)
def test_nothing_is_wrong(task, grader, unshrunk):
    assert run.judge(task, grader) is None


@pytest.mark.parametrize("task", run.tasks(["mutant"], sample=150), ids=lambda t: t.what.name)
def test_a_small_change_is_failed(task, grader):
    assert run.judge(task, grader) is None


def test_a_change_that_nothing_notices_is_told(grader):
    mutant = Mutant("ReLU.forward", "one line", "another", scan()["ReLU.forward"].solution)
    problem = run.judge(Task("mutant", "activations", mutant), grader)
    assert problem == "passes every check: ReLU.forward: one line -> another"


MISTAKE = next(m for t in topics() for m in t.mistakes if m.exercise == "ReLU.backward")


@pytest.mark.parametrize(
    ("spoilt", "problem"),
    [
        ({"function": lambda self, grad_y: None}, "passes every check of ReLU"),
        ({"name": "activations.alias"}, f"is taken for {MISTAKE.name}"),
    ],
)
def test_a_mistake_that_passes_or_is_taken_for_another_is_told(spoilt, problem, grader, unshrunk, monkeypatch):
    topic = next(t for t in topics() if t.name == "activations")
    wrong = replace(MISTAKE, **spoilt)
    if "function" in spoilt:
        monkeypatch.setattr(type(wrong), "sources", {"ReLU.backward": scan()["ReLU.backward"].solution})
    fake = replace(topic, mistakes=[wrong, *topic.mistakes])
    assert run._mistake(grader, fake, wrong.name) == f"{wrong.name}: {problem}"


def test_a_false_alarm_is_told(grader, unshrunk, tmp_path, monkeypatch):
    (tmp_path / "wrong").mkdir()
    (tmp_path / "wrong" / "containers.py").write_text("class Sequential: pass\nclass Flatten: pass\n")
    monkeypatch.setattr(run, "PACKAGES", tmp_path)
    (task,) = run.tasks(["package"])
    assert run.judge(task, grader).startswith("wrong, activations: false alarm: Sequential.forward")


def test_a_stub_that_is_not_recognised_is_told(grader, monkeypatch):
    failed = lambda self, check: CheckResult(check.name, check.exercise, check.kind, "failed")  # noqa: E731
    monkeypatch.setattr(TopicJudge, "judge", failed)
    problem = run.judge(Task("stub", "gradcheck", "all"), grader)
    assert problem.startswith("gradcheck: a stub is not called unimplemented: ")


def test_a_sample_is_spread_and_repeats():
    assert run.tasks(["mutant"], sample=20, seed=1) == run.tasks(["mutant"], sample=20, seed=1)
    assert len(run.tasks(["mutant", "mistake"], sample=20)) == 40
    assert {t.topic for t in run.tasks(["mutant"], only=["conv"])} == {"conv"}


def test_processes_share_the_work():
    parts = run.run(run.tasks(["stub"], only=["gradcheck", "linear"]), processes=2)
    assert (parts["stub"].tried, parts["stub"].problems) == (2, [])
