"""Exercises are found, and only where they are."""

import ast

import pytest

from autograder.publish.exercises import PublishError, scan, scan_text
from autograder.stubs import is_stub_text


def test_exercises_of_a_course(course):
    exercises = scan(course)
    assert list(exercises) == ["Linear.forward", "numerical_gradient"]
    forward = exercises["Linear.forward"]
    assert (forward.file, forward.function, forward.arguments) == ("linear.py", "forward", ["self", "x"])
    assert forward.head == (
        'def forward(self, x):\n    """Returns y.\n\n    For any x.\n    """\n    # Hint: multiply.\n    # Really.\n'
    )
    assert forward.body == "    y = math.pi * x\n\n    return y\n"
    assert forward.solution == forward.head + forward.body
    assert forward.stub("notebook 01") == (
        forward.head + '    raise NotImplementedError("Linear.forward: notebook 01")\n'
    )
    assert forward.stub().endswith('NotImplementedError("Linear.forward: scaffold/linear.py")\n')


def test_decorators_belong_to_the_exercise():
    text = "class A:\n  @staticmethod\n  def f():\n    ### BEGIN SOLUTION\n    pass\n    ### END SOLUTION\n"
    (exercise,) = scan_text(text, "a.py")
    assert exercise.head == "@staticmethod\ndef f():\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("def f():\n    ### BEGIN SOLUTION\n    pass\n", "a.py:2: ### BEGIN SOLUTION without"),
        ("def f():\n    pass\n    ### END SOLUTION\n", "a.py:3: ### END SOLUTION without"),
        ("### BEGIN SOLUTION\nx = 1\n### END SOLUTION\n", "a.py:1: the region is in no function"),
        (
            "def f():\n    ### BEGIN SOLUTION\n    ### BEGIN SOLUTION\n    pass\n    ### END SOLUTION\n",
            "a.py:3: ### BEGIN SOLUTION inside",
        ),
        (
            "def f():\n    ### BEGIN SOLUTION\n    x = 1\n    ### END SOLUTION\n    return x\n",
            "f must have one region, with nothing after it",
        ),
        (
            "def f():\n    ### BEGIN SOLUTION\n    x = 1\n    ### END SOLUTION\n"
            "    ### BEGIN SOLUTION\n    x = 2\n    ### END SOLUTION\n",
            "f must have one region",
        ),
    ],
)
def test_a_region_that_cannot_be_published(text, says):
    with pytest.raises(PublishError, match=r"^a\.py") as error:
        scan_text(text, "a.py")
    assert says in str(error.value)


def test_a_name_in_two_files_is_refused(course):
    (course.solutions / "other.py").write_text(
        "def numerical_gradient():\n    ### BEGIN SOLUTION\n    pass\n    ### END SOLUTION\n", encoding="utf-8"
    )
    with pytest.raises(PublishError, match=r"other.py: numerical_gradient is also an exercise of linear.py"):
        scan(course)


@pytest.mark.parametrize(
    ("source", "stub"),
    [
        ("def f(): raise NotImplementedError", True),
        ("def f():\n    '''Doc.'''\n    # Hint\n    raise NotImplementedError('f: notebook 01')", True),
        ("@property\ndef f(): ...", True),
        ("def f(): pass", True),
        ("def f(): raise ValueError", False),
        ("def f(): raise", False),
        ("def f():\n    x = 1\n    raise NotImplementedError", False),
        ("def f(): return 1", False),
        ("def f(): 1", False),
        ("def f(:", False),
        ("", False),
    ],
)
def test_what_is_still_a_stub(source, stub):
    assert is_stub_text(source) is stub


def test_the_real_exercises_make_sense():
    exercises = scan()
    assert {"Linear.forward", "numerical_gradient", "SGD.step"} <= exercises.keys()
    for exercise in exercises.values():
        assert is_stub_text(exercise.stub()), exercise.name
        assert not is_stub_text(exercise.solution), exercise.name
        assert "SOLUTION" not in exercise.solution, exercise.name
        assert ast.get_docstring(ast.parse(exercise.stub()).body[0]), f"{exercise.name} has no docstring"
