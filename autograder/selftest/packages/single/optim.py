"""Optimisers in float32, with the formulas turned round."""

import torch


class Optimizer:
    weight_decay = 0

    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr
        self.state = {i: {} for i, _ in enumerate(self.params)}

    def zero_grad(self):
        for p in self.params:
            p.grad.fill_(0)

    def step(self):
        for i, p in enumerate(self.params):
            g = p.grad.float()
            if self.weight_decay:
                g = torch.add(g, p.data.float(), alpha=self.weight_decay)
            p.data.add_(self.update(self.state[i], g).mul(-self.lr))


class SGD(Optimizer):
    def __init__(self, params, lr=1e-3, momentum=0, dampening=0, weight_decay=0, nesterov=False):
        super().__init__(params, lr)
        if nesterov and 0 in (momentum, not dampening):
            raise ValueError("nesterov wants momentum, and no dampening")
        self.momentum, self.dampening, self.weight_decay, self.nesterov = momentum, dampening, weight_decay, nesterov

    def update(self, state, g):
        if self.momentum == 0:
            return g
        if "velocity" not in state:
            state["velocity"] = g.clone()
        else:
            state["velocity"].mul_(self.momentum).add_((1 - self.dampening) * g)
        return g + state["velocity"] * self.momentum if self.nesterov else state["velocity"]


class Adam(Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0):
        super().__init__(params, lr)
        self.betas, self.eps, self.weight_decay = betas, eps, weight_decay

    def update(self, state, g):
        state.setdefault("past", []).append(g)
        t, (one, two) = len(state["past"]), self.betas
        m = sum((1 - one) * one ** (t - 1 - k) * past for k, past in enumerate(state["past"]))
        v = sum((1 - two) * two ** (t - 1 - k) * past**2 for k, past in enumerate(state["past"]))
        rescale = (1 - two**t) ** 0.5 / (1 - one**t)
        return rescale * m / (v.sqrt() + self.eps * (1 - two**t) ** 0.5)


class MultiStepLR:
    def __init__(self, optimizer, milestones, gamma=0.1):
        self.optimizer, self.gamma, self.last_epoch = optimizer, gamma, 0
        self.left = sorted(milestones)

    def step(self):
        self.last_epoch += 1
        while self.left and self.left[0] == self.last_epoch:
            self.optimizer.lr *= self.gamma
            self.left = self.left[1:]

    def get_last_lr(self):
        return [self.optimizer.lr]
