"""Every answer of the corpus gets the verdict that a careful reader gives it; a careless one is fooled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from aqa_eval.verdicts import read
from aqa_eval.vocabulary import Evidence, Status, TimeSpan, Truth, Verdict
from verdicts.bundle import Entry, entries
from verdicts.careless import careless

CORPUS = entries()
FOOLING = [entry for entry in CORPUS if entry.fooling]


def expected(entry: Entry) -> Truth | None:
    judgement = entry.expect.get("judgement")
    return TimeSpan(**judgement) if isinstance(judgement, Mapping) else judgement


def verdict(entry: Entry) -> Verdict:
    return read(entry.answer, entry.item, entry.condition, entry.coordinates)


@pytest.mark.parametrize("entry", CORPUS, ids=lambda entry: entry.id)
def test_an_answer_is_read_as_a_careful_reader_reads_it(entry: Entry) -> None:
    said = verdict(entry)
    assert said.status == entry.expect["status"], said.note
    assert said.judgement == expected(entry)
    assert type(said.judgement) is type(expected(entry))  # 1.0 is not True
    if "literal" in entry.expect:
        assert said.literal is entry.expect["literal"]
    if said.status is not Status.OK:
        assert said.note
        assert (said.literal, said.confidence, said.evidence) == (None, None, ())
    assert entry.expect.get("note", "") in said.note


@pytest.mark.parametrize("entry", [e for e in CORPUS if "confidence" in e.expect], ids=lambda entry: entry.id)
def test_a_confidence_is_the_judges_own(entry: Entry) -> None:
    said = verdict(entry)
    assert said.confidence == (
        None if entry.expect["confidence"] is None else pytest.approx(entry.expect["confidence"])
    )
    assert said.confidence_source == entry.expect.get("source", "")


@pytest.mark.parametrize("entry", [e for e in CORPUS if "evidence" in e.expect], ids=lambda entry: entry.id)
def test_evidence_is_read_in_the_familys_convention(entry: Entry) -> None:
    assert verdict(entry).evidence == tuple(_evidence(raw) for raw in entry.expect["evidence"])


def _evidence(raw: Mapping[str, Any]) -> Evidence:
    point = None if raw["point"] is None else (raw["point"][0], raw["point"][1])
    return Evidence(raw["time"], raw["part"], point, raw["observation"])


def test_the_corpus_is_worth_its_name() -> None:
    assert len(CORPUS) >= 260
    assert len(FOOLING) >= 80
    assert len({entry.id for entry in CORPUS}) == len(CORPUS)
    read = {str(status) for status in Status if status is not Status.UNPROBED}  # no answer, but what was sent
    assert set(Counter(entry.expect["status"] for entry in CORPUS)) == read
    assert {entry.item.task for entry in CORPUS} == set(CORPUS[0].item.task.__class__)


def test_the_fooling_answers_fool_a_careless_reader_and_never_this_one() -> None:
    taken_in = [entry for entry in FOOLING if careless(entry.answer, entry.item, entry.condition) is not None]
    fooled = [e for e in taken_in if careless(e.answer, e.item, e.condition) != expected(e)]
    assert len(fooled) >= 0.75 * len(FOOLING)
    misread = [
        entry.id
        for entry in CORPUS
        if (said := verdict(entry)).status is Status.OK and said.judgement != expected(entry)
    ]
    assert misread == []
