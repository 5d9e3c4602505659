"""The solved package, with something else in the place of a few functions or files."""

import ast
import textwrap
from functools import cache

from ..judge import exercises
from ..judge.submission import GIVEN, SOLVED, Submission, parse


@cache
def solved():
    """The solved package's files by name, without the given ones."""
    return {p.name: parse(p.name, p.read_bytes()) for p in sorted(SOLVED.glob("*.py")) if p.name not in GIVEN}


def variant(wrong=None, files=None):
    """A Submission that is the solved package but for these differences.

    wrong: {exercise: the function that stands in the place of its solution, as text}. files: {file name: text or
    bytes} that stand in the place of solved files, or beside them; None takes a file away.
    """
    changed = dict(files or {})
    for exercise, source in (wrong or {}).items():
        file = exercises.file_of(exercise)
        changed[file] = _replaced(changed.get(file, solved()[file].text), exercise, source)
    sources = solved() | {name: parse(name, _bytes(text)) for name, text in changed.items() if text is not None}
    return Submission({name: sources[name] for name in sorted(sources) if changed.get(name, "") is not None})


def _replaced(text, exercise, source):
    """A file's text with another function in the place of an exercise."""
    lines, old = text.splitlines(), exercises.find(ast.parse(text), exercise)
    lines[old.lineno - 1 : old.end_lineno] = [textwrap.indent(source, " " * old.col_offset)]
    return "\n".join(lines) + "\n"


def _bytes(text):
    return text if isinstance(text, bytes) else text.encode()
