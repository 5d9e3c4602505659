from dataclasses import replace

import solutions
from labkit.data import disk_sets
from labkit.evaluation import error
from labkit.recipe import Recipe, run
from labkit.sweeps import sweep

SHORT = Recipe(widths=(2, 6, 2), epochs=2, batch_size=300)


def test_one_row_per_run_one_number_per_recipe():
    recipes = [replace(SHORT, lr=lr) for lr in (0.1, 1.0, 2.0)]
    ours, theirs = sweep(recipes, solutions, runs=2)
    assert [len(row) for row in ours] == [3, 3]
    assert ours == theirs

    training, _, test = (data.double() for data in disk_sets(seed=1))
    expected = error(run(replace(recipes[2], seed=1), solutions, training).network, test)
    assert ours[1][2] == expected
