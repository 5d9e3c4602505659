"""Containers that count: attributes named by numbers, and shapes walked one dimension at a time."""

from .module import Module


class Sequential(Module):
    def __init__(self, *layers):
        self.count = 0
        for layer in layers:
            setattr(self, f"{self.count}", layer)
            self.count += 1

    def __len__(self):
        return self.count

    def __iter__(self):
        for i in range(self.count):
            yield getattr(self, str(i))

    def __getitem__(self, index):
        chosen = [layer for layer in self][index]
        if isinstance(index, slice):
            return Sequential(*chosen)
        return chosen

    def forward(self, x):
        i = 0
        while i < self.count:
            x = getattr(self, str(i)).forward(x)
            i += 1
        return x

    def backward(self, grad_y):
        i = self.count - 1
        while i >= 0:
            grad_y = getattr(self, str(i)).backward(grad_y)
            i -= 1
        return grad_y


class Flatten(Module):
    def forward(self, x):
        self.before = tuple(x.shape)
        width = 1
        for size in self.before[1:]:
            width *= size
        return x.reshape(self.before[0], width)

    def backward(self, grad_y):
        return grad_y.reshape(*self.before)
