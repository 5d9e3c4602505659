import pytest

from autograder.judge.verdict import Counterexample
from autograder.report.grid import differences, grid, input_grids, outcome_grids, outcomes, shape_of


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        (1.5, ()),
        ([], (0,)),
        ([1, 2], (2,)),
        ([[1, 2, 3], [4, 5, 6]], (2, 3)),
        ([[[1.0]]], (1, 1, 1)),
        (["nan", 1.0, "-inf"], (3,)),
        ([[1, 2], [3]], None),
        ([1, [2]], None),
        (["a"], None),
        ("ValueError", None),
        (None, None),
        ({}, None),
    ],
)
def test_shapes(value, shape):
    assert shape_of(value) == shape


def test_a_matrix_is_rows_of_short_numbers():
    laid_out = grid("x", [[1.0, 1 / 3], [-0.0, 1e-9]])
    assert laid_out.title == "x (2, 2)"
    assert laid_out.rows == [["1", "0.333333"], ["0", "1e-9"]]
    assert laid_out.index == ["", ""]


def test_more_dimensions_say_where_each_matrix_begins():
    laid_out = grid("x", [[[1, 2], [3, 4]], [[5, 6], [7, 8]]])
    assert laid_out.index == ["[0]", "", "[1]", ""]
    assert laid_out.rows == [["1", "2"], ["3", "4"], ["5", "6"], ["7", "8"]]


def test_large_tensors_are_abbreviated():
    laid_out = grid("x", [list(range(100))] * 50, columns=4)
    assert laid_out.title == "x (50, 100)"
    assert laid_out.rows == [["0", "1", "2", "3", "…"]] * 8 + [["…"]]
    assert len(laid_out.index) == len(laid_out.rows)


def test_what_is_no_tensor_is_shown_as_text():
    assert grid("got", "ValueError: no\nreally").rows == [["ValueError: no"], ["really"]]
    assert grid("got", None).rows == [["None"]]
    assert grid("got", [[1], [2, 3]]).rows == [["[[1], [2, 3]]"]]
    assert grid("got", "\x1b[2J").rows == [["�[2J"]]
    assert len(grid("got", "x" * 10**6).rows[0][0]) == 1000


def test_digits_are_added_until_the_difference_shows():
    expected, got = outcome_grids("", [1 / 3, 2.0], [1 / 3 + 1e-8, 2.0])
    assert expected.rows == [["0.333333333", "2"]]
    assert got.rows == [["0.333333343", "2"]]
    expected, got = outcome_grids("", 0.1, 0.1)
    assert expected.rows == got.rows == [["0.1"]]


def test_differences_mark_cells():
    expected, got = outcome_grids("", [[1, 2], [3, 4]], [[1, 2], [3, 5]])
    assert differences(expected, got) == [[False, False], [False, True]]


def test_everything_differs_when_shapes_do():
    expected, got = outcome_grids("", [[1, 2]], [1, 2])
    assert differences(expected, got) == [[True, True]]


def test_outcomes_by_name():
    pairs = outcomes(Counterexample({}, {}, {"grad_x": [1], "grad_w": [2]}, {"grad_x": [3]}))
    assert pairs == [("grad_x", [1], [3]), ("grad_w", [2], "nothing")]
    assert [laid_out.label for laid_out in outcome_grids(*pairs[0])] == ["expected grad_x", "got grad_x"]
    assert outcomes(Counterexample({}, {}, [1], [2])) == [("", [1], [2])]


def test_calls_have_a_line_each():
    config = {"calls": ["m = Linear(3, 2)", "y = m(x)"], "compared": "y"}
    calls, compared, x = input_grids(Counterexample(config, {"x": [1.0]}, 0, 1))
    assert calls.rows == [["m = Linear(3, 2)"], ["y = m(x)"]]
    assert compared.rows == [["y"]]
    assert x.title == "x (1,)"
