"""How numbers are written: the filters of the templates that end in text."""

from statistics import mean, stdev

UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))
PER_CENT = 100
MEBIBYTE = 2**20


def fixed(value, decimals=2):
    """'0.75'; a dash for nothing."""
    return "–" if value is None else f"{value:.{decimals}f}"


def plain(value):
    """As short as it is exact: '0.005', '1,000'."""
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"


def shown(value):
    """A setting: the number alone of one with a name, such as ["uniform", 0.2]."""
    return plain(value[-1] if isinstance(value, list) else value)


def power(value):
    """'3.8e-07'; '0' for nothing at all."""
    return "0" if value == 0 else f"{value:.1e}"


def percent(fraction, decimals=1):
    return f"{PER_CENT * fraction:.{decimals}f}"


def spread(values, decimals=2):
    """'0.89 ± 0.30': mean and standard deviation; the mean alone if there is only one."""
    values = list(values)
    return f"{mean(values):.{decimals}f}" + (f" ± {stdev(values):.{decimals}f}" if len(values) > 1 else "")


def percents(fractions, decimals=2):
    """`spread` of fractions, in per cent."""
    return spread([PER_CENT * fraction for fraction in fractions], decimals)


def accuracies(fractions, decimals=2):
    """`spread` of what is right, in per cent, of fractions that are wrong."""
    return percents([1 - fraction for fraction in fractions], decimals)


def given(pair, decimals=2):
    """A figure of a report: [mean, standard deviation] or a number, as `spread` writes it."""
    if not isinstance(pair, list):
        return fixed(pair, decimals)
    return " ± ".join(f"{number:.{decimals}f}" for number in pair)


def duration(seconds):
    """'17.8 µs', '2.31 ms', '91.1 s': three digits, and a unit that suits them."""
    scale, unit = next((each for each in UNITS if seconds >= each[0]), UNITS[-1])
    value = seconds / scale
    return f"{value:.{max(0, 3 - len(str(int(value))))}f} {unit}"


def minutes(seconds):
    return f"{seconds / 60:.0f}"


def mebibytes(size):
    return f"{size / MEBIBYTE:.1f}"


FILTERS = (fixed, plain, shown, power, percent, spread, percents, accuracies, given, duration, minutes, mebibytes)
