"""Topic losses: what a network is asked to make small."""

import math

import torch
from hypothesis import strategies as st

from ...program import Program
from ..common import draw, reference
from ..common.criteria import LossCase, loss_checks, once
from ..common.model import Check, Space, Topic
from ..common.races import loss_race
from .derivations import DERIVATIONS
from .mistakes import MISTAKES

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
def soft_targets(draw_, total=1.0):
    """Logits and rows of probabilities, one-hot ones among them. total: what a row sums to."""
    count, classes = draw_(draw.sizes(4)), draw_(draw.sizes(4, least=2))
    indices = draw_(draw.class_indices(count, classes))
    target = torch.nn.functional.one_hot(indices, classes).double()
    if draw_(st.booleans()):
        target = 0.75 * target + 0.25 / classes
    return LossCase("CrossEntropyLoss", draw_(draw.tensors([count, classes])), total * target)


@st.composite
def through_a_linear(draw_, cls):
    """A (solved) Linear below the loss: the weight gradient shows who divided by what."""
    n, n_in, n_out = draw_(draw.sizes(4)), draw_(draw.sizes(3)), draw_(draw.sizes(3, least=2))
    p = Program()
    layer, loss = p.new("Linear", n_in, n_out), p.new(cls)
    p.call(layer, "double")
    weight, bias = (
        p.tensor("weight", draw_(draw.tensors([n_out, n_in]))),
        p.tensor("bias", draw_(draw.tensors([n_out]))),
    )
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
    return Check(
        f"{cls}.forward: refuses an unknown reduction",
        f"{cls}.forward",
        "contract",
        Space(st.just(unknown_reduction(cls))),
        ("reduction",),
        "raises",
        0.3,
        1,
    )


def composite(cls):
    return Check(
        f"{cls}.backward: with a Linear below",
        f"{cls}.backward",
        "gradient",
        Space(through_a_linear(cls)),
        ("grad of weight",),
        "values",
        1,
        4,
    )


def filled(pairs):
    """Tensors of these shapes, with numbers that show what was made of them."""
    return [(torch.arange(1.0, 1 + math.prod(a)).reshape(a), torch.zeros(b)) for a, b in pairs]


CLASS_PAIRS = [
    (torch.zeros(4, 3), torch.zeros(3, dtype=torch.int64)),
    (torch.zeros(4, 3), torch.zeros(4, 1, dtype=torch.int64)),
    (torch.zeros(2, 3), torch.zeros(1, dtype=torch.int64)),
]
SATURATED = ("saturated",)
_soft = Space(soft_targets(), once)


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
        **{
            cls: reference.criterion(getattr(torch.nn, cls), same_shape=False)
            for cls in ("NLLLoss", "CrossEntropyLoss")
        },
    },
    checks=[
        *loss_checks("MSELoss", regressions("MSELoss"), regressions("MSELoss", SATURATED), filled(PAIRS)),
        refuses_reduction("MSELoss"),
        composite("MSELoss"),
        *loss_checks("L1Loss", regressions("L1Loss"), regressions("L1Loss", SATURATED), filled(PAIRS), 0.7),
        *loss_checks(
            "NLLLoss",
            classification("NLLLoss", normalised=True),
            classification("NLLLoss", SATURATED, normalised=True),
            CLASS_PAIRS,
            0.8,
        ),
        *loss_checks(
            "CrossEntropyLoss",
            classification("CrossEntropyLoss"),
            classification("CrossEntropyLoss", SATURATED),
            CLASS_PAIRS,
            1.2,
        ),
        Check(
            "CrossEntropyLoss.forward: targets as probabilities",
            "CrossEntropyLoss.forward",
            "forward",
            _soft,
            ("loss",),
            "number",
            1,
            8,
        ),
        Check(
            "CrossEntropyLoss.backward: targets as probabilities",
            "CrossEntropyLoss.backward",
            "gradient",
            _soft,
            ("grad_input",),
            "values",
            1,
            8,
        ),
        Check(
            "CrossEntropyLoss.backward: targets that do not sum to 1",
            "CrossEntropyLoss.backward",
            "contract",
            Space(soft_targets(total=1.5), once),
            ("grad_input",),
            "values",
            0.5,
            4,
        ),
        composite("CrossEntropyLoss"),
        *loss_checks("BCEWithLogitsLoss", binary(), binary(SATURATED), filled(PAIRS), 0.7),
    ],
    speed=[
        loss_race("MSELoss", "1000x100", (1000, 100), lambda g: torch.randn(1000, 100, generator=g)),
        loss_race("L1Loss", "1000x100", (1000, 100), lambda g: torch.randn(1000, 100, generator=g)),
        loss_race("CrossEntropyLoss", "1000x10", (1000, 10), class_numbers),
    ],
    mistakes=MISTAKES,
    derivations=DERIVATIONS,
)
