"""What is handed in is read without running or unpacking anything; what cannot be used is refused in one line."""

import io
import stat
import zipfile

import pytest

from autograder.judge import submission
from autograder.judge.submission import FILE_LIMIT, UnusableSubmission, read

TEXT = "class Linear:\n    pass\n"


def folder(root, *names, text=TEXT):
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def zipped(path, entries):
    """A zip file of (name or ZipInfo, text) entries."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in entries:
            archive.writestr(name, text)
    return path


@pytest.mark.parametrize(
    "names",
    [
        ["scaffold/linear.py", "scaffold/helper.py", "other/linear.py", "README.md"],
        ["linear.py", "helper.py", "notes.txt", "scaffold.txt"],
    ],
    ids=["a folder that holds scaffold/", "the package itself"],
)
def test_folders(names, tmp_path):
    assert list(read(folder(tmp_path, *names)).sources) == ["helper.py", "linear.py"]


@pytest.mark.parametrize(
    "names",
    [
        ["scaffold/linear.py", "scaffold/helper.py"],
        ["linear.py", "helper.py"],
        ["Jane Doe/hand in/scaffold/linear.py", "Jane Doe/hand in/scaffold/helper.py", "Jane Doe/solutions/optim.py"],
        ["__MACOSX/scaffold/._linear.py", "scaffold\\linear.py", "scaffold\\helper.py"],
        ["scaffold/", "scaffold/linear.py", "scaffold/helper.py", "scaffold/.history/linear.py", "scaffold/x.pyc"],
    ],
)
def test_zips(names, tmp_path):
    handed_in = read(zipped(tmp_path / "a.zip", [(name, TEXT) for name in names]))
    assert list(handed_in.sources) == ["helper.py", "linear.py"]


def test_given_files_come_from_the_course(tmp_path):
    assert list(read(folder(tmp_path, "linear.py", "module.py", "__init__.py")).sources) == ["linear.py"]


def test_what_was_judged_is_told_by_its_hash(tmp_path):
    one, same = read(folder(tmp_path / "a", "linear.py")), read(folder(tmp_path / "b", "scaffold/linear.py"))
    other = read(folder(tmp_path / "c", "linear.py", text=TEXT + "\n"))
    assert one.sha256 == same.sha256 != other.sha256
    assert len(one.sources["linear.py"].sha256) == 64


def link(root):
    folder(root, "scaffold/linear.py")
    (root / "scaffold" / "losses.py").symlink_to("/etc/passwd")
    return root


def link_in_zip():
    entry = zipfile.ZipInfo("scaffold/losses.py")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


UNUSABLE = {
    "no such path": (lambda root: root / "nowhere", "nowhere: there is no such file or folder"),
    "an empty folder": (lambda root: root, "no package found; expected a folder scaffold/ with linear.py and the like"),
    "another project": (lambda root: folder(root, "src/train.py", "setup.py"), "no package found"),
    "a link": (link, "losses.py: is a link or no plain file; hand in plain files"),
    "a folder called linear.py": (lambda root: folder(root, "optim.py", "linear.py/x"), "is a link or no plain file"),
    "a giant file": (lambda root: folder(root, "linear.py", text="#" * (FILE_LIMIT + 1)), "larger than 1048576 bytes"),
    "too many files": (
        lambda root: folder(root, "linear.py", *(f"f{i}.py" for i in range(100))),
        "more than 100 Python",
    ),
    "a text": (lambda root: folder(root, "a.zip") / "a.zip", "a.zip: is neither a folder nor a usable zip file"),
    "an empty file": (lambda root: folder(root, "a.zip", text="") / "a.zip", "is neither a folder nor a usable zip"),
}
ZIPS = {
    "an empty zip": ([], "no package found"),
    "no package": ([("train.py", TEXT)], "no package found"),
    "two dots": ([("../scaffold/linear.py", TEXT)], "leads out of the archive"),
    "two dots inside": ([("scaffold/../../linear.py", TEXT)], "leads out of the archive"),
    "backslashes": ([("..\\linear.py", TEXT)], "leads out of the archive"),
    "an absolute name": ([("/scaffold/linear.py", TEXT)], "leads out of the archive"),
    "a drive": ([("C:/scaffold/linear.py", TEXT)], "leads out of the archive"),
    "a link": (
        [("scaffold/linear.py", TEXT), (link_in_zip(), "/etc/passwd")],
        "is a symbolic link; hand in plain files",
    ),
    "twice the same": ([("scaffold/linear.py", TEXT), ("scaffold\\linear.py", TEXT)], "stands there twice"),
    "a giant file": ([("scaffold/linear.py", "#" * (FILE_LIMIT + 1))], "is larger than 1048576 bytes"),
    "too many files": ([("linear.py", "")] + [(f"f{i}.py", "") for i in range(100)], "more than 100 Python files"),
}


def refusal(path):
    with pytest.raises(UnusableSubmission) as refused:
        read(path)
    text = str(refused.value)
    assert "\n" not in text and text.startswith(str(path)[:20])
    return text


@pytest.mark.parametrize("how", UNUSABLE)
def test_unusable_paths(how, tmp_path):
    make, says = UNUSABLE[how]
    assert says in refusal(make(tmp_path))


@pytest.mark.parametrize("how", ZIPS)
def test_unusable_zips(how, tmp_path):
    entries, says = ZIPS[how]
    assert says in refusal(zipped(tmp_path / "a.zip", entries))


def test_too_many_entries(tmp_path, monkeypatch):
    monkeypatch.setattr(submission, "ENTRY_LIMIT", 3)
    assert "more than 3 entries" in refusal(zipped(tmp_path / "a.zip", [(f"{i}.txt", "") for i in range(4)]))


def frame_of_a_zip():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("scaffold/linear.py", TEXT * 100)
    return buffer.getvalue()


@pytest.mark.parametrize("at", range(0, len(frame_of_a_zip()), 3))
def test_a_damaged_zip_is_read_or_refused(at, tmp_path):
    data = bytearray(frame_of_a_zip())
    data[at] ^= 0xFF
    (tmp_path / "a.zip").write_bytes(data)
    try:
        read(tmp_path / "a.zip")
    except UnusableSubmission as refused:
        assert "\n" not in str(refused)


def test_a_zip_under_a_password_is_refused(tmp_path):
    path = zipped(tmp_path / "a.zip", [("scaffold/linear.py", TEXT)])
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    assert "encrypted" in refusal(path)
