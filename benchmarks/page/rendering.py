"""Templates and stored results become text: the whole page, or one section for the terminal."""

import json
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ..catalogue import EXPERIMENTS
from . import looking, numbers, races

TEMPLATES = Path(__file__).parent / "templates"
REPORTS = Path(__file__).parents[1] / "reports.json"


def environment():
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    for module in (looking, numbers, races):
        made.filters |= {function.__name__: function for function in module.FILTERS}
    return made


def render(results, template="page"):
    """The text of a template. results: {name of an experiment: its stored results}; what is missing is left out."""
    results = dict.fromkeys(EXPERIMENTS) | results
    reports = json.loads(REPORTS.read_text(encoding="utf-8"))
    return environment().get_template(f"{template}.md.jinja").render(results=results, reports=reports)
