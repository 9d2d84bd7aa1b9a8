"""Words read into claims, by the lexicon alone: the same text gives the same claims everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from aqa_eval.traces import kinds
from aqa_eval.traces.claim import KINDS, Claim, Kind
from aqa_eval.traces.kinds import Held
from aqa_eval.traces.lexicon_files import Lexicon, lexicon
from aqa_eval.traces.saying import Named, named_parts, relations_of
from aqa_eval.traces.steps import Step, steps
from aqa_eval.traces.times import Moment, measured, moment, stated

_COMMON = (
    "the a an is are was were of to in and that this it his her their at with on for not be by from as or "
    "but you your so he she they knees knee hips hip elbows heels true false yes no"
)
ENGLISH = frozenset(_COMMON.split())
"""Words by which English is known: of a text of sixteen words or more one in sixteen has to be among them."""
_WORD = re.compile(r"[^\W\d_]+")
_CURLY = str.maketrans("\u2018\u2019\u201c\u201d\u00a0", "''\"\" ")


@dataclass(frozen=True, slots=True)
class Said:
    """One clause: what it does, and in `saying` (part, side, relation, denied) what it says of which part."""

    kind: Kind
    saying: tuple[tuple[str, str, str, bool], ...]
    value: float | None
    unit: str
    phase: str


def claims(text: str, frames: Sequence[float] = ()) -> list[Claim]:
    """Every claim in a text, in order. `frames`: times of the frames that were sent, in seconds, by which
    "frame 3" gets its time. A text in another language than English has none: nothing is guessed.
    """
    text = text.translate(_CURLY)
    if not english(text):
        return []
    words = lexicon()
    return [claim for place, step in enumerate(steps(text)) for claim in _of(step, place, frames, words)]


def of_step(step: Step, place: int, frames: Sequence[float] = ()) -> list[Claim]:
    """The claims of one step alone."""
    return list(_of(step, place, frames, lexicon()))


def named_part(text: str) -> tuple[str, str]:
    """(the part that a few words name, the side); empty where the lexicon knows none in them."""
    found = named_parts(text.lower(), lexicon())
    return found[0][:2] if found else ("", "")


def english(text: str) -> bool:
    """Whether a text is in English, or too short to tell."""
    found = _WORD.findall(text[:4000].lower())
    if sum(not word.isascii() for word in found) > len(found) / 3:
        return False
    return len(found) < 16 or 16 * sum(word in ENGLISH for word in found) >= len(found)


def _of(step: Step, place: int, frames: Sequence[float], words: Lexicon) -> Iterator[Claim]:
    when, timed = _when(step, frames)
    said = _sentence(step.text.lower(), step.part.lower(), timed, words.digest)
    for clause in said:
        for part, side, relation, denied in clause.saying:
            yield Claim(
                kind=clause.kind,
                part=part,
                side=side,
                relation=relation,
                denied=denied,
                value=clause.value,
                unit=clause.unit,
                time=None if when is None else when[0],
                slack=0.0 if when is None else when[1],
                phase=clause.phase,
                text=step.text,
                place=place,
                step=step.tag,
            )


def _when(step: Step, frames: Sequence[float]) -> tuple[Moment | None, bool]:
    own = stated(step.time) if step.time else None
    return (own, True) if own else moment(step.text.lower(), frames)


def why(text: str) -> tuple[str, list[tuple[str, float]]]:
    """(what a sentence is read as, how much each of its cues said for it), the strongest first."""
    words, names = lexicon(), cues(text)
    return kinds.decide(names, words), kinds.why(names, words)


def cues(text: str) -> list[str]:
    """The cues by which the class of a sentence is decided; of a text of several, those of the longest."""
    step = max(steps(text.translate(_CURLY)), key=lambda one: len(one.text), default=None)
    if step is None:
        return []
    words = lexicon()
    plain = words.unmeant.sub(" ", step.text.lower())
    given = named_parts(step.part.lower(), words)[:1] if step.part else []
    return _features(plain, _parsed(plain, given, given, _when(step, ())[1], words), words)


@lru_cache(maxsize=1 << 14)
def _sentence(text: str, part: str, timed: bool, digest: str) -> tuple[Said, ...]:
    """What a sentence in lower case says. Where it observes, only the clauses that do so are claims: the
    rules, priors and doubts beside them are their frame.
    """
    words = lexicon()
    text = words.unmeant.sub(" ", text)
    given = named_parts(part, words)[:1] if part else []
    clauses = _parsed(text, given, given, timed, words)
    decided = kinds.decide(_features(text, clauses, words), words)
    kind = next((kind for kind in KINDS if kind == decided), None)
    if kind is None or not clauses:
        return ()
    own = [decided if len(clauses) == 1 else _own(clause, words) for clause in clauses]
    chosen = [clause for clause, does in zip(clauses, own, strict=True) if does == kind] or clauses
    if kind != "observation":
        return (_said(kind, chosen[0] if chosen[0].saying else _fullest(clauses)),)
    telling = [clause for clause in chosen if any(relation for _, _, relation, _ in clause.saying)]
    if not telling:  # "..., but here they do": what is observed is named in another clause
        telling = [_fullest(clauses)]
    return tuple(_said(kind, clause) for clause in telling)


@dataclass(frozen=True, slots=True)
class _Clause:
    """A clause, what is named in it, and what is said of which part."""

    text: str
    saying: tuple[tuple[str, str, str, bool], ...]
    value: float | None
    unit: str
    phase: str
    held: Held
    named: list[Named]


def _parsed(text: str, known: list[Named], given: list[Named], timed: bool, words: Lexicon) -> list[_Clause]:
    found = []
    pieces = [clause for clause in _clauses(text, words) if clause.strip()]
    several = len(pieces) > 1
    for clause in pieces:
        own = moment(clause)[1] if several and timed else timed
        found.append(_clause(clause.strip(), known, given, own, words))
        known = found[-1].named[:1] or known  # what the next clause calls "they" or "it"
    return found


def _features(text: str, clauses: Sequence[_Clause], words: Lexicon) -> list[str]:
    """The cues of a sentence: of its last clause where that stands after a "but" and speaks for itself."""
    if len(clauses) > 1 and _turned(text, words):
        last = kinds.features(clauses[-1].text, clauses[-1].held, words)
        if kinds.speaks(last):
            return sorted({*last, "turned"})
    held = [clause.held for clause in clauses]
    whole = Held(*(any(getattr(one, name) for one in held) for name in Held.__slots__))
    return kinds.features(text, whole, words)


def _turned(text: str, words: Lexicon) -> bool:
    marks = [match.group().strip(" ,") for match in words.contrast.finditer(text)]
    return marks[-1] in words.turn if marks else words.concession.match(text) is not None


def _own(clause: _Clause, words: Lexicon) -> str:
    return kinds.decide(kinds.features(clause.text, clause.held, words), words)


def _fullest(clauses: Sequence[_Clause]) -> _Clause:
    """The clause that says most: one with a relation, or else with a part."""
    return max(clauses, key=lambda one: (any(said[2] for said in one.saying), bool(one.saying)))


def _said(kind: Kind, clause: _Clause) -> Said:
    saying = clause.saying or (("body", "", "", False),)
    if kind == "hedge":  # "cannot tell whether" denies nothing of what follows
        saying = tuple((part, side, relation, False) for part, side, relation, _ in saying)
    return Said(kind, saying, clause.value, clause.unit, clause.phase)


def _clauses(text: str, words: Lexicon) -> Iterator[str]:
    place = 0
    conceded = words.concession.match(text)
    if conceded is not None:
        place = conceded.end()
        yield text[: conceded.start(1)]
    for match in words.contrast.finditer(text, place):
        yield text[place : match.start()]
        place = match.start() if match.group().strip(" ,").startswith("here") else match.end()
    yield text[place:]


def _clause(text: str, known: list[Named], given: list[Named], timed: bool, words: Lexicon) -> _Clause:
    """`known`: what "it" may mean. `given`: the part that is named beside the words; its side is theirs."""
    sides = {part: side for part, side, _ in given}
    parts = [(part, side or sides.get(part, ""), place) for part, side, place in named_parts(text, words)]
    named = [part for part in parts if part[0] != "body"]
    body = any(part == "body" for part, _, _ in parts)
    if all(part == "body" for part, _, _ in parts):
        here = words.sides.search(text)
        side = here.lastgroup or "" if here else ""
        parts = [*((part, side or own, place) for part, own, place in known), *parts]
    found = relations_of(text, parts, words)
    value, unit = measured(text)
    phase = words.phases.search(text)
    return _Clause(
        text,
        tuple(found),
        value,
        unit,
        phase.lastgroup or "" if phase else "",
        Held(
            bool(named or given),
            body,
            any(relation for _, _, relation, _ in found),
            timed,
            unit == "degrees",
        ),
        named,
    )
