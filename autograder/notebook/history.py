"""scaffold/.history/: every version of a function that was ever replaced, and what its notebook cell wrote last.

One folder per exercise, so that two kernels never write the same file:

    .history/Linear.forward/2031-05-17_14-03-59.123456.py    a version, named by the time it was replaced
    .history/Linear.forward/last-written.py                  what the cell wrote last
"""

from datetime import datetime

from ..publish.files import read_text, replace_file

FOLDER = ".history"


class History:
    """The past of one exercise in one package."""

    def __init__(self, package, exercise):
        self.folder = package / FOLDER / exercise
        self._last = self.folder / "last-written.py"

    def keep(self, source):
        """Store a version that is about to be replaced; returns its path. Never overwrites an earlier one."""
        self.folder.mkdir(parents=True, exist_ok=True)
        while True:
            path = self.folder / f"{datetime.now():%Y-%m-%d_%H-%M-%S.%f}.py"
            try:
                with path.open("x", encoding="utf-8", newline="\n") as file:
                    file.write(source)
                return path
            except FileExistsError:
                continue

    @property
    def last_written(self):
        """What the cell wrote last, or None. Unreadable counts as None: then nothing is overwritten unasked."""
        try:
            return read_text(self._last)
        except (OSError, UnicodeDecodeError):
            return None

    @last_written.setter
    def last_written(self, source):
        self.folder.mkdir(parents=True, exist_ok=True)
        replace_file(self._last, source.encode("utf-8"))
