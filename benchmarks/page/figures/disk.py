import matplotlib.pyplot as plt
import torch

import solutions
from labkit import plots
from labkit.data import disk_sets
from labkit.networks import mlp
from labkit.signals import Signals
from labkit.training import Curve, History

from ..looking import by, mean, pick


def activations(results):
    """Sigmoid and Tanh with their derivatives."""
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.2))
    for ax, layer in zip(axes, (solutions.Sigmoid(), solutions.Tanh())):
        plots.function_and_derivative(layer, ax)
    return figure


def losses(results):
    """Training and validation loss, ours on torch.nn's, a picture for each loss."""
    runs = results["disk_portraits"]["runs"]
    figure, axes = plt.subplots(2, len(runs), figsize=(12, 5.4), sharex=True)
    for column, run in zip(axes.T, runs):
        for ax, name in zip(column, ("train", "validation")):
            ours, theirs = (History(Curve(loss=run["result"][side][name])) for side in ("ours", "theirs"))
            plots.overlay(ours, theirs, "loss", ax).set_title(f"{run['arguments']['loss']}, {name}")
    return figure


def regions(results):
    """What our trained networks make of the square, with the points of the test set."""
    runs = results["disk_portraits"]["runs"]
    figure, axes = plt.subplots(1, len(runs), figsize=(12, 4.4))
    for ax, run in zip(axes, runs):
        network = mlp(solutions, (2, 25, 25, 25, 2)).double()
        state = run["result"]["weights"].items()
        network.load_state_dict({name: torch.tensor(value, dtype=torch.float64) for name, value in state})
        test = disk_sets(run["arguments"]["seed"])[2].double()
        plots.decision_region(network, test, ax, run["arguments"]["loss"])
    return figure


def signals(results):
    """Untrained networks: how different points look to each layer, and how much gradient arrives there."""
    found = {}
    for (activation, start), runs in by(results["disk_signals"]["runs"], "activation", "start"):
        label = activation if start is None else f"{activation}, Xavier, gain {start[1]}"
        means = {name: [mean(layer) for layer in zip(*pick(runs, name))] for name in ("spread", "gradient")}
        found[label] = Signals(**means)
    return plots.signals(found)


def sweeps(results):
    """The four sweeps, ours as rings and torch.nn as crosses in them."""
    rows = (
        ("disk_momentum", "momentum", "loss", "momentum", False),
        ("disk_rate", "lr", "activation", "learning rate", True),
        ("disk_epochs", "epochs", "loss", "epochs", False),
        ("disk_start", "start", "loss", "a: all weights start in [-a, a]", False),
    )
    figure, axes = plt.subplots(len(rows), 2, figsize=(11, 12))
    for line, (name, setting, label, xlabel, log) in zip(axes, rows):
        runs = results[name]["runs"]
        for ax, (value, of_label) in zip(line, by(runs, label)):
            groups = by(of_label, setting)
            ours, theirs = (
                list(zip(*(pick(found, f"{side}.test") for _, found in groups))) for side in ("ours", "theirs")
            )
            xs = [x[1] if setting == "start" else x for x, _ in groups]
            plots.sweep(xs, ours, theirs, xlabel, ax, log).set_title(value)
    return figure
