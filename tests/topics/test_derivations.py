"""Every formula that a notebook asks for: the right answer passes, likely wrong ones do not."""

import importlib.util
from pathlib import Path

import pytest

from autograder.notebook.deriving import examine
from autograder.topics import SYLLABUS, derivations, topics


def formulas(name):
    """The answers written down for a topic."""
    path = Path(__file__).parent / "formulas" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"formulas_{name}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


FORMULAS = {name: formulas(name) for name in SYLLABUS}
RIGHT = [(name, formula) for answers in FORMULAS.values() for name, formula in answers.ANSWERS.items()]
WRONG = [(name, f) for answers in FORMULAS.values() for name, wrong in answers.WRONG.items() for f in wrong]


@pytest.mark.parametrize("topic", topics(), ids=lambda topic: topic.name)
def test_every_derivation_has_an_answer_and_a_wrong_one(topic):
    names = {derivation.name for derivation in topic.derivations}
    assert names == set(FORMULAS[topic.name].ANSWERS) == set(FORMULAS[topic.name].WRONG)


@pytest.mark.parametrize(("name", "formula"), RIGHT)
def test_a_right_formula_passes(name, formula):
    section = examine(name, formula, derivations())
    assert section.status == "passed", section


@pytest.mark.parametrize(("name", "formula"), WRONG)
def test_a_wrong_formula_fails(name, formula):
    assert examine(name, formula, derivations()).status == "failed"
