"""Evidence of cited answers, and JSON as models write it, where the corpus has no place for it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from aqa_eval.verdicts import read
from aqa_eval.verdicts.records import Record, Scalar, records
from aqa_eval.vocabulary import Answer, Condition, Evidence, Frame, Status
from verdicts.bundle import ITEMS

CITED = Condition(strategy="cited")


def cited(pieces: object, **answer: object) -> str:
    return json.dumps({"answer": "True", "evidence": pieces} | answer)


def piece(number: int) -> dict[str, object]:
    return {"time": number / 10, "part": "hip", "point": [500, 250], "observation": f"low {number}"}


def test_a_huge_list_is_cut_and_the_note_says_how_many_there_were() -> None:
    answer = Answer(text=cited([piece(n) for n in range(120)]), finish="stop")
    verdict = read(answer, ITEMS["verify"], CITED)
    assert verdict.status is Status.OK
    assert len(verdict.evidence) == 50
    assert verdict.evidence[49] == Evidence(4.9, "hip", (0.5, 0.25), "low 49")
    assert verdict.note == "the first 50 of 120 pieces of evidence are kept"


def test_entries_that_are_no_objects_are_observations_or_left_out() -> None:
    answer = Answer(text=cited(["the hip is high", 7, None, ["x"], {}]), finish="stop")
    assert read(answer, ITEMS["verify"], CITED).evidence == (
        Evidence(None, "", None, "the hip is high"),
        Evidence(None, "", None, ""),
    )


def test_pixels_are_of_the_clip_asked_about_never_of_an_example() -> None:
    example = Frame(0, 0.4, "d", 100, 100, clip=-1)
    shown = (Frame(0, 0.0, "d", 400, 200), Frame(30, 1.0, "d", 800, 400))
    answer = Answer(
        text=cited([{"time": 0.4, "part": "hip", "point": [100, 50], "observation": "low"}]),
        finish="stop",
        manifest=(example, *shown),
    )
    # 0.4 s is nearest to the picture at 0.0 s, 400 x 200: 100/400 and 50/200.
    assert read(answer, ITEMS["verify"], CITED, "pixels").evidence[0].point == (0.25, 0.25)
    nothing_sent = read(replace(answer, manifest=()), ITEMS["verify"], CITED, "pixels")
    assert nothing_sent.evidence[0].point is None


def test_an_unknown_convention_is_named() -> None:
    with pytest.raises(ValueError, match="'polar': must be one of xy-1000"):
        read(Answer(text=cited([piece(1)]), finish="stop"), ITEMS["verify"], CITED, "polar")


@pytest.mark.parametrize("said", ["NaN", "Infinity", "1e400", "-1", "true", "null"])
def test_a_time_that_is_none_is_none(said: str) -> None:
    text = '{"answer": "True", "evidence": [{"time": TIME, "part": "hip"}]}'.replace("TIME", said)
    verdict = read(Answer(text=text, finish="stop"), ITEMS["verify"], CITED)
    assert (verdict.status, verdict.evidence) == (Status.OK, (Evidence(None, "hip", None, ""),))


def test_json_keeps_what_others_hide() -> None:
    found, cut = records("x {'a': 1, \"a\": NaN, // twice\n} y {\"b\": [1, 'two',],} {c}")
    assert not cut
    assert [record.members for record in found] == [
        (("a", Scalar("1", False)), ("a", Scalar("NaN", False))),
        (("b", (Scalar("1", False), Scalar("two", True))),),
    ]
    assert records('{"a": "b')[1]
    assert records("{a: b") == ([], False)


def test_json_deeper_than_any_answer_is_none() -> None:
    deep = '{"a":' * 500 + "1" + "}" * 500
    found, cut = records(deep)
    assert not cut
    assert all(isinstance(record, Record) for record in found)
