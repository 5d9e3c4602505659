"""Submissions as zips and folders that are traps: each is refused in one line, quickly, and nothing is unpacked."""

import io
import os
import socket
import stat
import struct
import time
import zipfile

import pytest

from autograder.judge.submission import UnusableSubmission, read

TEXT = "class Linear:\n    pass\n"


def zipped(path, *entries, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return path


def special(kind):
    entry = zipfile.ZipInfo("scaffold/losses.py")
    entry.external_attr = (kind | 0o777) << 16
    return entry


def bomb(path):
    return zipped(path, ("scaffold/linear.py", b"#" * 2**28))


def nested(path):
    inner = io.BytesIO()
    zipped(inner, ("a", b"0" * 2**24))
    return zipped(path, *((f"{i}.zip", inner.getvalue()) for i in range(50)))


def lying(path):
    """The directory says 10 bytes, the data unpack to 64 MiB."""
    data = bytearray(zipped(path, ("scaffold/linear.py", b"#" * 2**26)).read_bytes())
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", data, data.index(mark) + at, 10)
    path.write_bytes(data)
    return path


def overlapping(path):
    """Thousands of directory entries for one and the same data."""
    return zipped(path, *((f"scaffold/f{i}.py", b"#" * 10**5) for i in range(3000)), ("scaffold/linear.py", TEXT))


def odd_file(make):
    def build(path):
        folder = path.with_suffix("") / "scaffold"
        folder.mkdir(parents=True)
        (folder / "linear.py").write_text(TEXT)
        make(folder / "losses.py")
        return folder.parent

    return build


def bound(path):
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(path))


TRAPS = {
    "a bomb": (bomb, "larger than"),
    "zips in zips": (nested, "no package found"),
    "a size that lies": (lying, "usable zip|larger than"),
    "thousands of files": (overlapping, "more than 100"),
    "a million entries": (lambda p: zipped(p, *((f"{i}", "") for i in range(20_001)), method=0), "more than 20000"),
    "..": (lambda p: zipped(p, ("scaffold/../../../linear.py", TEXT)), "leads out"),
    ".. behind backslashes": (lambda p: zipped(p, ("scaffold\\..\\..\\linear.py", TEXT)), "leads out"),
    "an absolute name": (lambda p: zipped(p, ("/etc/scaffold/linear.py", TEXT)), "leads out"),
    "a drive": (lambda p: zipped(p, ("C:\\scaffold\\linear.py", TEXT)), "leads out"),
    "a stream of NTFS": (lambda p: zipped(p, ("scaffold/linear.py:x", TEXT)), "leads out"),
    "a link": (lambda p: zipped(p, (special(stat.S_IFLNK), "/etc/passwd")), "link"),
    "a device": (lambda p: zipped(p, (special(stat.S_IFCHR), TEXT)), "no plain file"),
    "a pipe": (lambda p: zipped(p, (special(stat.S_IFIFO), TEXT)), "no plain file"),
    "names that differ in case": (
        lambda p: zipped(p, ("scaffold/linear.py", TEXT), ("scaffold/Linear.py", TEXT)),
        "capital letters",
    ),
    "names that differ in accents": (
        lambda p: zipped(p, ("scaffold/linear.py", ""), ("scaffold/\u00e9.py", ""), ("scaffold/e\u0301.py", "")),
        "capital letters",
    ),
    "a name with control characters": (
        lambda p: zipped(p, ("scaffold/linear.py", ""), ("scaffold/\x1b[2J.py", "")),
        "name",
    ),
    "a name that is too long": (
        lambda p: zipped(p, ("scaffold/linear.py", ""), (f"scaffold/{'x' * 300}.py", "")),
        "name",
    ),
    "no zip": (lambda p: p.write_bytes(b"PK\x05\x06" * 9) and p, "usable zip"),
    "a folder with a pipe": (odd_file(os.mkfifo), "no plain file"),
    "a folder with a socket": (odd_file(bound), "no plain file"),
    "a folder with a link to itself": (odd_file(lambda p: p.symlink_to(p)), "link"),
    "a folder with a link to a secret": (odd_file(lambda p: p.symlink_to("/etc/passwd")), "link"),
    "a folder with a device": (odd_file(lambda p: p.symlink_to("/dev/zero")), "link"),
    "a folder with a sparse file": (odd_file(lambda p: (p.touch(), os.truncate(p, 2**40))), "larger than"),
    "a disk": (lambda p: zipped(p, (special(stat.S_IFBLK), TEXT)), "no plain file"),
    "a device itself": (lambda p: "/dev/zero", "cannot be read|no such|neither"),
}  # fmt: skip


@pytest.mark.parametrize("name", TRAPS)
def test_traps(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    make, says = TRAPS[name]
    path, before = make(tmp_path / "a.zip"), sorted(tmp_path.rglob("*"))
    started = time.monotonic()
    with pytest.raises(UnusableSubmission, match=says) as refused:
        read(path)
    assert time.monotonic() - started < 5 and sorted(tmp_path.rglob("*")) == before
    text = str(refused.value)
    assert "\n" not in text and text.isprintable()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root can read every file")
def test_a_file_that_cannot_be_read(tmp_path):
    (tmp_path / "linear.py").write_text(TEXT)
    (tmp_path / "linear.py").chmod(0)
    with pytest.raises(UnusableSubmission, match="cannot be read"):
        read(tmp_path)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8 with a null", "utf-8 cut short"])
def test_wrong_encodings_cost_the_file_alone(encoding, costs, solved):
    name, _, flaw = encoding.partition(" ")
    data = (solved["activations.py"].text + "\n# σ").encode(name)
    data = data[:-1] if "cut" in flaw else data + b"\0" * ("null" in flaw)
    costs("activations.py (is not UTF-8 text|does not parse)", files={"activations.py": data})
