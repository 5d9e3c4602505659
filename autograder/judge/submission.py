"""Reads what was handed in: a folder or a zip, into memory, without running or unpacking anything."""

import ast
import hashlib
import stat
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import solutions

from ..errors import UserError
from ..sandbox.rules import check_tree

SOLVED = Path(solutions.__file__).parent
"""Where the solved files are; they stand in for whatever a topic does not judge."""
GIVEN = ("__init__.py", "module.py")
"""Files that always come from the course."""
FILE_LIMIT, COUNT_LIMIT, ENTRY_LIMIT = 2**20, 100, 20_000
"""Bytes of one file, number of files in the package, number of entries looked at in a zip."""
NAME_LIMIT = 200
"""Bytes of the name of a file."""
PACKAGE = "scaffold"


class UnusableSubmission(UserError):
    """Nothing that can be graded; the text says what is wrong and what to do."""


@dataclass
class Source:
    """One file that was handed in. problem: why it cannot be used, as one line, or None. line: where."""

    name: str
    data: bytes
    text: str | None = None
    tree: ast.Module | None = None
    problem: str | None = None
    line: int | None = None
    violations: tuple = ()

    @property
    def sha256(self):
        return hashlib.sha256(self.data).hexdigest()


@dataclass
class Submission:
    """The Python files of one package, by name; nothing else of what was handed in is looked at."""

    sources: dict[str, Source]

    @property
    def sha256(self):
        listing = "".join(f"{name} {self.sources[name].sha256}\n" for name in sorted(self.sources))
        return hashlib.sha256(listing.encode()).hexdigest()


def read(path):
    """The submission at a path: a folder with `scaffold/` in it, the package itself, or a zip of either.

    Raises UnusableSubmission.
    """
    path = Path(path)
    try:
        if path.is_dir():
            files = _from_folder(path)
        elif path.is_file():
            files = _from_zip(path)
        else:
            raise UnusableSubmission(f"{path}: there is no such file or folder")
    except OSError as error:
        raise UnusableSubmission(f"{path}: cannot be read ({error.strerror})") from None
    if len(files) > COUNT_LIMIT:
        raise UnusableSubmission(f"{path}: more than {COUNT_LIMIT} Python files in the package")
    _check_names(path, files)
    return Submission({name: parse(name, data) for name, data in sorted(files.items()) if name not in GIVEN})


def _check_names(path, names):
    """Refuse names that cannot be written down everywhere, or that are one and the same on some systems."""
    seen = {}
    for name in sorted(names):
        if not name.isprintable() or len(name.encode("utf-8", "replace")) > NAME_LIMIT:
            raise UnusableSubmission(f"{path}: {name[:40]!a} is no usable file name")
        twin = seen.setdefault(unicodedata.normalize("NFC", name).casefold(), name)
        if twin != name:
            raise UnusableSubmission(f"{path}: {twin!a} and {name!a} differ in capital letters or accents only")


def parse(name, data):
    """One file: decoded, parsed, and held against the rules."""
    source = Source(name, data)
    try:
        source.text = data.decode("utf-8-sig")
        source.tree = ast.parse(source.text)
    except UnicodeDecodeError as error:
        source.problem = f"{name} is not UTF-8 text (byte {error.start}); save it as UTF-8"
        return source
    except SyntaxError as error:
        source.problem, source.line = f"{name} does not parse: {error.msg} (line {error.lineno})", error.lineno
        return source
    except (ValueError, RecursionError, MemoryError) as error:
        source.problem = f"{name} does not parse: {error or type(error).__name__}"
        return source
    try:
        source.violations = tuple(check_tree(name, source.tree))
    except RecursionError:
        source.problem = f"{name} is nested too deeply to be read"
    unsafe = [v for v in source.violations if v.unsafe]
    if unsafe:
        source.problem, source.line = f"not run, since it breaks the rules: {unsafe[0]}", unsafe[0].line
    return source


def _is_package(names):
    """Whether these file names look like the course's package."""
    return any((SOLVED / name).is_file() for name in names)


def _from_folder(path):
    for folder in (path / PACKAGE, path):
        if folder.is_dir() and _is_package(p.name for p in folder.glob("*.py")):
            return {p.name: read_file(p) for p in sorted(folder.glob("*.py"))[: COUNT_LIMIT + 1]}
    raise UnusableSubmission(f"{path}: no package found; expected a folder {PACKAGE}/ with linear.py and the like")


def read_file(path):
    """The bytes of one file of a package. Raises UnusableSubmission for a link, a large file, or what is no file."""
    if path.is_symlink() or not path.is_file():
        raise UnusableSubmission(f"{path}: is a link or no plain file; hand in plain files")
    if path.stat().st_size > FILE_LIMIT:
        raise UnusableSubmission(f"{path}: larger than {FILE_LIMIT} bytes")
    return path.read_bytes()


def _from_zip(path):
    try:
        with zipfile.ZipFile(path) as archive:
            return _read_zip(path, archive)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, RuntimeError, zipfile.zlib.error) as error:
        raise UnusableSubmission(f"{path}: is neither a folder nor a usable zip file ({error})") from None


def _read_zip(path, archive):
    entries = archive.infolist()
    if len(entries) > ENTRY_LIMIT:
        raise UnusableSubmission(f"{path}: more than {ENTRY_LIMIT} entries")
    folders = {}
    for entry in entries:
        name = PurePosixPath(entry.filename.replace("\\", "/"))
        if name.is_absolute() or ".." in name.parts or ":" in entry.filename or "\0" in entry.filename:
            raise UnusableSubmission(f"{path}: the entry {entry.filename!r} leads out of the archive")
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise UnusableSubmission(f"{path}: the entry {entry.filename!r} is a symbolic link; hand in plain files")
        if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise UnusableSubmission(f"{path}: the entry {entry.filename!r} is no plain file; hand in plain files")
        if not entry.is_dir() and name.suffix == ".py" and "__MACOSX" not in name.parts:
            folder = folders.setdefault(name.parent, {})
            if name.name in folder:
                raise UnusableSubmission(f"{path}: the entry {entry.filename!r} stands there twice")
            folder[name.name] = entry
    candidates = sorted(
        (folder for folder, files in folders.items() if _is_package(files)),
        key=lambda folder: (folder.name != PACKAGE, len(folder.parts), str(folder)),
    )
    if not candidates:
        raise UnusableSubmission(f"{path}: no package found; expected a folder {PACKAGE}/ with linear.py and the like")
    return {name: _read_entry(path, archive, entry) for name, entry in folders[candidates[0]].items()}


def _read_entry(path, archive, entry):
    with archive.open(entry) as stream:
        data = stream.read(FILE_LIMIT + 1)
    if len(data) > FILE_LIMIT:
        raise UnusableSubmission(f"{path}: {entry.filename!r} is larger than {FILE_LIMIT} bytes")
    return data
