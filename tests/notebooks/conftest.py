"""Every notebook of the course is run in three ways: solved, from stubs, unsolved."""

from autograder.publish.places import sources, target_of


def pytest_generate_tests(metafunc):
    """A test with the argument `notebook` runs for every notebook of the course."""
    if "notebook" in metafunc.fixturenames:
        metafunc.parametrize("notebook", [target_of(source) for source in sources()], ids=lambda path: path.stem)
