"""The kernel's package is always the one on disk, and objects made before follow."""

import importlib
import os
import py_compile
import sys

import pytest

from autograder.notebook.refresh import Refresher

LAYER = '''
import math
from .module import Module
from .tools import double


class Layer(Module):
    """A layer."""

    rate = 1

    def __init__(self, n):
        self.n = n

    def forward(self, x):
        raise NotImplementedError("Layer.forward: notebook 01")

    def old(self):
        return "old"

    def extra_repr(self):
        return "extra"


class Child(Layer):
    pass


def area(r):
    raise NotImplementedError("area: notebook 01")
'''
FILES = {
    "__init__.py": "from .layer import Child, Layer, area\n",
    "module.py": "class Module:\n    def extra_repr(self):\n        return 'base'\n",
    "tools.py": "def double(x):\n    return 2 * x\n",
    "layer.py": LAYER,
}
STUB = 'raise NotImplementedError("Layer.forward: notebook 01")'


@pytest.fixture
def package(tmp_path):
    folder = tmp_path / "scaffold"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def user():
    """The user's variables."""
    return {}


@pytest.fixture
def refresher(package, user):
    refresher = Refresher(package, namespaces=lambda: [user])
    refresher.install()
    yield refresher
    refresher.uninstall()


@pytest.fixture
def scaffold(refresher):
    return importlib.import_module("scaffold")


def change(package, *replacements, file="layer.py"):
    """Save a file with replacements, at the very time and so, if it likes, the very size it had before."""
    path = package / file
    before, text = path.stat(), path.read_text(encoding="utf-8")
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_existing_objects_and_imported_names_follow(package, refresher, scaffold):
    layer, imported = scaffold.Layer(3), scaffold.Layer
    change(package, (STUB, "return math.sqrt(x) + self.n"))
    assert refresher.refresh() == []
    assert layer.forward(4) == imported(3).forward(4) == scaffold.Child(3).forward(4) == 5
    assert scaffold.Layer is imported
    assert isinstance(layer, scaffold.Layer)
    assert isinstance(scaffold.Child(1), imported)


def test_a_change_within_one_tick_of_the_same_size_is_seen(package, refresher, scaffold):
    change(package, (STUB, "return 1"))
    refresher.refresh()
    change(package, ("return 1", "return 2"))
    refresher.refresh()
    assert scaffold.Layer(0).forward(0) == 2


def test_nothing_is_executed_again_without_a_change(package, refresher, scaffold):
    change(package, ("import math", "import math, os\nos.environ['RUNS'] = os.environ.get('RUNS', '') + 'x'"))
    try:
        for _ in range(3):
            refresher.refresh()
        assert os.environ["RUNS"] == "x"
    finally:
        del os.environ["RUNS"]


def test_super_works_for_objects_of_any_age(package, refresher, scaffold):
    before = scaffold.Layer(0), scaffold.Child(0)
    change(package, ('return "extra"', "return super().extra_repr() + __class__.__name__"))
    refresher.refresh()
    for layer in (*before, scaffold.Layer(0), scaffold.Child(0)):
        assert layer.extra_repr() == "baseLayer"
    change(package, ("return super().extra_repr() + __class__.__name__", "return 'plain'"))
    refresher.refresh()
    assert before[0].extra_repr() == "plain"


@pytest.mark.parametrize(
    ("new", "call"),
    [
        ("@staticmethod\n    def forward(x):\n        return x", lambda layer: layer.forward(4)),
        ("@classmethod\n    def forward(cls, x):\n        return x * super().ONE", lambda layer: layer.forward(4)),
        ("@property\n    def forward(self):\n        return 4", lambda layer: layer.forward),
        ("def forward(self, x=4):\n        return x", lambda layer: layer.forward()),
        ("def forward(self, *, x=4):\n        return x", lambda layer: layer.forward()),
        (
            "def forward(self, x):\n        return (lambda: x * super().ONE)() if False else double(2)",
            lambda layer: layer.forward(1),
        ),
    ],
)
def test_a_method_may_become_anything(package, refresher, scaffold, new, call):
    layer = scaffold.Layer(0)
    change(package, ("class Module:", "class Module:\n    ONE = 1"), file="module.py")
    change(package, (f"def forward(self, x):\n        {STUB}", new))
    assert refresher.refresh() == []
    assert call(layer) == call(scaffold.Layer(0)) == 4


def test_what_goes_from_a_class_is_gone_and_what_comes_is_there(package, refresher, scaffold):
    layer = scaffold.Layer(0)
    change(package, ("def old(self)", "def new(self)"), ("rate = 1", "rate = 2"), ("A layer.", "Another."))
    refresher.refresh()
    assert not hasattr(layer, "old")
    assert (layer.new(), layer.rate, scaffold.Layer.__doc__) == ("old", 2, "Another.")


def test_functions_follow_wherever_they_are_known(package, refresher, scaffold, user):
    user["area"], elsewhere = scaffold.area, [scaffold.area]
    change(
        package,
        ('def area(r):\n    raise NotImplementedError("area: notebook 01")', "def area(r=2):\n    return 3 * r"),
    )
    refresher.refresh()
    assert user["area"]() == elsewhere[0](2) == scaffold.area(2) == 6


def test_a_function_of_another_file_follows_too(package, refresher, scaffold):
    change(package, (STUB, "return double(x)"))
    change(package, ("2 * x", "3 * x"), file="tools.py")
    refresher.refresh()
    assert scaffold.Layer(0).forward(1) == 3


def test_a_function_that_becomes_something_else_is_exchanged_where_it_has_a_name(package, refresher, scaffold, user):
    user["twice"] = sys.modules["scaffold.tools"].double
    change(
        package, ("def double", "import functools\n\n@functools.cache\ndef double"), ("2 * x", "5 * x"), file="tools.py"
    )
    change(package, (STUB, "return double(x)"))
    refresher.refresh()
    assert user["twice"](1) == scaffold.Layer(0).forward(1) == 5


def test_a_class_with_other_bases_is_exchanged(package, refresher, scaffold, user):
    user["Layer"] = scaffold.Layer
    change(package, ("class Layer(Module)", "class Layer(dict)"))
    refresher.refresh()
    assert issubclass(user["Layer"], dict)


@pytest.mark.parametrize(
    ("damage", "says"),
    [("def broken(:", "scaffold/layer.py has an error, so its last good version stays in use: line "),
     ("import nonsense", "ModuleNotFoundError: No module named 'nonsense'"),
     ("1 / 0", "ZeroDivisionError: division by zero")],
)  # fmt: skip
def test_a_file_with_an_error_keeps_its_last_good_version(package, refresher, scaffold, damage, says):
    layer = scaffold.Layer(0)
    change(package, (STUB, "return 1"))
    refresher.refresh()
    change(package, ("return 1", "return 2"), ("rate = 1", "rate = 2"), ("class Child", f"{damage}\n\n\nclass Child"))
    for _ in range(2):
        (problem,) = refresher.refresh()
        assert says in problem
        assert (layer.forward(0), scaffold.Layer(0).rate, scaffold.area.__name__) == (1, 1, "area")
    change(package, (damage, ""))
    assert refresher.refresh() == []
    assert layer.forward(0) == 2


def test_a_file_that_went_away_is_no_error(package, refresher, scaffold):
    (package / "tools.py").unlink()
    assert refresher.refresh() == []


def test_lines_in_a_traceback_are_those_of_the_file(package, refresher, scaffold):
    change(package, ("import math", "import math\n\n# one more line"), (STUB, "return 1 / 0"))
    refresher.refresh()
    text = (package / "layer.py").read_text(encoding="utf-8")
    with pytest.raises(ZeroDivisionError) as error:
        scaffold.Layer(0).forward(1)
    assert text.splitlines()[error.traceback[-1].lineno].strip() == "return 1 / 0"


def test_submodules_stay_attributes_of_the_package(package, refresher, scaffold):
    change(package, ("from .layer", "from . import tools\nfrom .layer"), file="__init__.py")
    refresher.refresh()
    assert scaffold.layer.Layer is scaffold.Layer
    assert scaffold.tools.double(1) == 2


def test_an_import_never_trusts_compiled_files(package, refresher):
    py_compile.compile(str(package / "tools.py"))
    change(package, ("2 * x", "7 * x"), file="tools.py")
    assert importlib.import_module("scaffold.tools").double(1) == 7


def test_another_package_of_that_name_is_forgotten(package, tmp_path, refresher, scaffold):
    other = tmp_path / "other" / "scaffold"
    other.mkdir(parents=True)
    for name, text in FILES.items():
        (other / name).write_text(text.replace("2 * x", "9 * x"), encoding="utf-8")
    second = Refresher(other)
    second.install()
    try:
        assert importlib.import_module("scaffold.tools").double(1) == 9
        assert sys.path[0] == str(other.parent)
    finally:
        second.uninstall()
