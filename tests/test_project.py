"""The files around the code: what is installed, how `make` goes about it, and what the README points to."""

import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PYTHONS = ["3.10", "3.11", "3.12", "3.13"]


def pyproject():
    tomllib = pytest.importorskip("tomllib", reason="from Python 3.11 on")
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def pins(python):
    """{package: version} of constraints.txt for one version of Python; each package once."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    requirements = [Requirement(line) for line in lines if line and not line.startswith("#")]
    found = {}
    for requirement in requirements:
        if requirement.marker is None or requirement.marker.evaluate({"python_version": python}):
            (specifier,) = requirement.specifier
            assert specifier.operator == "=="
            assert found.setdefault(canonicalize_name(requirement.name), specifier.version) == specifier.version
    return found


@pytest.mark.parametrize("python", PYTHONS)
def test_everything_needed_has_one_tested_version_within_its_range(python):
    project = pyproject()["project"]
    needed = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    tested = pins(python)
    for requirement in map(Requirement, needed):
        assert requirement.specifier.contains(tested[canonicalize_name(requirement.name)]), requirement


def test_torch_is_pinned_without_a_build():
    assert "+" not in pins("3.12")["torch"]


def test_every_file_of_the_package_is_installed():
    data = pyproject()["tool"]["setuptools"]["package-data"]["autograder"]
    package = ROOT / "autograder"
    files = {path for path in package.rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc")}
    assert files
    assert files == {path for pattern in data for path in package.glob(pattern)}


def test_python_versions_agree():
    requires = pyproject()["project"]["requires-python"]
    assert requires == ">=3.10,<3.14"
    assert "(3, 10) <= sys.version_info[:2] < (3, 14)" in (ROOT / "Makefile").read_text()
    assert "Python 3.10 to 3.13" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_readme_points_to_files_that_are_there():
    targets = re.findall(r"\]\((?!http)([^)#]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert targets
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_readme_names_folders_that_are_there():
    rows = re.findall(r"^\| `([^`]+/)`", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert "scaffold/" in rows
    assert [row for row in rows if not (ROOT / row).is_dir()] == []


posix = pytest.mark.skipif(shutil.which("make") is None or os.name != "posix", reason="no make here")

FAKE_PYTHON = """#!{python}
import os, shutil, sys
with open({log!r}, "a") as log:
    print(*sys.argv[1:], sep="|", file=log)
match sys.argv[1:]:
    case ["-c", code]:
        sys.exit(0 if {suits} else 1)
    case ["--version"]:
        print("Python 3.12.0")
    case ["-m", "venv", *_, folder]:
        os.makedirs(folder + "/bin", exist_ok=True)
        shutil.copy(__file__, folder + "/bin/python")
"""


@pytest.fixture
def clone(tmp_path):
    """A folder with the Makefile and a PATH with a python3 that only writes down what it is asked for."""
    folder, binaries = tmp_path / "my course", tmp_path / "bin"
    folder.mkdir()
    binaries.mkdir()
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, folder)
    for tool in ("make", "sh", "sed", "cat"):
        (binaries / tool).symlink_to(shutil.which(tool))
    log = tmp_path / "log"

    class Clone:
        path = folder

        def install_python(self, suits=True):
            script = binaries / "python3"
            script.write_text(FAKE_PYTHON.format(python=sys.executable, log=str(log), suits=suits))
            script.chmod(script.stat().st_mode | stat.S_IXUSR)

        def make(self, *arguments):
            """Runs make: (what finished, the calls of Python other than those that only ask whether it suits)."""
            log.write_text("")
            environment = {"PATH": str(binaries), "HOME": str(tmp_path)}
            done = subprocess.run(
                ["make", *arguments], cwd=self.path, env=environment, capture_output=True, text=True, timeout=60
            )
            asking = ("-c|", "--version")
            return done, [line for line in log.read_text().splitlines() if not line.startswith(asking)]

    made = Clone()
    made.install_python()
    return made


INSTALL = "-m|pip|install|--disable-pip-version-check|-c|constraints.txt|-e|.[test]"


@posix
@pytest.mark.parametrize(
    ("arguments", "call"),
    [
        (["test"], "-m|pytest|-n|2|--dist|worksteal"),
        (["test", "TEST_ARGS=tests/report -x"], "-m|pytest|tests/report|-x"),
        (["grade"], "-m|autograder|grade|scaffold"),
        (["grade", "SUBMISSION=some folder/work.zip"], "-m|autograder|grade|some folder/work.zip"),
        (["grade", "GRADE_ARGS=--no-speed --seed 3"], "-m|autograder|grade|scaffold|--no-speed|--seed|3"),
    ],
)
def test_make_installs_first_and_then_only_runs(clone, arguments, call):
    done, calls = clone.make(*arguments)
    assert done.returncode == 0, done.stderr
    assert calls == ["-m|venv|--clear|.venv", INSTALL, call]
    assert "==> Creating .venv with Python 3.12.0" in done.stdout
    assert "==> Installing" in done.stdout
    done, calls = clone.make(*arguments)
    assert calls == [call]
    assert "==>" not in done.stdout


@posix
def test_make_lab_opens_the_first_notebook(clone):
    _, calls = clone.make("lab")
    assert calls[-1] == "-m|jupyterlab|--LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb"
    assert (ROOT / "notebooks" / "00_start_here.ipynb").exists()


@posix
@pytest.mark.parametrize("file", ["pyproject.toml", "constraints.txt"])
def test_make_installs_again_when_the_needs_change(clone, file):
    clone.make("test")
    later = (clone.path / ".venv" / "installed").stat().st_mtime + 5
    os.utime(clone.path / file, (later, later))
    _, calls = clone.make("test")
    assert calls[:-1] == [INSTALL]


@posix
def test_make_installs_again_in_a_folder_that_was_moved(clone):
    clone.make("test")
    clone.path = clone.path.rename(clone.path.with_name("moved"))
    _, calls = clone.make("test")
    assert calls[:-1] == [INSTALL]


@posix
def test_make_says_what_to_do_without_a_suitable_python(clone):
    clone.install_python(suits=False)
    done, calls = clone.make("lab")
    assert done.returncode != 0
    assert calls == []
    assert "No Python 3.10 to 3.13" in done.stderr
    assert "make PYTHON=" in done.stderr


@posix
def test_make_alone_says_what_it_can_do(clone):
    done, calls = clone.make()
    assert calls == []
    assert [line.split()[1] for line in done.stdout.splitlines()] == ["lab", "grade", "test", "bench", "reproduce"]


def test_ci_runs_the_tests_and_stops_at_the_first_error():
    script = ROOT / ".ci" / "run"
    lines = script.read_text().splitlines()
    assert "set -euo pipefail" in lines
    assert lines[-1] == "make test"
    assert os.name != "posix" or os.access(script, os.X_OK)
