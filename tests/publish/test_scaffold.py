"""scaffold/ is solutions/ without the solutions, and is never written over somebody's work."""

import pytest

from autograder.publish import scaffold
from autograder.publish.exercises import PublishError, scan
from autograder.workspace import COURSE

STUBS = '''"""A file."""

import math

from .module import Module


class Linear(Module):
    """A layer."""

    def forward(self, x):
        """Returns y.

        For any x.
        """
        # Hint: multiply.
        # Really.
        raise NotImplementedError("Linear.forward: notebook 01")

    def given(self):
        return 1


def numerical_gradient(f, x, eps=1e-6):
    """The gradient."""
    raise NotImplementedError("numerical_gradient: notebook 00, step 2")
'''


def write(course, files):
    return [path.name for path in scaffold.write(files, course.scaffold, course)]


def test_stubs_keep_everything_but_the_solution(course):
    files = scaffold.render(course=course)
    assert files["linear.py"] == STUBS
    assert files["module.py"] == (course.solutions / "module.py").read_text(encoding="utf-8")
    assert files.keys() == {"__init__.py", "linear.py", "module.py"}


def test_an_exercise_without_a_place_names_its_file(course):
    (course.sources / "01_second.md").unlink()
    assert 'NotImplementedError("Linear.forward: scaffold/linear.py")' in scaffold.render(course=course)["linear.py"]


def test_solved_exercises_keep_their_solution(course):
    text = scaffold.render(solved={"Linear.forward"}, course=course)["linear.py"]
    assert "        # Really.\n        y = math.pi * x\n\n        return y\n\n    def given" in text
    assert "return f(x) * eps" not in text


def test_only_what_differs_is_written(course):
    files = scaffold.render(course=course)
    assert write(course, files) == ["__init__.py", "linear.py", "module.py"]
    assert write(course, files) == []
    assert (course.scaffold / "linear.py").read_text(encoding="utf-8") == STUBS


@pytest.mark.parametrize("work", ['    return "mine"\n', "    return (\n"])
def test_work_is_never_overwritten(course, work):
    write(course, scaffold.render(course=course))
    mine = course.scaffold / "linear.py"
    mine.write_text(STUBS.replace('    raise NotImplementedError("num', work + '    raise E("num'), encoding="utf-8")
    before = mine.read_bytes()
    with pytest.raises(PublishError, match=r"linear.py holds work that would be overwritten"):
        write(course, scaffold.render(course=course))
    assert mine.read_bytes() == before


def test_stubs_of_another_edition_may_be_overwritten(course):
    write(course, scaffold.render(course=course))
    (course.scaffold / "linear.py").write_text(STUBS.replace("notebook 01", "notebook 07"), encoding="utf-8")
    assert write(course, scaffold.render(course=course)) == ["linear.py"]


def test_drift_names_what_is_changed_missing_or_left_over(course):
    files = scaffold.render(course=course)
    write(course, files)
    assert scaffold.drift(files, course.scaffold) == []
    (course.scaffold / "linear.py").write_text(STUBS.replace("Really", "Truly"), encoding="utf-8")
    (course.scaffold / "module.py").unlink()
    (course.scaffold / "old.py").touch()
    assert [p.name for p in scaffold.drift(files, course.scaffold)] == ["linear.py", "module.py", "old.py"]


def test_the_course_gives_no_answer_away():
    for path in COURSE.scaffold.glob("*.py"):
        text = _without_indentation(path.read_text(encoding="utf-8"))
        assert "SOLUTION" not in text
        assert not [exercise.name for exercise in scan().values() if _without_indentation(exercise.body) in text]


def _without_indentation(text):
    return "".join(f"{line.strip()}\n" for line in text.splitlines())
