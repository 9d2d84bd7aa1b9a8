"""The answer on one screen: who was asked what, where each judge stands, and what to beware of.

Nothing is concluded here: whatever is said about a judge is its finding's own reading, or the plain fact
of where its interval lies.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from aqa_eval.findings.controls import state
from aqa_eval.findings.roads import replaced
from aqa_eval.report.contents import Contents, JudgeLine
from aqa_eval.report.evidence import Standing, block, overall, standing
from aqa_eval.report.numbers import count, plural
from aqa_eval.report.profile import Profile, profile
from aqa_eval.vocabulary import Finding

_LEADING = (
    ("chance", "balanced_accuracy"),
    ("choice", "choice_skill"),
    ("contrast", "choice_skill"),
    ("rank", "spearman"),
    ("regression_trap", "spearman"),
)
"""(failure mode, measure) of the findings that answer the question first."""

STANDINGS: Mapping[str, str] = {
    "above": "better than chance",
    "within": "undecided",
    "at": "exactly at chance",
    "below": "worse than chance",
    "road": "road not intact",
}
"""Where an interval lies against chance, in words; or that nothing follows from it."""

_QUESTIONS = {
    "balanced_accuracy": "telling a fault from none",
    "choice_skill": "choosing among answers",
    "spearman": "putting performances in order",
}

MOST_SHOWN = 2
"""So many ways of asking are shown of each judge and measure on the first screen."""

MOST_NAMED = 5
"""Where a sentence would name more judges and ways of asking, it names judges in their plainest way only."""

_FAILED = ("unparsed", "refused", "truncated", "error")


@dataclass(frozen=True, slots=True)
class Result:
    """A leading finding, where it holds, and where its interval lies."""

    place: str
    finding: Finding
    standing: Standing


@dataclass(frozen=True, slots=True)
class Glance:
    """One judge with its leading findings, how many more there are below, and what else is known of it."""

    judge: JudgeLine
    results: tuple[Result, ...]
    more: int
    profile: Profile


@dataclass(frozen=True, slots=True)
class Summary:
    """The first screen: a lead, a sentence a question on where the judges stand, warnings, and each model
    and each reference judge with its leading results.
    """

    lead: str
    standings: tuple[str, ...]
    warnings: tuple[str, ...]
    models: tuple[Glance, ...]
    references: tuple[Glance, ...]


def summary(contents: Contents) -> Summary:
    """The first screen of `contents`."""
    glances = _glances(contents)
    return Summary(
        lead=_lead(contents),
        standings=tuple(_standings(glances)),
        warnings=tuple(_warnings(contents)),
        models=tuple(g for g in glances if not g.judge.reference),
        references=tuple(g for g in glances if g.judge.reference),
    )


def _glances(contents: Contents) -> list[Glance]:
    chosen = [f for f in overall(contents.findings) if (f.name, f.measure) in _LEADING]
    results: dict[str, list[Result]] = {}
    judges: dict[str, JudgeLine] = {}
    for measure in dict.fromkeys(f.measure for f in chosen):
        table = block([f for f in chosen if f.measure == measure], contents.judges)
        for row in table.rows:
            judges[row.judge.name] = row.judge
            result = Result(table.place(row), row.first, _standing(row.first))
            results.setdefault(row.judge.name, []).append(result)
    return [_glance(judges[name], found, profile(contents.findings, name)) for name, found in results.items()]


def _standing(finding: Finding) -> Standing:
    return "road" if replaced(finding) else standing(finding)


def _glance(judge: JudgeLine, found: Sequence[Result], known: Profile) -> Glance:
    """The first ways of asking, which are the plainest, of every measure; the sections below have all."""
    shown: list[Result] = []
    for measure in dict.fromkeys(result.finding.measure for result in found):
        shown += [result for result in found if result.finding.measure == measure][:MOST_SHOWN]
    return Glance(judge, tuple(shown), len(found) - len(shown), known)


def _lead(contents: Contents) -> str:
    models = [line for line in contents.judges if not line.reference]
    references = [line for line in contents.judges if line.reference]
    who = [
        plural(len(group), noun)
        for group, noun in ((models, "model"), (references, "reference judge"))
        if group
    ]
    asked = sum(tally.put for tally in contents.tallies.values()) or contents.table.height
    clips = sum(line.clips for line in contents.datasets)
    titles = _listed([line.title for line in contents.datasets])
    what = f"{plural(asked, 'question')} about {plural(clips, 'clip')} from {titles}"
    lead = f"{_listed(who).capitalize()} were put {what}."
    if not models:
        lead += " No model was asked: what follows is about the yardsticks alone."
    return lead


def _standings(glances: Sequence[Glance]) -> Iterator[str]:
    for measure, question in _QUESTIONS.items():
        every = [(g, r) for g in glances for r in g.results if r.finding.measure == measure]
        plain = len(every) > max(MOST_NAMED, len({glance.judge.name for glance, _ in every}))
        if plain:
            every = list({glance.judge.name: (glance, result) for glance, result in reversed(every)}.values())
            every.reverse()
        sides = []
        for side, words in STANDINGS.items():
            names = [_named(g, r, placed=not plain) for g, r in every if r.standing == side]
            if names and side == "road":
                sides.append(f"the road to {_listed(names)} is not shown to be intact")
            elif names:
                sides.append(f"{_listed(names)} {'is' if len(names) == 1 else 'are'} {words}")
        if sides:
            asked = ", asked in the plainest way" if plain else ""
            yield f"In {question}{asked}, {_listed(sides)}."


def _named(glance: Glance, result: Result, placed: bool) -> str:
    simulated = " (simulated)" if glance.judge.simulated else ""
    several = len({other.place for other in glance.results}) > 1
    return (
        glance.judge.name + simulated + (f" ({result.place})" if placed and several and result.place else "")
    )


def _listed(words: Sequence[str]) -> str:
    if len(words) < 2:
        return "".join(words) or "nobody"
    return f"{', '.join(words[:-1])} and {words[-1]}"


def _warnings(contents: Contents) -> Iterator[str]:
    yield from _incomplete(contents)
    yield from _broken_roads(contents)
    yield from _unseen(contents)
    failed = contents.gated.filter(pl.col("status").is_in(_FAILED)).height
    if failed:
        yield (
            f"{plural(failed, 'answer')} gave no verdict (unparsed, refused, truncated or an error). They "
            "are counted below, with the bounds within which they could move the result."
        )
    fragile = sum(found.fragile for found in contents.findings)
    if fragile:
        yield (
            f"{plural(fragile, 'result')} of {count(len(contents.findings))} "
            f"{'rests' if fragile == 1 else 'rest'} on too few independent clusters and "
            f"{'is' if fragile == 1 else 'are'} marked fragile: take the direction as a hint, "
            "not the number."
        )
    rendered = [line.name for line in contents.datasets if line.rendered]
    if rendered:
        yield (
            f"The clips of {_listed(rendered)} are rendered: a drawn body, no real person. "
            "Results on them say what a judge sees in a drawing and stand in for no real footage."
        )


def _unseen(contents: Contents) -> Iterator[str]:
    """That some questions could not be put, through no failure of a judge."""
    unseen = sum(tally.unseen for tally in contents.tallies.values())
    if unseen:
        yield (
            f"{plural(unseen, 'question')} {'was' if unseen == 1 else 'were'} not asked, since nobody was "
            "found in the clip that was to be shown. Nothing said of a judge counts them."
        )
    unprobed = sum(tally.unprobed for tally in contents.tallies.values())
    if unprobed:
        yield (
            f"{plural(unprobed, 'probe')} {'was' if unprobed == 1 else 'were'} not asked, since the judge's "
            "own answer has no reasoning to interfere with, or cites nothing that could be masked. None of "
            "them counts as a failure; its note says which it was."
        )


def _broken_roads(contents: Contents) -> Iterator[str]:
    """Judges that have not passed their positive controls, with those they failed."""
    for line in contents.judges:
        controls = [f for f in contents.findings if f.name == "controls" and f.about["judge"] == line.name]
        failed = dict.fromkeys(f.about["criterion"] for f in controls if state(f) != "intact")
        if failed:
            yield (
                f"{line.name} has not passed {_listed([*failed])} of its positive controls. "
                "Until it does, nothing said here of its sight can be trusted: check how it is served."
            )


def _incomplete(contents: Contents) -> Iterator[str]:
    planned = sum(tally.put for tally in contents.tallies.values())
    missing = {name: tally.missing for name, tally in contents.tallies.items() if tally.missing}
    if not missing:
        return
    if sum(missing.values()) == planned:
        yield "No question has been answered yet. Run the study, then make this report again."
        return
    yield (
        f"{plural(sum(missing.values()), 'trial')} of {count(planned)} "
        f"{'is' if sum(missing.values()) == 1 else 'are'} not answered yet "
        f"({_listed([f'{name}: {count(number)}' for name, number in missing.items()])}). "
        "The numbers below are provisional; the same run command asks what is missing."
    )
