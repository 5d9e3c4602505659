"""Denoising in full: both kinds of upsampling, solutions beside `torch.nn`, blurs, and what clean targets would bring.

python -m benchmarks.denoise [modules] [steps] [times] [quality] [targets] [--epochs 20]    (all: about 5 minutes)

PSNR in decibel on the 104 held-out patches: the mean over the patches, and in brackets that of the mean squared error
of all together.
"""

import time
from functools import partial

import torch
from rich.console import Console
from rich.table import Table

import solutions
from labkit import reference
from labkit.data import batches
from labkit.denoising import LEARNING_RATE, blur, denoise, denoiser, fit, picture_sets, psnr
from labkit.differences import differences
from labkit.lockstep import lockstep
from labkit.networks import twin
from labkit.photographs import undo_cutting
from labkit.race import measure
from labkit.training import one_epoch

from .experiments import run_named

console = Console()

SECONDS = 1.0  # for the race of a module
MODULES = [
    ("ReLU", {}),
    ("Sigmoid", {}),
    ("MSELoss", {}),
    ("Conv2d", {"in_channels": 3, "out_channels": 8, "kernel_size": 3}),
    ("ConvTranspose2d", {"in_channels": 3, "out_channels": 8, "kernel_size": 4, "stride": 2, "padding": 1}),
    ("Upsample", {"scale_factor": 2}),
]
"""Name, arguments. For an input of 100 pictures with 3 channels and 10 x 10 pixels."""


def decibel(y, clean):
    """'22.43 (21.08)': the mean over the pictures, and of all pixels together."""
    together = -10 * (y - clean).square().mean().log10()
    return f"{psnr(y, clean).mean():.2f} ({together:.2f})"


def both(upsampling, seed=0):
    """[(name, framework, network), …] of ours and of its twin."""
    torch.manual_seed(seed)
    ours = denoiser(solutions, upsampling)
    return [
        ("solutions", solutions, ours),
        ("torch.nn", reference, twin(ours, partial(denoiser, upsampling=upsampling))),
    ]


def modules(epochs):
    """Each module beside its twin: largest differences in float64, time of forward + backward in float32."""
    table = Table(
        "module", "forward", "grad_input", "weight", "bias", "µs", "torch.nn, µs", "ratio", title=modules.__doc__
    )
    torch.manual_seed(0)
    x, target = torch.randn(2, 100, 3, 10, 10)
    for name, arguments in MODULES:
        inputs = [x, target] if name == "MSELoss" else [x]
        ours, theirs = getattr(solutions, name)(**arguments), getattr(torch.nn, name)(**arguments)
        theirs.load_state_dict(ours.state_dict())
        race = measure(ours, theirs, *inputs, seconds=SECONDS)
        found = differences(ours.double(), theirs.double(), *(tensor.double() for tensor in inputs))
        cells = [f"{found[what]:.1e}" if what in found else "" for what in ("forward", "grad_input", "weight", "bias")]
        table.add_row(name, *cells, f"{race.ours * 1e6:.1f}", f"{race.theirs * 1e6:.1f}", f"{race.ratio:.2f}")
    console.print(table)


def steps(epochs):
    """The largest distance of the losses of solutions and of torch.nn: float64, first 50 steps."""
    training = picture_sets(800)[0].double()
    (first,) = batches(800, 16, 1, seed=0)
    for upsampling, lr in LEARNING_RATE.items():
        (_, _, ours), (_, _, theirs) = both(upsampling)
        networks = ours.double(), theirs.double()
        losses = lockstep(*networks, solutions, "MSELoss", training.noisy, training.again, first, lr=lr, momentum=0.9)
        console.print(f"{upsampling}: {max(abs(a - b) for a, b in zip(*losses)):.1e}")


def times(epochs):
    """Seconds of training, a batch in turn with either framework: solutions, torch.nn, ratio."""
    training = picture_sets()[0]
    for upsampling, lr in LEARNING_RATE.items():
        sides = [
            (network, framework.MSELoss(), framework.SGD(network.parameters(), lr=lr, momentum=0.9))
            for _, framework, network in both(upsampling)
        ]
        seconds = [0.0, 0.0]
        for epoch in batches(len(training.noisy), 16, 2, seed=0):
            for batch in epoch:
                for side, parts in enumerate(sides):
                    start = time.perf_counter()
                    one_epoch(*parts, training.noisy, training.again, [batch])
                    seconds[side] += time.perf_counter() - start
        ours, theirs = seconds
        console.print(f"{upsampling}: {ours:.1f} s, {theirs:.1f} s, ratio {ours / theirs:.2f}")


def quality(epochs):
    """From noisy targets alone."""
    training, held_out = picture_sets()
    marks = sorted({1, 3, 5, epochs})
    table = Table("", *(f"after {n}" for n in marks), "cutting undone", title=quality.__doc__)
    rows = {"noisy": held_out.noisy} | {f"blur {n} x {n}": blur(held_out.noisy, n) for n in (3, 5, 7, 9)}
    for name, y in rows.items():
        undone = decibel(undo_cutting(y), held_out.clean)
        table.add_row(name, *[""] * (len(marks) - 1), decibel(y, held_out.clean), undone)
    for upsampling, lr in LEARNING_RATE.items():
        for name, framework, network in both(upsampling):
            label = f"{upsampling}, {name}"
            way = fit(network, training.noisy, training.again, held_out, framework, lr=lr, epochs=epochs, label=label)
            y = denoise(network, held_out.noisy)
            between = [f"{way.psnr[n]:.2f}" for n in marks[:-1]]
            table.add_row(label, *between, decibel(y, held_out.clean), decibel(undo_cutting(y), held_out.clean))
    console.print(table)


def targets(epochs):
    """Noisy and clean targets; transposed convolutions."""
    training, held_out = picture_sets()
    table = Table("targets", f"after {epochs} epochs", "cutting undone", title=targets.__doc__)
    for name, target in (("noisy", training.again), ("clean", training.clean)):
        (_, _, network), _ = both("transposed")
        fit(network, training.noisy, target, held_out, solutions, epochs=epochs, label=name)
        y = denoise(network, held_out.noisy)
        undone = decibel(undo_cutting(y), held_out.clean) if name == "noisy" else ""
        table.add_row(name, decibel(y, held_out.clean), undone)
    console.print(table)


EXPERIMENTS = (modules, steps, times, quality, targets)


def main():
    run_named(__doc__, EXPERIMENTS, "epochs", 20, "default: 20")


if __name__ == "__main__":
    main()
