"""Known mistakes of topic linear, as executable wrong answers."""

import math

from solutions.init import _kaiming_std, fan_in_and_fan_out

from ..common.model import Mistakes

MISTAKES = Mistakes("linear")

VARIANCE = "Your numbers are drawn with the variance where the standard deviation belongs."
WHICH_SPREAD = "Is std in N(mean, std²) the variance or its root?"
BOUND = "Your numbers lie within plus and minus the standard deviation: the bound is too small by √3."
VARIANCE_OF_UNIFORM = "What is the variance of U[-a, a]?"
MODE = "Your numbers are those of mode='fan_in', whatever `mode` says."
WHICH_FAN = "Which fan does each mode divide by?"


@MISTAKES.known(
    "Linear.backward",
    says="Your weight gradient is the right one divided by the batch size.",
    asks="Who divides by N: the layer, or the loss whose mean it is?",
)
def grad_divided_by_batch(self, grad_y):
    x, g = self.x.reshape(-1, self.in_features), grad_y.reshape(-1, self.out_features)
    self.weight.grad += g.T @ x / len(x)
    if self.bias is not None:
        self.bias.grad += g.sum(0)
    return grad_y @ self.weight.data


@MISTAKES.known(
    "Linear.backward",
    says="Both parameter gradients are the right ones divided by the batch size.",
    asks="Who divides by N: the layer, or the loss whose mean it is?",
)
def both_grads_divided_by_batch(self, grad_y):
    x, g = self.x.reshape(-1, self.in_features), grad_y.reshape(-1, self.out_features)
    self.weight.grad += g.T @ x / len(x)
    if self.bias is not None:
        self.bias.grad += g.mean(0)
    return grad_y @ self.weight.data


@MISTAKES.known(
    "Linear.backward",
    says="Your bias gradient is the mean over the batch, where the sum belongs.",
    asks="b is added to every sample: how many paths lead from one b to the loss?",
)
def bias_grad_averaged(self, grad_y):
    x, g = self.x.reshape(-1, self.in_features), grad_y.reshape(-1, self.out_features)
    self.weight.grad += g.T @ x
    if self.bias is not None:
        self.bias.grad += g.mean(0)
    return grad_y @ self.weight.data


@MISTAKES.known(
    "Linear.backward",
    says="The gradients of the last backward stand where the sum over all backward calls belongs.",
    asks="What should weight.grad hold after two backward calls without zero_grad between them?",
)
def grads_overwritten(self, grad_y):
    x, g = self.x.reshape(-1, self.in_features), grad_y.reshape(-1, self.out_features)
    self.weight.grad = g.T @ x
    if self.bias is not None:
        self.bias.grad = g.sum(0)
    return grad_y @ self.weight.data


@MISTAKES.known(
    "Linear.forward",
    says="Your output is the right one without the bias.",
    asks="What is y for x = 0?",
)
def no_bias(self, x):
    self.x = x
    return x @ self.weight.data.T


@MISTAKES.known(
    "Linear.reset_parameters",
    says="Your weights are spread as a standard normal distribution.",
    asks="How large may a weight be at most, according to the docstring?",
)
def standard_normal(self):
    self.weight.data.normal_()
    if self.bias is not None:
        self.bias.data.normal_()


@MISTAKES.known(
    "Linear.reset_parameters",
    says="Your weights are normal with standard deviation 1/√in_features, not uniform.",
    asks="How large may a weight be at most, according to the docstring?",
)
def normal_of_that_deviation(self):
    k = 1 / math.sqrt(self.in_features)
    self.weight.data.normal_(0, k)
    if self.bias is not None:
        self.bias.data.normal_(0, k)


@MISTAKES.known(
    "Linear.reset_parameters",
    says="The bias is 0 throughout; `torch.nn.Linear` draws it like the weights.",
    asks="Which parameters does the docstring name?",
)
def bias_starts_at_zero(self):
    k = 1 / math.sqrt(self.in_features)
    self.weight.data.uniform_(-k, k)
    if self.bias is not None:
        self.bias.data.zero_()


@MISTAKES.known(
    "fan_in_and_fan_out",
    says="fan_in and fan_out are exchanged.",
    asks="In which order does a weight of shape (out, in) name them?",
)
def fans_exchanged(tensor):
    if tensor.dim() < 2:
        raise ValueError("too few dimensions")
    return math.prod(tensor.shape) // tensor.shape[1], tensor[0].numel()


@MISTAKES.known(
    "fan_in_and_fan_out",
    says="Your numbers are those of the first two dimensions alone: the kernel's positions are not counted.",
    asks="How many numbers of the input does one output of a 3x3 convolution see?",
)
def kernel_not_counted(tensor):
    if tensor.dim() < 2:
        raise ValueError("too few dimensions")
    return tensor.shape[1], tensor.shape[0]


@MISTAKES.known(
    "calculate_gain",
    says="Your gain is the factor for the variance; its square root belongs to the standard deviation.",
    asks="If all numbers are doubled, what happens to their variance?",
)
def gain_without_the_root(nonlinearity, param=None):
    slope = 0.01 if param is None else param
    gains = {"linear": 1.0, "conv2d": 1.0, "sigmoid": 1.0, "tanh": 5 / 3, "relu": 2.0, "leaky_relu": 2 / (1 + slope**2)}
    if nonlinearity not in gains:
        raise ValueError("unknown")
    return gains[nonlinearity]


@MISTAKES.known("normal_", says=VARIANCE, asks=WHICH_SPREAD)
def normal_by_variance(tensor, mean=0.0, std=1.0):
    return tensor.normal_(mean, std**2)


@MISTAKES.known("xavier_uniform_", says=BOUND, asks=VARIANCE_OF_UNIFORM)
def xavier_bound_is_the_deviation(tensor, gain=1.0):
    fan_in, fan_out = fan_in_and_fan_out(tensor)
    a = gain * math.sqrt(2 / (fan_in + fan_out))
    return tensor.uniform_(-a, a)


@MISTAKES.known("xavier_normal_", says=VARIANCE, asks=WHICH_SPREAD)
def xavier_variance_for_deviation(tensor, gain=1.0):
    fan_in, fan_out = fan_in_and_fan_out(tensor)
    return tensor.normal_(0, gain**2 * 2 / (fan_in + fan_out))


@MISTAKES.known("kaiming_uniform_", says=BOUND, asks=VARIANCE_OF_UNIFORM)
def kaiming_bound_is_the_deviation(tensor, a=0, mode="fan_in", nonlinearity="leaky_relu"):
    bound = _kaiming_std(tensor, a, mode, nonlinearity)
    return tensor.uniform_(-bound, bound)


@MISTAKES.known("kaiming_normal_", says=VARIANCE, asks=WHICH_SPREAD)
def kaiming_variance_for_deviation(tensor, a=0, mode="fan_in", nonlinearity="leaky_relu"):
    return tensor.normal_(0, _kaiming_std(tensor, a, mode, nonlinearity) ** 2)


@MISTAKES.known("kaiming_uniform_", says=MODE, asks=WHICH_FAN)
def kaiming_uniform_ignores_the_mode(tensor, a=0, mode="fan_in", nonlinearity="leaky_relu"):
    bound = math.sqrt(3) * _kaiming_std(tensor, a, "fan_in", nonlinearity)
    return tensor.uniform_(-bound, bound)


@MISTAKES.known("kaiming_normal_", says=MODE, asks=WHICH_FAN)
def kaiming_normal_ignores_the_mode(tensor, a=0, mode="fan_in", nonlinearity="leaky_relu"):
    return tensor.normal_(0, _kaiming_std(tensor, a, "fan_in", nonlinearity))
