"""One look for all pictures of the course."""

import matplotlib.pyplot as plt
from cycler import cycler

OURS, THEIRS, WRONG = "#2166ac", "#f08a24", "#d7191c"  # told apart by colour-blind readers too
CLASS_COLOURS = ("#f4a582", "#92c5de")  # points of class 0, of class 1
REGION_COLOURS = ("#fdf0e6", "#e3f0f7")  # where a network says 0, where it says 1
COLOURS = (OURS, THEIRS, "#1b7837", "#762a83", "#8c510a", "#4d4d4d")


def style():
    """Set matplotlib's defaults for the course; called once by `%load_ext autograder`."""
    plt.rcParams.update(
        {
            "figure.figsize": (6, 3.6),
            "figure.dpi": 100,
            "figure.constrained_layout.use": True,
            "axes.prop_cycle": cycler(color=COLOURS),
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": True,
            "axes.axisbelow": True,
            "axes.titlesize": 11,
            "grid.alpha": 0.25,
            "lines.linewidth": 1.6,
            "legend.frameon": False,
            "legend.fontsize": 9,
        }
    )


def new_axes(ax):
    """The axes given, or those of a new figure."""
    return plt.subplots()[1] if ax is None else ax
