"""The durable record of what was asked and answered: one SQLite file in the study's folder.

An exchange (one request and its response) is committed before anything else happens to it, so that
a killed run loses at most the requests in flight. Manifests are stored once, by their digest.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, Self

import filelock
import orjson

from aqa_eval.errors import LedgerError
from aqa_eval.vocabulary import Answer, Failure, Frame, Trial, Usage

SCHEMA_VERSION = 1
FILE_NAME = "ledger.sqlite"

_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE manifests (digest TEXT PRIMARY KEY, frames TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE trials (
    key TEXT PRIMARY KEY, judge TEXT NOT NULL, item TEXT NOT NULL, condition TEXT NOT NULL,
    repeat INTEGER NOT NULL, state TEXT NOT NULL CHECK (state IN ('answered', 'failed'))
) WITHOUT ROWID;
CREATE TABLE exchanges (
    key TEXT PRIMARY KEY, trial TEXT NOT NULL REFERENCES trials (key), step INTEGER NOT NULL,
    text TEXT NOT NULL, reasoning TEXT NOT NULL, finish TEXT NOT NULL,
    prompt_tokens INTEGER, completion_tokens INTEGER, reasoning_tokens INTEGER,
    latency REAL NOT NULL, manifest TEXT NOT NULL REFERENCES manifests (digest)
) WITHOUT ROWID;
CREATE TABLE attempts (
    trial TEXT NOT NULL, kind TEXT NOT NULL, status INTEGER, message TEXT NOT NULL, final INTEGER NOT NULL
);
CREATE INDEX attempts_of_trial ON attempts (trial);
"""


class Ledger:
    """The record, open. Made by `writing` or `reading`; use it as a context manager."""

    def __init__(
        self, path: Path, connection: sqlite3.Connection, lock: filelock.BaseFileLock | None
    ) -> None:
        self.path = path
        self._db = connection
        self._lock = lock

    @classmethod
    def writing(cls, folder: Path) -> Ledger:
        """Open the ledger in `folder` for the one run that may write it; made when it is not there.

        Raises:
            LedgerError: another run holds it, the folder cannot be written, or the file is not a ledger
                of this version.
        """
        path = folder / FILE_NAME
        lock = filelock.FileLock(folder / "ledger.lock", timeout=0)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except filelock.Timeout:
            raise LedgerError(
                f"{path}: another run is writing this ledger; wait for it, stop it, or choose another --out"
            ) from None
        except OSError as error:
            raise LedgerError(
                f"{folder}: cannot be written ({error.strerror}); choose another folder with --out"
            ) from error
        try:
            connection = _opened(path, str(path), _make_or_check)
        except BaseException:
            lock.release()
            raise
        return cls(path, connection, lock)

    @classmethod
    def reading(cls, folder: Path) -> Ledger:
        """Open the ledger in `folder` to read it, also while a run writes.

        Raises:
            LedgerError: there is none, or it is not a ledger of this version.
        """
        path = folder / FILE_NAME
        if not path.is_file():
            raise LedgerError(f"{path}: there is no ledger yet; run the study first (aqa-eval run)")
        return cls(path, _opened(path, f"{path.absolute().as_uri()}?mode=ro", _check), None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()
        if self._lock is not None:
            self._lock.release()

    def is_answered(self, key: str) -> bool:
        """Whether the trial was answered; a trial that only failed is not, and is asked again."""
        with _reported(self.path):
            row = self._db.execute("SELECT state FROM trials WHERE key = ?", (key,)).fetchone()
        return row is not None and row[0] == "answered"

    def commit(self, trial: Trial, answer: Answer, condition: str) -> None:
        """Write one answer down, whole or not at all. A trial that was answered before is left as it is.

        Raises:
            LedgerError: it cannot be written; what was committed before stays.
        """
        state: Literal["answered", "failed"] = "failed" if answer.failure else "answered"
        with _reported(self.path), self._transaction():
            self._db.execute(
                "INSERT INTO trials VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE"
                " SET state = excluded.state WHERE state = 'failed'",
                (trial.key, trial.judge, trial.item.id, condition, trial.repeat, state),
            )
            if answer.failure:
                self._attempt(trial.key, answer.failure, final=True)
                return
            frames = orjson.dumps(
                [
                    # The clip only where it is the second: manifests of single clips keep their digests.
                    [f.number, f.time, f.digest, f.width, f.height, *((f.clip,) if f.clip else ())]
                    for f in answer.manifest
                ]
            ).decode()
            digest = hashlib.sha256(frames.encode()).hexdigest()
            self._db.execute("INSERT OR IGNORE INTO manifests VALUES (?, ?)", (digest, frames))
            usage = answer.usage
            self._db.execute(
                "INSERT OR IGNORE INTO exchanges VALUES (?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(trial.key, trial.key, answer.text, answer.reasoning, answer.finish),
                    *(usage.prompt, usage.completion, usage.reasoning, answer.latency, digest),
                ),
            )

    def note_attempt(self, key: str, failure: Failure) -> None:
        """Keep an attempt that failed and will be made again."""
        with _reported(self.path), self._transaction():
            self._attempt(key, failure, final=False)

    def answer(self, key: str) -> Answer | None:
        """The trial's answer, or its last failure, or None when it was never asked."""
        with _reported(self.path):
            row = self._db.execute(
                "SELECT text, reasoning, finish, prompt_tokens, completion_tokens, reasoning_tokens,"
                " latency, frames"
                " FROM exchanges JOIN manifests ON manifest = digest WHERE key = ?",
                (key,),
            ).fetchone()
            if row is None:
                return self._failed(key)
        text, reasoning, finish, prompt, completion, thought, latency, frames = row
        return Answer(
            text=text,
            reasoning=reasoning,
            finish=finish,
            usage=Usage(prompt, completion, thought),
            latency=latency,
            manifest=tuple(Frame(*fields) for fields in orjson.loads(frames)),
        )

    def remember_judge(self, name: str, options: Mapping[str, object]) -> None:
        """Keep the options of a judge that the study file does not name, so that reports know it."""
        with _reported(self.path), self._transaction():
            self._db.execute(
                "INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (f"judge:{name}", orjson.dumps(options, option=orjson.OPT_SORT_KEYS).decode()),
            )

    def remembered_judges(self) -> list[dict[str, object]]:
        """The options of every judge added on the command line, by name."""
        with _reported(self.path):
            rows = self._db.execute(
                "SELECT value FROM meta WHERE name GLOB 'judge:*' ORDER BY name"
            ).fetchall()
        return [orjson.loads(value) for (value,) in rows]

    def spent(self, judge: str) -> Usage:
        """The tokens of all of a judge's answers, as its server counted them."""
        with _reported(self.path):
            prompt, completion = self._db.execute(
                "SELECT TOTAL(prompt_tokens), TOTAL(completion_tokens) FROM exchanges"
                " JOIN trials ON trials.key = exchanges.trial WHERE judge = ?",
                (judge,),
            ).fetchone()
        return Usage(int(prompt), int(completion))

    def _failed(self, key: str) -> Answer | None:
        row = self._db.execute(
            "SELECT kind, message, status FROM attempts WHERE trial = ? AND final"
            " ORDER BY rowid DESC LIMIT 1",
            (key,),
        ).fetchone()
        return Answer(failure=Failure(*row)) if row else None

    def _attempt(self, key: str, failure: Failure, *, final: bool) -> None:
        self._db.execute(
            "INSERT INTO attempts VALUES (?, ?, ?, ?, ?)",
            (key, failure.kind, failure.status, failure.message, final),
        )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            # A full disk may have rolled back by itself already.
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise


@contextmanager
def _reported(path: Path) -> Iterator[None]:
    """SQLite's errors as ours, with what to do."""
    try:
        yield
    except sqlite3.Error as error:
        advice = {
            "SQLITE_FULL": "the disk is full; free room and run the same command again (what was"
            " committed is kept)",
            "SQLITE_READONLY": "it cannot be written; check its permissions or choose another --out",
            "SQLITE_CANTOPEN": "it cannot be opened; check the folder's permissions or choose another --out",
            "SQLITE_NOTADB": "it is not a ledger; move it away or choose another --out",
            "SQLITE_CORRUPT": "it is damaged; move it away or choose another --out",
        }
        name = getattr(error, "sqlite_errorname", "") or ""
        known = next((text for code, text in advice.items() if name.startswith(code)), "")
        raise LedgerError(f"{path}: {known or error} ({name or type(error).__name__})") from error


def _opened(
    path: Path, address: str, check: Callable[[Path, sqlite3.Connection], None]
) -> sqlite3.Connection:
    """A connection that passed `check`; closed again when it does not."""
    with _reported(path):
        connection = sqlite3.connect(address, uri=address != str(path), isolation_level=None)
        try:
            check(path, connection)
        except BaseException:
            connection.close()
            raise
    return connection


def _make_or_check(path: Path, connection: sqlite3.Connection) -> None:
    if connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone() == (0,):
        # The version is written in the same transaction: a killed run leaves a ledger or nothing.
        connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA}")
        connection.execute("INSERT INTO meta VALUES ('schema', ?)", (str(SCHEMA_VERSION),))
        connection.execute("COMMIT")
    _check(path, connection)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")


def _check(path: Path, connection: sqlite3.Connection) -> None:
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if "meta" not in tables:
        raise LedgerError(f"{path}: it is an SQLite file but no ledger; move it away or choose another --out")
    found = connection.execute("SELECT value FROM meta WHERE name = 'schema'").fetchone()
    if found is None or found[0] != str(SCHEMA_VERSION):
        version = found[0] if found else "none"
        newer = version.isdigit() and int(version) > SCHEMA_VERSION
        advice = "update aqa-eval to read it" if newer else "run the study into another folder with --out"
        raise LedgerError(
            f"{path}: ledger schema {version}, but this program reads {SCHEMA_VERSION}; {advice}"
        )
