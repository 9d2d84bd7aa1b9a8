"""How the answers themselves are distributed: scores beside the true scores, True and False by the truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from aqa_eval.findings.table import UNASKED
from aqa_eval.report.contents import JudgeLine
from aqa_eval.report.drawing import COLOUR, heading, label, panels, svg
from aqa_eval.report.numbers import percent

_BINS = 24
_COLUMNS = 2


@dataclass(frozen=True, slots=True)
class Facet:
    """The rows of one judge in one place, under the words that stand above its drawing."""

    words: str
    rows: pl.DataFrame


def facets(table: pl.DataFrame, judges: Sequence[JudgeLine], places: Sequence[str]) -> list[Facet]:
    """`table` apart by judge and `places` (column names), judges in their own order.

    A place is named only where the table holds more than one.
    """
    naming = [place for place in places if table[place].n_unique() > 1]
    found = []
    for line in judges:
        own = table.filter(pl.col("judge") == line.name)
        for key, rows in own.group_by(list(naming) or [pl.lit("")], maintain_order=True):
            place = " · ".join(str(part) for part in key if part)
            found.append(Facet(label(line, place), rows))
    return found


# --------------------------------------------------------------------------- scores


def score_histograms(table: pl.DataFrame, judges: Sequence[JudgeLine], name: str) -> str:
    """Per judge a histogram of its scores before the outline of the truth's, as SVG; empty without scores.

    All panels share their bins, which span truths and scores together. The truth is drawn over the items
    that were answered, so that the two outlines hold the same clips.
    """
    scored = table.filter((pl.col("task") == "score") & (pl.col("status") == "ok"))
    if scored.is_empty():
        return ""
    values = np.concatenate([scored["score"].to_numpy(), scored["truth_score"].drop_nulls().to_numpy()])
    low, high = float(values.min()), float(values.max())
    edges: list[float] = np.linspace(low, high if high > low else low + 1.0, _BINS + 1).tolist()
    shown = facets(scored, judges, ("dataset", "criterion"))
    figure, axes = _grid(len(shown), 1.5)
    for axis, facet in zip(axes, shown, strict=True):
        _histogram(axis, facet, edges)
    return svg(figure, name, "Histograms of each judge's scores beside the true scores.")


def _grid(count: int, panel_height: float) -> tuple[Figure, list[Axes]]:
    rows = -(-count // _COLUMNS)
    height = 0.75 + panel_height * rows
    figure, axes = panels(rows, _COLUMNS, height, 0.5)
    figure.subplots_adjust(hspace=0.75, wspace=0.18)
    for axis in axes[count:]:
        axis.remove()
    return figure, axes[:count]


def _histogram(axis: Axes, facet: Facet, edges: list[float]) -> None:
    heading(axis, facet.words)
    scores = facet.rows["score"].to_numpy()
    truths = facet.rows["truth_score"].drop_nulls().to_numpy()
    axis.hist(scores, edges, color=COLOUR["model"], alpha=0.75)
    axis.hist(truths, edges, histtype="step", color=COLOUR["truth"], linewidth=1.4)
    axis.yaxis.set_visible(False)
    axis.locator_params(axis="x", nbins=6)


# --------------------------------------------------------------------------- True and False

_SIDES = (("positive", False), ("positive", True), ("negative", False), ("negative", True))
_CLAIM = {"positive": "“right”", "negative": "“faulty”"}


@dataclass(frozen=True, slots=True)
class Share:
    """One bar: what was put, what is true, and the shares of True, of False and of no verdict."""

    framing: str
    fault: bool
    yes: float
    no: float
    void: float
    n: int

    @property
    def right(self) -> bool:
        """Whether True is the right answer to the statement as it was put."""
        return self.fault == (self.framing == "negative")


def shares(rows: pl.DataFrame) -> list[Share]:
    """What `rows` (verify trials of one judge) were answered, for each framing and truth that was asked."""
    found = []
    for framing, fault in _SIDES:
        cell = rows.filter(
            (pl.col("framing") == framing)
            & (pl.col("truth_fault") == fault)
            & ~pl.col("status").is_in(UNASKED)
        )
        if n := cell.height:
            yes = int(cell["said"].eq(True).sum())
            no = int(cell["said"].eq(False).sum())
            found.append(Share(framing, fault, yes / n, no / n, (n - yes - no) / n, n))
    return found


def answer_bars(table: pl.DataFrame, judges: Sequence[JudgeLine], name: str) -> str:
    """Per judge the shares of True, False and no verdict by framing and truth, as SVG; empty without any."""
    asked = table.filter((pl.col("task") == "verify") & ~pl.col("status").is_in(UNASKED))
    if asked.is_empty():
        return ""
    shown = [(facet.words, shares(facet.rows)) for facet in facets(asked, judges, ("dataset",))]
    shown = [(words, bars) for words, bars in shown if bars]
    if not shown:
        return ""
    rows = -(-len(shown) // _COLUMNS)
    figure, axes = panels(rows, _COLUMNS, 0.5 + 1.45 * rows, 1.4)
    figure.subplots_adjust(hspace=0.35, wspace=0.68, bottom=0.12 / (0.5 + 1.45 * rows))
    for axis in axes[len(shown) :]:
        axis.remove()
    for axis, (words, bars) in zip(axes, shown, strict=False):
        _bars(axis, words, bars)
    return svg(figure, name, "Shares of the answers True and False by framing and truth, one panel a judge.")


def _bars(axis: Axes, words: str, bars: Sequence[Share]) -> None:
    heading(axis, words)
    heights = [place + (0.35 if bar.framing == "negative" else 0.0) for place, bar in enumerate(bars)]
    for height, bar in zip(heights, bars, strict=True):
        start = 0.0
        for share, colour in ((bar.yes, "yes"), (bar.no, "no"), (bar.void, "void")):
            axis.barh(height, share, 0.72, start, color=COLOUR[colour], linewidth=0)
            start += share
        ideal = 1.0 if bar.right else 0.0
        axis.plot([ideal, ideal], [height - 0.42, height + 0.42], color=COLOUR["ink"], clip_on=False)
        if bar.yes > 0.12:
            axis.text(0.02, height, percent(bar.yes), color=COLOUR["panel"], va="center", fontsize=7.5)
    axis.set_yticks(heights, [_bar_label(bar) for bar in bars])
    axis.set_ylim(heights[-1] + 0.6, -0.6)
    axis.set_xlim(0, 1)
    axis.xaxis.set_visible(False)
    axis.spines["bottom"].set_visible(False)


def _bar_label(bar: Share) -> str:
    return f"{_CLAIM[bar.framing]}, clip {'faulty' if bar.fault else 'right'}"
