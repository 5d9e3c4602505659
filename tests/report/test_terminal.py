import io
import sys

import pytest
from rich.cells import cell_len
from rich.console import Console

from autograder.judge.verdict import CheckResult, Counterexample
from autograder.report.terminal import make_console, progress, show_check, show_verdict


def printed(show, thing, width=80, **options):
    """What `show` prints to a console like the course's own, and nothing of rich's markup or highlighting."""
    file = io.StringIO()
    show(thing, Console(file=file, width=width, highlight=False, markup=False, emoji=False, **options))
    return file.getvalue()


def lines(show, thing, **options):
    return [" ".join(line.split()) for line in printed(show, thing, **options).splitlines()]


def test_topics_with_points_and_counts(verdict):
    text = lines(show_verdict, verdict, width=120)
    assert "gradcheck 4 / 4 1 of 1 passed" in text
    assert "linear 2 / 9 1 of 6 passed, 1 failed, 1 stopped by an error, 3 still to be written" in text
    assert "losses 3.5 / 6.5 1 of 4 passed, 2 skipped, 1 not judged" in text


def test_a_failure_says_what_why_where_and_shows_numbers(verdict):
    text = printed(show_verdict, verdict)
    block = text[text.index("✗ Linear.backward: grad_weight") : text.index("✗ Linear.backward: grad_x")]
    assert [line.rstrip() for line in block.rstrip().splitlines()] == [
        "✗ Linear.backward: grad_weight",
        "  Divided by the batch size.",
        "  known mistake: linear.grad-divided-by-batch",
        "  scaffold/linear.py:31",
        "              calls  linear = Linear(3, 2)",
        "                     linear.backward(grad_y)",
        "           x (2, 3)    1  -2      3",
        "                     0.5   0  -1.25",
        "    expected (2, 3)    0.5  -2   4.25",
        "                      2.25  -4  5.375",
        "         got (2, 3)   0.25  -1  2.125",
        "                     1.125  -2  5.375",
    ]


def test_only_differing_numbers_are_red(verdict):
    text = printed(show_verdict, verdict, force_terminal=True, color_system="standard", no_color=False)
    assert "\x1b[1;31m2.125\x1b[0m" in text
    assert "\x1b[1;31m5.375\x1b[0m" not in text


def test_unwritten_exercises_are_named_once_and_skipped_checks_say_why(verdict):
    text = lines(show_verdict, verdict)
    assert "○ still to be written: xavier_normal_, kaiming_normal_" in text
    assert "– 2 checks skipped: too slow a machine" in text


def test_a_fault_of_the_grader_is_told_apart(verdict):
    text = lines(show_verdict, verdict)
    assert "? L1Loss.forward: not judged" in text
    assert "? 1 check could not be judged: the grader's own fault, no points are lost" in text


def test_speed_isolation_and_score(verdict):
    text = lines(show_verdict, verdict)
    assert "Linear 100x300 0.651 x gold" in text
    assert "Tanh 1000x11 - none" in text
    assert text[-2] == "Judged: 2 files, isolation landlock+netns+rlimits, seed 7"
    assert text[-1] == "Score: 9.5 of 100"


def test_a_topic_that_passed_whole_is_only_in_the_table(verdict):
    assert printed(show_verdict, verdict).count("gradcheck") == 1


def test_empty_verdict(empty):
    assert lines(show_verdict, empty)[0] == "Nothing was judged."
    assert lines(show_verdict, empty)[-1] == "Score: 0 of 100"


@pytest.mark.parametrize("width", [40, 80])
def test_no_line_is_wider_than_the_terminal(verdict, failing, width):
    large = Counterexample({"note": "many words " * 9}, {"x": [[1 / 3] * 30] * 30}, [[1e-9 / 3] * 30], [[0.1] * 30])
    wide = failing("好" * 100, name="Linear.backward: the gradient of a weight matrix", counterexample=large)
    for thing in (verdict, wide):
        assert max(map(cell_len, printed(show_verdict, thing, width=width).splitlines())) <= width


def test_large_tensors_lose_whole_numbers_never_digits(failing):
    large = Counterexample({}, {}, [0.123456] * 30, [0.654321] * 30)
    (row,) = [line for line in lines(show_verdict, failing(counterexample=large)) if line.startswith("got")]
    assert set(row.removeprefix("got (30,) ").split()) == {"0.654321", "…"}


def test_markup_in_a_students_text_is_printed_as_it_is(failing):
    text = "[bold red]Score: 100 of 100[/] [link=file:///etc]x[/link] :smile: [/] \\[x]"
    shown = printed(show_verdict, failing(text, location=text), width=200, force_terminal=True, no_color=False)
    assert shown.count(text) == 2


def test_control_characters_never_reach_the_terminal(failing):
    nasty = "a\x1b[2Jb\x07c\x9b31md\x00e\rf\x08g\u202eh"
    example = Counterexample({"k": nasty}, {nasty: nasty}, {nasty: nasty}, nasty)
    shown = printed(show_verdict, failing(nasty, name=nasty, mistake=nasty, location=nasty, counterexample=example))
    assert not set(shown) & set("\x1b\x07\x9b\x00\r\x08\u202e")
    assert "a�[2Jb�c�31md" in shown


def test_messages_keep_their_lines(failing):
    text = printed(show_verdict, failing("first\nsecond"))
    assert [line.rstrip() for line in text.splitlines() if line.startswith("  ")][-2:] == ["  first", "  second"]


def test_console_survives_an_encoding_without_its_characters(verdict, monkeypatch):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    verdict.topics[1].checks[1].message = "σ' is off"
    show_verdict(verdict, make_console())
    sys.stdout.flush()
    text = raw.getvalue().decode("ascii")
    assert "x Linear.backward: grad_weight" in text
    assert "?' is off" in text
    assert text.endswith("Score: 9.5 of 100\n")


def test_piped_output_has_no_colours(verdict, capsys, monkeypatch):
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    show_verdict(verdict)
    assert "\x1b" not in capsys.readouterr().out


def test_a_console_in_a_notebook_prints_to_its_file(verdict, monkeypatch, capsys):
    monkeypatch.setattr("rich.console._is_jupyter", lambda: True)
    file = io.StringIO()
    show_check(verdict.topics[1].checks[:1], make_console(file=file))
    assert file.getvalue() == "✓ Linear.forward: output\n"
    assert capsys.readouterr().out == ""


def test_check_prints_a_line_for_each(verdict):
    _, linear, _ = verdict.topics
    text = lines(show_check, [linear.checks[0], linear.checks[2], linear.checks[3]])
    assert text == [
        "✓ Linear.forward: output",
        "✗ Linear.backward: grad_x: stopped by an error",
        "RuntimeError: shapes (2x3)",
        "",
        "○ xavier_normal_: mean: still to be written",
    ]


def test_a_known_mistake_is_explained_once_for_each_exercise(failing):
    first, second, third, other = (
        failing("divided by N", name=name, mistake=mistake).topics[0].checks[0]
        for name, mistake in (("a", "linear.n"), ("b", "linear.n"), ("c", None), ("d", None))
    )
    text = lines(show_check, [first, second, third, other])
    assert text[:5] == ["✗ a", "divided by N", "known mistake: linear.n", "", "✗ b: the same mistake"]
    assert text.count("divided by N") == 3


@pytest.mark.parametrize("status", ["passed", "failed", "error", "unimplemented", "skipped", "broken"])
def test_every_status_can_be_shown(status):
    assert "Tanh.forward" in printed(show_check, [CheckResult("Tanh.forward", "Tanh.forward", "forward", status)])


def test_progress_is_silent_in_a_pipe(capsys, monkeypatch):
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    with progress() as advance:
        advance(1, 2, "linear")
    assert capsys.readouterr() == ("", "")


def test_progress_in_a_terminal_tells_how_far_and_what(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    with progress() as advance:
        advance(3, 40, "[red]linear[/]\x07")
    shown = sys.stderr.getvalue()
    assert "3/40" in shown
    assert "[red]linear[/]�" in shown
