"""Single modules beside `torch.nn` on the inputs of the reports: differences, times, and a riddle."""

import torch

from labkit.differences import differences

from . import cases, clock
from .cases import Case, regression
from .experiment import Experiment

SHAPE = (100, 3, 10, 10)
MODULES = {
    "ReLU": Case("ReLU"),
    "Sigmoid": Case("Sigmoid"),
    "MSE": Case("MSELoss", (), lambda: regression(*SHAPE)),
    "Conv2d": Case("Conv2d", (3, 8, 3)),
    "Upsampling, transposed": Case("ConvTranspose2d", (3, 8, 4), keywords={"stride": 2, "padding": 1}),
    "Upsampling, nearest": Case("Upsample", keywords={"scale_factor": 2}),
}


def module(name, seconds):
    """{"differences": {form: {dtype: {what: largest difference}}}, "times": as `clock.race`}."""
    case = MODULES[name]
    found = {}
    for form in case.forms():
        if form != "torch.nn":
            found[form] = {dtype: apart(case, form, dtype) for dtype in ("float32", "float64")}
    return {"differences": found, "times": clock.race(case, seconds)}


def apart(case, form, dtype):
    """The largest differences of one form of ours from torch.nn, by name."""
    torch.manual_seed(0)
    kind = getattr(torch, dtype)
    modules = case.forms()
    inputs = [tensor.to(kind) for tensor in case.draw()]
    return differences(modules[form].to(dtype=kind), modules["torch.nn"].to(dtype=kind), *inputs)


def riddle(seed):
    """A sigmoid whose derivative is taken at the upstream gradient of a mean squared error, not at the input: how far
    its grad_input is from the right one, on average."""
    torch.manual_seed(seed)
    x, target = torch.randn(2, *SHAPE, dtype=torch.float64)
    y = x.sigmoid()
    grad_y = 2 * (y - target) / y.numel()
    at_gradient = grad_y.sigmoid() * (1 - grad_y.sigmoid())
    return {"difference": (at_gradient - grad_y * y * (1 - y)).abs().mean().item()}


EXPERIMENTS = (
    Experiment(
        "modules", module, tuple({"name": name, "seconds": 3.0} for name in MODULES), timed=True, uses=(cases, clock)
    ),
    Experiment("riddle", riddle, tuple({"seed": seed} for seed in range(10))),
)
