"""Packages that no rule has read, each in a worker of its own."""

import pytest

from autograder.program import Program
from autograder.sandbox.pool import Worker


@pytest.fixture
def worker(grader, tmp_path):
    """worker(text, nursery): a Worker for a package that consists of this text."""
    started = []

    def start(text, nursery=None):
        package = tmp_path / "scaffold"
        package.mkdir()
        (package / "__init__.py").write_text(text, encoding="utf-8")
        started.append(Worker(nursery or grader.nursery, tmp_path))
        return started[-1]

    yield start
    for worker in started:
        worker.stop()


@pytest.fixture
def call(worker):
    """call(text, *arguments): the Outcome of f(*arguments), f being defined by the text. Raises WorkerLost."""

    def ask(text, *arguments, seconds=20):
        program = Program()
        program.observe("result", program.function("f", *arguments))
        one = worker(text)
        one.post_program(program, seconds)
        return one.collect_outcomes(program, seconds)["result"]

    return ask
