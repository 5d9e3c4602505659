"""`watch`: which exercises a save concerns, and what a student sees of it."""

import io
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from types import SimpleNamespace

import pytest

from autograder.judge.session import Session, exercise_names
from autograder.judge.verdict import CheckResult, Counterexample
from autograder.publish.files import replace_file
from autograder.publish.places import read_places
from autograder.report.terminal import make_console
from autograder.watch import files
from autograder.watch.code import changed, code_of, importing, leaning
from autograder.watch.condensing import condensed
from autograder.watch.files import read_package, saves
from autograder.watch.watcher import Watcher
from autograder.workspace import COURSE

SECONDS = 30
"""How long a test waits for what must come within one."""
LINEAR = (COURSE.solutions / "linear.py").read_text(encoding="utf-8")
STUB = (COURSE.scaffold / "linear.py").read_text(encoding="utf-8")
LINEAR_EXERCISES = ["Linear.reset_parameters", "Linear.forward", "Linear.backward"]

posix = pytest.mark.skipif(os.name != "posix", reason="needs links or signals")


def solved(file, old="", new=""):
    """The Code of a solved file in which one text stands in the place of another."""
    text = (COURSE.solutions / file).read_text(encoding="utf-8")
    assert old in text
    return code_of(file, text.replace(old, new, 1) if old else text)


# --- which exercises changed -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ("", "", []),
        ("import math\n", "import math  # pi\n\n\n# a comment\n", []),
        ('"""The affine map', '"""Another docstring: the affine map', []),
        ('"""grad_y: (*', '"""another: (*', []),
        ("        self.x = x\n", "        self.x = (x)  # the same\n", []),
        ("        self.x = x\n", "        self.x = x.clone()\n", ["Linear.forward"]),
        ("def backward(self, grad_y)", "def backward(self, grad_y, /)", ["Linear.backward"]),
        ("import math\n", "import math\n\nHALF = 0.5\n", LINEAR_EXERCISES),
        (
            "    def extra_repr(self):",
            "    def helper(self):\n        return 1\n\n    def extra_repr(self):",
            LINEAR_EXERCISES,
        ),
        ("bias=True):", "bias=False):", LINEAR_EXERCISES),
    ],
)
def test_what_a_save_concerns(old, new, names):
    assert changed(solved("linear.py"), solved("linear.py", old, new)) == names


def test_a_file_that_was_not_read_before_concerns_what_was_begun_in_it():
    assert changed(None, code_of("linear.py", STUB)) == []
    assert changed(None, solved("linear.py")) == LINEAR_EXERCISES


def test_stubs_are_only_concerned_when_they_are_begun_or_had_been():
    other_stub = code_of("linear.py", STUB.replace("notebook 01", "soon").replace("import math", "import math as m"))
    assert changed(code_of("linear.py", STUB), other_stub) == []
    assert changed(code_of("linear.py", STUB), solved("linear.py")) == LINEAR_EXERCISES
    assert changed(solved("linear.py"), code_of("linear.py", STUB)) == LINEAR_EXERCISES


def test_an_exercise_that_is_gone_is_concerned():
    gone = code_of("linear.py", LINEAR.replace("def forward(", "def fore("))
    assert gone.exercises["Linear.forward"] is None
    assert "Linear.forward" in changed(solved("linear.py"), gone)


def test_code_nested_too_deeply_to_be_compared_is_compared_as_text():
    deep = LINEAR.replace("self.x = x\n", f"self.x = {'+'.join('x' * 2000)}\n")
    assert changed(solved("linear.py"), code_of("linear.py", deep)) == ["Linear.forward"]
    assert changed(code_of("linear.py", deep), code_of("linear.py", deep)) == []


@pytest.mark.parametrize(
    ("names", "others"),
    [
        (["Linear.backward"], ["Linear.reset_parameters", "Linear.forward"]),
        (["uniform_"], [*LINEAR_EXERCISES, "xavier_uniform_", "kaiming_uniform_"]),
        (["MultiStepLR.step"], []),
        (["LogSoftmax.forward"], ["LogSoftmax.backward"]),  # the losses are judged with the solved one
    ],
)
def test_what_leans_on_an_exercise(names, others):
    package = {path.name for path in COURSE.solutions.glob("*.py")} - {"__init__.py", "module.py"}
    found = leaning(names, [solved(file) for file in package])
    assert set(found) == set(others)
    assert found == sorted(found, key=exercise_names().index)


def test_a_stub_leans_on_nothing():
    assert leaning(["uniform_"], [solved("init.py"), code_of("linear.py", STUB)]) == [
        "xavier_uniform_",
        "kaiming_uniform_",
    ]


def test_which_files_import_a_helper():
    texts = {
        "a.py": "from .b import x",
        "b.py": "import torch",
        "linear.py": LINEAR + "\nfrom .a import y\n",
        "losses.py": "from . import b",
        "optim.py": "from .linear import Linear",
    }
    codes = {file: code_of(file, text) for file, text in texts.items()}
    assert importing(["b.py"], codes) == {"linear.py", "losses.py"}
    assert importing(["a.py"], codes) == {"linear.py"}
    assert importing(["c.py"], codes) == set()


# --- the files ---------------------------------------------------------------------------------------------


@pytest.fixture
def package(tmp_path):
    """A package in which linear.py and init.py are solved and all else is a stub."""
    folder = tmp_path / "scaffold"
    shutil.copytree(COURSE.scaffold, folder, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    for file in ("linear.py", "init.py"):
        shutil.copyfile(COURSE.solutions / file, folder / file)
    return folder


def test_files_that_did_not_change_are_not_parsed_again(package):
    first = read_package(package)
    (package / "linear.py").write_text(LINEAR + "# more\n", encoding="utf-8")
    (package / "losses.py").touch()
    second = read_package(package, first)
    assert [file for file in second if second[file] is not first[file]] == ["linear.py"]


@posix
def test_files_of_editors_and_given_files_are_not_looked_at(package):
    first = read_package(package)
    (package / "module.py").write_text("x = 1")
    (package / ".#linear.py").symlink_to("someone@host")
    (package / ".linear.py.swp").write_text("x")
    (package / "linear.py~").write_text("x")
    assert read_package(package, first) == first and "module.py" not in first


@posix
def test_what_cannot_be_read_has_a_problem_and_stays_the_same(package):
    (package / "linear.py").write_bytes(b"#" * (2**20 + 1))
    (package / "losses.py").unlink()
    (package / "losses.py").symlink_to(package / "optim.py")
    (package / "conv.py").unlink()
    (package / "conv.py").mkdir()
    (package / "dropout.py").write_bytes(b"\xff")
    first = read_package(package)
    problems = {file: source.problem for file, source in first.items() if source.problem}
    assert sorted(problems) == ["conv.py", "dropout.py", "linear.py", "losses.py"]
    assert all(words.startswith(file) for file, words in problems.items())
    again = read_package(package, first)
    assert all(again[file] is first[file] for file in first)


# --- what is told ------------------------------------------------------------------------------------------


@pytest.fixture
def watched(grader, package, unshrunk, monkeypatch):
    """A Watcher that has begun, with shown(): what it printed since, and asked: the exercises that were judged."""
    session, file, asked = Session(grader), io.StringIO(), []
    judge = session.judge
    monkeypatch.setattr(
        session, "judge", lambda names, handed_in: (asked.append(list(names)), judge(names, handed_in))[1]
    )
    watcher = Watcher(session, package, read_places(), make_console(file=file, width=80))
    watcher.begin()
    watcher.show()

    def shown():
        text = file.getvalue()
        file.seek(0)
        file.truncate()
        return text

    def save(text, name="linear.py"):
        (package / name).write_text(text, encoding="utf-8")
        shown()
        asked.clear()
        watcher.look()
        return [line.rstrip() for line in shown().splitlines()]

    return SimpleNamespace(watcher=watcher, shown=shown, asked=asked, save=save, package=package)


def all_pass(line, exercise):
    return re.fullmatch(rf"✓ {re.escape(exercise)}: \d+ checks passed", line)


def test_it_begins_with_the_map(watched):
    text = watched.shown()
    assert "  ✓ Linear.forward           done" in text
    assert "Next: notebook 00, step 4: numerical_gradient" in text
    assert text.split()[-3:] == ["Ctrl+C", "ends", "it."]
    watched.watcher.look()
    assert watched.shown() == ""


def test_a_wrong_method_is_explained_and_a_right_one_told_in_a_line(watched):
    lines = watched.save(LINEAR.replace("g.T @ x", "g.T @ x / len(x)"))
    assert watched.asked[0] == ["Linear.backward"]
    assert re.fullmatch(r"\d\d:\d\d:\d\d  linear.py", lines[1])
    assert "✗ Linear.backward: grad of weight" in lines and "✓ Linear.backward: grad_input" in lines
    assert "  known mistake: linear.grad-divided-by-batch" in lines
    assert not any("Linear.forward" in line for line in lines)
    assert lines[-2].startswith("The course: 10 of ") and "1 failing" in lines[-2]
    lines = watched.save(LINEAR)
    assert all_pass(lines[2], "Linear.backward")
    assert lines[-2].startswith("The course: 11 of ") and "failing" not in lines[-2]


def test_a_comment_is_not_worth_a_word(watched):
    assert watched.save(LINEAR + "# a comment\n") == []
    assert watched.asked == []


def test_a_method_that_breaks_another_says_so(watched):
    lines = watched.save(LINEAR.replace("self.x = x\n", "self.other = x\n"))
    assert watched.asked[0] == ["Linear.forward"]
    assert all_pass(lines[2], "Linear.forward")
    assert lines[3].startswith("✗ Linear.backward, changed by this: raised AttributeError: Linear has no 'x'")
    assert lines[-1] == "Next: notebook 00, step 4: numerical_gradient"
    lines = watched.save(LINEAR)
    assert "✓ Linear.backward, changed by this: passed" in lines


def test_an_exception_is_shown_once(watched):
    lines = watched.save(LINEAR.replace("self.x = x\n", "self.x = oops\n"))
    told = [line for line in lines if "'oops' is not defined" in line]
    assert len(told) == 3  # the message, what was got instead of numbers, and that backward is concerned
    assert len([line for line in lines if line.startswith("✗ Linear.forward: ")]) > 3


def test_a_syntax_error_for_a_moment_is_one_line_and_then_forgotten(watched):
    lines = watched.save(LINEAR + "def (\n")
    assert lines[2].startswith("✗ linear.py does not parse: invalid syntax (line ")
    assert " ".join(lines[2:]).endswith("; waiting for the next save")
    assert watched.asked == []
    watched.watcher.look()
    assert watched.shown() == ""
    lines = watched.save(LINEAR.replace("self.x = x\n", "self.x = x.clone()\n"))
    assert watched.asked[0] == ["Linear.forward"]
    watched.save(LINEAR + "def (\n")
    assert watched.save(LINEAR.replace("self.x = x\n", "self.x = x.clone()\n"))[2] == "✓ can be judged again"
    assert watched.asked == []


def test_other_files_are_judged_while_one_has_a_syntax_error(watched):
    watched.save(LINEAR + "def (\n")
    mse = (COURSE.solutions / "losses.py").read_text(encoding="utf-8")
    lines = watched.save(mse, "losses.py")
    assert any(all_pass(line, "MSELoss.forward") for line in lines)
    assert lines[-1].startswith("Next: linear.py does not parse")


def test_what_breaks_the_rules_is_told_in_one_place(watched):
    lines = watched.save("import os\n" + LINEAR)
    assert [line for line in lines if "import of os" in line] == lines[2:3]
    assert watched.asked == []


def test_a_file_that_cannot_be_imported_is_told_once(watched):
    lines = watched.save(LINEAR + "\nundefined\n")
    assert lines[2] == f"✗ {', '.join(LINEAR_EXERCISES)}: stopped by an error"
    assert lines[3] == "  linear.py cannot be imported: NameError: name 'undefined' is not defined"


def test_stubs_are_not_run(watched):
    lines = watched.save(STUB)
    assert lines[2:5] == [f"○ {name}: still to be written" for name in LINEAR_EXERCISES]
    assert watched.asked == []
    assert lines[-2].startswith("The course: 8 of ")


def test_a_deleted_file_is_awaited(watched):
    (watched.package / "linear.py").unlink()
    watched.shown()
    watched.watcher.look()
    assert "✗ linear.py is gone; waiting for the next save" in watched.shown()
    watched.watcher.look()
    assert watched.shown() == ""
    assert watched.save(LINEAR)[2] == "✓ can be judged again"
    assert watched.asked == []


def test_a_deleted_folder_is_awaited(watched):
    watched.package.rename(watched.package.with_name("elsewhere"))
    watched.shown()
    watched.watcher.look()
    assert "✗ there are no files in scaffold/ any more; waiting for the next save" in watched.shown()
    shutil.copytree(watched.package.with_name("elsewhere"), watched.package)
    lines = watched.save(LINEAR.replace("self.x = x\n", "self.x = x.clone()\n"))
    assert watched.asked[0] == ["Linear.forward"] and any(all_pass(line, "Linear.forward") for line in lines)


def test_a_helper_file_concerns_those_that_import_it(watched):
    watched.save("def twice(x):\n    return 2 * x\n", "helpers.py")
    assert watched.asked == []
    watched.save(LINEAR.replace("import torch\n", "import torch\n\nfrom .helpers import twice\n"))
    assert watched.asked[0] == LINEAR_EXERCISES
    watched.save("def twice(x):\n    return x + x\n", "helpers.py")
    assert watched.asked[0] == LINEAR_EXERCISES
    (watched.package / "helpers.py").unlink()
    watched.shown()
    watched.watcher.look()
    assert "linear.py cannot be imported" in watched.shown()


def test_a_file_that_is_broken_from_the_beginning_is_judged_once_it_is_mended(watched):
    text = (COURSE.solutions / "losses.py").read_text(encoding="utf-8")
    (watched.package / "losses.py").write_text(text + "def (\n", encoding="utf-8")
    watched.watcher.codes.clear()
    watched.watcher.begin()
    assert watched.watcher.standings["MSELoss.forward"].status == "error"
    lines = watched.save((COURSE.scaffold / "losses.py").read_text(encoding="utf-8"), "losses.py")
    assert lines[2] == "✓ can be judged again"
    assert watched.watcher.standings["MSELoss.forward"].status == "unimplemented"


def result(name, status, message="", **fields):
    return CheckResult(name, name.partition(":")[0], "forward", status, message=message, **fields)


def test_results_are_condensed_only_where_nothing_is_lost():
    lost = [
        result(f"e: {i}", "failed", f"no answer {i}", counterexample=Counterexample({}, {}, [], "nothing"))
        for i in "12"
    ]
    results = [
        *(result(f"{exercise}: {i}", "error", "f.py cannot be imported") for exercise in "abcdx" for i in "12"),
        result("p: 1", "passed"),
        result("p: 2", "passed"),
        result("q: 1", "passed"),
        result("q: 2", "failed", "wrong"),
        *lost,
    ]
    lines = [(line.name, line.message, line.counterexample is not None) for line in condensed(results)]
    assert lines == [
        ("a, b, c and 2 more", "f.py cannot be imported", False),
        ("p: 2 checks passed", "", False),
        ("q: 1", "", False),
        ("q: 2", "wrong", False),
        ("e: 1", "no answer 1", True),
        ("e: 2", "", False),
    ]


# --- the file system ---------------------------------------------------------------------------------------


class Looking:
    """Follows saves() in a thread, and counts what a look would have found."""

    def __init__(self, package):
        self.package, self.texts = package, []
        threading.Thread(target=self._follow, daemon=True).start()

    def _follow(self):
        for _ in saves(self.package):
            try:
                text = (self.package / "linear.py").read_text(encoding="utf-8")
            except FileNotFoundError:
                text = None
            if self.texts[-1:] != [text]:
                self.texts.append(text)

    def sees(self, text):
        return until(lambda: self.texts[-1:] == [text])


def until(condition):
    """Whether a condition comes true within SECONDS."""
    end = time.monotonic() + SECONDS
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


@pytest.fixture(params=["events", "no events"])
def looking(request, package, monkeypatch):
    """A folder that is looked at, by the system's events and where there are none."""
    monkeypatch.setattr(files, "GLANCE", 200)
    if request.param == "no events":

        def broken(*args, **kwargs):
            raise OSError("no watches left")

        monkeypatch.setattr(files.watchfiles, "watch", broken)
    looking = Looking(package)
    assert looking.sees(LINEAR)
    return looking


def test_saves_in_place_by_replacement_and_after_deletion_are_seen(looking):
    file = looking.package / "linear.py"
    file.write_text("a = 1", encoding="utf-8")
    assert looking.sees("a = 1")
    replace_file(file, b"a = 2")
    assert looking.sees("a = 2")
    file.unlink()
    assert looking.sees(None)
    file.write_text("a = 3", encoding="utf-8")
    assert looking.sees("a = 3")


def test_a_folder_that_comes_back_is_looked_at_again(looking):
    away = looking.package.rename(looking.package.with_name("away"))
    assert looking.sees(None)
    (away / "linear.py").write_text("a = 1", encoding="utf-8")
    shutil.copytree(away, looking.package)
    assert looking.sees("a = 1")
    (looking.package / "linear.py").write_text("a = 2", encoding="utf-8")
    assert looking.sees("a = 2")


def test_a_burst_of_saves_is_one(package):
    looking = Looking(package)
    assert looking.sees(LINEAR)
    for i in range(10):
        (package / "linear.py").write_text(f"a = {i}", encoding="utf-8")
        time.sleep(0.01)
    assert looking.sees("a = 9")
    assert len(looking.texts) <= 4


# --- the command -------------------------------------------------------------------------------------------


@posix
def test_the_command_answers_saves_and_ends_quietly(package):
    process = subprocess.Popen(
        [sys.executable, "-c", "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
         "from autograder.cli import main; main()", "watch"],
        cwd=package.parent, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8",
        env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONPATH": str(COURSE.root), "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    lines = []
    threading.Thread(target=lambda: lines.extend(iter(process.stdout.readline, "")), daemon=True).start()
    try:
        seen = lambda words: until(lambda: any(words in line for line in list(lines)))  # noqa: E731
        assert seen("Ctrl+C"), lines
        replace_file(package / "linear.py", LINEAR.replace("g.T @ x", "g.T @ x / len(x)").encode())
        assert seen("known mistake: linear.grad-divided-by-batch"), lines
        replace_file(package / "linear.py", b"def (\n")
        assert seen("does not parse"), lines
        process.send_signal(signal.SIGINT)
        assert process.wait(SECONDS) == 0
        assert not any("Traceback" in line or "Aborted" in line for line in lines)
    finally:
        process.kill()


@posix
def test_without_a_package_there_is_nothing_to_watch(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "autograder", "watch"], cwd=tmp_path, capture_output=True, text=True, timeout=SECONDS,
        env={**os.environ, "PYTHONPATH": str(COURSE.root)},
    )  # fmt: skip
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
