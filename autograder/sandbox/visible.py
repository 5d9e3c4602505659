"""What a submission's files see of Python, torch and each other while they run: what is on a list, and nothing else.

The rules that read the text (`rules.py`) say early and in good words what is refused, but a text can hide what it
means: a computed name, an alias over two files, the attribute of an exception. So the files run with built-ins of
their own, and what they import are stand-ins that hold the offered names alone. No real module is ever in their hands.
"""

import ast
import builtins
import ctypes
import dataclasses
import functools
import importlib
import importlib.machinery
import sys
import unicodedata
from functools import cache
from types import ModuleType

import torch

from . import rules
from .rules import Guard, RuleViolation

PACKAGE = "scaffold"
GIVEN = (PACKAGE, f"{PACKAGE}.module")
"""Files of the course, which see everything."""

BUILTINS = {
    "abs", "all", "any", "ascii", "bin", "bool", "bytearray", "bytes", "callable", "chr", "classmethod", "complex",
    "dict", "dir", "divmod", "enumerate", "filter", "float", "format", "frozenset", "hash", "hex", "id", "int",
    "isinstance", "issubclass", "iter", "len", "list", "map", "max", "min", "next", "object", "oct", "ord", "pow",
    "print", "property", "range", "repr", "reversed", "round", "set", "slice", "sorted", "staticmethod", "str",
    "sum", "tuple", "type", "zip", "None", "True", "False", "Ellipsis", "NotImplemented", "__build_class__",
    "__debug__",
}  # fmt: skip
"""Built-in names that are handed out as they are, besides the exceptions."""

ATTRIBUTES = "__attributes__"
"""The built-in that stands for `.__dict__` where a file's text says that."""


def install(folder):
    """From now on the package's files in a folder are imported as described above, in this process."""
    sys.meta_path.insert(0, _Finder(folder))
    for name in dir(torch.Tensor):
        if rules.is_answer(name) and callable(getattr(torch.Tensor, name)):
            setattr(
                torch.Tensor, name, _refusing(f"torch's own {name} is the answer itself", getattr(torch.Tensor, name))
            )
    for name in ("backward", "register_hook", "retain_grad"):
        setattr(torch.Tensor, name, _refusing(f"{name} belongs to autograd"))
    _freeze(torch.Tensor)


def _freeze(cls):
    """Let nobody set or delete an attribute of a class, as if it were built in: `type(x).clone = mine` raises."""
    flags = ctypes.c_ulong.from_address(id(cls) + _FLAGS)
    if sys.implementation.name == "cpython" and flags.value == cls.__flags__:
        flags.value |= _IMMUTABLE


_FLAGS, _IMMUTABLE = 21 * ctypes.sizeof(ctypes.c_void_p), 1 << 8
"""Where CPython keeps a type's flags (the same place since 3.8), and the one that it sets for built-in types."""


def _refusing(reason, real=None):
    """A function that stands for one that is refused. In a timed run it notes that, and does what it is asked."""

    def refused(*args, **kwargs):
        violation = RuleViolation(f"{reason}; write it with basic tensor operations")
        if not TRESPASSES.timed or real is None:
            raise violation
        TRESPASSES.first = TRESPASSES.first or violation
        return real(*args, **kwargs)

    return refused


class _Trespasses:
    """What timed runs did against the rules. They are not told then, so that they cannot fall back on something else.

    timed: whether one is going on. first: the first trespass, or None.
    """

    timed, first = False, None

    def guard(self):
        """A Guard that knows of it."""
        return Guard(self.first)


TRESPASSES = _Trespasses()


class _Finder(importlib.machinery.PathFinder):
    """Finds the package's files, and has them run with built-ins of their own."""

    def __init__(self, folder):
        self.folder = str(folder)

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] != PACKAGE:
            return None
        spec = super().find_spec(name, [self.folder] if path is None else path, target)
        if spec is not None and name not in GIVEN:
            if not isinstance(spec.loader, importlib.machinery.SourceFileLoader):
                return None
            spec.loader = _Loader(name, spec.origin)
        return spec


class _Loader(importlib.machinery.SourceFileLoader):
    """Runs the text that the rules have read: UTF-8, whatever encoding a file says of itself."""

    def get_code(self, fullname):
        text = self.get_data(self.path).decode("utf-8-sig")
        names_it = "__dict__" in unicodedata.normalize("NFKC", text)  # as Python reads names
        return self.source_to_code(_Guarding().visit(ast.parse(text)) if names_it else text, self.path)

    def exec_module(self, module):
        vars(module)["__builtins__"] = handed_out()
        super().exec_module(module)


class _Guarding(ast.NodeTransformer):
    """`x.__dict__` becomes `__attributes__(x)`: of x = a class or a function it would lead out of the package."""

    def visit_Attribute(self, node):
        self.generic_visit(node)
        if node.attr != "__dict__" or not isinstance(node.ctx, ast.Load):
            return node
        call = ast.Call(ast.Name(ATTRIBUTES, ast.Load()), [node.value], [])
        return ast.fix_missing_locations(ast.copy_location(call, node))


# --- built-ins ----------------------------------------------------------------------------------------------


@cache
def handed_out():
    """The built-ins that the package's files run with."""
    found = {name: getattr(builtins, name) for name in BUILTINS}
    found |= {n: v for n, v in vars(builtins).items() if isinstance(v, type) and issubclass(v, BaseException)}
    return found | {
        "__name__": "builtins",
        "__import__": _import,
        "getattr": _getattr,
        "setattr": _setattr,
        "hasattr": _hasattr,
        "super": _Super,
        ATTRIBUTES: _attributes,
    }


def _permitted(name):
    """Refuse names that lead out of the package, or to autograd; only plain text is a name."""
    if type(name) is not str:
        raise TypeError("attribute name must be string")
    if rules.is_refused_attribute(name) or name in rules.AUTOGRAD_NAMES:
        raise RuleViolation(f"the attribute {name} is out of bounds")


def _getattr(target, name, *default):
    _permitted(name)
    return _attributes(target) if name == "__dict__" else getattr(target, name, *default)


def _hasattr(target, name):
    _permitted(name)
    return hasattr(target, name)


def _setattr(target, name, value):
    _permitted(name)
    setattr(target, name, value)


def _attributes(target):
    """The attributes of an object whose class stands in the package."""
    if isinstance(target, (type, ModuleType)) or not str(type(target).__module__).startswith(PACKAGE):
        raise RuleViolation("the attribute __dict__ is out of bounds")
    return object.__getattribute__(target, "__dict__")


class _Super(super):
    """`super()` that does not lead past what `install` put on tensors."""

    def __getattribute__(self, name):
        if isinstance(super().__getattribute__("__self__"), torch.Tensor) and rules.is_answer(name):
            raise RuleViolation(f"torch's own {name} is the answer itself; write it with basic tensor operations")
        return super().__getattribute__(name)


# --- imports ------------------------------------------------------------------------------------------------


def _import(name, globals=None, locals=None, fromlist=(), level=0):
    """`__import__` of the package's files. Where they stand is known: what `globals` says of it is not looked at."""
    if level > 1:
        raise RuleViolation("import from outside the package")
    dotted = ".".join(filter(None, [PACKAGE, name])) if level else name
    root = dotted.partition(".")[0]
    if root == PACKAGE:
        importlib.import_module(dotted)
        return own(dotted if fromlist else root)
    if root not in rules.ALLOWED_IMPORTS:
        raise RuleViolation(f"import of {root}")
    return _walk(dotted) if fromlist else offered(root)


def _walk(dotted):
    root, *parts = dotted.split(".")
    found = offered(root)
    for part in parts:
        found = getattr(found, part)
    return found


@cache
def own(dotted):
    """A stand-in for one of the package's own modules: its names as they are now, save the modules among them."""
    stand_in, real = ModuleType(dotted), sys.modules[dotted]

    def look_up(name):
        if name == "__all__":
            names = vars(real).get(name) or [n for n in vars(real) if not n.startswith("_")]
            return [n for n in names if not isinstance(vars(real).get(n), ModuleType)]
        if name.startswith("__") and name not in rules.ALLOWED_DUNDERS:
            raise AttributeError(f"module {dotted!r} has no attribute {name!r}")
        child = f"{dotted}.{name}"
        if dotted == PACKAGE and sys.modules.get(child) is not None:
            return own(child)
        if dotted == PACKAGE and name not in vars(real) and importlib.util.find_spec(child) is not None:
            importlib.import_module(child)
            return own(child)
        value = getattr(real, name)
        if isinstance(value, ModuleType) and value not in _STAND_INS:
            raise RuleViolation(f"{child} is out of bounds")
        return value

    vars(stand_in)["__getattr__"] = look_up
    _STAND_INS.add(stand_in)
    return stand_in


_STAND_INS = set()


@cache
def offered(dotted):
    """A stand-in for a module of Python's or torch's: exactly the names that the rules offer."""
    stand_in, real = ModuleType(dotted), importlib.import_module(dotted)
    names = {n for n in dir(real) if not n.startswith("_") and rules.is_offered(f"{dotted}.{n}")}
    own = {name: getattr(real, name) for name in names}
    below = {s.rpartition(".")[2]: offered(s) for s in rules.ALLOWED_SUBMODULES if s.rpartition(".")[0] == dotted}

    def missing(name):
        if name in vars(real) and not name.startswith("__"):
            raise RuleViolation(f"{dotted}.{name} is out of bounds")
        raise AttributeError(f"module {dotted!r} has no attribute {name!r}")

    answers = {n: _refusing(f"torch's own {n} is the answer itself") for n in dir(real) if rules.is_answer(n)}
    answers = answers if dotted.startswith("torch") else {}
    vars(stand_in).update(answers | own | below | _INSTEAD.get(dotted, {}), __getattr__=missing)
    if dotted == "torch":
        vars(stand_in)["__version__"] = torch.__version__
    _STAND_INS.add(stand_in)
    return stand_in


class Refused:
    """Stands for a part of torch that holds the answers: it can be named, and inherited from, but not used."""

    def __init__(self, name):
        self._name = name

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Refused(f"{self._name}.{name}")

    def __call__(self, *_, **__):
        raise RuleViolation(f"{self._name} is what this course builds; write it with basic tensor operations")

    __getitem__ = __enter__ = __call__

    def __exit__(self, *_):
        return False

    def __mro_entries__(self, bases):
        return ()

    def __or__(self, other):
        return self

    __ror__ = __or__


class _Namespace:
    """A few names, dotted on."""

    def __init__(self, **names):
        vars(self).update(names)


def _set_grad_enabled(mode):
    if mode:
        raise RuleViolation("autograd was switched on; derive the gradient and write it down instead")
    return torch.no_grad()


def _inference_mode(mode=True):
    return torch.no_grad() if mode is True else _set_grad_enabled(not mode)


def _wraps(wrapped):
    """functools.wraps without a choice of attributes, which would copy any attribute by its name."""
    return lambda wrapper: functools.update_wrapper(wrapper, wrapped)


def _dataclass(cls=None, **options):
    """dataclasses.dataclass, which writes the names of fields into code: they must be names."""
    if cls is None:
        return lambda cls: _dataclass(cls, **options)
    named = set()
    for base in type.mro(cls):
        annotations, fields = (vars(base).get(n, {}) for n in ("__annotations__", "__dataclass_fields__"))
        named.update(*(list(known) if type(known) is dict else [None] for known in (annotations, fields)))
        named.update(getattr(field, "name", None) for field in dict(fields).values())
    if not all(type(name) is str and name.isidentifier() for name in named):
        raise RuleViolation("a dataclass whose fields have no plain names")
    if cls.__module__ not in sys.modules or not str(cls.__module__).startswith(PACKAGE):
        raise RuleViolation("a dataclass that stands outside the package")
    return dataclasses.dataclass(cls, **options)


_INSTEAD = {
    "torch": {
        **{name.rpartition(".")[2]: Refused(name) for name in rules.SHORTCUT_MODULES},
        "enable_grad": Refused("torch.enable_grad"),
        "set_grad_enabled": _set_grad_enabled,
        "inference_mode": _inference_mode,
        "cuda": _Namespace(is_available=torch.cuda.is_available),
        "backends": _Namespace(mps=_Namespace(is_available=torch.backends.mps.is_available)),
        "types": _Namespace(Number=torch.types.Number),
    },
    "functools": {"wraps": _wraps},
    "dataclasses": {"dataclass": _dataclass},
}
"""What stands in the place of a name that is offered, but would reach further than it should."""
