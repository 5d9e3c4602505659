import matplotlib.pyplot as plt

from ..looking import best, by, mean, pick, setting


def losses(results):
    """The training loss over the epochs, mean over the runs, each optimiser with the learning rate validation chose."""
    figure, ax = plt.subplots(figsize=(8, 4))
    for name, runs in by(results["optimisers"]["runs"], "optimiser"):
        chosen = best(runs, "lr", "ours.validation")
        curve = [mean(values) for values in zip(*pick(chosen, "ours.losses"))]
        ax.semilogy(curve, label=f"{name}, {setting(chosen, 'lr'):g}")
    ax.set(xlabel="epoch", ylabel="training loss")
    ax.legend()
    return figure
