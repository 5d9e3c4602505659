"""Topic sgd: optimisers and schedules."""

import torch
from hypothesis import strategies as st

from ..program import Program
from . import draw, reference
from .model import Check, Topic

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
        p.call(optimiser, "step")
        for i, param in enumerate(params):
            p.observe(f"p{i} after step {step}", p.get(param, "data"))
            p.observe(f"g{i} after step {step}", p.grad(param, ""))
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
    schedule = p.new("MultiStepLR", optimiser, milestones=draw_(milestones), gamma=draw_(st.sampled_from([0.5, 0.1, 0.3])))
    for epoch in range(1, 9):
        p.call(schedule, "step")
        p.observe(f"lr after epoch {epoch}", p.get(optimiser, "lr"))
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
    return Check(f"{exercise}: {name}", exercise, kind, descents(cls, options, constant), observes, compare, weight, 8)


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
        Check("SGD.step: refuses Nesterov without momentum", "SGD.step", "contract",
              st.just(made("SGD", lr=0.1, nesterov=True)), ("made",), "raises", 0.5, 1),
        Check("MultiStepLR.step: learning rate, epoch by epoch", "MultiStepLR.step", "forward",
              schedules(st.sampled_from([[3], [2, 5], [1, 2, 7]])), LEARNING_RATES, "number", 2, 8),
        Check("MultiStepLR.step: milestones in any order, or twice", "MultiStepLR.step", "contract",
              schedules(st.sampled_from([[5, 2], [3, 3], [4, 1, 4]])), LEARNING_RATES, "number", 1, 8),
        check("Adam", "as published", options(lr=LR), weight=2),
        check("Adam", "constant gradient", options(lr=LR), constant=True),
        check("Adam", "betas and eps", options(lr=LR, betas=[(0.8, 0.9), (0.5, 0.999)], eps=[1e-8, 0.1])),
        check("Adam", "weight decay", options(lr=LR, weight_decay=[0.1, 1.0])),
        check("Adam", "leaves the gradients as they were", options(lr=LR, weight_decay=[0.1, 0]), GRADIENTS, "contract"),
    ],
)  # fmt: skip


@TOPIC.mistake(
    "SGD.step",
    says="With a constant gradient your steps are 1, 1.8, 1.8 instead of 1, 1.9, 2.71 (in units of lr·g): the momentum "
    "buffer and the gradient are one and the same tensor.",
    asks="Which tensor does your buffer point to after the first step?",
)
def momentum_buffer_is_the_gradient(self):
    for i, p in enumerate(self.params):
        g = p.grad
        if self.weight_decay != 0:
            g = g + self.weight_decay * p.data
        if self.momentum != 0:
            if self.buffers[i] is None:
                self.buffers[i] = g
            else:
                self.buffers[i].mul_(self.momentum).add_(g, alpha=1 - self.dampening)
            b = self.buffers[i]
            g = g + self.momentum * b if self.nesterov else b
        p.data.sub_(g, alpha=self.lr)


@TOPIC.mistake(
    "SGD.step",
    says="Your steps are those of plain gradient descent, whatever momentum was given.",
    asks="Where does the number that the constructor received enter the step?",
)
def momentum_ignored(self):
    for p in self.params:
        p.data.sub_(p.grad + self.weight_decay * p.data, alpha=self.lr)


@TOPIC.mistake(
    "SGD.step",
    says="Weight decay has no effect on your steps.",
    asks="Which term does weight_decay add to the gradient?",
)
def weight_decay_ignored(self):
    for i, p in enumerate(self.params):
        g = p.grad
        if self.momentum != 0:
            b = self.buffers[i]
            self.buffers[i] = b = g.clone() if b is None else self.momentum * b + (1 - self.dampening) * g
            g = g + self.momentum * b if self.nesterov else b
        p.data.sub_(g, alpha=self.lr)


@TOPIC.mistake(
    "SGD.step",
    says="The learning rate stands inside your momentum buffer together with a minus sign forgotten: the step goes uphill.",
    asks="Towards smaller or larger loss: where does p move along g?",
)
def uphill(self):
    for p in self.params:
        p.data.add_(p.grad, alpha=self.lr)


@TOPIC.mistake(
    "SGD.step",
    says="Your momentum is a weighted mean: the new gradient is multiplied by (1 - momentum).",
    asks="Which argument scales the new gradient in torch's formula, and what is its default?",
)
def momentum_as_weighted_mean(self):
    for i, p in enumerate(self.params):
        g = p.grad + self.weight_decay * p.data
        if self.momentum != 0:
            b = self.buffers[i]
            self.buffers[i] = b = (1 - self.momentum) * g + (0 if b is None else self.momentum * b)
            g = b
        p.data.sub_(g, alpha=self.lr)


@TOPIC.mistake(
    "MultiStepLR.step",
    says="The learning rate is lowered at every epoch from the first milestone on.",
    asks="At how many epochs should the rate change when there is one milestone?",
)
def lowered_at_every_epoch(self):
    self.last_epoch += 1
    if self.last_epoch >= min(self.milestones):
        self.optimizer.lr *= self.gamma


@TOPIC.mistake(
    "Adam.step",
    says="Your steps lack the correction of the two averages for their start at zero.",
    asks="What is m after the first step, compared with g?",
)
def no_bias_correction(self):
    beta1, beta2 = self.betas
    for p, m, v in zip(self.params, self.m, self.v, strict=True):
        g = p.grad + self.weight_decay * p.data
        m.mul_(beta1).add_(g, alpha=1 - beta1)
        v.mul_(beta2).add_(g * g, alpha=1 - beta2)
        p.data -= self.lr * m / (v.sqrt() + self.eps)


@TOPIC.mistake(
    "Adam.step",
    says="Every step is corrected as if it were the first: the step counter stays at 1.",
    asks="What is t at the third step?",
)
def step_counter_stuck(self):
    beta1, beta2 = self.betas
    for p, m, v in zip(self.params, self.m, self.v, strict=True):
        g = p.grad + self.weight_decay * p.data
        m.mul_(beta1).add_(g, alpha=1 - beta1)
        v.mul_(beta2).add_(g * g, alpha=1 - beta2)
        p.data -= self.lr * m / (1 - beta1) / ((v / (1 - beta2)).sqrt() + self.eps)


@TOPIC.mistake(
    "Adam.step",
    says="Each step uses the latest gradient alone: the averages m and v are not kept from step to step.",
    asks="Where do m and v live between two calls of step?",
)
def moments_not_kept(self):
    for p in self.params:
        g = p.grad + self.weight_decay * p.data
        p.data -= self.lr * g / (g.abs() + self.eps)
