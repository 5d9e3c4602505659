"""Where an exercise stands in a submission, and whether it was begun."""

import ast
import re
from functools import cache

import solutions

from .submission import PACKAGE

_NAMED = re.compile(r"^(\w+(?:\.\w+)?): ")


@cache
def file_of(exercise):
    """The package's file in which an exercise belongs: `Linear.forward` in linear.py."""
    return getattr(solutions, exercise.partition(".")[0]).__module__.rpartition(".")[2] + ".py"


def find(tree, exercise):
    """The syntax node of an exercise in a parsed file, or None."""
    body, node = tree.body, None
    for part in exercise.split("."):
        node = next((n for n in reversed(body) if isinstance(n, _DEFINITIONS) and n.name == part), None)
        if node is None:
            return None
        body = node.body
    return node


_DEFINITIONS = (ast.ClassDef, ast.FunctionDef)


def is_defined(tree, name):
    """Whether a file's text gives a name a meaning: by a definition, an assignment or an import, at any depth."""
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef(name=n) | ast.FunctionDef(name=n) | ast.Name(id=n, ctx=ast.Store()) if n == name:
                return True
            case ast.alias(name=n, asname=a) if name in (n, a) or n == "*":
                return True
    return False


def imported_files(tree):
    """Names of the files of its own package that a parsed file imports, such as linear.py (and perhaps of no file)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            from_package = node.module is None or node.module == PACKAGE
            names = [alias.name for alias in node.names] if from_package else [node.module]
            yield from (name.rpartition(".")[2] + ".py" for name in names)


def named_in(message):
    """The exercise that a stub's NotImplementedError names, or None."""
    match = _NAMED.match(message)
    return match.group(1) if match else None
