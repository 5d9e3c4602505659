"""`python -m benchmarks.grading [repeat] [batch] [kills] [marginal]`: all four by default.

On two cores: repeat about ten minutes, batch three, kills two, marginal one.
"""

import tempfile
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from autograder.topics import topic

from . import batches, repeating, submissions

REPEATS, STUDENTS, KILLED, KILLS = 20, 100, 16, 10
SMALL_TOPIC, MANY, FEW = "linear", 60, 20
console = Console()


class Part(str, Enum):
    repeat, batch, kills, marginal = "repeat", "batch", "kills", "marginal"


def main(parts: Annotated[list[Part] | None, typer.Argument(help="All by default.")] = None):
    """Measure the autograder."""
    for part in parts or Part:
        with tempfile.TemporaryDirectory() as folder:
            globals()[part.value](Path(folder))


def repeat(folder):
    """The same submission, every other time beside two busy processes."""
    path = submissions.middling(folder / "middling")
    with console.status("repeat") as status:
        verdicts = repeating.grade_again(path, REPEATS, lambda n: status.update(f"repeat: {n} of {REPEATS}"))
    table = Table("race", "tiers", "ratios, quiet", "ratios, busy", title=f"{REPEATS} gradings of one submission")
    for name, (tiers, quiet, disturbed) in repeating.tiers(verdicts).items():
        table.add_row(name, ", ".join(sorted(tiers)), *(f"{min(r):.2f} – {max(r):.2f}" for r in (quiet, disturbed)))
    console.print(table)
    scores = sorted({verdict["score"] for _, verdict in verdicts})
    console.print(f"scores: {scores}; fields unlike those of the first: {dict(repeating.unlike(verdicts)) or 'none'}")


def batch(folder):
    """Many submissions with different known mistakes: time, and memory over the same ten at both ends."""
    out = folder / "out"
    found = batches.measure(submissions.classroom(folder / "class", STUDENTS, again=batches.ENDS), out)
    table = Table(
        "submissions",
        "s each",
        "of processor time",
        "first 10, MiB",
        "last 10, MiB",
        "change",
        title="A batch, without races",
    )
    change = found.late / found.early - 1
    table.add_row(
        str(found.count),
        f"{found.seconds / found.count:.2f}",
        f"{found.computing / found.count:.2f}",
        *(f"{b / 2**20:.0f}" for b in (found.early, found.late)),
        f"{change:+.1%}",
    )
    console.print(table)


def kills(folder):
    """A batch that is killed again and again, beside one that is not."""
    where = submissions.classroom(folder / "class", KILLED)
    batches.measure(where, folder / "undisturbed")
    found, differing = batches.kill_and_resume(where, folder / "out", folder / "undisturbed", KILLS)
    table = Table("results then", "processes gone after", title=f"A batch killed {KILLS} times")
    for kill in found:
        table.add_row(f"{kill.done} of {KILLED}", "resumed at once" if kill.left is None else f"{kill.left:.1f} s")
    console.print(table)
    console.print(f"unlike an undisturbed batch: {differing or 'nothing'}")


def marginal(folder):
    """What one submission more takes, where one topic is judged."""
    times = {}
    for count in (FEW, MANY):
        where = submissions.classroom(folder / f"class{count}", count, [SMALL_TOPIC])
        times[count] = batches.measure(where, folder / f"out{count}", "--only", SMALL_TOPIC)
    table = Table("topic", "checks", "marginal, s", "of processor time", title="One submission more, without races")
    more, fewer, checks = times[MANY], times[FEW], len(topic(SMALL_TOPIC).checks)
    marginals = ((m - f) / (MANY - FEW) for m, f in ((more.seconds, fewer.seconds), (more.computing, fewer.computing)))
    table.add_row(SMALL_TOPIC, str(checks), *(f"{seconds:.2f}" for seconds in marginals))
    console.print(table)


if __name__ == "__main__":
    typer.run(main)
