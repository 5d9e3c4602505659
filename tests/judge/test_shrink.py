"""The search for a smaller case: it finds one, and what it finds does not depend on how busy the machine is."""

import time

import pytest
from hypothesis import strategies as st

from autograder.judge import shrink

NUMBERS = st.integers(0, 10_000)


def test_the_smallest_case_is_found():
    assert shrink.smallest(NUMBERS, lambda n: n >= 123, seed=0)[0] == 123
    assert shrink.smallest(NUMBERS, lambda n: n > 10_000, seed=0)[0] is None


@pytest.mark.parametrize("tries", [2, 5, 20])
def test_a_busy_machine_finds_the_same(tries):
    def slowly(n):
        time.sleep(0.01)
        return n >= 123

    quick, slow = (shrink.smallest(NUMBERS, fails, 0, tries) for fails in (lambda n: n >= 123, slowly))
    assert quick == slow and quick[1] <= tries


def test_all_searches_share_what_may_be_tried():
    tried = []
    budget = shrink.Budget(40)
    for _ in range(20):
        budget.smallest(NUMBERS, lambda n: tried.append(n) or n >= 123, 0)
    assert 30 < len(tried) <= 40
    assert shrink.Budget(0).smallest(NUMBERS, lambda n: pytest.fail(), 0) is None


def test_what_is_slow_is_ended_by_the_clock(monkeypatch):
    monkeypatch.setattr(shrink, "SECONDS", 0.05)
    tried = []
    shrink.smallest(NUMBERS, lambda n: tried.append(n) or time.sleep(0.02), 0)
    assert 1 <= len(tried) <= 4
