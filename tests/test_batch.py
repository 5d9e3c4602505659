"""Many submissions: found by name, graded whatever happens to one of them, resumed where they were left."""

import csv
import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import pytest

from autograder.batch import crew, gradebook
from autograder.batch.entries import Entry, find
from autograder.batch.results import write_problem
from autograder.batch.run import run
from autograder.errors import UserError

SOLVED = Path(__file__).parents[1] / "solutions"
OPTIONS = {"only": ["gradcheck"], "speed": False, "seed": 0}
WRONG = "def numerical_gradient(f, x, eps=1e-5):\n    return 2 * x\n"


@pytest.fixture
def classroom(tmp_path):
    """A folder with four submissions: solved, wrong, a broken zip, a wrong one in a folder as Moodle makes them."""
    folder = tmp_path / "class"
    for name in ("ada", "bob"):
        (folder / name / "scaffold").mkdir(parents=True)
        shutil.copy(SOLVED / "gradcheck.py", folder / name / "scaffold")
    (folder / "bob" / "scaffold" / "gradcheck.py").write_text(WRONG)
    (folder / "carl.zip").write_text("no zip")
    moodle = folder / "Dora Maar_77_assignsubmission_file_"
    moodle.mkdir()
    with zipfile.ZipFile(moodle / "work.zip", "w") as archive:
        archive.writestr("scaffold/gradcheck.py", WRONG)
    return folder


def rows(out):
    return {row["name"]: row for row in csv.DictReader((out / "gradebook.csv").open(encoding="utf-8"))}


def test_every_submission_has_its_line_and_its_page(classroom, tmp_path):
    out = tmp_path / "out"
    told = []
    entries, faults = run(classroom, out, OPTIONS, workers=2, advance=lambda done, total, text: told.append(done))
    assert (len(entries), faults, told) == (4, {}, [0, 1, 2, 3, 4])
    table = rows(out)
    assert table["ada"]["score"] == "100.0" and table["ada"]["gradcheck"] == "100.0"
    assert float(table["bob"]["score"]) < 100
    assert table["carl"]["score"] == "0.0" and "usable zip" in table["carl"]["problem"]
    dora = table["Dora Maar_77_assignsubmission_file_"]
    assert (dora["score"], dora["Full name"], dora["Identifier"]) == (
        table["bob"]["score"],
        "Dora Maar",
        "Participant 77",
    )
    assert json.loads((out / "ada.json").read_text())["score"] == 100
    assert "Score" in (out / "ada.html").read_text(encoding="utf-8")


def test_a_second_run_wants_to_be_told_to_resume_and_judges_only_what_is_new(classroom, tmp_path):
    out = tmp_path / "out"
    run(classroom, out, OPTIONS, workers=1)
    before = {path.name: path.stat().st_mtime_ns for path in out.glob("*.json")}
    with pytest.raises(UserError, match="--resume"):
        run(classroom, out, OPTIONS)
    shutil.copy(SOLVED / "gradcheck.py", classroom / "bob" / "scaffold")
    run(classroom, out, OPTIONS, workers=1, resume=True)
    after = {path.name: path.stat().st_mtime_ns for path in out.glob("*.json")}
    assert {name for name in before if before[name] != after[name]} == {"bob.json"}
    assert rows(out)["bob"]["score"] == "100.0"
    run(classroom, out, OPTIONS | {"seed": 1}, workers=1, resume=True)
    assert after["ada.json"] != (out / "ada.json").stat().st_mtime_ns


def test_killed_and_resumed_it_ends_with_the_same_gradebook(classroom, tmp_path):
    for i in range(6):
        shutil.copytree(classroom / "bob", classroom / f"bob{i}")
    undisturbed, out = tmp_path / "undisturbed", tmp_path / "out"
    run(classroom, undisturbed, OPTIONS, workers=2)
    command = [sys.executable, "-m", "autograder", "batch", classroom, "--out", out, "--workers", "1"]
    command += ["--only", "gradcheck", "--no-speed"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while len(list(out.glob("*.json"))) < 3 and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert 3 <= len(list(out.glob("*.json"))) < 10 and not (out / "gradebook.csv").exists()
    subprocess.run([*command, "--resume"], check=True, stdout=subprocess.DEVNULL)
    assert (out / "gradebook.csv").read_bytes() == (undisturbed / "gradebook.csv").read_bytes()


def test_a_grading_process_that_dies_is_replaced(classroom, tmp_path):
    out, killed = tmp_path / "out", []

    def kill_once_at_work():
        while not killed:
            if list(out.glob("*.json")):
                killed.extend(child.pid for child in multiprocessing.active_children())
                for pid in killed:
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.005)

    thread = threading.Thread(target=kill_once_at_work, daemon=True)
    thread.start()
    _, faults = run(classroom, out, OPTIONS, workers=1)
    thread.join(10)
    assert killed and not faults
    assert {row["score"] for row in rows(out).values()} >= {"100.0", "0.0"}
    assert len(rows(out)) == 4


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("doejane_123_456_hw", {"student": "doejane", "canvas": "123", "moodle": ""}),
        ("doejane_LATE_123_456_hw", {"student": "doejane", "canvas": "123", "moodle": ""}),
        ("Jo Doe_99_assignsubmission_file_", {"student": "Jo Doe", "canvas": "", "moodle": "99"}),
        ("team seven", {"student": "team seven", "canvas": "", "moodle": ""}),
    ],
)
def test_names_of_learning_systems(name, ids):
    assert Entry(name, Path()).ids == ids


def test_what_counts_as_a_submission(tmp_path):
    for name in ("a", "b", ".hidden", "__MACOSX", "out"):
        (tmp_path / name).mkdir()
    for name in ("a.zip", "c.ZIP", "notes.txt"):
        (tmp_path / name).touch()
    (tmp_path / "b" / "inner.zip").touch()
    found = {entry.name: entry.path.name for entry in find(tmp_path, tmp_path / "out")}
    assert found == {"a": "a", "a.zip": "a.zip", "b": "inner.zip", "c": "c.ZIP"}
    with pytest.raises(UserError, match="holds no submissions"):
        find(tmp_path / "a", tmp_path / "out")
    with pytest.raises(UserError, match="cannot be read"):
        find(tmp_path / "nowhere", tmp_path / "out")


def test_a_name_is_no_formula(tmp_path):
    entry = Entry("=HYPERLINK(1)", Path())
    write_problem(tmp_path, entry, {}, "@bad\nnews")
    gradebook.write_gradebook(tmp_path, [entry])
    row = rows(tmp_path)["'=HYPERLINK(1)"]
    assert (row["problem"], row["Student"]) == ("'@bad news", "'=HYPERLINK(1)")


def test_what_the_grader_owes_has_no_score(tmp_path):
    entry = Entry("ada", Path())
    write_problem(tmp_path, entry, {}, "the grader itself failed", broken=True)
    gradebook.write_gradebook(tmp_path, [entry, Entry("bob", Path())])
    assert rows(tmp_path)["ada"]["score"] == "" and rows(tmp_path)["bob"]["problem"] == "not judged"


def end_at_once(*_):
    """A grading process that never gets ready; a name in this module, so that a spawned process finds it."""


def test_where_no_process_gets_ready_the_grader_owes_everything(classroom, tmp_path, monkeypatch):
    """As where torch cannot be loaded: it ends, and nobody has lost points."""
    monkeypatch.setattr(crew, "_work", end_at_once)
    hire, hired = crew.Crew._hire, []
    monkeypatch.setattr(crew.Crew, "_hire", lambda self: hired.append(hire(self)) if len(hired) < 9 else pytest.fail())
    entries, faults = run(classroom, tmp_path / "out", OPTIONS, workers=2)
    assert set(faults) == set(entries)
    assert {row["score"] for row in rows(tmp_path / "out").values()} == {""}
