"""Known mistakes of topic activations, as executable wrong answers."""

import torch

from ..common.model import Mistakes

MISTAKES = Mistakes("activations")

F_PRIME_OF_G = "Your grad_input is f'(grad_y): x does not enter at all."
UPSTREAM = "Your grad_input is f'(grad_y) · grad_y: the derivative was taken at the upstream gradient."
LOCAL = "Your grad_input is the local derivative alone; it does not change when grad_y does."
AT_WHAT = "At which value is the derivative of f taken: at what came in forward, or at what comes back?"
OVERFLOW = "Your exponentials overflow for large x."
SAFE_NUMBER = "Softmax does not change when the same number is taken from every logit: which number is safe?"
CHAIN = "Which two factors does the chain rule multiply?"


@MISTAKES.known("ReLU.backward", says=UPSTREAM, asks=AT_WHAT)
def relu_derivative_at_the_upstream_gradient(self, grad_y):
    return grad_y * (grad_y > 0)


@MISTAKES.known("ReLU.backward", says=F_PRIME_OF_G, asks=AT_WHAT)
def relu_derivative_of_the_upstream_gradient_alone(self, grad_y):
    return (grad_y > 0).to(grad_y.dtype)


@MISTAKES.known("ReLU.backward", says=LOCAL, asks=CHAIN)
def relu_local_derivative_alone(self, grad_y):
    return (self.y > 0).to(grad_y.dtype)


@MISTAKES.known(
    "ReLU.backward", says="Your gradient passes everywhere, also where x is negative.", asks="What is dy/dx for x < 0?"
)
def relu_gradient_passes_everywhere(self, grad_y):
    return grad_y.clone()


@MISTAKES.known(
    "ReLU.backward",
    says="Where x is not positive your gradient is whatever the memory held: `torch.empty` fills nothing in.",
    asks="Which entries of your mask are never written?",
)
def relu_mask_from_unfilled_memory(self, grad_y):
    mask = torch.full_like(self.y, torch.nan)
    mask[self.y > 0] = 1
    return grad_y * mask


@MISTAKES.known(
    "ReLU.backward",
    says="The incoming grad_y was itself set to 0 where x is not positive.",
    asks="Who else may still need grad_y after this layer's backward?",
)
def relu_changes_grad_y(self, grad_y):
    grad_y[self.y <= 0] = 0
    return grad_y


def _keeps_the_input_itself(self, x):
    self.x = x
    return x.clamp(min=0)


@MISTAKES.known(
    "ReLU.backward",
    says="The input of forward, which you kept, was turned into the mask of zeros and ones.",
    asks="Is `self.x = x` a copy, or another name for the caller's tensor?",
    forward=_keeps_the_input_itself,
)
def relu_turns_its_input_into_the_mask(self, grad_y):
    self.x[self.x > 0] = 1
    self.x[self.x <= 0] = 0
    return grad_y * self.x


@MISTAKES.known(
    "ReLU.forward",
    says="The tensor that was handed to forward was itself set to max(x, 0).",
    asks="Who else may still need x after this layer has run?",
)
def relu_changes_its_input(self, x):
    x[x < 0] = 0
    self.y = x
    return x.clone()


@MISTAKES.known("ReLU.forward", says="Your output is |x|.", asks="What is max(x, 0) for x = -2?")
def relu_absolute_value(self, x):
    self.y = x.clamp(min=0)
    return x.abs()


@MISTAKES.known(
    "LeakyReLU.forward",
    says="Your outputs are those of the default slope 0.01, whatever negative_slope was given.",
    asks="Where does the number that the constructor received go?",
)
def leaky_slope_ignored(self, x):
    self.slope = self.negative_slope + (1 - self.negative_slope) * x.sign().clamp(min=0)
    return torch.where(x > 0, x, 0.01 * x)


@MISTAKES.known(
    "LeakyReLU.backward",
    says="Your gradient is 0 where x is negative, as for a plain ReLU.",
    asks="What is the slope of y = a·x?",
)
def leaky_gradient_of_a_plain_relu(self, grad_y):
    return torch.where(self.slope == 1, grad_y, torch.zeros_like(grad_y))


@MISTAKES.known(
    "LeakyReLU.backward",
    says="Your gradient is a where x is negative, and leaves grad_y out there.",
    asks=CHAIN,
)
def leaky_slope_without_grad(self, grad_y):
    return torch.where(self.slope == 1, grad_y, torch.full_like(grad_y, self.negative_slope))


@MISTAKES.known(
    "Sigmoid.forward",
    says="Your numbers are eˣ/(1 + eˣ), which is inf/inf for large x.",
    asks="Divide numerator and denominator by eˣ: what can still overflow, and does it do harm?",
)
def sigmoid_by_the_positive_exponential(self, x):
    e = torch.exp(x)
    self.y = e / (1 + e)
    return self.y


@MISTAKES.known("Sigmoid.backward", says=UPSTREAM, asks=AT_WHAT)
def sigmoid_derivative_at_the_upstream_gradient(self, grad_y):
    y = 1 / (1 + torch.exp(-grad_y))
    return grad_y * y * (1 - y)


@MISTAKES.known("Sigmoid.backward", says=F_PRIME_OF_G, asks=AT_WHAT)
def sigmoid_derivative_of_the_upstream_gradient_alone(self, grad_y):
    y = 1 / (1 + torch.exp(-grad_y))
    return y * (1 - y)


@MISTAKES.known("Sigmoid.backward", says=LOCAL, asks=CHAIN)
def sigmoid_local_derivative_alone(self, grad_y):
    return self.y * (1 - self.y)


@MISTAKES.known(
    "Sigmoid.backward",
    says="Your numbers are e⁻ˣ/(1+e⁻ˣ)² multiplied by grad_y, which is inf/inf for very negative x.",
    asks="Can σ' be written with the output y alone?",
)
def sigmoid_derivative_by_exponentials(self, grad_y):
    e = torch.exp(-torch.log(self.y / (1 - self.y)))
    return grad_y * e / (1 + e) ** 2


@MISTAKES.known(
    "Sigmoid.backward",
    says="Your numbers are y(1-y)·grad_y with x itself in the place of y.",
    asks="The y in σ' = y(1-y): is it the input or the output of the layer?",
)
def sigmoid_input_for_output(self, grad_y):
    x = torch.log(self.y / (1 - self.y))
    return grad_y * x * (1 - x)


@MISTAKES.known(
    "Tanh.forward",
    says="Your numbers are (eˣ - e⁻ˣ)/(eˣ + e⁻ˣ), which is inf/inf for x far from 0.",
    asks="Divide numerator and denominator by e⁻ˣ: how many exponentials are left?",
)
def tanh_by_two_exponentials(self, x):
    a, b = torch.exp(x), torch.exp(-x)
    self.y = (a - b) / (a + b)
    return self.y


@MISTAKES.known("Tanh.backward", says=UPSTREAM, asks=AT_WHAT)
def tanh_derivative_at_the_upstream_gradient(self, grad_y):
    return grad_y * (1 - torch.tanh(grad_y) ** 2)


@MISTAKES.known("Tanh.backward", says=F_PRIME_OF_G, asks=AT_WHAT)
def tanh_derivative_of_the_upstream_gradient_alone(self, grad_y):
    return 1 - torch.tanh(grad_y) ** 2


@MISTAKES.known("Tanh.backward", says=LOCAL, asks=CHAIN)
def tanh_local_derivative_alone(self, grad_y):
    return 1 - self.y**2


@MISTAKES.known(
    "Tanh.backward",
    says="Your numbers are 1 - y²·grad_y: the product binds tighter than the difference.",
    asks="What should come out for grad_y = 0, and what does?",
)
def tanh_missing_parentheses(self, grad_y):
    return 1 - self.y**2 * grad_y


@MISTAKES.known(
    "Softmax.backward",
    says="Your numbers are grad · p(1-p): only the diagonal of the Jacobian.",
    asks="If one logit grows, what happens to the other probabilities?",
)
def softmax_diagonal_alone(self, grad_p):
    return grad_p * self.p * (1 - self.p)


@MISTAKES.known(
    "Softmax.backward",
    says="The sum Σ grad·p is taken over all entries at once, not along `dim` for each row.",
    asks="How many independent distributions does your input hold?",
)
def softmax_sum_over_everything(self, grad_p):
    return self.p * (grad_p - (grad_p * self.p).sum())


@MISTAKES.known(
    "Softmax.forward",
    says="Your probabilities sum to 1 over the whole tensor, not along `dim`.",
    asks="Along which dimension does each distribution lie?",
)
def softmax_over_everything(self, x):
    e = torch.exp(x - x.max())
    self.p = e / e.sum()
    return self.p


@MISTAKES.known(
    "Softmax.forward",
    says="Your probabilities sum to 1 down the batch: the samples share one distribution.",
    asks="Along which dimension does each distribution lie?",
)
def softmax_along_the_batch(self, x):
    e = torch.exp(x - x.amax(0))
    self.p = e / e.sum(0)
    return self.p


@MISTAKES.known("Softmax.forward", says=OVERFLOW, asks=SAFE_NUMBER)
def softmax_overflows(self, x):
    e = torch.exp(x)
    self.p = e / e.sum(self.dim, keepdim=True)
    return self.p


def _through_log_p(self, grad_log_p):
    return grad_log_p - torch.exp(self.log_p) * grad_log_p.sum(self.dim, keepdim=True)


@MISTAKES.known("LogSoftmax.forward", says=OVERFLOW, asks=SAFE_NUMBER, backward=_through_log_p)
def log_softmax_overflows(self, x):
    self.log_p = x - torch.exp(x).sum(self.dim, keepdim=True).log()
    return self.log_p


@MISTAKES.known(
    "LogSoftmax.forward",
    says=f"{OVERFLOW} And a quotient of 0 has no logarithm.",
    asks=SAFE_NUMBER,
    backward=_through_log_p,
)
def log_softmax_log_of_overflowing_softmax(self, x):
    e = torch.exp(x)
    self.log_p = torch.log(e / e.sum(self.dim, keepdim=True))
    return self.log_p


@MISTAKES.known(
    "LogSoftmax.forward",
    says="Your numbers are the logarithm of a softmax, which is -inf where the probability is too small for a float.",
    asks="What is log(eᶻ / Σ) for z = -1000, by the rules of logarithms?",
    backward=_through_log_p,
)
def log_softmax_log_of_softmax(self, x):
    e = torch.exp(x - x.amax(self.dim, keepdim=True))
    self.log_p = torch.log(e / e.sum(self.dim, keepdim=True))
    return self.log_p


@MISTAKES.known(
    "LogSoftmax.backward",
    says="Your numbers are grad - p: the sum of the upstream gradient is missing.",
    asks="Each output depends on the log-sum-exp: how often does p enter when all gradients are added?",
)
def log_softmax_without_the_sum(self, grad_log_p):
    return grad_log_p - self.e / self.total


@MISTAKES.known(
    "LogSoftmax.backward",
    says="Your numbers are those of softmax's derivative, not of log-softmax's.",
    asks="What does the logarithm do to ∂pᵢ/∂xⱼ = pᵢ(δᵢⱼ - pⱼ)?",
)
def log_softmax_derivative_of_softmax(self, grad_log_p):
    p = self.e / self.total
    return p * (grad_log_p - (grad_log_p * p).sum(self.dim, keepdim=True))


@MISTAKES.known(
    "Sequential.backward",
    says="The gradient goes through the layers first to last.",
    asks="Which layer's backward can be called first: which dL/dy do you have at the start?",
)
def sequential_forward_order(self, grad_y):
    for layer in self:
        grad_y = layer.backward(grad_y)
    return grad_y


@MISTAKES.known(
    "Sequential.forward",
    says="Every layer gets the network's input; only the last output is kept.",
    asks="What should the second layer see?",
)
def sequential_always_the_first_input(self, x):
    for layer in self:
        y = layer(x)
    return y


@MISTAKES.known(
    "Flatten.forward",
    says="Your output has one dimension: the batch was flattened too.",
    asks="Which dimension must survive, so that a Linear can follow?",
)
def flatten_batch_too(self, x):
    self.shape = x.shape
    return x.reshape(-1)
