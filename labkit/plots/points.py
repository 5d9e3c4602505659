"""Points in the plane, and what a network makes of the plane."""

import torch
from matplotlib.colors import ListedColormap

from ..evaluation import classify
from .style import CLASS_COLOURS, REGION_COLOURS, WRONG, new_axes


def points(data, ax=None):
    """The points of a `Dataset` with two features, coloured by class. Returns the axes."""
    ax = new_axes(ax)
    for label, colour in enumerate(CLASS_COLOURS):
        x = data.x[data.t == label]
        ax.scatter(x[:, 0], x[:, 1], s=9, color=colour, label=f"class {label}")
    _square(ax)
    return ax


def decision_region(network, data, ax=None, title="", resolution=200):
    """Where the network says which class, with the points of a `Dataset`: those it gets wrong are drawn large, in red.

    network: ours or of `torch.nn`, two inputs. The title is followed by the error. Returns the axes.
    """
    ax = new_axes(ax)
    low, high = data.x.min(0).values, data.x.max(0).values
    across, up = (torch.linspace(a, b, resolution, dtype=data.x.dtype) for a, b in zip(low, high, strict=True))
    plane = torch.cartesian_prod(across, up)
    said = classify(network, plane).view(resolution, resolution).T
    ax.pcolormesh(
        across.numpy(), up.numpy(), said.numpy(), cmap=ListedColormap(REGION_COLOURS), vmin=0, vmax=1, rasterized=True
    )
    points(data, ax)
    wrong = data.x[classify(network, data.x) != data.t]
    ax.scatter(wrong[:, 0], wrong[:, 1], s=26, color=WRONG, edgecolor="white", linewidth=0.5, label="wrong")
    ax.set_title(f"{title}\n{100 * len(wrong) / len(data):.1f} % wrong".strip())
    return ax


def _square(ax):
    ax.set_aspect("equal")
    ax.grid(False)
    ax.set(xlabel="$x_1$", ylabel="$x_2$")
