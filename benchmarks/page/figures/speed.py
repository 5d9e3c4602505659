import matplotlib.pyplot as plt

from labkit.plots.style import OURS, THEIRS

from ..looking import by, where
from ..races import ratio


def ratios(results):
    """One thread, forward + backward: a line for each race, readable and fast form beside torch.nn."""
    runs = where(results["speed"]["runs"], device="cpu", threads=1)
    figure, axes = plt.subplots(1, 2, figsize=(13, 7.5), sharex=True)
    for ax, (size, of_size) in zip(axes, by(runs, "size")):
        ordered = sorted(of_size, key=lambda run: ratio(run["result"]), reverse=True)
        for line, run in enumerate(ordered):
            forms = {form: ratio(run["result"], form) for form in ("readable", "fast") if form in run["result"]}
            ax.plot(list(forms.values()), [line] * len(forms), color="0.8", zorder=1)
            ax.plot(forms["readable"], line, "o", color=OURS, fillstyle="none", label="readable" if not line else None)
            if "fast" in forms:
                ax.plot(forms["fast"], line, "o", color=OURS)
        ax.plot([], [], "o", color=OURS, label="fast")
        ax.axvline(1, color=THEIRS)
        ax.set_xscale("log")
        ticks = [0.1, 0.2, 0.5, 1, 2, 5]
        ax.set_xticks(ticks, [f"{tick:g}" for tick in ticks], minor=False)
        ax.xaxis.set_minor_locator(plt.NullLocator())
        ax.set_yticks(range(len(ordered)), [run["arguments"]["case"] for run in ordered], fontsize=7)
        ax.set(title=f"{size} inputs", xlabel="time of ours / time of torch.nn")
    axes[0].legend()
    return figure
