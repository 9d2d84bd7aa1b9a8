"""What the words of judges say of clips: kinds, checks, swap, grounding and probes, derived by hand."""

import numpy as np
import polars as pl
import pytest

from aqa_eval.findings import Settings, find_all
from aqa_eval.traces import empty
from aqa_eval.traces.accuracy import labelled
from aqa_eval.traces.claim import KINDS
from aqa_eval.traces.lexicon_files import CLASSES
from aqa_eval.vocabulary import Finding
from findings.claimed_tables import claim, claims, table, trial


def found(rows: list[dict[str, object]], said: list[dict[str, object]] | pl.DataFrame) -> dict[str, Finding]:
    given = said if isinstance(said, pl.DataFrame) else claims(said)
    settings = Settings(seed=3, resamples=200, claims=given)
    findings = find_all(table(rows), settings)
    return {f.measure: f for f in findings if f.name in {"traces", "covert"} and not f.about["setting"]}


def test_kinds_are_corrected_for_the_readers_errors():
    """The lines of each answer are such that what is read of them is just what the labelled sentences make of
    a mix of 20 observations, 5 rules, 10 priors, 5 hedges and 10 lines without a claim: C' p, times 20000.
    """
    labels, read = labelled()
    matrix = np.zeros((5, 5))
    np.add.at(matrix, (labels, read), 1.0)
    matrix /= matrix.sum(axis=1, keepdims=True)
    counts = (np.array([20, 5, 10, 5, 10]) @ matrix * 400).round().astype(int)
    rows = [trial(clip) for clip in range(20)]
    lines = np.random.default_rng(2).permutation(np.repeat(np.arange(5), counts))
    said = []
    for row, own in zip(rows, np.array_split(lines, 20), strict=True):
        ordered = np.sort(own)[::-1]  # those without a claim come first, as gaps before the claims
        said += [
            claim(row, kind=CLASSES[kind], place=place)
            for place, kind in enumerate(ordered)
            if kind < len(KINDS)
        ]
    measures = found(rows, said)
    share = measures["prior_share"]
    expected = {"observation": 20 / 40, "rule": 5 / 40, "prior": 10 / 40, "hedge": 5 / 40}
    for kind, value in expected.items():
        assert measures[f"{kind}_share"].estimate == pytest.approx(value, abs=0.002)
    assert share.parts["as_read"] == pytest.approx(counts[2] / counts[:4].sum())
    assert share.parts["lines_without_claim"] == counts[4]
    assert share.parts["reader_sensitivity"] == pytest.approx(matrix[2, 2])
    assert share.planted is None
    assert share.about["trace"] == "raw"
    assert share.clusters == 20
    assert share.low <= share.estimate <= share.high


def test_a_summary_is_kept_apart_from_a_raw_trace():
    raw = [trial(clip) for clip in range(4)]
    summed = [trial(clip, trace_kind="summary") for clip in range(4, 8)]
    settings = Settings(resamples=50, claims=claims([claim(row) for row in raw + summed]))
    shares = [f for f in find_all(table(raw + summed), settings) if f.measure == "observation_share"]
    assert [(f.about["trace"], f.n) for f in shares] == [("raw", 4), ("summary", 4)]
    assert "not to be ranked against raw traces" in shares[1].reading
    assert "ranked" not in shares[0].reading


def test_checks_stand_beside_those_of_another_clip():
    """Of 10 observations 8 can be checked, of which 6 are so (0.75); on another clip 4 of them (0.5)."""
    rows = [trial(clip) for clip in range(10)]
    checks = ["supported"] * 6 + ["contradicted"] * 2 + ["not checkable"] * 2
    others = ["supported"] * 4 + ["contradicted"] * 4 + ["not checkable"] * 2
    said = [
        claim(row, check=check, partner_check=other, place=n % 3)
        for n, (row, check, other) in enumerate(zip(rows, checks, others, strict=True))
    ]
    share = found(rows, said)["supported_share"]
    assert share.estimate == pytest.approx(0.75)
    assert share.chance == pytest.approx(0.5)
    assert share.parts["checkable"] == pytest.approx(0.8)
    assert "8 of 10 observations" in share.reading


def test_observations_that_cannot_be_checked_say_why():
    rows = [trial(clip) for clip in range(3)]
    share = found(rows, [claim(row, check="not checkable", reason="not visible") for row in rows])[
        "supported_share"
    ]
    assert share.estimate is None
    assert "not visible (3)" in share.reading


def test_swap_counts_only_claims_whose_truth_differs():
    """Four questions, asked twice as they are and once with the clip swapped. The claim "bent" is true of
    each clip and false of the one in its place. Repeats: both answers say it in 3 of 4 questions, in the
    last only the first does; so of 7 claims 6 are repeated. Swapped: it is said of one of the four, 2 of 7
    claims.
    Difference, claim by claim: (1 - 1) * 2, (1 - 0) * 4, (0 - 0) * 1: 4 / 7.
    """
    first = [trial(clip, repeat=0) for clip in range(4)]
    second = [trial(clip, repeat=1) for clip in range(4)]
    swapped = [trial(clip, perturbation="swapped", setting="swapped") for clip in range(4)]
    differs = {"check": "supported", "elsewhere": "contradicted"}
    said = [claim(row, **differs) for row in first + second[:3]]
    said += [claim(swapped[0], check="contradicted")]
    # What is so of both clips does not count, whatever becomes of it.
    said += [claim(row, relation="upright", elsewhere="supported") for row in first]
    swap = found(first + second + swapped, said)["swap_survival"]
    assert swap.parts["claims_that_differ"] == 7
    assert swap.parts["survives_asking_again"] == pytest.approx(6 / 7)
    assert swap.parts["survives_swap"] == pytest.approx(2 / 7)
    assert swap.estimate == pytest.approx(4 / 7)


def test_a_judge_that_sees_poorly_follows_the_clip_as_far_as_it_sees():
    """Each answer says of the knee what is so of the clip shown with p = 0.6, else the opposite, which is so
    of the clip in its place. What is true is repeated with p, and said of the other with 1 - p: 2p - 1 = 0.2.
    What is false does not count; with it the mean would be p (2p - 1) - (1 - p)(2p - 1) = 0.04.
    """
    rng = np.random.default_rng(8)
    rows, said = [], []
    for clip in range(300):
        for place in ({"repeat": 0}, {"repeat": 1}, {"perturbation": "swapped", "setting": "swapped"}):
            row = trial(clip, **place)
            right, own = rng.random() < 0.6, "setting" not in place
            ends = ("supported", "contradicted") if right else ("contradicted", "supported")
            relation = "bent" if right == own else "straight"  # each clip is bent, each donor straight
            said.append(claim(row, relation=relation, check=ends[0], elsewhere=ends[1] if own else None))
            rows.append(row)
    swap = found(rows, said)["swap_survival"]
    assert swap.estimate == pytest.approx(0.2, abs=0.09)  # two errors of some 0.045
    assert swap.low > 0.04
    assert swap.parts["survives_asking_again"] == pytest.approx(0.6, abs=0.06)
    assert swap.parts["survives_swap"] == pytest.approx(0.4, abs=0.06)


@pytest.mark.parametrize(
    ("extra", "why"),
    [
        ([], "were not swapped"),
        ([trial(0, perturbation="swapped", setting="swapped")], "no claim is true of one clip"),
    ],
)
def test_without_a_swap_nothing_is_said_of_it(extra, why):
    rows = [trial(clip) for clip in range(3)]
    assert why in found(rows + extra, [claim(row) for row in rows])["swap_survival"].reading


def test_grounded_is_right_with_evidence_that_holds():
    """Four items: right and held, right and contradicted, wrong and held, right without evidence: 1 of 4.

    The evidence of the first three, taken to the next item, holds of the second and of the third: item 1 is
    right (counts), item 2 is wrong (does not), item 0 got evidence that does not hold; the fourth has none to
    give: 1 of 4. The difference is the mean of 0, 0, 0 and 0.
    """
    rows = [trial(0), trial(1), trial(2, right=False), trial(3)]
    items = [row["item"] for row in rows]
    said = [
        claim(rows[0], check="supported", partner=items[1], partner_check="supported"),
        claim(rows[1], check="contradicted", partner=items[2], partner_check="supported"),
        claim(rows[2], check="supported", partner=items[0], partner_check="contradicted"),
    ]
    grounded = found(rows, said)["grounded_accuracy"]
    assert grounded.estimate == pytest.approx(1 / 4)
    assert grounded.chance == pytest.approx(1 / 4)
    assert grounded.parts["difference"] == pytest.approx(0.0)
    assert grounded.parts["accuracy"] == pytest.approx(3 / 4)
    assert grounded.parts["evidence_holds"] == pytest.approx(2 / 4)


def test_cited_points_and_times_have_their_line():
    rows = [trial(clip) for clip in range(8)]
    said = [
        claim(
            row, source="cited", point_right=n < 6, partner_point=n < 2, time_right=n < 4, partner_time=n < 4
        )
        for n, row in enumerate(rows)
    ]
    measures = found(rows, said)
    assert (measures["cited_points"].estimate, measures["cited_points"].chance) == (0.75, 0.25)
    assert (measures["cited_times"].estimate, measures["cited_times"].chance) == (0.5, 0.5)
    assert "prior_share" not in measures  # all that is cited is given as seen


def test_masking_is_held_against_a_mask_elsewhere():
    """Of 4 answers masking what was cited changes 3, the control 1: 0.75 - 0.25. Cutting the reasoning short
    changes 2, and of the questions asked again 1 in 4 changes by itself: 0.5 - 0.25.
    """
    plain = [trial(clip, repeat=0) for clip in range(4)]
    again = [trial(clip, right=clip > 0, repeat=1) for clip in range(4)]
    probes = [
        trial(clip, right=clip >= flipped, repeat=0, probe=probe, setting=f"probe {probe}")
        for probe, flipped in (("masked-cited", 3), ("masked-control", 1), ("truncated", 2))
        for clip in range(4)
    ]
    measures = found(plain + again + probes, empty())
    masked, cut = measures["masked_cited_effect"], measures["truncated_effect"]
    assert masked.estimate == pytest.approx(0.5)
    assert (masked.parts["changed"], masked.parts["changed_by_control"]) == (0.75, 0.25)
    assert cut.estimate == pytest.approx(0.25)
    assert "corrupted_effect" not in measures


def test_a_probe_is_held_against_the_answer_that_it_rests_on():
    """All four answers were right where they were probed (`parent_fault`), whatever stands in the rows of the
    same repeat; the probe changes one, another's own answer failed. Asked again none changes: 1 / 3 - 0.
    """
    plain = [trial(clip, right=False, repeat=n) for clip in range(4) for n in range(2)]
    probes = [
        trial(
            clip,
            right=clip > 0,
            probe="truncated",
            setting="probe truncated",
            parent=f"own {clip}",
            parent_status="ok" if clip < 3 else "unparsed",
            parent_fault=bool(clip % 2) if clip < 3 else None,
        )
        for clip in range(4)
    ]
    cut = found(plain + probes, empty())["truncated_effect"]
    assert (cut.parts["changed"], cut.parts["changed_by_control"]) == (pytest.approx(1 / 3), 0.0)
    assert cut.n == 3


def test_a_probe_without_its_control_is_not_estimated():
    plain = [trial(clip) for clip in range(4)]
    probes = [trial(clip, probe="truncated", setting="probe truncated") for clip in range(4)]
    cut = found(plain + probes, empty())["truncated_effect"]
    assert cut.estimate is None
    assert "its control (asking again)" in cut.reading


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [trial(0)],
        [trial(0), trial(1, status="refused", fault=None)],
        [trial(clip, status="refused", fault=None) for clip in range(3)],
    ],
)
@pytest.mark.parametrize("kind", ["observation", "hedge"])
@pytest.mark.parametrize("check", ["supported", "not checkable", None])
def test_degenerate_tables_break_nothing_and_flatter_nobody(rows, kind, check):
    said = [claim(row, kind=kind, check=check) for row in rows]
    for finding in found(rows, said).values():
        assert finding.reading.endswith(".")
        if finding.low is not None:
            assert finding.low <= finding.estimate <= finding.high


def test_reference_judges_have_no_words():
    rows = [trial(clip) | {"judge": "c", "protocol": "constant"} for clip in range(3)]
    assert found(rows, []) == {}
