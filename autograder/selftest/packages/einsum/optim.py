"""Optimisers on all parameters at once, as one long vector."""

import torch


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr, self.steps = list(params), lr, 0

    def zero_grad(self):
        [p.zero_grad() for p in self.params]

    def step(self):
        self.steps += 1
        x = torch.cat([p.data.reshape(-1) for p in self.params])
        g = torch.cat([p.grad.reshape(-1) for p in self.params])
        moved = x - self.lr * self.direction(x, g + self.weight_decay * x)
        for p, part in zip(self.params, moved.split([p.data.numel() for p in self.params]), strict=True):
            p.data = part.reshape(p.shape).clone()


class SGD(Optimizer):
    def __init__(self, params, lr=1e-3, momentum=0, dampening=0, weight_decay=0, nesterov=False):
        super().__init__(params, lr)
        if nesterov and (not momentum or dampening):
            raise ValueError("Nesterov's momentum needs momentum and no dampening")
        self.momentum, self.dampening = momentum, dampening
        self.weight_decay, self.nesterov = weight_decay, nesterov

    def direction(self, x, g):
        if not self.momentum:
            return g
        self.b = g if self.steps == 1 else self.b * self.momentum + g * (1 - self.dampening)
        return torch.add(g, self.b, alpha=self.momentum) if self.nesterov else self.b


class MultiStepLR:
    def __init__(self, optimizer, milestones, gamma=0.1):
        self.optimizer, self.milestones, self.gamma = optimizer, tuple(milestones), gamma
        self.first, self.epoch = optimizer.lr, 0

    def step(self):
        self.epoch += 1
        self.optimizer.lr = self.first * self.gamma ** sum(m <= self.epoch for m in self.milestones)

    def get_last_lr(self):
        return [self.optimizer.lr]


class Adam(Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0):
        super().__init__(params, lr)
        self.betas, self.eps, self.weight_decay = betas, eps, weight_decay
        self.averages = torch.zeros(2, sum(p.data.numel() for p in self.params), dtype=torch.float64)

    def direction(self, x, g):
        betas = torch.tensor(self.betas, dtype=torch.float64)
        self.averages = torch.lerp(torch.stack([g, g * g]).double(), self.averages, betas[:, None])
        m, v = self.averages / (1 - betas**self.steps)[:, None]
        return (m / (v**0.5 + self.eps)).to(x.dtype)
