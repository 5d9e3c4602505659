import matplotlib.pyplot as plt

from labkit.plots.style import OURS, THEIRS

from ..looking import by, mean, pick


def by_batch_size(results):
    """Seconds of a training over the batch size, and the ratio of ours to torch.nn's."""
    groups = by(results["batch_size"]["runs"], "batch_size")
    sizes = [size for size, _ in groups]
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 3.6))
    times = {name: [mean(pick(runs, name)) for _, runs in groups] for name in ("ours", "theirs")}
    left.loglog(sizes, times["ours"], "o-", color=OURS, label="ours")
    left.loglog(sizes, times["theirs"], "x--", color=THEIRS, label="torch.nn")
    left.set(xlabel="batch size", ylabel="seconds of training")
    left.legend()
    right.semilogx(sizes, [a / b for a, b in zip(times["ours"], times["theirs"])], "o-", color=OURS)
    right.axhline(1, color=THEIRS)
    right.set(xlabel="batch size", ylabel="ours / torch.nn", ylim=(0, None))
    return figure
