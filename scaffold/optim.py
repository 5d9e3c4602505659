"""Optimisers change parameters by their gradients; schedules change the optimiser's learning rate."""

import torch


class Optimizer:
    """What all optimisers share; given. params: iterable of `Parameter`, ValueError if empty. lr: step size > 0."""

    def __init__(self, params, lr):
        self.params = list(params)
        if not self.params:
            raise ValueError("the optimiser got no parameters")
        if lr < 0:
            raise ValueError(f"lr must not be negative, got {lr}")
        self.lr = lr

    def zero_grad(self):
        """Set all gradients to zeros."""
        for p in self.params:
            p.zero_grad()


class SGD(Optimizer):
    """Stochastic gradient descent, as `torch.optim.SGD`: for each parameter p with gradient g

        g ← g + weight_decay · p
        b ← g at the first step, then momentum · b + (1 - dampening) · g      (if momentum is not 0)
        g ← g + momentum · b if nesterov, else b                              (if momentum is not 0)
        p ← p - lr · g

    lr: 0.001. momentum, dampening, weight_decay: 0. nesterov: False; needs momentum > 0 and dampening = 0,
    ValueError otherwise. The gradients themselves are never changed. Sutskever et al. 2013 on both momenta.
    """

    def __init__(self, params, lr=1e-3, momentum=0, dampening=0, weight_decay=0, nesterov=False):
        super().__init__(params, lr)
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError("nesterov needs momentum > 0 and dampening = 0")
        self.momentum, self.dampening = momentum, dampening
        self.weight_decay, self.nesterov = weight_decay, nesterov
        self.buffers = [None] * len(self.params)

    def step(self):
        """Change every parameter once, in place."""
        # Hint: the first b is a copy of g. What would go wrong if it were g itself?
        raise NotImplementedError("SGD.step: notebook 04, step 2")


class MultiStepLR:
    """Multiplies the learning rate by gamma at each milestone, as `torch.optim.lr_scheduler.MultiStepLR`.

    optimizer: has an `lr`. milestones: numbers of epochs; one that stands twice counts twice. gamma: 0.1.
    """

    def __init__(self, optimizer, milestones, gamma=0.1):
        self.optimizer, self.milestones, self.gamma = optimizer, list(milestones), gamma
        self.last_epoch = 0

    def step(self):
        """Call once after each epoch: counts it, and lowers optimizer.lr if that is a milestone."""
        raise NotImplementedError("MultiStepLR.step: notebook 04, step 7")

    def get_last_lr(self):
        """The learning rate now in force, in a list of one as in torch."""
        return [self.optimizer.lr]


class Adam(Optimizer):
    """Adam, as `torch.optim.Adam` (Kingma & Ba 2015, algorithm 1): for each parameter p with gradient g, at step t

        g ← g + weight_decay · p
        m ← β₁ m + (1 - β₁) g            v ← β₂ v + (1 - β₂) g²            (both start at 0)
        p ← p - lr · m̂ / (√v̂ + eps)      m̂ = m / (1 - β₁ᵗ),  v̂ = v / (1 - β₂ᵗ),  t = 1, 2, …

    lr: 0.001. betas: (β₁, β₂) = (0.9, 0.999). eps: 1e-8. weight_decay: 0.
    """

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0):
        super().__init__(params, lr)
        self.betas, self.eps, self.weight_decay = betas, eps, weight_decay
        self.m = [torch.zeros_like(p.data) for p in self.params]
        self.v = [torch.zeros_like(p.data) for p in self.params]
        self.t = 0

    def step(self):
        """Change every parameter once, in place."""
        # Hint: t grows by one per step, not per parameter.
        raise NotImplementedError("Adam.step: notebook 04, step 8")
