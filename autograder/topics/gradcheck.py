"""Topic gradcheck: the student's own referee."""

import torch
from hypothesis import strategies as st

from ..program import FUNCTIONS, Fn, Program
from . import draw
from .model import Check, Topic


def _exact(f, x):
    x = x.detach().clone().requires_grad_()
    with torch.enable_grad():
        f(x).backward()
    return x.grad


@st.composite
def gradients(draw_, function):
    shape = draw_(st.lists(draw.sizes(3), min_size=1, max_size=3))
    p = Program()
    x = p.tensor("x", draw_(draw.tensors(shape)))
    p.observe("gradient", p.function("numerical_gradient", Fn(function), x))
    p.observe("x after", p.copy(x))
    return p


@st.composite
def coarse_steps(draw_):
    """With f(x) = Σx³ the central difference is exactly 3x² + h², so the size of the step shows."""
    p = Program()
    x = p.tensor("x", draw_(draw.tensors([draw_(draw.sizes(4))])))
    p.observe("gradient", p.function("numerical_gradient", Fn("sum of cubes"), x, eps=draw_(st.sampled_from([0.5, 2.0]))))
    return p


@st.composite
def in_any_layout(draw_):
    p = Program()
    shape = [draw_(draw.sizes(3)), draw_(draw.sizes(3))]
    x = p.tensor("x", draw_(draw.tensors(shape)), draw_(st.sampled_from(["transposed", "strided"])))
    p.observe("gradient", p.function("numerical_gradient", Fn("weighted sines"), x))
    return p


def _central_difference(f, x, eps=1e-6):
    if f is FUNCTIONS["sum of cubes"]:
        return 3 * x**2 + eps**2
    return _exact(FUNCTIONS["sum of squares"] if f is FUNCTIONS["plain number"] else f, x)


NAME = "numerical_gradient"
_sines = gradients("weighted sines")

TOPIC = Topic(
    name="gradcheck",
    title="Gradients without formulas",
    notebook="00_start_here",
    files=("gradcheck.py",),
    weight=4,
    reference={NAME: _central_difference},
    checks=[
        Check(f"{NAME}: one entry at a time", NAME, "forward", _sines, ("gradient",), "roughly", 3, 10),
        Check(f"{NAME}: entries that act together", NAME, "forward", gradients("product of neighbours"), ("gradient",),
              "roughly", 2),
        Check(f"{NAME}: f may return a plain number", NAME, "contract", gradients("plain number"), ("gradient",),
              "roughly", 1),
        Check(f"{NAME}: central difference of step eps", NAME, "forward", coarse_steps(), ("gradient",), "roughly", 2),
        Check(f"{NAME}: leaves x as it was", NAME, "contract", _sines, ("x after",), "unchanged", 1),
        Check(f"{NAME}: any memory layout", NAME, "contract", in_any_layout(), ("gradient",), "roughly", 1),
    ],
)  # fmt: skip


@TOPIC.mistake(
    NAME,
    says="Your numbers are those of a one-sided difference, (f(x+h) - f(x)) / h.",
    asks="Which term of the Taylor series cancels when you step to both sides?",
)
def forward_difference(f, x, eps=1e-6):
    x = x.clone(memory_format=torch.contiguous_format)
    grad = torch.zeros_like(x)
    for i in range(x.numel()):
        here = f(x)
        value = x.view(-1)[i].item()
        x.view(-1)[i] = value + eps
        grad.view(-1)[i] = (f(x) - here) / eps
        x.view(-1)[i] = value
    return grad


@TOPIC.mistake(
    NAME,
    says="Your gradient is exactly twice the right one: the difference spans 2h, but is divided by h.",
    asks="How far apart are x - h and x + h?",
)
def divided_by_one_step(f, x, eps=1e-6):
    x = x.clone(memory_format=torch.contiguous_format)
    grad = torch.zeros_like(x)
    for i in range(x.numel()):
        value = x.view(-1)[i].item()
        x.view(-1)[i] = value + eps
        above = f(x)
        x.view(-1)[i] = value - eps
        grad.view(-1)[i] = (above - f(x)) / eps
        x.view(-1)[i] = value
    return grad


@TOPIC.mistake(
    NAME,
    says="Every entry but the first is computed at an x in which earlier entries are still shifted.",
    asks="What does x look like when the loop comes to its second entry?",
)
def entry_not_restored(f, x, eps=1e-6):
    x = x.clone(memory_format=torch.contiguous_format)
    grad = torch.zeros_like(x)
    for i in range(x.numel()):
        x.view(-1)[i] += eps
        above = f(x)
        x.view(-1)[i] -= 2 * eps
        grad.view(-1)[i] = (above - f(x)) / (2 * eps)
    return grad
