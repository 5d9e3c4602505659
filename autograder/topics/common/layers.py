"""The checks that every layer has to pass, made from the space of its cases."""

from dataclasses import dataclass, field

import torch

from ...program import LAYOUTS, Program
from .model import Check, Space

MAIN_EXAMPLES = 16
"""Programs drawn for outputs and gradients; contract checks need fewer, since each asks a single question."""
CONTRACT_EXAMPLES = 4


@dataclass(frozen=True)
class LayerCase:
    """One layer, one input, one upstream gradient. state: parameters and buffers by name. mode: 'train' or 'eval'."""

    cls: str
    x: torch.Tensor
    grad_y: torch.Tensor
    args: tuple = ()
    kwargs: dict = field(default_factory=dict)
    state: dict = field(default_factory=dict)
    mode: str = "train"


def build(case, program, dtype=torch.float64):
    """The steps that make the layer: constructor, dtype, parameters, mode."""
    layer = program.new(case.cls, *case.args, **case.kwargs)
    if dtype == torch.float64:
        program.call(layer, "double")
    if case.state:
        state = {
            name: program.tensor(name, value.to(dtype) if value.is_floating_point() else value)
            for name, value in case.state.items()
        }
        program.load(layer, **state)
    if case.mode == "eval":
        program.call(layer, "eval")
    return layer


def learned(case):
    """The names of the case's parameters (its state without buffers)."""
    return [name for name in case.state if name.rpartition(".")[2] in ("weight", "bias")]


def once(case):
    """Forward and backward, once, with everything observed."""
    p = Program()
    layer = build(case, p)
    x, grad_y = p.tensor("x", case.x), p.tensor("grad_y", case.grad_y)
    p.observe("output", p.forward(layer, x))
    p.observe("x after forward", p.copy(x))
    for name in (n for n in case.state if n not in learned(case)):
        p.observe(f"{name} after forward", p.get(layer, name))
    p.observe("grad_input", p.backward(layer, grad_y))
    for name in learned(case):
        p.observe(f"grad of {name}", p.grad(layer, name))
    p.observe("x after backward", p.copy(x))
    p.observe("grad_y after", p.copy(grad_y))
    return p


def twice(case):
    """A second batch of another size after the first: gradients add up, all else depends on the second alone."""
    p = Program()
    layer = build(case, p)
    p.forward(layer, p.tensor("x", case.x))
    p.backward(layer, p.tensor("grad_y", case.grad_y))
    x2 = p.tensor("x2", torch.cat([case.x.flip(0), 0.5 * case.x]))
    grad_y2 = p.tensor("grad_y2", torch.cat([-2 * case.grad_y, case.grad_y.flip(0)]))
    p.observe("second output", p.forward(layer, x2))
    p.observe("second grad_input", p.backward(layer, grad_y2))
    for name in learned(case):
        p.observe(f"sum of grads of {name}", p.grad(layer, name))
    return p


def two_forwards(case):
    """Two forwards, then a backward: it belongs to the last forward."""
    p = Program()
    layer = build(case, p)
    p.forward(layer, p.tensor("x", case.x))
    p.observe("last output", p.forward(layer, p.tensor("x2", torch.cat([0.5 * case.x.flip(0), case.x]))))
    p.observe("last grad_input", p.backward(layer, p.tensor("grad_y2", torch.cat([case.grad_y.flip(0), case.grad_y]))))
    return p


def backward_again(case):
    """Backward twice for one forward: the second may raise; if it answers, it answers the same."""
    p = Program()
    layer = build(case, p)
    grad_y = p.tensor("grad_y", case.grad_y)
    p.forward(layer, p.tensor("x", case.x))
    p.backward(layer, grad_y)
    p.observe("grad_input again", p.attempt(layer, "backward", grad_y))
    return p


def in_any_layout(case):
    """Input and upstream gradient that are not contiguous in memory, in one of several ways."""
    p = Program()
    layer = build(case, p)
    layout, grad_layout = (LAYOUTS[1 + (case.x.numel() + i) % 3] for i in (0, 1))
    x, grad_y = (
        t[:1].expand_as(t).clone() if how == "expanded" else t
        for t, how in ((case.x, layout), (case.grad_y, grad_layout))
    )
    p.observe("output", p.forward(layer, p.tensor("x", x, layout)))
    p.observe("grad_input", p.backward(layer, p.tensor("grad_y", grad_y, grad_layout)))
    for name in learned(case):
        p.observe(f"grad of {name}", p.grad(layer, name))
    return p


def in_float32(case):
    """The same in float32, torch's default."""
    p = Program()
    layer = build(case, p, torch.float32)
    p.observe("output", p.forward(layer, p.tensor("x", case.x.float())))
    p.observe("grad_input", p.backward(layer, p.tensor("grad_y", case.grad_y.float())))
    return p


def backward_first(case):
    """Backward on a fresh layer."""
    p = Program()
    layer = build(case, p)
    p.observe("backward before forward", p.attempt(layer, "backward", p.tensor("grad_y", case.grad_y)))
    return p


def layer_checks(cls, cases, parameters=(), weight=1.0, owner=None):
    """All checks of one layer class.

    cases: strategy of LayerCase. parameters: names whose gradients are judged. owner: the class in which its methods
    are written, if that is a base class.
    """
    forward, backward = f"{owner or cls}.forward", f"{owner or cls}.backward"
    main, second, last, layouts, single = (
        Space(cases, how) for how in (once, twice, two_forwards, in_any_layout, in_float32)
    )

    def check(name, exercise, kind, space, observes, compare="values", share=1.0, examples=CONTRACT_EXAMPLES):
        title = f"{cls}.{exercise.rpartition('.')[2]}: {name}"
        return Check(title, exercise, kind, space, observes, compare, share * weight, examples)

    checks = [
        check("output", forward, "forward", main, ("output",), share=3, examples=MAIN_EXAMPLES),
        check("leaves its input as it was", forward, "contract", main, ("x after forward",), "unchanged"),
        check("forgets the batch before", forward, "contract", last, ("last output",)),
        check("any memory layout", forward, "contract", layouts, ("output",)),
        check("keeps float32", forward, "contract", single, ("output",), "dtype"),
        check("grad_input", backward, "gradient", main, ("grad_input",), share=3, examples=MAIN_EXAMPLES),
    ]
    for name in parameters:
        observed = (f"grad of {name}",)
        checks.append(check(f"grad of {name}", backward, "gradient", main, observed, share=3, examples=MAIN_EXAMPLES))
    checks += [
        check(
            "leaves grad_y and the input as they were",
            backward,
            "contract",
            main,
            ("grad_y after", "x after backward"),
            "unchanged",
        ),
        check(
            "can be repeated, or says no",
            backward,
            "contract",
            Space(cases, backward_again),
            ("grad_input again",),
            "values_or_raises",
        ),
        check("belongs to the last forward", backward, "contract", last, ("last grad_input",)),
        check(
            "any memory layout",
            backward,
            "contract",
            layouts,
            ("grad_input", *(f"grad of {name}" for name in parameters)),
        ),
        check("keeps float32", backward, "contract", single, ("grad_input",), "dtype"),
        check(
            "before forward raises an error",
            backward,
            "contract",
            Space(cases, backward_first),
            ("backward before forward",),
            "raises",
            examples=1,
        ),
    ]
    if parameters:
        sums = tuple(f"sum of grads of {name}" for name in parameters)
        checks.append(check("adds to the gradients that are there", backward, "contract", second, sums))
    return checks
