"""What an experiment is: one function of plain arguments, and the arguments of every run."""

import ast
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from types import ModuleType

import joblib
import torch

import labkit
import solutions

ROOT = Path(__file__).parents[1]
SHORT = {"epochs": 3, "seconds": 0.02, "cases": 12}
"""What `Experiment.short` sets these arguments to."""


@dataclass(frozen=True)
class Experiment:
    """run: a function at the top of a module; what it takes and returns can be written as JSON. settings: the arguments
    of each run, all of them, so that the stored results say everything. timed: it measures time and must have the
    machine to itself. uses: modules and packages whose text matters, besides that of `run`, `solutions` and `labkit`.
    """

    name: str
    run: Callable[..., object]
    settings: tuple[dict, ...]
    timed: bool = False
    uses: tuple[ModuleType, ...] = ()

    def code(self):
        """A number for the code that the results come from: another code, another number. Comments do not count."""
        modules = (solutions, labkit, inspect.getmodule(self.run), *self.uses)
        files = sorted(file for module in modules for file in files_of(module))
        texts = [ast.dump(ast.parse(file.read_text(encoding="utf-8"))) for file in files]
        return joblib.hash([texts, torch.__version__])

    def short(self):
        """The same with one seed and next to no epochs: whether it runs, not what comes out."""
        first = [arguments for arguments in self.settings if not arguments.get("seed")]
        shortened = [{name: SHORT.get(name, value) for name, value in arguments.items()} for arguments in first]
        return Experiment(self.name, self.run, tuple(shortened), self.timed, self.uses)


def files_of(module):
    """The files of a module, or of a package with all that is in it."""
    file = Path(inspect.getsourcefile(module))
    return list(file.parent.rglob("*.py")) if file.name == "__init__.py" else [file]


def grid(**values):
    """All combinations of lists of arguments, the last one changing fastest: a list of dicts."""
    return [dict(zip(values, combination)) for combination in product(*values.values())]
