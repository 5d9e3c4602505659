"""How weights start: random, and scaled so that signals neither fade nor blow up through depth.

All functions ending in an underscore fill the given tensor in place and return it, as in `torch.nn.init`.
Sources: Glorot & Bengio 2010 (Xavier), He et al. 2015 (Kaiming).
"""

import math

import torch  # noqa: F401  (at hand for your code)


def uniform_(tensor, a=0.0, b=1.0):
    """Fill with draws from the uniform distribution U[a, b)."""
    ### BEGIN SOLUTION
    return tensor.uniform_(a, b)
    ### END SOLUTION


def normal_(tensor, mean=0.0, std=1.0):
    """Fill with draws from the normal distribution N(mean, std²)."""
    ### BEGIN SOLUTION
    return tensor.normal_(mean, std)
    ### END SOLUTION


def fan_in_and_fan_out(tensor):
    """How many inputs feed one output, and how many outputs one input feeds.

    tensor: a weight of shape (out, in) or (out, in, *kernel); every position of the kernel counts once.
    Returns (fan_in, fan_out). Raises ValueError for fewer than two dimensions.
    """
    # Hint: for (out, in, K_H, K_W), fan_in = in · K_H · K_W.
    ### BEGIN SOLUTION
    if tensor.dim() < 2:
        raise ValueError(f"fans need a weight with at least 2 dimensions, got shape {tuple(tensor.shape)}")
    out_features, in_features, *kernel = tensor.shape
    receptive_field = math.prod(kernel)
    return in_features * receptive_field, out_features * receptive_field
    ### END SOLUTION


def calculate_gain(nonlinearity, param=None):
    """The factor that makes up for what a non-linearity does to the standard deviation of a signal.

    nonlinearity: 'linear', 'conv2d', 'sigmoid' (all 1), 'tanh' (5/3), 'relu' (√2), 'leaky_relu'
    (√(2 / (1 + slope²)), slope = param, 0.01 by default). Raises ValueError for any other name.
    """
    ### BEGIN SOLUTION
    if nonlinearity in ("linear", "conv2d", "sigmoid"):
        return 1.0
    if nonlinearity == "tanh":
        return 5 / 3
    if nonlinearity == "relu":
        return math.sqrt(2)
    if nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else param
        return math.sqrt(2 / (1 + slope**2))
    raise ValueError(f"no gain is known for {nonlinearity!r}")
    ### END SOLUTION


def xavier_uniform_(tensor, gain=1.0):
    """Fill with U[-a, a], where the standard deviation is gain · √(2 / (fan_in + fan_out)).

    Glorot & Bengio 2010, equation 16.
    """
    # Hint: the variance of U[-a, a] is a²/3.
    ### BEGIN SOLUTION
    fan_in, fan_out = fan_in_and_fan_out(tensor)
    std = gain * math.sqrt(2 / (fan_in + fan_out))
    a = math.sqrt(3) * std
    return uniform_(tensor, -a, a)
    ### END SOLUTION


def xavier_normal_(tensor, gain=1.0):
    """Fill with N(0, std²), where std = gain · √(2 / (fan_in + fan_out)). Glorot & Bengio 2010."""
    ### BEGIN SOLUTION
    fan_in, fan_out = fan_in_and_fan_out(tensor)
    std = gain * math.sqrt(2 / (fan_in + fan_out))
    return normal_(tensor, 0.0, std)
    ### END SOLUTION


def kaiming_uniform_(tensor, a=0, mode="fan_in", nonlinearity="leaky_relu"):
    """Fill with U[-bound, bound], where the standard deviation is gain / √fan.

    a: negative slope of the leaky ReLU that follows (0: plain ReLU). mode: 'fan_in' keeps the size of the
    signal on the way forward, 'fan_out' that of the gradient on the way back. He et al. 2015, equations 10, 14.
    Raises ValueError for another mode.
    """
    ### BEGIN SOLUTION
    bound = math.sqrt(3) * _kaiming_std(tensor, a, mode, nonlinearity)
    return uniform_(tensor, -bound, bound)
    ### END SOLUTION


def kaiming_normal_(tensor, a=0, mode="fan_in", nonlinearity="leaky_relu"):
    """Fill with N(0, std²), where std = gain / √fan; arguments as in `kaiming_uniform_`. He et al. 2015."""
    ### BEGIN SOLUTION
    return normal_(tensor, 0.0, _kaiming_std(tensor, a, mode, nonlinearity))
    ### END SOLUTION


def _kaiming_std(tensor, a, mode, nonlinearity):
    """gain / √fan; given."""
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"mode must be 'fan_in' or 'fan_out', got {mode!r}")
    fan_in, fan_out = fan_in_and_fan_out(tensor)
    return calculate_gain(nonlinearity, a) / math.sqrt(fan_in if mode == "fan_in" else fan_out)
