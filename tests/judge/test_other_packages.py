"""Right packages that are written quite differently from the solved one: no false alarm."""

from pathlib import Path

import pytest

PACKAGES = Path(__file__).with_name("packages")


@pytest.mark.parametrize("topic", ["linear", "activations", "losses", "sgd"])
@pytest.mark.parametrize("style", ["loops", "einsum", "single"])
def test_is_right_in_every_check(style, topic, grader, package, unshrunk):
    submission = package(files={path.name: path.read_bytes() for path in (PACKAGES / style).glob("*.py")})
    (judged,) = grader.grade(submission, only=[topic], speed=False).topics
    wrong = [f"{c.name}: {c.status}, {c.message}" for c in judged.checks if c.status != "passed" and c.kind != "speed"]
    assert wrong == []
