"""Breaking the report: texts that steer terminals and browsers, or cannot be written. Here it is written."""

import json

import pytest

from autograder.report.json import write_json

TEXTS = {
    "control characters": "\x00\x07\x08\x1b",
    "ANSI": "\x1b[2J\x1b[1;1H\x1b]0;passed\x07",
    "a hyperlink of a terminal": "\x1b]8;;http://x\x1b\\passed",
    "a script": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "an end of what surrounds it": "</pre></td></html>--><!-- ]]>",
    "another direction": "\u202e\u2066dessap\u2069",
    "halves of surrogates": "\ud800\udfff",
    "marks on marks": "z" + "\u0301" * 5000,
    "new lines": "\r\n\u2028\u2029\x85" * 50,
    "markup of rich": "[bold red]passed[/] [link=http://x]x[/link]",
    "a formula of a spreadsheet": "=HYPERLINK('x')",
    "braces": "{0.__class__} %s %n ${x}",
    "a stub's message": "ReLU.forward: notebook 01, step 1",
    "too much": "x" * 10**6,
}


@pytest.mark.parametrize("name", TEXTS)
def test_texts(name, costs, attacked, package, capsys):
    body = f"raise ValueError({TEXTS[name]!a})"
    costs("raised ValueError", body)
    wrong = {"ReLU.forward": f"def forward(self, x):\n    {body}\n"}
    verdict = attacked.grade(package(wrong), only=["activations"], speed=False)
    write_json(verdict, "-")
    text = capsys.readouterr().out
    assert json.loads(text)["score"] < 100 and len(text) < 10**6
    assert "\x1b" not in text


def test_a_name_of_a_type_that_is_markup(costs):
    costs("raised <b>", "raise type('<b>\\x1b[2J', (Exception,), {})('x')")
