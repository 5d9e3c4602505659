"""Where things are: the course, and the student's package. The same rule for the notebooks and for every command."""

from pathlib import Path

from .errors import UserError

COURSE = Path(__file__).resolve().parent.parent
"""The folder of the course itself, whatever the current folder is."""

SOLUTIONS = COURSE / "solutions"
SCAFFOLD = COURSE / "scaffold"
NOTEBOOKS = COURSE / "notebooks"
SOURCES = NOTEBOOKS / "source"


class WorkspaceError(UserError):
    """There is no package to work on; the message says where it was looked for and what to do."""


def is_package(folder):
    """Whether a folder is a package of the course: it holds the given module.py."""
    return (folder / "module.py").is_file()


def find_package(start=None):
    """The student's package: the nearest folder `scaffold` with a module.py in it, from `start` upwards.

    start: a folder, by default the current one; a notebook's kernel starts in `notebooks/`. Returns an absolute Path.
    Raises WorkspaceError if there is none.
    """
    start = Path(start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        package = folder / "scaffold"
        if is_package(package):
            return package
    raise WorkspaceError(
        f"No folder scaffold/ with a module.py was found in {start} or above it. "
        "Open the notebooks, or run the command, inside the course's folder."
    )
