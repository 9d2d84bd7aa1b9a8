"""The sections of the page between the first screen and the trials: which failure modes stand where, and what
is said of them before any number.

A failure mode that no section names gets one under its own name: a new finding needs no change in this room.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from aqa_eval.report.contents import Contents
from aqa_eval.report.evidence import Block, block, by_criterion, named, overall
from aqa_eval.report.forest import forest
from aqa_eval.report.glossary import order
from aqa_eval.vocabulary import Finding

MOST_OPEN = 24
"""So many lines of a section are open on the page; the rest of them, further ways of asking, is folded."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A section as it is announced: its place on the page, its question, its name among the links, the
    failure modes it shows and what their numbers mean. `needs`: what a study has to ask for it. `drawn`: the
    measures of its drawing.
    """

    id: str
    question: str
    short: str
    names: tuple[str, ...]
    lead: str
    needs: str = ""
    drawn: tuple[str, ...] = ()


HEADINGS = (
    Heading(
        "choice",
        "Options: does it choose the right one?",
        "Options",
        ("choice",),
        "0 is always the same answer, whatever the options and their base rates; 1 is always right.",
        "a dataset whose criteria have options (task `choose`)",
        ("choice_skill",),
    ),
    Heading(
        "contrast",
        "Two at a time: does comparing show more sight?",
        "Two at a time",
        ("contrast",),
        "Which of two clips is better, in both orders. 0 is always the same answer. The just-noticeable "
        "gap is how far apart two clips must be until three of four answers are right; on the scale of d′ "
        "comparing can be held against judging one clip alone, which accuracy cannot.",
        "pairs of clips (task `compare`)",
        ("choice_skill",),
    ),
    Heading(
        "framing",
        "Wording: does the verdict follow the words?",
        "Wording",
        ("framing", "wording"),
        "A judge that is asked the same again does not always answer the same. Only what it contradicts "
        "itself beyond that, when the statement is turned round, is the wording’s doing.",
        "both polarities, paraphrases or other wordings; for flips beyond chance, repeats",
    ),
    Heading(
        "looking",
        "Looking: does the verdict rest on the pictures?",
        "Looking",
        ("looking",),
        "The same questions with less to see, or with other pictures. A judge that looks loses when the "
        "pictures go; one that does not, loses nothing.",
        "a second way of showing: nothing, frames out of order, another clip, a skeleton",
    ),
    Heading(
        "cues",
        "Cues: what it is told against what it is shown",
        "Cues",
        ("cues",),
        "The same clips with a word, a banner or a number beside them that pushes one way. The modality "
        "index says how much of what moves the verdict is the cue: 0 is the clip alone, 1 the cue alone.",
        "a cue beside none",
        ("modality_index",),
    ),
    Heading(
        "strategies",
        "Strategies and examples: does another prompt help?",
        "Strategies",
        ("strategies", "examples"),
        "Each strategy against the plain question, on the same items. A gain in one place is no gain of "
        "the strategy: it is called consistent only where it is to be expected in a new place too.",
        "a second strategy, or examples",
    ),
    Heading(
        "traces",
        "Reasoning: did it look, or does it sound right?",
        "Reasoning",
        ("traces", "covert", "locate"),
        "What the reasoning claims, sentence by sentence: seen, a rule, what usually holds, or unsure; and "
        "whether what it says it saw agrees with the body.",
        "a judge that reasons or cites; for when a fault happens, the task `locate`",
    ),
    Heading(
        "calibration",
        "Confidence: does it know when it is wrong?",
        "Confidence",
        ("calibration",),
        "Stated or token confidence held against what was right, and what the verdicts are worth where "
        "faults are rarer than here.",
        "a judge that states its confidence or tells token probabilities, or three repeats",
    ),
    Heading(
        "ceilings",
        "Ceilings: how good could anybody be?",
        "Ceilings",
        ("ceilings", "contamination"),
        "How well people agree with each other, what is known without looking, and whether anything points "
        "to the answers having been learnt.",
        "individual ratings in the dataset; for what is recalled, the representation `none`",
    ),
    Heading(
        "mitigations",
        "Mending: what can be done with the same answers?",
        "Mending",
        ("mitigations",),
        "Decisions made afterwards from the same judge’s answers. They correct decisions, at a price in "
        "requests; they give a judge no sight that it has not.",
        "statements in both polarities, repeats, pairs or mismatched clips",
    ),
    Heading(
        "comparisons",
        "Comparisons: which differences are real?",
        "Comparisons",
        ("comparisons",),
        "Two judges on the same items, corrected for how many pairs are compared. What is not real may be "
        "too small to be seen here, or small enough to be called equal.",
        "a second judge",
    ),
    Heading(
        "cost",
        "Cost: what the answers took",
        "Cost",
        ("cost",),
        "",
        "a judge that counts tokens",
    ),
)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what was found: `open` lines over all criteria, `folded` ones of further ways of asking,
    and `single` ones criterion by criterion, of the plainest way.
    """

    heading: Heading
    open: Block
    folded: Block
    single: Block
    drawing: str


def sections(contents: Contents, placed: Iterable[str]) -> list[Section]:
    """Every section that has something to show; failure modes that are `placed` elsewhere are left out."""
    elsewhere = set(placed)
    known = {name for heading in HEADINGS for name in heading.names}
    others = dict.fromkeys(f.name for f in contents.findings if f.name not in known | elsewhere)
    further = [
        Heading(f"further-{number}", title, title, (name,), "")
        for number, name in enumerate(others, start=1)
        for title in [name.replace("_", " ").capitalize()]
    ]
    return [made for heading in (*HEADINGS, *further) if (made := _section(contents, heading))]


def unasked(contents: Contents) -> list[Heading]:
    """The headings that have nothing to show in this study."""
    names = {finding.name for finding in contents.findings}
    return [heading for heading in HEADINGS if not names & set(heading.names)]


def _section(contents: Contents, heading: Heading) -> Section | None:
    found = named(contents.findings, *heading.names)
    if not found:
        return None
    whole = sorted(overall(found), key=lambda f: (heading.names.index(f.name), order(f.measure)))
    shown, rest = plainest(whole)
    opened = block(shown, contents.judges)
    return Section(
        heading,
        opened,
        block(rest, contents.judges),
        block(plainest(by_criterion(found))[0], contents.judges),
        forest(opened, heading.drawn, heading.id),
    )


def plainest(findings: list[Finding]) -> tuple[list[Finding], list[Finding]]:
    """The findings to be shown at once and those to be folded: where not all fit, of every measure, judge,
    dataset, task and criterion the first way of asking.
    """
    if len(findings) <= MOST_OPEN:
        return findings, []
    seen: set[tuple[str, ...]] = set()
    shown: list[Finding] = []
    folded: list[Finding] = []
    for finding in findings:
        place = (finding.about.get(axis, "") for axis in ("judge", "dataset", "task", "criterion", "versus"))
        kind = (finding.name, finding.measure, *place)
        (folded if kind in seen else shown).append(finding)
        seen.add(kind)
    return shown, folded
