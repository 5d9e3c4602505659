"""The submissions in a folder, and who handed them in."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from ..errors import UserError

CANVAS = re.compile(r"^(?P<student>[^_]+)_(?:LATE_)?(?P<canvas>\d+)_\d+_.+$")
"""Canvas names a download `student_[LATE_]userid_submissionid_file`."""
MOODLE = re.compile(r"^(?P<student>[^_]+)_(?P<moodle>\d+)_assignsubmission_file(?:_.*)?$")
"""Moodle names a download's folder `Full Name_participant_assignsubmission_file[_…]`."""


@dataclass(frozen=True)
class Entry:
    """One submission. name: that of its folder or zip, and of its results. path: what is graded."""

    name: str
    path: Path

    @property
    def ids(self):
        """{'student', 'canvas', 'moodle'} as far as the name tells them; the whole name is the student otherwise."""
        match = MOODLE.match(self.name) or CANVAS.match(self.name)
        return {"student": self.name, "canvas": "", "moodle": ""} | (match.groupdict() if match else {})

    def fingerprint(self):
        """A hash of what would be graded, so that a submission that was handed in again is graded again."""
        digest = hashlib.sha256()
        files = [self.path] if self.path.is_file() else sorted({*self.path.glob("*.py"), *self.path.glob("*/*.py")})
        for file in files:
            if file.is_file() and not file.is_symlink():
                digest.update(f"{file.name} {hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
        return digest.hexdigest()


def find(folder, out):
    """The Entries of a folder by name: its sub-folders and zips, all but `out` and what is hidden. Raises UserError."""
    folder, out = Path(folder), Path(out).resolve()
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        raise UserError(f"{folder}: cannot be read as a folder of submissions ({error.strerror})") from None
    found = {}
    for path in paths:
        if path.name.startswith((".", "__MACOSX")) or path.resolve() == out:
            continue
        if path.is_dir() or path.suffix.lower() == ".zip":
            name = path.name if path.is_dir() or path.stem in found else path.stem
            found[name] = Entry(name, _what_is_graded(path))
    if not found:
        raise UserError(f"{folder}: holds no submissions; each is a sub-folder or a zip")
    return list(found.values())


def _what_is_graded(path):
    """The path itself; but a folder with nothing but one zip in it stands for that zip."""
    inside = [p for p in path.iterdir() if not p.name.startswith(".")] if path.is_dir() else []
    return inside[0] if len(inside) == 1 and inside[0].suffix.lower() == ".zip" else path
