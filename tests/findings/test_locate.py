"""What the overlap of time spans is held against: always naming the same span."""

import polars as pl
import pytest

from aqa_eval.findings import Settings, find_all
from findings.tables import locate, one

SETTINGS = Settings(seed=3, resamples=200)
TRUE = (("a", (0.0, 2.0)), ("a", (2.0, 4.0)), ("b", (1.0, 3.0)), ("c", (3.0, 5.0)))


def naming_rightly(*unanswered: int, **fields: object) -> pl.DataFrame:
    spans = [(cluster, span, None if n in unanswered else span) for n, (cluster, span) in enumerate(TRUE)]
    return locate("model", spans, **fields)


def test_always_the_same_is_the_mean_span_of_the_other_clusters():
    """Of both clips of a the others mean 2 to 4, which the first does not touch (0) and the second is (1). Of
    b they mean 5/3 to 11/3, which shares 4/3 of 8/3 seconds with 1 to 3 (1/2); of c 1 to 3, no touch (0).
    """
    found = one(find_all(naming_rightly(), SETTINGS), "temporal_iou", "model")
    assert found.estimate == 1.0
    assert found.chance == found.parts["always_the_same"] == pytest.approx(1.5 / 4)
    assert "better than the same span for every clip" in found.reading
    assert "reaches 0.38" in found.reading


def test_it_is_over_the_clips_that_were_answered_and_learns_from_all():
    # Without an answer about c: 0, 1 and 1/2, the mean spans as before.
    found = one(find_all(naming_rightly(3), SETTINGS), "temporal_iou", "model")
    assert found.chance == pytest.approx(1.5 / 3)


def test_a_clip_that_is_asked_twice_weighs_once_in_the_mean_span():
    # The first clip twice: 0, 0, 1, 1/2, 0.
    table = pl.concat([naming_rightly(), naming_rightly(repeat=1)[:1]])
    found = one(find_all(table, SETTINGS), "temporal_iou", "model")
    assert found.chance == pytest.approx(1.5 / 5)


def test_each_criterion_has_its_own_span():
    later = [(cluster, (start + 10, end + 10), (10.0, 11.0)) for cluster, (start, end) in TRUE]
    found = find_all(pl.concat([naming_rightly(), locate("model", later, "knees")]), SETTINGS)
    chances = [one(found, "temporal_iou", "model", name).chance for name in ("all", "depth", "knees")]
    assert chances == pytest.approx([1.5 / 4] * 3)


def test_always_naming_the_same_is_not_told_apart_from_it():
    named = [(cluster, span, (1.5, 3.5)) for cluster, span in TRUE]
    found = one(find_all(locate("model", named), SETTINGS), "temporal_iou", "model")
    # 1/7, 3/5, 3/5 and 1/7 of the seconds are shared.
    assert found.estimate == pytest.approx((2 / 7 + 6 / 5) / 4)
    assert found.reading.startswith("Undecided whether the spans it names meet the true ones better")


def test_one_cluster_has_no_others():
    spans = [("a", span, span) for _, span in TRUE]
    found = one(find_all(locate("model", spans), SETTINGS), "temporal_iou", "model")
    assert (found.estimate, found.chance, found.parts["always_the_same"]) == (1.0, None, None)
    assert "clips of one cluster only" in found.reading


def test_without_an_answer_there_is_nothing_to_hold_against():
    found = one(find_all(naming_rightly(0, 1, 2, 3), SETTINGS), "temporal_iou", "model")
    assert (found.estimate, found.chance) == (None, None)


def test_recall_has_an_interval_and_a_line_of_no_sight():
    """Overlaps 1, 1, 3/5 and 0 in eight clusters twice over: 3/4 at 0.5, 1/2 at 0.7."""
    named = ((0.0, 2.0), (2.0, 4.0), (1.5, 3.5), (9.0, 10.0))
    spans = [
        (f"{cluster}{turn}{n}", span, said)
        for turn in range(2)
        for n, ((cluster, span), said) in enumerate(zip(TRUE, named, strict=True))
    ]
    found = find_all(locate("model", spans), SETTINGS)
    half, more = (one(found, f"recall_at_{level}", "model") for level in (0.5, 0.7))
    assert (half.estimate, more.estimate) == (0.75, 0.5)
    assert half.low < 0.75 < half.high
    assert half.chance is not None
    assert "recall_at_0.5" not in one(found, "temporal_iou", "model").parts
    one_cluster = find_all(locate("model", [("a", span, span) for _, span in TRUE]), SETTINGS)
    assert one(one_cluster, "recall_at_0.5", "model").chance is None
    nothing = one(find_all(naming_rightly(0, 1, 2, 3), SETTINGS), "recall_at_0.7", "model")
    assert nothing.estimate is None
