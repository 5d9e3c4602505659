"""Networks made of layers: `Sequential` is the chain rule, `Flatten` the bridge from images to vectors."""

from .module import Module


class Sequential(Module):
    """Layers one after the other, as `torch.nn.Sequential`; may be nested.

    layers: the modules in order. `len(s)`, `s[i]`, `for layer in s` work as for a list; `s[i:j]` is a Sequential of
    the same layers. Parameter names are `0.weight`, `1.weight`, … as in `torch.nn`.
    """

    def __init__(self, *layers):
        for i, layer in enumerate(layers):
            setattr(self, str(i), layer)

    def __len__(self):
        return len(list(self.named_children()))

    def __iter__(self):
        return (layer for _, layer in self.named_children())

    def __getitem__(self, index):
        layers = list(self)[index]
        return Sequential(*layers) if isinstance(index, slice) else layers

    def forward(self, x):
        """Feeds x through all layers, first to last; returns what the last one gives."""
        raise NotImplementedError("Sequential.forward: notebook 02, step 5")

    def backward(self, grad_y):
        """Feeds grad_y through all layers' `backward`; returns the gradient with respect to the first input."""
        # Hint: (f ∘ g)' = f'(g) · g': which layer hears of grad_y first?
        raise NotImplementedError("Sequential.backward: notebook 02, step 5")


class Flatten(Module):
    """(N, d1, d2, …) to (N, d1·d2·…), as `torch.nn.Flatten` with its default arguments."""

    def forward(self, x):
        """x: at least two dimensions. Returns x with all dimensions after the first made one."""
        raise NotImplementedError("Flatten.forward: notebook 02, step 6")

    def backward(self, grad_y):
        """Returns grad_y in the shape of x."""
        raise NotImplementedError("Flatten.backward: notebook 02, step 6")
