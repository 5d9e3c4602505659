"""Known mistakes of topic linear, as executable wrong answers."""

from ..common.model import Mistakes

MISTAKES = Mistakes("linear")


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
