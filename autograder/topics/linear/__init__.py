"""Topic linear: y = x Wᵀ + b, and how weights start."""

import math

import torch
from hypothesis import strategies as st

from ...program import Program
from ..common import draw, reference
from ..common.layers import CONTRACT_EXAMPLES, LayerCase, layer_checks, once
from ..common.model import Check, Space, Topic
from ..common.races import layer_race
from .derivations import DERIVATIONS
from .mistakes import MISTAKES


@st.composite
def linears(draw_, lead=None, bias=True):
    """A Linear, weights and all. lead: the leading dimensions; one batch dimension by default."""
    n_in, n_out = draw_(draw.sizes(5)), draw_(draw.sizes(5))
    lead = [draw_(draw.sizes(4))] if lead is None else lead(draw_)
    state = {"weight": draw_(draw.tensors([n_out, n_in]))}
    if bias:
        state["bias"] = draw_(draw.tensors([n_out]))
    return LayerCase(
        "Linear",
        x=draw_(draw.tensors([*lead, n_in])),
        grad_y=draw_(draw.tensors([*lead, n_out])),
        args=(n_in, n_out),
        kwargs={} if bias else {"bias": False},
        state=state,
    )


def many_dimensions(draw_):
    return [draw_(draw.sizes(3)) for _ in range(draw_(st.sampled_from([2, 3, 0])))]


@st.composite
def filled(draw_, function, arguments):
    """A large tensor filled by one of the initialisers, under a seed."""
    kwargs = draw_(arguments)
    shape = draw_(st.sampled_from([[160, 60], [60, 160], [40, 30, 3, 3]]))
    p = Program()
    p.seed(draw_(st.integers(0, 99)))
    tensor = p.tensor("tensor", torch.full(shape, math.nan, dtype=torch.float64))
    p.observe("returned", p.function(function, tensor, **kwargs))
    p.observe("tensor after", p.copy(tensor))
    p.derive("returned minus the tensor", "difference", "returned", "tensor after")
    return p


def reset_linear(n_in):
    """A fresh Linear with many weights."""
    p = Program()
    p.seed(n_in)
    layer = p.new("Linear", n_in, 300)
    p.observe("weight", p.get(p.get(layer, "weight"), "data"))
    p.observe("bias", p.get(p.get(layer, "bias"), "data"))
    return p


@st.composite
def fans(draw_):
    shape = [draw_(draw.sizes(6)) for _ in range(draw_(st.integers(2, 4)))]
    p = Program()
    p.observe("fans", p.function("fan_in_and_fan_out", p.tensor("tensor", torch.zeros(shape))))
    return p


def fans_of_a_vector():
    p = Program()
    p.observe("one dimension", p.function("fan_in_and_fan_out", p.tensor("tensor", torch.zeros(3))))
    return p


def gain(*args):
    p = Program()
    p.observe("gain", p.function("calculate_gain", *args))
    return p


def _fans(tensor):
    return list(torch.nn.init._calculate_fan_in_and_fan_out(tensor))


def choices(*options):
    return st.sampled_from(options)


FILLS = {
    "uniform_": choices({"a": -2.0, "b": 3.0}, {"a": 1.0, "b": 1.5}, {}),
    "normal_": choices({"mean": 1.0, "std": 0.5}, {"mean": -2.0, "std": 3.0}, {}),
    "xavier_uniform_": choices({}, {"gain": 2.0}),
    "xavier_normal_": choices({}, {"gain": 2.0}),
    "kaiming_uniform_": choices({}, {"a": 1.0}, {"mode": "fan_out"}, {"nonlinearity": "relu", "mode": "fan_out"}),
    "kaiming_normal_": choices({}, {"a": 1.0}, {"mode": "fan_out"}, {"nonlinearity": "relu", "mode": "fan_out"}),
}


def fill_checks(function):
    space = Space(filled(function, FILLS[function]))
    yield Check(
        f"{function}: distribution, in place and returned",
        function,
        "forward",
        space,
        ("tensor after", "returned"),
        "distribution",
        1.5,
    )
    yield Check(
        f"{function}: returns what it filled",
        function,
        "contract",
        space,
        ("returned minus the tensor",),
        "values",
        0.5,
        1,
    )


def linear_check(name, exercise, space, observes, kind="contract", compare="values", weight=1.0):
    return Check(f"{exercise}: {name}", exercise, kind, space, observes, compare, weight, CONTRACT_EXAMPLES)


_without_bias = Space(linears(bias=False), once)
_any_dimensions = Space(linears(lead=many_dimensions), once)
_gains = st.sampled_from(
    [("relu",), ("tanh",), ("linear",), ("sigmoid",), ("conv2d",), ("leaky_relu",), ("leaky_relu", 0.5)]
)


def race_state(generator):
    return {
        "weight": torch.randn(256, 256, generator=generator) / 16,
        "bias": torch.randn(256, generator=generator),
    }


TOPIC = Topic(
    name="linear",
    title="Linear layers and initialisation",
    notebook="01_linear",
    files=("init.py", "linear.py"),
    weight=16,
    reference={
        "Linear": reference.layer(torch.nn.Linear),
        "fan_in_and_fan_out": _fans,
        "calculate_gain": torch.nn.init.calculate_gain,
        **{function: getattr(torch.nn.init, function) for function in FILLS},
    },
    checks=[
        *(check for function in ("uniform_", "normal_") for check in fill_checks(function)),
        linear_check(
            "uniform within ±1/√in_features",
            "Linear.reset_parameters",
            Space(st.sampled_from([25, 100]), reset_linear),
            ("weight", "bias"),
            "forward",
            "distribution",
            2,
        ),
        *layer_checks("Linear", linears(), ("weight", "bias")),
        linear_check("bias=False", "Linear.forward", _without_bias, ("output",)),
        linear_check("bias=False", "Linear.backward", _without_bias, ("grad_input", "grad of weight")),
        linear_check("any number of dimensions", "Linear.forward", _any_dimensions, ("output",)),
        linear_check(
            "any number of dimensions",
            "Linear.backward",
            _any_dimensions,
            ("grad_input", "grad of weight", "grad of bias"),
        ),
        Check("fan_in_and_fan_out: numbers", "fan_in_and_fan_out", "forward", Space(fans()), ("fans",), "plain", 1.5),
        Check(
            "fan_in_and_fan_out: refuses a vector",
            "fan_in_and_fan_out",
            "contract",
            Space(st.just(fans_of_a_vector())),
            ("one dimension",),
            "raises",
            0.5,
            1,
        ),
        Check(
            "calculate_gain: known non-linearities",
            "calculate_gain",
            "forward",
            Space(_gains, lambda a: gain(*a)),
            ("gain",),
            "number",
            1.5,
            14,
        ),
        Check(
            "calculate_gain: refuses unknown names",
            "calculate_gain",
            "contract",
            Space(st.just(gain("no such function"))),
            ("gain",),
            "raises",
            0.5,
            1,
        ),
        *(check for function in list(FILLS)[2:] for check in fill_checks(function)),
    ],
    speed=[layer_race("Linear", "128x256 -> 256", (128, 256), 256, 256, state=race_state)],
    mistakes=MISTAKES,
    derivations=DERIVATIONS,
)
