"""One look for all pictures of the course."""

import matplotlib.pyplot as plt
from cycler import cycler

OURS, THEIRS, WRONG = "#2166ac", "#f4a742", "#d7191c"  # told apart by colour-blind readers too
CLASS_COLOURS = ["#fde0c5", "#c6dbef"]  # class 0 outside, class 1 inside
COLOURS = [OURS, "#e08214", "#1b7837", "#762a83", "#8c510a", "#4d4d4d"]


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
            "image.cmap": "viridis",
        }
    )
