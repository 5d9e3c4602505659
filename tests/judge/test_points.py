"""Tests of how points are spread, and of what a bonus topic adds."""

from types import SimpleNamespace

import pytest

from autograder.judge.points import with_points
from autograder.judge.verdict import CheckResult


def judged(name, weight, statuses, bonus=False):
    """A topic with one check for each status, all of one weight, and their results."""
    checks = [SimpleNamespace(name=f"{name} {i}", weight=1.0) for i in range(len(statuses))]
    results = [CheckResult(c.name, name, "forward", status) for c, status in zip(checks, statuses, strict=True)]
    return SimpleNamespace(name=name, weight=weight, bonus=bonus, checks=checks, speed=[]), results


def points(*topics):
    return [pytest.approx(result.points) for result in with_points(list(topics), speed=False)]


def test_topics_by_weight_checks_by_weight():
    assert points(judged("a", 30, ["passed", "failed"]), judged("b", 10, ["passed"])) == [37.5, 25]


def test_the_graders_own_fault_counts_as_passed():
    assert points(judged("a", 1, ["broken", "error"])) == [50]


@pytest.mark.parametrize(
    ("ordinary", "bonus", "earned"),
    [
        (["passed", "failed"], ["passed", "passed"], [50, 10]),
        (["passed", "failed"], ["passed", "failed"], [50, 5]),
        (["passed"], ["passed", "passed"], [100, 0]),
        (["passed"] * 19 + ["failed"], ["passed", "passed"], [95, 5]),
        (["failed"], ["failed", "failed"], [0, 0]),
    ],
)
def test_a_bonus_makes_up_for_what_was_lost_and_no_more(ordinary, bonus, earned):
    assert points(judged("a", 20, ordinary), judged("fast", 2, bonus, bonus=True)) == earned


def test_what_can_be_had_sums_to_a_hundred_all_the_same():
    topics = judged("a", 20, ["passed", "failed"]), judged("fast", 2, ["passed"], bonus=True)
    ordinary, bonus = with_points(list(topics), speed=False)
    assert (ordinary.max_points, bonus.max_points) == (100, 0)


def test_judged_alone_a_bonus_topic_is_like_any_other():
    (alone,) = with_points([judged("fast", 2, ["passed", "failed"], bonus=True)], speed=False)
    assert (alone.points, alone.max_points) == (50, 100)
