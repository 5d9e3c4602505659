"""Topic dropout: random zeros. Nobody can predict them, so what must hold for any mask is judged."""

import torch
from hypothesis import strategies as st

from ...program import Program
from ..common import draw, reference
from ..common.layers import CONTRACT_EXAMPLES, LayerCase, backward_first
from ..common.model import Check, Space, Topic
from ..common.races import layer_race
from .derivations import DERIVATIONS
from .mistakes import MISTAKES

MANY = [60, 50]
"""Shape of the tensors whose share of zeros is judged: 3,000 entries tell p = 0.2 from p = 0.3 with certainty."""


@st.composite
def dropped(draw_, shape=None, mode="train", p=(0.5, 0.2, 0.8), inplace=False):
    """A Dropout with a probability other than 0 and 1, on values none of which is 0."""
    shape = shape or draw_(st.lists(draw.sizes(4), min_size=1, max_size=4))
    kwargs = {"p": draw_(st.sampled_from(p))} | ({"inplace": True} if inplace else {})
    x, grad_y = draw_(draw.tensors(shape)), draw_(draw.tensors(shape))
    return LayerCase("Dropout", x, grad_y, kwargs=kwargs, mode=mode)


def masked(case):
    """Forward and backward; output / x shows the mask with its scale, and the gradient must go through the same one."""
    p = Program()
    p.seed(case.x.numel())
    layer = p.new("Dropout", **case.kwargs)
    if case.mode == "eval":
        p.call(layer, "eval")
    x, grad_y = p.tensor("x", case.x), p.tensor("grad_y", case.grad_y)
    p.observe("output", p.forward(layer, x))
    p.observe("x after", p.copy(x))
    p.observe("grad_input", p.backward(layer, grad_y))
    p.observe("grad_y after", p.copy(grad_y))
    p.derive("mask", "quotient", "output", "x")
    p.derive("gradient mask", "quotient", "grad_input", "grad_y")
    for mask in ("mask", "gradient mask"):
        p.derive(f"{mask} times the entry above", "times the entry above", mask)
        p.derive(f"{mask} times the entry to the left", "times the entry to the left", mask)
    p.derive("x after minus output", "difference", "x after", "output")
    p.derive("gradient minus what the mask lets through", "rest of product", "grad_input", "grad_y", "mask")
    return p


def in_two_forwards(case):
    """Two forwards draw two masks; the gradient goes through the second."""
    p = Program()
    p.seed(1)
    layer = p.new("Dropout", **case.kwargs)
    p.observe("first", p.forward(layer, p.tensor("x", case.x)))
    p.observe("second", p.forward(layer, p.tensor("x2", case.x.clone())))
    p.observe("grad_input", p.backward(layer, p.tensor("grad_y", case.grad_y)))
    p.derive("mask", "quotient", "second", "x")
    p.derive("gradient minus what the second mask lets through", "rest of product", "grad_input", "grad_y", "mask")
    p.derive("difference of the outputs", "difference", "first", "second")
    p.derive("difference of the masks", "quotient", "difference of the outputs", "x")
    return p


def in_float32(case):
    """Masks must not change the dtype."""
    return masked(LayerCase("Dropout", case.x.float(), case.grad_y.float(), kwargs={"p": 0.0}))


def outside(probability):
    """A probability that is none."""
    p = Program()
    p.observe("made", p.new("Dropout", probability))
    return p


class Reference(reference.Layer):
    """`torch.nn.Dropout`, whose inplace=True autograd refuses on a leaf tensor: done here by copying."""

    def __init__(self, p=0.5, inplace=False):
        super().__init__(torch.nn.Dropout(p))
        self.inplace = inplace

    def forward(self, x):
        y = super().forward(x)
        return x.copy_(y) if self.inplace else y


def check(name, method, kind, cases, observes, compare="values", weight=1.0, how=masked, examples=CONTRACT_EXAMPLES):
    exercise = f"Dropout.{method}"
    return Check(f"{exercise}: {name}", exercise, kind, Space(cases, how), observes, compare, weight, examples)


_many, _few = dropped(MANY), dropped()
_halves = dropped(MANY, p=(0.5,))  # products of neighbours are rarer than entries: with p = 0.5 there are enough
_resting, _always, _never = dropped(mode="eval"), dropped(p=(1.0,)), dropped(p=(0.0,))
_inplace = dropped(MANY, inplace=True)

TOPIC = Topic(
    name="dropout",
    title="Dropout",
    notebook="08_dropout",
    files=("dropout.py",),
    weight=8,
    reference={"Dropout": Reference},
    checks=[
        check(
            "a coin for each entry",
            "forward",
            "forward",
            _halves,
            ("mask times the entry above", "mask times the entry to the left"),
            "distribution",
        ),
        check(
            "drops a share p and scales the rest by 1/(1-p)", "forward", "forward", _many, ("mask",), "distribution", 3
        ),
        check(
            "a new mask for every forward",
            "forward",
            "contract",
            _many,
            ("difference of the masks",),
            "distribution",
            how=in_two_forwards,
        ),
        check("at rest in evaluation", "forward", "forward", _resting, ("output",), weight=2),
        check("p = 0", "forward", "contract", _never, ("output",), weight=0.5),
        check("p = 1", "forward", "contract", _always, ("output",), weight=0.5),
        check("leaves its input as it was", "forward", "contract", _few, ("x after",), "unchanged"),
        check("inplace=True changes its input", "forward", "contract", _inplace, ("x after minus output",), weight=0.5),
        check("keeps float32", "forward", "contract", _few, ("output",), "dtype", 0.5, in_float32),
        check(
            "refuses a p that is no probability",
            "forward",
            "contract",
            st.sampled_from([-0.1, 1.5]),
            ("made",),
            "raises",
            0.5,
            outside,
        ),
        check(
            "a coin for each entry",
            "backward",
            "gradient",
            _halves,
            ("gradient mask times the entry above", "gradient mask times the entry to the left"),
            "distribution",
        ),
        check(
            "goes through the mask of the forward",
            "backward",
            "gradient",
            _few,
            ("gradient minus what the mask lets through",),
            weight=3,
            examples=8,
        ),
        check("share and scale of what passes", "backward", "gradient", _many, ("gradient mask",), "distribution", 2),
        check(
            "goes through the mask of the last forward",
            "backward",
            "contract",
            _few,
            ("gradient minus what the second mask lets through",),
            how=in_two_forwards,
        ),
        check("at rest in evaluation", "backward", "gradient", _resting, ("grad_input",)),
        check("p = 1", "backward", "contract", _always, ("grad_input",), weight=0.5),
        check("leaves grad_y as it was", "backward", "contract", _few, ("grad_y after",), "unchanged"),
        check(
            "before forward raises an error",
            "backward",
            "contract",
            _few,
            ("backward before forward",),
            "raises",
            0.5,
            backward_first,
            1,
        ),
    ],
    speed=[layer_race("Dropout", "32x3x32x32", (32, 3, 32, 32), gold=3.0, compare="dropped")],
    mistakes=MISTAKES,
    derivations=DERIVATIONS,
)
