"""Never coming back: while importing, in forward, when thrown away, when looked at, with signals ignored."""

import pytest

HANG = "while True: pass"
BODIES = {
    "forward": ("no answer", HANG),
    "a repr": ("type T", "class T:\n    def __repr__(self):\n        while True: pass\nreturn T()"),
    "an attribute": ("type T", "class T:\n    def __getattr__(self, name):\n        while True: pass\nreturn T()"),
    "a comparison": ("type T", "class T:\n    def __eq__(self, other):\n        while True: pass\nreturn T()"),
    "a tensor's attribute": (
        "type T|no answer",
        "class T(torch.Tensor):\n    def __getattr__(self, name):\n        while True: pass\nreturn x.as_subclass(T)",
    ),
    "a length": ("type T", "class T(list):\n    def __len__(self):\n        while True: pass\nreturn T()"),
    "being thrown away": (
        "no answer",
        "class T:\n    def __del__(self):\n        while True: pass\nT()\nreturn x",
    ),
    "the text of an exception": (
        "no answer",
        "class T(Exception):\n    def __str__(self):\n        while True: pass\nraise T",
    ),
    "an exception that is caught": ("no answer", "while True:\n    try: 1 / 0\n    except BaseException: continue"),
    "a generator": ("no answer", "return list(i for i in iter(int, 1))"),
    "a power": ("no answer|ended|Memory", "return 7 ** 7 ** 7 ** 7"),
    "a large product": ("no answer", "a = torch.ones(3000, 3000)\nwhile True: a = (a @ a).clamp(max=1)"),
}


@pytest.mark.parametrize("name", BODIES)
def test_hanging(name, costs):
    costs(*BODIES[name])


TEXTS = {
    "at import": HANG,
    "in a class body": "class T:\n    while True: pass",
    "in a decorator": "def f(g):\n    while True: pass\n@f\ndef h(): pass",
    "in a default": "def f(a=list(iter(int, 1))): pass",
    "importing itself": "from .activations import nothing\nwhile True: pass",
}


@pytest.mark.parametrize("where", TEXTS)
def test_hanging_at_import(where, costs):
    costs("activations.py cannot be imported: (no answer|ImportError)", text=TEXTS[where])


PAST_THE_RULES = {
    "sleep": "import time\ntime.sleep(10**6)",
    "all signals ignored": (
        "import signal\n[signal.signal(s, signal.SIG_IGN) for s in (1, 2, 3, 13, 15)]\nwhile True: pass"
    ),
    "waiting for the grader": "import socket\nsocket.socket(fileno=3).recv(1)\nwhile True: pass",
    "stopped": "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)\nwhile True: pass",
}


@pytest.mark.parametrize("name", PAST_THE_RULES)
def test_hanging_past_the_rules(name, past_the_rules):
    past_the_rules("no answer|PermissionError|OSError|ended", PAST_THE_RULES[name])


def test_a_loop_at_exit_is_not_waited_for(costs):
    costs("import of atexit", "import atexit\natexit.register(print)")
