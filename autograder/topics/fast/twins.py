"""A fast class owes what its plain twin owes: the twin's own checks and races, under another name."""

import math
from dataclasses import replace
from functools import cache

from ..common.model import Check, Space


def checks_of(topic, plain, fast, exercises):
    """The checks of class `plain` of a topic, made for class `fast`.

    exercises: {exercise of plain: that of fast}; checks of other exercises are left out.
    """

    @cache  # checks that share a space go on sharing it
    def space(original):
        return Space(original.cases, lambda case: _renamed(original.build(case), plain, fast))

    return [
        _renamed_check(check, plain, fast, exercises[check.exercise], space(check.space))
        for check in topic.checks
        if check.exercise in exercises
    ]


def races_of(topic, plain, fast, exercises, gold):
    """The races of class `plain`, run by class `fast`; those in time have limits of their own.

    exercises: as in `checks_of`.
    """
    return [
        replace(
            race,
            name=fast,
            exercise=exercises[race.exercise],
            program=lambda seed, race=race: _renamed(race.program(seed), plain, fast),
            **(dict(gold=gold, silver=2 * gold, bronze=5 * gold) if race.kind == "speed" else {}),
        )
        for race in topic.speed
        if race.exercise in exercises
    ]


def _renamed_check(check: Check, plain, fast, exercise, space):
    name, examples = check.name.replace(plain, fast), math.ceil(check.examples / 2)  # the twin has stood many already
    return replace(check, name=name, exercise=exercise, space=space, examples=examples)


def _renamed(program, plain, fast):
    """The same program with another class in the place of one. A new one: the plain class goes on using that."""
    return replace(
        program, steps=[step | {"cls": fast} if step.get("cls") == plain else step for step in program.steps]
    )
