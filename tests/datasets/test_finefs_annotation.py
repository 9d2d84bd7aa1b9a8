"""The documented example, and a performance's record with each kind of fault."""

from __future__ import annotations

from typing import Any

import pytest
import synthetic_finefs as synthetic
from hypothesis import given
from hypothesis import strategies as st

from aqa_eval.datasets.finefs.annotation import Performance, broken_sums, read
from aqa_eval.datasets.record_faults import RecordFaults
from aqa_eval.measures.panels import trimmed_mean
from aqa_eval.vocabulary import TimeSpan

# The paper's appendix, Tab. 3: one performance, of whose twelve elements one is printed in full.
EXAMPLE: dict[str, Any] = {
    "competition": "fs_gpf_2018_men",
    "competition_index": 46,
    "total_segment_score": 189.43,
    "total_element_score": 101.79,
    "total_program_component_score(factored)": 88.64,
    "factor": 2.0,
    "total_program_component_score_not_factored": 44.32,
    "deductions": -1.0,
    "element_score": [15.40, 4.31, 7.06, 10.06, 4.11, 5.40, 18.33, 12.37, 11.56, 4.29, 4.35, 4.55],
    "component_score_not_factored": [9.04, 8.64, 8.82, 8.93, 8.89],
    "executed_element": {
        "element9": {
            "element": "3F+1Eu+3S",
            "coarse_class": "jump",
            "jump_comb": 2,
            "bv": 11.11,
            "judge_score": [2, 0, 0, 1, -1, 1, 1, 1, 2],
            "goe": 0.45,
            "score_of_panel": 11.56,
            "linfo": ["x"],
            "minfo": ["x"],
            "rinfo": ["x"],
            "time": "0-25,0-29",
        }
    },
}


def performance(content: object) -> tuple[Performance | None, list[str]]:
    faults = RecordFaults("7.json")
    return read(content, faults), faults.told


def with_element(**changes: object) -> dict[str, Any]:
    element = EXAMPLE["executed_element"]["element9"] | changes
    return EXAMPLE | {"executed_element": {"element9": element}}


class TestTheDocumentedExample:
    def test_it_is_read_without_a_word(self) -> None:
        found, faults = performance(EXAMPLE)
        assert faults == []
        assert found is not None
        assert found.broken_sums == []
        (element,) = found.elements
        assert (element.code, element.kind, element.goe, element.panel) == ("3F+1Eu+3S", "jump", 0.45, 11.56)
        assert (element.repaired, element.inferred, element.instant) == (None, False, False)
        assert element.span == TimeSpan(25.0, 29.0, pad=1.0)  # 25 to 29, a second more at either side
        assert found.competition == "fs_gpf_2018_men"

    def test_its_sums_hold(self) -> None:
        # elements 15.40 + 4.31 + ... + 4.55 = 101.79; components 9.04 + ... + 8.89 = 44.32;
        # 2.0 x 44.32 = 88.64; 101.79 + 88.64 - 1.00 = 189.43
        assert broken_sums(EXAMPLE, RecordFaults("7.json")) == []

    def test_the_grade_is_the_trimmed_mean_and_the_points_scale_it(self) -> None:
        found, _ = performance(EXAMPLE)
        assert found is not None
        (element,) = found.elements
        grade = trimmed_mean(element.grades)
        assert grade == pytest.approx(6 / 7)
        # a tenth of the hardest jump's base value, 3F = 5.3: 0.1 x 5.3 x 6/7 = 0.454
        assert round(0.1 * 5.3 * grade, 2) == element.goe

    @pytest.mark.parametrize(
        ("changes", "broken"),
        [
            (
                {"total_segment_score": 190.43},
                "total_element_score + components (factored) + deductions is 189.43, the record has 190.43",
            ),
            ({"factor": 1.0}, "factor x components is 44.32, the record has 88.64"),
            ({"element_score": [15.4, 4.31]}, "the sum of element_score is 19.71, the record has 101.79"),
            (
                {"component_score_not_factored": [9.04]},
                "the sum of component_score_not_factored is 9.04, the record has 44.32",
            ),
        ],
    )
    def test_a_broken_sum_is_stated(self, changes: dict[str, object], broken: str) -> None:
        found, faults = performance(EXAMPLE | changes)
        assert found is not None
        assert found.broken_sums == [broken]
        assert faults == []

    def test_a_sum_within_rounding_holds(self) -> None:
        assert performance(EXAMPLE | {"total_segment_score": 189.45}) == performance(EXAMPLE)


@pytest.mark.parametrize("number", synthetic.PERFORMANCES)
def test_synthetic_records_obey_the_rules_but_where_stated(number: int) -> None:
    found, _ = performance(synthetic.record(number))
    assert found is not None
    assert len(found.elements) == len(synthetic.PERFORMANCES[number][1])
    assert bool(found.broken_sums) == (number == 4)
    assert any(element.repaired is not None for element in found.elements) == (number == 1)


class TestRepair:
    @pytest.mark.parametrize(
        ("panel", "repaired"), [(11.56, False), (11.61, False), (11.62, True), (11.5, True)]
    )
    def test_a_panel_score_off_by_more_than_5_hundredths(self, panel: float, repaired: bool) -> None:
        found, faults = performance(with_element(score_of_panel=panel))
        assert found is not None
        (element,) = found.elements
        assert element.repaired == (panel if repaired else None)
        assert element.panel == (11.56 if repaired else panel)
        assert faults == []

    def test_both_spellings_are_read(self) -> None:
        record = with_element()
        record["executed_element"]["element9"]["score_of_pannel"] = 12.0
        del record["executed_element"]["element9"]["score_of_panel"]
        found, _ = performance(record)
        assert found is not None
        assert found.elements[0].repaired == 12.0


class TestClass:
    @pytest.mark.parametrize("stated", [None, "", "None", "null"])
    def test_without_one_the_code_tells(self, stated: object) -> None:
        found, faults = performance(with_element(coarse_class=stated, element="CCoSp3"))
        assert found is not None
        assert (found.elements[0].kind, found.elements[0].inferred, faults) == ("spin", True, [])

    def test_an_unknown_one_is_told(self) -> None:
        found, faults = performance(with_element(coarse_class="jump_2"))
        assert found is not None
        assert found.elements[0].kind == "jump"
        assert faults == [
            "7.json: element9.coarse_class: found 'jump_2', expected jump, spin, sequence; used as a jump, "
            "by its code '3F+1Eu+3S'"
        ]

    def test_neither_class_nor_telling_code_leaves_it_out(self) -> None:
        found, faults = performance(with_element(coarse_class=None, element="BO"))
        assert found is not None
        assert found.elements == []
        assert "element9.coarse_class: found None" in faults[0]
        assert faults[0].endswith("left out")


class TestTime:
    @pytest.mark.parametrize(
        ("time", "span"),
        [
            ("0-00,0-03", TimeSpan(0.0, 3.0, pad=1.0)),
            ("1-05,1-10", TimeSpan(65.0, 70.0, pad=1.0)),
            ("2-59,3-01", TimeSpan(179.0, 181.0, pad=1.0)),
            ("0-10, 0-12", TimeSpan(10.0, 12.0, pad=1.0)),
            ("0-10.5,0-12", TimeSpan(10.5, 12.0, pad=1.0)),
        ],
    )
    def test_minutes_and_seconds_are_padded(self, time: str, span: TimeSpan) -> None:
        found, faults = performance(with_element(time=time))
        assert found is not None
        assert found.elements[0].span == span
        assert faults == []

    def test_the_same_second_twice_is_padded_as_well(self) -> None:
        found, faults = performance(with_element(time="0-25,0-25"))
        assert found is not None
        assert (found.elements[0].span, found.elements[0].instant) == (TimeSpan(25.0, 25.0, pad=1.0), True)
        assert faults == []

    @pytest.mark.parametrize("time", ["0-29,0-25", "0-25", "25,29", "0-60,1-05", "", None, 25, "0-2,0-x"])
    def test_what_is_no_time_keeps_the_label_without_media(self, time: object) -> None:
        found, faults = performance(with_element(time=time))
        assert found is not None
        assert found.elements[0].span is None
        assert len(faults) == 1
        assert faults[0].startswith(f"7.json: element9.time: found {time!r}, expected ")
        assert faults[0].endswith("kept without media")

    @given(st.integers(0, 300), st.integers(0, 60))
    def test_any_time_covers_its_element(self, start: int, length: int) -> None:
        end = start + length
        text = f"{start // 60}-{start % 60:02d},{end // 60}-{end % 60:02d}"
        found, _ = performance(with_element(time=text))
        assert found is not None
        assert found.elements[0].span == TimeSpan(start, end, pad=1.0)


class TestGrades:
    @pytest.mark.parametrize(
        "grades", [[6, 0, 0, 0, 0, 0, 0], [1.5] * 9, ["1"] * 9, [True] * 9, [], [1] * 4, None, 3]
    )
    def test_what_is_no_panel_leaves_the_element_out(self, grades: object) -> None:
        found, faults = performance(with_element(judge_score=grades))
        assert found is not None
        assert found.elements == []
        assert faults == [
            f"7.json: element9.judge_score: found {grades!r}, expected the judges' whole grades, -5 to 5, of "
            "7 to 9 judges; left out"
        ]

    def test_another_number_of_judges_is_told_and_used(self) -> None:
        found, faults = performance(with_element(judge_score=[1] * 6))
        assert found is not None
        assert found.elements[0].grades == (1.0,) * 6
        assert faults[0].endswith("used as it is")


class TestRecord:
    @pytest.mark.parametrize(
        ("content", "fault"),
        [
            ([], "the file: found []"),
            ({}, "executed_element: found None"),
            ({"executed_element": [1]}, "executed_element: found [1]"),
            ({"executed_element": {}}, "executed_element: found {}"),
        ],
    )
    def test_without_elements_there_is_no_performance(self, content: object, fault: str) -> None:
        found, faults = performance(content)
        assert found is None
        assert len(faults) == 1
        assert faults[0].startswith(f"7.json: {fault}")

    @pytest.mark.parametrize("name", ["bv", "goe", "score_of_panel"])
    @pytest.mark.parametrize("value", [None, "1.5", True])
    def test_points_are_numbers(self, name: str, value: object) -> None:
        found, faults = performance(with_element(**{name: value}))
        assert found is not None
        assert found.elements == []
        assert faults == [f"7.json: element9.{name}: found {value!r}, expected points as a number; left out"]

    def test_one_bad_element_leaves_the_others(self) -> None:
        record = with_element()
        record["executed_element"] |= {"element1": 5, "element2": {"element": 3}}
        found, faults = performance(record)
        assert found is not None
        assert [element.key for element in found.elements] == ["element9"]
        assert [fault.partition(": found")[0] for fault in faults] == [
            "7.json: element1", "7.json: element2.element"
        ]  # fmt: skip

    def test_totals_that_are_no_numbers_cost_only_the_check(self) -> None:
        found, faults = performance(EXAMPLE | {"factor": "2.0"})
        assert found is not None
        assert len(found.elements) == 1
        assert faults == ["7.json: factor: found '2.0', expected a number; its check sums are not made"]
        _, faults = performance(EXAMPLE | {"element_score": None})
        assert faults == [
            "7.json: element_score: found None, expected a list of numbers; its check sum is not made"
        ]

    def test_a_missing_competition_is_told(self) -> None:
        found, faults = performance({k: v for k, v in EXAMPLE.items() if k != "competition"})
        assert found is not None
        assert found.competition == ""
        assert "competition: found None" in faults[0]
