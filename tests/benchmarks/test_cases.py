import pytest
import torch

import solutions
from benchmarks import cases, clock
from benchmarks.cases import CASES, Case

RACED = {"torch.nn", "readable", "fast"}


@pytest.mark.parametrize("case", CASES["small"], ids=str)
def test_every_small_case_runs(case):
    found = clock.race(case, seconds=0)
    assert {"torch.nn", "readable"} <= found.keys() <= RACED
    for times in found.values():
        for median, low, high in times.values():
            assert 0 < low <= median <= high


def test_every_class_of_both_packages_is_raced():
    without_a_race = {"Flatten", "Module", "Parameter", "Sequential"}
    classes = {name for name in solutions.__all__ if isinstance(getattr(solutions, name), type)}
    for of_size in CASES.values():
        assert {case.name for case in of_size} == {name for name in classes if hasattr(torch.nn, name)} - without_a_race


def test_cases_have_different_names():
    assert len(cases.BY_NAME) == sum(map(len, CASES.values()))


def test_the_fast_form_is_raced_where_there_is_one(monkeypatch):
    class Faster(solutions.ReLU):
        pass

    monkeypatch.setattr(cases, "fast", lambda name: Faster)
    assert isinstance(Case("ReLU").forms()["fast"], Faster)
    assert clock.race(Case("ReLU"), seconds=0).keys() == RACED


def test_what_computes_something_else_does_not_race(monkeypatch):
    class Wrong(solutions.ReLU):
        def backward(self, grad_y):
            return super().backward(grad_y) * 1.01

    monkeypatch.setattr(cases, "fast", lambda name: Wrong)
    with pytest.raises(clock.DifferentResults, match=r"fast.*grad_input"):
        clock.race(Case("ReLU"), seconds=0)
