"""Where shared caches (frames, poses, rendered clips) live, and how a file comes into them whole."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp

from platformdirs import user_cache_path

from aqa_eval.errors import MediaError

VARIABLE = "AQA_EVAL_CACHE"


def cache_folder(environment: Mapping[str, str]) -> Path:
    """The folder of all caches: what `AQA_EVAL_CACHE` says, else the user's cache folder."""
    chosen = environment.get(VARIABLE)
    return Path(chosen).expanduser() if chosen else user_cache_path("aqa-eval", appauthor=False)


@contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """A path to write to in place of `path`; it takes the name when the block ends without an error.

    Readers in other processes see the whole file or none, whenever this process is killed. Raises
    MediaError when the cache cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # The suffix stays last: a video writer chooses the container by it.
        handle, name = mkstemp(prefix=".part-", suffix=path.suffix, dir=path.parent)
        os.close(handle)
    except OSError as error:
        raise _unwritable(path, error) from error
    part = Path(name)
    try:
        yield part
        part.replace(path)
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        part.unlink(missing_ok=True)


def write_whole(path: Path, data: bytes) -> None:
    """Write `data` to `path` so that nobody ever reads a part of it. Raises MediaError."""
    with new_file(path) as part:
        part.write_bytes(data)


def shelf(folder: Path, key: str, suffix: str) -> Path:
    """The path of an entry named by a hex digest: 256 subfolders keep directories short."""
    return folder / key[:2] / f"{key}{suffix}"


def _unwritable(path: Path, error: OSError) -> MediaError:
    return MediaError(
        f"cannot write the cache file {path}: {error.strerror or error}. "
        f"Free space or give write permission, or set {VARIABLE} to another folder."
    )
