"""An experiment whose runs leave a line each in a log; as a program, it is there to be killed: FOLDER LOG."""

import sys
import time
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2]))

from benchmarks.experiment import Experiment
from benchmarks.running import reproduce

RUNS = 6


def square(number, log, seconds):
    with open(log, "a") as file:
        print(number, file=file)
    time.sleep(seconds)
    return {"square": number**2}


def experiment(log, seconds):
    settings = [{"number": number, "log": str(log), "seconds": seconds} for number in range(RUNS)]
    return Experiment("slow", square, tuple(settings))


if __name__ == "__main__":
    folder, log = map(Path, sys.argv[1:])
    reproduce([experiment(log, seconds=0.3)], folder / "results", folder / "cache", jobs=1)
