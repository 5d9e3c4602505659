"""What a submission may use. The same lists serve the reading of its text and the watching of its run.

Two kinds of trespass are told apart. A *shortcut* (torch.nn, autograd, an operation that is itself the answer) costs
the classes and functions in which it stands. *Unsafe* code (files, processes, introspection) is not run at all.
"""

import ast
import re
from dataclasses import dataclass

import torch
from torch.utils._python_dispatch import TorchDispatchMode

ALLOWED_IMPORTS = {
    "torch", "math", "typing", "collections", "itertools", "functools", "numbers", "dataclasses", "abc", "enum",
    "operator", "random", "copy", "warnings", "string", "__future__", "scaffold",
}  # fmt: skip
"""Top-level modules that a submission may import, besides its own files."""

SHORTCUT_MODULES = ("torch.nn", "torch.autograd", "torch.optim", "torch.func", "torch.ao", "torch.functorch")
"""Parts of torch that hold the answers."""

UNSAFE_MODULES = (
    "torch.jit", "torch.ops", "torch.library", "torch.utils", "torch.hub", "torch.load", "torch.save", "torch.package",
    "torch.multiprocessing", "torch.distributed", "torch.classes", "torch.compile", "torch.export", "torch.fx",
    "torch.overrides", "torch.serialization", "torch.profiler", "torch.onnx", "torch.backends", "torch.storage",
    "torch.from_file", "torch.set_num_threads", "torch.set_num_interop_threads", "torch.testing", "torch.sys",
    "torch.os", "torch.builtins", "torch.importlib", "torch.ctypes", "torch.inspect", "torch.platform", "torch.glob",
    "torch.threading", "torch.types", "torch.torch_version", "torch.random.os", "torch.cuda", "torch.mps", "torch.xpu",
    "random.os", "random._os", "functools.sys", "collections.sys", "collections._sys", "enum.sys", "dataclasses.sys",
    "dataclasses.inspect", "typing.sys", "warnings.sys", "copy.sys", "operator.attrgetter", "operator.methodcaller",
    "random.SystemRandom", "dataclasses.builtins", "abc.sys", "typing.get_type_hints", "dataclasses.make_dataclass",
    "enum.bltns", "collections.namedtuple",
)  # fmt: skip
"""Names that reach files, processes, other modules or the machinery of torch."""

UNSAFE_NAMES = {
    "eval", "exec", "compile", "open", "globals", "locals", "vars", "__import__", "breakpoint", "memoryview",
    "delattr", "__builtins__", "__loader__", "__spec__",
}  # fmt: skip
"""Built-in names that a layer has no use for."""

ALLOWED_DUNDERS = {
    "__init__", "__call__", "__name__", "__class__", "__doc__", "__len__", "__getitem__", "__iter__", "__repr__",
    "__str__", "__all__", "__version__", "__eq__", "__dict__", "__setattr__", "__setitem__", "__enter__", "__exit__",
    "__next__", "__contains__", "__add__", "__mul__", "__qualname__", "__hash__", "__post_init__", "__file__", "__main__",
}  # fmt: skip
"""Names with double underscores that may be read; every other one is refused (they lead out of the package)."""

AUTOGRAD_NAMES = {"requires_grad", "requires_grad_", "enable_grad", "set_grad_enabled", "grad_fn", "retain_grad",
                  "register_hook"}  # fmt: skip
"""Attributes and keywords that only autograd has."""

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
        ("Use", "Python, these modules, and torch's tensors: creation, elementwise maths, reductions, matmul, comparisons, "
         "where, clamp, indexing, views, random numbers, torch.fft.", sorted(ALLOWED_IMPORTS - {"__future__"})),
        ("What this course builds is not to be used", "Whatever stands under these names, and every operation that is an "
         "answer by itself: relu, sigmoid, softmax, convolution, im2col, batch_norm, dropout, pooling, upsample, *_loss "
         "and their like. They are refused by name when your text is read, and by operation when it runs. It costs the "
         "class or function in which it stands.", sorted(SHORTCUT_MODULES)),
        ("Autograd is off", "Gradients are derived and written down.", sorted(AUTOGRAD_NAMES)),
        ("A file with one of these is not run at all", "A layer has no use for files, processes or Python's inner workings.",
         [*sorted(UNSAFE_NAMES), *sorted(m for m in UNSAFE_MODULES if m.startswith("torch."))]),
    ]  # fmt: skip


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


def is_answer(op):
    """Whether an ATen operation (its base name, `aten::` left out) is the answer to an exercise."""
    return op not in NOT_AN_ANSWER and ANSWER_OP.search(op) is not None


class Guard(TorchDispatchMode):
    """While active, every ATen operation passes here first; answers and autograd are refused by name."""

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        op = func._schema.name.partition("::")[2]
        if is_answer(op):
            raise RuleViolation(f"torch's own {op} is the answer itself; write it with basic tensor operations")
        if torch.is_grad_enabled():
            raise RuleViolation("autograd was switched on; derive the gradient and write it down instead")
        return func(*args, **(kwargs or {}))


def check_tree(file, tree):
    """All violations in one file's syntax tree. The text is read, and nothing runs."""
    reader = _Reader(file)
    reader.visit(tree)
    return reader.violations


class _Reader(ast.NodeVisitor):
    """Walks the syntax tree, following what local names stand for: `import torch.nn as f` makes f torch.nn."""

    def __init__(self, file):
        self.file, self.violations = file, []
        self.names, self.scope = {}, None

    def refuse(self, node, reason, instead, unsafe):
        self.violations.append(Violation(self.file, node.lineno, reason, instead, unsafe, self.scope))

    def visit_ClassDef(self, node):
        self._enter(node)

    def visit_FunctionDef(self, node):
        self._enter(node)

    def visit_AsyncFunctionDef(self, node):
        self.refuse(node, "asynchronous code", "A layer is a plain function of tensors", True)

    def _enter(self, node):
        outer, self.scope = self.scope, self.scope or node.name
        self.generic_visit(node)
        self.scope = outer

    def visit_Import(self, node):
        for alias in node.names:
            self._imported(node, alias.name)
            self.names[alias.asname or alias.name.partition(".")[0]] = alias.name if alias.asname else None
            if alias.asname is None:
                self.names[alias.name.partition(".")[0]] = alias.name.partition(".")[0]

    def visit_ImportFrom(self, node):
        if node.level > 1:
            self.refuse(node, "import from outside the package", "Import from `.module` and its neighbours", True)
        if node.level:
            return
        for alias in node.names:
            if alias.name == "*" and node.module.partition(".")[0] != "scaffold":
                self.refuse(node, f"star import from {node.module}", "Import the names that you use", True)
            self._imported(node, f"{node.module}.{alias.name}")
            self.names[alias.asname or alias.name] = f"{node.module}.{alias.name}"

    def _imported(self, node, dotted):
        if dotted.partition(".")[0] not in ALLOWED_IMPORTS:
            self.refuse(node, f"import of {dotted.partition('.')[0]}", "Only torch, math and the like are needed", True)
        else:
            self._dotted(node, dotted)

    def _dotted(self, node, dotted):
        """Judge a full name such as torch.nn.functional.relu."""
        if _below(dotted, SHORTCUT_MODULES):
            self.refuse(node, f"{dotted} is what this course builds", "Write it with basic tensor operations", False)
        elif _below(dotted, UNSAFE_MODULES) or any(part.startswith("_") for part in dotted.split(".")[1:]):
            if dotted.rpartition(".")[2] not in ALLOWED_DUNDERS and not dotted.startswith(("scaffold", "__future__")):
                self.refuse(node, f"{dotted} is out of bounds", "A layer needs only torch's tensor operations", True)
        elif dotted.startswith("torch.") and is_answer(dotted.removeprefix("torch.").rpartition(".")[2]):
            self.refuse(node, f"{dotted} is the answer itself", "Write it with basic tensor operations", False)

    def visit_Attribute(self, node):
        dotted = self._resolve(node)
        if dotted is not None:
            self._dotted(node, dotted)
        else:
            self.visit(node.value)
        name = node.attr
        if name.startswith("__") and name.endswith("__") and name not in ALLOWED_DUNDERS:
            self.refuse(node, f"the attribute {name}", "A layer has no use for Python's inner workings", True)
        elif name in AUTOGRAD_NAMES:
            self.refuse(node, f"{name} belongs to autograd", "Derive the gradient and write it down", False)

    def _resolve(self, node):
        """The full name of `a.b.c` when a stands for a module, else None."""
        parts = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name) or self.names.get(node.id) is None:
            return None
        return ".".join([self.names[node.id], *reversed(parts)])

    def visit_Name(self, node):
        if node.id in UNSAFE_NAMES:
            self.refuse(node, f"the built-in {node.id}", "A layer has no use for it", True)
        elif self.names.get(node.id) is not None and isinstance(node.ctx, ast.Load):
            self._dotted(node, self.names[node.id])

    def visit_Call(self, node):
        match node:
            case ast.Call(
                func=ast.Name(id="getattr" | "setattr" | "hasattr"), args=[_, ast.Constant(value=str(name)), *_]
            ):
                self.visit_Attribute(ast.copy_location(ast.Attribute(node.args[0], name, ast.Load()), node))
            case ast.Call(func=ast.Name(id="getattr"), args=[target, *_]) if not _is_self(target):
                self.refuse(node, "getattr with a computed name", "Write the attribute's name out", True)
            case ast.Call(func=ast.Name(id="setattr"), args=[target, *_]) if not _is_self(target):
                self.refuse(node, "setattr with a computed name", "Write the attribute's name out", True)
        self.generic_visit(node)

    def visit_keyword(self, node):
        if node.arg in AUTOGRAD_NAMES and not (isinstance(node.value, ast.Constant) and not node.value.value):
            self.refuse(node.value, f"{node.arg} belongs to autograd", "Derive the gradient and write it down", False)
        self.generic_visit(node)


def _below(dotted, modules):
    return any(dotted == module or dotted.startswith(module + ".") for module in modules)


def _is_self(node):
    return isinstance(node, ast.Name) and node.id == "self"
