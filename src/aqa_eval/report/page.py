"""The report: one HTML file that needs nothing beside it, no network, no script, no font.

`write` puts it on disk; beside it go the same numbers for programs. The texts and the layout are in
`templates/`, what is shown where is decided in the modules beside this one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from aqa_eval.report import glossary, numbers
from aqa_eval.report.answers import answer_bars, score_histograms
from aqa_eval.report.contents import Contents
from aqa_eval.report.evidence import Block, block, by_criterion, matrix, named, overall, recovered, standing
from aqa_eval.report.failures import HEADINGS, STATUSES, counted, outcomes
from aqa_eval.report.forest import forest
from aqa_eval.report.gallery import exhibits
from aqa_eval.report.saving import save
from aqa_eval.report.sections import plainest, sections, unasked
from aqa_eval.report.summary import STANDINGS, summary
from aqa_eval.report.tables import findings_json, verdicts_csv, verdicts_parquet
from aqa_eval.report.visible import gist, visible

_POLARITY = ("correctness_bias", "acquiescence", "detection")
_SCORE = ("rank", "regression_trap")
_ROAD = ("controls", "coverage")
_PLACED = (*_ROAD, "chance", *_POLARITY, *_SCORE, "failures")
"""The failure modes that are laid out here; `sections` has the others."""

_BIASES = ("correctness_bias", "acquiescence", "d_prime", "c")
"""The measures of the polarity section's table and drawing; the rest of them go into a table below it."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The findings of one section: over all criteria, the same of further ways of asking, criterion by
    criterion of the plainest way, measures of less weight, and a drawing of the first.
    """

    whole: Block
    folded: Block
    single: Block
    minor: Block
    drawing: str

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show."""
        return not (self.whole.rows or self.single.rows or self.minor.rows)


def write(contents: Contents, path: Path) -> None:
    """Put the report at `path` (an .html file) and its numbers beside it: findings.json, verdicts.csv and
    verdicts.parquet.

    The same contents give the same bytes. Raises ReportError when a file cannot be written; each file is
    whole or untouched.
    """
    page = render(contents).encode("utf-8")
    save(findings_json(contents.findings), path.with_name("findings.json"))
    save(verdicts_csv(contents.table), path.with_name("verdicts.csv"))
    save(verdicts_parquet(contents.table), path.with_name("verdicts.parquet"))
    save(page, path)


def render(contents: Contents) -> str:
    """The report as HTML."""
    ended = outcomes(contents)
    full = [*overall(contents.findings), *plainest(by_criterion(contents.findings))[0]]
    page: str = (
        _environment()
        .get_template("report.html")
        .render(
            contents=contents,
            summary=summary(contents),
            road={name: _evidence(contents, (name,)) for name in _ROAD},
            headline=_evidence(contents, ("chance",), drawn=("balanced_accuracy",)),
            polarity=_evidence(contents, _POLARITY, drawn=_BIASES, major=_BIASES),
            score=_evidence(contents, _SCORE, drawn=("spearman", "skill")),
            answers=answer_bars(contents.gated, contents.judges, "answers"),
            scores=score_histograms(contents.gated, contents.judges, "scores"),
            failures=_evidence(contents, ("failures",)),
            outcomes=ended,
            counted=counted(ended),
            statuses=STATUSES,
            headings=HEADINGS,
            gated_out=contents.table.height - contents.gated.height,
            further=sections(contents, _PLACED),
            unasked=unasked(contents),
            full=full,
            beyond=len(contents.findings) - len(full),
            exhibits=exhibits(contents.specimens, contents.judges),
            axes=list(dict.fromkeys(axis for condition in contents.conditions for axis in condition)),
            simulated={line.name for line in contents.judges if line.simulated},
            rendered={line.name for line in contents.datasets if line.rendered},
        )
    )
    return page


def _evidence(
    contents: Contents, names: Sequence[str], drawn: Sequence[str] = (), major: Sequence[str] = ()
) -> Evidence:
    """The findings called `names`. Without `major` every measure is one."""
    found = named(contents.findings, *names)
    leading = [finding for finding in found if not major or finding.measure in major]
    shown, rest = plainest(overall(leading))
    whole = block(shown, contents.judges)
    return Evidence(
        whole=whole,
        folded=block(rest, contents.judges),
        single=block(plainest(by_criterion(leading))[0], contents.judges),
        minor=block(overall(f for f in found if f not in leading), contents.judges),
        drawing=forest(whole, drawn, names[0]),
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("aqa_eval.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_shown,
    )
    environment.filters |= {
        "number": numbers.number,
        "count": numbers.count,
        "percent": numbers.percent,
        "dollars": numbers.dollars,
        "title_of": glossary.title,
        "gist": gist,
    }
    environment.globals |= {
        "interval": numbers.interval,
        "terms": glossary.TERMS,
        "notions": glossary.NOTIONS,
        "matrix": matrix,
        "standing": standing,
        "recovered": recovered,
        "standings": STANDINGS,
    }
    return environment


def _shown(value: object) -> object:
    """What every expression of the templates passes through before it is escaped."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value
