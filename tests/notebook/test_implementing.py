"""`%%implement` puts a cell's function into the file, or refuses with a reason. Nothing is ever lost."""

import ast
import os
import stat
import sys

import pytest

from autograder.notebook import history as history_module
from autograder.notebook import implementing
from autograder.notebook.history import History
from autograder.notebook.implementing import Refused, implement
from autograder.publish.files import replace_file

FIRST = "def forward(self, x):\n    self.x = x\n    return x @ self.weight.data.T\n"
SECOND = FIRST.replace("return x", "return 1 * x")
EDITED = "    def forward(self, x):\n        return 'my edit'\n"


@pytest.fixture
def forward(exercises):
    return exercises["Linear.forward"]


@pytest.fixture
def file(package):
    return package / "linear.py"


@pytest.fixture
def history(package):
    return History(package, "Linear.forward")


def kept(history):
    """The versions that were kept, oldest first."""
    return [p.read_text(encoding="utf-8") for p in sorted(history.folder.glob("[0-9]*.py"))]


def edit(file, old, new):
    """What a student does in an editor."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def everything(package):
    """All files below the workspace, with their bytes."""
    return {p: p.read_bytes() for p in package.parent.rglob("*") if p.is_file()}


def refused(package, exercise, cell, force=False):
    """The reason, if nothing at all has changed on disk."""
    before = everything(package)
    with pytest.raises(Refused) as refusal:
        implement(package, exercise, cell, force)
    assert everything(package) == before
    return str(refusal.value)


# --- writing ----------------------------------------------------------------------------------------------------


def test_the_method_is_replaced_and_the_rest_stays(package, file, forward):
    before = file.read_text(encoding="utf-8")
    outcome = implement(package, forward, FIRST)
    stub = before[before.index("    def forward") : before.index("\n    def backward")]
    assert file.read_text(encoding="utf-8") == before.replace(stub, "".join(f"    {x}\n" for x in FIRST.splitlines()))
    assert outcome.written
    assert outcome.message == "✓ Linear.forward → scaffold/linear.py"


def test_a_function_outside_a_class(package, exercises):
    implement(package, exercises["uniform_"], "def uniform_(tensor, a=0.0, b=1.0):\n    return tensor.uniform_(a, b)\n")
    tree = ast.parse((package / "init.py").read_text(encoding="utf-8"))
    assert "return tensor.uniform_(a, b)" in ast.unparse(tree)


@pytest.mark.parametrize("name", ["Linear.forward", "numerical_gradient", "SGD.step", "NLLLoss.forward"])
def test_solution_cells_make_the_solved_file(package, exercises, name):
    exercise = exercises[name]
    implement(package, exercise, exercise.solution)
    text = (package / exercise.file).read_text(encoding="utf-8")
    body = exercise.solution if "." not in name else exercise.solution.replace("\n", "\n    ").strip()
    assert body.strip().replace("\n    \n", "\n\n") in text


def test_what_was_there_is_kept(package, file, forward, history):
    stub = forward.stub(_place(file))
    implement(package, forward, FIRST)
    implement(package, forward, SECOND)
    assert kept(history) == [stub, FIRST]


def _place(file):
    text = file.read_text(encoding="utf-8")
    return text.split('NotImplementedError("Linear.forward: ')[1].split('"')[0]


def test_kept_versions_never_overwrite_each_other(package, history, monkeypatch):
    class Stopped(history_module.datetime):
        ticks = iter([1, 1, 1, 2])

        @classmethod
        def now(cls):
            return cls(2030, 1, 1, second=next(cls.ticks))

    monkeypatch.setattr(history_module, "datetime", Stopped)
    history.keep("one")
    history.keep("two")
    assert kept(history) == ["one", "two"]


def test_a_second_run_of_the_same_cell_changes_nothing(package, forward, history):
    implement(package, forward, FIRST)
    before = everything(package)
    outcome = implement(package, forward, FIRST)
    assert not outcome.written
    assert everything(package) == before


def test_a_cell_pasted_with_its_indentation(package, file, forward):
    implement(package, forward, "".join(f"    {line}\n" for line in FIRST.splitlines()))
    assert FIRST.splitlines()[1].strip() in file.read_text(encoding="utf-8")


def test_comments_beside_the_function_are_no_obstacle(package, file, forward):
    assert implement(package, forward, f"\n# first try\n{FIRST}\n# done\n").written
    assert "first try" not in file.read_text(encoding="utf-8")


def test_lost_arguments_are_remarked_on(package, forward):
    outcome = implement(package, forward, "def forward(x):\n    return x\n")
    assert "its arguments were (self, x), yours are (x)" in outcome.message
    assert "Note" not in implement(package, forward, "def forward(self, x, more=1):\n    return x\n").message


# --- a stub never overwrites --------------------------------------------------------------------------------------


STUBS = [
    'def forward(self, x):\n    """Doc."""\n    # Hint\n    raise NotImplementedError("Linear.forward: notebook 01")\n',
    "def forward(self, x):\n    raise NotImplementedError\n",
    "def forward(self, x):\n    ...\n",
    "def forward(self, x):\n    pass\n",
    'def forward(self, x):\n    """Doc."""\n',
]


@pytest.mark.parametrize("stub", STUBS)
@pytest.mark.parametrize("force", [False, True])
def test_a_stub_does_not_overwrite_an_implementation(package, forward, stub, force):
    implement(package, forward, FIRST)
    before = everything(package)
    outcome = implement(package, forward, stub, force)
    assert everything(package) == before
    assert not outcome.written
    assert "still the stub" in outcome.message


def test_a_stub_on_a_stub_says_what_to_do(package, forward):
    before = everything(package)
    assert "is waiting" in implement(package, forward, forward.stub()).message
    assert everything(package) == before


def test_half_an_implementation_is_one(package, file, forward):
    half = "def forward(self, x):\n    self.x = x\n    raise NotImplementedError\n"
    assert implement(package, forward, half).written


# --- edits in the file --------------------------------------------------------------------------------------------


def test_an_edited_method_is_not_overwritten(package, file, forward):
    implement(package, forward, FIRST)
    edit(file, "return x @ self.weight.data.T", "return x @ self.weight.data.T + 0")
    message = refused(package, forward, SECOND)
    assert "was edited in scaffold/linear.py" in message
    assert "    -    return x @ self.weight.data.T + 0\n    +    return 1 * x @ self.weight.data.T" in message
    assert "%%implement --force Linear.forward" in message


def test_neither_is_a_method_that_was_only_ever_written_in_the_file(package, file, forward):
    start = file.read_text(encoding="utf-8")
    stub = start[start.index("    def forward") : start.index("\n    def backward")]
    edit(file, stub, EDITED)
    assert "was edited" in refused(package, forward, FIRST)


def test_with_force_it_is_and_the_edit_is_kept(package, file, forward, history):
    implement(package, forward, FIRST)
    edit(file, "return x @ self.weight.data.T", "return x @ self.weight.data.T + 0")
    outcome = implement(package, forward, SECOND, force=True)
    assert "return 1 * x" in file.read_text(encoding="utf-8")
    assert kept(history)[-1] == FIRST.replace(".T", ".T + 0")
    assert sorted(history.folder.glob("[0-9]*"))[-1].name in outcome.message


def test_an_edit_elsewhere_in_the_file_is_no_obstacle(package, file, forward):
    implement(package, forward, FIRST)
    edit(file, "import math", "import math  # edited")
    assert implement(package, forward, SECOND).written
    assert "import math  # edited" in file.read_text(encoding="utf-8")


def test_an_edit_that_was_taken_over_into_the_cell_belongs_to_the_cell(package, file, forward):
    implement(package, forward, FIRST)
    edit(file, "return x @ self.weight.data.T", "return 1 * x @ self.weight.data.T")
    assert not implement(package, forward, SECOND).written
    assert implement(package, forward, FIRST).written


def test_a_file_that_was_reset_can_be_written_again(package, file, forward):
    stub = file.read_bytes()
    implement(package, forward, FIRST)
    file.write_bytes(stub)
    assert implement(package, forward, FIRST).written


@pytest.mark.parametrize("damage", [b"\xff\xfe", b"", None])
def test_without_a_memory_nothing_is_overwritten_unasked(package, forward, history, damage):
    implement(package, forward, FIRST)
    path = history.folder / "last-written.py"
    path.unlink() if damage is None else path.write_bytes(damage)
    assert "was edited" in refused(package, forward, SECOND)


# --- what is refused ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        (
            "def forward(self, x)\n    return x\n",
            ["line 2 of the cell", "expected ':'", "\n    def forward(self, x)\n", "^"],
        ),
        ("\n\ndef forward(self, x):\n    return x +\n", ["line 5 of the cell", "\n        return x +\n"]),
        ("def forward(self, x):\nreturn x\n", ["line 3", "indent"]),
        ("def forward(self, x):\n    break\n", ["line 3", "'break' outside loop"]),
        ("def forward(self, x, x):\n    return x\n", ["line 2", "duplicate argument"]),
        ("!rm -rf ~\n", ["line 2"]),
        ("def forward(self, x):\n    return '\0'\n", ["null"]),
        ("def forward(self, x):\n    return " + "(" * 3000 + ")" * 3000, ["cell"]),
        ("", ["the cell is empty", "def forward(self, x)"]),
        ("# nothing\n", ["the cell is empty"]),
        ("x = 1\n", ["must define def forward(self, x)", "defines no function"]),
        ("def backward(self, x):\n    return x\n", ["must define def forward(self, x)", "defines backward"]),
        ("async def forward(self, x):\n    return x\n", ["must define def forward(self, x)"]),
        ("class Linear:\n    def forward(self, x):\n        return x\n", ["without a class"]),
        (FIRST + "def helper(): pass\n", ["nothing but def forward(self, x)"]),
        ("import math\n" + FIRST, ["imports at the top of scaffold/linear.py"]),
        (FIRST + "print(1)\n", ["nothing but"]),
        (FIRST + FIRST, ["nothing but"]),
    ],
)
def test_a_cell_that_is_not_the_function(package, forward, cell, says):
    message = refused(package, forward, cell, force=True)
    assert all(words in message for words in says), message


def test_the_caret_stands_under_the_error(package, forward):
    message = refused(package, forward, "def forward(self, x):\n\treturn x x\n")
    line, caret = message.split("\n")[-2:]
    assert line[caret.index("^")] == "x"
    assert caret.startswith("    \t")


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (
            lambda data: data.replace(b"def backward", b"def def backward"),
            ["scaffold/linear.py, line ", "mended", "def def backward"],
        ),
        (lambda data: data.replace(b"x W", b"\xff W"), ["scaffold/linear.py"]),
        (lambda data: data + b"\0", ["scaffold/linear.py"]),
        (lambda data: data.replace(b"def forward", b"def forwards"), ["no longer defines Linear.forward"]),
        (lambda data: data.replace(b"class Linear", b"class Lin"), ["no longer defines Linear.forward"]),
        (lambda data: b"", ["no longer defines"]),
        (lambda data: data + b"x = 1\r", ["line ends"]),
    ],
)
def test_a_file_that_cannot_be_changed_safely(package, file, forward, damage, says):
    file.write_bytes(damage(file.read_bytes()))
    for cell in (FIRST, STUBS[0]):
        message = refused(package, forward, cell, force=True)
        assert all(words in message for words in says), message


def test_a_file_that_is_not_there(package, file, forward):
    file.unlink()
    assert "there is no scaffold/linear.py" in refused(package, forward, FIRST)


# --- the file on disk ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "transform",
    [
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: data.replace(b"    ", b"\t"),
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: data.rstrip(b"\n"),
        lambda data: (
            data.decode().replace("ᵀ", "T").replace("√", "sqrt ").replace("→", "->").encode("latin-1", "replace")
        ),
    ],
    ids=["crlf", "tabs", "bom", "no last line end", "latin-1"],
)
def test_files_as_editors_save_them(package, file, forward, transform, request):
    data = transform(file.read_bytes())
    if "latin" in request.node.callspec.id:
        data = b"# -*- coding: latin-1 -*-\n# \xe9\n" + data
    file.write_bytes(data)
    start, end = data.index(b"def forward"), data.index(b"def backward")
    implement(package, forward, FIRST)
    after = file.read_bytes()
    assert after.startswith(data[:start])
    assert after.endswith(data[end:])
    assert b"self.x = x" in after
    compile(after, "linear.py", "exec")
    assert implement(package, forward, SECOND).written  # the cell is recognised as the author of what is there


def test_an_edit_between_reading_and_writing_survives(package, file, forward, monkeypatch):
    edits = iter(["import math  # edited meanwhile"])

    def replace_later(path, data, expected=None):
        if path == file and (new := next(edits, None)):
            edit(file, "import math", new)
        return replace_file(path, data, expected)

    monkeypatch.setattr(implementing, "replace_file", replace_later)
    assert implement(package, forward, FIRST).written
    text = file.read_text(encoding="utf-8")
    assert "import math  # edited meanwhile" in text
    assert "self.x = x" in text


def test_a_file_that_never_rests_is_left_alone(package, file, forward, monkeypatch):
    def replace_later(path, data, expected=None):
        edit(file, "import math", "import math ")
        return replace_file(path, data, expected)

    monkeypatch.setattr(implementing, "replace_file", replace_later)
    with pytest.raises(Refused, match="being changed"):
        implement(package, forward, FIRST)
    assert 'NotImplementedError("Linear.forward' in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("call", ["replace", "fsync"])
def test_a_failing_disk_leaves_the_old_file(package, file, forward, monkeypatch, call):
    before = file.read_bytes()

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(OSError, match="No space left"):
        implement(package, forward, FIRST)
    assert file.read_bytes() == before
    assert not list(package.rglob("*.tmp"))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions, and links need a privilege")
def test_permissions_and_links_are_kept(package, file, forward):
    elsewhere = package.parent / "elsewhere.py"
    file.rename(elsewhere)
    elsewhere.chmod(0o640)
    file.symlink_to(elsewhere)
    implement(package, forward, FIRST)
    assert file.is_symlink()
    assert b"self.x = x" in elsewhere.read_bytes()
    assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o640
