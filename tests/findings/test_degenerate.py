"""Data that say nothing: every finding keeps quiet and says why; none crashes, none flatters."""

import math

import numpy as np
import polars as pl
import pytest
from tests.findings.every_way import every_way

from aqa_eval.findings import Settings, find_all
from aqa_eval.vocabulary import Finding

SETTINGS = Settings(seed=1, resamples=100, scales={"execution": (0.0, 30.0)})


def coin(generator: np.random.Generator, truth: bool) -> bool:
    return bool(generator.random() < 0.5)


def knows(generator: np.random.Generator, truth: bool) -> bool:
    return truth


def random_score(generator: np.random.Generator, clip: int) -> float:
    return float(generator.normal())


TABLES = {
    "nothing answered": lambda: every_way("m", lambda g, t: "unparsed", score=lambda g, c: None),
    "refused by half": lambda: every_way(
        "m", lambda g, t: "refused" if g.random() < 0.5 else coin(g, t), score=random_score
    ),
    "one cluster": lambda: every_way("m", coin, cluster=lambda clip: "body", score=random_score),
    "one class": lambda: every_way("m", coin, truth=lambda clip: True, score=random_score),
    "constant": lambda: every_way("m", lambda g, t: True, score=lambda g, c: 5.0),
    "one clip": lambda: every_way("m", knows, clips=1),
    "two clips": lambda: every_way("m", knows, clips=2),
    "all true scores equal": lambda: every_way("m", coin, true_score=lambda clip: 7.0, score=random_score),
    "ties everywhere": lambda: every_way(
        "m", coin, true_score=lambda clip: float(clip % 2), score=lambda g, c: float(c % 2)
    ),
    "scores that are not finite": lambda: every_way(
        "m", coin, score=lambda g, c: (math.nan, math.inf, -math.inf, 1.0)[c % 4]
    ),
    "no confidence": lambda: every_way("m", coin, confidence=None, score=random_score),
    "confidence that is no number": lambda: every_way("m", coin, confidence=math.nan, score=random_score),
    "always sure": lambda: every_way("m", coin, confidence=1.0, score=random_score),
    "asked once": lambda: every_way("m", coin, repeats=1, score=random_score),
    "nothing at all": lambda: every_way("m", coin).clear(),
    "not asked yet": lambda: every_way("m", lambda g, t: "missing", score=lambda g, c: None).with_columns(
        status=pl.lit("missing")
    ),
}


@pytest.fixture(scope="module", params=list(TABLES))
def found(request: pytest.FixtureRequest) -> tuple[str, list[Finding]]:
    return request.param, find_all(TABLES[request.param](), SETTINGS)


def test_what_cannot_be_estimated_says_why(found):
    _, findings = found
    for finding in findings:
        assert finding.reading, (finding.name, finding.measure)
        if finding.estimate is None and not finding.measure.endswith("_bounds"):  # bounds hold without any
            assert (finding.low, finding.high) == (None, None)
            assert "annot" in finding.reading or "othing" in finding.reading, finding


def test_every_number_is_finite_and_inside_its_interval(found):
    _, findings = found
    for finding in findings:
        for value in (finding.estimate, finding.low, finding.high, finding.noise_floor):
            assert value is None or math.isfinite(value), finding
        if finding.low is not None and finding.high is not None:
            assert finding.low <= finding.high, finding


FLATTERED = ("balanced_accuracy", "choice_skill", "spearman", "skill", "d_prime")


def test_nobody_is_flattered(found):
    """Where the data cannot show sight, no headline is above its line of chance."""
    name, findings = found
    if name in {"one clip", "two clips", "ties everywhere"}:
        return  # there the answers follow the truth: what may be said is tested below
    for finding in findings:
        plain = finding.about.get("representation") == "rgb" and not finding.about.get("versus")
        if plain and finding.measure in FLATTERED and finding.chance is not None and finding.low is not None:
            decided = finding.low > finding.chance and finding.about["criterion"] == "all"
            assert not (decided and finding.about["setting"] == "" and finding.about["strategy"] == "base"), (
                finding
            )


def test_one_clip_proves_nothing():
    for finding in find_all(TABLES["one clip"](), SETTINGS):
        if finding.measure in FLATTERED:
            assert finding.low is None or finding.chance is None or finding.low <= finding.chance, finding
