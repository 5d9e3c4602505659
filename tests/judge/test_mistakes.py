"""Every known mistake, put into the solved package, is failed and named by the grading itself."""

import pytest

from autograder.judge.session import exercise_names
from autograder.topics import topics

MISTAKES = {mistake.name: mistake for topic in topics() for mistake in topic.mistakes}


def relatives(exercise):
    """All exercises of the class in which an exercise stands."""
    return [e for e in exercise_names() if e.partition(".")[0] == exercise.partition(".")[0]]


@pytest.mark.parametrize("name", MISTAKES)
def test_is_failed_and_named(name, judged):
    mistake = MISTAKES[name]
    results = judged(relatives(mistake.exercise), mistake.sources)
    wrong = [result for result in results.values() if result.status != "passed"]
    assert any(result.exercise == mistake.exercise and result.mistake == name for result in wrong)
    assert {result.mistake for result in wrong} <= {name, None}
