import functools
import operator
from collections import OrderedDict

from .module import Module


class Sequential(Module):
    def __init__(self, *args):
        super().__init__()
        self._layers = OrderedDict((f"{number}", layer) for number, layer in enumerate(args))
        self.__dict__.update(self._layers)

    def __len__(self):
        return len(self._layers)

    def __iter__(self):
        yield from self._layers.values()

    def __getitem__(self, index):
        chosen = operator.getitem(list(self._layers.values()), index)
        return type(self)(*chosen) if isinstance(index, slice) else chosen

    def forward(self, x):
        return functools.reduce(lambda h, layer: layer(h), self, x)

    def backward(self, grad_y):
        return functools.reduce(lambda g, layer: layer.backward(g), reversed([*self]), grad_y)


class Flatten(Module):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._size = None

    def forward(self, x):
        self._size = x.size()
        return x.reshape(x.size(0), functools.reduce(operator.mul, x.shape[1:], 1))

    def backward(self, grad_y):
        if self._size is None:
            raise AssertionError("call forward first")
        return grad_y.reshape(self._size)
