"""One warm grader for the whole run, and packages that differ from the solved one in a few places."""

import ast
import textwrap

import pytest
import torch

from autograder.judge import exercises, shrink
from autograder.judge.grader import Grader
from autograder.judge.submission import GIVEN, SOLVED, Submission, parse
from autograder.publish.exercises import scan


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def grader(one_thread):
    with Grader() as grader:
        yield grader


@pytest.fixture
def unshrunk(monkeypatch):
    """Failures stay as large as they were found, which saves a second for each."""
    monkeypatch.setattr(shrink, "SECONDS", 0)


@pytest.fixture(scope="session")
def solved():
    """The solved package's files by name, without the given ones."""
    return {p.name: parse(p.name, p.read_bytes()) for p in SOLVED.glob("*.py") if p.name not in GIVEN}


@pytest.fixture(scope="session")
def package(solved):
    """package(wrong, files): a Submission.

    wrong: {exercise: the function that stands in the place of its solution, as text}. files: {file name: text or
    bytes} that stand in the place of solved files, or beside them; None takes a file away.
    """
    files_of = {name: exercise.file for name, exercise in scan().items()}

    def make(wrong=None, files=None):
        changed = dict(files or {})
        for exercise, source in (wrong or {}).items():
            file = files_of[exercise]
            changed[file] = _replaced(changed.get(file, solved[file].text), exercise, source)
        sources = solved | {name: parse(name, _bytes(text)) for name, text in changed.items() if text is not None}
        return Submission({name: sources[name] for name in sorted(sources) if changed.get(name, "") is not None})

    return make


def _replaced(text, exercise, source):
    """A file's text with another function in the place of an exercise."""
    lines, old = text.splitlines(), exercises.find(ast.parse(text), exercise)
    lines[old.lineno - 1 : old.end_lineno] = [textwrap.indent(source, " " * old.col_offset)]
    return "\n".join(lines) + "\n"


def _bytes(text):
    return text if isinstance(text, bytes) else text.encode()


@pytest.fixture
def judged(grader, package, unshrunk):
    """judged(exercises, wrong, files): {name of the check: CheckResult} of those exercises of such a package."""

    def judge(exercises, wrong=None, files=None, seed=0):
        return {result.name: result for result in grader.check(exercises, package(wrong, files), seed)}

    return judge
