"""Writing files so that a reader, or a power cut, meets the old text or the new one and nothing between."""

import contextlib
import os
import shutil
import tempfile
from pathlib import Path


def replace_file(path, data, expected=None):
    """Put bytes into a file, atomically; permissions and symbolic links are kept.

    expected: what the file must hold at the last moment before; by default anything. Returns whether it was replaced.
    """
    path = Path(path).resolve()
    descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, temporary)
        else:
            os.chmod(temporary, 0o644)
        if expected is not None and path.read_bytes() != expected:
            return False
        os.replace(temporary, path)
        return True
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)


def read_text(path):
    """The text of a file, or None if it is not there. Line ends come as they are."""
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None
