"""A referee that needs no derivation: gradients by central differences."""

import torch


def numerical_gradient(f, x, eps=1e-6):
    """The gradient of a scalar function at x, one entry at a time, by central differences.

    f: takes a tensor of the shape of x and returns a number or 0-d tensor. x: floating-point tensor of any
    shape (float64 is wise); it is not modified. eps: the step h. Returns a tensor of the shape of x with entries
    (f(x + h e_i) - f(x - h e_i)) / 2h, whose error is h²/6 times the third derivative, plus rounding of about
    1e-16 |f| / h.
    """
    # Hint: walk over the entries of a copy of x; raise one by eps, evaluate, lower it, evaluate, restore it.
    raise NotImplementedError("numerical_gradient: notebook 00, step 4")
