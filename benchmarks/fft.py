"""Convolution by the fast Fourier transform beside the others, against the size of the kernel: forward only."""

import time
from statistics import median

import torch

import solutions

from .experiment import Experiment

SIZES = (1, 3, 5, 7, 9, 11, 15, 21, 31)


def convolutions(kernel_size, channels, image, seconds):
    """{way: median seconds, "difference": largest of the FFT's from the direct sum}: as many channels out as in."""
    torch.manual_seed(0)
    padding = kernel_size // 2
    x = torch.randn(4, channels, image, image)
    weight, bias = torch.randn(channels, channels, kernel_size, kernel_size) / kernel_size, torch.randn(channels)
    geometry = (1, 1), (padding, padding), (1, 1)
    ways = {
        "torch.nn": lambda: torch.nn.functional.conv2d(x, weight, bias, padding=padding),
        "windows": lambda: solutions.conv2d(x, weight, bias, *geometry),
        "fft": lambda: solutions.conv2d_fft(x, weight, bias, *geometry),
    }
    taken = {way: [] for way in ways}
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(taken["torch.nn"]) < 5:
        for way, compute in ways.items():
            start = time.perf_counter()
            compute()
            taken[way].append(time.perf_counter() - start)
    expected = ways["torch.nn"]()
    apart = {way: ((compute() - expected).abs().max() / expected.abs().max()).item() for way, compute in ways.items()}
    return {"seconds": {way: median(times[1:]) for way, times in taken.items()}, "differences": apart}


EXPERIMENTS = (
    Experiment(
        "fft",
        convolutions,
        tuple({"kernel_size": size, "channels": 8, "image": 64, "seconds": 1.5} for size in SIZES),
        timed=True,
    ),
)
