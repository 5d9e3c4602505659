"""The files of the package: read as they are now, and looked at after every burst of saves."""

import os
import time

import watchfiles

from ..judge.submission import GIVEN, Source, UnusableSubmission, parse, read_file

QUIET, LONGEST, GLANCE = 100, 1000, 1000
"""Milliseconds without another save after which a burst of saves is over; that it may last at most; between looks at
the files when nothing is reported, as on network drives."""


def read_package(package, before=None):
    """{file name: Source} of a package as it is now. before: the same at an earlier look; what is equal is kept."""
    sources = {}
    for path in sorted(package.glob("*.py")):
        if path.name in GIVEN or path.name.startswith("."):  # an editor's own files begin with a dot
            continue
        old, new = (before or {}).get(path.name), _source_of(path)
        if new is not None:
            same = old is not None and (old.data, _unreadable(old)) == (new.data, _unreadable(new))
            sources[path.name] = old if same else new if _unreadable(new) else parse(path.name, new.data)
    return sources


def _source_of(path):
    """The Source of one file, not parsed yet; with a problem if it cannot be read; None if it has just gone."""
    try:
        return Source(path.name, read_file(path))
    except UnusableSubmission as error:
        problem = str(error).replace(str(path), path.name, 1)
        return Source(path.name, b"", problem=problem) if os.path.lexists(path) else None
    except FileNotFoundError:
        return None
    except OSError as error:
        return Source(path.name, b"", problem=f"{path.name} cannot be read: {error.strerror}")


def _unreadable(source):
    """Why there is no data, or None."""
    return None if source.data else source.problem


def saves(package):
    """Yield after every burst of saves in a folder, and about once a second in any case; for ever.

    A folder that was moved away and has come back is another one for the system, so watching begins anew.
    """
    while True:
        yield from _saves_in(package)
        yield
        time.sleep(GLANCE / 1000)


def _saves_in(folder):
    """The same until the folder is gone, or the system cannot watch it: looking once a second has to do then."""
    identity = _identity(folder)
    try:
        for _ in watchfiles.watch(
            folder,
            watch_filter=None,
            debounce=LONGEST,
            step=QUIET,
            rust_timeout=GLANCE,
            yield_on_timeout=True,
            recursive=False,
        ):
            if _identity(folder) != identity:
                return
            yield
    except (OSError, RuntimeError):
        return


def _identity(folder):
    try:
        return folder.stat().st_ino
    except OSError:
        return None
