"""`autograder publish`: everything, or what has changed, in one call."""

import nbformat

from ..stubs import is_stub_text
from ..workspace import COURSE
from . import scaffold
from .exercises import PublishError, scan
from .files import replace_file
from .notebooks import build, drift, execute
from .places import implements, read_places, sources, target_of
from .solve import SUFFIX


def publish(check=False, only=None, report=print, course=COURSE):
    """Write scaffold/ and the notebooks from solutions/ and notebooks/source/.

    check: write nothing, execute nothing, and return what is out of date. only: notebooks to write, each by its name
    or number ('01' or '01_linear'), by default all. report: called with one line before each slow thing. Returns a list
    of lines, one for each file that is out of date, or was written; none if all was right. Raises PublishError for a
    source that cannot be published, and where a student's work would be overwritten.
    """
    chosen = _choose(only, course)
    unknown = read_places(course).keys() - scan(course).keys()
    if unknown:
        raise PublishError(f"notebooks/source: there is no exercise {', '.join(sorted(unknown))}")
    differences = _drifts(chosen, course) if check else _write(chosen, course, report)
    return [f"{path.relative_to(course.root).as_posix()} {difference}" for path, difference in differences]


def _drifts(chosen, course):
    for path in scaffold.drift(scaffold.render(course=course), course.scaffold):
        yield path, "is out of date"
    for source in chosen:
        target = target_of(source, course)
        if not target.exists():
            yield target, "is missing"
        elif difference := drift(nbformat.read(target, as_version=4), build(source, course)):
            yield target, f"is out of date: {difference}"
    for left_over in sorted(set(course.notebooks.glob("*.ipynb")) - {target_of(s, course) for s in sources(course)}):
        if not left_over.name.endswith(SUFFIX):
            yield left_over, "has no source"


def _write(chosen, course, report):
    for path in scaffold.write(scaffold.render(course=course), course.scaffold, course):
        yield path, "written"
    for source in chosen:
        target = target_of(source, course)
        _require_unsolved(target)
        report(f"Running {source.stem} …")
        notebook = execute(build(source, course), source.stem, course)
        data = nbformat.writes(notebook).encode("utf-8") + b"\n"
        if not target.exists() or target.read_bytes() != data:
            replace_file(target, data)
            yield target, "written"


def _choose(only, course):
    known = sources(course)
    chosen = [s for s in known if not only or {s.stem, s.stem[:2]} & {n.removesuffix(".ipynb") for n in only}]
    if len(chosen) < len(only or ()):
        raise PublishError(f"{', '.join(only)}: not all are notebooks; there are {', '.join(s.stem for s in known)}")
    return chosen


def _require_unsolved(target):
    """Raise PublishError if a notebook holds answers: it is a student's, not the published one."""
    if not target.exists():
        return
    for cell in nbformat.read(target, as_version=4).cells:
        if (name := implements(cell)) and not is_stub_text(cell.source.partition("\n")[2]):
            raise PublishError(f"{target} holds an answer to {name}, which would be overwritten. Move it away first.")
