"""A student's workspace in a temporary folder, and an IPython shell that loads the extension in it."""

import shutil

import matplotlib
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from autograder.notebook import checking, unload_ipython_extension
from autograder.publish.exercises import scan
from autograder.publish.notebooks import lay_out


@pytest.fixture(scope="session")
def exercises():
    return scan()


@pytest.fixture(scope="session")
def pristine(tmp_path_factory):
    folder = tmp_path_factory.mktemp("course")
    lay_out(folder)
    return folder


@pytest.fixture
def package(pristine, tmp_path):
    """A pristine scaffold/, as in a fresh clone, with notebooks/ beside it."""
    shutil.copytree(pristine, tmp_path, dirs_exist_ok=True)
    return tmp_path / "scaffold"


@pytest.fixture
def shell(package, monkeypatch):
    """An IPython shell that has done %load_ext autograder in notebooks/."""
    monkeypatch.chdir(package.parent / "notebooks")
    monkeypatch.setenv("IPYTHONDIR", str(package.parent / "ipython"))
    monkeypatch.setattr("IPython.core.history.HistoryManager.enabled", False)
    monkeypatch.setattr(checking, "session", lambda: None)  # no judge, unless a test puts one in
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance(colors="nocolor")
    with matplotlib.rc_context():
        shell.run_line_magic("load_ext", "autograder")
        yield Cells(shell)
        unload_ipython_extension(shell)
    InteractiveShell.clear_instance()


class Cells:
    """Runs cells as a notebook does."""

    def __init__(self, shell):
        self.shell = shell

    def run(self, cell):
        """Execute a cell that must count as successful; returns all text it shows."""
        result, text = self.attempt(cell)
        assert result.success, text
        return text

    def attempt(self, cell):
        """Execute a cell; returns IPython's result and all text it shows."""
        with capture_output() as captured:
            result = self.shell.run_cell(cell)
        return result, captured.stdout + captured.stderr + "".join(o.data["text/plain"] for o in captured.outputs)
