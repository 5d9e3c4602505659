"""The measurements of the autograder: what they compare, and what they read from the machine."""

import os
import subprocess
import sys

import pytest

from autograder.judge.submission import read
from benchmarks.grading import batches, comparing, machine, repeating, submissions


def verdict(ratio, tier="silver", message="2.3 times torch.nn's time (silver); gold needs at most 2"):
    race = {"name": "ReLU", "workload": "8x8", "ratio": ratio, "tier": tier}
    return {"score": 99.5, "topics": [{"checks": [{"message": message}]}], "speed": [race]}


def test_only_what_was_timed_may_differ():
    same = verdict(2.41, message="2.4 times torch.nn's time (silver); gold needs at most 2")
    assert comparing.differences(*map(comparing.without_timings, (verdict(2.3), same))) == []
    other = comparing.without_timings(verdict(2.3, tier="gold"))
    assert comparing.differences(comparing.without_timings(verdict(2.3)), other) == [
        "verdict.speed[0].tier: 'silver' / 'gold'"
    ]


@pytest.mark.parametrize(("one", "other"), [({"a": 1}, {}), ([1], [1, 2]), (1, 1.0), ("a", "b"), ({"a": [1]}, None)])
def test_whatever_is_unlike_is_seen(one, other):
    assert len(comparing.differences(one, other)) == 1
    assert comparing.differences(one, one) == []


def test_tiers_are_collected_by_load():
    verdicts = [(0, verdict(2.0, "gold")), (2, verdict(3.0)), (0, verdict(2.1, "gold"))]
    assert repeating.tiers(verdicts) == {"ReLU, 8x8": ({"gold", "silver"}, [2.0, 2.1], [3.0])}
    assert list(repeating.unlike(verdicts).values()) == [1]


def test_the_memory_of_a_process_and_of_its_children_is_seen():
    hold = "x = bytearray(50_000_000); print(1, flush=True); input()"
    nest = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {hold!r}])"
    with subprocess.Popen([sys.executable, "-c", nest], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        family = machine.tree(process.pid)
        taken = machine.memory(process.pid)
        process.communicate(b"\n")
    assert len(family) == 2 and family[0] == process.pid and 50e6 < taken < 150e6
    assert machine.memory(process.pid) == 0


def test_busy_processes_end_with_their_block():
    with machine.busy(2):
        family = machine.tree(os.getpid())
        assert len(family) >= 3
    assert len(machine.tree(os.getpid())) == len(family) - 2


def test_a_classroom_has_different_submissions(tmp_path):
    folders = sorted(submissions.classroom(tmp_path / "class", 5).iterdir())
    assert len(folders) == 5 and len({read(folder).sha256 for folder in folders}) == 5


def test_results_of_batches_are_compared_whole(tmp_path):
    where = submissions.classroom(tmp_path / "class", 2, ["gradcheck"])
    for name in ("one", "same"):
        subprocess.run(batches.command(where, tmp_path / name, "--only", "gradcheck"), check=True)
    one, same = (comparing.results(tmp_path / name) for name in ("one", "same"))
    assert set(one) == {"student000.json", "student001.json", "gradebook.csv"}
    assert comparing.differences(one, same) == []
    (tmp_path / "same" / "gradebook.csv").write_text("name,score\n")
    assert len(comparing.differences(one, comparing.results(tmp_path / "same"))) == 1


def test_the_first_come_again_at_the_end(tmp_path):
    folders = sorted(submissions.classroom(tmp_path / "class", 6, again=2).iterdir())
    sums = [read(folder).sha256 for folder in folders]
    assert sums[4:] == sums[:2] and len(set(sums)) == 4
