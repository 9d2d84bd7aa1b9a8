"""Figures as SVG that lives inside the page: its colours follow the page's light or dark theme, its text is
the page's own font, and the same drawing is always the same bytes.

matplotlib draws; what it writes is then fitted to the page. A colour of the theme is drawn as a stand-in
that no figure uses otherwise and is replaced by the CSS variable of its name.
"""

from __future__ import annotations

import io
import re
import warnings
from html import escape
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from aqa_eval.report.contents import JudgeLine
from aqa_eval.report.visible import visible

WIDTH = 7.4  # inches; the page shows an inch as about 100 px

_NAMES = (
    "ink",
    "muted",
    "line",
    "panel",
    "band",
    "model",
    "reference",
    "truth",
    "yes",
    "no",
    "void",
    "planted",
)
COLOUR = {name: f"#01fe{code:02x}" for code, name in enumerate(_NAMES, start=0xA0)}
"""Theme colour -> its stand-in; each is a CSS variable of the page."""

_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",  # text stays text: searchable, and set in the reader's font
    "svg.id": None,
    "text.parse_math": False,  # a dollar sign in a judge's name is a dollar sign
    "font.family": ["sans-serif"],
    "font.size": 8.5,
    "axes.edgecolor": COLOUR["line"],
    "axes.labelcolor": COLOUR["muted"],
    "axes.labelsize": 8.0,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "text.color": COLOUR["ink"],
    "xtick.color": COLOUR["line"],
    "ytick.color": COLOUR["line"],
    "xtick.labelcolor": COLOUR["muted"],
    "ytick.labelcolor": COLOUR["ink"],
    "xtick.labelsize": 8.0,
    "ytick.labelsize": 8.5,
    "ytick.major.size": 0.0,
    "xtick.major.size": 3.0,
    "path.simplify": False,
}

_LABEL_LIMIT = 30


def panels(rows: int, columns: int, height: float, left: float, **options: Any) -> tuple[Figure, list[Axes]]:
    """An empty figure of `WIDTH` x `height` inches with a grid of axes, `left` inches free for labels.

    `options` go to matplotlib's `subplots`. The axes come row by row.
    """
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(WIDTH, height))
        axes = figure.subplots(rows, columns, squeeze=False, **options)
    figure.subplots_adjust(
        left=left / WIDTH, right=1 - 0.15 / WIDTH, top=1 - 0.3 / height, bottom=0.45 / height
    )
    return figure, list(axes.flat)


def heading(axis: Axes, text: str) -> None:
    """Write `text` over `axis`, at its left edge."""
    axis.set_title(text, loc="left", fontsize=8.5, fontweight="bold", color=COLOUR["ink"], pad=5)


def label(judge: JudgeLine, place: str = "") -> str:
    """A judge's name for an axis, marked if it is simulated, with the place where it was asked.

    The middle of a long name or place gives way to an ellipsis; the mark never does.
    """
    mark = " (simulated)" if judge.simulated else ""
    return _short(judge.name) + mark + (f" · {_short(place)}" if place else "")


def _short(text: str) -> str:
    shown = visible(text).replace("\n", " ")
    if len(shown) <= _LABEL_LIMIT:
        return shown
    return f"{shown[: _LABEL_LIMIT // 2]}…{shown[-(_LABEL_LIMIT // 2 - 1) :]}"


def label_room(labels: list[str]) -> float:
    """Inches that the longest of `labels` needs beside an axis."""
    return 0.3 + 0.063 * max((len(text) for text in labels), default=0)


def svg(figure: Figure, name: str, description: str) -> str:
    """`figure` as an inline SVG element. `name` keeps its ids apart from other figures' on the page;
    `description` is read out to who cannot see it.
    """
    buffer = io.BytesIO()
    with mpl.rc_context(_STYLE | {"svg.hashsalt": name}), warnings.catch_warnings():
        # The reader's browser, not matplotlib's own font, draws the text: scripts it lacks are no loss.
        warnings.filterwarnings("ignore", message="Glyph .* missing from", category=UserWarning)
        figure.savefig(buffer, format="svg", transparent=True, metadata=dict.fromkeys(_METADATA))
    return _fitted(buffer.getvalue().decode(), name, description)


_METADATA = ("Date", "Creator", "Format", "Type")


def _fitted(text: str, name: str, description: str) -> str:
    drawing = text[text.index("<svg") :]
    opening, drawing = drawing.split(">", 1)
    width, height = re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', opening)[0]
    for pattern, replacement in _REWRITES:
        drawing = pattern.sub(replacement, drawing)
    used = set(re.findall(r"[(\"]#([\w.]+)[)\"]", drawing))
    drawing = re.sub(r' id="([\w.]+)"', lambda m: m[0] if m[1] in used else "", drawing)
    for identifier in sorted(used):
        drawing = re.sub(rf'(["#]){re.escape(identifier)}(["\)])', rf"\g<1>{name}-{identifier}\g<2>", drawing)
    for colour, stand_in in COLOUR.items():
        drawing = drawing.replace(stand_in, f"var(--{colour})")
    title = escape(visible(description))
    return f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{title}">{drawing.strip()}'


_REWRITES = (
    (re.compile(r"<style.*?</style>", re.DOTALL), ""),
    (re.compile(r"<metadata.*?</metadata>", re.DOTALL), ""),
    (re.compile(r" font-family: [^;\"<>]*;"), ""),
    (re.compile(r" transform=\"rotate\(-0 [\d. ]+\)\""), ""),
    (re.compile(r"\s*\n\s*"), " "),
    (re.compile(r"> <"), "><"),
    (re.compile(r"<defs></defs>"), ""),
    (re.compile(r"xlink:href"), "href"),
)
