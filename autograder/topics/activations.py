"""Topic activations: elementwise functions, softmax, and the chain rule through Sequential."""

import torch
from hypothesis import strategies as st

from ..program import Program
from . import draw, reference
from .layers import CONTRACT_EXAMPLES, LayerCase, layer_checks, once
from .model import Check, Topic
from .races import layer_race

LOGITS = ("saturated",)
"""Inputs up to ±1000, where exponentials overflow."""


@st.composite
def elementwise(draw_, cls, kinds=("integers", "normal"), kwargs=st.just({})):
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
    """A Sequential of two to four Linears (solved ones), or one inside another; the order matters."""
    widths = draw_(st.lists(draw.sizes(4), min_size=3, max_size=5))
    batch = draw_(draw.sizes(3))
    p = Program()
    linears = [p.new("Linear", *pair) for pair in zip(widths, widths[1:], strict=False)]
    if nested:
        linears = [p.new("Sequential", *linears[:-1]), linears[-1]]
    net = p.new("Sequential", *linears)
    p.call(net, "double")
    state = {}
    for i, (n_in, n_out) in enumerate(zip(widths, widths[1:], strict=False)):
        key = (f"0.{i}" if i < len(widths) - 2 else "1") if nested else f"{i}"
        state[f"{key}.weight"] = p.tensor(f"weight_{i}", draw_(draw.tensors([n_out, n_in])))
        state[f"{key}.bias"] = p.tensor(f"bias_{i}", draw_(draw.tensors([n_out])))
    p.load(net, **state)
    first = "0.0.weight" if nested else "0.weight"
    p.observe("output", p.forward(net, p.tensor("x", draw_(draw.tensors([batch, widths[0]])))))
    p.observe("grad_input", p.backward(net, p.tensor("grad_y", draw_(draw.tensors([batch, widths[-1]])))))
    p.observe(f"grad of {first}", p.grad(net, first))
    p.observe("length", p.length(net))
    p.observe("weight of the last", p.get(p.get(p.item(net, -1), "weight"), "data"))
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
    space = cases.map(once)
    return [
        Check(f"{cls}.forward: huge numbers", f"{cls}.forward", "forward", space, ("output",), "values", weight, 8),
        Check(f"{cls}.backward: huge numbers", f"{cls}.backward", "gradient", space, ("grad_input",), "values", weight, 8),
    ]


def sequential_check(name, method, kind, space, observes, compare="values", weight=1.0):
    exercise = f"Sequential.{method}"
    return Check(f"{exercise}: {name}", exercise, kind, space, observes, compare, weight, CONTRACT_EXAMPLES)


_flat, _nested, _empty = networks(), networks(nested=True), st.just(empty_network())

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
        sequential_check("length and indexing", "forward", "contract", _flat, ("length",), "plain", 0.5),
        sequential_check("the last layer is net[-1]", "forward", "contract", _flat, ("weight of the last",), weight=0.5),
        sequential_check("grad_input", "backward", "gradient", _flat, ("grad_input",), weight=2),
        sequential_check("gradients of the parameters inside", "backward", "gradient", _flat, ("grad of 0.weight",)),
        sequential_check("nested", "backward", "gradient", _nested, ("grad_input", "grad of 0.0.weight")),
        sequential_check("no layers at all", "backward", "contract", _empty, ("grad_input",), weight=0.5),
        *layer_checks("Flatten", flattened(), weight=0.4),
    ],
    speed=[
        layer_race("ReLU", "64x3x32x32", (64, 3, 32, 32)),
        layer_race("Sigmoid", "64x3x32x32", (64, 3, 32, 32)),
        layer_race("Tanh", "64x3x32x32", (64, 3, 32, 32)),
        layer_race("LogSoftmax", "2000x20", (2000, 20), dim=1),
    ],
)  # fmt: skip


UPSTREAM = "Your grad_input is f'(grad_y) · grad_y: the derivative was taken at the upstream gradient."
LOCAL = "Your grad_input is the local derivative alone; it does not change when grad_y does."
AT_WHAT = "At which value is the derivative of f taken: at what came in forward, or at what comes back?"
CHAIN = "Which two factors does the chain rule multiply?"


@TOPIC.mistake("ReLU.backward", says=UPSTREAM, asks=AT_WHAT)
def relu_derivative_at_the_upstream_gradient(self, grad_y):
    return grad_y * (grad_y > 0)


@TOPIC.mistake("ReLU.backward", says=LOCAL, asks=CHAIN)
def relu_local_derivative_alone(self, grad_y):
    return (self.y > 0).to(grad_y.dtype)


@TOPIC.mistake(
    "ReLU.backward", says="Your gradient passes everywhere, also where x is negative.", asks="What is dy/dx for x < 0?"
)
def relu_gradient_passes_everywhere(self, grad_y):
    return grad_y.clone()


@TOPIC.mistake(
    "ReLU.forward",
    says="The tensor that was handed to forward was itself set to max(x, 0).",
    asks="Who else may still need x after this layer has run?",
)
def relu_changes_its_input(self, x):
    x[x < 0] = 0
    self.y = x
    return x.clone()


@TOPIC.mistake("ReLU.forward", says="Your output is |x|.", asks="What is max(x, 0) for x = -2?")
def relu_absolute_value(self, x):
    self.y = x.clamp(min=0)
    return x.abs()


@TOPIC.mistake(
    "LeakyReLU.forward",
    says="Your outputs are those of the default slope 0.01, whatever negative_slope was given.",
    asks="Where does the number that the constructor received go?",
)
def leaky_slope_ignored(self, x):
    self.x = x
    return torch.where(x > 0, x, 0.01 * x)


@TOPIC.mistake(
    "LeakyReLU.backward",
    says="Your gradient is 0 where x is negative, as for a plain ReLU.",
    asks="What is the slope of y = a·x?",
)
def leaky_gradient_of_a_plain_relu(self, grad_y):
    return torch.where(self.x > 0, grad_y, torch.zeros_like(grad_y))


@TOPIC.mistake(
    "LeakyReLU.backward",
    says="Your gradient is a where x is negative, and leaves grad_y out there.",
    asks=CHAIN,
)
def leaky_slope_without_grad(self, grad_y):
    return torch.where(self.x > 0, grad_y, torch.full_like(grad_y, self.negative_slope))


@TOPIC.mistake("Sigmoid.backward", says=UPSTREAM, asks=AT_WHAT)
def sigmoid_derivative_at_the_upstream_gradient(self, grad_y):
    y = 1 / (1 + torch.exp(-grad_y))
    return grad_y * y * (1 - y)


@TOPIC.mistake("Sigmoid.backward", says="Your grad_input is f'(grad_y): x does not enter at all.", asks=AT_WHAT)
def sigmoid_derivative_of_the_upstream_gradient_alone(self, grad_y):
    y = 1 / (1 + torch.exp(-grad_y))
    return y * (1 - y)


@TOPIC.mistake("Sigmoid.backward", says=LOCAL, asks=CHAIN)
def sigmoid_local_derivative_alone(self, grad_y):
    return self.y * (1 - self.y)


@TOPIC.mistake(
    "Sigmoid.backward",
    says="Your numbers are e⁻ˣ/(1+e⁻ˣ)² multiplied by grad_y, which is inf/inf for very negative x.",
    asks="Can σ' be written with the output y alone?",
)
def sigmoid_derivative_by_exponentials(self, grad_y):
    e = torch.exp(-torch.log(self.y / (1 - self.y)))
    return grad_y * e / (1 + e) ** 2


@TOPIC.mistake(
    "Sigmoid.backward",
    says="Your numbers are y(1-y)·grad_y with x itself in the place of y.",
    asks="The y in σ' = y(1-y): is it the input or the output of the layer?",
)
def sigmoid_input_for_output(self, grad_y):
    x = torch.log(self.y / (1 - self.y))
    return grad_y * x * (1 - x)


@TOPIC.mistake("Tanh.backward", says=UPSTREAM, asks=AT_WHAT)
def tanh_derivative_at_the_upstream_gradient(self, grad_y):
    return grad_y * (1 - torch.tanh(grad_y) ** 2)


@TOPIC.mistake("Tanh.backward", says=LOCAL, asks=CHAIN)
def tanh_local_derivative_alone(self, grad_y):
    return 1 - self.y**2


@TOPIC.mistake(
    "Tanh.backward",
    says="Your numbers are 1 - y²·grad_y: the product binds tighter than the difference.",
    asks="What should come out for grad_y = 0, and what does?",
)
def tanh_missing_parentheses(self, grad_y):
    return 1 - self.y**2 * grad_y


@TOPIC.mistake(
    "Softmax.backward",
    says="Your numbers are grad · p(1-p): only the diagonal of the Jacobian.",
    asks="If one logit grows, what happens to the other probabilities?",
)
def softmax_diagonal_alone(self, grad_p):
    return grad_p * self.p * (1 - self.p)


@TOPIC.mistake(
    "Softmax.backward",
    says="The sum Σ grad·p is taken over all entries at once, not along `dim` for each row.",
    asks="How many independent distributions does your input hold?",
)
def softmax_sum_over_everything(self, grad_p):
    return self.p * (grad_p - (grad_p * self.p).sum())


@TOPIC.mistake(
    "Softmax.forward",
    says="Your probabilities sum to 1 over the whole tensor, or along another dimension than `dim`.",
    asks="Along which dimension does each distribution lie?",
)
def softmax_over_everything(self, x):
    e = torch.exp(x - x.max())
    self.p = e / e.sum()
    return self.p


@TOPIC.mistake(
    "LogSoftmax.backward",
    says="Your numbers are grad - p: the sum of the upstream gradient is missing.",
    asks="Each output depends on the log-sum-exp: how often does p enter when all gradients are added?",
)
def log_softmax_without_the_sum(self, grad_log_p):
    return grad_log_p - torch.exp(self.log_p)


@TOPIC.mistake(
    "LogSoftmax.backward",
    says="Your numbers are those of softmax's derivative, not of log-softmax's.",
    asks="What does the logarithm do to ∂pᵢ/∂xⱼ = pᵢ(δᵢⱼ - pⱼ)?",
)
def log_softmax_derivative_of_softmax(self, grad_log_p):
    p = torch.exp(self.log_p)
    return p * (grad_log_p - (grad_log_p * p).sum(self.dim, keepdim=True))


@TOPIC.mistake(
    "Sequential.backward",
    says="The gradient goes through the layers first to last.",
    asks="Which layer's backward can be called first: which dL/dy do you have at the start?",
)
def sequential_forward_order(self, grad_y):
    for layer in self:
        grad_y = layer.backward(grad_y)
    return grad_y


@TOPIC.mistake(
    "Sequential.forward",
    says="Every layer gets the network's input; only the last output is kept.",
    asks="What should the second layer see?",
)
def sequential_always_the_first_input(self, x):
    for layer in self:
        y = layer(x)
    return y
