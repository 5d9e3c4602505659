"""What a submission cannot do on this machine, whatever it calls; skipped where the machine does not offer it."""

import os
import socket
import textwrap

import pytest

from autograder.sandbox import isolation

REFUSED = {
    "landlock": {
        "reading a file": "open('/etc/passwd').read()",
        "listing a folder": "os.listdir('/')",
        "writing beside itself": "open('mine.txt', 'w')",
        "removing its own file": "os.remove('scaffold/__init__.py')",
        "another process's memory": "open(f'/proc/{os.getppid()}/maps').read()",
    },
    "seccomp": {
        "a child": "os.fork()",
        "another program": "os.execv('/bin/true', ['true'])",
        "a signal to the parent": "os.kill(os.getppid(), 0)",
        "a pipe": "os.pipe()",
    },
    "netns": {"reaching a server": "socket.create_connection((host, port), 2)"},
}


@pytest.mark.parametrize(("level", "what"), [(level, what) for level, things in REFUSED.items() for what in things])
def test_is_refused(level, what, grader, call):
    if level not in grader.isolation():
        pytest.skip(f"this machine does not offer {level}")
    with socket.create_server(("127.0.0.1", 0)) as server:
        text = f"import os, socket\n\ndef f(host, port):\n    {REFUSED[level][what]}\n"
        raised = call(text, "127.0.0.1", server.getsockname()[1]).raised
    assert raised is not None and raised.type in ("PermissionError", "OSError")


def test_a_file_of_any_size_is_refused(grader, call, tmp_path):
    """The limit on file sizes holds without Landlock as well: a write beyond it ends the worker or raises."""
    text = f"""
        def f():
            with open({str(tmp_path / "big")!r}, "w") as file:
                file.write("x")
    """
    try:
        assert call(textwrap.dedent(text)).raised is not None
    except Exception as lost:
        assert "ended" in str(lost)
    assert not os.path.exists(tmp_path / "big") or os.path.getsize(tmp_path / "big") == 0


def test_its_own_package_and_libraries_can_be_read(call):
    assert call("import scaffold\n\ndef f():\n    return len(open(scaffold.__file__).read()) > 0").value is True


def test_levels_are_described():
    assert isolation.describe(["rlimits", "netns"]) == "netns+rlimits"
    assert isolation.describe([]) == "process"
