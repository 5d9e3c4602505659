"""The one runner of all attacks: a hostile submission is judged beside an honest topic, then the machine is looked at.

Whatever an attack tries, these hold: the grading ends, its process lives, `MSELoss` of the same submission keeps its
points, no process of the submission is left, and nothing was written. What the attacked exercise says stands in the
tables of the attacks.
"""

import os
import re
import signal
import textwrap
import threading
import time
import uuid
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.judge import running, topic
from autograder.judge.grader import Grader
from autograder.judge.package import Packages
from autograder.judge.submission import SOLVED, Submission, parse

MARK = "NN_BY_HAND_ATTACKED"
NEIGHBOUR = "MSELoss.forward"


@pytest.fixture(scope="package")
def attacked(one_thread):
    """A Grader whose processes, and all that they may start, can be told from any others by their environment."""
    os.environ[MARK] = uuid.uuid4().hex
    with Grader() as grader:
        yield grader
    del os.environ[MARK]


def processes():
    """{pid} of the living processes that descend from the attacked grader's nursery."""
    wanted, found = f"{MARK}={os.environ[MARK]}".encode(), set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
            if wanted in (folder / "environ").read_bytes().split(b"\0") and state != "Z":
                found.add(int(folder.name))
        except OSError:
            continue
    return found - {os.getpid()}


def files(*folders):
    """{path: contents} of all files below some folders."""
    paths = [p for folder in folders for p in Path(folder).rglob("*") if "__pycache__" not in p.parts]
    return {p: p.read_bytes() if p.is_file() else None for p in paths}


@pytest.fixture
def secret(tmp_path):
    """A file of the grader's user that no submission may read or change."""
    path = tmp_path / "home" / "secret.txt"
    path.parent.mkdir()
    path.write_text("the grader's secret")
    return path


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(running, "CALL_SECONDS", 0.8)
    monkeypatch.setattr(topic, "CALL_SECONDS", 1.5)
    monkeypatch.setattr(running, "LOSSES_ALLOWED", 1)


@pytest.fixture
def contained(attacked, unshrunk, impatient, secret):
    """contained(submission, exercise): {name: CheckResult} of a hostile submission, after all of the above was seen."""

    def judge(submission, exercise="ReLU.forward"):
        rival = vars(attacked).get("rival")
        threads, started, before = threading.active_count(), time.monotonic(), files(secret.parent, SOLVED)
        handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
        results = {r.name: r for r in attacked.check([exercise, NEIGHBOUR], submission)}
        assert time.monotonic() - started < 30
        assert {r.status for r in results.values() if r.exercise == NEIGHBOUR} == {"passed"}
        assert "broken" not in {r.status for r in results.values()}
        assert not any("ATTACK" in r.message or "the grader's secret" in r.message for r in results.values())
        assert files(secret.parent, SOLVED) == before and threading.active_count() == threads
        assert handlers == [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
        assert attacked.nursery.process.poll() is None
        assert processes() <= {attacked.nursery.process.pid, rival and rival.pid}
        return results

    return judge


@pytest.fixture
def costs(contained, package, solved):
    """costs(says, body, text, files): a submission whose ReLU.forward is hostile gets no point for it, and is told why.

    body: of ReLU.forward. text: stands below activations.py. files: others, by name.
    """

    def judge(says, body=None, text="", files=None):
        wrong = {} if body is None else {"ReLU.forward": f"def forward(self, x):\n{textwrap.indent(body, '    ')}\n"}
        activations = (files or {}).get("activations.py") or solved["activations.py"].text + "\n" + text
        results = contained(package(wrong, {**(files or {}), "activations.py": activations}))
        output = results["ReLU.forward: output"]
        assert output.status in ("failed", "error") and output.points == 0
        assert re.search(says, output.message), output.message

    return judge


@pytest.fixture
def past_the_rules(contained, package, solved, monkeypatch, secret):
    """The same of code that no rule has read and that sees all of Python: what only the process's walls can stop.

    body: of a function attack(x) in module.py, which ReLU.forward calls. There, `secret` is the path of a file, `pid`
    the grader's process, and what it returns is what forward returns.
    """
    monkeypatch.setattr(Packages, "_belongs", lambda *_: True)

    def judge(says, body):
        given = (SOLVED / "module.py").read_text() + f"\nsecret, pid = {str(secret)!r}, {os.getpid()}\n"
        hostile = given + f"\ndef attack(x):\n{textwrap.indent(body, '    ')}\n"
        activations = "from .module import attack\n" + solved["activations.py"].text
        forward = "def forward(self, x):\n    self.y = attack(x)\n    return self.y\n"
        submission = package({"ReLU.forward": forward}, {"activations.py": activations})
        module = replace(parse("module.py", hostile.encode()), problem=None, violations=())
        results = contained(Submission({**submission.sources, "module.py": module}))
        output = results["ReLU.forward: output"]
        assert output.status in ("failed", "error") and output.points == 0
        assert re.search(says, output.message), output.message

    return judge
