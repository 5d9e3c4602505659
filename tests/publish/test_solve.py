"""`autograder solve` fills in solutions, in a copy."""

import nbformat
import pytest

from autograder.publish.exercises import PublishError
from autograder.publish.solve import solve, solve_notebook


@pytest.fixture
def notebook():
    cells = [
        nbformat.v4.new_markdown_cell("%%implement Linear.forward"),
        nbformat.v4.new_code_cell(
            "%%implement --force Linear.forward\ndef forward(self, x):\n    mine", execution_count=3,
            outputs=[nbformat.v4.new_output("stream", text="old")],
        ),
        nbformat.v4.new_code_cell("1 + 1", execution_count=4, outputs=[nbformat.v4.new_output("stream", text="2")]),
    ]  # fmt: skip
    return nbformat.v4.new_notebook(cells=cells)


@pytest.fixture
def path(notebook, tmp_path):
    path = tmp_path / "01_mine.ipynb"
    nbformat.write(notebook, path)
    return path


def test_exercise_cells_hold_the_solution_and_all_else_stays(notebook, course):
    before = nbformat.writes(notebook)
    solved = solve(notebook, course)
    assert solved.cells[1].source == (
        "%%implement --force Linear.forward\n"
        'def forward(self, x):\n    """Returns y.\n\n    For any x.\n    """\n    # Hint: multiply.\n    # Really.\n'
        "    y = math.pi * x\n\n    return y"
    )
    assert (solved.cells[1].outputs, solved.cells[1].execution_count) == ([], None)
    assert (solved.cells[0], solved.cells[2]) == (notebook.cells[0], notebook.cells[2])
    assert nbformat.writes(notebook) == before


def test_an_unknown_exercise_is_named(notebook, course):
    notebook.cells[1].source = "%%implement Linear.foo"
    with pytest.raises(PublishError, match=r"%%implement Linear.foo"):
        solve(notebook, course)


def test_the_copy_lies_beside_the_notebook(path):
    before = path.read_bytes()
    for _ in range(2):
        assert solve_notebook(path) == path.with_name("01_mine.solved.ipynb")
    assert path.read_bytes() == before
    assert "self.weight" in path.with_name("01_mine.solved.ipynb").read_text(encoding="utf-8")


def test_a_name_of_ones_own(path, tmp_path):
    out = tmp_path / "there.ipynb"
    assert solve_notebook(path, out) == out
    nbformat.validate(nbformat.read(out, as_version=4))


@pytest.mark.parametrize("out", ["01_mine.ipynb", "02_other.ipynb"])
def test_no_notebook_is_ever_overwritten(path, out):
    other = path.with_name("02_other.ipynb")
    other.write_text("mine too", encoding="utf-8")
    before = path.read_bytes()
    with pytest.raises(PublishError, match="may hold your work"):
        solve_notebook(path, path.with_name(out))
    assert (path.read_bytes(), other.read_text(encoding="utf-8")) == (before, "mine too")


def test_a_solved_notebook_is_not_overwritten_by_itself(path):
    solved = solve_notebook(path)
    with pytest.raises(PublishError, match="may hold your work"):
        solve_notebook(solved)


@pytest.mark.parametrize("text", [None, "", "no notebook", "[]", '{"cells": 3}', "\ud800"])
def test_what_is_no_notebook_is_one_line(tmp_path, text):
    path = tmp_path / "x.ipynb"
    if text is not None:
        path.write_text(text, encoding="utf-8", errors="surrogatepass")
    with pytest.raises(PublishError, match=r"x.ipynb (cannot be read: No such file|is not a notebook)") as error:
        solve_notebook(path)
    assert "\n" not in str(error.value)
