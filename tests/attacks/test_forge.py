"""Forging the verdict: answers written by hand, comparisons patched, messages made up, another's answer returned."""

import pytest

FRAME = """
import os, struct, json
def frame(header):
    text = json.dumps(header).encode()
    return struct.pack('<QI', 4 + len(text), len(text)) + text
def say(data):
    for fd in range(3, 64):
        try: os.write(fd, data)
        except OSError: pass
"""

PAST_THE_RULES = {
    "a made-up verdict": ("malformed", FRAME + "say(frame({'score': 100, 'passed': True}))\nreturn x"),
    "a made-up outcome": ("malformed", FRAME + "say(frame({'outcomes': {'passed': {'plain': True}}}))\nreturn x"),
    "an answer too many": ("malformed|expected", FRAME + "say(frame({'outcomes': {}}) * 50)\nreturn x"),
    "a frame of 2**60 bytes": ("malformed", "import os\n[os.write(f, b'\\xff' * 12) for f in (3, 4)]\nreturn x"),
    "half a frame, then silence": (
        "no answer|malformed|ended",
        FRAME + "say(frame({'outcomes': {}})[:9])\nimport time\ntime.sleep(60)",
    ),
    "the socket closed": ("ended", "import os\n[os.close(f) for f in range(3, 40) if _open(f)]\nreturn x"),
    "the comparison patched": (
        "expected|entries|attribute|import|module",
        "import sys\nsys.modules.pop('autograder', None)\nfrom autograder.judge import compare\n"
        "compare.outcomes = lambda *a: None\nreturn 'ATTACK'",
    ),
    "torch.allclose and equal patched": (
        "expected|entr|factor|immutable",
        "import torch\ntorch.allclose = torch.equal = lambda *a, **k: True\nreturn x * 0 - 7",
    ),
    "the serialiser patched": (
        "malformed|ended|expected|entr",
        "import safetensors.torch\nsafetensors.torch.save = lambda *a: b'{\"passed\": 1}' * 9\nreturn x * 0 - 7",
    ),
    "a pickle": ("malformed", "import os, pickle\n[os.write(f, pickle.dumps(print)) for f in (3, 4)]\nreturn x"),
}


@pytest.mark.parametrize("name", PAST_THE_RULES)
def test_forging_past_the_rules(name, past_the_rules):
    says, body = PAST_THE_RULES[name]
    closing = "def _open(f):\n    try: return os.fstat(f) is not None\n    except OSError: return False\n"
    past_the_rules(says, body.replace("import os\n", "import os\n" + closing, 1) if "_open" in body else body)


BODIES = {
    "an object that equals all": (
        "expected a tensor, got a value of type Equal",
        "class Equal:\n    def __eq__(self, other): return True\n    def __hash__(self): return 0\nreturn Equal()",
    ),
    "a class that lies": (
        "expected a tensor, got a value of type Liar",
        "class Liar:\n    @property\n    def __class__(self): return torch.Tensor\nreturn Liar()",
    ),
    "a tensor with another comparison": (
        "type Mine",
        "class Mine(torch.Tensor):\n    def __eq__(self, other): return True\nreturn x.as_subclass(Mine)",
    ),
    "a string that says passed": ("expected a tensor, got 'passed'", "return 'passed'"),
    "a NotImplementedError by name": ("unlike|raised", "raise type('RuleViolation_', (Exception,), {})('passed')"),
    "an exception of the grader's": (
        "raised WorkerLost: passed",
        "raise type('WorkerLost', (Exception,), {})('passed')",
    ),
}


@pytest.mark.parametrize("name", BODIES)
def test_forging_by_what_is_returned(name, costs):
    says, body = BODIES[name]
    if "__class__" in body:
        says = "the definition of __class__"
    costs(says, body)
