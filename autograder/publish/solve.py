"""A notebook as it looks when every exercise is done."""

import copy
from pathlib import Path

import nbformat

from ..workspace import COURSE
from .exercises import PublishError, scan
from .places import implements

SUFFIX = ".solved.ipynb"


def solve(notebook, course=COURSE):
    """A copy of a notebook in which every `%%implement` cell holds the solution, and those cells have no output yet.

    Raises PublishError for a cell whose exercise does not exist.
    """
    exercises, solved = scan(course), copy.deepcopy(notebook)
    for cell in solved.cells:
        if name := implements(cell):
            cell.source = fill(cell.source, known(name, exercises).solution)
            cell.outputs, cell.execution_count = [], None
    return solved


def solve_notebook(path, out=None):
    """Write the solved copy of a notebook to `out`, by default NAME.solved.ipynb beside it; returns that path.

    Raises PublishError for what is no notebook, and where that would overwrite anything but an earlier solved copy.
    """
    path = Path(path)
    try:
        notebook = nbformat.read(path, as_version=4)
    except OSError as error:
        raise PublishError(f"{path} cannot be read: {error.strerror}") from None
    except Exception:  # nbformat stumbles over what is no notebook in many ways
        raise PublishError(f"{path} is not a notebook") from None
    out = Path(out) if out else path.with_name(path.stem.removesuffix(".solved") + SUFFIX)
    if out.exists() and (not out.name.endswith(SUFFIX) or out.samefile(path)):
        raise PublishError(f"{out} exists and may hold your work: choose another name with -o")
    nbformat.write(solve(notebook), out)
    return out


def fill(source, function):
    """The text of an exercise cell: its first line, then the function."""
    return source.split("\n", 1)[0] + "\n" + function.rstrip("\n")


def known(name, exercises):
    """exercises[name]; PublishError if there is none."""
    if name not in exercises:
        raise PublishError(f"%%implement {name}: there is no such exercise in solutions/")
    return exercises[name]
