"""Right answers to the derivations of topic sgd, and wrong ones that must be caught."""

ANSWERS = {
    "largest stable lr": lambda lam: 2 / lam,
    "best lr for two curvatures": lambda small, large: 2 / (small + large),
    "mini-batch noise": lambda sigma, B: sigma / B**0.5,
    "weight decay": lambda p, g, wd: g + wd * p,
    "minimum with weight decay": lambda lam, w_star, wd: lam * w_star / (lam + wd),
    "momentum after k steps": lambda g, m, k: g * (1 - m**k) / (1 - m),
    "Nesterov's k-th step": lambda g, m, k: g * (1 - m ** (k + 1)) / (1 - m),
    "noise floor": lambda lr, lam, sigma: lr * sigma**2 / (lam * (2 - lr * lam)),
    "Adam: m after t steps": lambda g, beta, t: g * (1 - beta**t),
    "Adam: first change of p": lambda lr, g: -lr if g > 0 else lr,
}

WRONG = {
    "largest stable lr": [lambda lam: 1 / lam, lambda lam: 2 * lam],
    "best lr for two curvatures": [lambda small, large: 1 / large, lambda small, large: 2 / large],
    "mini-batch noise": [lambda sigma, B: sigma / B, lambda sigma, B: sigma],
    "weight decay": [lambda p, g, wd: g - wd * p, lambda p, g, wd: g + 2 * wd * p, lambda p, g, wd: g + wd * p**2],
    "minimum with weight decay": [lambda lam, w_star, wd: w_star, lambda lam, w_star, wd: w_star - wd],
    "momentum after k steps": [lambda g, m, k: g / (1 - m), lambda g, m, k: g * (1 - m ** (k + 1)) / (1 - m)],
    "Nesterov's k-th step": [lambda g, m, k: g * (1 - m**k) / (1 - m), lambda g, m, k: g * (1 + m * k)],
    "noise floor": [lambda lr, lam, sigma: lr * sigma**2 / (2 * lam), lambda lr, lam, sigma: lr * sigma / lam],
    "Adam: m after t steps": [lambda g, beta, t: g, lambda g, beta, t: g * (1 - beta) ** t],
    "Adam: first change of p": [lambda lr, g: -lr * g, lambda lr, g: -lr],
}
