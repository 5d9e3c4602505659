"""The command line: what can be asked, and with which exit code it is answered."""

import contextlib
import os
import sys
import traceback
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from . import isolating

app = typer.Typer(
    help="Judges a package of hand-written layers against torch.nn.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

RequireIsolation = Annotated[
    str | None,
    typer.Option(
        isolating.OPTION,
        metavar="[LEVELS]",
        help=f"Refuse to run unless these levels hold: some of {isolating.EVERYTHING}; all of them if none is named.",
    ),
]

GRADED, BELOW, UNUSABLE, BROKEN = 0, 1, 2, 3
"""Exit codes: graded (any score); below --min-score; unusable input or arguments; the grader's own fault."""


@app.command(cls=isolating.Command)
def grade(
    path: Annotated[Path, typer.Argument(help="A folder that holds scaffold/, the package itself, or a zip.")],
    json: Annotated[str | None, typer.Option(help="Write the verdict as JSON to this file (- for output).")] = None,
    html: Annotated[Path | None, typer.Option(help="Write the report as one HTML page to this file.")] = None,
    only: Annotated[list[str] | None, typer.Option(help="Judge this topic alone; may be given again.")] = None,
    speed: Annotated[bool, typer.Option("--speed/--no-speed", help="Race against torch.nn as well.")] = True,
    seed: Annotated[int, typer.Option(min=0, help="Draws other cases; the same seed gives the same verdict.")] = 0,
    device: Annotated[str, typer.Option(help="Where tensors live while judged: cpu, cuda …")] = "cpu",
    min_score: Annotated[float | None, typer.Option(help="Exit with 1 below this score.")] = None,
    require_isolation: RequireIsolation = None,
):
    """Grade a submission."""
    from .errors import Fault
    from .sandbox.nursery import Nursery

    required = _usable(lambda: isolating.levels(require_isolation))
    nursery = Nursery()  # it loads torch while this process does the same
    _prepare_torch()
    from .judge import submission as submissions
    from .judge.grader import Grader
    from .report import html as html_report
    from .report import json as json_report
    from .report import terminal

    _usable(lambda: _known_device(device))
    _usable(lambda: _known_topics(only))
    submission = _usable(lambda: submissions.read(path))
    with Grader(nursery, device) as grader, terminal.progress() as advance:
        if required:
            _usable(lambda: isolating.demand(required, grader.isolation()))
        verdict = grader.grade(submission, only, speed, seed, advance)
    show = terminal.show_verdict if json != "-" else lambda verdict: None
    try:
        for write, path in ((json_report.write_json, json), (html_report.write_html, html)):
            if path is not None:
                _usable(partial(write, verdict, path))
    except Fault:
        show(verdict)  # what was found is not lost with the disk
        raise
    show(verdict)
    if verdict.broken:
        raise typer.Exit(BROKEN)
    if min_score is not None and verdict.score < min_score:
        raise typer.Exit(BELOW)


@app.command(cls=isolating.Command)
def batch(
    folder: Annotated[Path, typer.Argument(help="Holds the submissions: sub-folders or zips.")],
    out: Annotated[Path, typer.Option(help="Where the results go: a JSON and a page for each, and gradebook.csv.")],
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; as many as cores by default.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where an earlier run was ended.")] = False,
    only: Annotated[list[str] | None, typer.Option(help="Judge this topic alone; may be given again.")] = None,
    speed: Annotated[bool, typer.Option("--speed/--no-speed", help="Race against torch.nn as well.")] = True,
    seed: Annotated[int, typer.Option(min=0, help="Draws other cases, the same ones for all submissions.")] = 0,
    require_isolation: RequireIsolation = None,
):
    """Grade every submission in a folder. One that cannot be graded never stops the rest."""
    from .batch.run import run
    from .errors import Fault
    from .report import terminal

    _usable(lambda: _known_topics(only))
    if required := _usable(lambda: isolating.levels(require_isolation)):
        from .judge.grader import Grader

        with Grader() as grader:
            _usable(lambda: isolating.demand(required, grader.isolation()))
    options = {"only": only, "speed": speed, "seed": seed}
    with terminal.progress(remaining=True) as advance:
        entries, faults = _usable(lambda: run(folder, out, options, workers, resume, advance))
    typer.echo(f"{len(entries)} submissions: {out / 'gradebook.csv'}")
    if faults:
        names, why = ", ".join(entry.name for entry in faults), next(iter(faults.values()))
        raise Fault(f"The grader itself failed on {names} ({why}); nobody loses points by this, go on with --resume.")


@app.command()
def check(
    name: Annotated[str, typer.Argument(help="An exercise, a class or a topic: Linear.forward, Linear, linear.")],
):
    """Judge one exercise of your scaffold/, a class, or a topic."""
    _prepare_torch()
    from .judge import Session
    from .report import terminal
    from .workspace import find_package

    package = _usable(find_package)
    session = Session()
    try:
        terminal.show_check(_usable(lambda: session.check(name, package)))
    finally:
        session.close()


@app.command()
def status(
    speed: Annotated[
        bool, typer.Option("--speed/--no-speed", help="Race against torch.nn and show the tiers.")
    ] = False,
):
    """Show the map of the course: what is done, what fails, what is open, and what is next."""
    _prepare_torch()
    from .judge import Session
    from .publish.places import read_places
    from .report import map as course_map
    from .report import terminal
    from .workspace import find_package

    package = _usable(find_package)
    session = Session()
    try:
        with terminal.progress() as advance:
            standings, races = _usable(lambda: session.status(package, speed, advance))
    finally:
        session.close()
    course_map.show_map(standings, read_places(), races)


@app.command()
def watch():
    """Show the map, then check again what has changed whenever a file of scaffold/ is saved; Ctrl+C ends it."""
    with contextlib.suppress(KeyboardInterrupt):
        _prepare_torch()
        from .judge import Session
        from .publish.places import read_places
        from .watch import watch as run
        from .workspace import find_package

        package = _usable(find_package)
        session = Session()
        try:
            run(session, package, read_places())
        finally:
            session.close()


@app.command()
def solve(
    notebook: Annotated[Path, typer.Argument(help="A notebook of the course.")],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Where to; NAME.solved.ipynb by default.")] = None,
):
    """Write a copy of a notebook in which every exercise is solved."""
    from .publish.solve import solve_notebook

    typer.echo(f"Written: {_usable(lambda: solve_notebook(notebook, out))}")


@app.command()
def publish(
    only: Annotated[list[str] | None, typer.Argument(help="Notebooks to execute, by name; all by default.")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit with 1 if anything is out of date.")
    ] = False,
):
    """For authors: write scaffold/ and the notebooks from solutions/ and notebooks/source/."""
    from .publish.command import publish as run

    lines = _usable(lambda: run(check=check, only=only, report=typer.echo))
    for line in lines:
        typer.echo(line)
    if not lines:
        typer.echo("Everything is up to date.")
    elif check:
        raise typer.Exit(BELOW)


@app.command()
def rules():
    """Print what a submission may use, and what not."""
    from .report.rules import show_rules
    from .sandbox import rules as lists

    show_rules(lists.explained())


@app.command()
def selftest(
    part: Annotated[
        list[str] | None, typer.Argument(help="stub, mistake, mutant or package; all by default.", show_default=False)
    ] = None,
    only: Annotated[list[str] | None, typer.Option(help="This topic alone; may be given again.")] = None,
    sample: Annotated[int | None, typer.Option(min=1, help="So many of each part, drawn at random.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Draws another sample.")] = 0,
):
    """For authors: grade the grader. Known mistakes must be named, small changes noticed, right packages passed."""
    from .report import selftest as report
    from .report import terminal
    from .selftest import run

    _usable(lambda: _known_topics(only))
    kinds = tuple(part or run.GOALS)
    _usable(lambda: _known_parts(kinds, run.GOALS))
    with terminal.progress() as advance:
        parts = run.run(run.tasks(kinds, only, sample, seed), advance=advance)
    report.show_selftest(parts)
    if any(part.problems for part in parts.values()):
        raise typer.Exit(BELOW)


def _prepare_torch():
    """One thread: small tensors are fastest so, and a score does not depend on how many cores there are."""
    from .errors import Fault

    try:
        import torch
    except (ImportError, OSError) as error:
        raise Fault(f"torch cannot be loaded here ({error}); nobody loses points by this.") from None
    torch.set_num_threads(1)


def _known_device(device):
    import torch

    from .errors import UserError

    try:
        torch.zeros(1, device=device).tolist()
    except (RuntimeError, AssertionError, NotImplementedError):
        raise UserError(f"--device: torch finds no device {device} here") from None


def _known_topics(only):
    from .errors import UserError
    from .topics import SYLLABUS

    for name in only or ():
        if name not in SYLLABUS:
            raise UserError(f"--only: there is no topic {name}; topics: {', '.join(SYLLABUS)}")


def _known_parts(kinds, known):
    from .errors import UserError

    for kind in kinds:
        if kind not in known:
            raise UserError(f"selftest: there is no part {kind}; parts: {', '.join(known)}")


def _usable(action):
    """Do something that depends on what the user gave; what is wrong with that is said in one line, exit code 2."""
    from .errors import UserError

    try:
        return action()
    except (UserError, OSError) as error:
        typer.secho(str(error), fg="red", err=True)
        raise typer.Exit(UNUSABLE) from None


def main():
    """Entry point of `autograder` and of `python -m autograder`."""
    from .errors import Fault

    try:
        app()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except Exception as error:
        if sys.flags.dev_mode:
            traceback.print_exc()
        typer.secho(str(error) if isinstance(error, Fault) else _own_fault(error), fg="red", err=True)
        _forget_output()
        raise SystemExit(BROKEN) from None


def _own_fault(error):
    """One line about what the autograder failed on, and where."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    what = " ".join(f"{type(error).__name__}: {error}".split())
    return (
        f"The autograder itself failed ({what}; {Path(place.filename).name}, line {place.lineno}); "
        "nobody loses points by this. `python -X dev -m autograder` with the same words says more."
    )


def _forget_output():
    """What cannot be written (a full disk) is not tried again when Python ends, which would hide the exit code."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
