"""What becomes of a signal between the layers of a network: on the way forward, and of its gradient on the way back."""

from dataclasses import dataclass

from .evaluation import targets


@dataclass
class Signals:
    """One number for each layer with weights, from the first to the last, each for the output of that layer.

    spread: how much the output differs from point to point, the root mean square over its units of their standard
    deviation over the points. gradient: the root mean square of the gradient that arrives there.
    """

    spread: list[float]
    gradient: list[float]


def signals(network, criterion, data):
    """Send a whole `Dataset` through a network and the gradient of its loss back; returns `Signals`.

    network: a flat Sequential of ours. criterion: ours. The gradients of the parameters are left zeroed.
    """
    x, spread = data.x, []
    for layer in network:
        x = layer(x)
        if has_weights(layer):
            spread.append(rms(x.std(0)))
    criterion(x, targets(criterion, data, x.shape[1]))
    gradient, sizes = criterion.backward(), []
    for layer in reversed(list(network)):
        if has_weights(layer):
            sizes.append(rms(gradient))
        gradient = layer.backward(gradient)
    network.zero_grad()
    return Signals(spread, sizes[::-1])


def has_weights(layer):
    """Whether there is anything to learn in a layer."""
    return any(True for _ in layer.parameters())


def rms(tensor):
    """The root mean square of all entries."""
    return tensor.square().mean().sqrt().item()
