"""Right answers to the derivations of topic activations, and wrong ones that must be caught."""

import torch

ANSWERS = {
    "ReLU: grad_x": lambda x, g: g * (x > 0),
    "LeakyReLU: grad_x": lambda x, g, a: torch.where(x > 0, g, a * g),
    "sigmoid'": lambda y: y * (1 - y),
    "the riddle of 0.25": lambda x, g: torch.sigmoid(g) * (1 - torch.sigmoid(g)),
    "tanh with one exponential": lambda e: 1 - 2 / (e + 1),
    "tanh'": lambda y: 1 - y**2,
    "three layers: grad_x": lambda x, g: g * 8 * torch.sigmoid(2 * x - 1) * (1 - torch.sigmoid(2 * x - 1)),
    "Softmax: Jacobian": lambda p_i, p_j, delta: p_i * (delta - p_j),
    "Softmax: grad_x": lambda p, g: p * (g - (g * p).sum()),
    "LogSoftmax: grad_x": lambda p, g: g - p * g.sum(),
}

WRONG = {
    "ReLU: grad_x": [lambda x, g: g * (g > 0), lambda x, g: (x > 0) * 1.0, lambda x, g: x * (x > 0)],
    "LeakyReLU: grad_x": [lambda x, g, a: torch.where(g > 0, g, a * g), lambda x, g, a: torch.maximum(g, a * g)],
    "sigmoid'": [lambda y: torch.sigmoid(y) * (1 - torch.sigmoid(y)), lambda y: 1 - y**2],
    "the riddle of 0.25": [
        lambda x, g: g * torch.sigmoid(x) * (1 - torch.sigmoid(x)),
        lambda x, g: g * torch.sigmoid(g) * (1 - torch.sigmoid(g)),
        lambda x, g: torch.sigmoid(x) * (1 - torch.sigmoid(x)),
    ],
    "tanh with one exponential": [lambda e: (e - 1) / (e + 1), lambda e: 2 / (e + 1) - 1],
    "tanh'": [lambda y: y * (1 - y), lambda y: 1 - y],
    "three layers: grad_x": [lambda x, g: g * 2, lambda x, g: g * 8 * torch.sigmoid(x) * (1 - torch.sigmoid(x))],
    "Softmax: Jacobian": [lambda p_i, p_j, delta: p_i * (1 - p_j), lambda p_i, p_j, delta: delta - p_j],
    "Softmax: grad_x": [lambda p, g: p * (1 - p) * g, lambda p, g: p * (g - g.mean()), lambda p, g: g - p * g.sum()],
    "LogSoftmax: grad_x": [lambda p, g: g - p, lambda p, g: p * (g - (g * p).sum()), lambda p, g: g * (1 - p)],
}
