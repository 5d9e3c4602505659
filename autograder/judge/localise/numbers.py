"""Numbers as they are said."""

import math
from fractions import Fraction


def amount(factor, decimals=False):
    """`half of the expected one`, `3 times the expected one`, `1/6 of the expected one, with the opposite sign`."""
    size, sign = abs(factor), ", with the opposite sign" if factor < 0 else ""
    fraction = simple(size)
    if fraction is None or decimals:
        text = f"{figure(size)} times"
    elif fraction.denominator > 1:
        text = "half of" if fraction == Fraction(1, 2) else f"{fraction} of"
    else:
        text = "twice" if fraction == 2 else f"{fraction} times"
    return f"{text} the expected one{sign}"


def simple(number):
    """A number as a fraction that one says, a whole number or one with small parts; else None."""
    size = abs(number)
    if equal(size, round(size)) and 0 < round(size) < 1e6:
        return Fraction(round(size))
    if size < 1 and equal(1 / size, round(1 / size)) and round(1 / size) < 1e6:
        return Fraction(1, round(1 / size))
    fraction = Fraction(size).limit_denominator(12)
    return fraction if fraction and fraction.numerator <= 12 and equal(size, float(fraction)) else None


def equal(one, other):
    return abs(one - other) <= 1e-6 * abs(other)


def different(numbers):
    """How many of the first hundred are different."""
    return len({f"{n:.5g}" for n in numbers[:100].tolist()})


def figure(value, digits=4):
    """A number as it is printed in a message."""
    value = float(value)
    whole = math.isfinite(value) and value == round(value) and abs(value) < 1e6
    return f"{value:.0f}" if whole else f"{value:.{digits}g}"
