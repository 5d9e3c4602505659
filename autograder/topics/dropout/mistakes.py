"""Known mistakes of topic dropout, as executable wrong answers."""

import torch

from ..common.model import Mistakes

MISTAKES = Mistakes("dropout")

MEAN = "On average over all masks, what should y be, and what is it?"
HOW_MANY = "How many numbers have to be drawn for an input of shape (N, D)?"
WHICH_MASK = "Which entries of x had a part in the output, and how large was it?"
AT_REST = "May the answer of a network that is in use depend on dice?"


# --- forward -------------------------------------------------------------------------------------------------


@MISTAKES.known(
    "Dropout.forward",
    says="Your mask keeps a share p of the entries and drops the rest.",
    asks="With Dropout(0.1), is nearly everything dropped or nearly everything kept?",
)
def p_to_keep(self, x):
    self.mask = None
    if not self.training:
        return x
    self.mask = torch.empty_like(x).bernoulli_(self.p)
    if self.p > 0:
        self.mask /= self.p
    return x.mul_(self.mask) if self.inplace else x * self.mask


@MISTAKES.known("Dropout.forward", says="What is kept is not scaled by 1/(1 - p).", asks=MEAN)
def not_scaled(self, x):
    self.mask = None
    if not self.training:
        return x
    self.mask = torch.empty_like(x).bernoulli_(1 - self.p)
    return x.mul_(self.mask) if self.inplace else x * self.mask


@MISTAKES.known("Dropout.forward", says="Your gradient is scaled by 1/(1 - p), your output is not.", asks=MEAN)
def scaled_in_backward_only(self, x):
    self.mask = None
    if not self.training:
        return x
    kept = torch.empty_like(x).bernoulli_(1 - self.p)
    self.mask = kept / (1 - self.p) if self.p < 1 else kept
    return x.mul_(kept) if self.inplace else x * kept


@MISTAKES.known("Dropout.forward", says="What is kept is multiplied by 1 - p, where it should be divided.", asks=MEAN)
def multiplied_by_the_share_kept(self, x):
    self.mask = None
    if not self.training:
        return x
    self.mask = torch.empty_like(x).bernoulli_(1 - self.p) * (1 - self.p)
    return x.mul_(self.mask) if self.inplace else x * self.mask


@MISTAKES.known("Dropout.forward", says="What is kept is scaled by 1/p.", asks=MEAN)
def scaled_by_the_share_dropped(self, x):
    self.mask = None
    if not self.training:
        return x
    self.mask = torch.empty_like(x).bernoulli_(1 - self.p)
    if self.p > 0:
        self.mask /= self.p
    return x.mul_(self.mask) if self.inplace else x * self.mask


@MISTAKES.known(
    "Dropout.forward",
    says="In evaluation your output is x · (1 - p).",
    asks="Is made up for what was dropped while the network is trained, or when it is used?",
)
def scaled_in_evaluation(self, x):
    self.mask = None
    if not self.training:
        return x * (1 - self.p)
    self.mask = torch.empty_like(x).bernoulli_(1 - self.p)
    if self.p < 1:
        self.mask /= 1 - self.p
    return x.mul_(self.mask) if self.inplace else x * self.mask


@MISTAKES.known("Dropout.forward", says="Entries are dropped in evaluation, too.", asks=AT_REST)
def active_in_evaluation(self, x):
    self.mask = torch.empty_like(x).bernoulli_(1 - self.p)
    if self.p < 1:
        self.mask /= 1 - self.p
    return x.mul_(self.mask) if self.inplace else x * self.mask


@MISTAKES.known(
    "Dropout.forward",
    says="Your mask is drawn once; every forward uses the same one.",
    asks="Which network is trained if it is always the same entries that are missing?",
)
def mask_frozen(self, x):
    self.mask = None
    if not self.training:
        return x
    if getattr(self, "first", None) is None or self.first.shape != x.shape:
        self.first = torch.empty_like(x).bernoulli_(1 - self.p)
        if self.p < 1:
            self.first /= 1 - self.p
    self.mask = self.first
    return x.mul_(self.mask) if self.inplace else x * self.mask


@MISTAKES.known(
    "Dropout.forward", says="One coin is thrown for the whole input: all of it is kept, or none.", asks=HOW_MANY
)
def one_coin_for_all(self, x):
    self.mask = None
    if not self.training:
        return x
    self.mask = torch.empty_like(x.flatten()[:1]).bernoulli_(1 - self.p).expand(x.numel()).reshape(x.shape).clone()
    if self.p < 1:
        self.mask /= 1 - self.p
    return x.mul_(self.mask) if self.inplace else x * self.mask


@MISTAKES.known(
    "Dropout.forward", says="Your mask has one number for each sample: whole rows are dropped.", asks=HOW_MANY
)
def one_coin_for_each_sample(self, x):
    self.mask = None
    if not self.training:
        return x
    coins = torch.empty_like(x.reshape(len(x), -1)[:, :1]).bernoulli_(1 - self.p)
    self.mask = coins.expand(len(x), x.numel() // len(x)).reshape(x.shape).clone()
    if self.p < 1:
        self.mask /= 1 - self.p
    return x.mul_(self.mask) if self.inplace else x * self.mask


@MISTAKES.known(
    "Dropout.forward", says="Your mask is the same for all samples: whole columns are dropped.", asks=HOW_MANY
)
def one_mask_for_all_samples(self, x):
    self.mask = None
    if not self.training:
        return x
    self.mask = torch.empty_like(x[:1]).bernoulli_(1 - self.p).expand(x.shape).clone()
    if self.p < 1:
        self.mask /= 1 - self.p
    return x.mul_(self.mask) if self.inplace else x * self.mask


@MISTAKES.known(
    "Dropout.forward",
    says="Your mask comes from normal random numbers: the share that is kept is that of the numbers above p.",
    asks="With which probability is a number from torch.randn larger than 0.5, and with which one from torch.rand?",
)
def normal_for_uniform(self, x):
    self.mask = None
    if not self.training:
        return x
    self.mask = (torch.randn_like(x) >= self.p).to(x.dtype)
    if self.p < 1:
        self.mask /= 1 - self.p
    return x.mul_(self.mask) if self.inplace else x * self.mask


@MISTAKES.known(
    "Dropout.forward",
    says="The tensor that was handed to forward was changed, although inplace is False.",
    asks="Who else may still need x after this layer has run?",
)
def always_inplace(self, x):
    self.mask = None
    if not self.training:
        return x
    self.mask = torch.empty_like(x).bernoulli_(1 - self.p)
    if self.p < 1:
        self.mask /= 1 - self.p
    return x.mul_(self.mask)


@MISTAKES.known(
    "Dropout.forward",
    says="inplace=True has no effect.",
    asks="Where does the value that the constructor received go?",
)
def inplace_ignored(self, x):
    self.mask = None
    if not self.training:
        return x
    self.mask = torch.empty_like(x).bernoulli_(1 - self.p)
    if self.p < 1:
        self.mask /= 1 - self.p
    return x * self.mask


@MISTAKES.known(
    "Dropout.forward",
    says="With p = 1 your numbers are 0 · 1/0, which is nan.",
    asks="If everything is dropped, is there anything to scale?",
)
def nan_when_all_is_dropped(self, x):
    self.mask = None
    if not self.training:
        return x
    self.mask = torch.empty_like(x).bernoulli_(1 - self.p) / (1 - self.p)
    return x.mul_(self.mask) if self.inplace else x * self.mask


# --- backward ------------------------------------------------------------------------------------------------


@MISTAKES.known(
    "Dropout.backward",
    says="Your gradient passes everywhere, also where entries were dropped.",
    asks=WHICH_MASK,
)
def gradient_passes_everywhere(self, grad_y):
    return grad_y.clone()


@MISTAKES.known(
    "Dropout.backward",
    says="Your gradient passes where entries were kept, but without the scale 1/(1 - p).",
    asks=WHICH_MASK,
)
def scaled_in_forward_only(self, grad_y):
    return grad_y.clone() if self.mask is None else grad_y * (self.mask != 0)


@MISTAKES.known(
    "Dropout.backward",
    says="Your gradient is scaled by 1/(1 - p), but passes everywhere, also where entries were dropped.",
    asks=WHICH_MASK,
)
def scale_without_mask(self, grad_y):
    return grad_y.clone() if self.mask is None or self.p == 1 else grad_y / (1 - self.p)


@MISTAKES.known(
    "Dropout.backward",
    says="Your gradient passes where entries were dropped, and is 0 where they were kept.",
    asks=WHICH_MASK,
)
def mask_turned_around(self, grad_y):
    if self.mask is None:
        return grad_y.clone()
    return grad_y * (self.mask == 0) / (1 - self.p if self.p < 1 else 1)


@MISTAKES.known(
    "Dropout.backward",
    says="Your gradient goes through a mask that was drawn anew.",
    asks=WHICH_MASK,
)
def fresh_mask(self, grad_y):
    if self.mask is None:
        return grad_y.clone()
    mask = torch.empty_like(grad_y).bernoulli_(1 - self.p)
    return grad_y * (mask / (1 - self.p) if self.p < 1 else mask)


@MISTAKES.known(
    "Dropout.backward",
    says="In evaluation your gradient is scaled by 1/(1 - p), although nothing was in forward.",
    asks="In evaluation y = x: what is dy/dx?",
)
def scaled_backward_in_evaluation(self, grad_y):
    scale = 1 if self.p == 1 else 1 / (1 - self.p)
    return grad_y * scale if self.mask is None else grad_y * self.mask
