"""Topic batchnorm: normalise every channel by the batch, and remember what batches look like."""

import torch
from hypothesis import strategies as st

from ...program import Program
from ..common import draw, reference
from ..common.layers import CONTRACT_EXAMPLES, MAIN_EXAMPLES, LayerCase, layer_checks, once
from ..common.model import Check, Space, Topic
from ..common.races import layer_race
from .derivations import DERIVATIONS
from .mistakes import MISTAKES

RUNNING = ("running_mean after forward", "running_var after forward", "num_batches_tracked after forward")


@st.composite
def batches(draw_, cls, mode="train", options=None, affine=True, track=True, rank=None):
    """A BatchNorm with parameters and running moments that are not those of a fresh one.

    options: strategy of keyword arguments. rank: number of dimensions of x; 4 for BatchNorm2d, 2 or 3 for 1d.
    """
    kwargs = {} if options is None else dict(draw_(options))
    kwargs |= ({} if affine else {"affine": False}) | ({} if track else {"track_running_stats": False})
    rank = rank or (4 if cls == "BatchNorm2d" else draw_(st.sampled_from([2, 3])))
    channels = draw_(draw.sizes(3))
    shape = [draw_(draw.sizes(4, least=2)), channels, *(draw_(draw.sizes(3)) for _ in range(rank - 2))]
    state = {}
    if affine:
        state |= {name: draw_(draw.tensors([channels])) for name in ("weight", "bias")}
    if track:
        state["running_mean"] = draw_(draw.tensors([channels]))
        state["running_var"] = draw_(draw.tensors([channels])).abs() + 0.5
        state["num_batches_tracked"] = torch.tensor(draw_(st.integers(0, 3)))
    x, grad_y = draw_(draw.tensors(shape, ("normal", "distinct"))), draw_(draw.tensors(shape))
    return LayerCase(cls, x, grad_y, args=(channels,), kwargs=kwargs, state=state, mode=mode)


def zero_sum(case):
    """The gradient with respect to x sums to zero over each channel: a shift of a channel changes nothing."""
    p = once(case)
    p.derive("sum of grad_input over the batch", "sum over the batch", "grad_input")
    return p


def trained_then_evaluated(case):
    """Two training batches, then one in evaluation: it uses what was remembered."""
    p = Program()
    layer = p.new(case.cls, *case.args, **case.kwargs)
    p.call(layer, "double")
    p.forward(layer, p.tensor("x", case.x))
    p.forward(layer, p.tensor("x2", 2 * case.x.flip(0) - 1))
    p.call(layer, "eval")
    p.observe("evaluated", p.forward(layer, p.tensor("x3", case.x + 0.5)))
    p.observe("running_mean", p.get(layer, "running_mean"))
    return p


def single_value(cls):
    """One value for each channel has no variance."""
    p = Program()
    layer = p.new(cls, 2)
    x = torch.ones(1, 2) if cls == "BatchNorm1d" else torch.ones(1, 2, 1, 1)
    p.observe("one value", p.attempt(layer, "forward", p.tensor("x", x)))
    return p


def wrong_rank(cls):
    """Input of a rank that the class is not for."""
    p = Program()
    layer = p.new(cls, 2)
    x = torch.ones(3, 2, 2, 2) if cls == "BatchNorm1d" else torch.ones(3, 2)
    p.observe("wrong rank", p.attempt(layer, "forward", p.tensor("x", x)))
    return p


def options(**choices):
    return st.fixed_dictionaries({name: st.sampled_from(values) for name, values in choices.items()})


def batchnorm_checks(cls, weight):
    """All checks of one of the two classes."""
    forward, backward = "BatchNorm.forward", "BatchNorm.backward"
    gradients = ("grad_input", "grad of weight", "grad of bias")
    training = batches(cls)
    remembered, evaluated = Space(training, once), Space(batches(cls, "eval"), once)
    remade = Space(batches(cls, options=options(eps=[1e-5, 0.1, 1.0], momentum=[0.1, 0.5, 1.0])), once)
    cumulative = Space(batches(cls, options=options(momentum=[None])), once)
    plain, untracked = Space(batches(cls, affine=False), once), Space(batches(cls, track=False), once)
    untracked_eval = Space(batches(cls, "eval", track=False), once)

    def check(name, exercise, kind, space, observes, compare="values", share=1.0, examples=CONTRACT_EXAMPLES):
        title = f"{cls}.{exercise.rpartition('.')[2]}: {name}"
        return Check(title, exercise, kind, space, observes, compare, share * weight, examples)

    return [
        *layer_checks(cls, training, ("weight", "bias"), weight, owner="BatchNorm"),
        check(
            "running mean and variance",
            "BatchNorm.remember",
            "forward",
            remembered,
            RUNNING[:2],
            share=2,
            examples=MAIN_EXAMPLES,
        ),
        check("counts the batches", "BatchNorm.remember", "contract", remembered, RUNNING[2:], share=0.5),
        check("eps and momentum", forward, "forward", remade, ("output", *RUNNING[:2]), examples=8),
        check("eps", backward, "gradient", remade, gradients, examples=8),
        check("evaluation uses the running moments", forward, "forward", evaluated, ("output", *RUNNING), share=2),
        check(
            "after training, in evaluation",
            forward,
            "forward",
            Space(training, trained_then_evaluated),
            ("evaluated", "running_mean"),
        ),
        check("in evaluation", backward, "gradient", evaluated, gradients),
        check(
            "grad_input sums to zero over each channel",
            backward,
            "gradient",
            Space(training, zero_sum),
            ("sum of grad_input over the batch",),
        ),
        check("momentum=None is the mean over all batches", "BatchNorm.remember", "contract", cumulative, RUNNING[:2]),
        check("affine=False", forward, "contract", plain, ("output",), share=0.5),
        check("affine=False", backward, "contract", plain, ("grad_input",), share=0.5),
        check("track_running_stats=False", forward, "contract", untracked, ("output",), share=0.5),
        check("track_running_stats=False in evaluation", forward, "contract", untracked_eval, ("output",), share=0.5),
        check(
            "refuses one value per channel in training",
            forward,
            "contract",
            Space(st.just(single_value(cls))),
            ("one value",),
            "raises",
            0.5,
            1,
        ),
        check(
            "refuses input of another rank",
            forward,
            "contract",
            Space(st.just(wrong_rank(cls))),
            ("wrong rank",),
            "raises",
            0.5,
            1,
        ),
    ]


TOPIC = Topic(
    name="batchnorm",
    title="Batch normalisation",
    notebook="07_batchnorm",
    files=("batchnorm.py",),
    weight=14,
    reference={cls: reference.layer(getattr(torch.nn, cls)) for cls in ("BatchNorm1d", "BatchNorm2d")},
    checks=[*batchnorm_checks("BatchNorm1d", 0.7), *batchnorm_checks("BatchNorm2d", 1.0)],
    speed=[layer_race("BatchNorm2d", "32x16x16x16", (32, 16, 16, 16), 16, gold=3.0, owner="BatchNorm")],
    mistakes=MISTAKES,
    derivations=DERIVATIONS,
)
