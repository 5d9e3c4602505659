"""The checks that every loss has to pass, made from the space of its cases."""

from dataclasses import dataclass, field

import torch
from hypothesis import strategies as st

from ...program import Program
from .layers import CONTRACT_EXAMPLES, MAIN_EXAMPLES
from .model import Check, Space


@dataclass(frozen=True)
class LossCase:
    """One loss, one prediction, one target."""

    cls: str
    input: torch.Tensor
    target: torch.Tensor
    kwargs: dict = field(default_factory=dict)


def once(case):
    """Forward and backward, once, with everything observed."""
    p = Program()
    loss = p.new(case.cls, **case.kwargs)
    input, target = p.tensor("input", case.input), p.tensor("target", case.target)
    p.observe("loss", p.forward(loss, input, target))
    p.observe("grad_input", p.backward(loss))
    p.observe("input after", p.copy(input))
    p.observe("target after", p.copy(target))
    return p


def two_forwards(case):
    """Two batches, then a backward and another: both belong to the last batch."""
    p = Program()
    loss = p.new(case.cls, **case.kwargs)
    p.forward(loss, p.tensor("input", case.input), p.tensor("target", case.target))
    input, target = torch.cat([0.5 * case.input, case.input]), torch.cat([case.target, case.target.flip(0)])
    p.observe("last loss", p.forward(loss, p.tensor("input2", input), p.tensor("target2", target)))
    p.observe("last grad_input", p.backward(loss))
    p.observe("grad_input again", p.attempt(loss, "backward"))
    return p


def in_any_layout(case):
    """Input and target that are not contiguous in memory."""
    p = Program()
    loss = p.new(case.cls, **case.kwargs)
    input, target = p.tensor("input", case.input, "transposed"), p.tensor("target", case.target, "strided")
    p.observe("loss", p.forward(loss, input, target))
    p.observe("grad_input", p.backward(loss))
    return p


def in_float32(case):
    """The same in float32, torch's default."""
    p = Program()
    loss = p.new(case.cls, **case.kwargs)
    target = case.target.float() if case.target.is_floating_point() else case.target
    p.observe("loss", p.forward(loss, p.tensor("input", case.input.float()), p.tensor("target", target)))
    p.observe("grad_input", p.backward(loss))
    return p


def summed(case):
    """The same with reduction='sum'."""
    return once(LossCase(case.cls, case.input, case.target, {"reduction": "sum"}))


def backward_first(case):
    """Backward on a fresh loss."""
    p = Program()
    p.observe("backward before forward", p.attempt(p.new(case.cls, **case.kwargs), "backward"))
    return p


def refused(cls, input, target):
    """A pair of shapes that must not be accepted."""
    p = Program()
    loss = p.new(cls)
    shapes = p.attempt(loss, "forward", p.tensor("input", input), p.tensor("target", target))
    p.observe("mismatched shapes", shapes)
    return p


def loss_checks(cls, cases, saturated, mismatched, weight=1.0):
    """All checks of one loss class.

    cases: strategy of LossCase with reduction='mean'. saturated: the same with huge numbers. mismatched: pairs
    (input, target) that must be refused.
    """
    forward, backward = f"{cls}.forward", f"{cls}.backward"
    main, last, layouts, single, total = (
        Space(cases, how) for how in (once, two_forwards, in_any_layout, in_float32, summed)
    )
    extreme = Space(saturated, once)
    pairs = Space(st.sampled_from(mismatched), lambda pair: refused(cls, *pair))

    def check(name, exercise, kind, space, observes, compare="values", share=1.0, examples=CONTRACT_EXAMPLES):
        return Check(f"{exercise}: {name}", exercise, kind, space, observes, compare, share * weight, examples)

    return [
        check("loss", forward, "forward", main, ("loss",), "number", share=3, examples=MAIN_EXAMPLES),
        check("is a 0-d tensor", forward, "contract", main, ("loss",), "scalar_tensor"),
        check("reduction='sum'", forward, "forward", total, ("loss",), "number", examples=8),
        check("huge numbers", forward, "forward", extreme, ("loss",), "number", examples=8),
        check(
            "leaves input and target as they were",
            forward,
            "contract",
            main,
            ("input after", "target after"),
            "unchanged",
        ),
        check("refuses shapes that do not fit", forward, "contract", pairs, ("mismatched shapes",), "raises"),
        check("any memory layout", forward, "contract", layouts, ("loss",), "number"),
        check("keeps float32", forward, "contract", single, ("loss",), "dtype"),
        check("grad_input", backward, "gradient", main, ("grad_input",), share=4, examples=MAIN_EXAMPLES),
        check("reduction='sum'", backward, "gradient", total, ("grad_input",), examples=8),
        check("huge numbers", backward, "gradient", extreme, ("grad_input",), examples=8),
        check("belongs to the last forward", backward, "contract", last, ("last grad_input",)),
        check("can be repeated, or says no", backward, "contract", last, ("grad_input again",), "values_or_raises"),
        check("any memory layout", backward, "contract", layouts, ("grad_input",)),
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
