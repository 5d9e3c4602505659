"""Where things are: the course, and the student's package. The same rule for the notebooks and for every command."""

from dataclasses import dataclass
from pathlib import Path

from .errors import UserError


@dataclass(frozen=True)
class Course:
    """The folders of a course."""

    root: Path

    @property
    def solutions(self):
        """Where framework code is written."""
        return self.root / "solutions"

    @property
    def scaffold(self):
        """The stubs, made of the solutions."""
        return self.root / "scaffold"

    @property
    def notebooks(self):
        """What a student opens, made of `sources`."""
        return self.root / "notebooks"

    @property
    def sources(self):
        """The notebooks as text."""
        return self.notebooks / "source"


COURSE = Course(Path(__file__).resolve().parent.parent)
"""The course that this file belongs to, whatever the current folder is."""


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
