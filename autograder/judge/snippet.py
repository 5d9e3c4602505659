"""A counterexample as three lines of Python, to be pasted into a notebook or a console."""

import re

from ..program import line_of

LONGEST = 600
"""Characters of the longest line; a case with more numbers is not for pasting."""

NO_PYTHON = re.compile(r"<|\b[a-z_]\w*\.\d|\b\d\.[a-z]")
"""A function of the judge's, a result that has no name, a tensor whose name is no variable's: `0.weight`."""


def snippet(program, name):
    """Imports, tensors and calls that end in printing the observation `name`; None if three lines cannot do it.

    They cannot where a tensor's place in memory matters, where a function of the judge's is handed over, where the
    observation is a combination of several, and where there are too many numbers.
    """
    if program.layouts or name not in program.observed:
        return None
    names, calls = {}, []
    for step in program.steps:
        line, observed = line_of(step, names), step["as"] == program.observed[name]
        if observed:
            looked_at = _expression(step, names) if line is None else line.partition(" = ")[2] or line
            line = f"print({looked_at})"
        if line is not None:
            calls.append(line)
        if observed:
            break
    text = "; ".join(calls)
    lines = [f"import torch; from scaffold import {_imported(program)}", _tensors(program, text), text]
    whole = max(map(len, lines)) <= LONGEST and not NO_PYTHON.search(text)
    return "\n".join(line for line in lines if line) if whole else None


def _imported(program):
    classes = [step.get("cls") or step.get("function") for step in program.steps]
    return ", ".join(dict.fromkeys(filter(None, classes)))


def _tensors(program, text):
    """One line that makes the tensors which the calls mention."""
    used = {name: tensor for name, tensor in program.tensors.items() if re.search(rf"\b{re.escape(name)}\b", text)}
    return f"{', '.join(used)} = {', '.join(map(_literal, used.values()))}" if used else ""


def _literal(tensor):
    dtype = f", dtype={tensor.dtype}" if tensor.is_floating_point() else ""
    numbers = re.sub(r"(\d)\.0\b", r"\1", str(tensor.tolist()))
    return f"torch.tensor({numbers}{dtype})"


def _expression(step, names):
    """What a step that only looks looks at."""
    target = names.get(step.get("target"), step.get("target"))
    match step["do"]:
        case "grad":
            return f"{target}.{step['parameter']}.grad" if step["parameter"] else f"{target}.grad"
        case "get":
            names[step["as"]] = f"{target}.{step['attribute']}"
            return names[step["as"]]
        case "item":
            return f"{target}[{step['index']}]"
        case "length":
            return f"len({target})"
    return target
