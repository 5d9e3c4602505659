import matplotlib.pyplot as plt

from ..looking import by, mean, pick


def labels(results):
    """The test error over the fraction of wrong labels: after the last epoch, and after the best one."""
    figure, ax = plt.subplots(figsize=(7, 4))
    for p, of_restraint in by(results["digits_labels"]["runs"], "p"):
        groups = by(of_restraint, "fraction")
        percent = [100 * fraction for fraction, _ in groups]
        name = "dropout, weight decay" if p else "neither"
        (line,) = ax.plot(
            percent, [100 * mean(pick(runs, "last")) for _, runs in groups], "o-", label=f"{name}: last epoch"
        )
        best = [100 * mean(pick(runs, "best")) for _, runs in groups]
        ax.plot(percent, best, "s:", color=line.get_color(), label=f"{name}: best epoch")
    ax.set(xlabel="wrong labels in %", ylabel="test error in %", ylim=(0, None))
    ax.legend()
    return figure
