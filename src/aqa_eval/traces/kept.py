"""What was read and checked before, beside the ledger: a second report reads no trace again."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path
from types import TracebackType
from typing import Self

import orjson

from aqa_eval.errors import TraceError

FILE_NAME = "claims.sqlite"
_EVERY = 2_000  # entries that are written in one go


class Kept:
    """A file of answers to questions that cost something, by the digest of all that decides them."""

    def __init__(self, folder: Path) -> None:
        """Open or make the file in a study's folder. Raises TraceError where it cannot be written."""
        self.path = folder / FILE_NAME
        self.made = 0
        try:
            self._db = sqlite3.connect(self.path, isolation_level=None)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=OFF")  # whatever is lost is read again
            self._db.execute(
                "CREATE TABLE IF NOT EXISTS kept (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID"
            )
            self._db.execute("BEGIN")
        except sqlite3.Error as error:
            raise self._wrong(error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._db.execute("COMMIT")
        finally:
            self._db.close()

    def get(self, key: bytes) -> object | None:
        """What was kept under a key, or None. Raises TraceError where the file is damaged."""
        try:
            row = self._db.execute("SELECT value FROM kept WHERE key = ?", (key,)).fetchone()
        except sqlite3.Error as error:
            raise self._wrong(error) from error
        return None if row is None else orjson.loads(row[0])

    def put(self, key: bytes, value: object) -> None:
        """Keep a value. Raises TraceError where it cannot be written."""
        try:
            self._db.execute("INSERT OR REPLACE INTO kept VALUES (?, ?)", (key, orjson.dumps(value)))
            self.made += 1
            if self.made % _EVERY == 0:
                self._db.execute("COMMIT")
                self._db.execute("BEGIN")
        except sqlite3.Error as error:
            raise self._wrong(error) from error

    def _wrong(self, error: sqlite3.Error) -> TraceError:
        return TraceError(
            f"{self.path}: {error}; delete the file if it is damaged (it is made again), or make room"
        )


def digest(*parts: object) -> bytes:
    """The key of whatever these decide."""
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).digest()
