import re

import pytest
from jinja2 import nodes

from benchmarks.page import rendering
from benchmarks.page.figures import FIGURES
from benchmarks.page.rendering import TEMPLATES, render
from benchmarks.page.writing import PAGE, stored
from benchmarks.storing import RESULTS

NAMES = re.compile(r"\b(?:R[0-4]|float32|float64|conv2d_naive|conv2d|Conv2d|Noise2Noise)\b")
SOURCES = {path.name: path.read_text(encoding="utf-8") for path in TEMPLATES.glob("*.jinja")}


def typed_numbers(template):
    """The numbers in the text of a template that are not part of a name, and those that an expression merely prints."""
    environment = rendering.environment()
    text = "".join(value for _, kind, value in environment.lex(template) if kind == "data")
    found = re.findall(r"\S*\d\S*", NAMES.sub("", text))
    for output in environment.parse(template).find_all(nodes.Output):
        for node in output.nodes:
            if not isinstance(node, nodes.TemplateData):
                found += [str(constant.value) for constant in printed(node) if re.search(r"\d", str(constant.value))]
    return found


def printed(node):
    """The constants that an expression may print as they stand: not names of keys, nor arguments of filters."""
    if isinstance(node, nodes.Const):
        yield node
    elif isinstance(node, nodes.Filter):
        yield from printed(node.node)
    elif isinstance(node, nodes.CondExpr):
        yield from printed(node.expr1)
        if node.expr2 is not None:
            yield from printed(node.expr2)
    elif isinstance(node, (nodes.Concat, nodes.Add)):
        for child in node.iter_child_nodes():
            yield from printed(child)


@pytest.mark.parametrize("name", SOURCES)
def test_no_number_is_typed_by_hand(name):
    assert typed_numbers(SOURCES[name]) == []


@pytest.mark.parametrize(
    "typed",
    [
        "a factor of 128",
        "0.75 of the time",
        "{{ 0.75 }}",
        "{{ 1.5 | fixed }}",
        "{{ 'about 2 %' if results }}",
        "R9",
        "k3x",
    ],
)
def test_a_number_typed_by_hand_is_caught(typed):
    assert typed_numbers("of Conv2d in R1, {{ runs[0].seconds | fixed(2) }}: ") == []
    assert typed_numbers(f"of Conv2d in R1, {{{{ runs[0].seconds | fixed(2) }}}}: {typed}\n") != []


def test_the_page_is_what_the_stored_results_give():
    assert PAGE.read_text(encoding="utf-8") == render(stored())


def test_every_picture_of_the_page_is_there():
    shown = re.findall(r"!\[[^]]+\]\(results/(\w+)\.png\)", PAGE.read_text(encoding="utf-8"))
    assert set(shown) <= set(FIGURES)
    assert [name for name in shown if not (RESULTS / f"{name}.png").exists()] == []


@pytest.mark.parametrize("missing", stored())
def test_a_result_that_is_missing_is_left_out(missing):
    assert render({name: results for name, results in stored().items() if name != missing})
