from __future__ import annotations

import json
from pathlib import Path

import pytest
import synthetic_llm_fms as synthetic

from aqa_eval.datasets.llm_fms.movement_rules import Movement, folded, read
from aqa_eval.datasets.record_faults import RecordFaults

EXTRACT = (
    Path(__file__).parents[3] / "shared" / "data" / "LLM-FMS" / "m78-llm-fms-inline-lunge-ontology-v1.json"
)


def told(content: object) -> str:
    faults = RecordFaults("FMSRules.json")
    read(content, faults)
    return "\n".join(faults.told)


def changed(**fields: object) -> object:
    content = synthetic.rules()
    content["m05"]["rules"]["r01"].update(fields)
    return content


def test_the_extract_of_the_real_rules_is_read() -> None:
    if not EXTRACT.is_file():
        pytest.skip("the extract of FMSRules.json is not at hand (expected at ../shared/data/LLM-FMS)")
    faults = RecordFaults("FMSRules.json")
    found = read(json.loads(EXTRACT.read_text()), faults)
    assert faults.told == []
    assert {m.id: (m.name, m.view, len(m.rules)) for m in found.values()} == {
        "m05": ("Inline Lunge (Left)", "side", 3),
        "m06": ("Inline Lunge (Right)", "side", 3),
    }
    assert found["m05"].rules["r01"].options == ("Parallel", "Not parallel")
    assert found["m05"].test == found["m06"].test == "inline lunge"


@pytest.mark.parametrize(
    ("name", "test"),
    [
        ("Reach Right", "reach"),
        ("Reach - left", "reach"),
        ("Deep Squat", "deep squat"),
        ("Upright", "upright"),
    ],
)
def test_left_and_right_are_one_test(name: str, test: str) -> None:
    assert Movement("m01", name, "", {}).test == test


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (changed(ruleOptions=["Level"]), "m05.rules.r01.ruleOptions: found ['Level'], expected two or more"),
        (changed(ruleOptions=["Level", " LEVEL"]), "m05.rules.r01.ruleOptions: found ['Level', ' LEVEL']"),
        (changed(ruleOptions=["Level", 2]), "m05.rules.r01.ruleOptions: found ['Level', 2]"),
        (changed(ruleOptions="Level"), "m05.rules.r01.ruleOptions: found 'Level'"),
        (
            changed(ruleQuestion=" "),
            "m05.rules.r01.ruleQuestion: found '', expected a question; rule left out",
        ),
        (
            changed(ruleType="speed"),
            "m05.rules.r01.ruleType: found 'speed', expected angle or distance or posi",
        ),
        ({**synthetic.rules(), "x1": {"rules": {}}}, "key x1: found 'x1', expected m and two digits"),
        ({**synthetic.rules(), "m09": 5}, "movements, key m09: found 5, expected an object"),
        (
            {**synthetic.rules(), "m09": {"actionName": "A"}},
            "key m09.rules: found None, expected an object by",
        ),
        (
            {"m09": {"rules": synthetic.rules()["m05"]["rules"]}},
            "m09.actionName: found '', expected the movemen",
        ),
        ("rules", "key movements: found 'rules', expected an object by id"),
    ],
)
def test_what_is_no_rule_is_named(content: object, message: str) -> None:
    assert message in told(content)


def test_a_broken_rule_leaves_the_others() -> None:
    found = read(changed(ruleOptions=[]), RecordFaults("FMSRules.json"))
    assert list(found["m05"].rules) == ["r02"]
    assert list(found["m06"].rules) == ["r01", "r02"]


def test_capitals_and_spaces_do_not_count() -> None:
    assert folded(" Not  Parallel\n") == folded("not parallel")
