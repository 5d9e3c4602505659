"""Many runs that differ in one setting, with both frameworks."""

from dataclasses import replace

from .data import disk_sets
from .evaluation import error
from .progress import progress
from .recipe import compare


def sweep(recipes, framework, runs, label=None):
    """Train by each recipe, that many times, with ours and with `torch.nn`: same weights, same batches, float64.

    Run r has the points, weights and batches of seed r. framework: `scaffold` or `solutions`. label: of the progress
    bar. Returns (ours, theirs), each a list of runs, each a list of one test error (a fraction) per recipe.
    """
    ours, theirs = [], []
    for seed in progress(range(runs), label):
        training, _, test = (data.double() for data in disk_sets(seed))
        pairs = [compare(replace(recipe, seed=seed), framework, training) for recipe in recipes]
        ours.append([error(our.network, test) for our, _ in pairs])
        theirs.append([error(their.network, test) for _, their in pairs])
    return ours, theirs
