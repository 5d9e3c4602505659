import pytest

from autograder.report.text import clean, number, plural, points


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3, "3"),
        (3.0, "3"),
        (-0.0, "0"),
        (123456789.0, "123456789"),
        (1 / 3, "0.333333"),
        (-2.5, "-2.5"),
        (1e-7, "1e-7"),
        (1.25e300, "1.25e300"),
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        (True, "True"),
        ("nan", "nan"),
        (None, "None"),
        (2**64, "18446744073709551616"),
    ],
)
def test_numbers_are_short(value, text):
    assert number(value) == text


def test_more_digits_on_request():
    assert number(1 / 3, digits=12) == "0.333333333333"


def test_control_characters_are_replaced_and_newlines_stay():
    assert clean("red \x1b[31m\nand\x07 bell\r\x9b31m\x00") == "red �[31m\nand� bell��31m�"


def test_direction_marks_and_lone_surrogates_are_replaced():
    assert clean("abc\u202edcba \ud800 \u2028") == "abc�dcba � �"


def test_ordinary_unicode_stays():
    assert clean("σ'(0) = ¼, 好, 🙂, é  ü") == "σ'(0) = ¼, 好, 🙂, é  ü"


def test_long_text_is_cut():
    assert clean("x" * 5000, limit=10) == "x" * 9 + "…"


def test_points_have_at_most_two_decimals():
    assert [points(value) for value in (93.5, 100, 0, 66.666, 10.0)] == ["93.5", "100", "0", "66.67", "10"]


def test_plural():
    assert (plural(1, "check"), plural(2, "check"), plural(0, "check")) == ("1 check", "2 checks", "0 checks")


def test_tabs_become_spaces():
    assert clean("a\tb") == "a   b"
