"""Topic gradcheck: the student's own referee."""

import torch
from hypothesis import strategies as st

from ...program import FUNCTIONS, Fn, Program
from ..common import draw
from ..common.model import Check, Space, Topic
from .derivations import DERIVATIONS
from .mistakes import MISTAKES


def _exact(f, x):
    x = x.detach().clone().requires_grad_()
    with torch.enable_grad():
        f(x).backward()
    return x.grad


@st.composite
def gradients(draw_, function, **kwargs):
    shape = draw_(st.lists(draw.sizes(3), min_size=1, max_size=3))
    p = Program()
    x = p.tensor("x", draw_(draw.tensors(shape)))
    p.observe("gradient", p.function("numerical_gradient", Fn(function), x, **kwargs))
    p.observe("x after", p.copy(x))
    return p


@st.composite
def coarse_steps(draw_):
    """With f(x) = Σx³ the central difference is exactly 3x² + h², so the size of the step shows."""
    p = Program()
    x = p.tensor("x", draw_(draw.tensors([draw_(draw.sizes(4))])))
    p.observe(
        "gradient", p.function("numerical_gradient", Fn("sum of cubes"), x, eps=draw_(st.sampled_from([0.5, 2.0])))
    )
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
_sines = Space(gradients("weighted sines"))

TOPIC = Topic(
    name="gradcheck",
    title="Gradients without formulas",
    notebook="00_start_here",
    files=("gradcheck.py",),
    weight=4,
    reference={NAME: _central_difference},
    checks=[
        Check(f"{NAME}: one entry at a time", NAME, "forward", _sines, ("gradient",), "roughly", 3, 10),
        Check(
            f"{NAME}: entries that act together",
            NAME,
            "forward",
            Space(gradients("product of neighbours", eps=0.5)),  # exact for any step: f is linear in each entry
            ("gradient",),
            "roughly",
            2,
        ),
        Check(
            f"{NAME}: f may return a plain number",
            NAME,
            "contract",
            Space(gradients("plain number")),
            ("gradient",),
            "roughly",
            1,
        ),
        Check(
            f"{NAME}: central difference of step eps",
            NAME,
            "forward",
            Space(coarse_steps()),
            ("gradient",),
            "roughly",
            2,
        ),
        Check(f"{NAME}: leaves x as it was", NAME, "contract", _sines, ("x after",), "unchanged", 1),
        Check(f"{NAME}: any memory layout", NAME, "contract", Space(in_any_layout()), ("gradient",), "roughly", 1),
    ],
    mistakes=MISTAKES,
    derivations=DERIVATIONS,
)
