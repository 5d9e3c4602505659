"""The commands: what they print, what they write, and with which exit code they end."""

import io
import json
import shutil
import subprocess
import sys
import zipfile
from types import SimpleNamespace

import pytest
import torch
from rich.cells import cell_len
from typer.testing import CliRunner

from autograder import cli
from autograder.judge import compare
from autograder.judge.oracle import Oracle
from autograder.judge.session import Race, Standing, exercise_names
from autograder.judge.topic import TopicJudge, race_name
from autograder.judge.verdict import KINDS, STATUSES, CheckResult, SpeedResult
from autograder.publish.places import Place
from autograder.report.map import first_sentence, show_map
from autograder.report.terminal import make_console
from autograder.sandbox.nursery import Nursery
from autograder.topics import SYLLABUS, topic
from autograder.workspace import COURSE

SOLVED, STUBS = str(COURSE.solutions), str(COURSE.scaffold)


@pytest.fixture
def run(grader, monkeypatch, unshrunk):
    """run(*arguments): the result of a command, with workers from the shared nursery."""
    shared = SimpleNamespace(start=grader.nursery.start, close=lambda: None)
    for module in ("autograder.sandbox.nursery", "autograder.judge.grader"):
        monkeypatch.setattr(f"{module}.Nursery", lambda: shared)
    return lambda *arguments: CliRunner().invoke(cli.app, [str(a) for a in arguments])


@pytest.fixture
def verdict(run, tmp_path):
    """verdict(path, *options): the JSON of a grading that ends with exit code 0."""

    def grade(path, *options):
        result = run("grade", path, "--no-speed", "--json", tmp_path / "verdict.json", *options)
        assert result.exit_code == 0, result.output
        return json.loads((tmp_path / "verdict.json").read_text(encoding="utf-8"))

    return grade


# --- grade -------------------------------------------------------------------------------------------------


def test_the_solved_package_scores_100(run):
    result = run("grade", SOLVED, "--no-speed", "--json", "-")
    assert result.exit_code == 0
    graded = json.loads(result.stdout)
    assert_schema(graded)
    assert graded["score"] == graded["max_score"] == 100
    assert [t["name"] for t in graded["topics"]] == list(SYLLABUS)
    assert {c["status"] for t in graded["topics"] for c in t["checks"]} == {"passed", "skipped"}
    assert {c["kind"] for t in graded["topics"] for c in t["checks"] if c["status"] == "skipped"} <= {"speed", "memory"}


def test_untouched_stubs_score_0(run):
    result = run("grade", STUBS, "--no-speed", "--json", "-")
    assert (result.exit_code, result.stderr) == (0, "")
    graded = json.loads(result.stdout)
    assert_schema(graded)
    assert graded["score"] == 0
    assert {c["status"] for t in graded["topics"] for c in t["checks"]} == {"unimplemented"}
    assert {c["exercise"] for t in graded["topics"] for c in t["checks"]} == set(exercise_names())


def test_what_is_printed_ends_with_the_score(run):
    result = run("grade", SOLVED, "--no-speed", "--only", "gradcheck")
    assert result.stdout.splitlines()[-1] == "Score: 100 of 100"
    result = run("grade", STUBS, "--no-speed", "--only", "gradcheck")
    assert result.stdout.splitlines()[-1] == "Score: 0 of 100"
    assert "Traceback" not in result.output


def test_chosen_topics_share_all_points(verdict):
    graded = verdict(SOLVED, "--only", "gradcheck", "--only", "linear")
    assert [(t["name"], t["points"] == t["max_points"]) for t in graded["topics"]] == [
        ("gradcheck", True),
        ("linear", True),
    ]
    assert graded["score"] == 100
    assert sum(t["max_points"] for t in graded["topics"]) == pytest.approx(100)


def test_another_seed_gives_other_cases_and_the_same_score(verdict):
    space = topic("gradcheck").checks[0].space
    drawn = [
        [q.program.tensors["x"] for q in Oracle().questions(topic("gradcheck"), space, seed)] for seed in (0, 1, 0)
    ]
    assert all(torch.equal(a, b) for a, b in zip(drawn[0], drawn[2], strict=True))
    assert not all(a.shape == b.shape and torch.equal(a, b) for a, b in zip(drawn[0], drawn[1], strict=True))
    graded = verdict(SOLVED, "--only", "gradcheck", "--only", "losses", "--seed", "7")
    assert (graded["seed"], graded["score"]) == (7, 100)


def test_a_wrong_method_costs_its_points_and_is_explained(package, tmp_path, verdict, run):
    wrong = {"MSELoss.backward": "def backward(self):\n    return 2 * self.d\n"}
    folder = tmp_path / "scaffold"
    folder.mkdir()
    for name, source in package(wrong).sources.items():
        (folder / name).write_bytes(source.data)
    graded = verdict(tmp_path, "--only", "losses")
    assert_schema(graded)
    (losses,) = graded["topics"]
    assert 50 < graded["score"] < 100 and graded["score"] == pytest.approx(losses["points"], abs=0.01)
    (failed,) = [c for c in losses["checks"] if c["name"] == "MSELoss.backward: grad_input"]
    assert (failed["status"], failed["points"], failed["mistake"]) == ("failed", 0, "losses.mse-grad-not-divided")
    assert failed["location"].startswith("scaffold/losses.py:")
    assert failed["counterexample"]["config"]["calls"][0] == "mseloss = MSELoss()"
    assert set(failed["counterexample"]["inputs"]) == {"input", "target"}
    assert run("grade", tmp_path, "--no-speed", "--only", "losses").stdout.count("losses.mse-grad-not-divided") >= 1


@pytest.mark.parametrize(("path", "least", "code"), [(SOLVED, 100, 0), (STUBS, 0, 0), (STUBS, 0.5, 1)])
def test_min_score(path, least, code, run):
    assert run("grade", path, "--no-speed", "--only", "gradcheck", "--min-score", least).exit_code == code


def test_a_zip_is_graded_like_a_folder(verdict, tmp_path):
    with zipfile.ZipFile(tmp_path / "handed in.zip", "w") as archive:
        for path in COURSE.solutions.glob("*.py"):
            archive.write(path, f"Jane/scaffold/{path.name}")
    graded, same = (verdict(path, "--only", "gradcheck") for path in (tmp_path / "handed in.zip", SOLVED))
    assert graded["score"] == 100
    assert graded["submission"] == same["submission"]


def test_the_page_is_written(run, tmp_path):
    page = tmp_path / "report.html"
    assert run("grade", SOLVED, "--no-speed", "--only", "gradcheck", "--html", page).exit_code == 0
    assert "numerical_gradient" in page.read_text(encoding="utf-8")


def test_the_graders_own_fault_costs_no_points_and_ends_with_3(run, monkeypatch):
    monkeypatch.setattr(compare, "outcomes", lambda *_: 1 / 0)
    result = run("grade", SOLVED, "--no-speed", "--only", "gradcheck", "--json", "-")
    graded = json.loads(result.stdout)
    assert (result.exit_code, graded["score"]) == (3, 100)
    assert {c["status"] for c in graded["topics"][0]["checks"]} == {"passed", "broken"}  # the rules were kept


def test_a_fault_outside_any_check_ends_with_3_as_well(monkeypatch, capsys):
    monkeypatch.setattr(cli, "app", lambda: 1 / 0)
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == 3
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("The autograder itself failed (ZeroDivisionError: division by zero; test_cli.py, line ")
    assert "nobody loses points by this" in line


REQUIRE = "--require-isolation"
EVERYTHING = ["landlock", "netns", "rlimits", "seccomp"]


@pytest.fixture
def requiring(run, monkeypatch, tmp_path):
    """requiring(held, *arguments): the result of a command on a machine where these levels hold."""

    def command(held, *arguments):
        monkeypatch.setattr("autograder.judge.grader.Grader.isolation", lambda self: held)
        monkeypatch.setattr("autograder.judge.grader.Grader.close", lambda self: None)
        return run(*arguments)

    return command


@pytest.mark.parametrize(
    ("arguments", "missing"),
    [
        ([STUBS, REQUIRE], "landlock, netns, seccomp"),
        ([REQUIRE, STUBS], "landlock, netns, seccomp"),
        ([STUBS, REQUIRE, "--seed", "1"], "landlock, netns, seccomp"),
        ([REQUIRE, "landlock", STUBS], "landlock"),
        ([STUBS, f"{REQUIRE}=landlock+netns+rlimits"], "landlock, netns"),
        ([STUBS, REQUIRE, "rlimits"], None),
        ([STUBS, f"{REQUIRE}=process"], None),
    ],
)
def test_isolation_can_be_required(arguments, missing, requiring):
    result = requiring(["rlimits"], "grade", "--no-speed", "--only", "gradcheck", *arguments)
    refused = (
        f"--require-isolation: not offered here: {missing}; grade on Linux that does (docs/security.md), "
        "or ask for what holds: --require-isolation=rlimits\n"
    )
    assert (result.exit_code, result.stderr) == ((2, refused) if missing else (0, ""))
    assert requiring(EVERYTHING, "grade", "--no-speed", "--only", "gradcheck", *arguments).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "unknown"), [([f"{REQUIRE}=netns+moat"], "moat"), ([REQUIRE, "moat"], "moat"), ([f"{REQUIRE}="], "")]
)
def test_a_level_that_there_is_not_is_refused(arguments, unknown, requiring):
    result = requiring(EVERYTHING, "grade", *arguments, STUBS)
    levels = "landlock, netns, rlimits, seccomp"
    assert result.exit_code == 2
    assert result.stderr == f"--require-isolation: there is no level {unknown!r}; levels: {levels}, joined by +\n"


def test_a_batch_can_require_isolation_too(requiring, tmp_path):
    (tmp_path / "class" / "ada").mkdir(parents=True)
    batch = ("batch", tmp_path / "class", "--out", tmp_path / "out", "--workers", "1", REQUIRE)
    result = requiring(["rlimits"], *batch)
    assert result.exit_code == 2 and "landlock, netns, seccomp" in result.stderr
    assert not (tmp_path / "out").exists()
    assert requiring(EVERYTHING, *batch).exit_code == 0


# --- input that cannot be used -----------------------------------------------------------------------------


def zip_with(name):
    def make(root):
        with zipfile.ZipFile(root / "a.zip", "w") as archive:
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (0o120777 if name.endswith("link.py") else 0o100644) << 16
            archive.writestr(entry, "x")
        return root / "a.zip"

    return make


def text_file(root):
    (root / "a.zip").write_text("no zip at all")
    return root / "a.zip"


UNUSABLE = {
    "no such path": lambda root: ["grade", root / "nowhere"],
    "no zip": lambda root: ["grade", text_file(root)],
    "a zip that leads out": lambda root: ["grade", zip_with("../linear.py")(root)],
    "a zip with an absolute name": lambda root: ["grade", zip_with("/scaffold/linear.py")(root)],
    "a zip with a link": lambda root: ["grade", zip_with("scaffold/link.py")(root)],
    "a folder without a package": lambda root: ["grade", root],
    "an unknown topic": lambda root: ["grade", SOLVED, "--only", "quantum"],
    "an unknown device": lambda root: ["grade", SOLVED, "--device", "abacus"],
    "a device without numbers": lambda root: ["grade", SOLVED, "--device", "meta"],
    "a report that cannot be written": lambda root: [
        *("grade", STUBS, "--no-speed", "--only", "gradcheck", "--json", root / "no" / "folder.json")
    ],
    "an unknown exercise": lambda root: ["check", "Linaer.forward"],
    "no notebook": lambda root: ["solve", root / "nowhere.ipynb"],
}


@pytest.mark.parametrize("how", UNUSABLE)
def test_unusable_input_gets_one_line_and_exit_code_2(how, run, tmp_path, monkeypatch):
    monkeypatch.chdir(COURSE.root)
    result = run(*UNUSABLE[how](tmp_path))
    assert result.exit_code == 2
    assert (len(result.stderr.splitlines()), result.stdout) == (1, "")


@pytest.mark.parametrize("command", [["check", "Linear.forward"], ["status"]])
def test_without_a_package_there_is_nothing_to_look_at(command, run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run(*command)
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)
    assert "No folder scaffold/" in result.stderr


@pytest.mark.parametrize(
    "arguments", [["grade"], ["grade", SOLVED, "--seed", "-1"], ["grade", SOLVED, "--speedy"], ["x"]]
)
def test_wrong_arguments_end_with_2(arguments, run):
    assert run(*arguments).exit_code == 2


# --- the other commands ------------------------------------------------------------------------------------


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    """A student's folder, in which all but Linear.backward of linear.py is solved; the current folder."""
    shutil.copytree(COURSE.scaffold, tmp_path / "scaffold", ignore=shutil.ignore_patterns("__pycache__", ".*"))
    text = (COURSE.solutions / "linear.py").read_text(encoding="utf-8")
    (tmp_path / "scaffold" / "linear.py").write_text(
        text.replace("self.weight.grad += g.T @ x", "self.weight.grad += g.T @ x / len(x)"), encoding="utf-8"
    )
    shutil.copyfile(COURSE.solutions / "init.py", tmp_path / "scaffold" / "init.py")
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("workspace")
def test_check_judges_what_a_name_stands_for(run):
    result = run("check", "Linear.forward")
    assert result.exit_code == 0
    assert "Linear.forward: output" in result.stdout and "Linear.backward" not in result.stdout
    result = run("check", "Linear")
    assert result.exit_code == 0
    assert "Linear.forward: output" in result.stdout and "linear.grad-divided-by-batch" in result.stdout
    assert "xavier_normal_" not in result.stdout


@pytest.mark.usefixtures("workspace")
def test_an_unknown_name_is_answered_with_a_close_one(run):
    result = run("check", "linear.forward")
    assert (result.exit_code, result.stderr) == (
        2,
        "there is no exercise 'linear.forward'; did you mean Linear.forward?\n",
    )


@pytest.fixture
def map_of(monkeypatch):
    """map_of(standings, races, width): the lines of the map, as a pipe sees them."""
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)

    def lines(standings, races=(), width=80):
        file = io.StringIO()
        console = make_console(file=file, width=width)
        show_map(standings, {"f": Place("01", 2), "g": Place("01", 1), "h": Place("02", None)}, races, console)
        return file.getvalue().splitlines()

    return lines


@pytest.mark.usefixtures("workspace")
def test_status_tells_of_every_exercise_in_one_line_of_80_columns(run, monkeypatch):
    for name in ("FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_COLOR", "1")
    result = run("status")
    lines = result.stdout.splitlines()
    assert (result.exit_code, result.stderr) == (0, "")
    assert max(map(len, lines)) <= 80 and "\x1b" not in result.stdout
    for exercise in exercise_names():
        assert len([line for line in lines if line.split()[1:2] == [exercise]]) == 1, exercise
    topic_line = next(line for line in lines if line.startswith("linear "))
    assert topic_line == "linear (notebook 01): 10 of 11 exercises done, 1 failing"
    assert "  ✓ Linear.forward           done" in lines
    (failing,) = [line for line in lines if line.startswith("  ✗ Linear.backward          ")]
    assert "entries differ" in failing or "expected" in failing
    assert "  ○ MSELoss.forward             open: notebook 03, step 1" in lines
    assert lines[-2].startswith(f"The course: 10 of {len(exercise_names())} exercises done, 1 failing, ")
    assert lines[-1] == "Next: notebook 00, step 4: numerical_gradient"
    assert "speed:" not in result.stdout


@pytest.mark.usefixtures("workspace")
def test_status_with_speed_shows_the_tiers(run, monkeypatch):
    def race(self, workload, checks, wanted):
        kind, status = workload.kind, "passed" if wanted and workload.name == "Linear" else "unimplemented"
        return CheckResult(race_name(workload), workload.exercise, kind, status), SpeedResult("", "", 0.7, "silver")

    monkeypatch.setattr(TopicJudge, "race", race)
    lines = run("status", "--speed").stdout.splitlines()
    assert [line for line in lines if "speed:" in line] == ["    speed: Linear silver"]


def test_races_that_did_not_take_place_are_left_out_of_the_map(map_of):
    races = [Race("t", "F", "speed", "gold"), Race("t", "F", "memory", None), Race("t", "G", "speed", "none")]
    lines = map_of([Standing("t", "f", "passed"), Standing("u", "g", "passed")], races)
    assert [line for line in lines if "speed" in line] == [
        "    speed: F gold, F (memory) not measurable here, G no tier"
    ]


def test_the_map_follows_the_notebooks_and_ends_with_what_is_next(map_of):
    standings = [
        Standing("a", "f", "failed", "Each is twice 0.5. Who divides?"),
        Standing("a", "g", "skipped", "needs f, which is not implemented"),
        Standing("b", "h", "unimplemented"),
        Standing("b", "nowhere", "error", "ValueError: no\nsecond line"),
    ]
    assert map_of(standings) == [
        "a (notebook 01): 0 of 2 exercises done, 1 failing, 1 waiting",
        "  – g  needs f first",
        "  ✗ f  Each is twice 0.5",
        "",
        "b (notebook 02): 0 of 2 exercises done, 1 failing, 1 open",
        "  ○ h        open: notebook 02",
        "  ✗ nowhere  ValueError: no",
        "",
        "The course: 0 of 4 exercises done, 2 failing, 1 waiting, 1 open",
        "Next: notebook 01, step 2: f",
    ]
    assert map_of(standings[2:])[-1] == "Next: notebook 02: h"
    assert map_of([Standing("a", "f", "passed")])[-1] == "All exercises pass."
    assert map_of([Standing("a", "f", "broken", "oh")])[-1] == "Next: none; what remains could not be judged."


@pytest.mark.parametrize("width", [40, 80])
def test_long_messages_are_cut_between_words_and_told_once(map_of, width):
    message = "losses.py does not parse: " + "invalid syntax " * 9
    lines = map_of([Standing("a", e, "error", message) for e in ("f", "g")], width=width)
    first, second = [line for line in lines if "✗" in line]
    assert len(first) <= width and first.endswith(("syntax…", "invalid…", "parse:…")), first
    assert second == "  ✗ f  the same"


def test_a_message_cannot_steer_the_terminal(map_of):
    lines = map_of([Standing("a", "f", "error", "\x1b[2J[red]no[/]\x07 好" + "好" * 90)])
    assert lines[1].startswith("  ✗ f  �[2J[red]no[/]� 好") and cell_len(lines[1]) <= 80


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        ("", ""),
        ("all 0.5 off", "all 0.5 off"),
        ("One. Two.", "One"),
        ("One.", "One"),
        ("Why? So!", "Why"),
        ("a\nb", "a"),
        ("linear.py:3: no", "linear.py:3: no"),
        (".", "."),
    ],
)
def test_first_sentence(message, sentence):
    assert first_sentence(message) == sentence


def test_rules(run):
    result = run("rules")
    assert result.exit_code == 0
    assert "torch.nn" in result.stdout and "softmax" in result.stdout


def test_solve_writes_a_copy(run, tmp_path):
    source = sorted(COURSE.notebooks.glob("*.ipynb"))[0]
    result = run("solve", source, "--out", tmp_path / "solved.ipynb")
    assert result.exit_code == 0 and str(tmp_path / "solved.ipynb") in result.stdout.replace("\n", "")
    assert "BEGIN SOLUTION" not in (tmp_path / "solved.ipynb").read_text(encoding="utf-8")


def test_the_module_can_be_run():
    shown = subprocess.run([sys.executable, "-m", "autograder", "--help"], capture_output=True, text=True, check=True)
    assert "grade" in shown.stdout


def test_a_nursery_that_nobody_asks_ends_quietly(capfd):
    Nursery().close()
    assert capfd.readouterr() == ("", "")


# --- the schema --------------------------------------------------------------------------------------------

NUMBER, OPTIONAL_TEXT = (int, float), (str, type(None))
TIERS = {"gold", "silver", "bronze", "none"}
CHECK = {
    "name": str, "exercise": str, "kind": set(KINDS), "status": set(STATUSES), "points": NUMBER, "max_points": NUMBER,
    "message": str, "mistake": OPTIONAL_TEXT, "location": OPTIONAL_TEXT, "counterexample": object,
}  # fmt: skip
VERDICT = {
    "schema": {1}, "score": NUMBER, "max_score": {100}, "seed": int, "isolation": str,
    "submission": {"sha256": str, "files": dict},
    "environment": {"python": str, "torch": str, "platform": str, "course": str},
    "topics": [{"name": set(SYLLABUS), "points": NUMBER, "max_points": NUMBER, "checks": [CHECK]}],
    "speed": [{"name": str, "workload": str, "ratio": (*NUMBER, type(None)), "tier": TIERS}],
}  # fmt: skip
COUNTEREXAMPLE = {"config": dict, "inputs": dict, "expected": object, "got": object}


def assert_schema(graded):
    conforms(graded, VERDICT, "verdict")
    for topic_ in graded["topics"]:
        assert topic_["points"] == pytest.approx(sum(c["points"] for c in topic_["checks"]), abs=0.01)
        for check in topic_["checks"]:
            assert 0 <= check["points"] <= check["max_points"] + 1e-9
            assert (check["status"] == "passed") <= (check["points"] == check["max_points"])
            if check["counterexample"] is not None:
                conforms(check["counterexample"], COUNTEREXAMPLE, check["name"])


def conforms(value, schema, where):
    """Values by schema: a dict of exactly these keys, a list of one kind, a set of values, or types."""
    if isinstance(schema, dict):
        assert isinstance(value, dict) and value.keys() == schema.keys(), where
        for key, inner in schema.items():
            conforms(value[key], inner, f"{where}.{key}")
    elif isinstance(schema, list):
        assert isinstance(value, list), where
        for i, entry in enumerate(value):
            conforms(entry, schema[0], f"{where}[{i}]")
    elif isinstance(schema, set):
        assert value in schema, f"{where}: {value}"
    else:
        assert isinstance(value, schema), f"{where}: {value!r}"
