"""`torch.nn` and `torch.optim` behind the course's own interface: the right answers, by autograd."""

import torch

from .eager import without_compiler


class Layer:
    """A `torch.nn` module with `forward`, `backward` and parameters that carry `grad`."""

    def __init__(self, module):
        self.module = module
        for p in module.parameters():
            p.grad = torch.zeros_like(p)

    def forward(self, x):
        self.x = x.detach().clone().requires_grad_()
        with torch.enable_grad():
            self.y = self.module(self.x)
        return self.y.detach()

    def backward(self, grad_y):
        self.x.grad = None
        with torch.enable_grad():
            (self.y * grad_y).sum().backward(retain_graph=True)
        return self.x.grad

    def double(self):
        self.module.double()
        for p in self.module.parameters():
            p.grad = torch.zeros_like(p)

    def zero_grad(self):
        self.module.zero_grad(set_to_none=False)

    def __getattr__(self, name):
        return getattr(self.module, name)

    def __len__(self):
        return len(self.module)

    def __getitem__(self, index):
        return Layer(self.module[index])


class Criterion:
    """A `torch.nn` loss with `forward` and `backward`; mismatched shapes are refused, where torch only warns."""

    def __init__(self, module, same_shape):
        self.module, self.same_shape = module, same_shape

    def forward(self, input, target):
        if self.same_shape and input.shape != target.shape:
            raise ValueError("shapes differ")
        self.input = input.detach().clone().requires_grad_()
        with torch.enable_grad():
            self.loss = self.module(self.input, target)
        return self.loss.detach()

    def backward(self):
        self.input.grad = None
        self.loss.backward(retain_graph=True)
        return self.input.grad


class Parameter:
    """Stands for the course's `Parameter`: a leaf tensor that always has a gradient."""

    def __init__(self, data):
        self.tensor = torch.nn.Parameter(data.detach().clone())
        self.tensor.grad = torch.zeros_like(self.tensor)

    @property
    def data(self):
        return self.tensor.data

    @property
    def grad(self):
        return self.tensor.grad


class Optimiser:
    """A `torch.optim` optimiser over reference Parameters."""

    @without_compiler()
    def __init__(self, make, params, *args, **kwargs):
        self.optimiser = make([p.tensor for p in params], *args, **kwargs)

    @without_compiler()
    def step(self):
        self.optimiser.step()

    @without_compiler()
    def zero_grad(self):
        self.optimiser.zero_grad(set_to_none=False)

    @property
    def lr(self):
        return self.optimiser.param_groups[0]["lr"]


class Schedule:
    """A `torch.optim.lr_scheduler` schedule over a reference Optimiser."""

    @without_compiler()
    def __init__(self, make, optimiser, *args, **kwargs):
        self.schedule = make(optimiser.optimiser, *args, **kwargs)
        optimiser.optimiser.step()  # torch warns when a schedule moves before the optimiser does

    def step(self):
        self.schedule.step()


def layer(module_class):
    """A stand-in for the course's layer class of the same name."""
    return lambda *args, **kwargs: Layer(module_class(*args, **kwargs))


def container(module_class):
    """The same for a container, whose arguments are reference layers."""
    return lambda *children: Layer(module_class(*(child.module for child in children)))


def criterion(module_class, same_shape=True):
    """A stand-in for the course's loss class of the same name."""
    return lambda *args, **kwargs: Criterion(module_class(*args, **kwargs), same_shape)


def optimiser(optimiser_class):
    """A stand-in for the course's optimiser of the same name."""
    return lambda *args, **kwargs: Optimiser(optimiser_class, *args, **kwargs)


def schedule(schedule_class):
    """A stand-in for the course's schedule of the same name."""
    return lambda *args, **kwargs: Schedule(schedule_class, *args, **kwargs)
