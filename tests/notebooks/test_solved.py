"""Every notebook, as it is handed out, gives its stored outputs when scaffold/ is solved; nbval compares them."""

import os
import shutil
import subprocess
import sys

import pytest

from autograder.publish.exercises import scan
from autograder.publish.notebooks import lay_out


@pytest.fixture
def solved(tmp_path):
    """A workspace in which every exercise is done."""
    lay_out(tmp_path, solved=scan())
    return tmp_path


def test_outputs_are_those_that_are_stored(notebook, solved):
    shutil.copy(notebook, solved / "notebooks")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    options = ["--nbval", "--nbval-current-env", "-p", "no:cacheprovider", "-p", "no:xdist", "--color=no", "-q"]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *options, notebook.name],
        cwd=solved / "notebooks",
        env=environment,
        capture_output=True,
        encoding="utf-8",
    )
    assert run.returncode == 0, run.stdout + run.stderr
