"""Keeps `torch.optim` from loading a compiler that nothing here needs."""

import contextlib
import sys
import types

import torch


@contextlib.contextmanager
def without_compiler():
    """A context in which `torch.optim` does not import `torch._dynamo`.

    Optimisers ask that module, which takes over a second to import, for two things alone: to leave a function
    uncompiled, and to end a compiled region. Where nothing is compiled both mean doing nothing.
    """
    if "torch._dynamo" in sys.modules:
        yield
        return
    stand_in = types.SimpleNamespace(disable=lambda function, *args, **kwargs: function, graph_break=lambda: None)
    sys.modules["torch._dynamo"] = torch._dynamo = stand_in
    try:
        yield
    finally:
        del sys.modules["torch._dynamo"], torch._dynamo
