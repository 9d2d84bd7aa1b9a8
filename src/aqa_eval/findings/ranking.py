"""A ranking from comparisons: who beats whom as a tournament, and whether the ranking is the true one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph, linalg

from aqa_eval.findings.asked import Asked
from aqa_eval.findings.reading import against, words
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.statement import statement
from aqa_eval.measures.bradley_terry import Games, Strengths, strengths
from aqa_eval.measures.clusters import FloatArray, IntArray
from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.rank import rank_correlation
from aqa_eval.measures.scores import Scores
from aqa_eval.vocabulary import FIRST, TIE, Finding

Names = NDArray[np.str_]

FEWEST = 5
"""Clips that make a tournament; a ranking of fewer says next to nothing."""
MOST = 400
"""Clips beyond which the fit takes too long."""
DRAWS = 100
"""Simulated tournaments behind the check of the fit."""
MOST_CHECKED = 120
"""Clips beyond which the fit is not checked: simulating tournaments would take minutes."""
UNPLACED = (
    "Every pair was shown in one order, so that the pull of the first place cannot be told from what it "
    "prefers and is in the ranking."
)


def of(name: str, trials: Asked, criterion: str, settings: Settings) -> Finding | None:
    """Rho of the strengths that a judge's preferences in a criterion give the clips with the truth; None
    where the comparisons do not connect the clips, so that there is no tournament. `name`: of the finding.
    """
    rows = trials.answered(criterion).drop_nulls(["truth_choice", "choice"])
    clips = np.unique(np.concatenate([rows["clip"].to_numpy(), rows["clip_b"].to_numpy()]).astype(str))
    if len(clips) < FEWEST or not _connected(rows, clips):
        return None
    parts: dict[str, float | None] = {"clips": float(len(clips)), "comparisons": float(rows.height)}
    if len(clips) > MOST:
        estimate = impossible(f"more than {MOST} clips take too long to fit", rows.height, len(clips))
        return _finding(name, trials, criterion, estimate, "", parts)
    found, placed = _fitted(rows, settings)
    if found.reason:
        estimate = impossible(found.reason, rows.height, rows["cluster"].n_unique())
        return _finding(name, trials, criterion, estimate, "", parts)
    quality = _quality(rows, clips)
    check = found.fit
    if check is not None:
        parts |= {"fit_p": check.pearson_p, "intransitive": check.intransitive}
        parts |= {"intransitive_p": check.intransitive_p}
    if quality is None:
        reason = "the labels tell which of two clips is better, not how good each is"
        estimate = impossible(reason, rows.height, rows["cluster"].n_unique())
    else:
        estimate = _rho(rows, clips, [found.strengths[clip] for clip in clips], quality, settings)
    note = words("" if placed else UNPLACED, _misfit(found))
    return _finding(name, trials, criterion, estimate, note, parts)


def _connected(rows: pl.DataFrame, clips: Names) -> bool:
    first, second = _places(rows, clips)
    graph = sparse.csr_array((np.ones(len(first)), (first, second)), shape=(len(clips),) * 2)
    return int(csgraph.connected_components(graph, directed=False)[0]) == 1


def _places(rows: pl.DataFrame, clips: Names) -> tuple[IntArray, IntArray]:
    """Where both clips of each row stand among `clips`."""
    first, second = (rows[column].to_numpy().astype(str) for column in ("clip", "clip_b"))
    return np.searchsorted(clips, first).astype(np.int64), np.searchsorted(clips, second).astype(np.int64)


def _fitted(rows: pl.DataFrame, settings: Settings) -> tuple[Strengths, bool]:
    """The strengths, and whether the pull of the first place is fitted beside them. It is not where every
    pair is shown in one order and it cannot be told from them; any other failure stands.
    """
    swapped = pl.col("order") == "swapped"
    shown = rows.select(
        first=pl.when(swapped).then("clip_b").otherwise("clip"),
        second=pl.when(swapped).then("clip").otherwise("clip_b"),
        preferred=pl.when(pl.col("choice") == TIE)
        .then(None)
        .when(pl.col("choice") == FIRST)
        .then("clip")
        .otherwise("clip_b"),
    )
    games = Games.of(*(shown[column].to_list() for column in ("first", "second", "preferred")))
    draws = DRAWS if len(games.players) <= MOST_CHECKED else 0
    found = strengths(games, settings.plan, draws=draws)
    pair = pl.concat_list(pl.min_horizontal("first", "second"), pl.max_horizontal("first", "second"))
    orders = shown.group_by(pair=pair).agg(pl.col("first").n_unique())["first"]
    if found.reason and (orders == 1).all():
        return strengths(games, settings.plan, place=False, draws=draws), False
    return found, True


def _quality(rows: pl.DataFrame, clips: Names) -> FloatArray | None:
    """How good each clip is, but for a constant: gaps are differences of the quality of two clips, and the
    better one is told. None where a gap is missing.
    """
    gap = rows["gap"].fill_null(float("nan")).to_numpy()
    if not np.isfinite(gap).all():
        return None
    first, second = _places(rows, clips)
    sign = np.where((rows["truth_choice"] == FIRST).to_numpy(), 1.0, -1.0)
    line = np.arange(len(gap))
    entries = np.concatenate([np.ones(len(gap)), -np.ones(len(gap))])
    places = (np.concatenate([line, line]), np.concatenate([first, second]))
    system = sparse.csr_array((entries, places), shape=(len(gap), len(clips)))
    quality = linalg.lsqr(system, sign * gap, atol=1e-12, btol=1e-12)[0]
    found: FloatArray = np.round(quality, 6)
    return found


def _rho(
    rows: pl.DataFrame, clips: Names, ranked: Sequence[float], quality: FloatArray, settings: Settings
) -> Estimate:
    home = dict(
        zip(
            [*rows["clip"], *rows["clip_b"]],
            [*rows["cluster"], *rows["cluster_b"].fill_null(rows["cluster"])],
            strict=True,
        )
    )
    found = Scores.of(quality, ranked, [home[str(clip)] for clip in clips])
    return rank_correlation(found, settings.plan).pooled


def _misfit(found: Strengths) -> str:
    check = found.fit
    if check is None or check.pearson_p >= 0.05:
        return ""
    return "One order does not describe its preferences: they deviate from it more than chance would."


def _finding(
    name: str,
    trials: Asked,
    criterion: str,
    estimate: Estimate,
    note: str,
    parts: dict[str, float | None],
) -> Finding:
    reading = against(
        estimate,
        0.0,
        "The ranking that its comparisons give follows the true one, in Spearman's rho (Bradley-Terry)",
        "The ranking that its comparisons give goes against the true one, in Spearman's rho (Bradley-Terry)",
        "whether the ranking that its comparisons give follows the true one",
    )
    return statement(
        name,
        "tournament_spearman",
        trials,
        criterion,
        estimate,
        words(reading, note),
        chance=0.0,
        parts=parts,
    )
