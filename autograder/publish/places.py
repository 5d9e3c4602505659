"""Where each exercise is taught, read from the notebooks' sources."""

import re
from dataclasses import dataclass

import jupytext

from ..workspace import COURSE
from .exercises import PublishError

STEP = re.compile(r"^## Step (\d+)\b", re.MULTILINE)
IMPLEMENT = re.compile(r"^%%implement\b(?P<arguments>[^\n]*)")


@dataclass(frozen=True)
class Place:
    """notebook: its number, such as 01. step: that of the last `## Step N` heading above; None before the first."""

    notebook: str
    step: int | None

    def __str__(self):
        return f"notebook {self.notebook}" + (f", step {self.step}" if self.step else "")


def sources(course=COURSE):
    """The notebooks' sources, in the order of the course."""
    return sorted(course.sources.glob("[0-9][0-9]_*.md"))


def target_of(source, course=COURSE):
    """The notebook that is made of a source."""
    return course.notebooks / f"{source.stem}.ipynb"


def read_places(course=COURSE):
    """{name of exercise: Place} for all `%%implement` cells. Raises PublishError if two cells are for one exercise."""
    places = {}
    for path in sources(course):
        step = None
        for cell in jupytext.read(path).cells:
            if cell.cell_type == "markdown":
                steps = STEP.findall(cell.source)
                step = int(steps[-1]) if steps else step
            elif name := implements(cell):
                if name in places:
                    raise PublishError(f"{path.name}: {name} is already in {places[name]}; an exercise has one cell")
                places[name] = Place(path.name[:2], step)
    return places


def implements(cell):
    """The name of the exercise that a notebook cell is for, or None."""
    match = IMPLEMENT.match(cell.source) if cell.cell_type == "code" else None
    if not match:
        return None
    names = [word for word in match["arguments"].split() if not word.startswith("-")]
    return names[0] if names else None
