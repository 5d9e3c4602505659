"""`derive` compares a formula with the truth at every point, and is patient with what is not a formula yet."""

import math
import re

import pytest
import torch

from autograder.notebook import deriving
from autograder.notebook.deriving import examine
from autograder.report.notebook import as_html, as_text
from autograder.topics.common.model import Derivation

X = torch.tensor([0.5, -2.0, 3.0], dtype=torch.float64)
KNOWN = {
    d.name: d
    for d in [
        Derivation("square'", lambda x: 2 * x, [(X,), (-X,), (torch.zeros_like(X),)], hint="Raise x a little."),
        Derivation("sum'", lambda x, g: g.sum(), [(X, X)]),
        Derivation("size", lambda n, k: (n - k) + 1, [(n, k) for n in range(5, 8) for k in range(1, 4)]),
        Derivation("saturated", lambda x: torch.tanh(x), [(torch.tensor([math.inf, 0.0]).double(),)]),
    ]
}


def told(name, formula):
    return as_text([examine(name, formula, KNOWN)])


def squeezed(text):
    return [re.sub(" +", " ", line.strip()) for line in text.split("\n")]


@pytest.mark.parametrize(
    ("name", "formula", "count"),
    [
        ("square'", lambda x: x + x, "all 3 points"),
        ("square'", lambda x: (2 + 1e-9) * x, "all 3 points"),
        ("square'", lambda x: (2 * x).float(), "all 3 points"),
        ("sum'", lambda x, g: g[0] + g[1] + g[2], "1 point"),
        ("sum'", lambda *xs: float(xs[1].sum()), "1 point"),
        ("size", lambda n, k: n - k + 1.0, "all 9 points"),
        ("saturated", lambda x: 1 - 2 / (torch.exp(2 * x) + 1), "1 point"),
    ],
)
def test_a_right_formula(name, formula, count):
    assert told(name, formula) == f"✓ {name}: right at {count}"


def test_a_wrong_formula_shows_the_first_point_and_the_hint():
    assert squeezed(told("square'", lambda t: t * t)) == [
        "✗ square': not right yet",
        "✗ here the formula is off",
        "t (3,) 0.5 -2 3",
        "expected (3,) 1 -4 6",
        "got (3,) 0.25 4 9",
        "",
        "Raise x a little.",
    ]


@pytest.mark.parametrize(
    ("name", "formula"),
    [
        ("square'", lambda x: 2.00001 * x),
        ("square'", lambda x: 2 * x + 1e-6),
        ("square'", lambda x: x * math.nan),
        ("square'", lambda x: torch.where(x == 0, 1.0, 2 * x)),
        ("size", lambda n, k: n - k + (1 if n < 7 else 2)),
    ],
)
def test_a_formula_that_is_wrong_at_one_point_or_by_little(name, formula):
    assert told(name, formula).startswith(f"✗ {name}: not right yet")


@pytest.mark.parametrize(
    "formula",
    [lambda x: ..., lambda x: None, ..., lambda x: 2 * ..., lambda x: ... + x],
    ids=["dots", "nothing", "dots alone", "dots inside", "dots first"],
)
def test_the_placeholder_is_patient(formula):
    assert told("square'", formula) == "○ Not yet: put your formula for square' in place of the dots."


@pytest.mark.parametrize(
    ("formula", "says"),
    [
        (lambda x: 1 / 0, "the formula raises ZeroDivisionError: division by zero"),
        (lambda: 1, "the formula raises TypeError"),
        (lambda x, y: x, "the formula raises TypeError"),
        (lambda x: x.foo, "the formula raises AttributeError"),
        (3, "the formula raises TypeError: 'int' object is not callable"),
        (lambda x: "2x", "the formula gives a str; a number or a tensor is wanted"),
        (lambda x: {}, "the formula gives a dict"),
        (lambda x: x.sum(), "the formula gives the shape (); (3,) is right"),
        (lambda x: x[:, None], "the formula gives the shape (3, 1); (3,) is right"),
    ],
)
def test_what_is_no_value_is_explained(formula, says):
    assert says in told("square'", formula)


def test_a_stub_inside_the_formula_is_left_to_the_notebook():
    def formula(x):
        raise NotImplementedError("numerical_gradient: notebook 00")

    with pytest.raises(NotImplementedError):
        examine("square'", formula, KNOWN)


def test_a_formula_cannot_change_the_points():
    assert "not right" in told("square'", lambda x: x.zero_())
    assert told("square'", lambda x: x * 2) == "✓ square': right at all 3 points"


def test_an_unknown_name_is_corrected():
    assert told("sqare'", lambda x: x) == '✗ there is no derivation "sqare\'"; did you mean "square\'"?'
    assert told("zzz", lambda x: x) == "✗ there is no derivation 'zzz'"


def test_html_says_the_same():
    shown = as_html([examine("square'", lambda x: x * x, KNOWN)])
    assert "square&#39;: not right yet" in shown
    assert "Raise x a little." in shown
    assert re.findall(r'class="wrong">(.*?)<', shown) == ["0.25", "4", "9"]


def test_in_a_notebook(shell, monkeypatch):
    monkeypatch.setattr(deriving, "derivations", lambda: KNOWN)
    assert shell.run('derive("square\'", lambda x: 2 * x)') == "✓ square': right at all 3 points"
    assert shell.run('derive("square\'", lambda x: ...)').startswith("○ Not yet")
