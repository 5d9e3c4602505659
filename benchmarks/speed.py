"""Every class of `solutions` beside `torch.nn`: time and memory of a forward and a backward."""

import torch

from . import cases, clock, memory
from .experiment import Experiment


def speed(size, case, device, threads, seconds):
    """{form: {"forward" | "backward" | "both": [median, lower and upper quartile], in seconds}}."""
    return clock.race(cases.BY_NAME[size, case], seconds, device)


def peaks(size, case):
    """{form: bytes at the peak of a forward and backward, over what was held before}."""
    return {form: memory.peak(size, case, form) for form in cases.BY_NAME[size, case].forms()}


def machines():
    """[(device, threads), …]: one thread, two, and a GPU if there is one."""
    return [("cpu", 1), ("cpu", 2)] + [("cuda", 1)] * torch.cuda.is_available()


SPEED = Experiment(
    "speed",
    speed,
    tuple(
        {"size": size, "case": case, "device": device, "threads": threads, "seconds": 2.0}
        for device, threads in machines()
        for size, case in cases.BY_NAME
    ),
    timed=True,
    uses=(cases, clock),
)
MEMORY = Experiment(
    "memory",
    peaks,
    tuple({"size": size, "case": case} for size, case in cases.BY_NAME if size == "large"),
    uses=(cases, memory),
)
EXPERIMENTS = (SPEED, MEMORY)
