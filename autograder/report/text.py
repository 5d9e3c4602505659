"""Text and numbers from a submission, made safe and short to print."""

import math
import unicodedata

UNSAFE_FORMATS = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that change the direction of the text after them, so that it reads otherwise than it is."""
UNSAFE_CATEGORIES = ("Cc", "Cs", "Zl", "Zp")
"""Unicode's control characters, lone surrogates, and separators of lines and paragraphs."""


def clean(text, limit=2000):
    """Text without characters that could steer a terminal or break an encoding; � stands for each. Newlines stay.

    limit: characters kept; … stands for the rest.
    """
    text = str(text)
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    text = text.replace("\r\n", "\n").expandtabs(4)
    return "".join("�" if _unsafe(character) else character for character in text)


def _unsafe(character):
    return character != "\n" and (character in UNSAFE_FORMATS or unicodedata.category(character) in UNSAFE_CATEGORIES)


def number(value, digits=6):
    """A number with at most so many significant digits, whole ones without trailing zeros: 3, 0.333333, 1e-7, nan."""
    if not isinstance(value, float) or not math.isfinite(value):
        return clean(value)
    if value == int(value) and abs(value) < 10**9:
        return str(int(value))
    mantissa, _, exponent = f"{value:.{digits}g}".partition("e")
    return f"{mantissa}e{int(exponent)}" if exponent else mantissa


def points(value):
    """Points or a score: at most two decimals, none needlessly."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def standing(topic):
    """A topic's points beside what it is worth; those of a bonus topic are added where others were lost."""
    return f"+ {points(topic.points)}" if topic.bonus else f"{points(topic.points)} / {points(topic.max_points)}"


def plural(count, noun):
    """1 check, 2 checks."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
