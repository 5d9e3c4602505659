"""The self-test on the terminal: one line for each part, then what went wrong."""

from rich.table import Table
from rich.text import Text

from .terminal import make_console


def show_selftest(parts, console=None):
    """Print what `selftest.run.run` found."""
    console = console or make_console()
    table = Table("part", "what must hold", box=None, pad_edge=False)
    table.add_column("tried", justify="right")
    table.add_column("went wrong", justify="right")
    for part in parts.values():
        style = "red" if part.problems else "green"
        table.add_row(part.name, part.goal, str(part.tried), Text(str(len(part.problems)), style))
    console.print(table)
    for part in parts.values():
        for problem in part.problems:
            console.print(Text(f"✗ {part.name}: {problem}"), soft_wrap=True)
