"""`check` shows what the judge found, of the file on disk, in words that are the same on every machine."""

import dataclasses
import re

import pytest

from autograder.judge.session import UnknownExercise
from autograder.judge.verdict import CheckResult, Counterexample
from autograder.notebook import checking
from autograder.report import notebook as report


def passed(name, exercise="Linear.forward"):
    return CheckResult(name, exercise, "forward", "passed", 1, 1)


def failed(**fields):
    example = Counterexample({"in_features": 2}, {"x": [[1.0, 2.0]]}, [[0.5, 0.25]], [[0.5, 4.0]])
    fields = {
        "message": "the second entry is off",
        "location": "scaffold/linear.py:31",
        "counterexample": example,
    } | fields
    return CheckResult("Linear.backward: grad_x", "Linear.backward", "gradient", "failed", 0, 1, **fields)


def unimplemented():
    return CheckResult("Linear.backward: grad_x", "Linear.backward", "gradient", "unimplemented", 0, 1)


class FakeSession:
    """Answers as a judge would, and remembers what it was asked."""

    def __init__(self, answer):
        self.answer, self.asked = answer, []

    def check(self, name, package):
        self.asked.append((name, package))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def judge(monkeypatch):
    def answering(answer):
        session = FakeSession(answer)
        monkeypatch.setattr(checking, "session", lambda: session)
        return session

    return answering


def text(*results):
    return report.as_text(report.sections_of(results))


def html(*results):
    return report.as_html(report.sections_of(results))


def test_the_package_around_the_notebook_is_judged(shell, package, judge):
    session = judge([passed("a")])
    shell.run("check('Linear.forward')")
    assert session.asked == [("Linear.forward", package)]


def test_check_shows_html_and_text_and_returns_nothing(shell, judge):
    judge([passed("a"), passed("b")])
    assert shell.run("check('Linear.forward')") == "✓ Linear.forward: 2 checks passed"
    assert shell.run("print(check('Linear.forward'))").startswith("None\n")


def test_an_unknown_name_is_a_line_and_no_error(shell, judge):
    judge(UnknownExercise("there is no exercise 'Liner'; did you mean Linear?"))
    assert shell.run("check('Liner')") == "✗ there is no exercise 'Liner'; did you mean Linear?"


def test_the_judge_starts_while_the_student_still_reads(shell, monkeypatch):
    started = []
    monkeypatch.setattr(checking, "session", lambda: started.append("judge"))
    shell.run("%%implement Linear.forward\ndef forward(self, x): return x")
    assert started == ["judge"]


def test_one_judge_lives_as_long_as_the_kernel(monkeypatch):
    monkeypatch.setattr(checking, "Session", object)
    checking.session.cache_clear()
    try:
        assert checking.session() is checking.session()
    finally:
        checking.session.cache_clear()


def test_all_passed_is_one_line_per_exercise():
    results = [passed("a"), passed("b", "Linear.backward"), passed("c")]
    assert text(*results) == "✓ Linear.forward: 2 checks passed\n✓ Linear.backward: 1 check passed"


def test_a_failure_is_told_with_its_numbers():
    shown = text(passed("shape", "Linear.backward"), failed(mistake="linear.grad-divided-by-batch"))
    lines = shown.split("\n")
    assert lines[:2] == ["✗ Linear.backward: 1 of 2 checks passed", "✗ Linear.backward: grad_x"]
    assert [line.strip() for line in lines[2:5]] == [
        "the second entry is off",
        "known mistake: linear.grad-divided-by-batch",
        "scaffold/linear.py:31",
    ]
    assert [re.sub(" +", " ", line.strip()) for line in lines[5:]] == [
        "in_features 2",
        "x (1, 2) 1 2",
        "expected (1, 2) 0.5 0.25",
        "got (1, 2) 0.5 4",
    ]


def test_only_the_first_failure_is_spread_out():
    other = CheckResult(
        "Linear.backward: twice", "Linear.backward", "contract", "failed", 0, 1, message="it forgets\nand more",
        counterexample=Counterexample({}, {"x": 77.0}, 1.0, 2.0), mistake="linear.x",
    )  # fmt: skip
    same = dataclasses.replace(other, name="Linear.backward: thrice")
    crashed = dataclasses.replace(other, name="Linear.backward: crash", status="error", message="", mistake=None)
    lines = text(failed(), other, same, crashed).split("\n")
    assert [line for line in lines if line[:1] in ("✗", "○")] == [
        "✗ Linear.backward: 0 of 4 checks passed",
        "✗ Linear.backward: grad_x",
        "✗ Linear.backward: twice: it forgets",
        "✗ Linear.backward: thrice: the same mistake",
        "✗ Linear.backward: crash: stopped by an error",
    ]
    assert not any("77" in line for line in lines)
    shown = html(failed(), other, same)
    assert shown.count("<details") == shown.count("</details>") == 2
    assert "<details open" not in shown
    assert "77" in shown


def test_html_marks_the_wrong_number_only():
    shown = html(failed())
    assert re.findall(r'<td class="wrong">(.*?)</td>', shown) == ["4"]
    assert "var(--jp-error-color1" in shown
    assert "scaffold/linear.py:31" in shown


def test_html_of_a_three_dimensional_tensor_has_its_indices():
    example = Counterexample({}, {"x": [[[1.0], [2.0]], [[3.0], [4.0]]]}, 1.0, 2.0)
    assert re.findall(r'<th scope="row">(\[\d\])</th>', html(failed(counterexample=example))) == ["[0]", "[1]"]


def test_html_escapes_what_a_student_can_write():
    shown = html(failed(message="<script>alert(1)</script>", location="<b>"))
    assert "<script" not in shown
    assert "<b>:" not in shown.replace("<b>Linear", "")
    assert "&lt;script&gt;" in shown


def test_html_without_problems_is_short():
    assert len(html(passed("a"))) < 300


def test_what_is_unwritten_is_said_once():
    assert text(unimplemented(), unimplemented()) == "○ Linear.backward: still to be written"


def test_what_was_skipped_says_why_once():
    skipped = CheckResult("c", "Linear.backward", "contract", "skipped", 0, 1, message="backward raised")
    lines = text(passed("a", "Linear.backward"), skipped, skipped).split("\n")
    assert lines == ["✓ Linear.backward: 1 check passed, 2 not judged yet", "  backward raised"]


@pytest.mark.parametrize(("status", "mark"), [("error", "✗"), ("broken", "?")])
def test_errors_and_faults_are_told_apart(status, mark):
    result = failed(counterexample=None)
    result.status = status
    assert text(passed("a", "Linear.backward"), result).startswith(f"{mark} Linear.backward: 1 of 2 checks passed")


def test_both_forms_are_the_same_each_time():
    assert text(failed()) == text(failed())
    assert html(failed()) == html(failed())
