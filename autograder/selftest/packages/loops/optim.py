"""Optimisers in pure Python: one number of one parameter at a time."""

import math

import torch


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = [*params], lr
        self.memory = [[{} for _ in range(p.data.numel())] for p in self.params]

    def zero_grad(self):
        for p in self.params:
            p.zero_grad()

    def step(self):
        for p, memories in zip(self.params, self.memory, strict=True):
            values, grads = p.data.reshape(-1).tolist(), p.grad.reshape(-1).tolist()
            new = [self.moved(v, g, m) for v, g, m in zip(values, grads, memories, strict=True)]
            p.data.copy_(torch.tensor(new, dtype=p.data.dtype).reshape(p.shape))


class SGD(Optimizer):
    def __init__(self, params, lr=1e-3, momentum=0, dampening=0, weight_decay=0, nesterov=False):
        if nesterov and not (momentum > 0 and dampening == 0):
            raise ValueError("nesterov")
        super().__init__(params, lr)
        self.mu, self.tau, self.decay, self.nesterov = momentum, dampening, weight_decay, nesterov

    def moved(self, value, g, memory):
        g += self.decay * value
        if self.mu:
            b = self.mu * memory["b"] + (1 - self.tau) * g if "b" in memory else g
            memory["b"] = b
            g = g + self.mu * b if self.nesterov else b
        return value - self.lr * g


class MultiStepLR:
    def __init__(self, optimizer, milestones, gamma=0.1):
        self.optimizer, self.milestones, self.gamma, self.epoch = optimizer, milestones, gamma, 0

    def step(self):
        self.epoch += 1
        for milestone in self.milestones:
            if milestone == self.epoch:
                self.optimizer.lr = self.optimizer.lr * self.gamma

    def get_last_lr(self):
        return [self.optimizer.lr]


class Adam(Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0):
        super().__init__(params, lr)
        self.betas, self.eps, self.decay = betas, eps, weight_decay

    def moved(self, value, g, memory):
        one, two = self.betas
        g += self.decay * value
        memory["t"] = memory.get("t", 0) + 1
        memory["m"] = one * memory.get("m", 0.0) + (1 - one) * g
        memory["v"] = two * memory.get("v", 0.0) + (1 - two) * g**2
        m, v = memory["m"] / (1 - one ** memory["t"]), memory["v"] / (1 - two ** memory["t"])
        return value - self.lr * m / (math.sqrt(v) + self.eps)
