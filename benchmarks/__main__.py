"""The commands: `python -m benchmarks bench`, `reproduce`, `render`."""

import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markdown import Markdown

from .catalogue import EXPERIMENTS, SECTIONS, section_of
from .page.rendering import render
from .page.writing import write
from .running import CACHE, reproduce
from .speed import SPEED
from .storing import RESULTS, load

app = typer.Typer(help=__doc__, add_completion=False, no_args_is_help=True)
Quick = Annotated[bool, typer.Option("--quick", help="Only whether it runs: seconds, and nothing is stored.")]
Jobs = Annotated[int, typer.Option(help="Processes for what is not timed.")]


@app.command()
def bench(quick: Quick = False, jobs: Jobs = 2):
    """Race every class against torch.nn again, and measure its memory."""
    do((SPEED,) if quick else SECTIONS["speed"], quick, jobs, again=True)


@app.command("reproduce")
def reproduce_command(
    names: Annotated[list[str] | None, typer.Argument(help="Experiments; all by default.", metavar="NAME")] = None,
    quick: Quick = False,
    jobs: Jobs = 2,
):
    """Do all experiments at full size; ended in between, it goes on where it was."""
    do(chosen(EXPERIMENTS, names), quick, jobs)


@app.command("render")
def render_command():
    """Write docs/RESULTS.md and its pictures from the stored results."""
    write()


def section(name):
    """The command line of one module: its experiments by what follows their first word, all by default."""
    of_section = {each.name.removeprefix(f"{name}_"): each for each in SECTIONS[name]}

    def command(
        experiments: Annotated[list[str] | None, typer.Argument(metavar="|".join(of_section))] = None,
        quick: Quick = False,
        jobs: Jobs = 2,
    ):
        """Do experiments at full size, all by default; ended in between, they go on where they were."""
        do(chosen(of_section, experiments), quick, jobs)

    typer.run(command)


def chosen(experiments, names):
    """The experiments of these names, all if there are none."""
    for name in names or ():
        if name not in experiments:
            raise typer.BadParameter(f"no experiment {name!r}; there are {', '.join(experiments)}")
    return [experiments[name] for name in names or experiments]


def do(experiments, quick=False, jobs=2, again=False):
    """Run experiments, show what came out, and bring the page up to date."""
    if quick:
        with tempfile.TemporaryDirectory() as folder:
            reproduce([e.short() for e in experiments], Path(folder), Path(folder) / "cache", jobs)
            show(experiments, Path(folder))
    else:
        reproduce(experiments, RESULTS, CACHE, jobs, again)
        show(experiments, RESULTS)
        write()


def show(experiments, folder):
    """Print the sections of the page that stored results of these experiments give."""
    names = {}
    for experiment in experiments:
        names.setdefault(section_of(experiment.name), []).append(experiment.name)
    for section, of_section in names.items():
        Console().print(Markdown(render({name: load(name, folder) for name in of_section}, section)))


if __name__ == "__main__":
    app()
