"""Right answers to the derivations of topic pooling, and wrong ones that must be caught."""

import math

import torch

ANSWERS = {
    "pooling: rows left over": lambda H, K, S: (H - K) % S,
    "max: grad_x": lambda x, g: g * (x == x.max()),
    "mean of a window: grad_x": lambda x, g: torch.full_like(x, g / x.numel()),
    "every second pixel: period that appears": lambda p: p / (p - 2),
    "mean of two neighbours: swing": lambda p: math.cos(math.pi / p),
    "receptive field: one layer more": lambda r, j, K: r + (K - 1) * j,
}

WRONG = {
    "pooling: rows left over": [
        lambda H, K, S: H % S,
        lambda H, K, S: H % K,
        lambda H, K, S: (H - K) // S,
        lambda H, K, S: H - K * (H // K),
    ],
    "max: grad_x": [
        lambda x, g: g * torch.ones_like(x),
        lambda x, g: (x == x.max()) * 1.0,
        lambda x, g: g * x * (x == x.max()),
        lambda x, g: g * (x > 0),
        lambda x, g: g * (x.abs() == x.abs().max()),
    ],
    "mean of a window: grad_x": [
        lambda x, g: g / x.numel(),
        lambda x, g: torch.full_like(x, g),
        lambda x, g: torch.full_like(x, g / len(x)),
        lambda x, g: g * x / x.numel(),
    ],
    "every second pixel: period that appears": [
        lambda p: p / 2,
        lambda p: p,
        lambda p: 1 - 2 / p,
        lambda p: 2 * p / (p - 2),
    ],
    "mean of two neighbours: swing": [
        lambda p: math.cos(2 * math.pi / p),
        lambda p: 2 * math.cos(math.pi / p),
        lambda p: math.sin(math.pi / p),
        lambda p: 1 - 2 / p,
    ],
    "receptive field: one layer more": [
        lambda r, j, K: r + K - 1,
        lambda r, j, K: r + K * j,
        lambda r, j, K: r * K,
        lambda r, j, K: r + (K - 1) * r,
    ],
}
