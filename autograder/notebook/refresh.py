"""The kernel sees every change of the package at once: before each cell, changed files are executed again.

IPython's autoreload does this for any module, but not well enough for a class that is being written (IPython 9.18): a
method that comes to use `super()` no longer works for existing objects, `isinstance` fails between objects from before
and after, after an error in the file some names stay behind, and the line numbers in tracebacks are wrong. Here, where
classes and functions are all there is, an object keeps its identity: the old class gets the new methods. Files are
compared by their bytes, so two changes within one tick of the clock count as two.
"""

import importlib.abc
import importlib.machinery
import sys
import types
from pathlib import Path

NAME = "scaffold"


class Refresher(importlib.abc.MetaPathFinder):
    """Imports `scaffold` from one package, and keeps the loaded modules as their files are.

    package: its folder. namespaces: a function that returns further dicts (the user's variables) in which a function
    that had to be exchanged is looked for.
    """

    def __init__(self, package, namespaces=lambda: ()):
        self.package, self.namespaces = Path(package), namespaces
        self.executed = {}
        """The bytes that each module was made of: {module name: bytes}."""

    def install(self):
        """Be first to answer `import scaffold`, and forget a `scaffold` that came from elsewhere."""
        _forget()
        sys.path.insert(0, str(self.package.parent))
        sys.meta_path.insert(0, self)

    def uninstall(self):
        """Undo `install`."""
        sys.meta_path.remove(self)
        sys.path.remove(str(self.package.parent))
        _forget()

    def find_spec(self, name, path=None, target=None):
        """Where `import` asks: the same as ever, with a loader that notes what it executes."""
        if name.partition(".")[0] != NAME:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path or [str(self.package.parent)])
        if spec is not None and isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            spec.loader = _Loader(name, spec.origin, self.executed)
        return spec

    def refresh(self):
        """Bring every loaded module whose file has changed up to date; returns a line for each that cannot be.

        A file with an error is tried again next time; until then its last good version stays in use.
        """
        problems = []
        for name in list(self.executed):
            module = sys.modules.get(name)
            if module is None:
                continue
            try:
                data = Path(module.__file__).read_bytes()
            except OSError:
                continue
            if data != self.executed[name]:
                try:
                    self._execute_again(module, data)
                    self.executed[name] = data
                except Exception as error:
                    where = f"{NAME}/{Path(module.__file__).name}"
                    problems.append(f"{where} has an error, so its last good version stays in use: {_describe(error)}")
        return problems

    def _execute_again(self, module, data):
        """Run the new text in the module's own namespace, then give old objects the new behaviour."""
        code = compile(data, module.__file__, "exec", dont_inherit=True)
        namespace = vars(module)
        old = dict(namespace)
        for name, value in old.items():
            if not name.startswith("__") and not isinstance(value, types.ModuleType):
                del namespace[name]
        try:
            exec(code, namespace)
        except BaseException:
            namespace.clear()
            namespace.update(old)
            raise
        for name, before in old.items():
            after = namespace.get(name)
            if _defined_in(module, before) and _defined_in(module, after) and before is not after:
                if adopt(before, after):
                    namespace[name] = before
                else:
                    self._exchange(before, after)

    def _exchange(self, before, after):
        """Where a name stands for an object that could not be changed, let it stand for the new one."""
        modules = [vars(sys.modules[name]) for name in self.executed if name in sys.modules]
        for namespace in (*modules, *self.namespaces()):
            for name in [n for n, value in namespace.items() if value is before]:
                namespace[name] = after


class _Loader(importlib.machinery.SourceFileLoader):
    """Compiles the file as it is now: a cached .pyc can be out of date if a file was saved twice within a second."""

    def __init__(self, name, path, executed):
        super().__init__(name, path)
        self.executed = executed

    def get_code(self, fullname):
        data = self.get_data(self.path)
        code = self.source_to_code(data, self.path)
        self.executed[fullname] = data
        return code


def adopt(old, new):
    """Make a class or function behave as its new definition, and stay the same object; returns whether it could."""
    if isinstance(old, type) and isinstance(new, type):
        return _adopt_class(old, new)
    if isinstance(old, types.FunctionType) and isinstance(new, types.FunctionType):
        return _adopt_function(old, new)
    return False


def _adopt_class(old, new):
    if [base.__qualname__ for base in old.__bases__] != [base.__qualname__ for base in new.__bases__]:
        return False
    own = ("__dict__", "__weakref__")
    for name in [n for n in vars(old) if n not in vars(new) and n not in own]:
        delattr(old, name)
    for name, value in vars(new).items():
        if name not in own:
            setattr(old, name, value)
            _let_super_mean(old, value)
    return True


def _let_super_mean(cls, attribute):
    """`super()` asks a cell named __class__ for the class that a method was written in."""
    functions = [attribute, *(getattr(attribute, part, None) for part in ("__func__", "__wrapped__", "fget", "fset"))]
    for function in functions:
        if isinstance(function, types.FunctionType):
            for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=False):
                if name == "__class__":
                    cell.cell_contents = cls


def _adopt_function(old, new):
    if old.__closure__ or new.__closure__:
        return False
    for attribute in ("__code__", "__defaults__", "__kwdefaults__", "__doc__", "__annotations__"):
        setattr(old, attribute, getattr(new, attribute))
    vars(old).clear()
    vars(old).update(vars(new))
    return True


def _forget():
    for name in [n for n in sys.modules if n.partition(".")[0] == NAME]:
        del sys.modules[name]


def _defined_in(module, value):
    return getattr(value, "__module__", None) == module.__name__


def _describe(error):
    if isinstance(error, SyntaxError):
        return f"line {error.lineno}: {error.msg}"
    return f"{type(error).__name__}: {error}"
