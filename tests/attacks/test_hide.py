"""Living on: what should run after the answer, beside it, or in the next worker. The runner looks for what is left."""

import pytest

PAST_THE_RULES = {
    "atexit": "import atexit\natexit.register(lambda: open(secret, 'w'))\nreturn 'hidden'",
    "a finaliser": "import weakref, sys\nweakref.finalize(sys, lambda: open(secret, 'w'))\nreturn 'hidden'",
    "an alarm": "import signal\nsignal.signal(14, lambda *_: open(secret, 'w'))\nsignal.alarm(1)\nreturn 'hidden'",
    "a trace": "import sys\nsys.settrace(lambda *_: open(secret, 'w'))\nreturn 'hidden'",
    "an audit hook": "import sys\nsys.addaudithook(lambda *_: None)\nreturn 'hidden'",
    "a bytecode cache": "import py_compile\npy_compile.compile(__file__)\nreturn 'hidden'",
    "a start-up file": "import site\nopen(site.getsitepackages()[0] + '/x.pth', 'w')\nreturn 'hidden'",
    "its name": "import ctypes\nctypes.CDLL(None).prctl(15, b'init', 0, 0, 0)\nreturn 'hidden'",
    "its group": "import os\nos.setpgid(0, 0)\nos.setsid()\nreturn 'hidden'",
    "no death with its parent": "import ctypes\nctypes.CDLL(None).prctl(1, 0, 0, 0, 0)\nreturn 'hidden'",
    "a scheduled thread": "import threading\nthreading.Timer(1, print).start()\nreturn 'hidden'",
    "an executor": "from concurrent.futures import ThreadPoolExecutor as T\nT().submit(print)\nreturn 'hidden'",
    "a process without a parent": "import os\nif os.fork(): os._exit(0)\nos.setsid()\nwhile True: pass",
}


@pytest.mark.parametrize("name", PAST_THE_RULES)
def test_hiding_past_the_rules(name, past_the_rules):
    past_the_rules("hidden|Permission|RuntimeError|ended|OSError|FileNotFound", PAST_THE_RULES[name])
