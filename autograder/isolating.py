"""`--require-isolation`: an option of the command line whose value may be left out."""

import re
from pathlib import Path

from typer.core import TyperCommand

from .errors import UserError
from .sandbox.isolation import LEVELS, NONE, describe

OPTION = "--require-isolation"
EVERYTHING = describe(LEVELS)
_LOOKS_LIKE_LEVELS = re.compile(r"[A-Za-z]+(\+[A-Za-z]+)*")


class Command(TyperCommand):
    """A command whose option `--require-isolation`, standing alone, asks for everything."""

    def parse_args(self, ctx, args):
        return super().parse_args(ctx, list(_filled_in(args)))


def _filled_in(args):
    """The arguments, with a value after an option that has none; what follows it may as well be a path."""
    for argument, following in zip(args, [*args[1:], ""]):
        yield argument
        if argument == OPTION and not _is_value(following):
            yield EVERYTHING


def _is_value(text):
    known = set(text.split("+")) <= {*LEVELS, NONE}
    return known or (_LOOKS_LIKE_LEVELS.fullmatch(text) is not None and not Path(text).exists())


def levels(text):
    """The levels that a value names; none where the option is not there. Raises UserError."""
    if text is None:
        return set()
    wanted = set(text.split("+"))
    unknown = sorted(wanted - {*LEVELS, NONE})
    if unknown:
        raise UserError(f"{OPTION}: there is no level {unknown[0]!r}; levels: {', '.join(LEVELS)}, joined by +")
    return wanted - {NONE}


def demand(wanted, held):
    """Raises UserError unless all wanted levels hold."""
    missing = ", ".join(sorted(wanted - set(held)))
    if missing:
        raise UserError(
            f"{OPTION}: not offered here: {missing}; grade on Linux that does (docs/security.md), "
            f"or ask for what holds: {OPTION}={describe(held)}"
        )
