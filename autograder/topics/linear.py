"""Topic linear: y = x Wᵀ + b, and how weights start."""

import math

import torch
from hypothesis import strategies as st

from ..program import Program
from . import draw, reference
from .layers import CONTRACT_EXAMPLES, LayerCase, layer_checks, once
from .model import Check, Topic
from .races import layer_race


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
def filled(draw_, function, arguments=st.just(({},)), fans=True):
    """A large tensor filled by one of the initialisers, under a seed."""
    (kwargs,) = draw_(arguments)
    shape = draw_(st.sampled_from([[160, 60], [60, 160], [40, 30, 3, 3]]))
    p = Program()
    p.seed(draw_(st.integers(0, 99)))
    tensor = p.tensor("tensor", torch.full(shape, math.nan, dtype=torch.float64))
    p.observe("returned", p.function(function, tensor, **kwargs))
    p.observe("tensor after", p.copy(tensor))
    return p


def arguments(*choices):
    return st.sampled_from([(choice,) for choice in choices])


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


FILLS = {
    "uniform_": arguments({"a": -2.0, "b": 3.0}, {"a": 1.0, "b": 1.5}, {}),
    "normal_": arguments({"mean": 1.0, "std": 0.5}, {"mean": -2.0, "std": 3.0}, {}),
    "xavier_uniform_": arguments({}, {"gain": 2.0}),
    "xavier_normal_": arguments({}, {"gain": 2.0}),
    "kaiming_uniform_": arguments({}, {"a": 1.0}, {"mode": "fan_out"}, {"nonlinearity": "relu", "mode": "fan_out"}),
    "kaiming_normal_": arguments({}, {"a": 1.0}, {"mode": "fan_out"}, {"nonlinearity": "relu", "mode": "fan_out"}),
}


def fill_check(function):
    space = filled(function, FILLS[function])
    return Check(f"{function}: distribution, in place and returned", function, "forward", space,
                 ("tensor after", "returned"), "distribution", 1.5)  # fmt: skip


def linear_check(name, exercise, space, observes, kind="contract", compare="values", weight=1.0):
    return Check(f"{exercise}: {name}", exercise, kind, space, observes, compare, weight, CONTRACT_EXAMPLES)


_without_bias = linears(bias=False).map(once)
_any_dimensions = linears(lead=many_dimensions).map(once)
_gains = st.sampled_from([("relu",), ("tanh",), ("linear",), ("sigmoid",), ("conv2d",), ("leaky_relu",),
                          ("leaky_relu", 0.5)])  # fmt: skip


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
        *(fill_check(function) for function in ("uniform_", "normal_")),
        linear_check("uniform within ±1/√in_features", "Linear.reset_parameters",
                     st.sampled_from([25, 100]).map(reset_linear), ("weight", "bias"), "forward", "distribution", 2),
        *layer_checks("Linear", linears(), ("weight", "bias")),
        linear_check("bias=False", "Linear.forward", _without_bias, ("output",)),
        linear_check("bias=False", "Linear.backward", _without_bias, ("grad_input", "grad of weight")),
        linear_check("any number of dimensions", "Linear.forward", _any_dimensions, ("output",)),
        linear_check("any number of dimensions", "Linear.backward", _any_dimensions,
                     ("grad_input", "grad of weight", "grad of bias")),
        Check("fan_in_and_fan_out: numbers", "fan_in_and_fan_out", "forward", fans(), ("fans",), "plain", 1.5),
        Check("fan_in_and_fan_out: refuses a vector", "fan_in_and_fan_out", "contract", st.just(fans_of_a_vector()),
              ("one dimension",), "raises", 0.5, 1),
        Check("calculate_gain: known non-linearities", "calculate_gain", "forward", _gains.map(lambda a: gain(*a)),
              ("gain",), "number", 1.5, 14),
        Check("calculate_gain: refuses unknown names", "calculate_gain", "contract", st.just(gain("no such function")),
              ("gain",), "raises", 0.5, 1),
        *(fill_check(function) for function in list(FILLS)[2:]),
    ],
    speed=[layer_race("Linear", "128x256 -> 256", (128, 256), 256, 256, state=race_state)],
)  # fmt: skip


@TOPIC.mistake(
    "Linear.backward",
    says="Your weight gradient is the right one divided by the batch size.",
    asks="Who divides by N: the layer, or the loss whose mean it is?",
)
def grad_divided_by_batch(self, grad_y):
    x, g = self.x.reshape(-1, self.in_features), grad_y.reshape(-1, self.out_features)
    self.weight.grad += g.T @ x / len(x)
    if self.bias is not None:
        self.bias.grad += g.sum(0)
    return grad_y @ self.weight.data


@TOPIC.mistake(
    "Linear.backward",
    says="Both parameter gradients are the right ones divided by the batch size.",
    asks="Who divides by N: the layer, or the loss whose mean it is?",
)
def both_grads_divided_by_batch(self, grad_y):
    x, g = self.x.reshape(-1, self.in_features), grad_y.reshape(-1, self.out_features)
    self.weight.grad += g.T @ x / len(x)
    if self.bias is not None:
        self.bias.grad += g.mean(0)
    return grad_y @ self.weight.data


@TOPIC.mistake(
    "Linear.backward",
    says="Your bias gradient is the mean over the batch, where the sum belongs.",
    asks="b is added to every sample: how many paths lead from one b to the loss?",
)
def bias_grad_averaged(self, grad_y):
    x, g = self.x.reshape(-1, self.in_features), grad_y.reshape(-1, self.out_features)
    self.weight.grad += g.T @ x
    if self.bias is not None:
        self.bias.grad += g.mean(0)
    return grad_y @ self.weight.data


@TOPIC.mistake(
    "Linear.backward",
    says="The gradients of the last backward stand where the sum over all backward calls belongs.",
    asks="What should weight.grad hold after two backward calls without zero_grad between them?",
)
def grads_overwritten(self, grad_y):
    x, g = self.x.reshape(-1, self.in_features), grad_y.reshape(-1, self.out_features)
    self.weight.grad = g.T @ x
    if self.bias is not None:
        self.bias.grad = g.sum(0)
    return grad_y @ self.weight.data


@TOPIC.mistake(
    "Linear.forward",
    says="Your output is the right one without the bias.",
    asks="What is y for x = 0?",
)
def no_bias(self, x):
    self.x = x
    return x @ self.weight.data.T


@TOPIC.mistake(
    "Linear.reset_parameters",
    says="Your weights are spread as a standard normal distribution.",
    asks="How large may a weight be at most, according to the docstring?",
)
def standard_normal(self):
    self.weight.data.normal_()
    if self.bias is not None:
        self.bias.data.normal_()
