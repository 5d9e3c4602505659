"""Writes the page and its pictures."""

from ..catalogue import EXPERIMENTS
from ..storing import RESULTS, load
from .rendering import render

PAGE = RESULTS.parent / "RESULTS.md"


def stored(folder=RESULTS):
    """{name: stored results} of all experiments that have any."""
    found = {name: load(name, folder) for name in EXPERIMENTS}
    return {name: results for name, results in found.items() if results}


def write():
    """docs/RESULTS.md from what is stored."""
    PAGE.write_text(render(stored()), encoding="utf-8")
