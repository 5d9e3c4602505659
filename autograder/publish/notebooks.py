"""notebooks/source/*.md -> notebooks/*.ipynb: cells filled with stubs, and the outputs that a student should get.

A notebook is executed as by a student who has just finished it: its exercises and those of earlier notebooks are solved
in the package and in its `%%implement` cells, those of later notebooks are stubs. The stubs are then put back into the
cells. `%%implement` cells are tagged nbval-ignore-output, since their stored output is that of a solved cell. Figures
need no tag: nbval compares the text beside an image and never the image itself (image/png and image/jpeg are on its
list of things to skip). Publishing an unchanged source again gives the same bytes, as long as the outputs are the same:
cell ids come from the text of the cells, and neither times nor versions are stored.
"""

import copy
import hashlib
import os
import tempfile
from collections import Counter
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from ..workspace import COURSE
from . import scaffold
from .exercises import NOT_YET, PublishError, scan
from .places import implements, read_places
from .solve import fill, known, solve

IGNORE_OUTPUT = "nbval-ignore-output"

UNKNOWN = "✗ there is no "
"""What `check` and `derive` say of an unknown name. (A formula that is not right may stand in a notebook.)"""
KEPT = ("jupyter", "tags")
"""What a source can say of a cell: folded code, and tags."""
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
}


def build(source, course=COURSE):
    """The notebook of one source file, given by its path, without outputs."""
    exercises, places = scan(course), read_places(course)
    draft, seen, cells = jupytext.read(source), Counter(), []
    for cell in draft.cells:
        name = implements(cell)
        metadata = {key: cell.metadata[key] for key in KEPT if key in cell.metadata}
        if name:
            cell.source = fill(cell.source, known(name, exercises).stub(places.get(name)))
            metadata["tags"] = [*metadata.get("tags", []), IGNORE_OUTPUT]
        seen[cell.source] += 1
        cells.append(_cell(cell, metadata, _cell_id(cell.source, seen[cell.source])))
    return nbformat.v4.new_notebook(cells=cells, metadata=copy.deepcopy(METADATA))


def execute(notebook, name, course=COURSE, timeout=600):
    """A copy of a notebook from `build` with the outputs a student gets, in a workspace of its own.

    name: the notebook's name; its number tells which notebooks come before. timeout: seconds a cell may take. Raises
    PublishError if a cell fails, uses an exercise of a later notebook, or checks in vain.
    """
    solved, number = solve(notebook, course), name[:2]
    to_come = {exercise for exercise, place in read_places(course).items() if place.notebook > number}
    with tempfile.TemporaryDirectory() as folder:
        lay_out(Path(folder), scan(course).keys() - to_come, course)
        try:
            run(solved, Path(folder) / "notebooks", timeout)
        except CellExecutionError as error:
            raise PublishError(f"{name}: {error}") from None
    _require_success(solved, name)
    executed = copy.deepcopy(notebook)
    for cell, done in zip(executed.cells, solved.cells, strict=True):
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = done.outputs, done.execution_count
    return executed


def lay_out(folder, solved=(), course=COURSE):
    """Make a student's workspace in a folder: an empty notebooks/, and scaffold/ with those exercises solved."""
    scaffold.write(scaffold.render(solved, course), folder / "scaffold", course)
    (folder / "notebooks").mkdir()


def run(notebook, cwd, timeout=600):
    """Execute a notebook in place, in a fresh kernel. Raises nbclient's CellExecutionError if a cell fails."""
    client = NotebookClient(
        notebook,
        timeout=timeout,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,
        extra_arguments=["--log-level=40"],  # errors: a kernel warns that it talks over local, unencrypted sockets
        resources={"metadata": {"path": str(cwd)}},
    )
    client.execute(env={**os.environ, "TQDM_DISABLE": "1"})  # a progress bar is no result to be stored
    notebook.metadata = nbformat.from_dict(copy.deepcopy(METADATA))


def drift(stored, built):
    """What differs between a stored notebook and what `build` gives, outputs aside; '' if nothing does."""
    if stored.metadata != built.metadata or (stored.nbformat, stored.nbformat_minor) != (4, built.nbformat_minor):
        return "its metadata differ"
    for number, (old, new) in enumerate(zip(stored.cells, built.cells, strict=False), 1):
        if any(old[key] != new[key] for key in ("cell_type", "source", "metadata", "id")):
            return f"cell {number} differs: {new.source.splitlines()[0]!r}"
        if old.cell_type == "code" and old.execution_count is None:
            return f"cell {number} was never executed"
    if len(stored.cells) != len(built.cells):
        return f"it has {len(stored.cells)} cells instead of {len(built.cells)}"
    return ""


def text_of(output):
    """The plain text of one output of a cell; '' for an output without text."""
    return output.text if output.output_type == "stream" else output.get("data", {}).get("text/plain", "")


def _cell(cell, metadata, identifier):
    new = nbformat.v4.new_code_cell if cell.cell_type == "code" else nbformat.v4.new_markdown_cell
    return new(source=cell.source, metadata=metadata, id=identifier)


def _cell_id(source, occurrence):
    """The same for the same text wherever it stands; a repeated text counts up."""
    return hashlib.sha256(f"{occurrence}\n{source}".encode()).hexdigest()[:12]


def _require_success(notebook, name):
    for cell in notebook.cells:
        must_pass = cell.source.startswith(("check(", "%%implement"))
        for output in cell.get("outputs", []):
            text, where = text_of(output).strip(), f"{name}: the cell that begins {cell.source.splitlines()[0]!r}"
            if NOT_YET in text:
                raise PublishError(f"{where} comes too early: {text}")
            if UNKNOWN in text or (must_pass and not all(line.startswith("✓") for line in text.splitlines())):
                raise PublishError(f"{where} does not pass:\n{text}")
