"""Topic activations: elementwise functions, softmax, and the chain rule through Sequential."""

import itertools

import torch
from hypothesis import strategies as st

from ...program import Program
from ..common import draw, reference
from ..common.layers import CONTRACT_EXAMPLES, LayerCase, layer_checks, once
from ..common.model import Check, Space, Topic
from ..common.races import layer_race
from .derivations import DERIVATIONS
from .mistakes import MISTAKES

LOGITS = ("saturated",)
"""Inputs up to ±1000, where exponentials overflow."""


NO_ARGUMENTS = st.just({})


@st.composite
def elementwise(draw_, cls, kinds=("integers", "normal"), kwargs=NO_ARGUMENTS):
    """An elementwise layer on a tensor of one to four dimensions."""
    shape = draw_(st.lists(draw.sizes(3), min_size=1, max_size=4))
    x, grad_y = draw_(draw.tensors(shape, kinds)), draw_(draw.tensors(shape))
    return LayerCase(cls, x, grad_y, kwargs=draw_(kwargs))


@st.composite
def along_a_dimension(draw_, cls, kinds=("integers", "normal")):
    """A softmax along one of two or three dimensions, at most once along the batch's."""
    shape = [draw_(draw.sizes(3)), *(draw_(draw.sizes(4, least=2)) for _ in range(draw_(st.sampled_from([1, 2]))))]
    dim = draw_(st.sampled_from([*range(1, len(shape)), -1]))
    x, grad_y = draw_(draw.tensors(shape, kinds)), draw_(draw.tensors(shape))
    return LayerCase(cls, x, grad_y, kwargs={"dim": dim})


def negative_slopes():
    return st.sampled_from([{}, {"negative_slope": 0.5}, {"negative_slope": 0.0}, {"negative_slope": 2.0}])


@st.composite
def flattened(draw_):
    shape = draw_(st.lists(draw.sizes(3), min_size=2, max_size=4))
    x = draw_(draw.tensors(shape))
    grad_y = draw_(draw.tensors([shape[0], x[0].numel()]))
    return LayerCase("Flatten", x, grad_y)


@st.composite
def networks(draw_, nested=False):
    """A Sequential of two to four Linears (solved ones), or one inside another; the order matters.

    Weights go into the Linears and gradients are read from them, however the network keeps its layers.
    """
    widths = draw_(st.lists(draw.sizes(4), min_size=3, max_size=5))
    batch = draw_(draw.sizes(3))
    p = Program()
    linears = []
    for i, (n_in, n_out) in enumerate(itertools.pairwise(widths)):
        linears.append(p.new("Linear", n_in, n_out))
        p.call(linears[i], "double")
        weight, bias = draw_(draw.tensors([n_out, n_in])), draw_(draw.tensors([n_out]))
        p.load(linears[i], weight=p.tensor(f"weight_{i}", weight), bias=p.tensor(f"bias_{i}", bias))
    layers = [p.new("Sequential", *linears[:-1]), linears[-1]] if nested else linears
    net = p.new("Sequential", *layers)
    p.observe("output", p.forward(net, p.tensor("x", draw_(draw.tensors([batch, widths[0]])))))
    grad_x = p.observe("grad_input", p.backward(net, p.tensor("grad_y", draw_(draw.tensors([batch, widths[-1]])))))
    p.observe("grad of the first weight", p.grad(linears[0], "weight", after=grad_x))
    return p


@st.composite
def like_a_list(draw_):
    """`len(net)`, `net[-1]`, and parameters found under the names that they have in torch: `0.weight`."""
    p = Program()
    net = p.new("Sequential", p.new("Linear", 2, 3), p.new("Linear", 3, 1))
    p.observe("length", p.length(net))
    p.observe("bias of the last", p.get(p.get(p.get(p.item(net, -1), "bias"), "data"), "shape"))
    p.call(net, "double")
    shapes = {"0.weight": [3, 2], "0.bias": [3], "1.weight": [1, 3], "1.bias": [1]}
    p.load(net, **{name: p.tensor(name, draw_(draw.tensors(shape))) for name, shape in shapes.items()})
    p.observe("output with loaded weights", p.forward(net, p.tensor("x", draw_(draw.tensors([2, 2])))))
    return p


def empty_network():
    """No layers at all: the identity."""
    p = Program()
    net = p.new("Sequential")
    x, grad_y = p.tensor("x", torch.tensor([[2.0, -3.0]])), p.tensor("grad_y", torch.tensor([[-1.0, 4.0]]))
    p.observe("output", p.forward(net, x))
    p.observe("grad_input", p.backward(net, grad_y))
    return p


def huge(cls, cases, weight=1.0):
    """Forward and backward at ±1000."""
    space = Space(cases, once)
    return [
        Check(f"{cls}.forward: huge numbers", f"{cls}.forward", "forward", space, ("output",), "values", weight, 8),
        Check(
            f"{cls}.backward: huge numbers", f"{cls}.backward", "gradient", space, ("grad_input",), "values", weight, 8
        ),
    ]


def sequential_check(name, method, kind, space, observes, compare="values", weight=1.0):
    exercise = f"Sequential.{method}"
    return Check(f"{exercise}: {name}", exercise, kind, space, observes, compare, weight, CONTRACT_EXAMPLES)


_flat, _nested, _empty = Space(networks()), Space(networks(nested=True)), Space(st.just(empty_network()))
_list = Space(like_a_list())

TOPIC = Topic(
    name="activations",
    title="Activations, softmax and Sequential",
    notebook="02_activations",
    files=("activations.py", "containers.py"),
    weight=20,
    reference={
        **{
            cls: reference.layer(getattr(torch.nn, cls))
            for cls in ("ReLU", "LeakyReLU", "Sigmoid", "Tanh", "Softmax", "LogSoftmax", "Flatten")
        },
        "Sequential": reference.container(torch.nn.Sequential),
    },
    checks=[
        *layer_checks("ReLU", elementwise("ReLU"), weight=0.6),
        *layer_checks("LeakyReLU", elementwise("LeakyReLU", kwargs=negative_slopes()), weight=0.4),
        *layer_checks("Sigmoid", elementwise("Sigmoid"), weight=0.6),
        *huge("Sigmoid", elementwise("Sigmoid", LOGITS)),
        *layer_checks("Tanh", elementwise("Tanh"), weight=0.6),
        *huge("Tanh", elementwise("Tanh", LOGITS)),
        *layer_checks("Softmax", along_a_dimension("Softmax"), weight=0.6),
        *huge("Softmax", along_a_dimension("Softmax", LOGITS)),
        *layer_checks("LogSoftmax", along_a_dimension("LogSoftmax"), weight=0.8),
        *huge("LogSoftmax", along_a_dimension("LogSoftmax", LOGITS)),
        sequential_check("layers in order", "forward", "forward", _flat, ("output",), weight=2),
        sequential_check("nested", "forward", "forward", _nested, ("output",)),
        sequential_check("no layers at all", "forward", "contract", _empty, ("output",), weight=0.5),
        sequential_check(
            "length and indexing", "forward", "contract", _list, ("length", "bias of the last"), "plain", 0.5
        ),
        sequential_check(
            "parameters by torch's names", "forward", "forward", _list, ("output with loaded weights",), weight=0.5
        ),
        sequential_check("grad_input", "backward", "gradient", _flat, ("grad_input",), weight=2),
        sequential_check(
            "gradients of the parameters inside", "backward", "gradient", _flat, ("grad of the first weight",)
        ),
        sequential_check("nested", "backward", "gradient", _nested, ("grad_input", "grad of the first weight")),
        sequential_check("no layers at all", "backward", "contract", _empty, ("grad_input",), weight=0.5),
        *layer_checks("Flatten", flattened(), weight=0.4),
    ],
    speed=[
        layer_race("ReLU", "32x3x32x32", (32, 3, 32, 32)),
        layer_race("Sigmoid", "32x3x32x32", (32, 3, 32, 32)),
        layer_race("Tanh", "32x3x32x32", (32, 3, 32, 32)),
        layer_race("LogSoftmax", "2000x20", (2000, 20), dim=1),
    ],
    mistakes=MISTAKES,
    derivations=DERIVATIONS,
)
