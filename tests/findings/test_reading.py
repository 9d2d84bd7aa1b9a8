"""Plain words, and where they stop."""

from dataclasses import replace

from aqa_eval.findings.reading import against, caution, needed
from aqa_eval.measures.estimate import Estimate, impossible

ESTIMATE = Estimate(0.1, -0.1, 0.3, -0.1, 0.3, "jackknife", 100, 20)


def test_what_would_decide_is_said_and_nothing_is_promised_of_exactly_nothing():
    # Half-width 0.2 against a gap of 0.1: fourfold.
    assert needed(ESTIMATE, 0.0) == "About 400 answers in 80 clusters would settle a difference of this size."
    small = replace(ESTIMATE, value=0.001)
    assert "hundred times" in needed(small, 0.0)
    nothing = replace(ESTIMATE, value=0.0)
    assert needed(nothing, 0.0) == "Nothing was seen either way; more answers would only narrow the interval."
    assert "Undecided which" in against(nothing, 0.0, "above", "below", "which")


def test_the_fragile_say_on_how_many_clusters_they_rest():
    assert caution(ESTIMATE) == ""
    assert caution(replace(ESTIMATE, fragile=True, clusters=4)) == "Fragile: it rests on 4 clusters."
    uneven = replace(ESTIMATE, fragile=True, free=6.4)
    assert caution(uneven).startswith("Fragile: it rests on no more than 7.4 of the 20 clusters")
    unknown = replace(ESTIMATE, fragile=True)
    assert caution(unknown) == "Fragile: one of its classes is in too few of the 20 clusters."
    assert caution(impossible("nothing", 0, 0)) == ""
