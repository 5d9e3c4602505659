"""What this computer can do: the time of one call, its peak, its bandwidth, and the roof that the two make."""

import time
from dataclasses import dataclass

import torch
from torch.utils.benchmark import Timer

from .plots.style import OURS, THEIRS, new_axes

clock = time.process_time if time.get_clock_info("process_time").resolution < 1e-6 else time.perf_counter
"""The seconds that this process has computed, where the system counts them finely: what others compute is left out."""


def seconds(compute, budget=0.05):
    """How long one call of `compute()` takes, on one thread: the shortest of many.

    Whatever disturbs a measurement makes it longer, never shorter. budget: seconds to spend on it, more if one call
    takes longer than that.
    """
    timer = Timer("compute()", globals={"compute": compute}, timer=clock)
    return min(timer.blocked_autorange(min_run_time=budget).times)


def page_faults(compute):
    """How many pages of memory the system had to bring in during one call; None where it does not tell."""
    try:
        from resource import RUSAGE_SELF, getrusage
    except ImportError:  # Windows
        return None
    compute()  # what is needed only once is there afterwards
    before = getrusage(RUSAGE_SELF).ru_minflt
    compute()
    return getrusage(RUSAGE_SELF).ru_minflt - before


@dataclass(frozen=True)
class Machine:
    """peak: operations per second. bandwidth: bytes per second. Of one thread, in float32."""

    peak: float
    bandwidth: float

    @property
    def corner(self):
        """So many operations there must be for each byte, or memory is what one waits for."""
        return self.peak / self.bandwidth

    def shortest(self, operations, size):
        """The time below which nothing with so many operations and so many bytes can be, in seconds."""
        return max(operations / self.peak, size / self.bandwidth)

    def __str__(self):
        return (
            f"peak {self.peak / 1e9:.0f} billion operations per second, bandwidth {self.bandwidth / 1e9:.1f} billion "
            f"bytes per second, corner at {self.corner:.1f} operations per byte"
        )


def measure_machine(size=1024, entries=2**24):
    """The `Machine` that this runs on, in about a second.

    The peak is that of a product of two matrices of size x size, the bandwidth that of a copy of so many entries: far
    more than a cache holds. Every entry is read once and written once.
    """
    a, b, product = torch.rand(3, size, size)
    source, target = torch.rand(2, entries)
    return Machine(
        peak=2 * size**3 / seconds(lambda: torch.mm(a, b, out=product), 0.4),
        bandwidth=2 * source.nbytes / seconds(lambda: target.copy_(source), 0.4),
    )


def work(layer, x):
    """(operations, bytes) of a forward pass of x at the least: every tensor is moved once, in or out.

    layer: ours or one of `torch.nn`. With parameters: each output is a sum over the weights of one unit, or of one
    channel, a product and an addition for each of them. Without: one operation for each output.
    """
    y, parameters = layer(x), [p.data for p in layer.parameters()]
    operations = y.numel() * (2 * parameters[0][0].numel() if parameters else 1)
    return operations, sum(tensor.nbytes for tensor in (x, y, *parameters))


def roofline(machine, points, ax=None):
    """Draw the roof of a machine, and what was measured beneath it.

    points: {label: (operations, bytes, seconds)}. Returns the axes.
    """
    ax = new_axes(ax)
    intensities = {label: operations / size for label, (operations, size, _) in points.items()}
    least = min([*intensities.values(), machine.corner]) / 3
    most = max([*intensities.values(), machine.corner]) * 12  # the labels need room
    roof = [min(machine.peak, x * machine.bandwidth) for x in (least, machine.corner, most)]
    ax.plot([least, machine.corner, most], [y / 1e9 for y in roof], color=OURS)
    slope = machine.corner / 5, machine.peak / 5e9
    ax.annotate("bandwidth", slope, (-6, 4), textcoords="offset points", color=OURS, ha="right")
    ax.annotate("peak", (machine.corner, machine.peak / 1e9), (0, 5), textcoords="offset points", color=OURS)
    for label, (operations, _, taken) in points.items():
        x, y = intensities[label], operations / taken / 1e9
        ax.plot(x, y, "o", color=THEIRS)
        below = -9 if y < min(machine.peak, x * machine.bandwidth) / 1e9 else 3  # so that no label crosses the roof
        ax.annotate(label, (x, y), (7, below), textcoords="offset points", fontsize=9)
    ax.margins(y=0.1)
    ax.set(xscale="log", yscale="log", xlabel="operations per byte", ylabel="billion operations per second")
    return ax
