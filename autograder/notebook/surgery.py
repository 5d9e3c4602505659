"""Taking one function out of a file's text and putting another in, so that all other text stays byte for byte."""

import difflib

import libcst as cst

BODY = (cst.SimpleStatementLine, cst.SimpleStatementSuite)


def find(module, name):
    """The definition of `function` or `Class.method` in a module, the last one if there are several; None if none."""
    scope, _, function = name.rpartition(".")
    body = module.body
    if scope:
        owner = _last(body, cst.ClassDef, scope)
        body = owner.body.body if owner and isinstance(owner.body, cst.IndentedBlock) else ()
    return _last(body, cst.FunctionDef, function)


def text(module, function, indent=""):
    """A function of a module as text at column 0 with "\\n" line ends: from the first decorator to the last comment.

    indent: the white space that the function has in the module.
    """
    function = _shift_docstring(function.with_changes(leading_lines=()), indent, "")
    code = cst.Module([], default_indent=module.default_indent, default_newline="\n").code_for_node(function)
    return code.replace("\r\n", "\n")


def replace(module, name, source):
    """A copy of a module with the definition of `name`, which must be there, replaced.

    source: the new function at column 0. It takes over the file's indentation and line ends, and the blank lines and
    comments above the old one.
    """
    old = find(module, name)
    (new,) = cst.parse_module(source.replace("\n", module.default_newline)).body
    new = _shift_docstring(new, "", indent_of(module, name)).with_changes(leading_lines=old.leading_lines)
    return module.deep_replace(old, new)


def indent_of(module, name):
    """The white space before the definition of `name`."""
    scope = name.rpartition(".")[0]
    if not scope:
        return ""
    block = _last(module.body, cst.ClassDef, scope).body
    return module.default_indent if block.indent is None else block.indent


def difference(old, new, old_label, new_label):
    """A unified diff of two texts, without the lines that only count lines."""
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), old_label, new_label, lineterm="", n=2)
    return "\n".join(line for line in lines if not line.startswith("@@"))


def _last(statements, kind, name):
    return next((s for s in reversed(statements) if isinstance(s, kind) and s.name.value == name), None)


def _shift_docstring(function, old, new):
    """Give the lines of a docstring the indentation `new` in place of `old`; those of other strings are values."""
    try:
        string = function.body.body[0].body[0].value
    except (AttributeError, IndexError, TypeError):  # no statement at all, or one of another form: a loop, a pass
        return function
    if not isinstance(string, cst.SimpleString):
        return function
    first, *rest = string.value.split("\n")
    if not all(line.startswith(old) for line in rest if line.strip()):
        return function
    shifted = [new + line.removeprefix(old) if line.strip() else line for line in rest]
    return function.deep_replace(string, string.with_changes(value="\n".join([first, *shifted])))
