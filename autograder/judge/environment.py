"""On what a grading ran, for the report."""

import platform
from importlib import metadata

import torch


def describe():
    """Versions of Python, torch, the platform and the course."""
    return {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "platform": platform.platform(),
        "course": metadata.version("nn-by-hand"),
    }
