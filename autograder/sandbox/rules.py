"""What a submission may use. The same lists serve the reading of its text and the watching of its run.

Two kinds of trespass are told apart. A *shortcut* (torch.nn, autograd, an operation that is itself the answer) costs
the classes and functions in which it stands. *Unsafe* code (files, processes, introspection) is not run at all.
"""

import ast
import contextlib
import importlib
import re
import sys
from dataclasses import dataclass
from functools import cache
from types import ModuleType

import torch
from torch.utils._python_dispatch import TorchDispatchMode

ALLOWED_IMPORTS = {
    "torch", "math", "typing", "collections", "itertools", "functools", "numbers", "dataclasses", "abc", "enum",
    "operator", "random", "copy", "warnings", "string", "__future__", "scaffold",
}  # fmt: skip
"""Top-level modules that a submission may import, besides its own files; of each only what it offers to everybody."""

ALLOWED_SUBMODULES = {"torch.fft", "torch.linalg", "torch.special", "collections.abc"}
"""Modules inside these that may be used; no other is."""

SHORTCUT_MODULES = ("torch.nn", "torch.autograd", "torch.optim", "torch.func", "torch.ao", "torch.functorch")
"""Parts of torch that hold the answers."""

HARMLESS = {"torch.cuda.is_available", "torch.backends.mps.is_available", "torch.types.Number"}
"""Names that may be used although the modules they stand in may not."""

UNSAFE_FUNCTIONS = {
    "torch.load", "torch.save", "torch.compile", "torch.from_file", "torch.set_num_threads",
    "torch.set_num_interop_threads", "typing.get_type_hints", "typing.ForwardRef", "operator.attrgetter",
    "operator.methodcaller", "string.Formatter", "functools.singledispatch", "functools.singledispatchmethod",
    "dataclasses.make_dataclass", "random.SystemRandom",
}  # fmt: skip
"""Names that reach files, threads or, by a text, any name at all."""

OFFERED = {
    "torch": {
        "Tensor", "Size", "Generator", "device", "dtype", "finfo", "iinfo", "layout", "memory_format", "inf", "nan",
        "pi", "e", "newaxis", "fft", "linalg", "special", "BoolTensor", "ByteTensor", "DoubleTensor", "FloatTensor",
        "HalfTensor", "IntTensor", "LongTensor", "ShortTensor", "no_grad", "enable_grad", "set_grad_enabled",
        "inference_mode", "is_grad_enabled", "manual_seed", "seed", "initial_seed", "get_rng_state", "set_rng_state",
        "get_default_dtype", "set_default_dtype", "set_printoptions", "is_tensor", "typename", "cuda", "backends",
        "types", "default_generator", "get_num_threads",
    },
    "functools": {
        "partial", "partialmethod", "reduce", "lru_cache", "cache", "cached_property", "total_ordering", "wraps",
        "cmp_to_key",
    },
    "warnings": {
        "warn", "simplefilter", "filterwarnings",
    },
    "copy": {
        "copy", "deepcopy",
    },
    "abc": {
        "ABC", "ABCMeta", "abstractmethod",
    },
    "enum": {
        "Enum", "IntEnum", "StrEnum", "Flag", "IntFlag", "auto", "unique",
    },
    "dataclasses": {
        "dataclass", "field", "fields", "replace", "asdict", "astuple", "is_dataclass", "InitVar", "KW_ONLY",
        "MISSING",
    },
    "string": {
        "ascii_letters", "ascii_lowercase", "ascii_uppercase", "digits", "hexdigits", "printable", "punctuation",
        "whitespace",
    },
}  # fmt: skip
"""What is offered of these modules; of torch, all its functions of tensors and all dtypes besides."""

UNSAFE_NAMES = {
    "eval", "exec", "compile", "open", "globals", "locals", "vars", "__import__", "breakpoint", "memoryview",
    "delattr", "__builtins__", "__loader__", "__spec__",
}  # fmt: skip
"""Built-in names that a layer has no use for."""

UNSAFE_ATTRIBUTES = {
    "os", "_os", "sys", "_sys", "builtins", "bltns", "importlib", "subprocess", "ctypes", "inspect", "socket", "system",
    "popen", "from_file", "load_module", "exec_module", "gi_frame", "gi_code", "cr_frame", "ag_frame", "f_globals",
    "f_locals", "f_builtins", "f_back", "f_code", "tb_frame", "tb_next", "_evaluate", "evaluate", "mro", "obj",
    "_module", "tofile", "dump",
}  # fmt: skip
"""Attributes, of whatever object, that lead out of the package."""

ALLOWED_DUNDERS = {
    "__init__", "__call__", "__name__", "__class__", "__doc__", "__len__", "__getitem__", "__iter__", "__repr__",
    "__str__", "__all__", "__version__", "__eq__", "__dict__", "__setattr__", "__setitem__", "__enter__", "__exit__",
    "__next__", "__contains__", "__add__", "__mul__", "__qualname__", "__hash__", "__post_init__", "__file__",
}  # fmt: skip
"""Names with double underscores that may be read; every other one is refused (they lead out of the package)."""

DEFINABLE_DUNDERS = ALLOWED_DUNDERS - {"__dict__", "__file__", "__qualname__", "__class__"} | {
    "__new__", "__init_subclass__", "__bool__", "__format__", "__bytes__", "__dir__", "__del__", "__slots__",
    "__match_args__", "__author__", "__missing__", "__delitem__", "__delattr__", "__getattr__", "__reversed__",
    "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__neg__", "__pos__", "__abs__", "__invert__", "__int__",
    "__float__", "__complex__", "__index__", "__round__", "__trunc__", "__floor__", "__ceil__", "__length_hint__",
    "__sub__", "__truediv__", "__floordiv__", "__mod__", "__divmod__", "__pow__", "__matmul__", "__lshift__",
    "__rshift__", "__and__", "__or__", "__xor__", "__radd__", "__rsub__", "__rmul__", "__rtruediv__",
    "__rfloordiv__", "__rmod__", "__rdivmod__", "__rpow__", "__rmatmul__", "__rlshift__", "__rrshift__", "__rand__",
    "__ror__", "__rxor__", "__iadd__", "__isub__", "__imul__", "__itruediv__", "__ifloordiv__", "__imod__",
    "__ipow__", "__imatmul__", "__ilshift__", "__irshift__", "__iand__", "__ior__", "__ixor__", "__get__", "__set__",
    "__delete__", "__set_name__", "__copy__", "__deepcopy__", "__class_getitem__",
}  # fmt: skip
"""Such names that may be given a meaning; others, `__package__` or `__reduce__` say, steer Python itself."""

AUTOGRAD_NAMES = {"requires_grad", "requires_grad_", "enable_grad", "set_grad_enabled", "grad_fn", "retain_grad",
                  "register_hook"}  # fmt: skip
"""Attributes and keywords that only autograd has."""

MODULES = sys.stdlib_module_names | {"torch"}
"""Names of modules."""

REFLECTION = {"getattr", "setattr", "hasattr"}
"""Built-ins that may be called, with a name written out, or on self, and used in no other way. What is called self may
be anything: while a file runs, they refuse the names below (`visible.py`)."""

ANSWER_OP = re.compile(
    r"relu|sigmoid|softmax|softmin|softplus|softsign|(^|_)(celu|selu|elu|gelu|silu|mish|glu|hardtanh|hardswish|expit)"
    r"|threshold|convolution|conv\d|(^|_)conv_|_conv|im2col|col2im|(batch|layer|group|instance|rms)_norm|dropout"
    r"|pool|upsample|interpolate|loss|cross_entropy|kl_div|nll|binary_cross|embedding|grid_sampl|lstm|gru|rnn_"
    r"|attention|fold$|_fused_|_foreach_(add|sub|mul)c?|pixel_(un)?shuffle|channel_shuffle|logit|pdist|mkldnn|_backward$"
)
"""ATen operations that are the answer to an exercise, or the derivative of one, whatever name they are called by."""

NOT_AN_ANSWER = {"unfold", "unfold_backward", "_foreach_add_", "_foreach_mul_", "_foreach_add", "_foreach_mul"}
"""Operations that the pattern above would catch although they are views or plain arithmetic."""


def explained():
    """The rules for people: (heading, sentence, names) each."""
    return [
        (
            "Use",
            "Python, these modules, and torch's tensors: creation, elementwise maths, reductions, matmul, comparisons, "
            "where, clamp, indexing, views, random numbers, torch.fft.",
            sorted(ALLOWED_IMPORTS - {"__future__"}),
        ),
        (
            "What this course builds is not to be used",
            "Whatever stands under these names, and every operation that is an answer by itself: relu, sigmoid, "
            "softmax, convolution, im2col, batch_norm, dropout, pooling, upsample, *_loss and the like. Refused by "
            "name when your text is read, and by operation when it runs. It costs the class or function in which it "
            "stands.",
            sorted(SHORTCUT_MODULES),
        ),
        ("Autograd is off", "Gradients are derived and written down.", sorted(AUTOGRAD_NAMES)),
        (
            "A file with one of these is not run at all",
            "A layer has no use for files, processes or Python's inner workings.",
            [*sorted(UNSAFE_NAMES), *sorted(UNSAFE_FUNCTIONS)],
        ),
    ]


@dataclass(frozen=True)
class Violation:
    """One trespass. unsafe: the file is not run. scope: the class or function it stands in, None for the module."""

    file: str
    line: int
    reason: str
    instead: str
    unsafe: bool
    scope: str | None = None

    def __str__(self):
        return f"{self.file}:{self.line}: {self.reason}. {self.instead}"


class RuleViolation(Exception):
    """The run used an operation that the rules refuse."""


@cache
def is_answer(op):
    """Whether an ATen operation (its base name, `aten::` left out) is the answer to an exercise."""
    return op not in NOT_AN_ANSWER and ANSWER_OP.search(op) is not None


def is_refused_attribute(name):
    """Whether an attribute of that name is out of bounds, whatever it is an attribute of."""
    return name in UNSAFE_ATTRIBUTES or (_is_dunder(name) and name not in ALLOWED_DUNDERS)


@cache
def is_offered(dotted):
    """Whether a module, given by its full name, offers a name of its own to a submission."""
    owner, _, name = dotted.rpartition(".")
    return _lists(owner, name) and not _out_of_bounds(dotted)


def _lists(owner, name):
    """Whether a name stands on the list of what its module offers, if there is one."""
    if owner not in OFFERED or name in OFFERED[owner]:
        return True
    kinds = (torch.dtype, torch.layout, torch.memory_format)
    return owner == "torch" and (name in _TENSOR_FUNCTIONS or isinstance(getattr(torch, name, None), kinds))


_TENSOR_FUNCTIONS = {n for n in dir(torch._C._VariableFunctions) if not n.startswith("_")} | {*torch.functional.__all__}


class Guard(TorchDispatchMode):
    """While active, every ATen operation passes here first; answers and autograd are refused by name.

    violation: the first one, or None. Code that catches it, and goes on in another way, has tried all the same.
    """

    def __init__(self, violation=None):
        super().__init__()
        self.violation = violation

    @classmethod
    def _should_skip_dynamo(cls):
        """Not: nothing is compiled here, and being skipped means loading the compiler and asking it at every call."""
        return False

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        op = func._schema.name.partition("::")[2]
        if is_answer(op):
            self._refuse(f"torch's own {op} is the answer itself; write it with basic tensor operations")
        if torch.is_grad_enabled():
            self._refuse("autograd was switched on; derive the gradient and write it down instead")
        return func(*args, **(kwargs or {}))

    def _refuse(self, reason):
        violation = RuleViolation(reason)
        self.violation = self.violation or violation
        raise violation


def check_tree(file, tree):
    """All violations in one file's syntax tree. The text is read, and nothing runs."""
    reader = _Reader(file)
    reader.visit(tree)
    return reader.violations


class _Reader(ast.NodeVisitor):
    """Walks the syntax tree, following what local names stand for: `import torch.nn as f` makes f torch.nn."""

    def __init__(self, file):
        self.file, self.violations = file, []
        self.names, self.scope = {"torch": "torch"}, None
        self.outermost, self.variables = self.names, set()

    def refuse(self, node, reason, instead, unsafe):
        self.violations.append(Violation(self.file, node.lineno, reason, instead, unsafe, self.scope))

    def visit_ClassDef(self, node):
        with self._inside(node.name), self._scope(lost=set(_bound(node.body))):
            self.generic_visit(node)

    def visit_FunctionDef(self, node):
        self._defined(node, node.name)
        with self._inside(node.name):
            for child in (*node.decorator_list, node.args, *filter(None, [node.returns])):
                self.visit(child)
            with self._scope(_variables(node, node.body), _global(node)):
                for statement in node.body:
                    self.visit(statement)

    def visit_Lambda(self, node):
        self.visit(node.args)
        with self._scope(_variables(node, [node.body])):
            self.visit(node.body)

    def visit_ListComp(self, node):
        first = node.generators[0]
        self.visit(first.iter)
        with self._scope(set(_bound(generator.target for generator in node.generators))):
            for child in (first.target, *first.ifs, *(c for c in ast.iter_child_nodes(node) if c is not first)):
                self.visit(child)

    visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_ListComp

    def visit_AsyncFunctionDef(self, node):
        self.refuse(node, "asynchronous code", "A layer is a plain function of tensors", True)

    @contextlib.contextmanager
    def _inside(self, name):
        """What is refused meanwhile stands in the outermost class or function."""
        outer, self.scope = self.scope, self.scope or name
        yield
        self.scope = outer

    @contextlib.contextmanager
    def _scope(self, own=frozenset(), lost=frozenset()):
        """Meanwhile, own names are variables of a function: none of them stands for a module, or is a built-in.

        lost: names that are so no longer, since they are looked up, or may be, outside of all functions.
        """
        outer = self.names, self.variables
        found = {n: f for n, f in self.outermost.items() if n in lost}
        self.names = {n: f for n, f in self.names.items() if n not in own} | found
        self.variables = (self.variables - lost) | own
        yield
        self.names, self.variables = outer

    def _defined(self, node, name):
        if name and _is_dunder(name) and name not in DEFINABLE_DUNDERS:
            self.refuse(node, f"the definition of {name}", "A layer has no use for Python's inner workings", True)

    # --- imports ------------------------------------------------------------------------------------------

    def visit_Import(self, node):
        for alias in node.names:
            self._defined(node, alias.asname)
            self._imported(node, alias.name)
            first = alias.name.partition(".")[0]
            self.names[alias.asname or first] = alias.name if alias.asname else first

    def visit_ImportFrom(self, node):
        if node.level > 1:
            self.refuse(node, "import from outside the package", "Import from `.module` and its neighbours", True)
        module = ".".join(filter(None, ["scaffold" if node.level else "", node.module]))
        for alias in node.names:
            self._defined(node, alias.asname)
            if alias.name == "*" and not module.startswith("scaffold"):
                self.refuse(node, f"star import from {module}", "Import the names that you use", True)
            elif alias.name != "*":
                self._imported(node, f"{module}.{alias.name}")
                self.names[alias.asname or alias.name] = f"{module}.{alias.name}"

    def _imported(self, node, dotted):
        if dotted.partition(".")[0] not in ALLOWED_IMPORTS:
            self.refuse(node, f"import of {dotted.partition('.')[0]}", "Only torch, math and the like are needed", True)
        else:
            self._dotted(node, dotted)

    # --- names --------------------------------------------------------------------------------------------

    def _dotted(self, node, dotted):
        """Judge a full name such as torch.nn.functional.relu."""
        if _below(dotted, SHORTCUT_MODULES):
            self.refuse(node, f"{dotted} is what this course builds", "Write it with basic tensor operations", False)
        elif _out_of_bounds(dotted):
            self.refuse(node, f"{dotted} is out of bounds", "A layer needs only torch's tensor operations", True)
        elif dotted.startswith("torch.") and is_answer(dotted.rpartition(".")[2]):
            self.refuse(node, f"{dotted} is the answer itself", "Write it with basic tensor operations", False)

    def visit_Attribute(self, node):
        dotted = self._resolve(node)
        if dotted is not None:
            self._dotted(node, dotted)
        else:
            self.visit(node.value)
        self._attribute(node, node.attr)

    def _attribute(self, node, name):
        if is_refused_attribute(name):
            self.refuse(node, f"the attribute {name}", "A layer has no use for Python's inner workings", True)
        elif name in AUTOGRAD_NAMES:
            self.refuse(node, f"{name} belongs to autograd", "Derive the gradient and write it down", False)

    def _resolve(self, node):
        """The full name of `a.b.c` when a stands for a module or for what was imported from one, else None."""
        parts = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name) or node.id not in self.names:
            return None
        return ".".join([self.names[node.id], *reversed(parts)])

    def visit_Name(self, node):
        built_in = node.id not in self.variables or _is_dunder(node.id)
        if (node.id in UNSAFE_NAMES and built_in) or (node.id in REFLECTION and isinstance(node.ctx, ast.Load)):
            self.refuse(node, f"the built-in {node.id}", "A layer has no use for it", True)
        elif not isinstance(node.ctx, ast.Load):
            self._defined(node, node.id)
        elif node.id in self.names:
            self._dotted(node, self.names[node.id])
            if isinstance(_found(self.names[node.id]), ModuleType):
                self.refuse(node, f"the module {node.id} as a value", "Write `module.name`", True)

    def visit_MatchClass(self, node):
        for name in node.kwd_attrs:
            self._attribute(node, name)
            if name == "__dict__":  # `x.__dict__` is watched while it runs, which this is not
                self.refuse(node, f"the attribute {name}", "A layer has no use for Python's inner workings", True)
        self.generic_visit(node)

    def _naming(self, node):
        """`except E as name`, `case ... as name`, `case [*name]`, `case {**name}`."""
        self._defined(node, getattr(node, "name", None) or getattr(node, "rest", None))
        self.generic_visit(node)

    visit_ExceptHandler = visit_MatchAs = visit_MatchStar = visit_MatchMapping = _naming

    # --- calls --------------------------------------------------------------------------------------------

    def visit_Call(self, node):
        match node:
            case ast.Call(func=ast.Name(id=function), args=[target, *rest]) if function in REFLECTION:
                self._reflection(node, function, target, rest)
                for child in (*rest, *node.keywords):
                    self.visit(child)
            case ast.Call(func=ast.Attribute(value=owner, attr=name), args=[ast.Constant(value=False)]) if (
                name in AUTOGRAD_NAMES
            ):
                self.visit(ast.copy_location(ast.Attribute(owner, "no_grad", ast.Load()), node))  # it is switched off
            case _:
                self.generic_visit(node)

    def _reflection(self, node, function, target, rest):
        match rest:
            case [ast.Constant(value=str(name)), *_]:
                self.visit_Attribute(ast.copy_location(ast.Attribute(target, name, ast.Load()), node))
            case _ if not (isinstance(target, ast.Name) and target.id == "self"):
                self.refuse(node, f"{function} with a computed name", "Write the attribute's name out", True)
                self.visit(target)

    def visit_keyword(self, node):
        if node.arg in AUTOGRAD_NAMES and not (isinstance(node.value, ast.Constant) and not node.value.value):
            self.refuse(node.value, f"{node.arg} belongs to autograd", "Derive the gradient and write it down", False)
        self.generic_visit(node)

    def visit_Assign(self, node):
        match node:
            case ast.Assign(targets=[ast.Attribute(attr="requires_grad")], value=ast.Constant(value=False)):
                return
        self.generic_visit(node)


def _variables(function, body):
    """The names that are a function's own: its arguments and what it assigns to, save global ones."""
    arguments = {node.arg for node in ast.iter_child_nodes(function.args) if isinstance(node, ast.arg)}
    return (arguments | set(_bound(body))) - _global(function)


def _global(function):
    """Names that are global, or another function's, somewhere in a function."""
    return {n for node in ast.walk(function) if isinstance(node, (ast.Global, ast.Nonlocal)) for n in node.names}


def _bound(nodes, by_walrus_alone=False):
    """The names to which some nodes assign in their own scope: what functions and classes in them do stays there."""
    for node in nodes:
        match node:
            case ast.FunctionDef() | ast.ClassDef() | ast.Lambda():
                continue
            case ast.NamedExpr(target=ast.Name(id=name)):
                yield name
            case ast.Name(id=name, ctx=ast.Store()) if not by_walrus_alone:
                yield name
        yield from _bound(ast.iter_child_nodes(node), by_walrus_alone or isinstance(node, _COMPREHENSIONS))


_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def _below(dotted, modules):
    return any(dotted == module or dotted.startswith(module + ".") for module in modules)


def _is_dunder(name):
    return name.startswith("__") and name.endswith("__")


def _out_of_bounds(dotted):
    """Whether a full name lies outside what its module offers to everybody."""
    root, *parts = dotted.split(".")
    if dotted in HARMLESS or root == "__future__":
        return False
    if root == "scaffold":  # the modules that its files import are not to be reached through them
        return bool(UNSAFE_ATTRIBUTES.intersection(parts) or MODULES.intersection(parts[1:]))
    if parts and not _is_dunder(parts[0]) and not _lists(root, parts[0]) and hasattr(_found(root), parts[0]):
        return True
    if _below(dotted, UNSAFE_FUNCTIONS) or any(part.startswith("_") and not _is_dunder(part) for part in parts):
        return True
    return any(_hidden(".".join([root, *parts[:i]]), part) for i, part in enumerate(parts))


def _hidden(owner, name):
    """Whether a module, if owner is one, does not offer that name."""
    module, dotted = _found(owner), f"{owner}.{name}"
    if not isinstance(module, ModuleType) or dotted in ALLOWED_SUBMODULES:
        return False
    offered = getattr(module, "__all__", [name]) if module is not torch else [name]
    return name not in offered or name == "__dict__" or isinstance(_found(dotted), ModuleType)


def _found(dotted):
    """What a full name stands for, as far as it can be told without a submission; None if it cannot."""
    root, *parts = dotted.split(".")
    if root not in ALLOWED_IMPORTS or root == "scaffold":
        return None
    if dotted in ALLOWED_SUBMODULES:
        return importlib.import_module(dotted)
    found = importlib.import_module(root)
    for part in parts:
        found = getattr(found, part, None)
    return found
