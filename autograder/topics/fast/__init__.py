"""Topic fast: what is judged elsewhere, again, in less time. Its points are a bonus."""

from dataclasses import replace

import torch
from hypothesis import strategies as st

from ...program import Program
from ..common import draw, reference
from ..common.layers import build, once
from ..common.model import Check, Space, Topic
from ..conv import GRADIENTS, NEUTRAL, convolutions, of_shapes, windows
from ..conv import TOPIC as CONV
from ..dropout import TOPIC as DROPOUT
from ..pooling import TOPIC as POOLING
from .derivations import DERIVATIONS
from .mistakes import MISTAKES
from .twins import checks_of, races_of

DROPPED = {"Dropout.forward": "FastDropout.forward", "Dropout.backward": "FastDropout.forward"}
"""The backward is the plain class's own; what it does depends on the mask."""
POOLED = {f"MaxPool2d.{method}": f"FastMaxPool2d.{method}" for method in ("forward", "backward")}
COLUMNS = {"Conv2d.forward": "columns_product", "Conv2d.backward": "columns_product_backward"}
"""FastConv2d itself is given; whether it is right depends on these two."""


@st.composite
def as_function(draw_, function, window, options):
    """A convolution as a function of tensors, with a bias or without."""
    case = draw_(convolutions(window))
    p = Program()
    x, weight = p.tensor("x", case.x), p.tensor("weight", case.state["weight"])
    bias = p.tensor("bias", case.state["bias"]) if draw_(st.booleans()) else None
    p.observe("output", p.function(function, x, weight, bias, *(case.kwargs.get(*option) for option in options)))
    return p


@st.composite
def correlated(draw_):
    """A kernel of r entries at m places of a signal: Winograd's matrices are right if this is."""
    r = draw_(st.integers(1, 5))
    m = draw_(st.integers(1, 8 - r))
    p = Program()
    x, w = p.tensor("x", draw_(draw.tensors([m + r - 1]))), p.tensor("w", draw_(draw.tensors([r])))
    p.observe("output", p.function("correlate", x, w))
    return p


def windows_times(x, w):
    """All windows of x, times w."""
    return x.unfold(0, len(w), 1) @ w


def back_twice(case):
    """Two backwards for one forward: what the first left behind in memory must not get into the second."""
    p = Program()
    layer = build(case, p)
    grad_y = p.tensor("grad_y", case.grad_y)
    p.forward(layer, p.tensor("x", case.x))
    p.backward(layer, grad_y)
    p.observe("grad_input again", p.backward(layer, grad_y))
    p.observe("grad of weight, twice", p.grad(layer, "weight"))
    return p


WIDE = of_shapes("FastConv2d", x=(1, 6, 80, 64), grad_y=(1, 3, 76, 60), weight=(3, 6, 5, 5))
"""One image whose columns fill more than one block, so that its rows are cut."""
DEEP = of_shapes("FastConv2d", x=(2, 16, 9, 26), grad_y=(2, 4, 7, 24), weight=(4, 16, 3, 3))
"""Images of many channels, so that all rows of the kernel share the columns, too wide to be laid side by side."""

_wide, _deep = (Space(st.just(case), once) for case in (WIDE, DEEP))
_again = Space(convolutions(windows()).map(lambda case: replace(case, cls="FastConv2d")), back_twice)
_fft = as_function("conv2d_fft", windows((1, 2, 3), (0, 1, 2), (1, 2), rest=4), NEUTRAL)
_winograd, _tall = (
    as_function("conv2d_winograd", window, NEUTRAL[1:2])
    for window in (windows(padding=(0, 1, 2), rest=9), st.just(((17, 4), (5, 2), (1, 1), (0, 0), (1, 1))))
)
"""In the second the last tile is mostly empty."""

TOPIC = Topic(
    name="fast",
    title="Faster than torch.nn",
    notebook="13_lab_speed",
    files=("fast.py", "winograd.py"),
    weight=7,
    bonus=True,
    reference={
        "FastDropout": DROPOUT.reference["Dropout"],
        "FastMaxPool2d": POOLING.reference["MaxPool2d"],
        "FastConv2d": reference.layer(torch.nn.Conv2d),
        "conv2d_fft": torch.nn.functional.conv2d,
        "correlate": windows_times,
        "conv2d_winograd": lambda x, weight, bias, padding: torch.nn.functional.conv2d(x, weight, bias, 1, padding),
    },
    checks=[
        *checks_of(DROPOUT, "Dropout", "FastDropout", DROPPED),
        *checks_of(POOLING, "MaxPool2d", "FastMaxPool2d", POOLED),
        *checks_of(CONV, "Conv2d", "FastConv2d", COLUMNS),
        *(
            Check(f"FastConv2d.{method}: {name}", exercise, "contract", space, observed, "roughly", 0.5, 1)
            for name, space in (("a large image", _wide), ("many channels", _deep))
            for method, exercise, observed in (
                ("forward", "columns_product", ("output",)),
                ("backward", "columns_product_backward", GRADIENTS),
            )
        ),
        Check(
            "FastConv2d.backward: twice for one forward",
            "columns_product_backward",
            "contract",
            _again,
            ("grad_input again", "grad of weight, twice"),
            examples=4,
        ),
        Check("conv2d_fft: output", "conv2d_fft", "forward", Space(_fft), ("output",), weight=4),
        Check("winograd_matrices: values", "winograd_matrices", "forward", Space(correlated()), ("output",), weight=2),
        Check("conv2d_winograd: a last tile", "conv2d_winograd", "contract", Space(_tall), ("output",), examples=2),
        Check("conv2d_winograd: output", "conv2d_winograd", "forward", Space(_winograd), ("output",), weight=2),
    ],
    speed=[
        *races_of(DROPOUT, "Dropout", "FastDropout", DROPPED, gold=1.0),
        *races_of(POOLING, "MaxPool2d", "FastMaxPool2d", POOLED, gold=1.0),
        *races_of(CONV, "Conv2d", "FastConv2d", COLUMNS, gold=2.0),
    ],
    mistakes=MISTAKES,
    derivations=DERIVATIONS,
)
