"""Topic conv: the sliding window, forwards and backwards."""

import torch
from hypothesis import strategies as st

from ...program import Program
from ..common import draw, reference
from ..common.layers import CONTRACT_EXAMPLES, LayerCase, layer_checks, once
from ..common.model import Check, Space, Topic
from ..common.races import layer_race, memory_race
from .derivations import DERIVATIONS
from .mistakes import MISTAKES


def output_size(size, kernel, stride, padding, dilation):
    """How many positions a window has; written out here because cases need it before any layer runs."""
    return (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1


@st.composite
def windows(draw_, stride=(1,), padding=(0,), dilation=(1,), square=False, rest=2):
    """(input size, kernel, stride, padding, dilation), each a pair; every value from its choices, every case valid.

    square: both entries of each pair are equal. rest: how far the input may exceed the smallest that fits the kernel.
    """

    def pair(choices):
        first = draw_(st.sampled_from(choices))
        return (first, first) if square else (first, draw_(st.sampled_from(choices)))

    kernel, stride, padding, dilation = pair((2, 1, 3)), pair(stride), pair(padding), pair(dilation)
    least = [max(1, dilation[i] * (kernel[i] - 1) + 1 - 2 * padding[i]) for i in (0, 1)]
    size = [n + draw_(st.integers(0, rest)) for n in least]
    return tuple(size), kernel, stride, padding, dilation


@st.composite
def convolutions(draw_, window, bias=True, as_pairs=True):
    """A Conv2d with all its tensors. as_pairs: kernel, stride, padding and dilation as pairs, or as single numbers."""
    size, *options = draw_(window)
    batch, n_in, n_out = draw_(draw.sizes(2)), draw_(draw.sizes(3)), draw_(draw.sizes(3))
    out = [output_size(size[i], *(option[i] for option in options)) for i in (0, 1)]
    kernel, stride, padding, dilation = options if as_pairs else (option[0] for option in options)
    given = {"stride": stride, "padding": padding, "dilation": dilation}
    neutral = {"stride": ((1, 1), 1), "padding": ((0, 0), 0), "dilation": ((1, 1), 1)}
    state = {"weight": draw_(draw.tensors([n_out, n_in, *options[0]]))}
    if bias:
        state["bias"] = draw_(draw.tensors([n_out]))
    return LayerCase(
        "Conv2d",
        x=draw_(draw.tensors([batch, n_in, *size])),
        grad_y=draw_(draw.tensors([batch, n_out, *out])),
        args=(n_in, n_out, kernel),
        kwargs={k: v for k, v in given.items() if v not in neutral[k]} | ({} if bias else {"bias": False}),
        state=state,
    )


NEUTRAL = (("stride", (1, 1)), ("padding", (0, 0)), ("dilation", (1, 1)))
"""What a Conv2d does when it is told nothing."""


@st.composite
def naive(draw_):
    """The same convolution as a function of tensors."""
    case = draw_(convolutions(windows((1, 2), (0, 1), (1, 2))))
    p = Program()
    options = [case.kwargs.get(*default) for default in NEUTRAL]
    tensors = [p.tensor("x", case.x), p.tensor("weight", case.state["weight"]), p.tensor("bias", case.state["bias"])]
    p.observe("output", p.function("conv2d_naive", *tensors, *options))
    return p


@st.composite
def sizes(draw_):
    (height, _), *options = draw_(windows((1, 2, 3), (0, 1, 2), (1, 2), rest=9))
    p = Program()
    p.observe("size", p.function("conv_output_size", height, *(option[0] for option in options)))
    return p


@st.composite
def maps(draw_, function):
    """One of the three maps that Conv2d is made of, as a function of tensors; or the windows they all need."""
    padding = (0,) if function == "sliding_windows" else (0, 1)  # its x is padded already
    bias = function == "conv2d" and draw_(st.sampled_from([True, False]))  # the other maps take none
    case = draw_(convolutions(windows((1, 2), padding, (1, 2)), bias))
    stride, padding, dilation = (case.kwargs.get(*default) for default in NEUTRAL)
    p = Program()
    x, weight = p.tensor("x", case.x), p.tensor("weight", case.state["weight"])
    grad_y, kernel = p.tensor("grad_y", case.grad_y), case.args[2]
    arguments = {
        "sliding_windows": (x, kernel, stride, dilation),
        "conv2d": (x, weight, p.tensor("bias", case.state["bias"]) if bias else None, stride, padding, dilation),
        "conv2d_grad_weight": (x, grad_y, kernel, stride, padding, dilation),
        "conv2d_grad_input": (grad_y, weight, tuple(case.x.shape[2:]), stride, padding, dilation),
    }
    p.observe("result", p.function(function, *arguments[function]))
    return p


@st.composite
def written(draw_):
    """Every window of x is written to. With a stride as large as the kernel no entry is reached twice."""
    case = draw_(convolutions(windows(stride=(3,), rest=4)))
    p = Program()
    x = p.tensor("x", case.x)
    p.call(p.function("sliding_windows", x, case.args[2], case.kwargs["stride"], (1, 1)), "add_", 10.0)
    p.observe("x after", p.copy(x))
    return p


def all_windows(x, kernel, stride, dilation):
    """By `Tensor.unfold`, which knows no dilation: windows as wide as the dilated kernel reaches, thinned out."""
    reach = [d * (k - 1) + 1 for d, k in zip(dilation, kernel, strict=True)]
    wide = x.unfold(2, reach[0], stride[0]).unfold(3, reach[1], stride[1])
    return wide[..., :: dilation[0], :: dilation[1]].permute(0, 1, 4, 5, 2, 3)


def step_check(function):
    """A step on the way to Conv2d. It earns nothing by itself: what is built of it does."""
    return Check(f"{function}: result", function, "forward", Space(maps(function)), ("result",), weight=0.0, examples=8)


def too_large():
    """A kernel of 4 on a padded input of 3."""
    p = Program()
    layer = p.new("Conv2d", 1, 1, 4)
    p.observe("kernel too large", p.attempt(layer, "forward", p.tensor("x", torch.ones(1, 1, 3, 5))))
    return p


def too_large_for_one_dimension():
    """A kernel of 3 with dilation 2 covers 5 places; the padded input has 4."""
    p = Program()
    p.observe("size", p.function("conv_output_size", 2, 3, 1, 1, 2))
    return p


def of_shapes(cls, x, grad_y, weight, **kwargs):
    """A convolution too large for Hypothesis to draw, with normal numbers. x, grad_y, weight: shapes, square kernel."""
    generator = torch.Generator().manual_seed(0)
    n_out, n_in, kernel, _ = weight
    x, grad_y, weight, bias = (
        torch.randn(shape, generator=generator, dtype=torch.float64) for shape in (x, grad_y, weight, (n_out,))
    )
    state = {"weight": weight, "bias": bias}
    return LayerCase(cls, x, grad_y, args=(n_in, n_out, kernel), kwargs=kwargs, state=state)


def large():
    """A batch whose windows hold over a million numbers: whoever takes it in parts has several."""
    return of_shapes("Conv2d", x=(96, 8, 14, 14), grad_y=(96, 4, 14, 14), weight=(4, 8, 3, 3), padding=1)


def grouped():
    """An argument that `torch.nn.Conv2d` has and the course does not: refused, or right, but not ignored."""
    p = Program()
    layer = p.new("Conv2d", 2, 2, 1, groups=2)
    p.observe("output", p.forward(layer, p.tensor("x", torch.ones(1, 2, 2, 2))))
    return p


STEPS = ("sliding_windows", "conv2d", "conv2d_grad_weight", "conv2d_grad_input")
GRADIENTS = ("grad_input", "grad of weight", "grad of bias")
VARIANTS = {
    "stride": convolutions(windows(stride=(2, 1, 3), rest=4)),
    "padding": convolutions(windows(padding=(1, 0, 2))),
    "dilation": convolutions(windows(dilation=(2, 1, 3))),
    "single numbers for pairs": convolutions(windows((2, 1), (1, 0), (1, 2), square=True), as_pairs=False),
    "everything together": convolutions(windows((1, 2, 3), (0, 1, 2), (1, 2), rest=4)),
}
"""Spaces beyond the plain window; each is worth points of its own, forwards and backwards."""
_large = Space(st.just(large()), once)
"""Compared roughly: a gradient is a sum of 19,000 products there, and float32 inside loses digits."""


def variant_checks(cls, variants, gradients=GRADIENTS, examples=8):
    """For each space one forward and one backward check."""
    for name, cases in variants.items():
        space = Space(cases, once)
        yield Check(f"{cls}.forward: {name}", f"{cls}.forward", "forward", space, ("output",), examples=examples)
        yield Check(f"{cls}.backward: {name}", f"{cls}.backward", "gradient", space, gradients, examples=examples)


def without_bias_checks(cls, cases):
    """bias=False, forwards and backwards."""
    space = Space(cases, once)
    for method, observed in (("forward", ("output",)), ("backward", ("grad_input", "grad of weight"))):
        exercise = f"{cls}.{method}"
        yield Check(f"{exercise}: bias=False", exercise, "contract", space, observed, examples=CONTRACT_EXAMPLES)


def race_state(generator):
    return {
        "weight": torch.randn(32, 16, 3, 3, generator=generator) / 12,
        "bias": torch.randn(32, generator=generator),
    }


def race(workload, batch, gold):
    return layer_race(
        "Conv2d",
        workload,
        (batch, 16, 32, 32),
        16,
        32,
        3,
        padding=1,
        grad_shape=(batch, 32, 32, 32),
        state=race_state,
        gold=gold,
    )


TOPIC = Topic(
    name="conv",
    title="Convolution",
    notebook="06_conv2d",
    files=("conv.py",),
    weight=20,
    reference={
        "Conv2d": reference.layer(torch.nn.Conv2d),
        "conv2d_naive": torch.nn.functional.conv2d,
        "conv_output_size": output_size,
        "sliding_windows": all_windows,
        "conv2d": torch.nn.functional.conv2d,
        "conv2d_grad_weight": lambda x, g, kernel, *options: torch.nn.grad.conv2d_weight(
            x, (g.shape[1], x.shape[1], *kernel), g, *options
        ),
        "conv2d_grad_input": lambda g, weight, size, *options: torch.nn.grad.conv2d_input(
            (len(g), weight.shape[1], *size), weight, g, *options
        ),
    },
    checks=[
        Check("conv_output_size: numbers", "conv_output_size", "forward", Space(sizes()), ("size",), "plain", 1.5, 16),
        Check(
            "conv_output_size: refuses a kernel that does not fit",
            "conv_output_size",
            "contract",
            Space(st.just(too_large_for_one_dimension())),
            ("size",),
            "raises",
            0.5,
            1,
        ),
        Check("conv2d_naive: output", "conv2d_naive", "forward", Space(naive()), ("output",), weight=2),
        *(step_check(function) for function in STEPS),
        Check(
            "sliding_windows: a view of x",
            "sliding_windows",
            "contract",
            Space(written()),
            ("x after",),
            weight=0.0,
            examples=CONTRACT_EXAMPLES,
        ),
        *layer_checks("Conv2d", convolutions(windows()), ("weight", "bias")),
        *variant_checks("Conv2d", VARIANTS),
        *without_bias_checks("Conv2d", convolutions(windows(), bias=False)),
        *(
            Check(
                f"Conv2d.{method}: a large batch", f"Conv2d.{method}", "contract", _large, observed, "roughly", 0.5, 1
            )
            for method, observed in (("forward", ("output",)), ("backward", GRADIENTS))
        ),
        Check(
            "Conv2d.forward: refuses arguments that it would ignore",
            "Conv2d.forward",
            "contract",
            Space(st.just(grouped())),
            ("output",),
            "values_or_refuses",
            0.5,
            1,
        ),
        Check(
            "Conv2d.forward: refuses a kernel larger than the padded input",
            "Conv2d.forward",
            "contract",
            Space(st.just(too_large())),
            ("kernel too large",),
            "refuses",
            0.5,
            1,
        ),
    ],
    speed=[
        race("8x16x32x32 -> 32, k3 p1", 8, gold=3.0),
        memory_race(
            "Conv2d",
            "16x16x64x64 -> 32, k3 p1",
            (16, 16, 64, 64),
            16,
            32,
            3,
            padding=1,
            grad_shape=(16, 32, 64, 64),
            state=race_state,
        ),
    ],
    mistakes=MISTAKES,
    derivations=DERIVATIONS,
)
