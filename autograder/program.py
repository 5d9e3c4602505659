"""A test case as data: a short program in the framework's own words.

The same program runs on the submission, on `torch.nn` behind the same interface, and on the solved package with a
known mistake in it (`sandbox/interpreter.py`), so what is compared is always the same thing. A program is plain JSON
and named tensors: it can cross a process boundary without pickling, and be printed as the few lines of Python it is.
"""

from dataclasses import dataclass, field

import torch

LAYOUTS = ("contiguous", "transposed", "strided", "expanded")
"""How a tensor lies in memory on arrival; the values are the same. expanded: stride 0 along the first dimension."""


FUNCTIONS = {
    "sum of squares": lambda x: (x * x).sum(),
    "sum of cubes": lambda x: (x * x * x).sum(),
    "weighted sines": lambda x: (
        torch.sin(x).flatten() * torch.arange(1, x.numel() + 1, dtype=x.dtype, device=x.device)
    ).sum(),
    "product of neighbours": lambda x: (x.flatten()[1:] * x.flatten()[:-1]).sum() + x.flatten()[0],
    "plain number": lambda x: float((x * x).sum()),
}
"""Functions of one tensor, by name, for exercises that take a function; each returns a number."""


COMBINATIONS = {
    "quotient": lambda a, b: (a / b).round(decimals=5),  # x / 0.8 and x * 1.25 show one and the same mask
    "difference": lambda a, b: a - b,
    "rest of product": lambda a, b, c: a - b * c,
    "times the entry above": lambda a: a * a.roll(1, 0),
    "times the entry to the left": lambda a: a * a.roll(1, -1),
    "sum over the batch": lambda a: a.sum([d for d in range(a.dim()) if d != 1]),
}
"""Ways to combine results into one that is compared in their place."""


@dataclass(frozen=True)
class Ref:
    """The result of an earlier step, by name."""

    name: str


@dataclass(frozen=True)
class Fn:
    """One of `FUNCTIONS`, by name."""

    name: str


@dataclass
class Program:
    """Steps in order, the tensors they use, and which results are observed under which name."""

    steps: list = field(default_factory=list)
    tensors: dict = field(default_factory=dict)
    layouts: dict = field(default_factory=dict)
    observed: dict = field(default_factory=dict)
    derived: dict = field(default_factory=dict)

    def _repr_pretty_(self, printer, cycle):
        """What Hypothesis writes down for each program that fails: the calls, not all the numbers."""
        printer.text("; ".join(self.to_python()))

    def tensor(self, name, value, layout="contiguous"):
        """Give the program an input tensor."""
        self.tensors[name] = value
        if layout != "contiguous":
            self.layouts[name] = layout
        return Ref(name)

    def new(self, cls, *args, **kwargs):
        """Make an object of a class of the package."""
        return self._step("new", cls.lower(), cls=cls, args=args, kwargs=kwargs)

    def function(self, function, *args, **kwargs):
        """Call a function of the package."""
        return self._step("function", function, function=function, args=args, kwargs=kwargs)

    def call(self, target, method, *args, **kwargs):
        """Call a method of an object; if it raises, the object counts as unusable from then on."""
        return self._step("call", method, target=target.name, method=method, args=args, kwargs=kwargs)

    def attempt(self, target, method, *args, **kwargs):
        """Call a method that may raise, and go on with the object all the same."""
        return self._step("attempt", method, target=target.name, method=method, args=args, kwargs=kwargs)

    def forward(self, target, *inputs):
        return self.call(target, "forward", *inputs)

    def backward(self, target, *grads):
        return self.call(target, "backward", *grads)

    def load(self, target, **tensors):
        """Load a state dict made of input tensors (their Refs by parameter name)."""
        return self._step("load", "loaded", target=target.name, state={k: v.name for k, v in tensors.items()})

    def grad(self, target, parameter, after=None):
        """The gradient of one parameter, dotted name; of a Parameter itself with parameter=''. after: as in `get`."""
        return self._step("grad", "grad", target=target.name, parameter=parameter, **_needing(after))

    def set_grad(self, target, grad):
        """Fill the gradient of a Parameter, in place."""
        return self._step("set_grad", "set", target=target.name, value=grad.name)

    def get(self, target, attribute, after=None):
        """A public attribute: `data` of a Parameter, `lr` of an optimiser.

        after: the step that should have changed it; where that raised, so does this.
        """
        return self._step("get", attribute, target=target.name, attribute=attribute, **_needing(after))

    def item(self, target, index):
        """`target[index]`."""
        return self._step("item", "item", target=target.name, index=index)

    def length(self, target):
        """`len(target)`."""
        return self._step("length", "length", target=target.name)

    def copy(self, target):
        """The tensor as it is now; later changes in place do not reach the copy."""
        return self._step("copy", "copy", target=target.name)

    def seed(self, seed):
        """Seed the random numbers."""
        return self._step("seed", "seed", value=seed)

    def observe(self, name, ref):
        """Report this result under a name that checks refer to."""
        self.observed[name] = ref.name
        return ref

    def derive(self, name, how, *operands):
        """Report a combination of results (`COMBINATIONS`), computed where outcomes are compared.

        operands: names of observations or of input tensors. So what is random can be judged by what must hold.
        """
        self.derived[name] = (how, operands)

    def until(self, names):
        """The part that some observations need: the steps up to the last of them, and no others reported."""
        names = set(names)
        for name, (_, operands) in reversed(self.derived.items()):
            if name in names:
                names.update(operands)
        observed = {name: ref for name, ref in self.observed.items() if name in names}
        derived = {name: how for name, how in self.derived.items() if name in names}
        last = max(i for i, step in enumerate(self.steps) if step["as"] in observed.values())
        return Program(self.steps[: last + 1], self.tensors, self.layouts, observed, derived)

    def to_python(self):
        """The program as lines of Python, tensors by name."""
        names = {}
        return [line for step in self.steps if (line := line_of(step, names))]

    def to_json(self):
        return {"steps": self.steps, "layouts": self.layouts, "observed": self.observed}

    def _step(self, do, stem, args=(), kwargs=None, **fields):
        name = f"{stem}.{len(self.steps)}"
        if args or kwargs:
            fields |= {"args": [encode(a) for a in args], "kwargs": {k: encode(v) for k, v in (kwargs or {}).items()}}
        self.steps.append({"do": do, "as": name, **fields})
        return Ref(name)


def _needing(step):
    return {} if step is None else {"needs": step.name}


def encode(value):
    """An argument as JSON: Refs and tuples marked, the rest plain."""
    if isinstance(value, Ref):
        return {"ref": value.name}
    if isinstance(value, Fn):
        return {"fn": value.name}
    if isinstance(value, tuple):
        return {"tuple": [encode(v) for v in value]}
    if isinstance(value, list):
        return [encode(v) for v in value]
    return value


def line_of(step, names):
    """One step as Python, or None for steps that only prepare or look. names: what earlier results are called."""
    arguments = [_text(a, names) for a in step.get("args", ())]
    arguments += [f"{k}={_text(v, names)}" for k, v in step.get("kwargs", {}).items()]
    target = names.get(step.get("target"), step.get("target"))
    match step["do"]:
        case "new":
            count = sum(name.startswith(step["cls"].lower()) for name in names.values())
            names[step["as"]] = step["cls"].lower() + (str(count + 1) if count else "")
            return f"{names[step['as']]} = {step['cls']}({', '.join(arguments)})"
        case "function":
            return f"{step['function']}({', '.join(arguments)})"
        case "call" | "attempt":
            return f"{target}.{step['method']}({', '.join(arguments)})"
        case "load":
            values = ", ".join(f"{key!r}: {value}" for key, value in step["state"].items())
            return f"{target}.load_state_dict({{{values}}})"
        case "set_grad":
            return f"{target}.grad.copy_({step['value']})"
        case "seed":
            return f"torch.manual_seed({step['value']})"
    return None


def _text(value, names):
    if isinstance(value, dict):
        if "ref" in value:
            return names.get(value["ref"], value["ref"])
        if "fn" in value:
            return f"<{value['fn']}>"
        return "(" + ", ".join(_text(v, names) for v in value["tuple"]) + ")"
    if isinstance(value, list):
        return "[" + ", ".join(_text(v, names) for v in value) + "]"
    return repr(value)
