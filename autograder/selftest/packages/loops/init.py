"""Initialisation with the random numbers of Python, one weight at a time."""

import math
import random


def fill(tensor, draw):
    flat = [draw() for _ in range(tensor.numel())]
    tensor.copy_(tensor.new_tensor(flat).reshape(tensor.shape))
    return tensor


def uniform_(tensor, a=0.0, b=1.0):
    return fill(tensor, lambda: random.uniform(a, b))


def normal_(tensor, mean=0.0, std=1.0):
    return fill(tensor, lambda: random.gauss(mean, std))


def fan_in_and_fan_out(tensor):
    if len(tensor.shape) < 2:
        raise ValueError("no fans without two dimensions")
    fan_out, fan_in = tensor.shape[0], tensor.shape[1]
    for size in tensor.shape[2:]:
        fan_in *= size
        fan_out *= size
    return fan_in, fan_out


def calculate_gain(nonlinearity, param=None):
    for name, gain in [("linear", 1), ("conv2d", 1), ("sigmoid", 1), ("tanh", 5 / 3), ("relu", math.sqrt(2))]:
        if nonlinearity == name:
            return gain
    if nonlinearity != "leaky_relu":
        raise ValueError("I know no gain for " + repr(nonlinearity))
    if param is None:
        param = 0.01
    return math.sqrt(2 / (1 + param * param))


def xavier_std(tensor, gain):
    fans = fan_in_and_fan_out(tensor)
    return gain * math.sqrt(2 / (fans[0] + fans[1]))


def xavier_uniform_(tensor, gain=1.0):
    limit = xavier_std(tensor, gain) * math.sqrt(3)
    return uniform_(tensor, -limit, limit)


def xavier_normal_(tensor, gain=1.0):
    return normal_(tensor, std=xavier_std(tensor, gain))


def he_std(tensor, slope, mode, nonlinearity):
    for name, fan in zip(["fan_in", "fan_out"], fan_in_and_fan_out(tensor)):
        if name == mode:
            return calculate_gain(nonlinearity, slope) / math.sqrt(fan)
    raise ValueError(mode)


def kaiming_uniform_(tensor, a=0, mode="fan_in", nonlinearity="leaky_relu"):
    limit = he_std(tensor, a, mode, nonlinearity) * math.sqrt(3)
    return uniform_(tensor, -limit, limit)


def kaiming_normal_(tensor, a=0, mode="fan_in", nonlinearity="leaky_relu"):
    return normal_(tensor, std=he_std(tensor, a, mode, nonlinearity))
