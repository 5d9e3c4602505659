"""The grader's own faults, brought about for real: one line, exit code 3, status broken, and nobody loses points."""

import functools
import json
import os
import resource
import signal
import site
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from autograder.judge.grader import Grader
from autograder.judge.submission import read
from autograder.sandbox import pool
from autograder.topics import topic
from autograder.workspace import COURSE

GRADCHECK = ("grade", COURSE.solutions, "--no-speed", "--only", "gradcheck")
FULL = Path("/dev/full")


def command(*arguments, python=sys.executable, **options):
    """A command of the autograder in a process of its own."""
    words = [str(word) for word in (python, "-m", "autograder", *arguments)]
    return subprocess.run(words, capture_output="stdout" not in options, text=True, cwd=COURSE.root, **options)


# --- the disk ----------------------------------------------------------------------------------------------


@pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("option", ["--json", "--html"])
def test_a_full_disk_is_not_the_submissions_fault(option):
    result = command(*GRADCHECK, option, FULL)
    assert (result.returncode, result.stderr) == (3, "cannot write /dev/full: No space left on device\n")
    assert result.stdout.endswith("Score: 100 of 100\n")


@pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("option", [[], ["--json", "-"]])
def test_neither_is_output_that_leads_to_one(option):
    with FULL.open("w") as full:
        result = command(*GRADCHECK, *option, stdout=full, stderr=subprocess.PIPE)
    assert (result.returncode, len(result.stderr.splitlines())) == (3, 1)
    assert "No space left on device" in result.stderr


def little_room():
    resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))


def test_where_there_is_no_room_for_a_report_the_older_one_stays_whole(tmp_path):
    report = tmp_path / "verdict.json"
    report.write_text("older")
    result = command("grade", COURSE.scaffold, "--no-speed", "--json", report, preexec_fn=little_room)
    assert (result.returncode, result.stderr) == (3, f"cannot write {report}: File too large\n")
    assert [path.name for path in tmp_path.iterdir()] == ["verdict.json"] and report.read_text() == "older"


def test_a_batch_without_room_for_results_says_so_and_can_be_resumed(tmp_path):
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "ada").symlink_to(COURSE.scaffold)
    batch = ("batch", tmp_path / "class", "--out", tmp_path / "out", "--workers", "1", "--no-speed")
    result = command(*batch, preexec_fn=little_room)
    assert result.returncode == 3
    (line,) = result.stderr.splitlines()
    assert line.startswith("The grader itself failed on ada (cannot write ") and "File too large" in line
    assert "nobody loses points" in line
    assert command(*batch, "--resume").returncode == 0
    assert json.loads((tmp_path / "out" / "ada.json").read_text())["score"] == 0


# --- processes and torch -----------------------------------------------------------------------------------


@pytest.fixture
def own_grader():
    with Grader() as grader:
        yield grader


def statuses(verdict):
    return [[check.status for check in topic.checks if check.kind != "rules"] for topic in verdict.topics]


@pytest.mark.skipif(sys.platform != "linux", reason="there is no process that workers are forked from")
def test_a_nursery_that_is_killed_costs_no_points_and_is_replaced(own_grader):
    def kill(done, total, text):
        if done == 1:
            os.kill(own_grader.nursery.process.pid, signal.SIGKILL)

    verdict = own_grader.grade(read(COURSE.solutions), only=["gradcheck", "linear"], speed=False, advance=kill)
    first, second = statuses(verdict)
    assert verdict.broken and verdict.score == 100
    assert first[0] == "passed" and "broken" in first and set(first) <= {"passed", "broken", "skipped"}
    assert set(second) == {"passed", "skipped"}


@pytest.mark.skipif(sys.platform != "linux", reason="there is no process that workers are forked from")
def test_one_killed_between_two_topics_does_no_harm_at_all(own_grader):
    own_grader.grade(read(COURSE.solutions), only=["gradcheck"], speed=False)
    os.kill(own_grader.nursery.process.pid, signal.SIGKILL)
    verdict = own_grader.grade(read(COURSE.solutions), only=["gradcheck"], speed=False)
    assert verdict.score == 100


def test_a_rival_that_is_killed_costs_no_points(own_grader, monkeypatch):
    ask = pool.Worker.ask

    def killing(worker, header, *rest, **limits):
        if worker.request["trusted"] and header["do"] == "go":
            os.kill(worker.pid, signal.SIGKILL)
        return ask(worker, header, *rest, **limits)

    monkeypatch.setattr(pool.Worker, "ask", killing)
    verdict = own_grader.grade(read(COURSE.solutions), only=["linear"])
    races = [check for check in verdict.topics[0].checks if check.kind == "speed"]
    assert {race.status for race in races} == {"broken"} and verdict.score == 100
    assert all("torch.nn" in race.message for race in races)


@functools.cache
def _others():
    """All that is installed here but torch."""
    folders = [Path(folder) for folder in site.getsitepackages()]  # Debian's Python names some that are not there
    found = [path for folder in folders if folder.is_dir() for path in folder.iterdir()]
    return [path for path in found if not path.name.startswith("torch")]


@pytest.mark.parametrize("torch", [None, "raise ImportError('libtorch.so is missing')\n"])
@pytest.mark.parametrize("arguments", [GRADCHECK, ["status"], ["check", "Linear"]])
def test_without_torch_there_is_one_line(torch, arguments, tmp_path):
    venv.create(tmp_path, with_pip=False, symlinks=True)
    (packages,) = tmp_path.glob("lib/python*/site-packages")
    for path in _others():
        if not (packages / path.name).exists():
            (packages / path.name).symlink_to(path)
    if torch:
        (packages / "torch.py").write_text(torch)
    result = command(*arguments, python=tmp_path / "bin" / "python")
    assert (result.returncode, result.stdout) == (3, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith("torch cannot be loaded here (") and line.endswith("nobody loses points by this.")


# --- a bug of the course's own -----------------------------------------------------------------------------


def bug(*arguments):
    raise LookupError("a bug")


def test_a_bug_in_a_topic_breaks_its_checks_alone(grader, monkeypatch):
    for check in topic("gradcheck").checks:
        monkeypatch.setitem(vars(check.space), "build", bug)
    verdict = grader.grade(read(COURSE.scaffold), only=["gradcheck", "sgd"], speed=False)
    assert not verdict.broken  # what is a stub is not run
    verdict = grader.grade(read(COURSE.solutions), only=["gradcheck", "linear"], speed=False)
    first, second = statuses(verdict)
    assert set(first) == {"broken"} and set(second) <= {"passed", "skipped"} and verdict.score == 100
    assert verdict.topics[0].checks[-1].message == "the grader failed: LookupError: a bug"


@pytest.mark.parametrize("speed", [False, True])
def test_a_topic_that_cannot_be_begun_is_broken_as_a_whole(speed, grader, monkeypatch):
    monkeypatch.setattr(grader.packages, "alone", bug)
    verdict = grader.grade(read(COURSE.solutions), only=["linear"], speed=speed)
    assert set(statuses(verdict)[0]) == {"broken"} and verdict.score == 100
    assert len(verdict.speed) == len(topic("linear").speed) * speed
