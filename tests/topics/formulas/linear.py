"""Right answers to the derivations of topic linear, and wrong ones that must be caught."""

import math

ANSWERS = {
    "Linear: grad_b": lambda g: g.sum(0),
    "Linear: grad_W": lambda x, g: g.T @ x,
    "Linear: grad_x": lambda W, g: g @ W,
    "mean square of a neuron": lambda n, var_w, ms_x: n * var_w * ms_x,
    "uniform distribution: reach": lambda std: math.sqrt(3) * std,
    "LeakyReLU: gain": lambda s: math.sqrt(2 / (1 + s**2)),
}

WRONG = {
    "Linear: grad_b": [lambda g: g.mean(0), lambda g: g.sum(1), lambda g: g, lambda g: g.sum()],
    "Linear: grad_W": [lambda x, g: x.T @ g, lambda x, g: g.T @ x / len(x), lambda x, g: g @ x],
    "Linear: grad_x": [lambda W, g: g @ W.T, lambda W, g: W.T @ g, lambda W, g: g @ W / len(g)],
    "mean square of a neuron": [
        lambda n, var_w, ms_x: var_w * ms_x,
        lambda n, var_w, ms_x: n**2 * var_w * ms_x,
        lambda n, var_w, ms_x: n * var_w**2 * ms_x,
    ],
    "uniform distribution: reach": [lambda std: 3 * std, lambda std: std, lambda std: std / math.sqrt(3)],
    "LeakyReLU: gain": [
        lambda s: math.sqrt(2) / (1 + s**2),
        lambda s: math.sqrt(2),
        lambda s: math.sqrt((1 + s**2) / 2),
        lambda s: 2 / (1 + s**2),
    ],
}
