"""`autograder watch`: after every save, what has changed is judged again, by one judge that stays.

What is judged is what was compared: the files are read once, and events of the file system only say when to look. So
editors that replace files, bursts of saves and half-written files need no special treatment.
"""

from ..report.terminal import progress
from .files import saves
from .watcher import Watcher


def watch(session, package, places):
    """Show the map, then what every save has changed; for ever."""
    watcher = Watcher(session, package, places)
    with progress() as advance:
        watcher.begin(advance)
    watcher.show()
    for _ in saves(package):
        watcher.look()
