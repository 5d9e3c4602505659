"""Where a report goes: a file, replaced as a whole, or standard output."""

import errno
import sys
from pathlib import Path

from ..errors import Fault, UserError
from ..publish.files import replace_file

NOT_THE_USERS = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}
"""Reasons that another name would not help against: a full disk, a quota, a limit, a fault of the disk."""


def write(text, path):
    """Write text to a file as UTF-8, atomically; path `-` is standard output.

    Raises UserError where that fails, and Fault where it is the disk that fails; an older file then stays as it is.
    """
    try:
        _write(text.encode(), path)
    except OSError as error:
        kind = Fault if error.errno in NOT_THE_USERS else UserError
        raise kind(f"cannot write {path}: {error.strerror or error}") from None


def _write(data, path):
    if str(path) == "-":
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    elif (path := Path(path)).exists() and not path.is_file():
        path.write_bytes(data)  # a pipe or a device: there is nothing to replace
    else:
        replace_file(path, data)
