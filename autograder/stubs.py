"""What counts as not yet written."""

import ast


def is_stub(definition):
    """Whether a function's syntax node does nothing: its body is `raise NotImplementedError(...)`, `pass` or `...`."""
    return all(_is_filler(statement) for statement in definition.body)


def is_stub_text(source):
    """The same of a function given as text at column 0; text that does not parse was begun."""
    try:
        return is_stub(ast.parse(source).body[0])
    except (SyntaxError, IndexError):
        return False


def _is_filler(statement):
    if isinstance(statement, ast.Raise):
        raised = statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc
        return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return statement.value.value is ... or isinstance(statement.value.value, str)  # a docstring
    return isinstance(statement, ast.Pass)
