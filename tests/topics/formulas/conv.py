"""Right answers to the derivations of topic conv, and wrong ones that must be caught."""

import math

import torch


def grad_x(w, g, a):
    return sum(w[a - h] * g[h] for h in range(len(g)) if 0 <= a - h < len(w))


def turned(w, g, a):
    """The kernel not turned: window h is taken to see x[a] with the entry counted from the other end."""
    return sum(w[len(w) - 1 - (a - h)] * g[h] for h in range(len(g)) if 0 <= a - h < len(w))


def wrapped(w, g, a):
    """Without the limits: negative indices count from the end."""
    return sum(w[i] * g[(a - i) % len(g)] for i in range(len(w)))


ANSWERS = {
    "Conv2d: place in x": lambda h, i, S, P, D: h * S + i * D - P,
    "Conv2d: output size": lambda H, K, S, P, D: math.floor((H + 2 * P - D * (K - 1) - 1) / S + 1),
    "Conv2d: grad_bias": lambda g: g.sum((0, 2, 3)),
    "Conv2d: grad_weight[i, j]": lambda x, g, i, j: (g * x[i : i + g.shape[0], j : j + g.shape[1]]).sum(),
    "1-D convolution: grad_x[a]": grad_x,
    "sliding windows: steps in memory": lambda H, W, S, D: (D * W, D, S * W, S),
    "Conv2d: grad_weight from columns": lambda columns, g: g @ columns.T,
    "Conv2d: grad_columns": lambda weight, g: weight.T @ g,
}

WRONG = {
    "Conv2d: place in x": [
        lambda h, i, S, P, D: h + i - P,
        lambda h, i, S, P, D: h * D + i * S - P,
        lambda h, i, S, P, D: h * S + i * D + P,
        lambda h, i, S, P, D: (h + i) * S - P,
        lambda h, i, S, P, D: h * S + i * D,
    ],
    "Conv2d: output size": [
        lambda H, K, S, P, D: math.floor((H + 2 * P - D * (K - 1)) / S - 1),
        lambda H, K, S, P, D: math.floor((H + 2 * P - D * (K - 1)) / S),
        lambda H, K, S, P, D: math.floor((H + 2 * P - D * (K - 1)) / S + 1),
        lambda H, K, S, P, D: math.floor((H + 2 * P - D * (K - 1) - 1) / S),
        lambda H, K, S, P, D: math.ceil((H + 2 * P - D * (K - 1) - 1) / S + 1),
        lambda H, K, S, P, D: math.floor((H + P - D * (K - 1) - 1) / S + 1),
        lambda H, K, S, P, D: math.floor((H + 2 * P - D * K) / S + 1),
        lambda H, K, S, P, D: math.floor((H + 2 * P - K) / S + 1),
    ],
    "Conv2d: grad_bias": [
        lambda g: g.sum((0, 1, 2)),
        lambda g: g.mean((0, 2, 3)),
        lambda g: g.sum((2, 3)).mean(0),
        lambda g: g.sum(0),
        lambda g: g.sum(),
    ],
    "Conv2d: grad_weight[i, j]": [
        lambda x, g, i, j: (g * x[: g.shape[0], : g.shape[1]]).sum(),
        lambda x, g, i, j: (g * x[j : j + g.shape[0], i : i + g.shape[1]]).sum(),
        lambda x, g, i, j: (g.flip(0, 1) * x[i : i + g.shape[0], j : j + g.shape[1]]).sum(),
        lambda x, g, i, j: (g * x[i : i + g.shape[0], j : j + g.shape[1]]).mean(),
        lambda x, g, i, j: g.sum() * x[i, j],
    ],
    "1-D convolution: grad_x[a]": [turned, wrapped, lambda w, g, a: w.sum() * g[min(a, len(g) - 1)]],
    "sliding windows: steps in memory": [
        lambda H, W, S, D: (S * W, S, D * W, D),
        lambda H, W, S, D: (D * H, D, S * H, S),
        lambda H, W, S, D: (D, D * W, S, S * W),
        lambda H, W, S, D: (W, 1, S * W, S),
        lambda H, W, S, D: (D * W, D, W, 1),
        lambda H, W, S, D: torch.tensor([D * W, D, W // S, S]),
    ],
    "Conv2d: grad_weight from columns": [
        lambda columns, g: columns @ g.T,
        lambda columns, g: g @ columns.T / columns.shape[1],
        lambda columns, g: g.flip(1) @ columns.T,
    ],
    "Conv2d: grad_columns": [
        lambda weight, g: weight.flip(0, 1).T @ g,
        lambda weight, g: weight.flip(1).T @ g,
        lambda weight, g: g.T @ weight,
    ],
}
