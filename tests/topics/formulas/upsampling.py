"""Right answers to the derivations of topic upsampling, and wrong ones that must be caught."""

import torch

ANSWERS = {
    "nearest: grad_x": lambda g, s: g.reshape(-1, s).sum(1),
    "transposed convolution: output size": lambda H, K, S, P, D: (H - 1) * S - 2 * P + D * (K - 1) + 1,
    "output_padding that brings H back": lambda H, K, S, P, D: (H + 2 * P - D * (K - 1) - 1) % S,
    "transposed convolution: grad_x": lambda w, g: g.unfold(0, len(w), 2) @ w,
    "transposed convolution: grad_w": lambda x, g: x @ g.unfold(0, len(g) - 2 * (len(x) - 1), 2),
    "overlap: terms at place i": lambda i, K, S: K // S + (i % S < K % S),
    "nearest + conv as one kernel": lambda w: torch.stack([w[2], w[1] + w[2], w[0] + w[1], w[0]]),
}

WRONG = {
    "nearest: grad_x": [
        lambda g, s: g.reshape(-1, s).mean(1),
        lambda g, s: g[::s] * s,
        lambda g, s: g.reshape(s, -1).sum(0),
        lambda g, s: g.reshape(-1, s).sum(1) / s**2,
    ],
    "transposed convolution: output size": [
        lambda H, K, S, P, D: H * S,
        lambda H, K, S, P, D: (H - 1) * S + 2 * P + D * (K - 1) + 1,
        lambda H, K, S, P, D: (H - 1) * S - 2 * P + K,
        lambda H, K, S, P, D: H * S - 2 * P + D * (K - 1) + 1,
        lambda H, K, S, P, D: (H + 2 * P - D * (K - 1) - 1) // S + 1,
    ],
    "output_padding that brings H back": [
        lambda H, K, S, P, D: S - 1,
        lambda H, K, S, P, D: H % S,
        lambda H, K, S, P, D: (H - K) % S,
        lambda H, K, S, P, D: (H + 2 * P - K) % S,
    ],
    "transposed convolution: grad_x": [
        lambda w, g: g.unfold(0, len(w), 2) @ w.flip(0),
        lambda w, g: g.unfold(0, len(w), 1) @ w,
        lambda w, g: g.unfold(0, len(w), 2).sum(1),
    ],
    "transposed convolution: grad_w": [
        lambda x, g: (x @ g.unfold(0, len(g) - 2 * (len(x) - 1), 2)).flip(0),
        lambda x, g: x @ g.unfold(0, len(g) - 2 * (len(x) - 1), 2) / len(x),
        lambda x, g: g.unfold(0, len(x), 2) @ x,
    ],
    "overlap: terms at place i": [
        lambda i, K, S: K // S,
        lambda i, K, S: K / S,
        lambda i, K, S: K // S + (K % S > 0),
        lambda i, K, S: K // S + (i % S > K % S),
    ],
    "nearest + conv as one kernel": [
        lambda w: torch.stack([w[0], w[0] + w[1], w[1] + w[2], w[2]]),
        lambda w: torch.stack([w[0], w[1], w[1], w[2]]),
        lambda w: torch.stack([w[2], w[1], w[0], w[0]]),
    ],
}
