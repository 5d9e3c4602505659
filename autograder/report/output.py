"""Where a report goes: a file, replaced as a whole, or standard output."""

import sys
from pathlib import Path

from ..errors import UserError
from ..publish.files import replace_file


def write(text, path):
    """Write text to a file as UTF-8, atomically; path `-` is standard output. Raises `UserError` where that fails."""
    data = text.encode()
    if str(path) == "-":
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    path = Path(path)
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(data)  # a pipe or a device: there is nothing to replace
        else:
            replace_file(path, data)
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror or error}") from None
