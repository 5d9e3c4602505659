"""Handing in the files that come from the course, or what stands before them when Python looks for a module."""

import pytest

from autograder.judge.submission import read

EVIL = "import os\nraise SystemExit('ATTACK')\n"
HANDED_IN = {
    "module.py": EVIL,
    "__init__.py": EVIL,
    "__main__.py": EVIL,
    "torch.py": EVIL,
    "math.py": "pi = 3\n",
    "sitecustomize.py": EVIL,
    "conftest.py": EVIL,
    "activations.pyc": "\0",
    "activations.so": "\0",
    "__pycache__/activations.cpython-311.pyc": "\0",
    "torch/__init__.py": EVIL,
    "activations.pth": "import os",
}


@pytest.mark.parametrize("name", HANDED_IN)
def test_what_comes_from_the_course_cannot_be_handed_in(name, contained, solved, tmp_path):
    root = tmp_path / "scaffold"
    root.mkdir()
    for file, source in solved.items():
        (root / file).write_bytes(source.data)
    path = root / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(HANDED_IN[name])
    results = contained(read(tmp_path))
    assert {r.status for r in results.values() if r.exercise == "ReLU.forward"} == {"passed"}


REPLACED = {
    "Parameter": "from .module import Parameter\nParameter.zero_grad = None\nParameter.__init__ = None",
    "Module": "from .module import Module\nModule.__call__ = lambda *_: None",
    "another topic's class": "from .losses import MSELoss\nMSELoss.forward = lambda self, x: 1 / 0",
}


@pytest.mark.parametrize("what", REPLACED)
def test_replacing_the_course_costs_nobody_else(what, contained, package, solved):
    """What a file changes in others' classes ends with its own topic's worker."""
    contained(package(files={"activations.py": solved["activations.py"].text + "\n" + REPLACED[what]}))
