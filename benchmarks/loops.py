"""What vectorising brings: the network of the disk with one multiplication at a time, and convolution likewise."""

import time
from functools import partial
from statistics import median

import torch

import solutions
from labkit import reference
from labkit.data import batches, disk, one_hot, standardise
from labkit.loops import Loops
from labkit.networks import mlp, twin
from labkit.training import our_step, torch_step

from .experiment import Experiment

LR = 5e-3
WAYS = {"loops over tensors": 1, "loops over lists": 3, "vectorised": 5, "torch.nn": 5}
"""How the network of the disk is computed, and how many runs there are of it."""
AS_NUMBERS = {"loops over tensors": torch.Tensor.clone, "loops over lists": torch.Tensor.tolist}


def trainer(way):
    """A function (x, target) → loss: one step with a batch of one point."""
    torch.manual_seed(0)
    build = partial(mlp, widths=(2, 25, 25, 25, 2))
    network, framework, one_step = build(solutions).double(), solutions, our_step
    if way in AS_NUMBERS:
        numbers = AS_NUMBERS[way]
        loops = Loops(network, numbers)
        return lambda x, target: loops.step(numbers(x[0]), numbers(target[0]), LR)
    if way == "torch.nn":
        network, framework, one_step = twin(network, build), reference, torch_step
    parts = network, framework.MSELoss(), framework.SGD(network.parameters(), lr=LR)
    return lambda x, target: one_step(*parts, x, target).item()


def disk_training(way, epochs, seed):
    """{"seconds": of the training, "losses": mean over each epoch}: batches of one point."""
    (data,) = standardise(disk(1000, seed))
    x, target = data.x.double(), one_hot(data.t, 2).double()
    one_step, losses, seconds = trainer(way), [], 0.0
    for epoch in batches(len(data), 1, epochs, seed):
        start = time.perf_counter()
        losses.append(sum(one_step(x[batch], target[batch]) for batch in epoch) / len(epoch))
        seconds += time.perf_counter() - start
    return {"seconds": seconds, "losses": losses}


def convolution(images):
    """{"naive": seconds, "vectorised": seconds, "difference": largest}: 3x3 kernels from 3 to 8 channels, 10x10."""
    torch.manual_seed(0)
    x, weight, bias = torch.randn(images, 3, 10, 10), torch.randn(8, 3, 3, 3), torch.randn(8)
    start = time.perf_counter()
    expected = solutions.conv2d_naive(x, weight, bias)
    naive = time.perf_counter() - start
    times = []
    for _ in range(100):
        start = time.perf_counter()
        y = solutions.conv2d(x, weight, bias, (1, 1), (0, 0), (1, 1))
        times.append(time.perf_counter() - start)
    return {"naive": naive, "vectorised": median(times), "difference": (y - expected).abs().max().item()}


EXPERIMENTS = (
    Experiment(
        "loops",
        disk_training,
        tuple({"way": way, "epochs": 5, "seed": seed} for way, runs in WAYS.items() for seed in range(runs)),
        timed=True,
    ),
    Experiment("naive", convolution, ({"images": 1}, {"images": 10}, {"images": 100}), timed=True),
)
