from __future__ import annotations

from aqa_eval.report.sections import HEADINGS, MOST_OPEN, sections
from report.example_study import finding, study


def test_a_failure_mode_stands_in_the_section_that_names_it():
    found = [finding("covert", "covert_rate", "qwen3-vl", 0.1), finding("novel", "thing", "qwen3-vl", 0.2)]
    made = sections(study(findings=found), placed=("chance",))
    assert [(s.heading.id, [row.first.measure for row in s.open.rows]) for s in made] == [
        ("traces", ["covert_rate"]),
        ("further-1", ["thing"]),
    ]


def test_what_is_placed_elsewhere_stands_nowhere_else():
    assert sections(study(findings=[finding("chance", "balanced_accuracy", "a", 0.6)]), ("chance",)) == []


def test_many_ways_are_folded_and_none_is_lost():
    found = [
        finding("looking", "blind_gap", "qwen3-vl", i / 100, about={"frames": str(i)})
        for i in range(MOST_OPEN + 5)
    ]
    (section,) = sections(study(findings=found), ())
    assert len(section.open.rows) == 1
    assert len(section.folded.rows) == MOST_OPEN + 4


def test_no_failure_mode_is_in_two_sections():
    names = [name for heading in HEADINGS for name in heading.names]
    assert len(names) == len(set(names))
