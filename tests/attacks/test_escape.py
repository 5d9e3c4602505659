"""Leaving the process: children, other programs, signals, tracing, the network, namespaces, odd corners."""

import pytest

REFUSED = (
    "PermissionError|BlockingIOError|RuntimeError: can't start|expected a tensor, got -1|OSError|gaierror|not allowed"
)
CALL = "import ctypes\nreturn ctypes.CDLL(None).syscall({})"

PAST_THE_RULES = {
    "fork": "import os\nif os.fork() == 0:\n    while True: pass\nreturn 'ATTACK'",
    "vfork": CALL.format("58"),
    "clone3": CALL.format("435, 0, 0"),
    "a daemon": (
        "import os\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        while True: pass\n"
        "return 'ATTACK'"
    ),
    "multiprocessing": (
        "import multiprocessing as m\np = m.get_context('fork').Process(target=print)\np.start()\nreturn 'ATTACK'"
    ),
    "a shell": "import subprocess\nreturn 'ATTACK' + str(subprocess.run(['/bin/sh', '-c', 'id']))",
    "os.system": "import os\nif os.system('true') == 0: return 'ATTACK'\nraise PermissionError",
    "exec": "import os\nos.execv('/bin/sh', ['sh', '-c', 'sleep 99'])",
    "exec of python itself": "import os, sys\nos.execv(sys.executable, ['python', '-c', '0'])",
    "a thread": "import threading\nthreading.Thread(target=print, daemon=True).start()\nreturn 'ATTACK'",
    "a signal to the grader": "import os\nos.kill(pid, 9)\nreturn 'ATTACK'",
    "a signal to the nursery": "import os\nos.kill(os.getppid(), 9)\nreturn 'ATTACK'",
    "a signal to everybody": "import os\nos.kill(-1, 9)\nreturn 'ATTACK'",
    "a signal through a pidfd": "import os\nos.pidfd_open(pid)\nreturn 'ATTACK'",
    "ptrace": CALL.format("101, 16, pid, 0, 0"),
    "a socket": "import socket\nsocket.socket()\nreturn 'ATTACK'",
    "an abstract socket": "import socket\nsocket.socket(socket.AF_UNIX).connect('\\0x')\nreturn 'ATTACK'",
    "a name looked up": "import socket\nsocket.getaddrinfo('example.org', 80)\nreturn 'ATTACK'",
    "a netlink socket": "import socket\nsocket.socket(16, 3, 0)\nreturn 'ATTACK'",
    "another namespace": CALL.format("272, 0x10000000"),
    "the parent's namespace": "import os, ctypes\nreturn ctypes.CDLL(None).setns(os.open(f'/proc/{pid}/ns/net', 0), 0)",
    "a mount": CALL.format("165, b'none', b'/tmp', b'tmpfs', 0, 0"),
    "chroot": "import os\nos.chroot('/')\nreturn 'ATTACK'",
    "another user": "import os\nos.setuid(1)\nreturn 'ATTACK'",
    "its limits raised": "import resource\nresource.setrlimit(resource.RLIMIT_NPROC, (99, 99))\nreturn 'ATTACK'",
    "limits of the grader": "import resource\nresource.prlimit(pid, resource.RLIMIT_CPU, (1, 1))\nreturn 'ATTACK'",
    "priority over the grader": "import os\nos.setpriority(0, 0, -20)\nreturn 'ATTACK'",
    "io_uring": CALL.format("425, 8, b' ' * 120"),
    "bpf": CALL.format("321, 0, b' ' * 64, 64"),
    "a key ring": CALL.format("250, 0, -3, 0"),
    "shared memory": CALL.format("29, 0x1234, 4096, 0o1666"),
    "perf": CALL.format("298, b' ' * 128, 0, -1, -1, 0"),
    "a file in memory": "import os\nos.memfd_create('x')\nreturn 'ATTACK'",
    "a file beside the user's": "import os\nopen(os.path.dirname(secret) + '/mine', 'w')\nreturn 'ATTACK'",
    "the user's file overwritten": "open(secret, 'w').write('mine')\nreturn 'ATTACK'",
    "the user's file removed": "import os\nos.remove(secret)\nreturn 'ATTACK'",
    "the user's file linked": "import os\nos.link(secret, 'mine')\nreturn 'ATTACK'",
    "the user's file truncated": "import os\nos.truncate(secret, 0)\nreturn 'ATTACK'",
    "the user's file made readable": "import os\nos.chmod(secret, 0o777)\nreturn 'ATTACK'",
    "its own package rewritten": "open(__file__, 'a').write('#')\nreturn 'ATTACK'",
    "a torch extension": "import ctypes, os\nctypes.CDLL(os.path.dirname(secret) + '/mine.so')\nreturn 'ATTACK'",
    "its own memory through proc": "open('/proc/self/mem', 'r+b')\nreturn 'ATTACK'",
}


@pytest.mark.parametrize("name", PAST_THE_RULES)
def test_escaping_past_the_rules(name, past_the_rules, attacked):
    if "seccomp" not in attacked.isolation():
        pytest.skip("this machine does not offer seccomp")
    past_the_rules(REFUSED, PAST_THE_RULES[name])
