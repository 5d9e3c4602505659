"""One function is exchanged, and not a byte of anything else."""

import ast

import libcst as cst
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.notebook import surgery

FILE = '''# -*- coding: utf-8 -*-
"""Ünïcode ✓."""
import math


def lonely(x): return x  # one line


class Layer(Base):
    """A class."""

    rate = 0.5

    # about forward
    @decorated
    def forward(self, x):
        """First line.

        Second.
        """
        # Hint: …
        raise NotImplementedError("Layer.forward: notebook 01")
        # trailing, inside

    # about backward

    def backward(self, g):
        return g

    class Inner:
        def forward(self): return "inner"


class Other:
    def forward(self): return "other"


def last(x):
    return x'''

NEW = '''@staticmethod  # why
def forward(x):
    """Other first line.

        Deeper.
    Second.
    """
    text = """as
  it
      is"""
    value = f(
        1,  # one
      2,
    )

    if value:
        # odd — indentation
        return [
            text,
        ]
    # end
'''


def replaced(text, name, new):
    return surgery.replace(cst.parse_module(text.encode()), name, new).bytes.decode()


def function(text, name):
    module = cst.parse_module(text.encode())
    return surgery.text(module, surgery.find(module, name), surgery.indent_of(module, name))


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("indent", ["    ", "\t", "  "])
def test_all_other_text_stays(newline, indent):
    file = FILE.replace("    ", indent).replace("\n", newline)
    after = replaced(file, "Layer.forward", NEW)
    begin = file.index(f"{indent}@decorated")
    end = file.index(f"{newline}{indent}# about backward")
    assert after.startswith(file[:begin])
    assert after.endswith(file[end:])
    assert after.count("\n") == after.count(newline)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_function_arrives_as_it_is(newline):
    after = replaced(FILE.replace("\n", newline), "Layer.forward", NEW)
    assert function(after, "Layer.forward") == NEW
    (layer,) = [n for n in ast.parse(after).body if getattr(n, "name", "") == "Layer"]
    forward = next(n for n in layer.body if getattr(n, "name", "") == "forward")
    assert ast.get_docstring(forward) == ast.get_docstring(ast.parse(NEW).body[0])
    values = [n.value for n in ast.walk(forward) if isinstance(n, ast.Constant)]
    assert "as\n  it\n      is" in values


def test_a_docstring_is_indented_with_its_function():
    after = replaced(FILE, "Layer.forward", NEW)
    assert '        """Other first line.\n\n            Deeper.\n        Second.\n        """\n' in after


@pytest.mark.parametrize("name", ["lonely", "last", "Layer.backward", "Other.forward"])
def test_each_kind_of_function(name):
    new = f"def {name.rpartition('.')[2]}(*a):\n    return a\n"
    after = replaced(FILE, name, new)
    assert function(after, name) == new
    others = {"lonely", "last", "Layer.forward", "Layer.backward", "Other.forward"} - {name}
    assert all(function(after, other) == function(FILE, other) for other in others)


def test_a_file_without_a_last_line_end_stays_so():
    assert replaced(FILE, "last", "def last(x):\n    return 2 * x\n").endswith("return 2 * x")


def test_of_two_definitions_the_one_that_counts_is_meant():
    after = replaced("def f(): return 1\ndef f(): return 2\n", "f", "def f(): return 3\n")
    assert after == "def f(): return 1\ndef f(): return 3\n"


@pytest.mark.parametrize("name", ["missing", "Layer.missing", "Missing.forward", "rate", "forward", "Inner.forward"])
def test_what_is_not_there_is_not_found(name):
    assert surgery.find(cst.parse_module(FILE), name) is None


LINES = st.sampled_from(
    [
        "x = 1",
        "x = '''a\n  b\n\tc'''",
        "x = (1,\n  2)",
        "# comment ü",
        "",
        "if x:\n        y = 2\n        # in\n    else:\n        z = 3",
        "def g():\n        '''doc\n    more'''\n        return 1",
        "x = 1; y = 2  # two",
        "x = 1 + \\\n  2",
        "return f'{x}'",
        "for i in x: pass",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=6), st.sampled_from(["Layer.forward", "lonely", "last"]))
def test_any_body_survives_the_way_there_and_back(lines, name):
    new = f"def {name.rpartition('.')[2]}(self, x):\n    pass\n" + "".join(f"    {line}\n" for line in lines)
    after = replaced(FILE, name, new.rstrip() + "\n")
    assert function(after, name).rstrip() == new.rstrip()
    assert replaced(after, name, function(FILE, name)) == FILE


def test_difference_shows_both_sides():
    shown = surgery.difference("a\nb\n", "a\nc\n", "file", "cell")
    assert shown.splitlines() == ["--- file", "+++ cell", " a", "-b", "+c"]
