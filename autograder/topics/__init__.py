"""The syllabus: which topics there are, in order. Adding a topic is adding its name here."""

import functools
import importlib
import types

SYLLABUS = (
    "gradcheck",
    "linear",
    "activations",
    "losses",
    "sgd",
    "conv",
    "batchnorm",
    "dropout",
    "pooling",
    "upsampling",
    "fast",
)


@functools.cache
def topics():
    """All topics, in the order of the syllabus."""
    return [importlib.import_module(f".{name}", __name__).TOPIC for name in SYLLABUS]


def topic(name):
    """One topic by name; KeyError if there is none."""
    return {t.name: t for t in topics()}[name]


def reference_package():
    """`torch.nn` behind the course's names, as one namespace."""
    return types.SimpleNamespace(**{name: make for t in topics() for name, make in t.reference.items()})


def derivations():
    """All formulas that `derive()` knows, by name."""
    return {d.name: d for t in topics() for d in t.derivations}
