"""A class diagram, drawn from the code itself."""

import inspect
import textwrap

import matplotlib.pyplot as plt

from .style import OURS

LINE, GAP, INDENT, WIDTH = 0.17, 0.17, 1.1, 9.0  # inches: a line of text, between boxes, per generation, in all


def class_diagram(package, without=()):
    """Draw the family tree of all classes that a package offers in `__all__`, heirs indented below what they extend.

    without: files of the package whose classes are left out, by name. Each box shows the arguments of a class and the
    methods that it defines itself. Returns the figure.
    """
    classes = [thing for name in package.__all__ if inspect.isclass(thing := getattr(package, name))]
    classes = [kind for kind in classes if kind.__module__.rpartition(".")[2] not in without]
    parents = {kind: next((ancestor for ancestor in kind.__mro__[1:] if ancestor in classes), None) for kind in classes}
    generations = _generations(parents)
    texts = {kind: _describe(kind) for kind in generations}
    tops, height = {}, 0.0
    for kind, text in texts.items():
        tops[kind] = height
        height += LINE * (1 + text.count("\n")) + GAP

    figure, ax = plt.subplots(figsize=(WIDTH, height), layout=None)
    ax.set_position([0, 0, 1, 1])
    ax.set(xlim=(-0.1, WIDTH - 0.1), ylim=(height, -0.1))
    ax.axis("off")
    for kind, text in texts.items():
        x, y = INDENT * generations[kind], tops[kind]
        box = {"boxstyle": "round,pad=0.3", "facecolor": "white", "edgecolor": OURS}
        ax.text(x, y, text, va="top", fontsize=8, linespacing=1.3, bbox=box)
        if parents[kind]:
            trunk = x - INDENT / 2
            ax.plot([trunk, trunk, x], [tops[parents[kind]], y + LINE / 2, y + LINE / 2], color=OURS, lw=1, zorder=0)
    return figure


def _generations(parents):
    """{class: how many parents it has above it}, every class after its parent and the parent's earlier heirs."""
    generations = {}

    def add(kind, generation):
        generations[kind] = generation
        for heir, parent in parents.items():
            if parent is kind:
                add(heir, generation + 1)

    for kind, parent in parents.items():
        if parent is None:
            add(kind, 0)
    return generations


def _describe(kind):
    arguments = ", ".join(inspect.signature(kind).parameters)
    methods = [name for name, thing in vars(kind).items() if inspect.isfunction(thing) and not name.startswith("_")]
    return textwrap.fill(rf"$\bf{{{kind.__name__}}}$({arguments})   " + " · ".join(methods), 120)
