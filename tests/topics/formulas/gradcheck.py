"""Right answers to the derivations of topic gradcheck, and wrong ones that must be caught."""

ANSWERS = {
    "cube'": lambda x: 3 * x**2,
    "two boxes: grad_t": lambda w, x, t: -2 * (w * x - t),
    "A x: vector-Jacobian product": lambda A, g: A.T @ g,
    "a value used twice: grad_x": lambda a, x: a + 2 * x,
    "x³: error of the central difference": lambda x, h: h**2,
    "best step of a central difference": lambda eps, f, f3: (3 * eps * f / f3) ** (1 / 3),
}

WRONG = {
    "cube'": [lambda x: 2 * x**2, lambda x: 3 * x],
    "two boxes: grad_t": [lambda w, x, t: 2 * (w * x - t), lambda w, x, t: -2 * t],
    "A x: vector-Jacobian product": [lambda A, g: A @ A.T @ g, lambda A, g: A.sum(0), lambda A, g: A.T @ g**2],
    "a value used twice: grad_x": [lambda a, x: a + x, lambda a, x: x, lambda a, x: 2 * x],
    "x³: error of the central difference": [lambda x, h: h**2 / 6, lambda x, h: 3 * x**2 + h**2, lambda x, h: h],
    "best step of a central difference": [
        lambda eps, f, f3: (eps * f / f3) ** (1 / 3),
        lambda eps, f, f3: (3 * eps * f / f3) ** 0.5,
    ],
}
