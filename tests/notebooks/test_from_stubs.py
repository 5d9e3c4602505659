"""A student who solves every exercise cell, notebook after notebook, ends with a package of 100 points."""

import json
import subprocess
import sys

import nbformat

from autograder.publish.exercises import NOT_YET
from autograder.publish.notebooks import lay_out, run, text_of
from autograder.publish.places import implements, sources, target_of
from autograder.publish.solve import solve
from autograder.topics import topics
from autograder.workspace import COURSE


def test_solving_all_notebooks_in_order_gives_100_points(tmp_path):
    lay_out(tmp_path)
    for path in map(target_of, sources()):
        notebook = solve(nbformat.read(path, as_version=4))
        if not any(implements(cell) for cell in notebook.cells):
            continue  # a lab: nothing to solve in it
        run(notebook, tmp_path / "notebooks")
        for cell in notebook.cells:
            for output in cell.get("outputs", []):
                assert NOT_YET not in text_of(output), f"{path.name}: {cell.source}\n\n{text_of(output)}"
                if cell.source.startswith(("%%implement", "check(")):
                    assert text_of(output).startswith("✓"), f"{path.name}: {cell.source}\n\n{text_of(output)}"
    taught = [f"--only={topic.name}" for topic in topics() if (COURSE.sources / f"{topic.notebook}.md").exists()]
    report = tmp_path / "verdict.json"
    subprocess.run(
        [sys.executable, "-m", "autograder", "grade", tmp_path, "--no-speed", "--json", report, *taught],
        check=True,
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
    )
    verdict = json.loads(report.read_text(encoding="utf-8"))
    assert verdict["score"] == 100, [c for t in verdict["topics"] for c in t["checks"] if c["status"] != "passed"]
