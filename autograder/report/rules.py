"""The rules of the course, printed for a student."""

from rich.table import Table
from rich.text import Text

from .terminal import make_console


def show_rules(sections, console=None):
    """Print the rules. sections: (heading, sentence, names) each."""
    console = console or make_console()
    for heading, sentence, names in sections:
        console.print(Text(heading, "bold"))
        console.print(sentence, markup=False)
        if names:
            table = Table.grid(padding=(0, 2))
            table.add_row("  ", Text(", ".join(names)))
            console.print(table)
        console.print()
