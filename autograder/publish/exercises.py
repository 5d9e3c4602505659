"""What there is to do: each function in `solutions/` with a BEGIN/END SOLUTION region is one exercise."""

import ast
import textwrap
from dataclasses import dataclass
from functools import cached_property

from ..errors import UserError
from ..stubs import is_stub
from ..workspace import COURSE

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
NOT_YET = "is still to be written"
"""Ends the one line that a notebook cell prints when it meets an exercise that is still a stub."""


class PublishError(UserError):
    """A source that cannot be published; the message says which file and why."""


@dataclass(frozen=True)
class Exercise:
    """One function or method to implement, as text at column 0.

    name: `function` or `Class.method`. file: its file's name, such as linear.py. head: the definition down to the last
    hint, ready to be followed by a body. body: the solution, indented by 4. begin, end: the 1-based numbers of the
    lines in the file that hold the markers.
    """

    name: str
    file: str
    head: str
    body: str
    begin: int
    end: int

    @property
    def function(self):
        """The bare name that is defined: forward for Linear.forward."""
        return self.name.rpartition(".")[2]

    @property
    def solution(self):
        """The solved function, without the markers."""
        return self.head + self.body

    def stub(self, place=None):
        """The function to be completed. place: where it is taught, by default its file."""
        return f"{self.head}    {placeholder(self, place)}\n"

    @cached_property
    def arguments(self):
        """Names of the positional arguments, in order."""
        arguments = ast.parse(self.solution).body[0].args
        return [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]


def placeholder(exercise, place=None):
    """The statement that stands for the solution."""
    return f'raise NotImplementedError("{exercise.name}: {place or f"scaffold/{exercise.file}"}")'


def scan(course=COURSE):
    """All exercises as {name: Exercise}, file by file in alphabetical order, top to bottom in each."""
    found = {}
    for path in sorted(course.solutions.glob("*.py")):
        for exercise in scan_text(path.read_text(encoding="utf-8"), path.name):
            if exercise.name in found:
                raise PublishError(f"{path.name}: {exercise.name} is also an exercise of {found[exercise.name].file}")
            found[exercise.name] = exercise
    return found


def scan_text(text, file):
    """The exercises of one file, in order."""
    lines = text.split("\n")
    functions = list(_functions(ast.parse(text, file)))
    return [_exercise(lines, functions, file, begin, end) for begin, end in _regions(lines, file)]


def implemented(text, exercises):
    """Names of the exercises that the text of a scaffold file no longer leaves to be done."""
    return [n for n, definition in _functions(ast.parse(text)) if n in exercises and not is_stub(definition)]


def _regions(lines, file):
    """(begin, end) of each region, as 1-based line numbers of its markers."""
    begin = None
    for number, line in enumerate(lines, 1):
        if line.strip() == BEGIN:
            if begin:
                raise PublishError(f"{file}:{number}: {BEGIN} inside the region that begins in line {begin}")
            begin = number
        elif line.strip() == END:
            if not begin:
                raise PublishError(f"{file}:{number}: {END} without {BEGIN}")
            yield begin, number
            begin = None
    if begin:
        raise PublishError(f"{file}:{begin}: {BEGIN} without {END}")


def _functions(tree):
    """(name, definition) of the functions of a module and of the methods of its classes."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            methods = (child for child in node.body if isinstance(child, ast.FunctionDef))
            yield from ((f"{node.name}.{method.name}", method) for method in methods)


def _exercise(lines, functions, file, begin, end):
    name, definition = next(((n, d) for n, d in functions if d.lineno < begin <= d.end_lineno), (None, None))
    if name is None:
        raise PublishError(f"{file}:{begin}: the region is in no function")
    if definition.end_lineno > end or any(line.strip() == BEGIN for line in lines[definition.lineno : begin - 1]):
        raise PublishError(f"{file}:{begin}: {name} must have one region, with nothing after it")
    first = min([definition.lineno, *(d.lineno for d in definition.decorator_list)])
    head, body = lines[first - 1 : begin - 1], lines[begin : end - 1]
    dedented = textwrap.dedent("\n".join([*head, *body]) + "\n").splitlines(keepends=True)
    return Exercise(name, file, "".join(dedented[: len(head)]), "".join(dedented[len(head) :]), begin, end)
