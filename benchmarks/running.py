"""Runs experiments: each single run is kept as soon as it is done, so that what is killed goes on where it was.

A kept run belongs to its function, its arguments and its code (`Experiment.code`). joblib by itself would look at the
text of `outcome` alone and take results of an older framework for those of the present one.
"""

import time

import joblib
from tqdm import tqdm

from labkit.race import threads

from .experiment import ROOT
from .storing import RESULTS, environment, load, save

CACHE = ROOT / "benchmarks" / ".cache"
GUESS = 1.0  # seconds of a run that no stored result knows


def outcome(run, arguments, code):
    """One run, on one thread unless its arguments say otherwise. code: only to be part of what it is kept under."""
    with threads(arguments.get("threads", 1)):
        start = time.perf_counter()
        result = run(**arguments)
        seconds = time.perf_counter() - start
    return {"arguments": arguments, "result": result, "seconds": seconds, "environment": environment()}


def reproduce(experiments, results=RESULTS, cache=CACHE, jobs=2, again=False):
    """Do all runs that are not kept yet and store the results of each experiment as soon as it is complete.

    What is not timed runs on that many processes; after that, what is timed has the machine to itself. again: kept
    runs are done again.
    """
    kept = joblib.Memory(cache, verbose=0).cache(outcome)
    codes = {experiment.name: experiment.code() for experiment in experiments}
    tasks = {
        experiment.name: [(experiment.run, arguments, codes[experiment.name]) for arguments in experiment.settings]
        for experiment in experiments
    }
    if again:
        for task in (task for of_one in tasks.values() for task in of_one if kept.check_call_in_cache(*task)):
            kept.call_and_shelve(*task).clear()
    left = {name: [task for task in of_one if not kept.check_call_in_cache(*task)] for name, of_one in tasks.items()}
    expected = {e.name: Expectation(load(e.name, results)) for e in experiments}

    def store(experiment):
        save(experiment, [kept(*task) for task in tasks[experiment.name]], results)

    total = sum(expected[name].seconds(task[1]) for name, of_one in left.items() for task in of_one)
    with tqdm(total=total, bar_format="{l_bar}{bar}| {elapsed} gone, about {remaining} left{postfix}") as bar:
        for timed in (False, True):
            of_kind = {e.name: e for e in experiments if e.timed == timed}
            named = [(name, task) for name in of_kind for task in left[name]]
            for name, experiment in of_kind.items():
                if not left[name]:
                    store(experiment)
            # The longest runs first: at the end no process is left with one.
            queue = named if timed else sorted(named, key=lambda each: -expected[each[0]].seconds(each[1][1]))
            missing = {name: len(left[name]) for name in of_kind}
            parallel = joblib.Parallel(1 if timed else jobs, return_as="generator_unordered", batch_size=1)
            for name, arguments in parallel(joblib.delayed(_one)(kept, name, task) for name, task in queue):
                missing[name] -= 1
                bar.set_postfix_str(f"{name}, {missing[name]} runs left", refresh=False)
                bar.update(expected[name].seconds(arguments))
                if missing[name] == 0:
                    store(of_kind[name])


def _one(kept, name, task):
    kept(*task)
    return name, task[1]


class Expectation:
    """How long runs will take, from how long they took the last time."""

    def __init__(self, stored):
        self.known = {joblib.hash(run["arguments"]): run["seconds"] for run in stored["runs"]} if stored else {}

    def seconds(self, arguments):
        return self.known.get(joblib.hash(arguments), GUESS)
