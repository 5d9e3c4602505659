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
        key = [run["arguments"].get(name) for name in names]
        groups.setdefault(str(key), (key if len(names) > 1 else key[0], []))[1].append(run)
    return list(groups.values())


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


def parting(runs, name):
    """The values of an argument at which some runs of ours and of torch.nn have not the same test error."""
    return [value for value, found in by(runs, name) if differing(found)]


def best(runs, name, path):
    """Those of the runs that have the value of an argument with the smallest mean of what stands at a path."""
    return min((found for _, found in by(runs, name)), key=lambda found: mean(pick(found, path)))


def runs_of(results, *names):
    """The runs of several experiments, as far as they are stored."""
    return [run for name in names if results.get(name) for run in results[name]["runs"]]


def subjects(runs):
    """The classes and functions in runs of `agreement`, one after the other."""
    return [
        {"topic": run["arguments"]["topic"], "subject": subject, **found}
        for run in runs
        for subject, found in run["result"].items()
    ]


def extent(values):
    """How far the largest is from the smallest."""
    values = list(values)
    return max(values) - min(values)


FILTERS = (where, by, pick, setting, differing, parting, best, runs_of, subjects, extent, geometric_mean, mean, median)
