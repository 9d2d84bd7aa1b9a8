"""The forest plot: a judge a line, its estimate and 95% interval against chance and the noise floor."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from aqa_eval.report.drawing import COLOUR, heading, label, label_room, panels, svg
from aqa_eval.report.evidence import Block, Row
from aqa_eval.report.glossary import TERMS, title
from aqa_eval.vocabulary import Finding

_ROW_HEIGHT = 0.3  # inches
_FRAME = 0.85  # inches for title and axis


def forest(block: Block, measures: Sequence[str], name: str) -> str:
    """One panel a measure, one line a row of `block`, as SVG; empty when none of it could be estimated.

    Simulated and reference judges are drawn hollow and grey; a planted value is a diamond.
    """
    measures = [m for m in measures if any(_shown(row.cells.get(m)) for row in block.rows)]
    if not measures:
        return ""
    labels = [label(row.judge, block.place(row)) for row in block.rows]
    height = _FRAME + _ROW_HEIGHT * len(labels)
    figure, axes = panels(1, len(measures), height, label_room(labels), sharey=True)
    figure.subplots_adjust(wspace=0.14)
    for axis, measure in zip(axes, measures, strict=True):
        _panel(axis, block.rows, measure)
        axis.locator_params(axis="x", nbins=5 if len(measures) < 3 else 3)
    axes[0].set_yticks(range(len(labels)), labels)
    axes[0].set_ylim(len(labels) - 0.4, -0.6)
    if block.models and block.references:
        for axis in axes:
            axis.axhline(len(block.models) - 0.5, color=COLOUR["line"], linewidth=0.8)
    titles = ", ".join(title(measure) for measure in measures)
    return svg(
        figure, name, f"{titles} of each judge with 95% intervals; the table beside it has the numbers."
    )


def _shown(finding: Finding | None) -> bool:
    return finding is not None and (finding.estimate is not None or finding.planted is not None)


def _panel(axis: Axes, rows: Sequence[Row], measure: str) -> None:
    heading(axis, title(measure))
    for height, row in enumerate(rows):
        finding = row.cells.get(measure)
        if finding is not None:
            _floor(axis, finding, measure, height)
            _line(axis, finding, row, height)
    neutral = _neutral(rows, measure)
    if neutral is not None:
        axis.axvline(neutral, color=COLOUR["muted"], linewidth=1.0, linestyle=(0, (4, 3)))
    if measure in _UNIT_RANGE:
        axis.set_xlim(0, 1)


_UNIT_RANGE = ("balanced_accuracy", "sensitivity", "specificity")


def _neutral(rows: Sequence[Row], measure: str) -> float | None:
    for row in rows:
        finding = row.cells.get(measure)
        if finding is not None and finding.chance is not None:
            return finding.chance
    return TERMS[measure].neutral if measure in TERMS else None


def _floor(axis: Axes, finding: Finding, measure: str, height: int) -> None:
    centre = finding.chance if finding.chance is not None else _neutral((), measure)
    if finding.noise_floor is None or centre is None:
        return
    corner = (centre - finding.noise_floor, height - 0.5)
    axis.add_patch(Rectangle(corner, 2 * finding.noise_floor, 1.0, facecolor=COLOUR["band"], linewidth=0))


def _line(axis: Axes, finding: Finding, row: Row, height: int) -> None:
    colour = COLOUR["reference" if row.judge.reference else "model"]
    if finding.low is not None and finding.high is not None:
        axis.plot([finding.low, finding.high], [height, height], color=colour, linewidth=2.0)
    if finding.planted is not None:
        axis.plot(
            finding.planted,
            height,
            "D",
            color=COLOUR["planted"],
            markersize=8.5,
            fillstyle="none",
            clip_on=False,
        )
    if finding.estimate is not None:
        face = COLOUR["panel"] if row.judge.simulated else colour
        axis.plot(
            finding.estimate, height, "o", color=colour, markersize=5.5, markerfacecolor=face, clip_on=False
        )
