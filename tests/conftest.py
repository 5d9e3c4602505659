"""One warm grader for the whole run, and packages that differ from the solved one in a few places."""

import pytest
import torch

from autograder.judge import shrink
from autograder.judge.grader import Grader
from autograder.selftest import variants


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def grader(one_thread):
    with Grader() as grader:
        yield grader


@pytest.fixture
def unshrunk(monkeypatch):
    """Failures stay as large as they were found, which saves a second for each."""
    monkeypatch.setattr(shrink, "TRIES", 0)


@pytest.fixture(scope="session")
def solved():
    """The solved package's files by name, without the given ones."""
    return variants.solved()


@pytest.fixture(scope="session")
def package():
    """package(wrong, files): a Submission, the solved package but for these differences."""
    return variants.variant


@pytest.fixture
def judged(grader, package, unshrunk):
    """judged(exercises, wrong, files): {name of the check: CheckResult} of those exercises of such a package."""

    def judge(exercises, wrong=None, files=None, seed=0):
        return {result.name: result for result in grader.check(exercises, package(wrong, files), seed)}

    return judge
