import itertools
import warnings
from collections import Counter, defaultdict
from typing import Any, Dict, Iterable  # noqa: UP035

import torch


def _sgd(p, g, state: Dict[str, Any], *, lr, momentum, dampening, weight_decay, nesterov):  # noqa: UP006
    g = g + weight_decay * p
    if momentum:
        try:
            state["b"] = momentum * state["b"] + (1 - dampening) * g
        except KeyError:
            state["b"] = torch.clone(g)
        g = g + momentum * state["b"] if nesterov else state["b"]
    p.copy_(p - lr * g)


def _adam(p, g, state, *, lr, betas, eps, weight_decay):
    g = g + weight_decay * p
    t = next(state.setdefault("steps", itertools.count(1)))
    β1, β2 = betas
    state["m"] = β1 * state.get("m", torch.zeros_like(p)) + (1 - β1) * g
    state["v"] = β2 * state.get("v", torch.zeros_like(p)) + (1 - β2) * torch.pow(g, 2)
    m̂, v̂ = state["m"] / (1 - β1**t), state["v"] / (1 - β2**t)
    p.copy_(p - lr * m̂ / (torch.sqrt(v̂) + eps))


class Optimizer:
    def __init__(self, params: Iterable, lr: float, **options):
        super().__init__()
        self.params, self.lr, self.options = list(params), lr, options
        if len(self.params) == 0:
            raise ValueError("no parameters")
        if lr < 0:
            raise ValueError(f"negative learning rate {lr}")
        if lr > 1e6:
            warnings.warn(f"lr={lr} is very large", stacklevel=2)
        self.state = defaultdict(dict)

    def zero_grad(self):
        for p in self.params:
            p.grad = torch.zeros_like(p.data)

    @torch.no_grad()
    def step(self):
        for i, p in enumerate(self.params):
            self._rule(p.data, p.grad.clone(), self.state[i], lr=self.lr, **self.options)


class SGD(Optimizer):
    _rule = staticmethod(_sgd)

    def __init__(self, params, lr=1e-3, momentum=0, dampening=0, weight_decay=0, nesterov=False):
        if nesterov:
            assert momentum > 0, "nesterov needs momentum"
            assert dampening == 0, "nesterov needs no dampening"
        super().__init__(
            params, lr, momentum=momentum, dampening=dampening, weight_decay=weight_decay, nesterov=nesterov
        )


class Adam(Optimizer):
    _rule = staticmethod(_adam)

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0):
        super().__init__(params, lr, betas=betas, eps=eps, weight_decay=weight_decay)


class MultiStepLR:
    def __init__(self, optimizer, milestones, gamma=0.1):
        self.optimizer, self.milestones, self.gamma = optimizer, Counter(milestones), gamma
        self.last_epoch = 0

    def step(self, epoch=None):
        self.last_epoch = self.last_epoch + 1 if epoch is None else epoch
        if self.last_epoch in self.milestones:
            self.optimizer.lr = self.optimizer.lr * self.gamma ** self.milestones[self.last_epoch]

    def get_last_lr(self):
        return [self.optimizer.lr]
