"""Topic upsampling: larger images, by copying or with learned weights."""

import torch
from hypothesis import strategies as st

from ...program import Program
from ..common import draw, reference
from ..common.layers import LayerCase, layer_checks, once
from ..common.model import Check, Space, Topic
from ..common.races import layer_race
from ..conv import variant_checks, without_bias_checks
from .derivations import DERIVATIONS
from .mistakes import MISTAKES


@st.composite
def nearest(draw_, factors=(2, 1, 3), pairs=False):
    """An Upsample by integers."""
    first = draw_(st.sampled_from(factors))
    factor = (first, draw_(st.sampled_from(factors))) if pairs else (first, first)
    shape = [draw_(draw.sizes(n)) for n in (2, 2, 3, 3)]
    out = [*shape[:2], shape[2] * factor[0], shape[3] * factor[1]]
    kwargs = {"scale_factor": factor if pairs else first}
    return LayerCase("Upsample", draw_(draw.tensors(shape)), draw_(draw.tensors(out)), kwargs=kwargs)


@st.composite
def transposed(draw_, stride=(1,), padding=(0,), output_padding=(0,), dilation=(1,), bias=True, square=False, least=1):
    """A ConvTranspose2d; every case valid: output_padding below the stride or the dilation, output not empty.

    least: the smallest side of the input.
    """

    def pair(choices):
        first = draw_(st.sampled_from(choices))
        return (first, first) if square else (first, draw_(st.sampled_from(choices)))

    kernel, strides, dilations = pair((2, 1, 3)), pair(stride), pair(dilation)
    extra = tuple(min(e, max(s, d) - 1) for e, s, d in zip(pair(output_padding), strides, dilations, strict=True))
    if square:
        extra = (extra[0], extra[0])
    size = [draw_(draw.sizes(3, least)), draw_(draw.sizes(3, least))]
    full = [
        (n - 1) * s + d * (k - 1) + 1 + e for n, s, d, k, e in zip(size, strides, dilations, kernel, extra, strict=True)
    ]
    pads = tuple(min(p, (f - 1) // 2) for p, f in zip(pair(padding), full, strict=True))
    if square:
        pads = (min(pads), min(pads))
    batch, n_in, n_out = draw_(draw.sizes(2)), draw_(draw.sizes(3)), draw_(draw.sizes(3))
    out = [f - 2 * p for f, p in zip(full, pads, strict=True)]
    given = {"stride": (strides, 1), "padding": (pads, 0), "output_padding": (extra, 0), "dilation": (dilations, 1)}
    kwargs = {name: value for name, (value, neutral) in given.items() if value != (neutral, neutral)}
    if square:
        kwargs = {name: value[0] for name, value in kwargs.items()}
    state = {"weight": draw_(draw.tensors([n_in, n_out, *kernel]))}
    if bias:
        state["bias"] = draw_(draw.tensors([n_out]))
    return LayerCase(
        "ConvTranspose2d",
        x=draw_(draw.tensors([batch, n_in, *size])),
        grad_y=draw_(draw.tensors([batch, n_out, *out])),
        args=(n_in, n_out, kernel[0] if square else kernel),
        kwargs=kwargs | ({} if bias else {"bias": False}),
        state=state,
    )


def unknown_mode():
    """A mode that the course does not build."""
    p = Program()
    p.observe("made", p.new("Upsample", scale_factor=2, mode="bicubic"))
    return p


def race_state(generator):
    return {"weight": torch.randn(16, 16, 4, 4, generator=generator) / 16, "bias": torch.randn(16, generator=generator)}


def needs_no_forward(checks):
    """Without the check that backward before forward raises: grad_y alone says all there is to know of x, its shape."""
    return [check for check in checks if "backward before forward" not in check.observes]


VARIANTS = {
    "stride": transposed(stride=(2, 1, 3)),
    "padding": transposed(stride=(1, 2), padding=(1, 0, 2)),
    "output_padding": transposed(stride=(2, 3), output_padding=(1, 2)),
    "dilation": transposed(dilation=(2, 1)),
    "single numbers for pairs": transposed((2, 1), (1, 0), (1, 0), (1, 2), square=True),
    "everything together": transposed((1, 2, 3), (0, 1, 2), (0, 1, 2), (1, 2)),
}
_pairs = Space(nearest(pairs=True), once)

TOPIC = Topic(
    name="upsampling",
    title="Upsampling",
    notebook="10_upsampling",
    files=("upsampling.py",),
    weight=14,
    reference={cls: reference.layer(getattr(torch.nn, cls)) for cls in ("Upsample", "ConvTranspose2d")},
    checks=[
        *needs_no_forward(layer_checks("Upsample", nearest(), weight=0.6)),
        Check("Upsample.forward: a factor for each direction", "Upsample.forward", "forward", _pairs, ("output",)),
        Check(
            "Upsample.backward: a factor for each direction", "Upsample.backward", "gradient", _pairs, ("grad_input",)
        ),
        Check(
            "Upsample.forward: refuses other modes",
            "Upsample.forward",
            "contract",
            Space(st.just(unknown_mode())),
            ("made",),
            "raises",
            0.3,
            1,
        ),
        *layer_checks("ConvTranspose2d", transposed(least=2), ("weight", "bias")),  # a single entry has no layout
        *variant_checks("ConvTranspose2d", VARIANTS),
        *without_bias_checks("ConvTranspose2d", transposed(stride=(1, 2), bias=False)),
    ],
    speed=[
        layer_race("Upsample", "16x8x16x16, x2", (16, 8, 16, 16), scale_factor=2, grad_shape=(16, 8, 32, 32)),
        layer_race(
            "ConvTranspose2d",
            "8x16x16x16 -> 16, k4 s2 p1",
            (8, 16, 16, 16),
            16,
            16,
            4,
            stride=2,
            padding=1,
            grad_shape=(8, 16, 32, 32),
            state=race_state,
            gold=3.0,
        ),
    ],
    mistakes=MISTAKES,
    derivations=DERIVATIONS,
)
