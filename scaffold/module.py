"""The two things every layer is made of: a `Parameter` and a `Module`. Given; nothing to implement here.

A layer is a `Module` with two methods. `forward(x)` computes the output and keeps on `self` whatever the
derivative needs; `backward(grad_y)` receives dL/dy, adds dL/dp to the `grad` of each of its parameters p,
and returns dL/dx.
"""

import torch


class Parameter:
    """A tensor that is learned, together with the gradient of the loss with respect to it.

    data: tensor of any shape. grad: tensor of the same shape, zeros by default. Layers *add* to `grad`.
    """

    def __init__(self, data, grad=None):
        self.data = data
        self.grad = torch.zeros_like(data) if grad is None else grad
        if self.grad.shape != data.shape:
            raise ValueError(f"grad has shape {tuple(self.grad.shape)}, data has {tuple(data.shape)}")

    @property
    def shape(self):
        return self.data.shape

    def zero_grad(self):
        """Set the gradient to zeros, in place."""
        self.grad.zero_()

    def __repr__(self):
        return f"Parameter(shape={tuple(self.shape)}, dtype={self.data.dtype})"


class Module:
    """Base class of all layers, losses and networks, with the names and behaviour of `torch.nn.Module`.

    Attributes that are a `Parameter` or a `Module` are found by themselves; a tensor that belongs to the state
    without being learned is announced with `register_buffer`. A network is either a `Sequential`, or a subclass
    with a `forward` and a `backward` that calls its layers' `backward` in the opposite order.
    """

    training = True

    def __call__(self, *inputs):
        return self.forward(*inputs)

    def forward(self, *inputs):
        raise NotImplementedError(f"{type(self).__name__}.forward")

    def backward(self, *grad_outputs):
        raise NotImplementedError(f"{type(self).__name__}.backward")

    def __getattr__(self, name):
        # Reached only for names that are not there: nearly always what forward should have kept for backward.
        raise AttributeError(f"{type(self).__name__} has no {name!r} yet: if forward sets it, call forward first")

    # --- what a module contains ---------------------------------------------------------------------------

    def named_children(self):
        """Yield (name, module) for the modules held directly."""
        for name, value in vars(self).items():
            if isinstance(value, Module):
                yield name, value

    def modules(self):
        """Yield this module and all modules below it, depth first."""
        yield self
        for _, child in self.named_children():
            yield from child.modules()

    def named_parameters(self, prefix=""):
        """Yield (name, Parameter), names dotted as in `torch.nn`: `0.weight`, `encoder.2.bias`."""
        for name, value in vars(self).items():
            if isinstance(value, Parameter):
                yield prefix + name, value
        for name, child in self.named_children():
            yield from child.named_parameters(f"{prefix}{name}.")

    def parameters(self):
        """Yield every Parameter of this module and of those below it."""
        for _, parameter in self.named_parameters():
            yield parameter

    def register_buffer(self, name, tensor):
        """Keep `tensor` as `self.name`: saved and moved with the module, but not learned. None is allowed."""
        vars(self).setdefault("_buffer_names", []).append(name)
        setattr(self, name, tensor)

    def named_buffers(self, prefix=""):
        """Yield (name, tensor) of the registered buffers, here and below."""
        for name in vars(self).get("_buffer_names", []):
            if getattr(self, name) is not None:
                yield prefix + name, getattr(self, name)
        for name, child in self.named_children():
            yield from child.named_buffers(f"{prefix}{name}.")

    # --- switches -----------------------------------------------------------------------------------------

    def train(self, mode=True):
        """Switch this module and all below it to training (or, with False, to evaluation). Returns self."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self):
        """Switch to evaluation: dropout rests, batch normalisation uses its running moments. Returns self."""
        return self.train(False)

    def zero_grad(self):
        """Set the gradient of every parameter to zeros. Call it before each `backward` of a new batch."""
        for parameter in self.parameters():
            parameter.zero_grad()

    def to(self, device=None, dtype=None):
        """Move parameters, gradients and floating-point buffers to a device and/or dtype. Returns self."""
        for parameter in self.parameters():
            parameter.data = parameter.data.to(device=device, dtype=dtype)
            parameter.grad = parameter.grad.to(device=device, dtype=dtype)
        for module in self.modules():
            for name in vars(module).get("_buffer_names", []):
                buffer = getattr(module, name)
                if buffer is not None:
                    setattr(module, name, buffer.to(device, dtype if buffer.is_floating_point() else None))
        return self

    def double(self):
        """Convert to float64. Returns self."""
        return self.to(dtype=torch.float64)

    # --- state --------------------------------------------------------------------------------------------

    def state_dict(self):
        """The parameters and buffers by name, as a dict of tensors that `torch.nn`'s twin of this module loads."""
        return {name: p.data for name, p in self.named_parameters()} | dict(self.named_buffers())

    def load_state_dict(self, state_dict):
        """Copy the values of a state dict, ours or that of `torch.nn`'s twin, into this module.

        Raises KeyError for missing or unexpected names and ValueError for a wrong shape; then nothing is copied.
        """
        own = self.state_dict()
        if own.keys() != state_dict.keys():
            missing, unexpected = sorted(own.keys() - state_dict.keys()), sorted(state_dict.keys() - own.keys())
            raise KeyError(f"state dict does not fit: missing {missing}, unexpected {unexpected}")
        for name, tensor in own.items():
            if tensor.shape != state_dict[name].shape:
                raise ValueError(
                    f"{name} has shape {tuple(tensor.shape)}, the state dict has {tuple(state_dict[name].shape)}"
                )
        for name, tensor in own.items():
            tensor.copy_(state_dict[name].detach())

    def save(self, path):
        """Write the state dict to a `.pt` file."""
        torch.save(self.state_dict(), path)

    def load(self, path):
        """Read a `.pt` file that `save`, or `torch.save(module.state_dict(), …)`, wrote. Returns self."""
        self.load_state_dict(torch.load(path, weights_only=True, map_location="cpu"))
        return self

    # --- how it looks -------------------------------------------------------------------------------------

    def extra_repr(self):
        """The arguments shown between the parentheses of the repr; layers override it."""
        return ""

    def __repr__(self):
        name, children = type(self).__name__, list(self.named_children())
        if not children:
            return f"{name}({self.extra_repr()})"
        lines = [f"({key}): {child!r}".replace("\n", "\n  ") for key, child in children]
        return f"{name}(\n  " + "\n  ".join(lines) + "\n)"
