"""`autograder publish`: everything, or what has changed, in one call."""

import nbformat

from ..workspace import NOTEBOOKS, SCAFFOLD
from . import scaffold
from .exercises import PublishError, is_stub, scan
from .files import replace_file
from .notebooks import build, drift, execute
from .places import implements, read_places, sources


def publish(check=False, only=None, report=print):
    """Write scaffold/ and the notebooks from solutions/ and notebooks/source/.

    check: write nothing, execute nothing, and return what is out of date. only: notebooks to write, each by its name
    or number ('01' or '01_linear'), by default all. report: called with one line before each slow thing. Returns a list
    of lines, one for each file that is out of date, or was written; none if all was right. Raises PublishError for a
    source that cannot be published, and where a student's work would be overwritten.
    """
    chosen = _choose(only)
    unknown = read_places().keys() - scan().keys()
    if unknown:
        raise PublishError(f"notebooks/source: there is no exercise {', '.join(sorted(unknown))}")
    files = scaffold.render(read_places())
    if check:
        return [f"{_short(path)} is out of date" for path in scaffold.drift(files, SCAFFOLD)] + list(_drifts(chosen))
    lines = [f"{_short(path)} written" for path in scaffold.write(files, SCAFFOLD)]
    for source in chosen:
        target = target_of(source)
        _require_unsolved(target)
        report(f"Running {source.stem} …")
        notebook = execute(build(source), source.stem)
        data = nbformat.writes(notebook).encode("utf-8") + b"\n"
        if not target.exists() or target.read_bytes() != data:
            replace_file(target, data)
            lines.append(f"{_short(target)} written")
    return lines


def target_of(source):
    """The notebook that is made of a source."""
    return NOTEBOOKS / f"{source.stem}.ipynb"


def _choose(only):
    if not only:
        return sources()
    chosen = []
    for name in only:
        matching = [s for s in sources() if name.removesuffix(".ipynb") in (s.stem, s.stem[:2])]
        if not matching:
            raise PublishError(f"There is no notebook {name}; there are {', '.join(s.stem for s in sources())}")
        chosen += matching
    return chosen


def _drifts(chosen):
    for source in chosen:
        target = target_of(source)
        if not target.exists():
            yield f"{_short(target)} is missing"
        elif difference := drift(nbformat.read(target, as_version=4), build(source)):
            yield f"{_short(target)} is out of date: {difference}"
    for left_over in sorted(set(NOTEBOOKS.glob("*.ipynb")) - {target_of(source) for source in sources()}):
        if not left_over.name.endswith(".solved.ipynb"):
            yield f"{_short(left_over)} has no source"


def _require_unsolved(target):
    """Raise PublishError if a notebook holds answers: it is a student's, not the published one."""
    if not target.exists():
        return
    for cell in nbformat.read(target, as_version=4).cells:
        if (name := implements(cell)) and not is_stub(cell.source.partition("\n")[2]):
            raise PublishError(f"{_short(target)} holds an answer to {name}, which would be overwritten: move it away")


def _short(path):
    return path.relative_to(NOTEBOOKS.parent).as_posix()
