from __future__ import annotations

import re

from aqa_eval.report.contents import JudgeLine
from aqa_eval.report.drawing import COLOUR, label
from aqa_eval.report.evidence import block
from aqa_eval.report.forest import forest
from report.example_study import JUDGES, finding


def _forest(name: str = "forest", judges=JUDGES) -> str:
    found = [finding("chance", "balanced_accuracy", line.name, 0.6, chance=0.5) for line in judges]
    return forest(block(found, judges), ("balanced_accuracy",), name)


def test_the_same_drawing_is_the_same_bytes():
    assert _forest() == _forest()


def test_nothing_in_it_points_outside():
    drawing = _forest()
    assert "http" not in drawing
    assert "<metadata" not in drawing
    assert "<style" not in drawing
    assert "xlink" not in drawing


def test_colours_follow_the_theme():
    drawing = _forest()
    assert not any(stand_in in drawing for stand_in in COLOUR.values())
    assert {"var(--model)", "var(--reference)", "var(--band)", "var(--muted)"} <= set(
        re.findall(r"var\(--\w+\)", drawing)
    )


def test_two_drawings_of_a_page_share_no_id_and_every_reference_is_met():
    one, two = _forest("one"), _forest("two")
    ids = [set(re.findall(r' id="([^"]+)"', drawing)) for drawing in (one, two)]
    assert ids[0]
    assert not ids[0] & ids[1]
    for drawing, own in zip((one, two), ids, strict=True):
        assert set(re.findall(r'(?:href="|url\()#([^")]+)', drawing)) == own


def test_names_are_text_whatever_they_hold():
    names = ["a $b$ c", "姿勢 判定", "<script>x</script>", 'q"><img src=x>', "nul\x00"]
    drawing = _forest(judges=[JudgeLine(name, "openai") for name in names])
    assert "a $b$ c" in drawing
    assert "姿勢 判定" in drawing
    assert "<script" not in drawing
    assert "<img" not in drawing
    assert "\x00" not in drawing


def test_nothing_to_draw_is_no_drawing():
    found = [finding("detection", "d_prime", "constant", None)]
    assert forest(block(found, JUDGES), ("d_prime",), "x") == ""
    assert forest(block([], JUDGES), ("d_prime",), "x") == ""


def test_simulated_judges_are_named_as_such():
    assert "observer (simulated)" in _forest()


def test_long_labels_keep_both_ends_and_the_mark():
    name = "organisation/" + "x" * 60 + "-instruct"
    shown = label(JudgeLine(name, "simulated", simulated=True), "grounding, " + "y" * 60)
    assert shown.startswith("organisation/")
    assert "-instruct (simulated) · grounding, " in shown
    assert len(shown) <= 30 + len(" (simulated) · ") + 30
