"""Curves of training runs: one beside the other, or ours and `torch.nn`'s on top of each other."""

import torch
from matplotlib.ticker import MaxNLocator

from .style import OURS, THEIRS, new_axes

SMALLEST = 1e-17  # what a difference of zero is drawn as, on an axis of logarithms


def curves(histories, quantity="loss", ax=None):
    """One colour per run: its training curve solid, its validation curve, if it has one, dotted.

    histories: {label: `History`}. quantity: 'loss' or 'error' (drawn in per cent). Returns the axes.
    """
    ax = new_axes(ax)
    for label, history in histories.items():
        (line,) = ax.plot(_values(history.train, quantity), label=label)
        ax.plot(_values(history.validation, quantity), ":", color=line.get_color())
    if any(history.validation.loss for history in histories.values()):
        ax.plot([], [], ":", color="gray", label="validation")
    ax.set(xlabel="epoch", ylabel=_name(quantity), ylim=(0, None))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.legend()
    return ax


def overlay(ours, theirs, quantity="loss", ax=None):
    """Ours as a broad line and `torch.nn`'s as a dashed one on it: only one line is seen where they agree.

    ours, theirs: `History`s. Returns the axes.
    """
    ax = new_axes(ax)
    ax.plot(_values(ours.train, quantity), color=OURS, linewidth=5, alpha=0.35, label="ours")
    ax.plot(_values(theirs.train, quantity), color=THEIRS, linestyle="--", linewidth=1.6, label="torch.nn")
    ax.set(xlabel="epoch", ylabel=_name(quantity))
    ax.legend()
    return ax


def distance(pairs, ax=None):
    """How far the training losses of two runs are from each other after each epoch, on a logarithmic axis.

    pairs: {label: (`History`, `History`)}. Returns the axes.
    """
    ax = new_axes(ax)
    for label, (one, other) in pairs.items():
        losses = torch.tensor([one.train.loss, other.train.loss], dtype=torch.float64)
        ax.semilogy((losses[0] - losses[1]).abs().clamp(min=SMALLEST), label=label)
    ax.set(xlabel="epoch", ylabel="distance of the two losses", ylim=(SMALLEST / 3, 10))
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))  # beside the axes: lines may run anywhere
    return ax


def sweep(values, ours, theirs, xlabel, ax=None, log=False):
    """Error (per cent) over a setting that was varied: ours as rings, `torch.nn` as crosses inside them.

    values: of the setting, K of them. ours, theirs: fractions, for each of R runs a list of K; the mean is drawn, with
    a bar of one standard deviation if R > 1. log: logarithmic x axis. Returns the axes.
    """
    ax = new_axes(ax)
    looks = (
        (ours, {"color": OURS, "marker": "o", "markersize": 10, "fillstyle": "none", "label": "ours"}),
        (theirs, {"color": THEIRS, "marker": "x", "markersize": 6, "linestyle": "--", "label": "torch.nn"}),
    )
    for fractions, look in looks:
        percent = 100 * torch.tensor(fractions, dtype=torch.float64)
        spread = percent.std(0) if len(percent) > 1 else None
        ax.errorbar(values, percent.mean(0), spread, capsize=3, **look)
    ax.set(xlabel=xlabel, ylabel="test error in %", ylim=(0, None), xscale="log" if log else "linear")
    ax.legend()
    return ax


def _values(curve, quantity):
    return curve.loss if quantity == "loss" else [100 * fraction for fraction in curve.error]


def _name(quantity):
    return "loss" if quantity == "loss" else "error in %"
