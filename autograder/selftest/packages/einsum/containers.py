"""Containers around a list."""

from functools import reduce

from scaffold.module import Module


class Sequential(Module):
    def __init__(self, *layers):
        for name, layer in zip(map(str, range(len(layers))), layers, strict=True):
            setattr(self, name, layer)
        self.layers = layers

    def __len__(self):
        return len(self.layers)

    def __iter__(self):
        return iter(self.layers)

    def __getitem__(self, index):
        chosen = self.layers[index]
        return Sequential(*chosen) if isinstance(index, slice) else chosen

    def forward(self, x):
        return reduce(lambda value, layer: layer(value), self.layers, x)

    def backward(self, grad_y):
        return reduce(lambda grad, layer: layer.backward(grad), self.layers[::-1], grad_y)


class Flatten(Module):
    def forward(self, x):
        self.rest = x.shape[1:]
        return x.reshape(len(x), -1)

    def backward(self, grad_y):
        return grad_y.reshape(-1, *self.rest)
