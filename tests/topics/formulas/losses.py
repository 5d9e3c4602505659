"""Right answers to the derivations of topic losses, and wrong ones that must be caught."""

import torch

ANSWERS = {
    "MSE: grad_input": lambda x, t: 2 / x.numel() * (x - t),
    "MSE: factor of a gradient divided by N only": lambda N, D: D,
    "sum: learning rate": lambda lr, n: lr / n,
    "L1: grad_input": lambda x, t: torch.sign(x - t) / x.numel(),
    "MSE: best constant": lambda t: t.mean(),
    "L1: best constant": lambda t: t.median(),
    "NLL: grad_input": lambda t: -t / len(t),
    "cross-entropy: grad_input": lambda p, t: (p - t) / len(p),
    "cross-entropy: grad_input for any t": lambda p, t: (p * t.sum(1, keepdim=True) - t) / len(p),
    "BCE: grad_input": lambda s, t: (s - t) / s.numel(),
    "BCE: one entry, any x": lambda x, t: x.clamp(min=0) - x * t + torch.log1p(torch.exp(-x.abs())),
}

WRONG = {
    "MSE: grad_input": [
        lambda x, t: 2 / len(x) * (x - t),
        lambda x, t: 2 * (x - t),
        lambda x, t: (x - t) / x.numel(),
        lambda x, t: 2 / x.shape[-1] * (x - t),
    ],
    "MSE: factor of a gradient divided by N only": [
        lambda N, D: N,
        lambda N, D: N * D,
        lambda N, D: 1 / D,
    ],
    "sum: learning rate": [lambda lr, n: lr * n, lambda lr, n: lr],
    "L1: grad_input": [lambda x, t: torch.sign(x - t), lambda x, t: torch.sign(t - x) / x.numel()],
    "MSE: best constant": [lambda t: t.median(), lambda t: t.sum()],
    "L1: best constant": [lambda t: t.mean(), lambda t: t[len(t) // 2] + 1],
    "NLL: grad_input": [lambda t: -t, lambda t: t / len(t), lambda t: -t / t.numel()],
    "cross-entropy: grad_input": [lambda p, t: p - t, lambda p, t: (p - t) / p.numel(), lambda p, t: (t - p) / len(p)],
    "cross-entropy: grad_input for any t": [lambda p, t: (p - t) / len(p), lambda p, t: (p * t.sum() - t) / len(p)],
    "BCE: grad_input": [
        lambda s, t: s - t,
        lambda s, t: (s - t) / len(s),
        lambda s, t: (s - t) * s * (1 - s) / s.numel(),
    ],
    "BCE: one entry, any x": [
        lambda x, t: t * torch.log(1 + torch.exp(-x)) + (1 - t) * torch.log(1 + torch.exp(x)),
        lambda x, t: x - x * t + torch.log1p(torch.exp(-x)),
        lambda x, t: -t * torch.log(torch.sigmoid(x)) - (1 - t) * torch.log(1 - torch.sigmoid(x)),
    ],
}
