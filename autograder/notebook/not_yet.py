"""A cell that needs what is still to be written says so in one line, and counts as a cell that ran.

Any other exception is shown as always. So a notebook can be run from top to bottom at any time, with Run All too.
"""

import re
import symtable
import sys
import traceback
from pathlib import Path

from ..publish.exercises import NOT_YET

PLACEHOLDER = re.compile(r"(?P<exercise>\w+(\.\w+)?): (?P<place>.+)")


class NotYet:
    """The rule, for one IPython shell and one package."""

    def __init__(self, shell, package):
        self.shell, self.package = shell, Path(package)
        self.cell = ""
        self.waiting = {}
        """Variables that are missing because a cell could not finish: {name: the exercise it waits for}."""
        self.answered = None

    def install(self):
        self.shell.set_custom_exc((NotImplementedError, NameError), self._handle)
        self.shell.events.register("pre_run_cell", self._before)
        self.shell.events.register("post_run_cell", self._after)

    def uninstall(self):
        self.shell.set_custom_exc((), None)
        self.shell.events.unregister("pre_run_cell", self._before)
        self.shell.events.unregister("post_run_cell", self._after)

    def message(self, error):
        """The line for an exception that means "not yet", else None."""
        if isinstance(error, NotImplementedError):
            return self._about_stub(error)
        exercise = self.waiting.get(error.name)
        return exercise and f"Not yet: {error.name} is made in a cell above, and {exercise} {NOT_YET}."

    def _about_stub(self, error):
        match = PLACEHOLDER.fullmatch(str(error))
        *_, (frame, _) = traceback.walk_tb(error.__traceback__)
        if not match or Path(frame.f_code.co_filename).parent != self.package:
            return None
        return f"Not yet: {match['exercise']} ({match['place']}) {NOT_YET}."

    def _before(self, info):
        self.cell, self.answered = info.raw_cell, None

    def _handle(self, shell, kind, error, tb, tb_offset=None):
        """Called by IPython in place of showing a traceback."""
        message = self.message(error)
        if message is None:
            shell.showtraceback((kind, error, tb), tb_offset=tb_offset)
            return
        print(message)
        exercise = self.waiting[error.name] if isinstance(error, NameError) else str(error).partition(":")[0]
        self.waiting |= dict.fromkeys(_assigned(shell.transform_cell(self.cell)), exercise)
        self.answered = error
        if pyplot := sys.modules.get("matplotlib.pyplot"):
            pyplot.close("all")  # a picture that was begun would be shown half done

    def _after(self, result):
        """An execution result without an error makes the cell a success, so that Run All goes on."""
        if result is not None and self.answered is not None and result.error_in_exec is self.answered:
            result.error_in_exec = None


def _assigned(source):
    """The names that a cell gives a value at its top level."""
    try:
        symbols = symtable.symtable(source, "<cell>", "exec").get_symbols()
    except SyntaxError:  # `await` outside a function is Python in a notebook only
        return []
    return [symbol.get_name() for symbol in symbols if symbol.is_assigned() or symbol.is_imported()]
