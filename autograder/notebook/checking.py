"""`check(name)`: judge an exercise as it stands in its file, in the engine that grades submissions."""

from functools import cache

from ..errors import UserError
from ..judge import Session
from ..report.notebook import Section, sections_of, show
from ..workspace import find_package


def check(name):
    """Show what is right and what is wrong with an exercise, all of a class, or all of a topic.

    name: such as "Linear.forward", "Linear" or "linear". The file on disk is judged, in a process of its own.
    """
    try:
        sections = sections_of(session().check(name, find_package()))
    except UserError as error:
        sections = [Section("failed", str(error))]
    show(sections)


@cache
def session():
    """One judge for the whole life of the kernel, so that only the first check waits for it to start."""
    return Session()
