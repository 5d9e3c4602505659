"""How signals and gradients shrink, or do not, from layer to layer."""

import matplotlib.pyplot as plt
from matplotlib.ticker import MaxNLocator


def signals(of_network):
    """Two pictures over the layers: how different the points still look there, and how much gradient arrives there.

    of_network: {label: `labkit.signals.Signals`}. Returns the figure.
    """
    figure, (forward, backward) = plt.subplots(1, 2, figsize=(11, 3.6))
    for label, signal in of_network.items():
        layers = range(1, len(signal.spread) + 1)
        forward.semilogy(layers, signal.spread, "o-", label=label)
        backward.semilogy(layers, signal.gradient, "o-", label=label)
    forward.set(title="forward →: spread over the points", xlabel="Linear layer, counted from the input")
    backward.set(title="← backward: gradient that arrives", xlabel="Linear layer, counted from the input")
    forward.legend()
    for axis in (forward, backward):
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    return figure
