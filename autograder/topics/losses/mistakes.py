"""Known mistakes of topic losses, as executable wrong answers."""

import torch

from ..common.model import Mistakes

MISTAKES = Mistakes("losses")

FACTOR = "How many terms does the sum of your forward have, and what is each term's derivative?"


@MISTAKES.known(
    "MSELoss.backward",
    says="Your gradient is that of a sum over each row's entries averaged over the N rows, while the value is the mean "
    "over all N·D entries.",
    asks=FACTOR,
)
def mse_grad_divided_by_batch_only(self):
    return 2 / (len(self.d) if self.reduction == "mean" else 1) * self.d


@MISTAKES.known(
    "MSELoss.backward",
    says="Your gradient is not divided by anything, while the value is a mean.",
    asks=FACTOR,
)
def mse_grad_not_divided(self):
    return 2 * self.d


@MISTAKES.known("MSELoss.backward", says="Your gradient is half the right one.", asks="What is the derivative of d²?")
def mse_grad_without_the_two(self):
    return self.d / self.n


@MISTAKES.known(
    "MSELoss.backward",
    says="Your gradient is input - target: neither the factor 2 nor the division of the mean is in it.",
    asks=FACTOR,
)
def mse_grad_difference_alone(self):
    return self.d.clone()


@MISTAKES.known(
    "MSELoss.backward",
    says="Your gradient is divided by the number of columns D only, while the value is the mean over all N·D entries.",
    asks=FACTOR,
)
def mse_grad_divided_by_columns_only(self):
    return 2 / (self.d[0].numel() if self.reduction == "mean" else 1) * self.d


@MISTAKES.known(
    "MSELoss.backward",
    says="Your gradient has the opposite sign.",
    asks="If the prediction is too large, should the loss grow or shrink with it?",
)
def mse_grad_wrong_sign(self):
    return -2 / self.n * self.d


@MISTAKES.known(
    "MSELoss.forward",
    says="Your value is the sum over each row averaged over the rows; `torch.nn`'s mean is over all entries.",
    asks="How many numbers are there in an (N, D) table?",
)
def mse_mean_over_rows_only(self, input, target):
    if input.shape != target.shape:
        raise ValueError("shapes differ")
    self.d = input - target
    self.n = self.divisor(len(self.d))
    return (self.d * self.d).sum() / self.n


@MISTAKES.known(
    "MSELoss.forward",
    says="Your value is half the right one.",
    asks="Where does the factor ½ of some textbooks come from, and does `torch.nn` have it?",
)
def mse_half(self, input, target):
    if input.shape != target.shape:
        raise ValueError("shapes differ")
    self.d = input - target
    self.n = self.divisor(self.d.numel())
    return (self.d * self.d).sum() / self.n / 2


@MISTAKES.known(
    "MSELoss.forward",
    says="Shapes that differ are stretched to one another: (6, 1) - (6,) becomes a (6, 6) table.",
    asks="What do broadcasting's rules make of these two shapes?",
)
def mse_broadcasts(self, input, target):
    self.d = input - target
    self.n = self.divisor(self.d.numel())
    return (self.d * self.d).sum() / self.n


@MISTAKES.known(
    "L1Loss.backward",
    says="Your gradient is the sign alone, not divided, while the value is a mean.",
    asks=FACTOR,
)
def l1_grad_not_divided(self):
    return self.d.sign()


@MISTAKES.known(
    "L1Loss.backward",
    says="Your gradient is a constant: the same for every entry, whichever side of the target it is on.",
    asks="What is the derivative of |d| for d < 0?",
)
def l1_grad_all_positive(self):
    return torch.ones_like(self.d) / self.n


@MISTAKES.known(
    "NLLLoss.backward",
    says="Your gradient is -1 at each target, not divided, while the value is a mean over the samples.",
    asks=FACTOR,
)
def nll_grad_not_divided(self):
    return torch.zeros_like(self.input).scatter_(1, self.index, -1.0)


@MISTAKES.known(
    "NLLLoss.backward",
    says="Your gradient is positive at the targets.",
    asks="The loss is minus the log-probability: does it fall or rise with it?",
)
def nll_grad_wrong_sign(self):
    return torch.zeros_like(self.input).scatter_(1, self.index, 1 / self.n)


@MISTAKES.known(
    "CrossEntropyLoss.backward",
    says="Your gradient is softmax - onehot, not divided by N, while the value is a mean over the samples.",
    asks="What does the 1/N in front of the sum do to the derivative?",
)
def cross_entropy_grad_not_divided(self):
    p, t = torch.exp(self.log_p), self.target
    if t.shape == p.shape:
        return p * t.sum(1, keepdim=True) - t
    return p - torch.zeros_like(p).scatter_(1, t.unsqueeze(1), 1.0)


@MISTAKES.known(
    "CrossEntropyLoss.backward",
    says="Your gradient is divided by all N·C entries; the mean of cross-entropy is over the N samples.",
    asks="How many terms does the sum over samples have?",
)
def cross_entropy_grad_divided_by_all_entries(self):
    p, t = torch.exp(self.log_p), self.target
    n = p.numel() if self.reduction == "mean" else 1
    if t.shape == p.shape:
        return (p * t.sum(1, keepdim=True) - t) / n
    return (p - torch.zeros_like(p).scatter_(1, t.unsqueeze(1), 1.0)) / n


@MISTAKES.known(
    "CrossEntropyLoss.backward",
    says="Your gradient is -onehot/softmax: the derivative with respect to the probabilities, not to the logits.",
    asks="Which function still lies between the logits and the probabilities?",
)
def cross_entropy_grad_of_the_probabilities(self):
    p, t = torch.exp(self.log_p), self.target
    if t.shape != p.shape:
        t = torch.zeros_like(p).scatter_(1, t.unsqueeze(1), 1.0)
    return -t / p / self.n


@MISTAKES.known(
    "CrossEntropyLoss.forward",
    says="Your value is that of logits which went through softmax before the log-softmax.",
    asks="Does the loss expect probabilities or logits?",
)
def cross_entropy_softmax_twice(self, input, target):
    p = torch.exp(input - input.amax(1, keepdim=True))
    p = p / p.sum(1, keepdim=True)
    self.log_p = p - torch.exp(p).sum(1, keepdim=True).log()
    self.n, self.target = self.divisor(len(input)), target
    if target.shape == input.shape:
        return -(target * self.log_p).sum() / self.n
    if input.dim() != 2 or target.shape != input.shape[:1]:
        raise ValueError("shapes differ")
    return -self.log_p.gather(1, target.unsqueeze(1)).sum() / self.n


@MISTAKES.known(
    "CrossEntropyLoss.forward",
    says="Your exponentials overflow for large logits.",
    asks="Softmax does not change when the same number is taken from every logit of a row: which number is safe?",
)
def cross_entropy_overflows(self, input, target):
    e = torch.exp(input)
    self.log_p = torch.log(e / e.sum(1, keepdim=True))
    self.n, self.target = self.divisor(len(input)), target
    if target.shape == input.shape:
        return -(target * self.log_p).sum() / self.n
    if input.dim() != 2 or target.shape != input.shape[:1]:
        raise ValueError("shapes differ")
    return -self.log_p.gather(1, target.unsqueeze(1)).sum() / self.n


@MISTAKES.known(
    "BCEWithLogitsLoss.backward",
    says="Your gradient is σ(x) - t, not divided, while the value is a mean.",
    asks=FACTOR,
)
def bce_grad_not_divided(self):
    return 1 / (1 + torch.exp(-self.x)) - self.t
