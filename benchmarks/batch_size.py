"""How long a training takes, against the size of its batches."""

import solutions
from labkit import reference
from labkit.data import batches, disk, one_hot, standardise
from labkit.networks import twin
from labkit.recipe import Recipe

from . import turns
from .experiment import Experiment, grid


def training(batch_size, epochs, seed):
    """{"ours": seconds, "theirs": seconds} of the steps of a training on the disk, an epoch of each in turn."""
    (data,) = standardise(disk(1000, seed))
    recipe = Recipe(loss="MSELoss")
    ours = recipe.network(solutions)
    networks = {"ours": (ours, solutions), "theirs": (twin(ours, recipe.network), reference)}
    sides = {
        name: (network, framework.MSELoss(), framework.SGD(network.parameters(), lr=5e-3))
        for name, (network, framework) in networks.items()
    }
    order = list(batches(len(data), batch_size, epochs, seed))
    return turns.train_in_turn(sides, data.x, one_hot(data.t, 2), order)


EXPERIMENTS = (
    Experiment(
        "batch_size",
        training,
        tuple(grid(batch_size=[1, 2, 5, 10, 20, 50, 100, 200, 500, 1000], epochs=[50], seed=[0, 1, 2])),
        timed=True,
        uses=(turns,),
    ),
)
