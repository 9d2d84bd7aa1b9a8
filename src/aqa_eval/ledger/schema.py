"""The ledger's file: its tables, how an older one becomes a new one, and SQLite's errors in our words."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from aqa_eval.errors import LedgerError

SCHEMA_VERSION = 2

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
    latency REAL NOT NULL, manifest TEXT NOT NULL REFERENCES manifests (digest),
    judge TEXT NOT NULL DEFAULT '', trace_kind TEXT NOT NULL DEFAULT '',
    tokens TEXT NOT NULL DEFAULT '[]', sent TEXT NOT NULL DEFAULT '{}'
) WITHOUT ROWID;
CREATE TABLE attempts (
    trial TEXT NOT NULL, kind TEXT NOT NULL, status INTEGER, message TEXT NOT NULL, final INTEGER NOT NULL
);
CREATE INDEX attempts_of_trial ON attempts (trial);
"""
# exchanges.step: how many others it rests on (a description, the judge's own answer before a probe), -1 none:
# nothing was sent, and the row says why. attempts.final: 0 made again, 1 the trial's last, 2 none of its own:
# an exchange that it rests on failed, and the trial that asked for that noted it with 0.

_FROM_1 = """
ALTER TABLE exchanges ADD COLUMN judge TEXT NOT NULL DEFAULT '';
ALTER TABLE exchanges ADD COLUMN trace_kind TEXT NOT NULL DEFAULT '';
ALTER TABLE exchanges ADD COLUMN tokens TEXT NOT NULL DEFAULT '[]';
ALTER TABLE exchanges ADD COLUMN sent TEXT NOT NULL DEFAULT '{}';
UPDATE exchanges SET judge = (SELECT judge FROM trials WHERE trials.key = exchanges.trial);
UPDATE meta SET value = '2' WHERE name = 'schema';
"""
"""What makes a ledger of schema 1 one of schema 2."""


@contextmanager
def reported(path: Path) -> Iterator[None]:
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


def opened(path: Path, address: str, check: Callable[[Path, sqlite3.Connection], None]) -> sqlite3.Connection:
    """A connection that passed `check`; closed again when it does not."""
    with reported(path):
        connection = sqlite3.connect(address, uri=address != str(path), isolation_level=None)
        try:
            check(path, connection)
        except BaseException:
            connection.close()
            raise
    return connection


def make_or_check(path: Path, connection: sqlite3.Connection) -> None:
    """Make a new file a ledger, bring an older one to this version. Raises LedgerError for anything else."""
    if connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone() == (0,):
        # The version is written in the same transaction: a killed run leaves a ledger or nothing.
        connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA}")
        connection.execute("INSERT INTO meta VALUES ('schema', ?)", (str(SCHEMA_VERSION),))
        connection.execute("COMMIT")
    if _version(connection) == "1":
        connection.executescript(f"BEGIN IMMEDIATE; {_FROM_1} COMMIT;")
    check(path, connection)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")


def check(path: Path, connection: sqlite3.Connection) -> None:
    """Nothing where the file is a ledger of this version. Raises LedgerError for anything else."""
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if "meta" not in tables:
        raise LedgerError(f"{path}: it is an SQLite file but no ledger; move it away or choose another --out")
    version = _version(connection)
    if version != str(SCHEMA_VERSION):
        newer = version.isdigit() and int(version) > SCHEMA_VERSION
        advice = "update aqa-eval to read it" if newer else "run the study into another folder with --out"
        raise LedgerError(
            f"{path}: ledger schema {version}, but this program reads {SCHEMA_VERSION}; {advice}"
        )


def _version(connection: sqlite3.Connection) -> str:
    """The schema of a ledger; "none" where the file does not say."""
    known = connection.execute("SELECT COUNT(*) FROM sqlite_master WHERE name = 'meta'").fetchone()
    found = known[0] and connection.execute("SELECT value FROM meta WHERE name = 'schema'").fetchone()
    return str(found[0]) if found else "none"


def is_old(path: Path) -> bool:
    """Whether the file is a ledger of a version that can be brought to this one."""
    with reported(path):
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        try:
            return _version(connection) == "1"
        finally:
            connection.close()
