import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks.experiment import SHORT, Experiment, grid
from benchmarks.running import reproduce
from benchmarks.storing import load

sys.path.append(str(Path(__file__).parent))
import slow

ROOT = Path(__file__).parents[2]


@pytest.fixture
def log(tmp_path):
    return tmp_path / "log"


def do(tmp_path, log, **how):
    reproduce([slow.experiment(log, seconds=0)], tmp_path / "results", tmp_path / "cache", jobs=1, **how)
    return load("slow", tmp_path / "results")


def test_what_is_stored(tmp_path, log):
    stored = do(tmp_path, log)
    assert stored["environment"].keys() >= {"date", "python", "torch", "processor", "cores", "load"}
    assert [run["arguments"]["number"] for run in stored["runs"]] == list(range(slow.RUNS))
    assert [run["result"] for run in stored["runs"]] == [{"square": number**2} for number in range(slow.RUNS)]
    assert stored["seconds"] == pytest.approx(sum(run["seconds"] for run in stored["runs"]), rel=1e-3)


def test_nothing_is_done_twice_unless_asked(tmp_path, log):
    first, second = do(tmp_path, log), do(tmp_path, log)
    assert first["runs"] == second["runs"]
    assert len(log.read_text().splitlines()) == slow.RUNS
    do(tmp_path, log, again=True)
    assert len(log.read_text().splitlines()) == 2 * slow.RUNS


def test_other_code_is_run_anew(tmp_path, log, monkeypatch):
    do(tmp_path, log)
    monkeypatch.setattr(Experiment, "code", lambda self: "changed")
    do(tmp_path, log)
    assert len(log.read_text().splitlines()) == 2 * slow.RUNS


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_what_was_killed_goes_on_and_repeats_nothing(tmp_path, log):
    command = [sys.executable, str(Path(slow.__file__)), str(tmp_path), str(log)]
    killed = subprocess.Popen(command, cwd=ROOT)
    wait_until(lambda: log.exists() and len(log.read_text().splitlines()) >= 3)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    before = log.read_text().splitlines()
    assert load("slow", tmp_path / "results") is None
    subprocess.run(command, cwd=ROOT, check=True)
    done = log.read_text().splitlines()
    assert set(done) == {str(number) for number in range(slow.RUNS)}
    assert len(done) <= slow.RUNS + 1  # the one that the kill fell into
    assert before[0] not in done[len(before) :]
    assert len(load("slow", tmp_path / "results")["runs"]) == slow.RUNS


def wait_until(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_short_experiments_are_the_first_seed_with_few_epochs():
    long = Experiment("", len, tuple(grid(lr=[1, 2], epochs=[300], seed=[0, 1])))
    assert long.short().settings == tuple(grid(lr=[1, 2], epochs=[SHORT["epochs"]], seed=[0]))
