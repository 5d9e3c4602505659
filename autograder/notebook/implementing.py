"""`%%implement NAME`: the cell's function takes the place of the one in the student's file, and nothing is lost.

- The cell must hold exactly the function that it is for; anything else is refused, and said why.
- A cell that is still the stub never overwrites anything.
- A version that did not come from the cell, since it was edited in the file, is only overwritten if forced.
- The version that is replaced is kept (history.py), before the file is touched.
- A file is replaced as a whole and only if it is still what was read, so other edits at the same time survive.
"""

import ast
import textwrap
import warnings
from dataclasses import dataclass

import libcst as cst

from ..publish.files import replace_file
from ..stubs import is_stub_text
from . import surgery
from .history import FOLDER, History

ATTEMPTS = 5


class Refused(Exception):
    """The cell was not written; the message says why and what to do."""


@dataclass(frozen=True)
class Outcome:
    """What happened, in words, and whether the file has changed."""

    message: str
    written: bool = False


def implement(package, exercise, cell, force=False):
    """Write a cell's function into the package.

    package: folder of the student's package. exercise: the `Exercise` it is for. cell: the cell's text without its
    first line. force: overwrite a version that was edited in the file. Returns an Outcome. Raises Refused, with the
    package unchanged; OSError, likewise, if the disk refuses.
    """
    source = read_cell(exercise, cell)
    path, history = package / exercise.file, History(package, exercise.name)
    if is_stub_text(source):
        return _leave_alone(path, exercise)
    from_cell = history.last_written
    for _ in range(ATTEMPTS):
        data, module, current = _read(path, exercise)
        after = surgery.replace(module, exercise.name, source)
        written = _text(after, exercise)
        if after.bytes == data:
            history.last_written = written
            return Outcome(f"✓ {exercise.name} → scaffold/{exercise.file}")
        if not (force or is_stub_text(current) or current == from_cell):
            raise Refused(_edited(exercise, current, written))
        kept = history.keep(current)
        history.last_written = written  # before the file: if this fails, the file is untouched
        if replace_file(path, after.bytes, expected=data):
            message = f"✓ {exercise.name} → scaffold/{exercise.file}"
            if force:
                message += f"\n  The version before is scaffold/{kept.relative_to(package).as_posix()}"
            return Outcome(message + _remark(exercise, source), written=True)
    raise Refused(f"scaffold/{exercise.file} is being changed by another program. Run the cell again.")


def read_cell(exercise, cell):
    """The function in a cell, as text that ends with a line end. Raises Refused if it is not just that function."""
    source = cell.replace("\r\n", "\n").rstrip("\n") + "\n"
    if source.lstrip("\n")[:1] in (" ", "\t"):
        source = textwrap.dedent(source)
    try:
        body = _parse(source, "<cell>").body
        cst.parse_module(source)
    except SyntaxError as error:
        raise Refused(f"line {(error.lineno or 1) + 1} of the cell is not Python yet: {_point_at(error)}") from None
    except (ValueError, RecursionError, cst.ParserSyntaxError) as error:
        raise Refused(f"the cell cannot be read: {error}") from None
    _require_only(exercise, body)
    return source


def _parse(source, name):
    """The syntax tree; unlike `ast.parse` alone, this finds every error that Python would find before running it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        compile(source, name, "exec", dont_inherit=True)
        return ast.parse(source, name)


def _require_only(exercise, body):
    wanted = f"def {exercise.function}({', '.join(exercise.arguments)})"
    functions = [node for node in body if isinstance(node, ast.FunctionDef)]
    others = [node for node in body if not isinstance(node, ast.FunctionDef)]
    names = [node.name for node in functions]
    if not body:
        raise Refused(f"the cell is empty. It must define {wanted}.")
    if any(isinstance(node, ast.ClassDef) for node in others):
        raise Refused(f"write the method alone, without a class around it: the cell begins with {wanted}.")
    if exercise.function not in names:
        found = f"defines {', '.join(names)}" if names else "defines no function"
        raise Refused(f"the cell must define {wanted}, but it {found}.")
    if len(body) > 1:
        raise Refused(
            f"the cell may hold nothing but {wanted}, since only that goes into the file. "
            f"Put helpers inside it, and imports at the top of scaffold/{exercise.file}."
        )


def _read(path, exercise):
    """The file's bytes, its syntax tree, and the exercise's function in it as text. Raises Refused."""
    try:
        data = path.read_bytes()
        _parse(data, path.name)
        module = cst.parse_module(data)
    except FileNotFoundError:
        raise Refused(f"there is no scaffold/{exercise.file}. Restore it, then run the cell again.") from None
    except SyntaxError as error:
        where = f"scaffold/{exercise.file}, line {error.lineno}" if error.lineno else f"scaffold/{exercise.file}"
        raise Refused(f"{where} has an error that must be mended in the editor first: {_point_at(error)}") from None
    except (ValueError, RecursionError, cst.ParserSyntaxError) as error:
        raise Refused(f"scaffold/{exercise.file} cannot be read: {error}") from None
    if module.bytes != data:
        raise Refused(f"scaffold/{exercise.file} has unusual line ends. Save it once from an editor, and run again.")
    if surgery.find(module, exercise.name) is None:
        raise Refused(
            f"scaffold/{exercise.file} no longer defines {exercise.name}. "
            f"Put `def {exercise.function}({', '.join(exercise.arguments)}): ...` back in its place, and run again."
        )
    return data, module, _text(module, exercise)


def _text(module, exercise):
    function = surgery.find(module, exercise.name)
    return surgery.text(module, function, surgery.indent_of(module, exercise.name))


def _leave_alone(path, exercise):
    """A stub in the cell changes nothing; what to say depends on what the file holds."""
    _, _, current = _read(path, exercise)
    if is_stub_text(current):
        return Outcome(f"{exercise.name} is waiting: replace the last line by your code, and run this cell.")
    return Outcome(f"This cell is still the stub; {exercise.name} in scaffold/{exercise.file} was left alone.")


def _edited(exercise, current, written):
    difference = surgery.difference(current, written, f"scaffold/{exercise.file}", "this cell")
    return (
        f"{exercise.name} was edited in scaffold/{exercise.file} since this cell last wrote it:\n\n"
        f"{textwrap.indent(difference, '    ')}\n\n"
        f"To overwrite it with this cell: %%implement --force {exercise.name}  "
        f"(the other version is kept in scaffold/{FOLDER})"
    )


def _remark(exercise, source):
    """A word on arguments that went missing; their number is what Python complains of most obscurely."""
    arguments = ast.parse(source).body[0].args
    names = [a.arg for a in (*arguments.posonlyargs, *arguments.args)]
    if arguments.vararg or names[: len(exercise.arguments)] == exercise.arguments:
        return ""
    return f"\n  Note: its arguments were ({', '.join(exercise.arguments)}), yours are ({', '.join(names)})."


def _point_at(error):
    """What Python says of a syntax error, with the line and a caret below it."""
    if not error.text:
        return error.msg
    line = error.text.rstrip("\n")
    column = max((error.offset or 1) - 1, 0)
    gap = "".join("\t" if c == "\t" else " " for c in line[:column])
    return f"{error.msg}\n    {line}\n    {gap}^"
