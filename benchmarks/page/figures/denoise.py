import base64
import io

import matplotlib.pyplot as plt
from matplotlib.ticker import MaxNLocator

from labkit.plots.style import OURS, THEIRS

from ..looking import by, mean, pick, where

SEED = 0  # the run that pictures are kept of


def curves(results):
    """PSNR over the epochs, the mean over the runs: ours as a broad line, torch.nn's dashed on it."""
    figure, axes = plt.subplots(1, 2, figsize=(11, 3.6), sharey=True)
    looks = {
        "ours": {"color": OURS, "linewidth": 5, "alpha": 0.35, "label": "ours"},
        "theirs": {"color": THEIRS, "linestyle": "--", "label": "torch.nn"},
    }
    for ax, (upsampling, of_kind) in zip(axes, by(results["denoise_quality"]["runs"], "upsampling")):
        for framework, runs in by(of_kind, "framework"):
            ax.plot([mean(values) for values in zip(*pick(runs, "psnr"))], **looks[framework])
        ax.set(title=upsampling, xlabel="epoch", ylabel="PSNR in dB")
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        ax.legend()
    return figure


def pictures(results):
    """Held-out patches, clean and noisy, and what becomes of the noisy ones; the mean PSNR of all patches beside it."""
    blurs = results["denoise_blurs"]["runs"]
    (noisy,), widest = where(blurs, size=1), blurs[-1]
    strips = [("clean", noisy["result"]["clean"], None), ("noisy", *shown(noisy))]
    strips.append((f"blur {widest['arguments']['size']} x {widest['arguments']['size']}", *shown(widest)))
    for run in where(results["denoise_quality"]["runs"], seed=SEED):
        side = "ours" if run["arguments"]["framework"] == "ours" else "torch.nn"
        strips.append((f"{run['arguments']['upsampling']}, {side}", *shown(run)))
    figure, axes = plt.subplots(len(strips), 1, figsize=(9, 1.5 * len(strips)))
    for ax, (label, strip, decibels) in zip(axes, strips):
        ax.imshow(plt.imread(io.BytesIO(base64.b64decode(strip))), interpolation="nearest")
        ax.set(xticks=[], yticks=[])
        ax.grid(False)
        ax.set_ylabel(label, rotation=0, ha="right", va="center")
        if decibels is not None:
            ax.text(1.01, 0.5, f"{decibels:.2f} dB", transform=ax.transAxes, va="center")
    return figure


def shown(run):
    return run["result"]["picture"], run["result"]["end"]["mean"]
