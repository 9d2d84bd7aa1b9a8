"""The ledger keeps every committed answer and says clearly when it cannot."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from aqa_eval.errors import LedgerError
from aqa_eval.ledger import FILE_NAME, Ledger
from aqa_eval.vocabulary import (
    Answer,
    Capabilities,
    Clip,
    Condition,
    Criterion,
    Failure,
    Frame,
    Item,
    Judge,
    Task,
    Token,
    Trial,
    Usage,
)

CRITERION = Criterion("c", "squat", "deep", "shallow")
ITEM = Item(Task.VERIFY, (Clip("clip", "data", "squat", None, "s1"),), CRITERION, True)
FRAMES = (Frame(0, 0.0, "a" * 64, 448, 448), Frame(9, 0.3, "b" * 64, 448, 448))
ANSWER = Answer(
    text="True", reasoning="looked", finish="stop", usage=Usage(900, 2, 1), latency=0.25, manifest=FRAMES
)
FAILED = Answer(failure=Failure("http", "HTTP 500: no", 500))


def trial(key: str) -> Trial:
    return Trial(key, ITEM, Condition(), "model", 0, ITEM.clips, ITEM.truth)


def query(folder: Path, sql: str) -> list[tuple[object, ...]]:
    """Run one statement on the file itself, past the ledger."""
    with closing(sqlite3.connect(folder / FILE_NAME)) as db, db:
        return db.execute(sql).fetchall()


def test_an_answer_comes_back_as_it_was_committed(tmp_path: Path) -> None:
    with Ledger.writing(tmp_path) as ledger:
        ledger.commit(trial("k1"), ANSWER, "{}")
        assert ledger.is_answered("k1")
    with Ledger.reading(tmp_path) as ledger:
        assert ledger.answer("k1") == ANSWER
        assert ledger.answer("k2") is None
        assert ledger.spent("model") == Usage(900, 2)


def test_a_failed_trial_is_open_again_and_its_attempts_are_kept(tmp_path: Path) -> None:
    with Ledger.writing(tmp_path) as ledger:
        ledger.note_attempt(trial("k1"), Failure("connection", "reset"), "{}")
        ledger.commit(trial("k1"), FAILED, "{}")
        assert not ledger.is_answered("k1")
        assert ledger.answer("k1") == FAILED
        ledger.commit(trial("k1"), ANSWER, "{}")
        assert ledger.is_answered("k1")
        assert ledger.answer("k1") == ANSWER
    assert query(tmp_path, "SELECT kind, final FROM attempts") == [("connection", 0), ("http", 1)]


def test_an_answer_is_never_overwritten(tmp_path: Path) -> None:
    with Ledger.writing(tmp_path) as ledger:
        ledger.commit(trial("k1"), ANSWER, "{}")
        ledger.commit(trial("k1"), Answer(text="False", finish="stop"), "{}")
        ledger.commit(trial("k1"), FAILED, "{}")
        assert ledger.answer("k1") == ANSWER
        assert ledger.is_answered("k1")


def test_a_manifest_is_stored_once(tmp_path: Path) -> None:
    with Ledger.writing(tmp_path) as ledger:
        for key in ("k1", "k2", "k3"):
            ledger.commit(trial(key), ANSWER, "{}")
    assert query(tmp_path, "SELECT COUNT(*) FROM manifests") == [(1,)]


def test_a_second_writer_is_told_so_and_a_reader_is_let_in(tmp_path: Path) -> None:
    with Ledger.writing(tmp_path) as ledger:
        ledger.commit(trial("k1"), ANSWER, "{}")
        # A second process, since a lock is a process's own.
        code = "import pathlib, sys, aqa_eval.ledger as l; l.Ledger.writing(pathlib.Path(sys.argv[1]))"
        second = subprocess.run(
            [sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=False
        )
        assert "another run is writing this ledger" in second.stderr
        with Ledger.reading(tmp_path) as reader:
            assert reader.answer("k1") == ANSWER
    with Ledger.writing(tmp_path) as again:
        assert again.is_answered("k1")


def test_a_ledger_from_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    with Ledger.writing(tmp_path) as ledger:
        ledger.commit(trial("k1"), ANSWER, "{}")
    query(tmp_path, "UPDATE meta SET value = '99' WHERE name = 'schema'")
    before = (tmp_path / FILE_NAME).read_bytes()
    for opening in (Ledger.writing, Ledger.reading):
        with pytest.raises(LedgerError, match="ledger schema 99, but this program reads 2; update aqa-eval"):
            opening(tmp_path)
    assert (tmp_path / FILE_NAME).read_bytes() == before


@pytest.mark.parametrize("content", [b"not a database at all, but long enough to be looked at", b"\0" * 4096])
def test_a_file_that_is_no_ledger_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    with pytest.raises(LedgerError, match=FILE_NAME):
        Ledger.writing(tmp_path)


def test_another_sqlite_file_is_not_taken_for_a_ledger(tmp_path: Path) -> None:
    query(tmp_path, "CREATE TABLE mine (x)")
    with pytest.raises(LedgerError, match="no ledger"):
        Ledger.writing(tmp_path)


def test_reading_before_the_first_run_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="run the study first"):
        Ledger.reading(tmp_path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(LedgerError, match="choose another folder with --out"):
        Ledger.writing(tmp_path / "file" / "runs")


def test_a_full_disk_loses_nothing_that_was_committed(tmp_path: Path) -> None:
    with Ledger.writing(tmp_path) as ledger:
        ledger.commit(trial("k1"), ANSWER, "{}")
        # SQLite's own page limit raises the very error that a full disk does (SQLITE_FULL).
        (pages,) = ledger._db.execute("PRAGMA page_count").fetchone()
        ledger._db.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(LedgerError, match="the disk is full; free room"):
            ledger.commit(trial("k2"), Answer(text="x" * 1_000_000, finish="stop"), "{}")
        assert ledger.answer("k1") == ANSWER
        assert ledger.answer("k2") is None
        ledger._db.execute("PRAGMA max_page_count = 1000000")
        ledger.commit(trial("k2"), ANSWER, "{}")
        assert ledger.is_answered("k2")


def test_a_judge_named_on_the_command_line_is_remembered(tmp_path: Path) -> None:
    with Ledger.writing(tmp_path) as ledger:
        ledger.remember_judge("m:7b", {"base_url": "http://127.0.0.1:1/v1", "model": "m:7b"})
        ledger.remember_judge("m:7b", {"base_url": "http://127.0.0.1:2/v1", "model": "m:7b"})
    with Ledger.reading(tmp_path) as ledger:
        assert ledger.remembered_judges() == [{"base_url": "http://127.0.0.1:2/v1", "model": "m:7b"}]


def test_what_did_not_fit_one_judge_is_remembered_when_another_is_asked(tmp_path: Path) -> None:
    first = ("gym", "narrow", "verify", '{"shots":8}')
    second = ("gym", "narrow", "verify", '{"shots":4}')
    other = ("gym", "wide", "verify", '{"shots":64}')
    with Ledger.writing(tmp_path) as ledger:
        assert ledger.remembered_unfit() == {}
        ledger.remember_unfit({first: "too much", second: "too much"}, ["narrow", "constant"])
        ledger.remember_unfit({other: "far too much"}, ["wide", "constant"])
        assert ledger.remembered_unfit() == {first: "too much", second: "too much", other: "far too much"}
        # With a larger window, or fewer frames, it may fit the next time.
        ledger.remember_unfit({first: "too much"}, ["narrow"])
        assert ledger.remembered_unfit() == {first: "too much", other: "far too much"}


FIRST_SCHEMA = """
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
INSERT INTO meta VALUES ('schema', '1');
INSERT INTO manifests VALUES ('m', '[[9,0.3,"b",448,448]]');
INSERT INTO trials VALUES ('k1', 'model', 'item', '{}', 0, 'answered');
INSERT INTO exchanges VALUES ('k1', 'k1', 0, 'True', 'looked', 'stop', 900, 2, 1, 0.25, 'm');
"""


@pytest.mark.parametrize("opened", [Ledger.writing, Ledger.reading])
def test_a_ledger_of_the_first_schema_is_brought_to_this_one(tmp_path: Path, opened) -> None:
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as db:
        db.executescript(FIRST_SCHEMA)
    with opened(tmp_path) as ledger:
        answer = ledger.answer("k1")
        assert answer is not None
        assert (answer.text, answer.reasoning, answer.usage) == ("True", "looked", Usage(900, 2, 1))
        assert answer.manifest == (Frame(9, 0.3, "b", 448, 448),)
        assert (answer.tokens, answer.sent, answer.trace_kind) == ((), {}, "")
        assert ledger.spent("model") == Usage(900, 2)
    assert query(tmp_path, "SELECT value FROM meta WHERE name = 'schema'") == [("2",)]


def test_tokens_and_what_was_done_come_back(tmp_path: Path) -> None:
    token = Token(" True", -0.25, ((" True", -0.25), (" False", -1.5)))
    sent = {"perturbation": ["shuffled"], "seed": [5], "coverage": {"0": 0.75}}
    answer = Answer(text="True", finish="stop", trace_kind="summary", tokens=(token,), sent=sent)
    with Ledger.writing(tmp_path) as ledger:
        ledger.commit(trial("k1"), answer, "{}")
        assert ledger.answer("k1") == answer


def test_a_description_is_kept_once_under_its_own_key_and_paid_for(tmp_path: Path) -> None:
    first, second = (replace(trial(key), description_key="d") for key in ("k1", "k2"))
    described = Answer(text="A squat.", finish="stop", usage=Usage(100, 10))
    with Ledger.writing(tmp_path) as ledger:
        ledger.commit_description(first, described)
        ledger.commit_description(second, replace(described, text="Another."))
        assert ledger.answer("d") == described
        assert not ledger.is_answered("k1")
        ledger.commit(first, ANSWER, "{}")
        assert ledger.spent("model") == Usage(1000, 12)
    assert query(tmp_path, "SELECT key, trial, step FROM exchanges ORDER BY step") == [
        ("d", "k1", 0),
        ("k1", "k1", 1),
    ]


def test_a_probe_s_exchange_comes_after_those_it_rests_on(tmp_path: Path) -> None:
    """Its parent is a trial like any other; what could not be probed is no exchange, and says why."""
    parent = replace(trial("k0"), description_key="d")
    one, two, three = (replace(trial(key), description_key="d", parent=parent) for key in ("k1", "k2", "k3"))
    nothing = Answer(sent={"unprobed": "no reasoning"})
    with Ledger.writing(tmp_path) as ledger:
        ledger.commit(parent, ANSWER, "{}")
        ledger.commit(one, ANSWER, "{}")
        ledger.commit(two, nothing, "{}")
        ledger.commit(three, Answer(failure=Failure("timeout", "no answer"), sent={"parent": "failed"}), "{}")
        assert [ledger.is_answered(key) for key in ("k0", "k1", "k2", "k3")] == [True, True, True, False]
        assert ledger.answer("k2") == nothing
        assert len(list(ledger.usages("model"))) == 2
        assert ledger.attempts("model", {"timeout"}) == 0
    assert query(tmp_path, "SELECT key, step FROM exchanges ORDER BY key") == [
        ("k0", 1),
        ("k1", 2),
        ("k2", -1),
    ]


def test_attempts_are_counted_for_their_judge_once_each(tmp_path: Path) -> None:
    late, other = Failure("timeout", "no answer"), replace(trial("k3"), judge="other")
    with Ledger.writing(tmp_path) as ledger:
        # A kill after this leaves no more than the attempt; its judge is known nevertheless.
        ledger.note_attempt(trial("k1"), late, "{}")
        assert ledger.attempts("model", {"timeout"}) == 1
        ledger.commit(trial("k1"), Answer(failure=late), "{}")
        ledger.note_attempt(trial("k1"), Failure("http", "HTTP 500", 500), "{}")
        ledger.note_attempt(other, Failure("protocol", "not JSON"), "{}")
        # The description that two trials wait for failed: one attempt, of which both fail.
        ledger.note_attempt(trial("k4"), late, "{}")
        for key in ("k4", "k5"):
            ledger.commit(trial(key), Answer(failure=late, sent={"description": "failed"}), "{}")
            assert ledger.answer(key) == Answer(failure=late)
        assert ledger.attempts("model", {"timeout", "protocol"}) == 3
        assert ledger.attempts("other", {"timeout", "protocol"}) == 1


def test_what_nothing_was_sent_for_is_no_exchange_that_took_time_or_money(tmp_path: Path) -> None:
    with Ledger.writing(tmp_path) as ledger:
        ledger.commit(trial("k1"), ANSWER, "{}")
        ledger.commit(trial("k2"), Answer(finish="nobody", sent={"coverage": {"0": 0.0}}), "{}")
        ledger.commit(trial("k3"), Answer(text="A", finish="length", sent={"description": "unusable"}), "{}")
        assert all(ledger.is_answered(key) for key in ("k1", "k2", "k3"))
        assert list(ledger.usages("model")) == [ANSWER.usage]
        assert ledger.pace("model").answers == 1


def test_what_an_endpoint_can_do_is_remembered_for_its_judge_and_model(tmp_path: Path) -> None:
    judge = Judge("mine", "openai", model="m:7b")
    with Ledger.writing(tmp_path) as ledger:
        assert ledger.remembered_capabilities([judge]) == {}
        ledger.remember_capabilities(judge, Capabilities(context=4096, video=False))
        ledger.remember_capabilities(judge, Capabilities(context=8192, structured="json_schema"))
    with Ledger.reading(tmp_path) as ledger:
        known = ledger.remembered_capabilities([judge, replace(judge, name="other")])
        assert known == {"mine": Capabilities(context=8192, structured="json_schema")}
        assert ledger.remembered_capabilities([replace(judge, model="another")]) == {}


def test_a_judge_that_is_renamed_keeps_its_answers_and_a_forgotten_one_is_in_no_report(
    tmp_path: Path,
) -> None:
    options = {"base_url": "http://127.0.0.1:1/v1", "model": "model"}
    with Ledger.writing(tmp_path) as ledger:
        ledger.remember_judge("model", options)
        ledger.commit(trial("k1"), ANSWER, "{}")
        ledger.remember_judge("pretty", {**options, "name": "pretty", "timeout": 9.0})
        assert [one.get("name") for one in ledger.remembered_judges()] == ["pretty"]
        assert ledger.spent("pretty") == Usage(900, 2)
        assert ledger.spent("model") == Usage(0, 0)
        # Another temperature is another judge.
        ledger.remember_judge("warm", {**options, "name": "warm", "temperature": 0.7})
        assert len(ledger.remembered_judges()) == 2
        assert ledger.forget_judge("warm")
        assert not ledger.forget_judge("warm")
        assert [one.get("name") for one in ledger.remembered_judges()] == ["pretty"]
        assert ledger.is_answered("k1")
