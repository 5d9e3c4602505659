import matplotlib.pyplot as plt

from labkit.plots.style import COLOURS, OURS, THEIRS

LOOKS = {"torch.nn": {"color": THEIRS}, "windows": {"color": OURS}, "fft": {"color": COLOURS[2]}}


def times(results):
    """Seconds of a convolution over the size of the kernel."""
    runs = results["fft"]["runs"]
    sizes = [run["arguments"]["kernel_size"] for run in runs]
    figure, ax = plt.subplots(figsize=(7, 4))
    for way in runs[0]["result"]["seconds"]:
        ax.loglog(sizes, [run["result"]["seconds"][way] for run in runs], "o-", label=way, **LOOKS[way])
    ax.set_xticks(sizes, sizes)
    ax.xaxis.set_minor_locator(plt.NullLocator())
    ax.set(xlabel="kernel size", ylabel="seconds")
    ax.legend()
    return figure
