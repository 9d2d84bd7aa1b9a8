"""The durable record of what was asked and answered: one SQLite file in the study's folder.

An exchange (one request and its response) is committed before anything else happens to it, so that
a killed run loses at most the requests in flight. Manifests are stored once, by their digest. The exchange
that answers a trial has the trial's key; a description that several trials share has a key of its own.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

import filelock
import orjson

from aqa_eval.errors import LedgerError
from aqa_eval.ledger import rows
from aqa_eval.ledger.memory import Memory
from aqa_eval.ledger.schema import check, is_old, make_or_check, opened, reported
from aqa_eval.vocabulary import NOBODY, Answer, Failure, Trial, Usage

FILE_NAME = "ledger.sqlite"


@dataclass(frozen=True, slots=True)
class Pace:
    """Exchanges so far, and the mean seconds and tokens of an answer; None where nothing is known."""

    answers: int
    seconds: float | None
    tokens: float | None


class Ledger(Memory):
    """The record, open. Made by `writing` or `reading`; use it as a context manager."""

    def __init__(
        self, path: Path, connection: sqlite3.Connection, lock: filelock.BaseFileLock | None
    ) -> None:
        super().__init__(path, connection)
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
            connection = opened(path, str(path), make_or_check)
        except BaseException:
            lock.release()
            raise
        return cls(path, connection, lock)

    @classmethod
    def reading(cls, folder: Path) -> Ledger:
        """Open the ledger in `folder` to read it, also while a run writes. One of an older version is brought
        to this one first.

        Raises:
            LedgerError: there is none, or it is not a ledger of this version.
        """
        path = folder / FILE_NAME
        if not path.is_file():
            raise LedgerError(f"{path}: there is no ledger yet; run the study first (aqa-eval run)")
        if is_old(path):
            with cls.writing(folder):
                pass
        return cls(path, opened(path, f"{path.absolute().as_uri()}?mode=ro", check), None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()
        if self._lock is not None:
            self._lock.release()

    def is_answered(self, key: str) -> bool:
        """Whether the trial was answered; a trial that only failed is not, and is asked again."""
        with reported(self.path):
            row = self._db.execute("SELECT state FROM trials WHERE key = ?", (key,)).fetchone()
        return row is not None and row[0] == "answered"

    def commit(self, trial: Trial, answer: Answer, condition: str) -> None:
        """Write one answer down, whole or not at all. A trial that was answered before is left as it is.

        `answer.sent["description"]` tells an answer that comes of the description alone, as "unusable" or
        "failed": nothing was sent for it, and it is neither paid nor counted as an attempt. The same holds
        where `answer.sent["parent"]` tells that the judge's own answer before a probe failed, and where
        `answer.sent["unprobed"]` tells why the probe could not be asked.

        Raises:
            LedgerError: it cannot be written; what was committed before stays.
        """
        state: Literal["answered", "failed"] = "failed" if answer.failure else "answered"
        described = "description" in answer.sent
        of_others = described or "parent" in answer.sent
        with reported(self.path), self._transaction():
            self._db.execute(
                "INSERT INTO trials VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE"
                " SET state = excluded.state WHERE state = 'failed'",
                (trial.key, trial.judge, trial.item.id, condition, trial.repeat, state),
            )
            if answer.failure:
                self._attempt(trial.key, answer.failure, final=2 if of_others else 1)
            else:
                unsent = described or "unprobed" in answer.sent
                unsent = unsent or (answer.finish == NOBODY and answer.usage == Usage())
                before = bool(trial.description_key) + (trial.parent is not None)
                step = -1 if unsent else before
                self._exchange(trial.key, trial, step, answer)

    def commit_description(self, trial: Trial, answer: Answer) -> None:
        """Write down the description that `trial` was the first to ask for; one that is there stays.

        Raises:
            LedgerError: it cannot be written; what was committed before stays.
        """
        with reported(self.path), self._transaction():
            self._exchange(trial.description_key, trial, 0, answer)

    def _exchange(self, key: str, trial: Trial, step: int, answer: Answer) -> None:
        frames = rows.frames_text(answer.manifest)
        digest = hashlib.sha256(frames.encode()).hexdigest()
        self._db.execute("INSERT OR IGNORE INTO manifests VALUES (?, ?)", (digest, frames))
        usage = answer.usage
        self._db.execute(
            "INSERT OR IGNORE INTO exchanges VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(key, trial.key, step, answer.text, answer.reasoning, answer.finish),
                *(usage.prompt, usage.completion, usage.reasoning, answer.latency, digest),
                *(trial.judge, answer.trace_kind, rows.tokens_text(answer.tokens), rows.sent_text(answer)),
            ),
        )

    def note_attempt(self, trial: Trial, failure: Failure, condition: str) -> None:
        """Keep an attempt that failed and was not the trial's last."""
        with reported(self.path), self._transaction():
            self._db.execute(
                "INSERT OR IGNORE INTO trials VALUES (?, ?, ?, ?, ?, 'failed')",
                (trial.key, trial.judge, trial.item.id, condition, trial.repeat),
            )
            self._attempt(trial.key, failure, final=0)

    def answer(self, key: str) -> Answer | None:
        """The trial's answer, or its last failure, or None when it was never asked."""
        with reported(self.path):
            row = self._db.execute(
                "SELECT text, reasoning, finish, prompt_tokens, completion_tokens, reasoning_tokens,"
                " latency, frames, trace_kind, tokens, sent"
                " FROM exchanges JOIN manifests ON manifest = digest WHERE key = ?",
                (key,),
            ).fetchone()
            if row is None:
                return self._failed(key)
        text, reasoning, finish, prompt, completion, thought, latency, frames, trace, tokens, sent = row
        return Answer(
            text=text,
            reasoning=reasoning,
            finish=finish,
            usage=Usage(prompt, completion, thought),
            latency=latency,
            manifest=rows.frames(frames),
            trace_kind=trace,
            tokens=rows.tokens(tokens),
            sent=orjson.loads(sent),
        )

    def spent(self, judge: str) -> Usage:
        """The tokens of all of a judge's answers, as its server counted them."""
        with reported(self.path):
            prompt, completion = self._db.execute(
                "SELECT TOTAL(prompt_tokens), TOTAL(completion_tokens) FROM exchanges WHERE judge = ?",
                (judge,),
            ).fetchone()
        return Usage(int(prompt), int(completion))

    def usages(self, judge: str) -> Iterator[Usage]:
        """The tokens of each of a judge's exchanges, as its server counted them."""
        with reported(self.path):
            found = self._db.execute(
                "SELECT prompt_tokens, completion_tokens, reasoning_tokens FROM exchanges"
                " WHERE judge = ? AND step >= 0",
                (judge,),
            ).fetchall()
        return (Usage(*row) for row in found)

    def attempts(self, judge: str, kinds: Collection[str]) -> int:
        """How many attempts to ask a judge ended in a failure of one of these `kinds` (see `Failure`)."""
        with reported(self.path):
            (count,) = self._db.execute(
                "SELECT COUNT(*) FROM attempts JOIN trials ON trial = key WHERE judge = ? AND final < 2"
                " AND kind IN (SELECT value FROM json_each(?))",
                (judge, orjson.dumps(list(kinds)).decode()),
            ).fetchone()
        return int(count)

    def pace(self, judge: str) -> Pace:
        """How long a judge's answers have been so far, and how long they took."""
        with reported(self.path):
            answers, seconds, tokens = self._db.execute(
                "SELECT COUNT(*), AVG(latency), AVG(completion_tokens) FROM exchanges"
                " WHERE judge = ? AND step >= 0",
                (judge,),
            ).fetchone()
        return Pace(answers, seconds, tokens)

    def _failed(self, key: str) -> Answer | None:
        row = self._db.execute(
            "SELECT kind, message, status FROM attempts WHERE trial = ? AND final"
            " ORDER BY rowid DESC LIMIT 1",
            (key,),
        ).fetchone()
        return Answer(failure=Failure(*row)) if row else None

    def _attempt(self, key: str, failure: Failure, *, final: int) -> None:
        self._db.execute(
            "INSERT INTO attempts VALUES (?, ?, ?, ?, ?)",
            (key, failure.kind, failure.status, failure.message, final),
        )
