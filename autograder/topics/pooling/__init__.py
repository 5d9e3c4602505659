"""Topic pooling: one number for each window."""

import torch
from hypothesis import strategies as st

from ...program import Program
from ..common import draw, reference
from ..common.layers import LayerCase, layer_checks, once
from ..common.model import Check, Space, Topic
from ..common.races import layer_race
from .derivations import DERIVATIONS
from .mistakes import MISTAKES


def pooled_size(size, kernel, stride, padding):
    return (size + 2 * padding - kernel) // stride + 1


@st.composite
def pools(draw_, cls, kinds=("distinct", "normal"), stride=None, padding=(0,), pairs=False, rest=3):
    """A pooling layer. stride: choices, None for the default. padding: choices. pairs: different in both directions."""

    def pair(choices):
        first = draw_(st.sampled_from(choices))
        return (first, draw_(st.sampled_from(choices))) if pairs else (first, first)

    kernel = pair((2, 3) if any(padding) else (2, 1, 3))
    strides, pads = pair(stride) if stride else kernel, pair(padding)
    size = [max(1, k - 2 * p) + draw_(st.integers(0, rest)) for k, p in zip(kernel, pads, strict=True)]
    out = [pooled_size(*values) for values in zip(size, kernel, strides, pads, strict=True)]
    lead = [draw_(draw.sizes(2)), draw_(draw.sizes(2))]
    kwargs = ({"stride": strides} if stride else {}) | ({"padding": pads} if any(pads) else {})
    if not pairs:
        kwargs = {name: value[0] for name, value in kwargs.items()}
    x, grad_y = draw_(draw.tensors([*lead, *size], kinds)), draw_(draw.tensors([*lead, *out]))
    return LayerCase(cls, x, grad_y, args=(kernel if pairs else kernel[0],), kwargs=kwargs)


def too_much_padding(cls):
    """More padding than half a kernel, which `torch.nn` refuses: a window could lie in the padding alone."""
    p = Program()
    layer = p.new(cls, 2, padding=2)
    p.observe("padding", p.attempt(layer, "forward", p.tensor("x", torch.ones(1, 1, 4, 4))))
    return p


def below_zero(case):
    """Only negative values: the padding must not win."""
    return once(LayerCase(case.cls, -case.x.abs() - 1, case.grad_y, case.args, case.kwargs))


def pooling_checks(cls, weight):
    """All checks of one of the two classes."""
    variants = {
        "overlapping windows": pools(cls, stride=(1, 2)),
        "windows with gaps, and a border left over": pools(cls, stride=(3, 4), rest=5),
        "padding": pools(cls, stride=(1, 2), padding=(1,)),
        "rectangular": pools(cls, stride=(1, 2, 3), padding=(0, 1), pairs=True),
    }
    checks = layer_checks(cls, pools(cls), weight=weight)
    for name, cases in variants.items():
        space = Space(cases, once)
        checks += [
            Check(f"{cls}.forward: {name}", f"{cls}.forward", "forward", space, ("output",), "values", weight),
            Check(f"{cls}.backward: {name}", f"{cls}.backward", "gradient", space, ("grad_input",), "values", weight),
        ]
    refusal = Space(st.just(too_much_padding(cls)))
    name = f"{cls}.forward: refuses padding of more than half a kernel"
    return [*checks, Check(name, f"{cls}.forward", "contract", refusal, ("padding",), "refuses", 0.5 * weight, 1)]


_ties = Space(pools("MaxPool2d", ("tied",), stride=(1, 2)), once)
_negative = Space(pools("MaxPool2d", padding=(1,)), below_zero)

TOPIC = Topic(
    name="pooling",
    title="Pooling",
    notebook="09_pooling",
    files=("pooling.py",),
    weight=10,
    reference={cls: reference.layer(getattr(torch.nn, cls)) for cls in ("MaxPool2d", "AvgPool2d")},
    checks=[
        *pooling_checks("MaxPool2d", 1.0),
        Check("MaxPool2d.forward: padding never wins", "MaxPool2d.forward", "forward", _negative, ("output",)),
        Check("MaxPool2d.backward: one winner per tie", "MaxPool2d.backward", "gradient", _ties, ("grad_input",)),
        *pooling_checks("AvgPool2d", 0.6),
    ],
    speed=[
        layer_race("MaxPool2d", "16x8x32x32, k2", (16, 8, 32, 32), 2, grad_shape=(16, 8, 16, 16), gold=3.0),
        layer_race("AvgPool2d", "16x8x32x32, k2", (16, 8, 32, 32), 2, grad_shape=(16, 8, 16, 16), gold=3.0),
    ],
    mistakes=MISTAKES,
    derivations=DERIVATIONS,
)
