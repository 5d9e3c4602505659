"""Right answers to the derivations of topic batchnorm, and wrong ones that must be caught."""

import torch

ANSWERS = {
    "variance of a batch: its mean": lambda m, var: var * (m - 1) / m,
    "running mean: weight of a batch": lambda a, k: a * (1 - a) ** k,
    "BatchNorm: grad_gamma": lambda g, x_hat: (g * x_hat).sum(0),
    "BatchNorm: grad_v": lambda G, d, v, eps: -(G * d).sum() / 2 * (v + eps) ** -1.5,
    "BatchNorm: grad_d": lambda G, d, v, eps, grad_v: G / torch.sqrt(v + eps) + grad_v * 2 * d / len(d),
    "BatchNorm: grad_x from grad_d": lambda grad_d: grad_d - grad_d.mean(),
    "BatchNorm: grad_x": lambda g, x_hat, inv_std, gamma: gamma * inv_std * (g - g.mean() - x_hat * (g * x_hat).mean()),
    "BatchNorm in evaluation: grad_x": lambda g, inv_std, gamma: gamma * inv_std * g,
    "BatchNorm folded into Linear: W": lambda W, gamma, mean, var, eps: W * (gamma / torch.sqrt(var + eps))[:, None],
    "BatchNorm folded into Linear: b": lambda b, gamma, beta, mean, var, eps: (
        gamma * (b - mean) / torch.sqrt(var + eps) + beta
    ),
}

WRONG = {
    "variance of a batch: its mean": [
        lambda m, var: var,
        lambda m, var: var / m,
        lambda m, var: var * m / (m - 1),
        lambda m, var: var - 1 / m,
    ],
    "running mean: weight of a batch": [
        lambda a, k: a**k,
        lambda a, k: (1 - a) ** k,
        lambda a, k: a * (1 - a) ** (k + 1),
        lambda a, k: (1 - a) * a**k,
    ],
    "BatchNorm: grad_gamma": [
        lambda g, x_hat: g.sum(0),
        lambda g, x_hat: (g * x_hat).mean(0),
        lambda g, x_hat: (g * x_hat).sum(),
        lambda g, x_hat: (g * x_hat).sum(1),
    ],
    "BatchNorm: grad_v": [
        lambda G, d, v, eps: (G * d).sum() / 2 * (v + eps) ** -1.5,
        lambda G, d, v, eps: -(G * d).sum() / 2 * (v + eps) ** -0.5,
        lambda G, d, v, eps: -(G * d).sum() / 2 * v**-1.5,
        lambda G, d, v, eps: -G.sum() / 2 * (v + eps) ** -1.5,
        lambda G, d, v, eps: -(G * d) / 2 * (v + eps) ** -1.5,
    ],
    "BatchNorm: grad_d": [
        lambda G, d, v, eps, grad_v: G / torch.sqrt(v + eps),
        lambda G, d, v, eps, grad_v: G / torch.sqrt(v + eps) + grad_v * 2 * d,
        lambda G, d, v, eps, grad_v: G / torch.sqrt(v + eps) + grad_v * d / len(d),
        lambda G, d, v, eps, grad_v: G + grad_v * 2 * d / len(d),
        lambda G, d, v, eps, grad_v: grad_v * 2 * d / len(d),
    ],
    "BatchNorm: grad_x from grad_d": [
        lambda grad_d: grad_d,
        lambda grad_d: grad_d - grad_d.sum(),
        lambda grad_d: grad_d + grad_d.mean(),
        lambda grad_d: -grad_d.mean() * torch.ones_like(grad_d),
    ],
    "BatchNorm: grad_x": [
        lambda g, x_hat, inv_std, gamma: gamma * inv_std * g,
        lambda g, x_hat, inv_std, gamma: gamma * inv_std * (g - g.mean()),
        lambda g, x_hat, inv_std, gamma: gamma * inv_std * (g - x_hat * (g * x_hat).mean()),
        lambda g, x_hat, inv_std, gamma: inv_std * (g - g.mean() - x_hat * (g * x_hat).mean()),
        lambda g, x_hat, inv_std, gamma: gamma * inv_std * (g - g.sum() - x_hat * (g * x_hat).sum()),
        lambda g, x_hat, inv_std, gamma: gamma * (g - g.mean() - x_hat * (g * x_hat).mean()),
        lambda g, x_hat, inv_std, gamma: gamma * inv_std * (g - g.mean() - (g * x_hat).mean()),
    ],
    "BatchNorm in evaluation: grad_x": [
        lambda g, inv_std, gamma: gamma * inv_std * (g - g.mean()),
        lambda g, inv_std, gamma: inv_std * g,
        lambda g, inv_std, gamma: gamma * g,
        lambda g, inv_std, gamma: gamma * inv_std,
    ],
    "BatchNorm folded into Linear: W": [
        lambda W, gamma, mean, var, eps: W * gamma[:, None],
        lambda W, gamma, mean, var, eps: W * (gamma / (torch.sqrt(var) + eps))[:, None],
        lambda W, gamma, mean, var, eps: (W - mean[:, None]) * (gamma / torch.sqrt(var + eps))[:, None],
    ],
    "BatchNorm folded into Linear: b": [
        lambda b, gamma, beta, mean, var, eps: b + beta,
        lambda b, gamma, beta, mean, var, eps: gamma * b / torch.sqrt(var + eps) + beta - mean,
        lambda b, gamma, beta, mean, var, eps: gamma * (b - mean) / torch.sqrt(var + eps),
        lambda b, gamma, beta, mean, var, eps: (b - mean) / torch.sqrt(var + eps) + beta,
    ],
}
