"""A few thousand of the malformed messages of `fuzz.py`; FUZZ_MESSAGES asks for more."""

import importlib.util
import os
from pathlib import Path

import pytest

COUNT = int(os.environ.get("FUZZ_MESSAGES", 3000))


@pytest.mark.parametrize("seed", [1, 2])
def test_malformed_messages_lose_the_worker_and_nothing_else(seed):
    spec = importlib.util.spec_from_file_location("fuzz", Path(__file__).with_name("fuzz.py"))
    fuzz = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(fuzz)
    lost, understood = fuzz.run(COUNT // 2, seed)
    assert lost > understood > 0
