"""A multilayer perceptron without a single tensor operation: one number after the other, in Python's own loops."""


class Loops:
    """What a `Sequential` of Linear and ReLU in turn computes, and its training on the squared error, point by point.

    network: of ours; its parameters are copied. numbers: what becomes of a tensor before the loops go over it, such as
    `torch.Tensor.tolist`, or `torch.Tensor.clone`, by which each number stays a tensor.
    """

    def __init__(self, network, numbers):
        parameters = [numbers(p.data) for p in network.parameters()]
        self.layers = list(zip(parameters[::2], parameters[1::2], strict=True))

    def forward(self, x):
        """The inputs of all layers, and last what the network gives. x: one point, a sequence of numbers."""
        seen = [x]
        for weight, bias in self.layers:
            h = seen[-1]
            y = []
            for row, b in zip(weight, bias, strict=True):
                total = b
                for w, value in zip(row, h, strict=True):
                    total = total + w * value
                y.append(total)
            if len(seen) < len(self.layers):
                y = [value if value > 0 else 0 * value for value in y]
            seen.append(y)
        return seen

    def step(self, x, target, lr):
        """One step of gradient descent on the mean squared error of one point; returns the loss before it."""
        *inputs, y = self.forward(x)
        errors = [a - b for a, b in zip(y, target, strict=True)]
        grad = [2 * error / len(errors) for error in errors]
        for (weight, bias), h in zip(reversed(self.layers), reversed(inputs), strict=True):
            grad_h = [0.0 for _ in h]
            for o, g in enumerate(grad):
                row = weight[o]
                for i, value in enumerate(h):
                    w = row[i] + 0.0  # a number of its own: a tensor's entry would change with the next line
                    grad_h[i] = grad_h[i] + w * g
                    row[i] = w - lr * g * value
                bias[o] = bias[o] - lr * g
            grad = [g if value > 0 else 0 * g for g, value in zip(grad_h, h, strict=True)]
        return float(sum(error * error for error in errors) / len(errors))
