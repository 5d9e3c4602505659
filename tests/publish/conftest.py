"""A course in a temporary folder: one solved file with two exercises, and two short notebooks."""

import pytest

from autograder.workspace import Course

SOLVED = '''"""A file."""

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
        ### BEGIN SOLUTION
        y = math.pi * x

        return y
        ### END SOLUTION

    def given(self):
        return 1


def numerical_gradient(f, x, eps=1e-6):
    """The gradient."""
    ### BEGIN SOLUTION
    return f(x) * eps
    ### END SOLUTION
'''
MODULE = '"""Given."""\n\n\nclass Module:\n    pass\n'
FIRST = """---
jupyter:
  kernelspec:
    display_name: anything
    language: python
    name: anything
---

# 00

```python
%load_ext autograder
```

## Step 1: Look

```python
print("same")
```

```python
print("same")
```

## Step 2: Write

```python
%%implement numerical_gradient
```
"""
SECOND = """# 01

```python
%%implement Linear.forward
```

```python tags=["nbval-ignore-output"] jupyter={"source_hidden": true}
import os
print(os.getpid())
```
"""


@pytest.fixture
def course(tmp_path):
    course = Course(tmp_path / "course")
    course.solutions.mkdir(parents=True)
    course.sources.mkdir(parents=True)
    for path, text in {
        course.solutions / "linear.py": SOLVED,
        course.solutions / "module.py": MODULE,
        course.solutions / "__init__.py": "",
        course.sources / "00_first.md": FIRST,
        course.sources / "01_second.md": SECOND,
    }.items():
        path.write_text(text, encoding="utf-8")
    return course
