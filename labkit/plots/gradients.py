"""How a gradient shrinks, or does not, on its way from the last layer to the first."""

from .style import new_axes


def gradient_sizes(sizes, ax=None):
    """One line per network: the size of the gradient of each weight matrix, first layer on the left.

    sizes: {label: {name of the weight: size}}, see `labkit.signals.gradient_sizes`. Returns the axes.
    """
    ax = new_axes(ax)
    for label, of_weight in sizes.items():
        ax.semilogy(range(1, len(of_weight) + 1), list(of_weight.values()), "o-", label=label)
    layers = range(1, 1 + max(len(of_weight) for of_weight in sizes.values()))
    ax.set_xticks(layers)
    ax.set(xlabel="Linear layer, counted from the input", ylabel="gradient of the weights (rms)")
    ax.legend()
    return ax
