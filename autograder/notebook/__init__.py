"""What a notebook gets from `%load_ext autograder`: `%%implement`, `check` and `derive`, and a kernel that keeps up."""

import difflib

from IPython.core.error import UsageError
from IPython.core.magic_arguments import argument, magic_arguments, parse_argstring

from labkit import plots

from ..publish.exercises import scan
from ..workspace import WorkspaceError, find_package
from . import checking
from .checking import check
from .deriving import derive
from .implementing import Refused, implement
from .not_yet import NotYet
from .refresh import Refresher

__all__ = ["Extension", "check", "derive"]


class Extension:
    """Everything that `%load_ext autograder` changes in one IPython shell."""

    def __init__(self, shell):
        try:
            self.package = find_package()
        except WorkspaceError as error:
            raise UsageError(str(error)) from None
        self.shell = shell
        self.refresher = Refresher(self.package, namespaces=lambda: [shell.user_ns])
        self.not_yet = NotYet(shell, self.package)

    def load(self):
        self.refresher.install()
        self.not_yet.install()
        self.shell.events.register("pre_run_cell", self.refresh)
        self.shell.register_magic_function(self.implement, "cell", "implement")
        self.shell.push({"check": check, "derive": derive})
        plots.style()

    def unload(self):
        self.shell.events.unregister("pre_run_cell", self.refresh)
        self.not_yet.uninstall()
        self.refresher.uninstall()

    def refresh(self, _info=None):
        """Bring the kernel up to date with the package's files."""
        for problem in self.refresher.refresh():
            print(problem)

    @magic_arguments()
    @argument("name", help="the exercise, such as Linear.forward")
    @argument("--force", action="store_true", help="overwrite a version that was edited in the file; it is kept")
    def implement(self, line, cell):
        """Write this cell's function into your package, in place of the one that is there."""
        arguments = parse_argstring(self.implement, line)
        exercises = scan()
        if arguments.name not in exercises:
            close = difflib.get_close_matches(arguments.name, exercises, n=1)
            print(f"✗ There is no exercise {arguments.name}." + (f" Did you mean {close[0]}?" if close else ""))
            return
        try:
            outcome = implement(self.package, exercises[arguments.name], cell, arguments.force)
        except Refused as refusal:
            print(f"✗ Not written: {refusal}")
        except OSError as error:
            print(f"✗ Not written, {exercises[arguments.name].file} is unchanged: {error}")
        else:
            checking.session()  # a check comes next, as a rule: its process can load torch meanwhile
            self.refresh()
            print(outcome.message)


_extensions = {}


def load_ipython_extension(shell):
    """Called by `%load_ext autograder`."""
    if shell not in _extensions:
        _extensions[shell] = Extension(shell)
        _extensions[shell].load()


def unload_ipython_extension(shell):
    """Called by `%unload_ext autograder`."""
    if shell in _extensions:
        _extensions.pop(shell).unload()
