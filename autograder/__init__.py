"""Judges a package of hand-written layers against `torch.nn`: outputs, gradients, behaviour, rules and time.

In a notebook, `%load_ext autograder` brings `%%implement`, `check` and `derive` (see `autograder/notebook`).
"""

__all__ = ["check", "derive"]


def load_ipython_extension(shell):
    """Called by `%load_ext autograder`."""
    from .notebook import load_ipython_extension as load

    load(shell)


def unload_ipython_extension(shell):
    """Called by `%unload_ext autograder`."""
    from .notebook import unload_ipython_extension as unload

    unload(shell)


def __getattr__(name):
    if name in __all__:
        from . import notebook

        return getattr(notebook, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
