"""What a worker makes of code that hangs, dies, raises, shouts or returns nonsense."""

import textwrap
import time

import pytest
import torch

from autograder.program import Program
from autograder.sandbox.nursery import Nursery
from autograder.sandbox.pool import Worker, WorkerLost
from autograder.sandbox.wire import Other

ENDINGS = {
    "a loop without end": ("while True: pass", "no answer within"),
    "sleep": ("import time; time.sleep(3600)", "no answer within"),
    "sleep that outlasts interrupts": (
        "import signal, time\n[signal.signal(s, signal.SIG_IGN) for s in (1, 2, 3, 15)]\ntime.sleep(3600)",
        "no answer within",
    ),
    "_exit": ("import os; os._exit(0)", "ended"),
    "a signal": ("import os; os.kill(os.getpid(), 9)", "ended"),
    "a stack that overflows": (
        "import sys\nsys.setrecursionlimit(10**9)\nclass A:\n    def __repr__(self): return repr(self)\nrepr(A())",
        "ended",
    ),
    "nonsense on every descriptor": (
        "import os, socket\nfor fd in range(3, 64):\n    try: os.write(fd, b'\\xff' * 64)\n    except OSError: pass",
        "malformed",
    ),
}


@pytest.mark.parametrize("how", ENDINGS)
def test_the_worker_is_lost_and_can_be_replaced(how, call, worker):
    body, reason = ENDINGS[how]
    with pytest.raises(WorkerLost, match=reason):
        call("def f():\n" + textwrap.indent(body, "    "), seconds=1.5)


def test_a_lost_worker_starts_again_at_the_next_question(worker):
    one = worker("import os\ndef f(n):\n    return os._exit(1) if n == 0 else n")
    for n, ends in ((0, True), (7, False), (0, True)):
        program = Program()
        program.observe("n", program.function("f", n))
        one.post_program(program, 20)
        if ends:
            with pytest.raises(WorkerLost):
                one.collect_outcomes(program, 20)
        else:
            assert one.collect_outcomes(program, 20)["n"].value == 7


EXCEPTIONS = {
    "import sys; sys.exit(3)": ("SystemExit", "3"),
    "raise SystemExit": ("SystemExit", ""),
    "raise KeyboardInterrupt": ("KeyboardInterrupt", ""),
    "raise GeneratorExit": ("GeneratorExit", ""),
    "return f()": ("RecursionError", "maximum recursion depth exceeded"),
    "return torch.ones(10**12)": ("RuntimeError", "memory"),
    "import mmap\nx = []\nwhile True: x.append(mmap.mmap(-1, 2**28))": ("OSError", "Cannot allocate memory"),
    "raise ValueError('a' * 10**6)": ("ValueError", "aaa"),
    "raise ValueError('\\ud800')": ("ValueError", "?"),
    "raise type('E', (Exception,), {'__str__': lambda self: 1 / 0})": ("E", "cannot be shown"),
    "return input()": ("EOFError", ""),
    "return nothing": ("NameError", "nothing"),
    "return torch.relu(torch.ones(2))": ("RuleViolation", "relu"),
    "return torch.ones(2).sigmoid()": ("RuleViolation", "sigmoid"),
    "return torch.softmax(torch.ones(2), 0)": ("RuleViolation", "softmax"),
    "return getattr(torch, 're' + 'lu')(torch.ones(2))": ("RuleViolation", "relu"),
    "return torch.conv2d(torch.ones(1, 1, 3, 3), torch.ones(1, 1, 2, 2))": ("RuleViolation", "conv"),
    "return torch._C._nn.gelu(torch.ones(2))": ("RuleViolation", "gelu"),
    "import importlib\nreturn importlib.import_module('torch.nn.functional').mse_loss(torch.ones(2), torch.ones(2))": (
        "RuleViolation",
        "mse_loss",
    ),
    "return torch.ops.aten.tanh_backward(torch.ones(2), torch.ones(2))": ("RuleViolation", "tanh_backward"),
    "with torch.enable_grad():\n    return torch.ones(2, requires_grad=True) * 2": ("RuleViolation", "autograd"),
}


@pytest.mark.parametrize("body", EXCEPTIONS)
def test_whatever_is_raised_is_a_result(body, call):
    raised = call("import torch\n\ndef f():\n" + textwrap.indent(body, "    ")).raised
    type, message = EXCEPTIONS[body]
    assert (raised.type, message in raised.message) == (type, True)
    assert len(raised.message) <= 2000
    assert raised.location.startswith("__init__.py:")


RETURNED = {
    "None": None,
    "True": True,
    "2.5": 2.5,
    "'text'": "text",
    "'\\ud800'": "?",
    "'long' * 10**6": "long" * 500,
    "(1, 2.0)": [1, 2.0],
    "10**400": Other("int beyond 64 bits"),
    "[10**400]": [Other("int beyond 64 bits")],
    "{}": Other("dict"),
    "b'bytes'": Other("bytes"),
    "torch": Other("module"),
    "f": Other("function"),
    "[torch.ones(1)]": Other("list"),
    "[0] * 10**6": Other("list"),
    "torch.ones(1).expand(5000, 5000)": Other("Tensor with dtype float32 and shape (5000, 5000)"),
    "torch.ones(2, dtype=torch.complex128)": Other("Tensor with dtype complex128"),
    "torch.ones(2, device='meta')": Other("Tensor with dtype float32"),
    "torch.eye(2).to_sparse()": Other("Tensor with dtype float32"),
    "torch.ones(1).as_subclass(type('Mine', (torch.Tensor,), {}))": Other("Mine with dtype float32"),
    "type('Text', (str,), {})('a')": Other("Text"),
}


@pytest.mark.parametrize("expression", RETURNED)
def test_whatever_is_returned_is_described(expression, call):
    assert call(f"import torch\n\ndef f():\n    return {expression}").value == RETURNED[expression]


@pytest.mark.parametrize(
    "expression",
    [
        "torch.tensor(3.0)",
        "torch.zeros(0, 3)",
        "torch.arange(3)",
        "torch.ones(2, 3).T",
        "torch.ones(2).bool()",
        "torch.nn.Parameter(torch.ones(2))",
        "torch.ones(1).expand(4)",
        "torch.full((2,), torch.inf)",
    ],
)
def test_tensors_arrive_as_they_are(expression, call):
    arrived, sent = call(f"import torch\n\ndef f():\n    return {expression}").value, eval(expression)
    assert arrived.dtype == sent.dtype and torch.equal(arrived, sent.detach())


def test_memory_that_nobody_filled_shows(call):
    text = "import torch\n\ndef f():\n    torch.full((1000,), 3.0)\n    return torch.empty(1000)"
    assert call(text).value.isnan().all()


def test_what_is_printed_goes_nowhere(call, capfd):
    text = "import sys\n\ndef f():\n    print('x' * 10**7)\n    print('y' * 10**7, file=sys.stderr)\n    return 1"
    assert call(text).value == 1
    assert capfd.readouterr() == ("", "")


def test_the_course_is_out_of_reach(call):
    text = """
        import os, sys

        def f():
            found = []
            for name in ("solutions", "autograder", "labkit", "scaffold.secret"):
                try:
                    __import__(name)
                    found.append(name)
                except ImportError:
                    pass
            return [*found, *os.environ, *sys.argv]
    """
    assert call(textwrap.dedent(text)).value == ["scaffold"]


def test_a_later_step_cannot_change_what_was_observed(worker):
    text = "import torch\n\nkept = torch.zeros(2)\n\ndef f():\n    return kept\n\ndef g():\n    kept.fill_(5)"
    program = Program()
    program.observe("first", program.function("f"))
    program.function("g")
    program.observe("then", program.function("f"))
    one = worker(text)
    one.post_program(program, 20)
    got = one.collect_outcomes(program, 20)
    assert (got["first"].value.tolist(), got["then"].value.tolist()) == ([0, 0], [5, 5])


def test_without_fork_the_same_comes_out(worker):
    nursery = Nursery(fork=False)
    one = worker("def f(n):\n    while n == 0: pass\n    return 2 * n", nursery)
    program = Program()
    program.observe("two", program.function("f", 1))
    one.post_program(program, 60)
    assert one.collect_outcomes(program, 60)["two"].value == 2
    hanging = Program()
    hanging.function("f", 0)
    one.post_program(hanging, 60)
    with pytest.raises(WorkerLost, match="no answer"):
        one.collect_outcomes(hanging, 0.5)
    assert one.levels == [] or "rlimits" in one.levels


def test_a_nursery_that_is_closed_takes_its_workers_along(tmp_path):
    (tmp_path / "scaffold").mkdir()
    (tmp_path / "scaffold" / "__init__.py").write_text("")
    nursery = Nursery()
    worker = Worker(nursery, tmp_path)
    worker.start()
    nursery.close()
    for _ in range(200):
        if not _alive(worker.pid):
            return
        time.sleep(0.05)
    pytest.fail("the worker is still there")


def _alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
