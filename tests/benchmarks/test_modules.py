import pytest
import torch

import solutions
from benchmarks.modules import GROUPS, compare, table
from labkit.race import Race

SMALL = [case for cases in GROUPS.values() for case in cases if sum(x.numel() for x in case.draw()) < 100_000]


@pytest.mark.parametrize("case", SMALL, ids=str)
def test_every_small_case_runs(case):
    result = compare(case, seconds=0.01)
    assert result.name == case.name
    assert result.ratio > 0


def test_every_class_of_both_packages_is_raced():
    raced = {case.name for cases in GROUPS.values() for case in cases}
    without_a_race = {"BatchNorm1d", "BCEWithLogitsLoss", "Flatten", "LeakyReLU", "Module", "NLLLoss", "Parameter",
                      "Sequential", "Softmax"}  # fmt: skip
    classes = {name for name in solutions.__all__ if isinstance(getattr(solutions, name), type)}
    assert raced == {name for name in classes if hasattr(torch.nn, name)} - without_a_race


def test_the_last_line_is_the_geometric_mean():
    *_, mean = table("both", {"a": Race("a", 1, 2), "b": Race("b", 1, 8)}).columns[3].cells
    assert mean == "0.25"
