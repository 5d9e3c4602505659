"""Right answers to the derivations of topic dropout, and wrong ones that must be caught."""

ANSWERS = {
    "dropout: mean without a scale": lambda p, x: (1 - p) * x,
    "dropout: scale": lambda p: 1 / (1 - p),
    "dropout: variance": lambda p, x: x**2 * p / (1 - p),
    "dropout: grad_x": lambda g, mask: g * mask,
    "dropout: mean squared error": lambda p, w, x, t: ((w * x).sum() - t) ** 2 + p / (1 - p) * (w**2 * x**2).sum(),
}

WRONG = {
    "dropout: mean without a scale": [lambda p, x: p * x, lambda p, x: x, lambda p, x: x / (1 - p)],
    "dropout: scale": [lambda p: 1 - p, lambda p: 1 / p, lambda p: 1 + p, lambda p: 1.0],
    "dropout: variance": [
        lambda p, x: x**2 * p * (1 - p),
        lambda p, x: x**2 / (1 - p),
        lambda p, x: x * p / (1 - p),
        lambda p, x: x**2 * (1 - p) / (p + 1e-9),
    ],
    "dropout: grad_x": [lambda g, mask: g, lambda g, mask: g * (mask > 0), lambda g, mask: mask],
    "dropout: mean squared error": [
        lambda p, w, x, t: ((w * x).sum() - t) ** 2,
        lambda p, w, x, t: ((w * x).sum() - t) ** 2 + p * (w**2 * x**2).sum(),
        lambda p, w, x, t: ((w * x).sum() - t) ** 2 + p / (1 - p) * (w * x).sum() ** 2,
        lambda p, w, x, t: ((w * x).sum() - t) ** 2 + p / (1 - p) * (w**2).sum(),
    ],
}
