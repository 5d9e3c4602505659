"""What has changed: files compared by their code, and which exercises a difference concerns."""

import ast
from dataclasses import dataclass
from functools import cache

from ..judge import exercises
from ..judge.session import exercise_names
from ..stubs import is_stub
from ..topics import topics

_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Code:
    """What in a file can change an answer: its code, without comments, docstrings and layout.

    exercises: {name: code} of those that belong in the file, None for one that is not there. begun: those that are no
    stubs. names: {exercise: names it looks up}. rest: everything else, such as imports and helpers. imports: files of
    the package that it imports.
    """

    exercises: dict[str, str | None]
    begun: frozenset[str]
    names: dict[str, frozenset[str]]
    rest: str
    imports: frozenset[str]


def code_of(file, text):
    """The Code of a file's text. Raises SyntaxError."""
    tree = ast.parse(text)
    _drop_docstrings(tree)
    nodes = {name: exercises.find(tree, name) for name in exercise_names() if exercises.file_of(name) == file}
    found = {name: node for name, node in nodes.items() if node is not None}
    code = {name: node and _dump(node, text) for name, node in nodes.items()}
    names = {name: frozenset(n.id for n in ast.walk(node) if isinstance(n, ast.Name)) for name, node in found.items()}
    stubs = {name for name, node in found.items() if is_stub(node)}
    imports = frozenset(exercises.imported_files(tree))
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef)):
            node.body = [child for child in node.body if all(child is not taken for taken in found.values())]
    return Code(code, frozenset(nodes) - stubs, names, _dump(tree, text), imports)


def changed(before, after):
    """Exercises of one file to judge again, in the order of the course, by its Code before and after.

    A change outside of exercises concerns all that were begun. before: None if the file could not be read so far.
    """
    if before is None:
        return [name for name in after.exercises if name in after.begun]
    shared = before.rest != after.rest
    return [
        name
        for name, code in after.exercises.items()
        if (shared and name in after.begun)
        or (code != before.exercises[name] and (name in before.begun or name in after.begun))
    ]


def leaning(names, codes):
    """Begun exercises whose answer may have changed with the code of those named: of their class, or their callers.

    codes: the Code of all files. Only exercises of one topic meet when they are judged.
    """
    uses = {name: used for code in codes for name, used in code.names.items() if name in code.begun}
    reached, fresh = set(names), set(names)
    while fresh:
        known = {(topic_of(name), name.partition(".")[0]) for name in fresh}
        fresh = {
            name
            for name, used in uses.items()
            if any((topic_of(name), scope) in known for scope in (*used, name.partition(".")[0]))
        } - reached
        reached |= fresh
    return [name for name in exercise_names() if name in reached - set(names)]


def importing(helpers, codes):
    """Files with exercises that import one of these helper files, directly or not. codes: {file: Code}."""
    reached = set(helpers)
    while more := {f for f, code in codes.items() if not code.exercises and code.imports & reached} - reached:
        reached |= more
    return {file for file, code in codes.items() if code.exercises and code.imports & reached}


def _drop_docstrings(tree):
    for node in ast.walk(tree):
        if isinstance(node, _DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:]


def _dump(node, text):
    """The code of a node as text that is equal for equal code; for code nested too deeply, as it is written."""
    try:
        return ast.dump(node)
    except RecursionError:
        return ast.get_source_segment(text, node) or text


@cache
def topic_of(exercise):
    """The name of the topic that an exercise is judged in."""
    return next(topic.name for topic in topics() if exercises.file_of(exercise) in topic.files)
