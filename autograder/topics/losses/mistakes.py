"""Known mistakes of topic losses, as executable wrong answers."""

import torch

from ..common.model import Mistakes

MISTAKES = Mistakes("losses")

REDUCTION = "Where does the argument of the constructor enter?"
BROADCAST = "Shapes that differ are stretched to one another: (6, 1) and (6,) give a (6, 6) table."
WHAT_SHAPE = "What do broadcasting's rules make of these two shapes?"
OVERFLOW = "Your exponentials overflow for large logits."
SAFE_NUMBER = "Softmax does not change when the same number is taken from every logit of a row: which number is safe?"
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


@MISTAKES.known("MSELoss.forward", says="Your value is the sum, whatever `reduction` is.", asks=REDUCTION)
def mse_always_the_sum(self, input, target):
    if input.shape != target.shape:
        raise ValueError("shapes differ")
    self.d, self.n = input - target, 1
    return (self.d * self.d).sum()


@MISTAKES.known("MSELoss.forward", says="Your value is the mean, whatever `reduction` is.", asks=REDUCTION)
def mse_always_the_mean(self, input, target):
    if input.shape != target.shape:
        raise ValueError("shapes differ")
    self.d, self.n = input - target, input.numel()
    return (self.d * self.d).sum() / self.n


@MISTAKES.known("MSELoss.forward", says=BROADCAST, asks=WHAT_SHAPE)
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
    "L1Loss.backward",
    says="Your gradient is 1 everywhere, as if the prediction were compared with itself.",
    asks="Which two tensors does the sign tell apart?",
)
def l1_grad_all_ones(self):
    return torch.ones_like(self.d)


@MISTAKES.known(
    "L1Loss.backward",
    says="Your gradient has the opposite sign.",
    asks="If the prediction is too large, should the loss grow or shrink with it?",
)
def l1_grad_wrong_sign(self):
    return -self.d.sign() / self.n


@MISTAKES.known("L1Loss.forward", says=BROADCAST, asks=WHAT_SHAPE)
def l1_broadcasts(self, input, target):
    self.d = input - target
    self.n = self.divisor(self.d.numel())
    return self.d.abs().sum() / self.n


@MISTAKES.known(
    "NLLLoss.forward",
    says="Your value is the mean log-probability; the loss is minus that.",
    asks="Is a large log-probability of the right class good or bad?",
)
def nll_without_the_minus(self, input, target):
    if input.dim() != 2 or target.shape != input.shape[:1]:
        raise ValueError("shapes differ")
    self.input, self.index = input, target.unsqueeze(1)
    self.n = self.divisor(len(input))
    return input.gather(1, self.index).sum() / self.n


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


@MISTAKES.known("CrossEntropyLoss.forward", says=OVERFLOW, asks=SAFE_NUMBER)
def cross_entropy_log_sum_exp_overflows(self, input, target):
    self.log_p = input - torch.exp(input).sum(1, keepdim=True).log()
    self.n, self.target = self.divisor(len(input)), target
    if target.shape == input.shape:
        return -(target * self.log_p).sum() / self.n
    if input.dim() != 2 or target.shape != input.shape[:1]:
        raise ValueError("shapes differ")
    return -self.log_p.gather(1, target.unsqueeze(1)).sum() / self.n


@MISTAKES.known(
    "CrossEntropyLoss.forward",
    says="Your value is -(t log p + (1-t) log(1-p)) with p for class 1: it is right for two classes only.",
    asks="What does your formula do with a sample of class 2?",
)
def cross_entropy_for_two_classes(self, input, target):
    if input.dim() != 2 or target.shape not in (input.shape, input.shape[:1]):
        raise ValueError("shapes differ")
    z = input - input.amax(1, keepdim=True)
    self.log_p = z - torch.exp(z).sum(1, keepdim=True).log()
    self.n, self.target = self.divisor(len(input)), target
    t = target[:, 1] if target.shape == input.shape else target
    p = torch.exp(self.log_p[:, 1])
    return -(t * torch.log(p) + (1 - t) * torch.log(1 - p)).sum() / self.n


@MISTAKES.known("CrossEntropyLoss.forward", says=OVERFLOW, asks=SAFE_NUMBER)
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


@MISTAKES.known("BCEWithLogitsLoss.forward", says=BROADCAST, asks=WHAT_SHAPE)
def bce_broadcasts(self, input, target):
    self.x, self.t = input, target
    losses = input.clamp(min=0) - input * target + torch.log1p(torch.exp(-input.abs()))
    self.n = self.divisor(losses.numel())
    return losses.sum() / self.n


@MISTAKES.known(
    "BCEWithLogitsLoss.forward",
    says="Your value takes logarithms of a sigmoid that has become exactly 0 or 1.",
    asks="What is log σ(x) for x = -1000, written without first computing σ?",
)
def bce_log_of_sigmoid(self, input, target):
    if input.shape != target.shape:
        raise ValueError("shapes differ")
    self.x, self.t = input, target
    self.n = self.divisor(input.numel())
    p = 1 / (1 + torch.exp(-input))
    return -(target * torch.log(p) + (1 - target) * torch.log(1 - p)).sum() / self.n
