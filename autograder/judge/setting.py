"""What is known of the calls that a result came from: sizes, arguments, and what the dimensions mean."""

import inspect
import math

import solutions

from .localise import Setting, Size

BATCH = {
    1: ("sample",),
    2: ("sample", "column"),
    3: ("sample", "channel", "position"),
    4: ("sample", "channel", "row", "column"),
}
"""What the dimensions of a layer's input mean, by how many there are."""


def setting(program, name):
    """What a message may speak of: the tensors that an observation was computed from, and the sizes of the case."""
    steps = program.until([name]).steps
    inputs = {ref: program.tensors[ref] for step in steps for ref in _refs(step) if ref in program.tensors}
    made = [step for step in steps if step["do"] in ("new", "function")][-1]
    arguments = _arguments(made)
    last = [step for step in steps if step.get("method") == "forward" or step["do"] == "function"][-1:]
    first = next((ref for step in last for ref in _refs(step) if ref in program.tensors), None)
    x = None if first is None or first == "grad_y" or program.tensors[first].dim() == 0 else program.tensors[first]
    dimensions, shape = _meaning(x, made["do"], arguments)
    sizes = _sizes(dict(zip(dimensions, shape, strict=True)), arguments, inputs)
    return Setting(inputs, sizes, _axes(name, dimensions if made["do"] == "new" else (), inputs))


def _meaning(x, do, arguments):
    """(what the dimensions of an input mean, their sizes); nothing where it is not clear."""
    if x is None or (do == "function" and "padding" not in arguments):
        return (), ()
    if "in_features" in arguments:  # whatever comes before the features is the batch
        return BATCH[2], (x[..., 0].numel(), x.shape[-1])
    if "kernel_size" in arguments or "scale_factor" in arguments:  # an image alone has no samples
        dimensions = {3: BATCH[4][1:], 4: BATCH[4]}.get(x.dim(), ())
    else:
        dimensions = BATCH.get(x.dim(), ())
    return dimensions, x.shape if dimensions else ()


def _refs(step):
    """The names of the results that a step takes."""
    values = [*step.get("args", ()), *step.get("kwargs", {}).values()]
    given = [v["ref"] for v in values if isinstance(v, dict) and "ref" in v]
    return [*given, *step.get("state", {}).values(), *([step["value"]] if step["do"] == "set_grad" else [])]


def _arguments(step):
    """{name: value} of the call of a constructor or function, with the defaults that stand in the course's own."""
    args, kwargs = step.get("args", ()), step.get("kwargs", {})
    try:
        bound = inspect.signature(getattr(solutions, step.get("cls") or step["function"])).bind_partial(*args, **kwargs)
    except (TypeError, ValueError, AttributeError):
        return kwargs
    bound.apply_defaults()
    return {n: tuple(v["tuple"]) if isinstance(v, dict) and "tuple" in v else v for n, v in bound.arguments.items()}


def _sizes(x, arguments, inputs):
    """The numbers of a case that a result may have been multiplied or divided by, as a student would call them.

    x: {dimension: size} of the input.
    """
    parts = {"N": (x["sample"],)} if "sample" in x else {}
    if "reduction" in arguments or list(x) == ["sample", "column"]:
        rest = math.prod(size for dimension, size in x.items() if dimension != "sample")
        letter = "D" if all(t.is_floating_point() for t in inputs.values()) else "C"
        parts |= {letter: (rest,), f"N·{letter}": (x["sample"], rest)} if len(x) > 1 else {}
    elif "channel" in x:
        sides = tuple(x[dimension] for dimension in ("row", "column", "position") if dimension in x)
        letters = "H·W" if len(sides) == 2 else "L"
        parts |= {"C": (x["channel"],), letters: sides}
        parts |= {f"N·{letters}": (x["sample"], *sides)} if "sample" in x else {}
        parts |= _positions(inputs, len(sides))
    for name in ("kernel_size", "scale_factor"):
        if isinstance(value := arguments.get(name), (int, tuple)):
            parts[name] = value if isinstance(value, tuple) else (value, value)
    for name in ("p", "momentum", "lr", "gamma", "negative_slope"):
        if isinstance(value := arguments.get(name), float) and 0 < value < 1:
            parts |= {name: (value,), f"1-{name}": (1 - value,)}
    return {key: Size(_label(key, numbers), numbers) for key, numbers in parts.items()}


def _positions(inputs, rank):
    """How many positions a window has: a bias gradient is a sum over them."""
    grad_y = inputs.get("grad_y2", inputs.get("grad_y"))
    if grad_y is None or rank != 2 or grad_y.dim() != 4:
        return {}
    sides = tuple(grad_y.shape[2:])
    return {"H_out·W_out": sides, "N·H_out·W_out": (len(grad_y), *sides)}


def _label(key, numbers):
    if key in ("kernel_size", "scale_factor"):
        return f"{key}²" if len(set(numbers)) == 1 else f"{key}[0]·{key}[1]"
    return key


def _axes(name, dimensions, inputs):
    """Names of the dimensions of what is observed. Those of a parameter have none, but for rows and columns."""
    if "grad of" in name or "grads of" in name:
        tensor = inputs.get(name.rpartition(" ")[2])
        return () if tensor is None or tensor.dim() != 4 else (None, None, "row", "column")
    return dimensions
