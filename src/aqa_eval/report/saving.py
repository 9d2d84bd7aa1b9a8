"""A file is there whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from pathlib import Path

from aqa_eval.errors import ReportError

_ADVICE = {
    errno.ENOSPC: "the disk is full: free some space and run the same command again",
    errno.EDQUOT: "your disk quota is used up: free some space and run the same command again",
    errno.EACCES: "the folder may not be written to: choose another with --out DIR or change its permissions",
    errno.EPERM: "the folder may not be written to: choose another with --out DIR or change its permissions",
    errno.EROFS: "the file system is read-only: choose another folder with --out DIR",
    errno.ENOTDIR: "a part of the path is a file, not a folder: choose another folder with --out DIR",
    errno.EISDIR: "there is a folder of that name: move it away or choose another place with --out DIR",
    errno.EEXIST: "a part of the path is a file, not a folder: choose another folder with --out DIR",
}


def save(data: bytes, path: Path) -> None:
    """Put `data` at `path`, whose folder is made if need be; what stood there before stays until the last
    byte of the new is on disk.

    Raises ReportError naming the file, what the system said and what to do; nothing half-written stays.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(data, path)
    except OSError as error:
        advice = _ADVICE.get(error.errno or 0, "check the folder and run the same command again")
        said = error.strerror or str(error)
        raise ReportError(f"{path}: the report could not be written ({said}); {advice}.") from error


def _replace(data: bytes, path: Path) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
