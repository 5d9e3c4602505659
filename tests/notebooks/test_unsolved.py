"""Every notebook runs to its end with nothing solved: what is missing is said in friendly lines."""

import nbformat

from autograder.publish.notebooks import lay_out, run, text_of


def test_nothing_but_friendly_messages(notebook, tmp_path):
    lay_out(tmp_path)
    opened, before = nbformat.read(notebook, as_version=4), package(tmp_path)
    run(opened, tmp_path / "notebooks")
    for cell in opened.cells:
        for output in cell.get("outputs", []):
            assert "Traceback" not in text_of(output), cell.source
            assert "Error:" not in text_of(output), cell.source
    assert package(tmp_path) == before


def package(workspace):
    """All files of the workspace's package, with their bytes."""
    return {path: path.read_bytes() for path in (workspace / "scaffold").rglob("*") if path.suffix == ".py"}
