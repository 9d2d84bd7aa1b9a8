"""Claims that were made up without a look at the clip are not found better of it than of another one."""

import numpy as np
import pytest

from aqa_eval.findings import Settings, claim_checks, grounded
from aqa_eval.findings.asked import asked
from aqa_eval.findings.claimed import claimed
from aqa_eval.vocabulary import Task
from findings.claimed_tables import claim, claims, table, trial

SO = np.array(["contradicted", "supported"])
CITED = {"source": "cited", "check": "not checkable"}


def made(seed, look, clips=60):
    """Clips in a ring, of each of which three things are true or not; of each answer's two claims about them
    a share `look` says what is so of its clip, the others say what they say.
    """
    rng = np.random.default_rng(seed)
    rows = [trial(clip) for clip in range(clips)]
    body = rng.random((clips, 3)) < rng.random((clips, 1))
    order = rng.permutation(clips)
    partner = dict(zip(order, np.roll(order, -1), strict=True))
    said = []
    for n, row in enumerate(rows):
        other = partner[n]
        for thing in rng.choice(3, 2, replace=False):
            says = body[n, thing] if rng.random() < look else rng.random() < 0.6
            here, there = bool(says == body[n, thing]), bool(says == body[other, thing])
            said.append((row, rows[other]["item"], here, there))
    return rows, said


def checked(rows, told, seed=0):
    settings = Settings(seed=seed, resamples=50, claims=claims(told))
    (trials,) = asked(table(rows), Task.VERIFY)
    return {finding.measure: finding for finding in claim_checks.find(claimed(trials, settings), settings)}


def decided(seed, look, fields, measure, clips=60):
    rows, said = made(seed, look, clips)
    told = [claim(row, partner=partner, **fields(here, there)) for row, partner, here, there in said]
    return checked(rows, told, seed)[measure]


def checks(here, there):
    return {"check": SO[int(here)], "partner_check": SO[int(there)]}


def points(here, there):
    return {"point_right": here, "partner_point": there, **CITED}


def times(here, there):
    return {"time_right": here, "partner_time": there, **CITED}


KINDS = [(checks, "supported_share"), (points, "cited_points"), (times, "cited_times")]


@pytest.mark.parametrize(("fields", "measure"), KINDS)
def test_blind_words_are_not_said_to_hold_of_their_clip(fields, measure):
    """Of 40 at most 5% and two binomial errors, 5, are decided; with the line as known 10 of 60 were."""
    findings = [decided(seed, 0.0, fields, measure) for seed in range(40)]
    readings = [finding.reading for finding in findings]
    assert sum("more often than" in r and "whether" not in r for r in readings) <= 4
    assert sum("less often than" in r for r in readings) <= 4
    assert sum("whether" not in r for r in readings) <= 5
    for finding in findings:
        outside = not finding.parts["difference_low"] <= 0.0 <= finding.parts["difference_high"]
        assert outside == ("whether" not in finding.reading)


@pytest.mark.parametrize(("fields", "measure"), KINDS)
def test_words_that_follow_their_clip_are(fields, measure):
    finding = decided(1, 0.9, fields, measure)
    assert "more often than of another clip" in finding.reading
    assert "whether" not in finding.reading
    assert finding.parts["difference_low"] > 0.0


def test_both_sides_are_of_the_same_rows():
    """Of six claims four are so; of another clip only the first two are decided, one of which is so there: of
    these two both are so here, 1.0 - 0.5.
    """
    rows = [trial(clip) for clip in range(6)]
    here = ["supported"] * 4 + ["contradicted"] * 2
    there = ["supported", "contradicted"] + ["not checkable"] * 4
    told = [
        claim(row, check=a, partner=rows[n - 1]["item"], partner_check=b)
        for n, (row, a, b) in enumerate(zip(rows, here, there, strict=True))
    ]
    share = checked(rows, told)["supported_share"]
    assert share.estimate == pytest.approx(4 / 6)
    assert (share.parts["of_own_clip"], share.chance, share.parts["difference"]) == (1.0, 0.5, 0.5)


def test_without_another_clip_nothing_is_said_of_one():
    rows = [trial(clip) for clip in range(6)]
    share = checked(rows, [claim(row) for row in rows])["supported_share"]
    assert share.estimate == 1.0
    assert share.chance is None
    assert "cannot be said" in share.reading


def grounds(seed, look, resamples=50):
    """Clips in a ring; a judge right in 7 of 10, its evidence looked for or made up."""
    rng = np.random.default_rng(seed)
    rows, said = made(seed, look)
    right = rng.random(len(rows)) < 0.7
    answered = [trial(n, right=bool(one)) for n, one in enumerate(right)]
    told = [claim(row, partner=partner, **checks(here, there)) for row, partner, here, there in said]
    settings = Settings(seed=seed, resamples=resamples, claims=claims(told))
    (trials,) = asked(table(answered), Task.VERIFY)
    (finding,) = grounded.find(claimed(trials, settings), settings)
    return finding


def test_evidence_that_was_made_up_grounds_no_more_than_that_of_another_clip():
    """Of 60 at most 5% and two binomial errors, 6, are decided."""
    readings = [grounds(seed, 0.0).reading for seed in range(60)]
    assert sum("Undecided" not in reading for reading in readings) <= 6


def test_evidence_that_was_looked_for_grounds_more():
    finding = grounds(2, 1.0)
    assert "holds more often than evidence from another clip" in finding.reading
    assert finding.parts["difference_low"] > 0.0
