"""Small systematic changes of the solved exercises, by LibCST; every one that matters must be failed.

The operators are those of mutation testing (DeMillo, Lipton & Sayward 1978), as in cosmic-ray and mutmut: another
operator, constant, axis or sign, a statement left out, `+=` for `=`, arguments exchanged, and the neighbours that
students reach for (`sum` for `mean`, `amax` for `amin`).
"""

from dataclasses import dataclass

import libcst as cst
import libcst.matchers as m

from ..publish.exercises import scan


@dataclass(frozen=True)
class Mutant:
    """One exercise with one change. before, after: the lines that differ. source: the whole function."""

    exercise: str
    before: str
    after: str
    source: str

    @property
    def name(self):
        return f"{self.exercise}: {self.before} -> {self.after}"


def mutants(exercises=None):
    """All mutants of the solved exercises, in the order of the files; of some exercises alone, if they are given."""
    for name, exercise in scan().items():
        if exercises is None or name in exercises:
            yield from _mutants_of(name, exercise.solution)


def _mutants_of(name, solution):
    module = cst.parse_module(solution)
    collector = _Collector()
    module.body[0].body.visit(collector)
    seen = {solution}
    for node, replacement in collector.changes:
        source = module.deep_replace(node, replacement).code
        if source not in seen and _parses(source):
            seen.add(source)
            yield Mutant(name, *_differing_lines(solution, source), source)


def _parses(source):
    try:
        compile(source, "mutant", "exec")
    except (SyntaxError, ValueError):
        return False
    return True


def _differing_lines(one, other):
    """The first line that differs, in both texts; '(left out)' where a line is missing."""
    lines, changed = one.splitlines(), other.splitlines()
    at = next(i for i, (a, b) in enumerate(zip([*lines, None], [*changed, None], strict=False)) if a != b)
    after = changed[at].strip() if len(changed) >= len(lines) else "(left out)"
    return lines[at].strip(), after


OPERATORS = {
    cst.Add: cst.Subtract,
    cst.Subtract: cst.Add,
    cst.Multiply: cst.Divide,
    cst.Divide: cst.Multiply,
    cst.FloorDivide: cst.Divide,
    cst.Power: cst.Multiply,
    cst.BitAnd: cst.BitOr,
    cst.LessThan: cst.LessThanEqual,
    cst.LessThanEqual: cst.LessThan,
    cst.GreaterThan: cst.GreaterThanEqual,
    cst.GreaterThanEqual: cst.GreaterThan,
    cst.Equal: cst.NotEqual,
    cst.NotEqual: cst.Equal,
    cst.Is: cst.IsNot,
    cst.IsNot: cst.Is,
    cst.And: cst.Or,
    cst.Or: cst.And,
    cst.AddAssign: cst.SubtractAssign,
    cst.SubtractAssign: cst.AddAssign,
    cst.MultiplyAssign: cst.DivideAssign,
    cst.DivideAssign: cst.MultiplyAssign,
}
OPPOSITES = {cst.LessThan: cst.GreaterThan, cst.GreaterThan: cst.LessThan}
"""Second changes of operators that have one already."""
NEIGHBOURS = {
    "sum": "mean",
    "mean": "sum",
    "amax": "amin",
    "amin": "amax",
    "maximum": "minimum",
    "minimum": "maximum",
    "zeros": "ones",
    "zeros_like": "ones_like",
    "ones_like": "zeros_like",
    "new_zeros": "new_ones",
    "ceil": "floor",
    "floor": "ceil",
    "sqrt": "square",
    "rsqrt": "sqrt",
    "exp": "expm1",
    "log": "log1p",
    "abs": "neg",
    "sign": "abs",
    "tanh": "sin",
    "True": "False",
    "False": "True",
}
"""Names for which their opposites, or names easily taken for them, are put in."""


class _Collector(cst.CSTVisitor):
    """Collects (node, what could stand in its place); what only words of an error message consist of stays."""

    def __init__(self):
        super().__init__()
        self.changes = []

    def visit_FormattedString(self, node):
        return False

    def visit_BinaryOperation(self, node):
        self._operator(node)

    def visit_BooleanOperation(self, node):
        self._operator(node)

    def visit_ComparisonTarget(self, node):
        self._operator(node)
        if type(node.operator) in OPPOSITES:
            self._put(node, node.with_changes(operator=OPPOSITES[type(node.operator)]()))

    def visit_AugAssign(self, node):
        self._operator(node)
        target = cst.AssignTarget(node.target)
        self._put(node, cst.Assign([target], node.value))

    def visit_UnaryOperation(self, node):
        if isinstance(node.operator, (cst.Minus, cst.Not)):
            self._put(node, node.expression)

    def visit_Integer(self, node):
        value = int(node.value)
        self._put(node, cst.Integer(str(value + 1)))
        if value > 0:
            self._put(node, cst.Integer(str(value - 1)))

    def visit_Float(self, node):
        self._put(node, cst.Float(repr(float(node.value) + 1)))

    def visit_Name(self, node):
        if node.value in NEIGHBOURS:
            self._put(node, cst.Name(NEIGHBOURS[node.value]))

    def visit_Call(self, node):
        plain = [a for a in node.args if a.keyword is None and not a.star]
        if len(plain) >= 2 and node.args[:2] == tuple(plain[:2]):
            one, two = (a.value for a in plain[:2])
            swapped = [plain[0].with_changes(value=two), plain[1].with_changes(value=one), *node.args[2:]]
            self._put(node, node.with_changes(args=swapped))
        for i, argument in enumerate(node.args):
            if argument.keyword is not None:
                rest = [*node.args[:i], *node.args[i + 1 :]]
                if rest:
                    rest[-1] = rest[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
                self._put(node, node.with_changes(args=rest))

    def visit_IfExp(self, node):
        self._put(node, node.with_changes(body=node.orelse, orelse=node.body))

    def visit_If(self, node):
        self._put(node.test, cst.UnaryOperation(cst.Not(), _bracketed(node.test)))

    def visit_SimpleStatementLine(self, node):
        if m.matches(node, m.SimpleStatementLine([m.Expr(m.SimpleString())])):
            return False  # the docstring
        if not m.matches(node, m.SimpleStatementLine([m.Pass() | m.Continue() | m.Break()])):
            self._put(node, node.with_changes(body=[cst.Pass()]))
        return True

    def visit_Return(self, node):
        if node.value is not None:
            self._put(node.value, cst.UnaryOperation(cst.Minus(), _bracketed(node.value)))

    def _operator(self, node):
        if type(node.operator) in OPERATORS:
            whitespace = {k: getattr(node.operator, k) for k in ("whitespace_before", "whitespace_after")}
            self._put(node, node.with_changes(operator=OPERATORS[type(node.operator)](**whitespace)))

    def _put(self, node, replacement):
        self.changes.append((node, replacement))


def _bracketed(node):
    return node if node.lpar else node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
