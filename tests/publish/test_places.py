"""Where an exercise is taught is read from the notebooks."""

import nbformat
import pytest

from autograder.publish.exercises import PublishError, scan
from autograder.publish.places import Place, implements, read_places, sources
from autograder.topics import topics


def test_places_of_a_course(course):
    places = read_places(course)
    assert places == {"numerical_gradient": Place("00", 2), "Linear.forward": Place("01", None)}
    assert [str(place) for place in places.values()] == ["notebook 00, step 2", "notebook 01"]


def test_a_step_lasts_until_the_next(course):
    (course.sources / "02_third.md").write_text(
        "## Step 1: A\n\n```python\n1\n```\n\n### Inside\n\n## Step 2\n\n```python\n2\n```\n\n"
        "## No Step 3\n\nSome text.\n\n```python\n%%implement f\n```\n",
        encoding="utf-8",
    )
    assert read_places(course)["f"] == Place("02", 2)


def test_two_cells_for_one_exercise_are_refused(course):
    (course.sources / "02_third.md").write_text("```python\n%%implement Linear.forward\n```\n", encoding="utf-8")
    with pytest.raises(PublishError, match=r"02_third.md: Linear.forward is already in notebook 01"):
        read_places(course)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("%%implement Linear.forward", "Linear.forward"),
        ("%%implement --force Linear.forward\ndef forward(self): pass", "Linear.forward"),
        ("%%implement Linear.forward --force", "Linear.forward"),
        ("%%implement", None),
        ("%%implementation Linear.forward", None),
        ("x = 1\n%%implement Linear.forward", None),
    ],
)
def test_what_a_cell_is_for(source, name):
    assert implements(nbformat.v4.new_code_cell(source)) == name
    assert implements(nbformat.v4.new_markdown_cell(source)) is None


def test_every_exercise_of_a_topic_is_taught_in_its_notebook():
    places, written = read_places(), {source.stem for source in sources()}
    for topic in topics():
        if topic.notebook in written:
            exercises = {exercise.name for exercise in scan().values() if exercise.file in topic.files}
            assert exercises <= places.keys(), topic.name
            assert {places[name].notebook for name in exercises} == {topic.notebook[:2]}, topic.name
    assert places.keys() <= scan().keys()
