from __future__ import annotations

from aqa_eval.datasets.record_faults import RecordFaults, words


def test_a_fault_names_file_key_found_expected_and_what_was_done() -> None:
    faults = RecordFaults("a.json")
    faults.add("key b, c", 7, "1 to 5", "rating left out")
    assert faults.told == ["a.json: key b, c: found 7, expected 1 to 5; rating left out"]


def test_a_long_value_is_cut() -> None:
    faults = RecordFaults("a.json")
    faults.add("the file", ["x" * 50] * 1000, "an object")
    assert faults.told[0].endswith("x ..., expected an object; left out")
    assert len(faults.told[0]) < 140


def test_only_a_text_has_words() -> None:
    assert [words(value) for value in (" a b ", 7, None)] == ["a b", "", ""]
