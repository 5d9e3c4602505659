"""Topic losses: what a network is asked to make small."""

import torch
from hypothesis import strategies as st

from ..program import Program
from . import draw, reference
from .criteria import LossCase, loss_checks, once
from .model import Check, Topic
from .races import loss_race

PAIRS = [((6, 1), (6,)), ((4,), (4, 1)), ((2, 3), (3,)), ((1, 3), (2, 3)), ((2, 3), (3, 2))]
"""Shapes that torch would broadcast, or that do not fit at all."""


@st.composite
def regressions(draw_, cls, kinds=("integers", "normal"), targets=("normal", "integers")):
    """Prediction and target of one shape; more than one output, so that N and N·D are told apart."""
    shape = [draw_(draw.sizes(4)), *draw_(st.lists(draw.sizes(3), min_size=1, max_size=2))]
    return LossCase(cls, draw_(draw.tensors(shape, kinds)), draw_(draw.tensors(shape, targets)))


@st.composite
def binary(draw_, kinds=("integers", "normal")):
    """Logits, and targets between 0 and 1."""
    shape = [draw_(draw.sizes(4)), draw_(draw.sizes(3))]
    target = draw_(draw.tensors(shape, ("tied", "normal"))).abs()
    return LossCase("BCEWithLogitsLoss", draw_(draw.tensors(shape, kinds)), target / max(1.0, target.max().item()))


@st.composite
def classification(draw_, cls, kinds=("integers", "normal"), normalised=False):
    """Scores (N, C) and class numbers (N,). normalised: the scores are log-probabilities."""
    count, classes = draw_(draw.sizes(4)), draw_(draw.sizes(5, least=2))
    scores = draw_(draw.tensors([count, classes], kinds))
    if normalised:
        scores = torch.log_softmax(scores, 1)
    return LossCase(cls, scores, draw_(draw.class_indices(count, classes)))


@st.composite
def soft_targets(draw_):
    """Logits and rows of probabilities, one-hot ones among them."""
    count, classes = draw_(draw.sizes(4)), draw_(draw.sizes(4, least=2))
    indices = draw_(draw.class_indices(count, classes))
    target = torch.nn.functional.one_hot(indices, classes).double()
    if draw_(st.booleans()):
        target = 0.75 * target + 0.25 / classes
    return LossCase("CrossEntropyLoss", draw_(draw.tensors([count, classes])), target)


@st.composite
def through_a_linear(draw_, cls):
    """A (solved) Linear below the loss: the weight gradient shows who divided by what."""
    n, n_in, n_out = draw_(draw.sizes(4)), draw_(draw.sizes(3)), draw_(draw.sizes(3, least=2))
    p = Program()
    layer, loss = p.new("Linear", n_in, n_out), p.new(cls)
    p.call(layer, "double")
    weight, bias = p.tensor("weight", draw_(draw.tensors([n_out, n_in]))), p.tensor("bias", draw_(draw.tensors([n_out])))
    p.load(layer, weight=weight, bias=bias)
    if cls == "CrossEntropyLoss":
        target = p.tensor("target", draw_(draw.class_indices(n, n_out)))
    else:
        target = p.tensor("target", draw_(draw.tensors([n, n_out])))
    y = p.forward(layer, p.tensor("x", draw_(draw.tensors([n, n_in]))))
    p.observe("loss", p.forward(loss, y, target))
    p.backward(layer, p.backward(loss))
    p.observe("grad of weight", p.grad(layer, "weight"))
    return p


def unknown_reduction(cls):
    p = Program()
    p.observe("reduction", p.new(cls, reduction="median"))
    return p


def refuses_reduction(cls):
    return Check(f"{cls}.forward: refuses an unknown reduction", f"{cls}.forward", "contract",
                 st.just(unknown_reduction(cls)), ("reduction",), "raises", 0.3, 1)  # fmt: skip


def composite(cls):
    return Check(f"{cls}.backward: with a Linear below", f"{cls}.backward", "gradient", through_a_linear(cls),
                 ("grad of weight",), "values", 1, 4)  # fmt: skip


def zeros(pairs):
    return [(torch.zeros(a), torch.zeros(b)) for a, b in pairs]


CLASS_PAIRS = [
    (torch.zeros(4, 3), torch.zeros(3, dtype=torch.int64)),
    (torch.zeros(4, 3), torch.zeros(4, 1, dtype=torch.int64)),
    (torch.zeros(2, 3), torch.zeros(1, dtype=torch.int64)),
]
SATURATED = ("saturated",)
_soft = soft_targets().map(once)


def class_numbers(generator):
    return torch.randint(0, 10, (1000,), generator=generator)


TOPIC = Topic(
    name="losses",
    title="Losses",
    notebook="03_losses",
    files=("losses.py",),
    weight=20,
    reference={
        **{cls: reference.criterion(getattr(torch.nn, cls)) for cls in ("MSELoss", "L1Loss", "BCEWithLogitsLoss")},
        **{cls: reference.criterion(getattr(torch.nn, cls), same_shape=False) for cls in ("NLLLoss", "CrossEntropyLoss")},
    },
    checks=[
        *loss_checks("MSELoss", regressions("MSELoss"), regressions("MSELoss", SATURATED), zeros(PAIRS)),
        refuses_reduction("MSELoss"),
        composite("MSELoss"),
        *loss_checks("L1Loss", regressions("L1Loss"), regressions("L1Loss", SATURATED), zeros(PAIRS), 0.7),
        *loss_checks("NLLLoss", classification("NLLLoss", normalised=True),
                     classification("NLLLoss", SATURATED, normalised=True), CLASS_PAIRS, 0.8),
        *loss_checks("CrossEntropyLoss", classification("CrossEntropyLoss"),
                     classification("CrossEntropyLoss", SATURATED), CLASS_PAIRS, 1.2),
        Check("CrossEntropyLoss.forward: targets as probabilities", "CrossEntropyLoss.forward", "forward", _soft,
              ("loss",), "number", 1, 8),
        Check("CrossEntropyLoss.backward: targets as probabilities", "CrossEntropyLoss.backward", "gradient", _soft,
              ("grad_input",), "values", 1, 8),
        composite("CrossEntropyLoss"),
        *loss_checks("BCEWithLogitsLoss", binary(), binary(SATURATED), zeros(PAIRS), 0.7),
    ],
    speed=[
        loss_race("MSELoss", "1000x100", (1000, 100), lambda g: torch.randn(1000, 100, generator=g)),
        loss_race("L1Loss", "1000x100", (1000, 100), lambda g: torch.randn(1000, 100, generator=g)),
        loss_race("CrossEntropyLoss", "1000x10", (1000, 10), class_numbers),
    ],
)  # fmt: skip

FACTOR = "How many terms does the sum of your forward have, and what is each term's derivative?"


@TOPIC.mistake(
    "MSELoss.backward",
    says="Your gradient is that of a sum over each row's entries averaged over the N rows, while the value is the mean "
    "over all N·D entries.",
    asks=FACTOR,
)
def mse_grad_divided_by_batch_only(self):
    return 2 / (len(self.d) if self.reduction == "mean" else 1) * self.d


@TOPIC.mistake(
    "MSELoss.backward",
    says="Your gradient is not divided by anything, while the value is a mean.",
    asks=FACTOR,
)
def mse_grad_not_divided(self):
    return 2 * self.d


@TOPIC.mistake("MSELoss.backward", says="Your gradient is half the right one.", asks="What is the derivative of d²?")
def mse_grad_without_the_two(self):
    return self.d / self.n


@TOPIC.mistake(
    "MSELoss.backward",
    says="Your gradient is input - target: neither the factor 2 nor the division of the mean is in it.",
    asks=FACTOR,
)
def mse_grad_difference_alone(self):
    return self.d.clone()


@TOPIC.mistake(
    "MSELoss.backward",
    says="Your gradient is divided by the number of columns D only, while the value is the mean over all N·D entries.",
    asks=FACTOR,
)
def mse_grad_divided_by_columns_only(self):
    return 2 / (self.d[0].numel() if self.reduction == "mean" else 1) * self.d


@TOPIC.mistake(
    "MSELoss.backward",
    says="Your gradient has the opposite sign.",
    asks="If the prediction is too large, should the loss grow or shrink with it?",
)
def mse_grad_wrong_sign(self):
    return -2 / self.n * self.d


@TOPIC.mistake(
    "MSELoss.forward",
    says="Your value is the sum over each row averaged over the rows; `torch.nn`'s mean is over all entries.",
    asks="How many numbers are there in an (N, D) table?",
)
def mse_mean_over_rows_only(self, input, target):
    if input.shape != target.shape:
        raise ValueError("shapes differ")
    self.d = input - target
    self.n = self.divisor(len(self.d))
    return (self.d * self.d).sum() / self.n


@TOPIC.mistake(
    "MSELoss.forward",
    says="Your value is half the right one.",
    asks="Where does the factor ½ of some textbooks come from, and does `torch.nn` have it?",
)
def mse_half(self, input, target):
    if input.shape != target.shape:
        raise ValueError("shapes differ")
    self.d = input - target
    self.n = self.divisor(self.d.numel())
    return (self.d * self.d).sum() / self.n / 2


@TOPIC.mistake(
    "MSELoss.forward",
    says="Shapes that differ are stretched to one another: (6, 1) - (6,) becomes a (6, 6) table.",
    asks="What do broadcasting's rules make of these two shapes?",
)
def mse_broadcasts(self, input, target):
    self.d = input - target
    self.n = self.divisor(self.d.numel())
    return (self.d * self.d).sum() / self.n


@TOPIC.mistake(
    "L1Loss.backward",
    says="Your gradient is the sign alone, not divided, while the value is a mean.",
    asks=FACTOR,
)
def l1_grad_not_divided(self):
    return self.d.sign()


@TOPIC.mistake(
    "L1Loss.backward",
    says="Your gradient is a constant: the same for every entry, whichever side of the target it is on.",
    asks="What is the derivative of |d| for d < 0?",
)
def l1_grad_all_positive(self):
    return torch.ones_like(self.d) / self.n


@TOPIC.mistake(
    "NLLLoss.backward",
    says="Your gradient is -1 at each target, not divided, while the value is a mean over the samples.",
    asks=FACTOR,
)
def nll_grad_not_divided(self):
    return torch.zeros_like(self.input).scatter_(1, self.index, -1.0)


@TOPIC.mistake(
    "NLLLoss.backward",
    says="Your gradient is positive at the targets.",
    asks="The loss is minus the log-probability: does it fall or rise with it?",
)
def nll_grad_wrong_sign(self):
    return torch.zeros_like(self.input).scatter_(1, self.index, 1 / self.n)


@TOPIC.mistake(
    "CrossEntropyLoss.backward",
    says="Your gradient is softmax - onehot, not divided by N, while the value is a mean over the samples.",
    asks="What does the 1/N in front of the sum do to the derivative?",
)
def cross_entropy_grad_not_divided(self):
    p, t = torch.exp(self.log_p), self.target
    if t.shape == p.shape:
        return p * t.sum(1, keepdim=True) - t
    return p - torch.zeros_like(p).scatter_(1, t.unsqueeze(1), 1.0)


@TOPIC.mistake(
    "CrossEntropyLoss.backward",
    says="Your gradient is divided by all N·C entries; the mean of cross-entropy is over the N samples.",
    asks="How many terms does the sum over samples have?",
)
def cross_entropy_grad_divided_by_all_entries(self):
    p, t = torch.exp(self.log_p), self.target
    n = p.numel() if self.reduction == "mean" else 1
    if t.shape == p.shape:
        return (p * t.sum(1, keepdim=True) - t) / n
    return (p - torch.zeros_like(p).scatter_(1, t.unsqueeze(1), 1.0)) / n


@TOPIC.mistake(
    "CrossEntropyLoss.backward",
    says="Your gradient is -onehot/softmax: the derivative with respect to the probabilities, not to the logits.",
    asks="Which function still lies between the logits and the probabilities?",
)
def cross_entropy_grad_of_the_probabilities(self):
    p, t = torch.exp(self.log_p), self.target
    if t.shape != p.shape:
        t = torch.zeros_like(p).scatter_(1, t.unsqueeze(1), 1.0)
    return -t / p / self.n


@TOPIC.mistake(
    "CrossEntropyLoss.forward",
    says="Your value is that of logits which went through softmax before the log-softmax.",
    asks="Does the loss expect probabilities or logits?",
)
def cross_entropy_softmax_twice(self, input, target):
    p = torch.exp(input - input.amax(1, keepdim=True))
    p = p / p.sum(1, keepdim=True)
    self.log_p = p - torch.exp(p).sum(1, keepdim=True).log()
    self.n, self.target = self.divisor(len(input)), target
    if target.shape == input.shape:
        return -(target * self.log_p).sum() / self.n
    if input.dim() != 2 or target.shape != input.shape[:1]:
        raise ValueError("shapes differ")
    return -self.log_p.gather(1, target.unsqueeze(1)).sum() / self.n


@TOPIC.mistake(
    "CrossEntropyLoss.forward",
    says="Your exponentials overflow for large logits.",
    asks="Softmax does not change when the same number is taken from every logit of a row: which number is safe?",
)
def cross_entropy_overflows(self, input, target):
    e = torch.exp(input)
    self.log_p = torch.log(e / e.sum(1, keepdim=True))
    self.n, self.target = self.divisor(len(input)), target
    if target.shape == input.shape:
        return -(target * self.log_p).sum() / self.n
    if input.dim() != 2 or target.shape != input.shape[:1]:
        raise ValueError("shapes differ")
    return -self.log_p.gather(1, target.unsqueeze(1)).sum() / self.n


@TOPIC.mistake(
    "BCEWithLogitsLoss.backward",
    says="Your gradient is σ(x) - t, not divided, while the value is a mean.",
    asks=FACTOR,
)
def bce_grad_not_divided(self):
    return 1 / (1 + torch.exp(-self.x)) - self.t
