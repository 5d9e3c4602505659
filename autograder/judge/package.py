"""Puts together the package that a topic is judged with: the submission's own files for it, solved ones for the rest.

So each topic is judged alone: a wrong Linear costs nothing in Sequential or SGD.
"""

import shutil
import tempfile
from pathlib import Path

from .submission import GIVEN, PACKAGE, SOLVED


class Packages:
    """Folders with packages in them, made when first asked for and removed together."""

    def __init__(self):
        self.root = Path(tempfile.mkdtemp(prefix="nn-by-hand-"))
        self.made = {}

    def alone(self, submission, topic):
        """The topic's own usable files, and helper files of the student's, among solved ones."""
        own = {name: source for name, source in submission.sources.items() if self._belongs(name, topic)}
        return self._folder(own)

    def whole(self, submission):
        """All usable files of the submission, solved ones only where there is none."""
        return self._folder(submission.sources)

    def _belongs(self, name, topic):
        return name in topic.files or not (SOLVED / name).exists()

    def _folder(self, sources):
        usable = {name: source.data for name, source in sources.items() if source.problem is None}
        key = tuple(sorted((name, source.sha256) for name, source in sources.items() if name in usable))
        if key not in self.made:
            folder = Path(tempfile.mkdtemp(dir=self.root))
            package = folder / PACKAGE
            package.mkdir(parents=True)
            for path in SOLVED.glob("*.py"):
                if path.name in GIVEN or path.name not in usable:
                    shutil.copyfile(path, package / path.name)
            for name, data in usable.items():
                (package / name).write_bytes(data)
            self.made[key] = folder
        return self.made[key]

    def clear(self):
        """Forget all packages that were made, for the next submission."""
        for folder in self.made.values():
            shutil.rmtree(folder, ignore_errors=True)
        self.made.clear()

    def remove(self):
        shutil.rmtree(self.root, ignore_errors=True)
