"""The same files packed in every kind of archive that is read as a folder."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping
from ctypes.util import find_library
from importlib.util import find_spec
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest
from stored_rar import rar

SPLIT = 2560
"""Bytes in a part of a split archive: small, so that members lie across parts."""

KINDS = (
    "stored.zip",
    "deflated.zip",
    "plain.tar",
    "packed.tar.gz",
    "packed.tgz",
    "packed.tar.bz2",
    "packed.tar.xz",
    "split.tar.00",
    "split.tar.part-aa",
    "split.tar.001",
    "split.tar.gz.aa",
    "stored.rar",
)
READ_IN_PLACE = (
    "stored.zip",
    "deflated.zip",
    "plain.tar",
    "split.tar.00",
    "split.tar.part-aa",
    "split.tar.001",
)


def pack(kind: str, folder: Path, members: Mapping[str, bytes], split: int = SPLIT) -> Path:
    """Write the archive named by `kind` into `folder`; the path of it or of its first part."""
    path = folder / kind
    folder.mkdir(parents=True, exist_ok=True)
    if kind.endswith(".zip"):
        with ZipFile(path, "w", ZIP_DEFLATED if kind.startswith("deflated") else ZIP_STORED) as archive:
            for name, content in members.items():
                archive.writestr(name, content)
    elif kind.endswith(".rar"):
        path.write_bytes(rar(list(members.items())))
    elif kind.startswith("split"):
        stem, start = kind.rsplit(".", 1)
        whole = tar(members, "w:gz" if ".gz." in kind else "w:")
        for n, at in enumerate(range(0, len(whole), split)):
            (folder / f"{stem}.{following(start, n)}").write_bytes(whole[at : at + split])
    else:
        packer = {"tar": "", "tgz": "gz"}.get(kind.rsplit(".", 1)[1], kind.rsplit(".", 1)[1])
        path.write_bytes(tar(members, f"w:{packer}"))
    return path


def following(start: str, n: int) -> str:
    """The suffix of part `n` where `start` is that of part 0."""
    if start.isdigit():
        return f"{int(start) + n:0{len(start)}d}"
    return start[:-2] + chr(ord("a") + n // 26) + chr(ord("a") + n % 26)


def tar(members: Mapping[str, bytes], mode: str = "w:") -> bytes:
    """A tar, compressed as `mode` says."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def without_libarchive() -> str:
    """Why RAR archives cannot be read here; empty where they can."""
    if find_spec("libarchive") is None:
        return "libarchive-c is not installed"
    return "" if find_library("archive") else "there is no shared library libarchive"


needs_libarchive = pytest.mark.skipif(
    bool(without_libarchive()), reason=without_libarchive() or "it is there"
)

EVERY_KIND = [pytest.param(k, marks=needs_libarchive) if k.endswith(".rar") else k for k in KINDS]
