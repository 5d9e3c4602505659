"""Pictures of images, of what was said about them, and of the weights that look at them."""

import math

import matplotlib.pyplot as plt

from .style import WRONG, new_axes

SIDE = 0.95  # inches of an image in a grid
KERNEL = 0.7  # of an image: a kernel has few entries


def grid(images, titles=(), columns=10, **how):
    """Images in rows of that many, each with its title, if there are any.

    images: (N, C, H, W) with numbers from 0 to 1. C = 3 is drawn in colour; C = 1 as ink on paper, 0 white and 1 black,
    unless `how`, which goes to matplotlib's imshow, says otherwise. Returns the figure.
    """
    lines = math.ceil(len(images) / columns)
    size = (SIDE * columns, (SIDE + 0.25 * bool(titles)) * lines)
    figure, axes = plt.subplots(lines, columns, figsize=size, squeeze=False)
    for ax in axes.flat:
        ax.axis("off")
    for ax, image in zip(axes.flat, images):
        _show(ax, image, how)
    for ax, title in zip(axes.flat, titles):
        ax.set_title(title, fontsize=9)
    return figure


def rows(of_label, scale=1.6, **how):
    """Several sets of images, a row for each, its label on the left; what belongs together stands in a column.

    of_label: {label: (N, C, H, W)}, as for `grid`, with the same N. scale: inches of an image. Returns the figure.
    """
    columns = len(next(iter(of_label.values())))
    size = (scale * columns, scale * len(of_label))
    figure, axes = plt.subplots(len(of_label), columns, figsize=size, squeeze=False)
    for line, (label, images) in zip(axes, of_label.items()):
        for ax, image in zip(line, images):
            _show(ax, image, how)
            ax.set(xticks=[], yticks=[])
            ax.spines[:].set(visible=True, color="0.85")  # so that a white image is seen on white paper
        line[0].set_ylabel(label)
    return figure


def weights(kernels, columns=16):
    """The kernels of a first convolution, (O, 1, KH, KW): blue positive, red negative, all on one scale.

    Returns the figure.
    """
    largest = kernels.abs().max().item()
    figure = grid(kernels, columns=columns, cmap="RdBu", vmin=-largest, vmax=largest)
    figure.set_size_inches(figure.get_size_inches() * KERNEL)
    return figure


def confusion(table, ax=None):
    """A table of counts (C, C): the row is the class, the column what was said; what is wrong stands out in red.

    Returns the axes.
    """
    ax = new_axes(ax)
    classes = range(len(table))
    for true in classes:
        for said in classes:
            if count := int(table[true, said]):
                wrong = {"color": WRONG, "weight": "bold"} if true != said else {}
                ax.text(said, true, count, ha="center", va="center", fontsize=9, **wrong)
    end = len(table) - 0.5
    ax.set(xlim=(-0.5, end), ylim=(end, -0.5), xticks=classes, yticks=classes, xlabel="said", ylabel="is")
    ax.set_aspect("equal")
    ax.set_axisbelow(True)
    return ax


def _show(ax, image, how):
    """Draw (C, H, W) into axes."""
    look = {"cmap": "gray_r", "vmin": 0, "vmax": 1} | how
    ax.imshow(image.permute(1, 2, 0).clamp(0, 1) if len(image) == 3 else image[0], interpolation="nearest", **look)
    ax.grid(False)
