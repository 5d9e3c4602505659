"""Using what the course builds, or reaching Python's inner workings, in ways that a text can hide."""

import pytest

RULES = "breaks the rules|out of bounds|immutable|ImportError|is not defined|AttributeError|TypeError"

BODIES = {
    "torch.nn": "return torch.nn.functional.relu(x)",
    "an alias": "import torch.nn.functional as clamp\nreturn clamp.relu(x)",
    "an alias of an alias": "import torch as a\nb = a\nreturn b.relu(x)",
    "an import that comes later": "global late\nimport torch as late\nreturn late.nn.functional.relu(x)",
    "a method": "return x.relu()",
    "a method in place": "return x.clone().relu_()",
    "a method of the class": "return torch.Tensor.relu(x)",
    "a method by its name": "return getattr(x, 're' + 'lu')()",
    "a method by a name on self": "def of(self, name): return getattr(self, name)\nreturn of(x, 're' + 'lu')()",
    "a method of the base class": "return super(torch.Tensor, x).relu()",
    "a method in a subclass": (
        "class T(torch.Tensor):\n    def go(self): return super().relu()\n"
        "return x.as_subclass(T).go()"
    ),
    "a method by the order of resolution": "return type(x).mro()[1].relu(x)",
    "attrgetter": "import operator\nreturn operator.attrgetter('relu')(x)()",
    "methodcaller": "import operator\nreturn operator.methodcaller('relu')(x)",
    "importlib": "import importlib\nreturn importlib.import_module('torch.nn').ReLU()(x)",
    "__import__": "return __import__('torch.nn').nn.functional.relu(x)",
    "torch.ops": "return torch.ops.aten.relu(x)",
    "torch._C": "return torch._C._nn.relu(x)",
    "torch._VF": "return torch._VF.relu(x)",
    "jit": "return torch.jit.script(lambda x: x)(x)",
    "compile": "return torch.compile(lambda x: x)(x)",
    "export": "return torch.export.export(x)",
    "vmap": "return torch.vmap(lambda r: r.relu())(x)",
    "func": "return torch.func.vmap(torch.relu)(x)",
    "fx": "return torch.fx.symbolic_trace(x)",
    "library": "torch.library.Library('a', 'DEF')",
    "autograd": "x.requires_grad_()\nx.clamp(min=0).sum().backward()\nreturn x.grad",
    "autograd through hooks": "x.register_hook(print)",
    "autograd by inference mode": "with torch.inference_mode(False):\n    return x.clone()",
    "autograd by no_grad turned round": (
        "n = torch.no_grad()\nn.__enter__()\nn.prev = True\nn.__exit__(None, None, None)\n"
        "return x + 1"
    ),
    "autograd by a computed name": "def of(self, n): return getattr(self, n)\nof(torch.ones(1), 'requires' + '_grad')",
    "subclasses": "return object.__subclasses__()",
    "subclasses by a table": "return type.__dict__['__sub' + 'classes__'](object)",
    "globals by a computed name": (
        "def of(self, n): return getattr(self, n)\n"
        "return of(of, '__glo' + 'bals__')['__builtins__']"
    ),
    "globals by a table": "return object.__dict__['__getattribute__'](print, '__self__')",
    "globals by a table in wide letters": "return object.__\uff44ict__['__getattribute__'](print, '__self__')",
    "globals by update_wrapper": (
        "import functools\nclass W: pass\nw = W()\n"
        "functools.update_wrapper(w, self.forward, ('__func__',), ())\nreturn w.__dict__"
    ),
    "globals by wraps": "import functools\nreturn functools.wraps(print).func(self, print, ('__self__',), ())",
    "globals by wraps' arguments": "import functools\nreturn functools.wraps(print, assigned=('__self__',))(self)",
    "a module from an AttributeError": "try: torch.nothing\nexcept AttributeError as e: return e.obj.nn",
    "a module from a pattern": (
        "try: torch.nothing\nexcept AttributeError as e:\n    match e:\n        case AttributeError(obj=t): return t.nn"
    ),
    "a module from a context": "import warnings\nreturn warnings.catch_warnings()._module",
    "a module as an attribute": "f = torch.fft\nreturn f.torch.nn.functional.relu(x)",
    "a module as self": "import torch as self\nreturn getattr(self, 'n' + 'n').functional.relu(x)",
    "a module hidden by an inner name": "def g(): torch = 1\nreturn torch.overrides.handle_torch_function",
    "a module hidden by a comprehension": "[torch for torch in ()]\nreturn torch.utils._python_dispatch",
    "code in a field of a dataclass": (
        "import dataclasses\nK = type('K', (), {'__annotations__': {'a=print(1)': int}})\n"
        "return dataclasses.dataclass(K)()"
    ),
    "a dataclass in another module": (
        "import dataclasses\nK = type('K', (), {'__annotations__': {'a': int}, '__module__': 'os'})\n"
        "return dataclasses.dataclass(K)(1)"
    ),
    "a dispatching tensor": (
        "T = type('T', (torch.Tensor,), {'__torch_function__': classmethod(lambda c, f, t, a=(), k=None: f)})\n"
        "return x.as_subclass(T).relu()"
    ),
    "Tensor's methods replaced": "torch.Tensor.clone = lambda self: self\nreturn x * 0",
    "Tensor's methods replaced by type": "type(x).detach = lambda self: self\nreturn x * 0",
    "Tensor's methods restored": "del type(x).relu\nreturn x.relu()",
    "Tensor's methods by setattr": (
        "def to(self, n, v): setattr(self, n, v)\nto(torch.Tensor, 'clone', print)\n"
        "return x"
    ),
    "Tensor's methods by type's setattr": "type.__setattr__(torch.Tensor, 'clone', print)\nreturn x",
    "reduce as a door": "class R:\n    def __reduce__(self): return (print, ())\nimport copy\nreturn copy.copy(R())",
    "an answer that is caught": (
        "try: return torch.special.expit(x) and x.softmax(0)\n"
        "except Exception: return x.clamp(min=0)"
    ),
    "eval": "return eval('torch.relu(x)')",
    "exec by a name": "run = exec\nrun('1')",
    "compiled code": "return type((lambda: 0).__code__)",
    "the loader": "return __loader__",
    "a format": "return '{0.__globals__}'.format(print) or __builtins__",
    "a formatter": "import string\nreturn string.Formatter().get_field('0.__class__', (x,), {})",
}  # fmt: skip


@pytest.mark.parametrize("name", BODIES)
def test_shortcuts(name, costs):
    costs(RULES, BODIES[name])


TEXTS = {
    "another package by its name": "__package__ = 'torch'\nfrom . import nn",
    "another package by an exception": "try: 1 / 0\nexcept Exception as __package__: pass",
    "another package by an import": "import math as __package__",
    "fields by their annotations": "__annotations__ = {'a=print()': int}",
    "dispatch": "class T(torch.Tensor):\n    @classmethod\n    def __torch_dispatch__(cls, *_): pass",
    "the built-ins": "__builtins__ = {}",
    "another course file's imports": "from .module import torch as t\nt.utils",
    "the course's package": "from solutions.activations import ReLU",
    "the parent package": "from .. import solutions",
    "asynchronous code": "async def f(): pass",
}


@pytest.mark.parametrize("name", TEXTS)
def test_shortcuts_of_a_whole_file(name, costs):
    costs("breaks the rules", text=TEXTS[name])


def test_an_encoding_that_hides_code_in_a_comment(costs):
    text = """# coding: utf-7
from .module import Module

class ReLU(Module):
    def forward(self, x):
        y = x
        #+AAo-        y = x.clamp(min=0)
        return y
"""
    costs("what came out is x itself", files={"activations.py": text})


HELPERS = {
    "an alias in another file": ("import torch as t", "from .help import t", "t.nn.functional.relu(x)"),
    "a star": ("import torch as t", "from .help import *", "t.nn.functional.relu(x)"),
    "a star with a list": ("import torch as t\n__all__ = ['t']", "from .help import *", "t.overrides.wrap(x)"),
    "a module's module": ("import torch as t", "from . import help", "help.t._C._nn.relu(x)"),
    "the given file's module": ("", "from . import module as m", "getattr(m, 'torch').relu(x)"),
    "a function handed on": ("import torch\nf = torch.relu", "from .help import f", "f(x)"),
    "a module in a list": ("import torch\nl = [torch.linalg]", "from .help import l", "l[0].torch.relu(x)"),
    "a file that replaces a name": ("", "from . import help\nhelp.torch = 1", "x"),
    "a circle": ("import torch as t\nfrom .activations import ReLU", "from .help import t", "t.utils(x)"),
}


@pytest.mark.parametrize("name", HELPERS)
def test_shortcuts_over_two_files(name, costs, solved):
    helper, importing, expression = HELPERS[name]
    text = importing + "\n" + solved["activations.py"].text
    costs(RULES, f"return {expression}", files={"activations.py": text, "help.py": helper})
