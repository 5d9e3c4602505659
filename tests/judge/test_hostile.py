"""Submissions that hang, break, cheat or are not even Python: each costs what it touches, and nothing else."""

import textwrap

import pytest

from autograder.judge import running, topic


@pytest.fixture
def impatient(monkeypatch):
    for module in (running, topic):
        monkeypatch.setattr(module, "CALL_SECONDS", 1.5)


def forward(body):
    return {"ReLU.forward": f"def forward(self, x):\n{textwrap.indent(body, '    ')}\n"}


def statuses(results, exercise):
    return {r.status for r in results.values() if r.exercise == exercise}


# --- one method that is wrong in an ugly way ---------------------------------------------------------------

BODIES = {
    "return None": ("failed", "expected a tensor, got None"),
    "pass": ("unimplemented", ""),
    "return 3": ("failed", "expected a tensor, got 3"),
    "return [x]": ("failed", "expected a tensor, got a value of type list"),
    "return x[0]": ("failed", "expected shape"),
    "return x.to(torch.complex64)": ("failed", "expected a tensor, got a value of type Tensor with dtype complex64"),
    "return x * float('nan')": ("failed", "got nan"),
    "return x > 0": ("failed", ""),
    "return torch.zeros(10**12)": ("error", "raised RuntimeError"),
    "return self.forward(x)": ("error", "raised RecursionError"),
    "raise SystemExit": ("error", "raised SystemExit"),
    "raise KeyboardInterrupt": ("error", "raised KeyboardInterrupt"),
    "raise ValueError('\\ud800 ' + 'a' * 10**6)": ("error", "raised ValueError: ? aaa"),
    "return undefined": ("error", "raised NameError: name 'undefined' is not defined"),
    "raise NotImplementedError": ("unimplemented", ""),
    "return x.relu()": ("failed", "breaks the rules: torch's own relu"),
    "return torch.relu(x)": ("failed", "breaks the rules: activations.py:"),
    "return torch.nn.functional.relu(x)": ("failed", "breaks the rules: activations.py:"),
    "f = getattr(self, 'missing', None)\nreturn (f or x).relu_()": ("failed", "breaks the rules: torch's own relu_"),
}


@pytest.mark.parametrize("body", BODIES)
def test_an_ugly_method_costs_its_class_alone(body, judged):
    results = judged(["ReLU.forward", "Tanh.forward"], forward(body))
    status, message = BODIES[body]
    output = results["ReLU.forward: output"]
    assert output.status == status and message in output.message
    assert output.location.startswith("scaffold/activations.py:")
    assert "broken" not in statuses(results, "ReLU.forward")
    assert statuses(results, "Tanh.forward") == {"passed"}


def test_noise_does_no_harm(judged):
    results = judged(["ReLU.forward"], forward("print('x' * 10**6)\nself.y = x.clamp(min=0)\nreturn self.y"))
    assert statuses(results, "ReLU.forward") == {"passed"}


def test_another_dtype_fails_where_the_dtype_is_asked_for(judged):
    results = judged(["ReLU.forward"], forward("self.y = x.clamp(min=0)\nreturn self.y.double()"))
    assert [r.name for r in results.values() if r.status == "failed"] == ["ReLU.forward: keeps float32"]
    assert results["ReLU.forward: keeps float32"].message == "the input is float32, but the result is float64"


def test_a_backward_without_end_costs_itself_alone(judged, impatient):
    endless = {"ReLU.backward": "def backward(self, grad_y):\n    while True: pass\n"}
    results = judged(["ReLU.forward", "ReLU.backward", "LeakyReLU.backward"], endless)
    gradient = results["ReLU.backward: grad_input"]
    assert gradient.status == "failed" and "no answer within 1.5 s" in gradient.message
    assert gradient.location.startswith("scaffold/activations.py:")
    assert gradient.counterexample.config["calls"][-1] == "relu.backward(grad_y)"
    assert results["ReLU.forward: output"].status == results["ReLU.forward: any memory layout"].status == "passed"
    assert statuses(results, "ReLU.backward") == {"failed"}
    assert statuses(results, "LeakyReLU.backward") == {"passed"}


def test_a_function_without_end(judged, impatient):
    results = judged(
        ["uniform_", "normal_"], {"uniform_": "def uniform_(tensor, a=0.0, b=1.0):\n    while True: pass\n"}
    )
    assert statuses(results, "uniform_") == {"failed"} and statuses(results, "normal_") == {"passed"}


def test_a_refusal_counts_only_where_it_is_due(judged):
    """A backward that always raises has not refused anything, and a constructor that raises has not either."""
    raising = {"ReLU.backward": "def backward(self, grad_y):\n    raise ValueError('no')\n"}
    results = judged(["ReLU.backward"], raising)
    assert results["ReLU.backward: can be repeated, or says no"].status == "error"
    assert results["ReLU.backward: before forward raises an error"].status == "passed"


# --- one file that is broken -------------------------------------------------------------------------------


def spoilt(how, text):
    """activations.py, spoilt in some way."""
    return {
        "a syntax error": text + "\ndef broken(:\n",
        "bytes that are no text": b"\xff\xfe" + text.encode(),
        "a null byte": text + "\0",
        "nesting without end": text + "\nx = " + "(" * 10**5,
        "nothing": "",
        "a comment": "# to do\n",
        "not there": None,
        "a loop without end": text + "\nwhile True: pass\n",
        "SystemExit": text + "\nraise SystemExit(0)\n",
        "KeyboardInterrupt": text + "\nraise KeyboardInterrupt\n",
        "an unknown name": text + "\nprint(unknown)\n",
        "a forbidden import": "import os\n" + text,
        "a forbidden operation": text + "\nONE = torch.ones(1).sigmoid()\n",
        "an import of a broken file": "from .broken import help\n" + text,
        "an import of nothing": "from .nowhere import help\n" + text,
        "imports in a circle": "from .containers import Sequential\n" + text,
    }[how]


BROKEN = {
    "a syntax error": ("error", "activations.py does not parse: invalid syntax (line 1"),
    "bytes that are no text": ("error", "activations.py is not UTF-8 text (byte 0); save it as UTF-8"),
    "a null byte": ("error", "activations.py does not parse: source code string cannot contain null bytes"),
    "nesting without end": ("error", "activations.py does not parse: too many nested parentheses"),
    "nothing": ("unimplemented", "activations.py does not define ReLU"),
    "a comment": ("unimplemented", "activations.py does not define ReLU"),
    "not there": ("unimplemented", "activations.py was not handed in"),
    "a loop without end": ("failed", "activations.py cannot be imported: no answer within 1.5 s"),
    "SystemExit": ("error", "activations.py cannot be imported: SystemExit: 0"),
    "KeyboardInterrupt": ("error", "activations.py cannot be imported: KeyboardInterrupt"),
    "an unknown name": ("error", "activations.py cannot be imported: NameError: name 'unknown' is not defined"),
    "a forbidden import": ("failed", "not run, since it breaks the rules: activations.py:1: import of os"),
    "a forbidden operation": ("failed", "breaks the rules: torch's own sigmoid is the answer itself"),
    "an import of a broken file": ("error", "activations.py cannot be imported: ZeroDivisionError: division by zero"),
    "an import of nothing": ("error", "activations.py cannot be imported: ModuleNotFoundError: No module named"),
    "imports in a circle": ("error", "activations.py cannot be imported: ImportError: cannot import name 'ReLU' from"),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_file_costs_its_own_exercises(how, judged, solved, impatient):
    files = {"activations.py": spoilt(how, solved["activations.py"].text), "broken.py": "1 / 0\n"}
    if how == "imports in a circle":
        files["containers.py"] = "from .activations import ReLU\n" + solved["containers.py"].text
    results = judged(["ReLU.forward", "ReLU.backward", "Flatten.forward", "MSELoss.forward"], files=files)
    status, message = BROKEN[how]
    assert statuses(results, "ReLU.forward") == statuses(results, "ReLU.backward") == {status}
    assert results["ReLU.forward: output"].message.startswith(message)
    assert statuses(results, "MSELoss.forward") == {"passed"}
    assert statuses(results, "Flatten.forward") == ({"error"} if how == "imports in a circle" else {"passed"})


@pytest.mark.parametrize(
    "written",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("    ", "\t"),
        lambda text: "# -*- coding: utf-8 -*-\n" + text.replace("torch.where", "torch . where"),
        lambda text: text.replace("from .module import", "from scaffold.module import"),
        lambda text: "from .helpers import *\n" + text.replace("x.clamp(min=0)", "positive_part(x)"),
        lambda text: "from .linear import positive_part\n" + text.replace("x.clamp(min=0)", "positive_part(x)"),
    ],
    ids=["BOM", "CRLF", "tabs", "coding", "absolute import", "helper file", "helper in another topic's file"],
)
def test_unusual_files_are_read_as_they_are_meant(written, judged, solved):
    help = "\n\ndef positive_part(x):\n    return x.clamp(min=0)\n"
    files = {
        "activations.py": written(solved["activations.py"].text),
        "helpers.py": help,
        "linear.py": solved["linear.py"].text + help,
    }
    results = judged(["ReLU.forward", "ReLU.backward", "Softmax.forward"], files=files)
    assert {r.status for r in results.values()} == {"passed"}


def test_a_topic_is_judged_alone(judged):
    """What other topics are built on may be as wrong as it likes."""
    wrong = {
        "Linear.forward": "def forward(self, x):\n    return x * 0\n",
        "LogSoftmax.forward": "def forward(self, x):\n    return x * 0\n",
        "ReLU.backward": "def backward(self, grad_y):\n    raise ValueError\n",
    }
    results = judged(["Sequential.forward", "Sequential.backward", "CrossEntropyLoss.forward", "SGD.step"], wrong)
    assert {r.status for r in results.values()} == {"passed"}
    assert len(results) > 20


def test_what_is_missing_elsewhere_is_said(judged):
    stub = 'raise NotImplementedError("fan_in_and_fan_out: notebook 01, step 4")'
    wrong = {"fan_in_and_fan_out": f"def fan_in_and_fan_out(tensor):\n    {stub}\n"}
    results = judged(["fan_in_and_fan_out", "xavier_normal_"], wrong)
    assert statuses(results, "fan_in_and_fan_out") == {"unimplemented"}
    assert statuses(results, "xavier_normal_") == {"skipped"}
    skipped = next(r for r in results.values() if r.exercise == "xavier_normal_")
    assert skipped.message == "needs fan_in_and_fan_out, which is not implemented"


def test_rules_have_a_line_of_their_own(judged):
    results = judged(["ReLU.forward"], forward("return torch.relu(x)"))
    rules = results["activations.py: keeps to the rules"]
    assert (rules.kind, rules.status) == ("rules", "failed")
    assert "torch.relu is the answer itself" in rules.message


def test_a_failure_of_the_graders_own_is_told_as_such(judged, monkeypatch):
    monkeypatch.setattr("autograder.judge.compare.outcomes", lambda *_: 1 / 0)
    results = judged(["ReLU.forward"])
    assert statuses(results, "ReLU.forward") == {"broken"}
    assert "ZeroDivisionError" in results["ReLU.forward: output"].message
