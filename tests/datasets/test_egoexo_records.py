from __future__ import annotations

import pytest

from aqa_eval.datasets.egoexo_fitness.meta_records import pseudonym, read
from aqa_eval.datasets.record_faults import RecordFaults, whole_number


def test_a_person_is_the_same_on_every_date_and_is_not_named() -> None:
    spellings = ("0912-Robin", "20231001_robin", "0913 ROBIN", "Robin", "robin ", "1019-Ro-bin")
    assert len({pseudonym(actor) for actor in spellings}) == 1
    assert pseudonym("0912-Robin") != pseudonym("0912-Kim")
    assert pseudonym("0912-Robin").startswith("person-")
    assert "robin" not in pseudonym("0912-Robin")
    assert pseudonym("") == ""


def test_a_number_instead_of_a_name_is_a_person_too() -> None:
    assert pseudonym("0912-17") != pseudonym("0912-18")
    assert pseudonym("17") != ""
    assert pseudonym("P07a") != pseudonym("P08a")


def test_records_are_found_by_their_own_id_or_by_the_index() -> None:
    faults = RecordFaults("meta_records.json")
    content = {
        "records": [{"views": ["exo_m"], "frames": {"exo_m": {"num_frames": " 12 "}}}, {"views": []}],
        "record_index": {"first": "0"},
    }
    found = read(content, faults)
    assert list(found) == ["first"]
    assert found["first"].views == {"exo_m": 12}
    assert faults.told == [
        "meta_records.json: records[1].record_id: found '', expected an id that no other record has; left out"
    ]


def test_an_index_that_is_none_is_told_and_the_records_are_read() -> None:
    faults = RecordFaults("meta_records.json")
    content = {"records": [{"record_id": "a", "views": [], "frames": {}}], "record_index": ["a"]}
    assert list(read(content, faults)) == ["a"]
    assert faults.told[0].startswith("meta_records.json: key record_index: found ['a'], expected an object")


@pytest.mark.parametrize("content", [[], None, {"records": {}}, {}])
def test_what_is_no_list_of_records_is_told(content: object) -> None:
    faults = RecordFaults("meta_records.json")
    assert read(content, faults) == {}
    assert "key records: found" in faults.told[0]


def test_cameras_without_frames_are_told_and_kept() -> None:
    faults = RecordFaults("meta_records.json")
    content = {"records": [{"record_id": "a", "views": ["exo_m"]}, {"record_id": "b", "frames": {}}]}
    assert read(content, faults)["a"].views == {"exo_m": None}
    told = "\n".join(faults.told)
    assert "record a, frames: found None" in told
    assert "record a, frames.exo_m.num_frames: found None" in told
    assert "record b, views: found None" in told


@pytest.mark.parametrize(
    ("value", "number"),
    [("7973", 7973), (" 12 ", 12), (12, 12), (12.0, 12)],
)
def test_counts_may_be_texts(value: object, number: int) -> None:
    assert whole_number(value) == number


@pytest.mark.parametrize("value", ["12.5", 12.5, True, None, "", "-1", "²", [], "1_000"])
def test_what_is_no_count_is_none(value: object) -> None:
    assert whole_number(value) is None
