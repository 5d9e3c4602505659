"""A verdict, a check or the map of the course in a terminal; readable at 80 columns, without colours and in a pipe."""

import contextlib
import sys
from itertools import zip_longest

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from .digest import MARKS, REPEATED, WORDS, digest, notes, with_repetition
from .grid import differences, input_grids, outcome_grids, outcomes
from .text import clean, number, plural, points, standing

STYLES = {
    "passed": "green",
    "failed": "bold red",
    "error": "bold red",
    "unimplemented": "dim",
    "skipped": "dim",
    "broken": "magenta",
}
ASCII_MARKS = {"passed": "+", "failed": "x", "error": "x", "unimplemented": "o", "skipped": "-", "broken": "?"}
TIER_STYLES = {"gold": "bold yellow", "silver": "bold", "bronze": "yellow"}
LABEL_WIDTH = 24
"""Room for the names beside a counterexample."""


def make_console(stderr=False, **options):
    """A console for standard output or error that prints text as it is, and ? for what the encoding lacks.

    options: of rich's Console. In a notebook it prints as well, and displays nothing on its own.
    """
    with contextlib.suppress(AttributeError, ValueError):
        (sys.stderr if stderr else sys.stdout).reconfigure(errors="replace")
    return Console(stderr=stderr, force_jupyter=False, highlight=False, markup=False, emoji=False, **options)


def show_verdict(verdict, console=None):
    """Print a whole verdict: topics, what failed and why, speed, how it was judged, and the score as the last line."""
    console = console or make_console()
    if verdict.topics:
        console.print(_topic_table(verdict.topics))
    else:
        console.print("Nothing was judged.")
    for topic in verdict.topics:
        _show_topic(digest(topic), console)
    if verdict.speed:
        console.print(_speed_table(verdict.speed))
    for status, line in notes(verdict):
        console.print(line_of(status, line, console))
    judged = plural(len(verdict.submission.get("files", {})), "file")
    console.print(Text(f"Judged: {judged}, isolation {clean(verdict.isolation)}, seed {verdict.seed}"))
    console.print(Text(f"Score: {points(verdict.score)} of {verdict.max_score}", "bold"))


def show_check(results, console=None, python=True):
    """Print a line per check, and under each that failed what is wrong, with its counterexample.

    A mistake that is known and was explained for one check of an exercise is only named for the others.
    python: whether the counterexample is also given as code to paste.
    """
    console = console or make_console()
    for result, explained in with_repetition(results):
        if explained:
            console.print(line_of(result.status, f"{result.name}: {REPEATED}", console))
            console.print()
        else:
            _show_result(result, console, python)


@contextlib.contextmanager
def progress(remaining=False):
    """A progress bar on standard error, if that is a terminal; else silence. remaining: tell the time that is left.

    Yields `advance(done, total, text)`: so many of so many steps are done, and text is what is under way.
    """
    console = make_console(stderr=True)
    if not console.is_terminal:
        yield lambda done, total, text: None
        return
    columns = (BarColumn(), TextColumn("{task.completed}/{task.total}"), TextColumn("{task.description}", markup=False))
    clock = TimeRemainingColumn() if remaining else TimeElapsedColumn()
    with Progress(*columns, clock, console=console, transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total, text: bar.update(task, completed=done, total=total, description=clean(text))


def _topic_table(topics):
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("Topic")
    table.add_column("Points", justify="right", no_wrap=True)
    table.add_column("Checks")
    for topic in topics:
        table.add_row(
            Text(clean(topic.name) + " (bonus)" * topic.bonus),
            Text(standing(topic)),
            Text(digest(topic).counts),
        )
    return table


def _speed_table(results):
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("Speed")
    table.add_column("Workload")
    table.add_column("Time / torch.nn", justify="right", no_wrap=True)
    table.add_column("Tier")
    for result in results:
        ratio = "-" if result.ratio is None else f"{number(result.ratio, digits=3)} x"
        tier = Text(clean(result.tier), TIER_STYLES.get(result.tier, ""))
        table.add_row(Text(clean(result.name)), Text(clean(result.workload)), Text(ratio), tier)
    return table


def _show_topic(part, console):
    """What there is to tell of one topic."""
    if not part.has_news:
        return
    console.print(Text(clean(part.topic.name), "bold underline"))
    show_check(part.failures + part.broken, console, python=False)
    if part.unwritten:
        console.print(line_of("unimplemented", f"still to be written: {', '.join(part.unwritten)}", console))
        console.print()


def _show_result(check, console, python):
    words = check.name if check.status in ("passed", "failed") else f"{check.name}: {WORDS[check.status]}"
    console.print(line_of(check.status, words, console))
    mistake = f"known mistake: {check.mistake}" if check.mistake else ""
    for text in filter(None, (check.message, mistake, check.location)):
        console.print(_indented(Text(clean(text)), 2))
    if check.counterexample is not None:
        console.print(_indented(_counterexample(check.counterexample, console), 4))
        if python and (code := check.counterexample.config.get("python")):
            console.print()
            console.print(Text(clean(code), "dim"), soft_wrap=True)
    if check.message or check.counterexample is not None:
        console.print()


def _indented(renderable, columns):
    return Padding(renderable, (0, 0, 0, columns), expand=False)


def line_of(status, words, console):
    """A line that begins with the status as a mark; what does not fit goes on below the words."""
    table = Table.grid(padding=(0, 1))
    table.add_row(mark_of(status, console), Text(clean(words)))
    return table


def mark_of(status, console):
    """A status as one character, and as a letter where the encoding has no signs."""
    marks = ASCII_MARKS if console.options.ascii_only else MARKS
    return Text(marks[status], STYLES[status])


def _counterexample(counterexample, console):
    """Inputs, expected and got, one below the other; numbers that came out otherwise than expected are red."""
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right", max_width=LABEL_WIDTH)
    table.add_column()
    room = max(console.width - LABEL_WIDTH - 6, 16)
    for grid in input_grids(counterexample):
        table.add_row(Text(grid.title), _body(grid, [grid], room))
    for outcome in outcomes(counterexample):
        expected, got = both = outcome_grids(*outcome)
        table.add_row(Text(expected.title), _body(expected, both, room))
        table.add_row(Text(got.title), _body(got, both, room, differences(expected, got)))
    return table


def _body(grid, aligned, room, marked=None):
    """The rows of a grid, columns in line with those of the grids `aligned`; what does not fit in the room is left out.

    marked: for each cell, whether it stands out.
    """
    if grid.shape is None:
        return Text("\n".join(row[0] for row in grid.rows))
    rows = [row for other in aligned if other.shape is not None for row in other.rows]
    widths = [max(map(cell_len, column)) for column in zip_longest(*rows, fillvalue="")]
    margin = max(map(len, grid.index))
    lines = []
    for i, row in enumerate(grid.rows):
        line = Text(f"{grid.index[i]:{margin}}  " if margin else "", no_wrap=True)
        for j, cell in enumerate(row):
            last = j == len(row) - 1
            if len(line) + widths[j] + (0 if last else 3) > room:
                line.append("…")
                break
            style = STYLES["failed"] if marked and marked[i][j] else ""
            line.append(" " * (widths[j] - cell_len(cell)))
            line.append(cell, style)
            line.append("" if last else "  ")
        lines.append(line)
    return Text("\n").join(lines)
