"""%load_ext autograder in an IPython shell: the magic, the friendly lines, and a kernel that keeps up."""

import sys

import pytest
from IPython.core.interactiveshell import InteractiveShell

from autograder.notebook import load_ipython_extension

FORWARD = """%%implement Linear.forward
def forward(self, x):
    self.x = x
    return x @ self.weight.data.T
"""
RESET = """%%implement Linear.reset_parameters
def reset_parameters(self):
    self.weight.data.fill_(2.0)
"""


def test_an_implemented_method_is_there_at_once(shell):
    shell.run("import torch\nfrom scaffold import Linear, Parameter")
    shell.run(RESET)
    shell.run("layer = Linear(2, 1, bias=False)")
    assert "Not yet: Linear.forward" in shell.run("layer(torch.ones(1, 2))")
    assert shell.run(FORWARD) == "✓ Linear.forward → scaffold/linear.py\n"
    assert shell.run("print(layer(torch.ones(1, 2)).item(), Linear(3, 1)(torch.ones(1, 3)).item())") == "4.0 6.0\n"


def test_an_edit_in_the_file_is_there_in_the_next_cell(shell, package):
    shell.run("from scaffold import Linear")
    shell.run(RESET)
    shell.run("layer = Linear(1, 1)")
    file = package / "linear.py"
    file.write_text(file.read_text(encoding="utf-8").replace('return f"in', 'return f"IN'), encoding="utf-8")
    assert "IN_features" in shell.run("print(layer)")


def test_a_file_broken_in_the_editor_is_told_of_and_harmless(shell, package):
    shell.run("from scaffold import Linear")
    file = package / "linear.py"
    good = file.read_bytes()
    file.write_bytes(good + b"def (\n")
    assert "scaffold/linear.py has an error" in shell.run("print('on')")
    assert "must be mended in the editor first" in shell.run(FORWARD)
    file.write_bytes(good)
    assert shell.run("print('on')") == "on\n"


@pytest.mark.parametrize("line", ["%%implement --force Linear.forward", "%%implement Linear.forward --force"])
def test_force_stands_on_either_side(shell, line):
    shell.run(FORWARD)
    assert "The version before is scaffold/.history/Linear.forward/" in shell.run(
        FORWARD.replace("%%implement Linear.forward", line).replace("return x", "return 1 * x")
    )


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("Linear.foward", "There is no exercise Linear.foward. Did you mean Linear.forward?"),
        ("Linear.extra_repr", "There is no exercise Linear.extra_repr."),
        ("zzz", "There is no exercise zzz.\n"),
    ],
)
def test_an_unknown_exercise(shell, name, says):
    assert says in shell.run(f"%%implement {name}\ndef forward(self): pass")


def test_a_refusal_is_a_line_and_no_error(shell):
    text = shell.run("%%implement Linear.forward\ndef forward(self, x)\n    return x")
    assert text.startswith("✗ Not written: line 2 of the cell")


def test_a_disk_that_refuses_is_a_line_too(shell, package, monkeypatch):
    def fail(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("os.replace", fail)
    assert "✗ Not written, linear.py is unchanged: [Errno 13] Permission denied" in shell.run(FORWARD)


def test_a_wrong_option_says_so(shell):
    result, text = shell.attempt("%%implement Linear.forward --frce\npass")
    assert not result.success
    assert "--frce" in text


# --- not yet --------------------------------------------------------------------------------------------------------


def test_a_stub_is_one_friendly_line_and_a_cell_that_ran(shell):
    text = shell.run("from scaffold import Linear\nLinear(2, 3)")
    assert text == "Not yet: Linear.reset_parameters (notebook 01, step 2) is still to be written.\n"


def test_variables_of_that_cell_are_explained_where_they_are_missed(shell):
    shell.run("from scaffold import Linear\nlayer = Linear(2, 3)\nimport math as m\ndef f(): inner = 1")
    expected = "Not yet: {} is made in a cell above, and Linear.reset_parameters is still to be written.\n"
    assert shell.run("shape = layer.weight.shape") == expected.format("layer")
    assert shell.run("shape[0]") == expected.format("shape")
    assert shell.run("m.pi") == expected.format("m")
    result, text = shell.attempt("inner")
    assert not result.success
    assert "NameError" in text


def test_a_cell_that_awaits_is_no_obstacle(shell):
    cell = "import asyncio\nfrom scaffold import Linear\nawait asyncio.sleep(0)\nLinear(1, 1)"
    for _ in range(2):
        assert shell.run(cell).startswith("Not yet: Linear.reset_parameters")


def test_once_it_is_written_the_names_are_free_again(shell):
    shell.run("from scaffold import Linear\nlayer = Linear(1, 1)")
    shell.run(RESET)
    shell.run("layer = Linear(1, 1)")
    assert shell.run("print(layer.weight.data.item())") == "2.0\n"


@pytest.mark.parametrize(
    "cell",
    [
        "undefined_name",
        "raise NotImplementedError('Linear.forward: notebook 01, step 3')",
        "raise NotImplementedError",
        "from scaffold import Module\nModule().forward(1)",
        "1 / 0",
        "def (",
    ],
)
def test_other_exceptions_are_shown_as_always(shell, cell):
    result, text = shell.attempt(cell)
    assert not result.success
    assert "Error" in text
    assert "Not yet" not in text


def test_an_error_after_a_friendly_cell_is_an_error(shell):
    shell.run("from scaffold import Linear\nlayer = Linear(1, 1)")
    result, _ = shell.attempt("1 / 0")
    assert not result.success


def test_no_half_drawn_picture_is_left(shell):
    shell.run("import matplotlib.pyplot as plt\nfrom scaffold import Linear\nplt.figure()\nLinear(1, 1)")
    assert shell.run("print(plt.get_fignums())") == "[]\n"


# --- loading ----------------------------------------------------------------------------------------------------------


def test_loading_twice_changes_nothing(shell):
    hooks = len(shell.shell.events.callbacks["pre_run_cell"])
    load_ipython_extension(shell.shell)
    assert len(shell.shell.events.callbacks["pre_run_cell"]) == hooks


def test_unloading_leaves_nothing_behind(shell, package):
    stub = "from scaffold import Linear\nLinear(1, 1)"
    shell.run(stub)
    shell.run("%unload_ext autograder")
    assert str(package.parent) not in sys.path
    assert "scaffold" not in sys.modules
    shell.shell.push({"folder": str(package.parent)})
    result, _ = shell.attempt(f"import sys\nsys.path.insert(0, folder)\n{stub}")
    assert isinstance(result.error_in_exec, NotImplementedError)
    shell.run("sys.path.remove(folder)")


def test_outside_a_course_it_says_what_to_do(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("IPython.core.history.HistoryManager.enabled", False)
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance(colors="nocolor")
    try:
        result = shell.run_cell("%load_ext autograder")
        assert not result.success
        assert f"No folder scaffold/ with a module.py was found in {tmp_path}" in "".join(capsys.readouterr())
    finally:
        InteractiveShell.clear_instance()
