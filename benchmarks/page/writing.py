"""Writes the page and its pictures."""

import matplotlib.pyplot as plt

from labkit.plots import style

from ..catalogue import EXPERIMENTS
from ..storing import RESULTS, load
from .figures import FIGURES
from .rendering import render

PAGE = RESULTS.parent / "RESULTS.md"


def stored(folder=RESULTS):
    """{name: stored results} of all experiments that have any."""
    found = {name: load(name, folder) for name in EXPERIMENTS}
    return {name: results for name, results in found.items() if results}


def write():
    """docs/RESULTS.md and docs/results/*.png from what is stored."""
    results = stored()
    PAGE.write_text(render(results), encoding="utf-8")
    plt.switch_backend("agg")
    with plt.rc_context():
        style()
        for name, (needed, draw) in FIGURES.items():
            if all(experiment in results for experiment in needed):
                figure = draw(results)
                figure.savefig(RESULTS / f"{name}.png", dpi=100)
                plt.close(figure)
