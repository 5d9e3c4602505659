"""Notebooks are built from text, executed as a student would, and stored the same each time."""

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError

from autograder.publish import notebooks
from autograder.publish.command import publish
from autograder.publish.exercises import PublishError
from autograder.publish.notebooks import build, drift, execute


@pytest.fixture
def first(course):
    return build(course.sources / "00_first.md", course)


def sources(notebook):
    return [cell.source for cell in notebook.cells]


def executed(notebook):
    """As if it had been run."""
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type == "code":
            cell.execution_count = number
    return notebook


@pytest.fixture
def without_kernel(monkeypatch):
    """Publishing without the wait: each cell says that all is well."""

    def run(notebook, cwd, timeout=600):
        for cell in executed(notebook).cells:
            if cell.cell_type == "code":
                cell.outputs = [nbformat.v4.new_output("stream", text="✓")]

    monkeypatch.setattr(notebooks, "run", run)


def test_cells_are_filled_with_stubs(first):
    assert sources(first) == [
        "# 00",
        "%load_ext autograder",
        "## Step 1: Look",
        'print("same")',
        'print("same")',
        "## Step 2: Write",
        "%%implement numerical_gradient\n"
        'def numerical_gradient(f, x, eps=1e-6):\n    """The gradient."""\n'
        '    raise NotImplementedError("numerical_gradient: notebook 00, step 2")',
    ]
    nbformat.validate(first)


def test_tags_and_folding_come_along(course, first):
    assert [dict(cell.metadata) for cell in first.cells][-1] == {"tags": ["nbval-ignore-output"]}
    second = build(course.sources / "01_second.md", course)
    assert second.cells[1].metadata == {"tags": ["nbval-ignore-output"]}
    assert second.cells[2].metadata == {"jupyter": {"source_hidden": True}, "tags": ["nbval-ignore-output"]}


def test_metadata_say_nothing_of_the_machine(course, first):
    assert first.metadata.kernelspec.name == "python3"
    assert "version" not in first.metadata.language_info
    assert first.metadata == build(course.sources / "01_second.md", course).metadata


def test_ids_are_unique_and_stay_when_cells_are_added(course, first):
    ids = [cell.id for cell in first.cells]
    assert len(set(ids)) == len(ids)
    path = course.sources / "00_first.md"
    path.write_text(path.read_text(encoding="utf-8").replace("# 00", "# 00\n\n```python\n1\n```\n"), encoding="utf-8")
    assert [i for i in (cell.id for cell in build(path, course).cells) if i in ids] == ids


def test_a_cell_for_no_exercise_is_refused(course):
    path = course.sources / "01_second.md"
    path.write_text("```python\n%%implement Linear.foo\n```\n", encoding="utf-8")
    with pytest.raises(PublishError, match=r"Linear.foo"):
        build(path, course)
    with pytest.raises(PublishError, match=r"there is no exercise Linear.foo"):
        publish(check=True, course=course)


# --- drift --------------------------------------------------------------------------------------------------------


def test_no_drift_whatever_the_outputs(course, first):
    stored = executed(build(course.sources / "00_first.md", course))
    stored.cells[3].outputs = [nbformat.v4.new_output("stream", text="anything")]
    assert drift(stored, first) == ""


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda n: n.cells[3].update(source="print(2)"), "cell 4 differs"),
        (lambda n: n.cells[3].metadata.update(tags=["x"]), "cell 4 differs"),
        (lambda n: n.cells[3].update(id="abc"), "cell 4 differs"),
        (lambda n: n.cells[3].update(execution_count=None), "cell 4 was never executed"),
        (lambda n: n.cells.pop(), "it has 6 cells instead of 7"),
        (lambda n: n.cells.append(n.cells[0]), "it has 8 cells instead of 7"),
        (lambda n: n.metadata.kernelspec.update(name="x"), "metadata"),
    ],
)
def test_drift_is_found_and_named(course, first, change, says):
    stored = executed(build(course.sources / "00_first.md", course))
    change(stored)
    assert says in drift(stored, first)


def test_check_lists_everything_and_writes_nothing(course, without_kernel):
    publish(course=course, report=lambda line: None)
    assert publish(check=True, course=course) == []
    stub = course.scaffold / "linear.py"
    stub.write_text(stub.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    (course.notebooks / "00_first.ipynb").unlink()
    (course.notebooks / "09_old.ipynb").touch()
    (course.notebooks / "09_old.solved.ipynb").touch()
    source = course.sources / "01_second.md"
    source.write_text(source.read_text(encoding="utf-8").replace("# 01", "# 001"), encoding="utf-8")
    before = {p: p.read_bytes() for p in course.root.rglob("*") if p.is_file()}
    assert publish(check=True, course=course) == [
        "scaffold/linear.py is out of date",
        "notebooks/00_first.ipynb is missing",
        "notebooks/01_second.ipynb is out of date: cell 1 differs: '# 001'",
        "notebooks/09_old.ipynb has no source",
    ]
    assert {p: p.read_bytes() for p in course.root.rglob("*") if p.is_file()} == before


def test_the_course_is_published():
    assert publish(check=True) == []


# --- writing ------------------------------------------------------------------------------------------------------


def test_publishing_again_changes_no_byte(course, without_kernel):
    written = publish(course=course, report=lambda line: None)
    assert {"notebooks/00_first.ipynb written", "scaffold/linear.py written"} <= set(written)
    before = {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in course.root.rglob("*") if p.is_file()}
    assert publish(course=course, report=lambda line: None) == []
    assert {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in course.root.rglob("*") if p.is_file()} == before


@pytest.mark.parametrize("name", ["01", "01_second", "01_second.ipynb"])
def test_one_notebook_alone(course, without_kernel, name):
    assert "notebooks/01_second.ipynb written" in publish(only=[name], course=course, report=lambda line: None)
    assert not (course.notebooks / "00_first.ipynb").exists()


def test_a_notebook_that_does_not_exist(course):
    with pytest.raises(PublishError, match="07: not all are notebooks; there are 00_first, 01_second"):
        publish(only=["01", "07"], course=course)


def test_a_notebook_with_answers_is_not_overwritten(course, without_kernel):
    publish(course=course, report=lambda line: None)
    path = course.notebooks / "00_first.ipynb"
    mine = nbformat.read(path, as_version=4)
    mine.cells[-1].source = "%%implement numerical_gradient\ndef numerical_gradient(f, x, eps=1e-6):\n    return (\n"
    nbformat.write(mine, path)
    before = path.read_bytes()
    with pytest.raises(PublishError, match=r"00_first\.ipynb holds an answer to numerical_gradient"):
        publish(course=course, report=lambda line: None)
    assert path.read_bytes() == before


def test_a_run_is_that_of_a_student_who_has_come_so_far(course, first, monkeypatch):
    seen = {}

    def run(notebook, cwd, timeout):
        seen["cell"] = notebook.cells[-1].source
        seen["package"] = (cwd.parent / "scaffold" / "linear.py").read_text(encoding="utf-8")

    monkeypatch.setattr(notebooks, "run", run)
    execute(first, "00_first", course)
    assert "    return f(x) * eps\n" in seen["package"]
    assert "    return f(x) * eps" in seen["cell"]
    assert 'NotImplementedError("Linear.forward' in seen["package"]  # later ones are not there to be used
    execute(build(course.sources / "01_second.md", course), "01_second", course)
    assert "NotImplementedError" not in seen["package"]


@pytest.mark.parametrize(
    ("source", "output", "says"),
    [
        (
            "f()",
            nbformat.v4.new_output("stream", text="Not yet: f (notebook 02) is still to be written.\n"),
            "too early",
        ),
        ("check('f')", nbformat.v4.new_output("display_data", data={"text/plain": "✗ f"}), "does not pass"),
        ("check('f')", nbformat.v4.new_output("display_data", data={"text/plain": "✓ f\n○ g"}), "does not pass"),
        ("%%implement f", nbformat.v4.new_output("stream", text="✗ Not written: …"), "does not pass"),
        (
            "derive('f')",
            nbformat.v4.new_output("display_data", data={"text/plain": "✗ there is no …"}),
            "does not pass",
        ),
    ],
)
def test_a_notebook_that_does_not_work_is_not_published(course, monkeypatch, source, output, says):
    def run(notebook, cwd, timeout):
        notebook.cells[1].source, notebook.cells[1].outputs = source, [output]

    monkeypatch.setattr(notebooks, "run", run)
    with pytest.raises(PublishError) as error:
        publish(only=["00"], course=course, report=lambda line: None)
    assert says in str(error.value)
    assert "00_first" in str(error.value)
    assert not (course.notebooks / "00_first.ipynb").exists()


def test_a_notebook_with_a_cell_that_fails_is_not_published(course, monkeypatch):
    def run(notebook, cwd, timeout):
        raise CellExecutionError("1 / 0\nZeroDivisionError", "ZeroDivisionError", "division by zero")

    monkeypatch.setattr(notebooks, "run", run)
    with pytest.raises(PublishError, match=r"00_first: 1 / 0\nZeroDivisionError"):
        publish(only=["00"], course=course, report=lambda line: None)


def test_a_wrong_formula_and_a_placeholder_may_stand_in_a_notebook(course, first, monkeypatch):
    def run(notebook, cwd, timeout):
        notebook.cells[3].source = "derive('f')"
        notebook.cells[3].outputs = [
            nbformat.v4.new_output("display_data", data={"text/plain": "✗ f: not right yet\n○ Not yet: put …"})
        ]

    monkeypatch.setattr(notebooks, "run", run)
    assert execute(first, "00_first", course).cells[3].outputs


def test_a_run_ends_at_the_first_cell_that_fails(tmp_path):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 / 0"), nbformat.v4.new_code_cell("1")])
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        notebooks.run(notebook, tmp_path)
    assert notebook.cells[1].execution_count is None


def test_two_real_runs_store_the_same_bytes(tmp_path):
    """Neither times nor versions, and streams joined."""
    code = """
import sys, time
for i in range(3):
    print(i, flush=True); time.sleep(0.01); print(i, file=sys.stderr, flush=True)
import matplotlib.pyplot as plt
plt.plot([1, 2]); plt.show()
"""
    failing = {"tags": ["raises-exception"]}
    cells = [
        nbformat.v4.new_code_cell("1 / 0", id="fails", metadata=failing),
        nbformat.v4.new_code_cell(code, id="shows"),
    ]
    texts = []
    for _ in range(2):
        notebook = nbformat.v4.new_notebook(cells=[nbformat.from_dict(dict(cell)) for cell in cells])
        notebooks.run(notebook, tmp_path)
        texts.append(nbformat.writes(notebook))
    assert texts[0] == texts[1]
    kinds = [[output.output_type for output in cell.outputs] for cell in notebook.cells]
    assert kinds == [["error"], ["stream", "stream", "display_data"]]
    assert notebook.metadata == notebooks.METADATA
    assert [cell.metadata for cell in notebook.cells] == [failing, {}]
