import pytest
import torch

import solutions
from benchmarks.modules import MODULES, compare, table
from labkit.race import Race


@pytest.mark.parametrize(("name", "arguments", "inputs"), MODULES)
def test_every_line_runs(name, arguments, inputs):
    result = compare(name, arguments, inputs, seconds=0.01)
    assert result.name == name
    assert result.ratio > 0
    assert hasattr(solutions, name) and hasattr(torch.nn, name)


def test_the_last_line_is_the_geometric_mean():
    *_, mean = table([Race("a", 1, 2), Race("b", 1, 8)]).columns[3].cells
    assert mean == "0.25"
