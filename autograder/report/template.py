"""The HTML templates of this folder; whatever they print is escaped and free of control characters."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from .digest import MARKS, REPEATED, WORDS, with_repetition
from .grid import differences, input_grids, outcome_grids, outcomes
from .text import clean, number, plural, points, standing


def _finalize(value):
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    finalize=_finalize,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.globals |= {
    "MARKS": MARKS,
    "REPEATED": REPEATED,
    "WORDS": WORDS,
    "differences": differences,
    "input_grids": input_grids,
    "number": number,
    "outcome_grids": outcome_grids,
    "outcomes": outcomes,
    "plural": plural,
    "points": points,
    "standing": standing,
    "with_repetition": with_repetition,
}


def render_template(name, **values):
    """A template filled in, as text."""
    return _ENVIRONMENT.get_template(name).render(**values)
