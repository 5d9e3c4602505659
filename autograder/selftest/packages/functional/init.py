import enum
import math
from typing import Optional

import torch


class _Mode(enum.Enum):
    FAN_IN = "fan_in"
    FAN_OUT = "fan_out"


_GAINS = {"linear": 1.0, "conv2d": 1.0, "sigmoid": 1.0, "tanh": 5.0 / 3.0, "relu": math.sqrt(2.0)}


def uniform_(tensor, a=0.0, b=1.0):
    with torch.no_grad():
        noise = torch.rand(tensor.size(), dtype=tensor.dtype, device=tensor.device)
        tensor.data[:] = noise * (b - a) + a
    return tensor


def normal_(tensor, mean=0.0, std=1.0):
    with torch.no_grad():
        noise = torch.randn(tensor.size(), dtype=tensor.dtype, device=tensor.device)
        tensor.data[:] = noise * std + mean
    return tensor


def fan_in_and_fan_out(tensor):
    shape = list(tensor.size())
    if len(shape) < 2:
        raise ValueError(f"{len(shape)} dimensions are not enough for fans")
    kernel = math.prod(shape[2:])
    return shape[1] * kernel, shape[0] * kernel


def calculate_gain(nonlinearity, param: Optional[float] = None):  # noqa: UP045
    if nonlinearity == "leaky_relu":
        return math.sqrt(2.0 / (1.0 + math.pow(param if param is not None else 0.01, 2)))
    try:
        return _GAINS[nonlinearity]
    except KeyError as error:
        raise ValueError(f"unsupported nonlinearity {nonlinearity}") from error


def _xavier_std(tensor, gain):
    return gain * math.sqrt(2.0 / float(sum(fan_in_and_fan_out(tensor))))


def _kaiming_std(tensor, a, mode, nonlinearity):
    fans = dict(zip(_Mode, fan_in_and_fan_out(tensor)))
    return calculate_gain(nonlinearity, a) / math.sqrt(fans[_Mode(mode)])


def _uniform_of_std_(tensor, std):
    return uniform_(tensor, -math.sqrt(3.0) * std, math.sqrt(3.0) * std)


def xavier_uniform_(*args, **kwargs):
    return _xavier_(_uniform_of_std_, *args, **kwargs)


def xavier_normal_(*args, **kwargs):
    return _xavier_(_normal_of_std_, *args, **kwargs)


def kaiming_uniform_(*args, **kwargs):
    return _kaiming_(_uniform_of_std_, *args, **kwargs)


def kaiming_normal_(*args, **kwargs):
    return _kaiming_(_normal_of_std_, *args, **kwargs)


def _normal_of_std_(tensor, std):
    return normal_(tensor, mean=0.0, std=std)


def _xavier_(_fill, tensor, gain=1.0):
    return _fill(tensor, _xavier_std(tensor, gain))


def _kaiming_(_fill, tensor, a=0, mode="fan_in", nonlinearity="leaky_relu"):
    return _fill(tensor, _kaiming_std(tensor, a, mode, nonlinearity))
