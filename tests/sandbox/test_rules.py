"""What the text of a submission may say: refused snippets with line and reason, honest styles that must pass."""

import ast

import pytest

from autograder.sandbox import rules

SHORTCUTS = [
    ("import torch.nn as nn", 1, "torch.nn is what this course builds"),
    ("from torch import nn", 1, "torch.nn is what this course builds"),
    ("from torch.nn.functional import relu", 1, "torch.nn.functional.relu is what this course builds"),
    (
        "import torch\n\nclass ReLU:\n    def forward(self, x):\n        return torch.nn.functional.relu(x)",
        5,
        "torch.nn",
    ),
    ("import torch.nn.functional as F\n\ny = F.linear", 3, "torch.nn.functional.linear is what this course builds"),
    ("import torch as t\n\nt.relu", 3, "torch.relu is the answer itself"),
    ("from torch import softmax as s", 1, "torch.softmax is the answer itself"),
    ("import torch\ntorch.Tensor.sigmoid", 2, "torch.Tensor.sigmoid is the answer itself"),
    ("import torch\ntorch.special.log_softmax", 2, "torch.special.log_softmax is the answer itself"),
    ("import torch\ntorch.conv2d", 2, "torch.conv2d is the answer itself"),
    ("import torch\ntorch.autograd.grad", 2, "torch.autograd.grad is what this course builds"),
    ("import torch\ntorch.func.grad", 2, "torch.func.grad is what this course builds"),
    ("import torch\nx = torch.zeros(3, requires_grad=True)", 2, "requires_grad belongs to autograd"),
    ("def f(x):\n    x.requires_grad_()", 2, "requires_grad_ belongs to autograd"),
    ("def f(x):\n    x.requires_grad = True", 2, "requires_grad belongs to autograd"),
    ("import torch\nwith torch.enable_grad():\n    pass", 2, "enable_grad belongs to autograd"),
    ("import torch\ntorch.set_grad_enabled(True)", 2, "set_grad_enabled belongs to autograd"),
    ("import torch\ngetattr(torch, 'relu')", 2, "torch.relu is the answer itself"),
]
"""(text, line, reason): these cost the class or function in which they stand."""

UNSAFE = [
    ("import os", 1, "import of os"),
    ("import numpy as np", 1, "import of numpy"),
    ("from subprocess import run", 1, "import of subprocess"),
    ("import solutions", 1, "import of solutions"),
    ("from autograder import topics", 1, "import of autograder"),
    ("from .. import solutions", 1, "import from outside the package"),
    ("from torch import *", 1, "star import from torch"),
    ("from torch import os", 1, "torch.os is out of bounds"),
    ("import torch\ntorch.os.system('true')", 2, "torch.os.system is out of bounds"),
    ("import torch\ntorch._C._nn.linear", 2, "torch._C._nn.linear is out of bounds"),
    ("import torch\ntorch.ops.aten.relu", 2, "torch.ops.aten.relu is out of bounds"),
    ("import torch\ntorch.utils", 2, "torch.utils is out of bounds"),
    ("import torch\ntorch.load('x')", 2, "torch.load is out of bounds"),
    ("import torch\ntorch.__dict__['relu']", 2, "torch.__dict__ is out of bounds"),
    ("import torch\nt = torch\nt.relu", 2, "the module torch as a value"),
    ("import torch\ndef f(torch=torch):\n    return torch.relu", 2, "the module torch as a value"),
    ("import torch\ndef f():\n    global torch\n    torch = 1\n    return torch.os", 5, "torch.os is out of bounds"),
    ("import torch\ngetattr(torch, 're' + 'lu')", 2, "getattr with a computed name"),
    ("g = getattr", 1, "the built-in getattr"),
    ("import math\nsetattr(math, chr(101), 3)", 2, "setattr with a computed name"),
    ("from .linear import torch", 1, "scaffold.linear.torch is out of bounds"),
    ("from . import linear\nlinear.torch.nn", 2, "scaffold.linear.torch.nn is out of bounds"),
    ("import scaffold\nscaffold.importlib.import_module('os')", 2, "scaffold.importlib.import_module is out of bounds"),
    ("import typing\ntyping.contextlib.os", 2, "typing.contextlib.os is out of bounds"),
    ("import typing\ntyping.get_type_hints", 2, "typing.get_type_hints is out of bounds"),
    ("from dataclasses import types", 1, "dataclasses.types is out of bounds"),
    ("from random import _os", 1, "random._os is out of bounds"),
    ("import operator\noperator.attrgetter('nn')", 2, "operator.attrgetter is out of bounds"),
    ("import string\nstring.Formatter()", 2, "string.Formatter is out of bounds"),
    ("eval('1')", 1, "the built-in eval"),
    ("run = exec", 1, "the built-in exec"),
    ("open('/etc/passwd')", 1, "the built-in open"),
    ("__import__('os')", 1, "the built-in __import__"),
    ("__builtins__", 1, "the built-in __builtins__"),
    ("().__class__.__base__.__subclasses__()", 1, "the attribute __base__"),
    ("def f(): pass\nf.__globals__", 2, "the attribute __globals__"),
    ("def f(): pass\ngetattr(f, '__globals__')", 2, "the attribute __globals__"),
    ("(x for x in ()).gi_frame", 1, "the attribute gi_frame"),
    (
        "def f(g):\n    match g:\n        case object(__globals__=x):\n            return x",
        3,
        "the attribute __globals__",
    ),
    ("async def f(): pass", 1, "asynchronous code"),
    ("class T:\n    def __torch_function__(self):\n        pass", 2, "the definition of __torch_function__"),
    ("class T:\n    __torch_dispatch__ = None", 2, "the definition of __torch_dispatch__"),
    ("vars = 3", 1, "the built-in vars"),
    ("def f(x):\n    return [vars for vars in x], vars(f)", 2, "the built-in vars"),
    ("def f(x):\n    return (lambda vars: vars), vars(f)", 2, "the built-in vars"),
    ("def f(x):\n    def g(vars):\n        return vars\n    return vars(g)", 4, "the built-in vars"),
    ("def f(vars):\n    class A:\n        vars = vars", 3, "the built-in vars"),
    ("def f(vars):\n    def g():\n        global vars\n        return vars", 4, "the built-in vars"),
    ("def f(x, g=lambda vars: vars):\n    return vars(x)", 2, "the built-in vars"),
    ("def f(__builtins__=None):\n    return __builtins__", 2, "the built-in __builtins__"),
    (
        "import torch\ndef f():\n    [torch for torch in []]\n    return torch.load('x')",
        4,
        "torch.load is out of bounds",
    ),
    ("import torch\ndef f(g=lambda torch: 0):\n    return torch.load('x')", 3, "torch.load is out of bounds"),
    ("import torch\ndef f(torch):\n    class A:\n        torch = torch.load", 4, "torch.load is out of bounds"),
    ("import torch\n[torch.load for torch in [torch.load('x')]]", 2, "torch.load is out of bounds"),
]
"""(text, line, reason): a file with one of these is not run."""

HONEST = [
    "import torch\nfrom torch import Tensor\n\ndef f(x: Tensor) -> torch.Tensor:\n    return x.T @ x",
    "from __future__ import annotations",
    "from typing import Optional, NamedTuple\nfrom collections import namedtuple\nfrom collections.abc import Sequence",
    "import collections\ncollections.abc.Mapping, collections.OrderedDict",
    "from dataclasses import dataclass, field\n\n@dataclass\nclass Cache:\n    x: object = field(default=None)",
    "import math, random, itertools, functools, operator\nmath.pi, random.gauss(0, 1), itertools.chain, operator.mul",
    "import torch\ntorch.einsum, torch.fft.rfft, torch.linalg.norm, torch.special.xlogy, torch.logsumexp, torch.where",
    "import torch\ntorch.float64, torch.inf, torch.Tensor.add_, torch.manual_seed(0), torch.Generator()",
    "import torch\nwith torch.no_grad():\n    torch.zeros(3, requires_grad=False)",
    "import torch\ntorch.set_grad_enabled(False)",
    "def f(x):\n    x.requires_grad = False\n    return x.requires_grad_(False)",
    "import torch\ndevice = torch.device('cuda' if torch.cuda.is_available() else 'cpu')",
    "class A:\n    def __repr__(self):\n        return f'{self.__class__.__name__}({self.x!r})'",
    "class Threshold:\n    '''Like torch.nn.Threshold.'''\n    def _forward_impl(self, input):\n        return input",
    "class A:\n    def relu(self, x):\n        return self.sigmoid(x).softmax + self.jacobian()",
    "from .module import Module, Parameter\nfrom scaffold.linear import Linear\nfrom . import init\n\ninit.uniform_",
    "from .helpers import *",
    "class A:\n    def __init__(self, **kw):\n        for name in kw:\n            setattr(self, name, kw[name])",
    "class A:\n    def layers(self):\n        return [getattr(self, f'layer{i}') for i in range(3)]",
    "def f(layer):\n    return getattr(layer, 'bias', None), hasattr(layer, 'weight')",
    "class A:\n    def f(self):\n        super().__init__()\n        return self.__dict__, type(self).__name__",
    "import copy\n\ndef f(x):\n    copy = x.clone()\n    return copy.sum(), [math.x for math in x], lambda abc: abc.y",
    "def f(x):\n    mean, vars = x.mean(0), x.var(0)\n    return [v + vars for v in x], lambda eps: vars + eps, mean",
    "def f(x, open, compile=None):\n    def inner():\n        return open(x), compile\n    return inner",
    "def f(x):\n    return [vars + n for vars in x for n in range(3) if vars > n], {vars: 1 for vars in x}",
    "def f(x):\n    return [(copy := v) for v in x], copy.y",
    "# torch.nn\nname = 'torch.nn.functional.relu'",
]
"""Texts that must pass without a word."""


def read(text):
    return rules.check_tree("linear.py", ast.parse(text))


@pytest.mark.parametrize(("text", "line", "reason"), SHORTCUTS)
def test_a_shortcut_is_refused_and_the_rest_of_the_file_is_run(text, line, reason):
    assert any(v.line == line and reason in v.reason for v in read(text))
    assert not any(v.unsafe for v in read(text))


@pytest.mark.parametrize(("text", "line", "reason"), UNSAFE)
def test_unsafe_code_is_refused(text, line, reason):
    assert any(v.line == line and reason in v.reason and v.unsafe for v in read(text))


@pytest.mark.parametrize("text", HONEST)
def test_honest_styles_pass(text):
    assert read(text) == []


def test_a_violation_is_told_in_one_line():
    (violation,) = read("import torch\n\n\nclass A:\n    def f(self, x):\n        return torch.relu(x)\n")
    assert str(violation) == "linear.py:6: torch.relu is the answer itself. Write it with basic tensor operations"
    assert violation.scope == "A"


@pytest.mark.parametrize(
    ("op", "answer"),
    [
        (op, True)
        for op in ("relu", "_log_softmax", "native_batch_norm", "im2col", "mse_loss", "native_dropout", "celu_")
    ]
    + [
        (op, False)
        for op in ("clamp_min", "unfold", "addmm", "index_select", "logsumexp", "amax", "bernoulli_", "conj")
    ],
)
def test_which_operations_are_answers(op, answer):
    assert rules.is_answer(op) == answer


def test_the_rules_are_explained_by_the_lists_that_judge():
    names = {name for _, _, listed in rules.explained() for name in listed}
    assert {"math", "torch.nn", "requires_grad", "eval", "torch.load"} <= names
