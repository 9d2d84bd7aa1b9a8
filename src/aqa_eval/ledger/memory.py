"""What a run tells later commands beside the answers: judges added, what does not fit, who can do what."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import orjson

from aqa_eval.ledger.schema import reported
from aqa_eval.vocabulary import Capabilities, Judge


class Memory:
    """The notes of an open ledger: its table `meta`."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._db = connection

    def remember_judge(self, name: str, options: Mapping[str, object]) -> None:
        """Keep the options of a judge that the study file does not name, so that reports know it.

        A judge that answers alike under an earlier name is renamed, with all that it answered.
        """
        earlier = [one for one in self.remembered_judges() if _answers_alike(one, options)]
        renamed = [old for old in map(called, earlier) if old != name]
        with reported(self.path), self._transaction():
            for old in renamed:
                self._db.execute("DELETE FROM meta WHERE name = ?", (f"judge:{old}",))
                self._db.execute("UPDATE trials SET judge = ? WHERE judge = ?", (name, old))
                self._db.execute("UPDATE exchanges SET judge = ? WHERE judge = ?", (name, old))
            self._db.execute(
                "INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (f"judge:{name}", orjson.dumps(options, option=orjson.OPT_SORT_KEYS).decode()),
            )

    def forget_judge(self, name: str) -> bool:
        """Leave a judge that was added on the command line out of reports; its answers stay. Says whether
        there was one of this name.
        """
        with reported(self.path), self._transaction():
            found = self._db.execute("DELETE FROM meta WHERE name = ?", (f"judge:{name}",))
        return bool(found.rowcount)

    def remembered_judges(self) -> list[dict[str, object]]:
        """The options of every judge added on the command line, by name."""
        with reported(self.path):
            found = self._db.execute(
                "SELECT value FROM meta WHERE name GLOB 'judge:*' ORDER BY name"
            ).fetchall()
        return [orjson.loads(value) for (value,) in found]

    def remember_unfit(self, unfit: Mapping[tuple[str, ...], str], judges: Collection[str]) -> None:
        """Keep what the run does not ask its `judges` since it does not fit: reports need it.

        What is known of other judges, asked in earlier runs, stays.
        """
        others = {asked: why for asked, why in self.remembered_unfit().items() if asked[1] not in judges}
        rows = [[*asked, reason] for asked, reason in sorted({**others, **unfit}.items())]
        with reported(self.path), self._transaction():
            self._db.execute(
                "INSERT INTO meta VALUES ('unfit', ?)"
                " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (orjson.dumps(rows).decode(),),
            )

    def remembered_unfit(self) -> dict[tuple[str, ...], str]:
        """What the last runs did not ask since it does not fit."""
        with reported(self.path):
            row = self._db.execute("SELECT value FROM meta WHERE name = 'unfit'").fetchone()
        rows = orjson.loads(row[0]) if row else []
        return {tuple(asked): reason for *asked, reason in rows}

    def remember_capabilities(self, judge: Judge, found: Capabilities) -> None:
        """Keep what the judge's endpoint said it can do: every later command counts on the same."""
        with reported(self.path), self._transaction():
            self._db.execute(
                "INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (_capabilities_of(judge), orjson.dumps(asdict(found)).decode()),
            )

    def remembered_capabilities(self, judges: Iterable[Judge]) -> dict[str, Capabilities]:
        """What the endpoints of these judges said they can do, by the judges' names."""
        found = {}
        for judge in judges:
            with reported(self.path):
                row = self._db.execute(
                    "SELECT value FROM meta WHERE name = ?", (_capabilities_of(judge),)
                ).fetchone()
            if row:
                found[judge.name] = Capabilities(**orjson.loads(row[0]))
        return found

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


def _capabilities_of(judge: Judge) -> str:
    """The model is named too: of another one behind the same name nothing is known."""
    return f"capabilities:{judge.name}:{judge.model}"


def called(options: Mapping[str, object]) -> str:
    """What reports call a judge with these options: its name, else its model."""
    return str(options.get("name") or options["model"])


_ANSWERING = ("model", "preset", "max_tokens", "temperature")


def _answers_alike(one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    """Whether two sets of options differ only in what changes no answer."""
    return all(one.get(option) == other.get(option) for option in _ANSWERING)
