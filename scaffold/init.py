"""How weights start: random, and scaled so that signals neither fade nor blow up through depth.

All functions ending in an underscore fill the given tensor in place and return it, as in `torch.nn.init`.
Sources: Glorot & Bengio 2010 (Xavier), He et al. 2015 (Kaiming).
"""

import math

import torch  # noqa: F401  (at hand for your code)


def uniform_(tensor, a=0.0, b=1.0):
    """Fill with draws from the uniform distribution U[a, b)."""
    raise NotImplementedError("uniform_: notebook 01, step 2")


def normal_(tensor, mean=0.0, std=1.0):
    """Fill with draws from the normal distribution N(mean, std²)."""
    raise NotImplementedError("normal_: notebook 01, step 2")


def fan_in_and_fan_out(tensor):
    """How many inputs feed one output, and how many outputs one input feeds.

    tensor: a weight of shape (out, in) or (out, in, *kernel); every position of the kernel counts once.
    Returns (fan_in, fan_out). Raises ValueError for fewer than two dimensions.
    """
    # Hint: for (out, in, K_H, K_W), fan_in = in · K_H · K_W.
    raise NotImplementedError("fan_in_and_fan_out: notebook 01, step 7")


def calculate_gain(nonlinearity, param=None):
    """The factor that makes up for what a non-linearity does to the standard deviation of a signal.

    nonlinearity: 'linear', 'conv2d', 'sigmoid' (all 1), 'tanh' (5/3), 'relu' (√2), 'leaky_relu'
    (√(2 / (1 + slope²)), slope = param, 0.01 by default). Raises ValueError for any other name.
    """
    raise NotImplementedError("calculate_gain: notebook 01, step 8")


def xavier_uniform_(tensor, gain=1.0):
    """Fill with U[-a, a], where the standard deviation is gain · √(2 / (fan_in + fan_out)).

    Glorot & Bengio 2010, equation 16.
    """
    # Hint: the variance of U[-a, a] is a²/3.
    raise NotImplementedError("xavier_uniform_: notebook 01, step 7")


def xavier_normal_(tensor, gain=1.0):
    """Fill with N(0, std²), where std = gain · √(2 / (fan_in + fan_out)). Glorot & Bengio 2010."""
    raise NotImplementedError("xavier_normal_: notebook 01, step 7")


def kaiming_uniform_(tensor, a=0, mode="fan_in", nonlinearity="leaky_relu"):
    """Fill with U[-bound, bound], where the standard deviation is gain / √fan.

    a: negative slope of the leaky ReLU that follows (0: plain ReLU). mode: 'fan_in' keeps the size of the
    signal on the way forward, 'fan_out' that of the gradient on the way back. He et al. 2015, equations 10, 14.
    Raises ValueError for another mode.
    """
    raise NotImplementedError("kaiming_uniform_: notebook 01, step 8")


def kaiming_normal_(tensor, a=0, mode="fan_in", nonlinearity="leaky_relu"):
    """Fill with N(0, std²), where std = gain / √fan; arguments as in `kaiming_uniform_`. He et al. 2015."""
    raise NotImplementedError("kaiming_normal_: notebook 01, step 8")


def _kaiming_std(tensor, a, mode, nonlinearity):
    """gain / √fan; given."""
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"mode must be 'fan_in' or 'fan_out', got {mode!r}")
    fan_in, fan_out = fan_in_and_fan_out(tensor)
    return calculate_gain(nonlinearity, a) / math.sqrt(fan_in if mode == "fan_in" else fan_out)
