"""Looking things up in stored runs: the filters of the templates that end in numbers."""

from functools import reduce
from statistics import geometric_mean, mean, median


def where(runs, **arguments):
    """The runs with these arguments."""
    return [run for run in runs if all(run["arguments"].get(name) == value for name, value in arguments.items())]


def by(runs, *names):
    """[(values of these arguments, the runs that have them), …] in the order of the runs; one name: its value alone."""
    groups = {}
    for run in runs:
        groups.setdefault(tuple(run["arguments"].get(name) for name in names), []).append(run)
    return [(key if len(names) > 1 else key[0], found) for key, found in groups.items()]


def pick(runs, path):
    """What stands in the result of each run at a path such as 'ours.test'."""
    return [reduce(lambda value, key: value[key], path.split("."), run["result"]) for run in runs]


def setting(runs, name):
    """The one value that an argument has in all of the runs."""
    (value,) = {run["arguments"][name] for run in runs}
    return value


def differing(runs, one="ours.test", other="theirs.test"):
    """In how many runs two numbers are not the same."""
    return sum(a != b for a, b in zip(pick(runs, one), pick(runs, other), strict=True))


FILTERS = (where, by, pick, setting, differing, geometric_mean, mean, median)
