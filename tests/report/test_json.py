import json
import math
import os
import stat

import pytest

from autograder.errors import UserError
from autograder.judge.verdict import Counterexample
from autograder.report.json import write_json


def test_the_file_holds_the_verdict(verdict, tmp_path):
    write_json(verdict, tmp_path / "verdict.json")
    assert json.loads((tmp_path / "verdict.json").read_text()) == verdict.to_json()


def test_dash_is_standard_output(verdict, capsys):
    write_json(verdict, "-")
    assert json.loads(capsys.readouterr().out)["score"] == 9.5


def test_numbers_that_are_not_finite_stay_valid_json(failing, tmp_path):
    example = Counterexample({"eps": math.inf}, {"x": [[math.nan, 1.0]]}, (1.0, -math.inf), [2.0])
    write_json(failing(counterexample=example), tmp_path / "v.json")

    def refuse(constant):
        raise AssertionError(f"{constant} is not JSON")

    data = json.loads((tmp_path / "v.json").read_text(), parse_constant=refuse)
    assert data["topics"][0]["checks"][0]["counterexample"] == {
        "config": {"eps": "inf"},
        "inputs": {"x": [["nan", 1.0]]},
        "expected": [1.0, "-inf"],
        "got": [2.0],
    }


def test_any_text_comes_back_unchanged(failing, tmp_path):
    text = 'σ "quoted" \ud800 \x1b </script> 🙂'
    write_json(failing(text), tmp_path / "v.json")
    assert json.loads((tmp_path / "v.json").read_text())["topics"][0]["checks"][0]["message"] == text


def test_a_failed_write_leaves_the_old_file_and_nothing_else(verdict, tmp_path, monkeypatch):
    path = tmp_path / "v.json"
    path.write_text("old")
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(UserError, match="disk full"):
        write_json(verdict, path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_told_in_a_line(verdict, tmp_path):
    path = tmp_path / "nowhere" / "v.json"
    with pytest.raises(UserError) as caught:
        write_json(verdict, path)
    assert str(caught.value) == f"cannot write {path}: No such file or directory"


def test_a_folder_cannot_be_written_to(verdict, tmp_path):
    with pytest.raises(UserError, match="cannot write"):
        write_json(verdict, tmp_path)


def test_others_may_read_the_file(verdict, tmp_path):
    write_json(verdict, tmp_path / "v.json")
    assert stat.S_IMODE((tmp_path / "v.json").stat().st_mode) & 0o444 == 0o444


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_written_to_and_not_replaced(verdict, tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_json(verdict, path)
        assert json.loads(os.read(reader, 10**6))["seed"] == 7
    finally:
        os.close(reader)
    assert stat.S_ISFIFO(path.stat().st_mode)
