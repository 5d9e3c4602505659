"""What happens between the layers of a network: how large the gradient still is when it arrives."""

from .evaluation import targets


def gradient_sizes(network, criterion, data):
    """The root mean square of dL/dW of each weight matrix W, from the first layer to the last.

    network, criterion: ours. data: a `Dataset`, taken as one batch. Returns {name of the weight: size}; the gradients
    are left as this batch made them.
    """
    network.zero_grad()
    y = network(data.x)
    criterion(y, targets(criterion, data, y.shape[1]))
    network.backward(criterion.backward())
    return {
        name: parameter.grad.square().mean().sqrt().item()
        for name, parameter in network.named_parameters()
        if parameter.grad.dim() > 1
    }
