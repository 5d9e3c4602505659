"""Using up memory, processes, descriptors, the disk, time, the stack, the oracle's patience with large answers."""

import pytest

BODIES = {
    "memory, at once": ("memory|no answer", "return torch.zeros(2**36)"),
    "memory, bit by bit": ("memory|Memory|ended|no answer", "kept = []\nwhile True: kept.append(torch.ones(2**24))"),
    "memory, by a list": ("MemoryError|ended|no answer", "return [0] * 2**40"),
    "memory, by a number": ("no answer|MemoryError|ended", "return 10 ** 10 ** 9"),
    "memory, by a text": ("MemoryError|ended", "return 'x' * 2**40"),
    "the stack": ("RecursionError|no answer", "return self.forward(x)"),
    "the stack, by a repr": (
        "RecursionError|ended|type list|no answer",
        "a = []\nfor _ in range(10**5): a = [a]\nreturn a",
    ),
    "a sort without end": ("no answer", "return sorted(iter(lambda: 1, 2))"),
    "a sum without end": ("no answer", "return sum(iter(lambda: 1, 2))"),
    "a giant tensor": (
        "shape|memory|no answer",
        "return x.new_ones(1, dtype=torch.float64).expand(2**14, 2**14)",
    ),
    "a tensor of 2**60 entries": ("shape|memory", "return torch.ones(1).expand(2**30, 2**30)"),
    "a giant list": ("type list|no answer", "return list(range(10**6))"),
    "a deep list": ("type list|no answer", "a = []\nfor _ in range(10**4): a = [a]\nreturn a"),
    "a giant text": ("xxx|no answer", "return 'x' * 10**7"),
    "a giant message": ("raised ValueError: xxx|no answer", "raise ValueError('x' * 10**7)"),
    "a giant number": ("int beyond 64 bits", "return 10 ** 4000"),
    "a number too long to print": ("ended|int beyond 64 bits", "return 10 ** 10**5"),
    "a long name of a type": ("type TTTT", "return type('T' * 10**6, (), {})()"),
    "a flood of prints": ("no answer", "while True: print('x' * 10**5)"),
    "a flood of warnings": ("no answer", "import warnings\nwhile True: warnings.warn('x' * 10**5)"),
    "a group of exceptions": (
        "raised|RecursionError|no answer",
        "e = ValueError()\nfor _ in range(10**4):\n    f = ValueError()\n    f.args = (e,)\n    e = f\nraise e",
    ),
}


@pytest.mark.parametrize("name", BODIES)
def test_exhausting(name, costs):
    costs(*BODIES[name])


PAST_THE_RULES = {
    "a fork bomb": ("PermissionError|Blocking", "import os\nwhile True: os.fork()"),
    "descriptors": ("Too many open files|Permission|no answer", "import os\nwhile True: os.open('/dev/urandom', 0)"),
    "pipes": ("Permission|Too many", "import os\nwhile True: os.pipe()"),
    "the disk": ("Permission|Read-only", "open(secret + '.big', 'wb').write(b'x' * 10**9)\nreturn 'ATTACK'"),
    "shared memory": (
        "Permission|RuntimeError",
        "import torch\nreturn str(torch.ones(2**20).share_memory_()) + 'ATTACK'",
    ),
    "mapped memory": ("memory|no answer", "import mmap\nx = []\nwhile True: x.append(mmap.mmap(-1, 2**28))"),
    "the stack of C": (
        "ended|no answer|Memory",
        "import sys\nsys.setrecursionlimit(10**9)\nclass A:\n    def __repr__(self): return repr(self)\n"
        "return repr(A())",
    ),
    "processor time": ("no answer", "while True: pass"),
    "the terminal": ("expected a tensor, got None", "import os\nos.write(1, b'x' * 10**6)"),
    "a crash": ("ended|no answer", "import ctypes\nctypes.string_at(0)"),
    "an abort": ("ended", "import os\nos.abort()"),
}


@pytest.mark.parametrize("name", PAST_THE_RULES)
def test_exhausting_past_the_rules(name, past_the_rules):
    past_the_rules(*PAST_THE_RULES[name])
