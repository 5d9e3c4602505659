"""Topic sgd: optimisers and schedules."""

import torch
from hypothesis import strategies as st

from ...program import Program
from ..common import draw, reference
from ..common.model import Check, Space, Topic
from .derivations import DERIVATIONS
from .mistakes import MISTAKES

STEPS = 3
"""Steps of one case: the first momentum step looks like plain descent, the second like any average, the third not."""


@st.composite
def descents(draw_, cls, options, constant=False):
    """Two parameters, three steps. constant: the same gradient at every step."""
    p = Program()
    shapes = [[draw_(draw.sizes(3))], [draw_(draw.sizes(2)), draw_(draw.sizes(2))]]
    params = [p.new("Parameter", p.tensor(f"p{i}", draw_(draw.tensors(shape)))) for i, shape in enumerate(shapes)]
    optimiser = p.new(cls, params, **draw_(options))
    grads = [p.tensor(f"g{i}", draw_(draw.tensors(shape))) for i, shape in enumerate(shapes)]
    for step in range(1, STEPS + 1):
        for i, (param, shape) in enumerate(zip(params, shapes, strict=True)):
            if step > 1 and not constant:
                grads[i] = p.tensor(f"g{i}_{step}", draw_(draw.tensors(shape)))
            p.set_grad(param, grads[i])
        stepped = p.call(optimiser, "step")
        for i, param in enumerate(params):
            p.observe(f"p{i} after step {step}", p.get(param, "data", after=stepped))
            p.observe(f"g{i} after step {step}", p.grad(param, "", after=stepped))
    return p


PARAMETERS = tuple(f"p{i} after step {step}" for step in range(1, STEPS + 1) for i in (0, 1))
GRADIENTS = tuple(f"g{i} after step {step}" for step in range(1, STEPS + 1) for i in (0, 1))


def options(**choices):
    """Keyword arguments, each from its choices."""
    return st.fixed_dictionaries({name: st.sampled_from(values) for name, values in choices.items()})


@st.composite
def schedules(draw_, milestones):
    """The learning rate over eight epochs."""
    p = Program()
    param = p.new("Parameter", p.tensor("p", torch.tensor([1.0], dtype=torch.float64)))
    optimiser = p.new("SGD", [param], lr=draw_(st.sampled_from([1.0, 0.1, 0.5])))
    schedule = p.new(
        "MultiStepLR", optimiser, milestones=draw_(milestones), gamma=draw_(st.sampled_from([0.5, 0.1, 0.3]))
    )
    for epoch in range(1, 9):
        stepped = p.call(schedule, "step")
        p.observe(f"lr after epoch {epoch}", p.get(optimiser, "lr", after=stepped))
    return p


LEARNING_RATES = tuple(f"lr after epoch {epoch}" for epoch in range(1, 9))


def made(cls, *args, **kwargs):
    """The constructor alone."""
    p = Program()
    params = [p.new("Parameter", p.tensor("p", torch.ones(2)))]
    p.observe("made", p.new(cls, params, *args, **kwargs))
    return p


def check(cls, name, options, observes=PARAMETERS, kind="forward", compare="values", weight=1.0, constant=False):
    exercise = f"{cls}.step"
    space = Space(descents(cls, options, constant))
    return Check(f"{exercise}: {name}", exercise, kind, space, observes, compare, weight, 6)


LR = [0.5, 0.1, 1.0]
_everything = options(lr=LR, momentum=[0.9, 0.5], dampening=[0, 0.5], weight_decay=[0.1, 0])
_nesterov = options(lr=LR, momentum=[0.9, 0.5], nesterov=[True], weight_decay=[0, 0.1])

TOPIC = Topic(
    name="sgd",
    title="Optimisers and schedules",
    notebook="04_sgd",
    files=("optim.py",),
    weight=12,
    reference={
        "Parameter": reference.Parameter,
        "SGD": reference.optimiser(torch.optim.SGD),
        "Adam": reference.optimiser(torch.optim.Adam),
        "MultiStepLR": reference.schedule(torch.optim.lr_scheduler.MultiStepLR),
    },
    checks=[
        check("SGD", "plain", options(lr=LR), weight=2),
        check("SGD", "weight decay", options(lr=LR, weight_decay=[0.1, 1.0])),
        check("SGD", "momentum, constant gradient", options(lr=LR, momentum=[0.9, 0.5]), constant=True, weight=1.5),
        check("SGD", "momentum", options(lr=LR, momentum=[0.9, 0.5]), weight=1.5),
        check("SGD", "dampening", options(lr=LR, momentum=[0.9], dampening=[0.5, 0.1])),
        check("SGD", "Nesterov", _nesterov, weight=1.5),
        check("SGD", "everything together", _everything),
        check("SGD", "leaves the gradients as they were", _everything, GRADIENTS, "contract", "values"),
        check("SGD", "Nesterov leaves the gradients as they were", _nesterov, GRADIENTS, "contract", "values", 0.5),
        Check(
            "SGD.step: refuses Nesterov without momentum",
            "SGD.step",
            "contract",
            Space(st.just(made("SGD", lr=0.1, nesterov=True))),
            ("made",),
            "raises",
            0.5,
            1,
        ),
        Check(
            "MultiStepLR.step: learning rate, epoch by epoch",
            "MultiStepLR.step",
            "forward",
            Space(schedules(st.sampled_from([[3], [2, 5], [1, 2, 7]]))),
            LEARNING_RATES,
            "number",
            2,
            8,
        ),
        Check(
            "MultiStepLR.step: milestones in any order, or twice",
            "MultiStepLR.step",
            "contract",
            Space(schedules(st.sampled_from([[5, 2], [3, 3], [4, 1, 4]]))),
            LEARNING_RATES,
            "number",
            1,
            8,
        ),
        check("Adam", "as published", options(lr=LR), weight=2),
        check("Adam", "constant gradient", options(lr=LR), constant=True),
        check("Adam", "betas and eps", options(lr=LR, betas=[(0.8, 0.9), (0.5, 0.999)], eps=[1e-8, 0.1])),
        check("Adam", "weight decay", options(lr=LR, weight_decay=[0.1, 1.0])),
        check(
            "Adam", "leaves the gradients as they were", options(lr=LR, weight_decay=[0.1, 0]), GRADIENTS, "contract"
        ),
    ],
    mistakes=MISTAKES,
    derivations=DERIVATIONS,
)
