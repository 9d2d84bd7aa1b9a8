"""What an answer states formally (as a JSON value, in `<answer>` tags) or announces ("Answer: ..."), and how
the whole of an answer is weighed: everything stated must say the same, and nothing may take it back.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from aqa_eval.verdicts.doubt import TAKEN_BACK, ahead, quoted, sentences, unsaid
from aqa_eval.verdicts.records import Record, Scalar, Value, plain_key, records
from aqa_eval.verdicts.refusals import refusal
from aqa_eval.verdicts.tags import blanked, tags
from aqa_eval.vocabulary import Truth

KEYS = ("answer", "final_answer", "verdict", "result", "judgement", "judgment")
"""JSON keys that name an answer. A reader may know more."""
LABELS = r"answer|verdict|antwort|réponse|respuesta|resposta|risposta|ответ|答案|回答|答え|정답"
"""Words that announce an answer in prose; labels in other languages are read, answers in them are not."""
_OWNER = re.compile(r"[\w'-]+(?=\s+[*_`]*$)")
_OWN = re.compile(
    r"a|an|the|this|that|is|my|our|your|its|final|overall|total|execution|quality|own|correct|right|best"
    r"|initial|first|second|so|and|then|therefore|thus|hence|here|following",
    re.IGNORECASE,
)
"""What may stand right before a label. "The average score", "Bob's answer" are not the judge's."""
_LEADING_UP = re.compile(
    r"(?:[,;:]?\s*\b(?:so|therefore|thus|hence|and|the|my|our|final|correct|right|best|own)\b)*[\s*_`#>,-]*$",
    re.IGNORECASE,
)
"""What leads up to a label and belongs to it: ", so my final"."""
_FENCE = re.compile(r"```[A-Za-z]{0,12}")
_STATED = "\x00"
"""Stands in the prose for what is stated formally; a cleaned text has no such character."""
MOST = 50
"""A text with more labels than these ("Answer: Answer: ...") is a stuck record and is not read."""
_CALL = frozenset({"arguments", "parameters", "function", "tool"})
_ASIDE = frozenset(
    {"evidence", "reasoning", "reason", "analysis", "thought", "thoughts", "steps", "properties"}
)


class Reader(Protocol):
    """How the answers of one kind of question are read. Each method gives the set of what a text says: empty
    where it says nothing, more than one where it says too much.
    """

    @property
    def missing(self) -> str:
        """What is not there where nothing is read, in words."""

    @property
    def labels(self) -> str:
        """A pattern of the words that announce such an answer."""

    def text(self, text: str) -> set[Truth]:
        """What a whole text without any formal answer says."""

    def phrase(self, rest: str) -> set[Truth]:
        """What the line after "Answer:" says."""

    def alone(self, sentence: str) -> set[Truth]:
        """What one sentence says that is an answer and nothing else."""

    def echo(self, text: str) -> bool:
        """Whether a text only repeats what can be answered."""

    def fits(self, aside: str) -> bool:
        """Whether what stands in parentheses after a label agrees with the question: "Score (0-10):"."""

    def members(self, record: Record) -> list[str]:
        """What a JSON object names as its answer, each as text."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """What an answer says. `reached`: False where it ends before its answer (`cut` says in what). `records`:
    its JSON objects. `declined`: a refusal, "declined" or "abstained". `blocked`: something in it cannot be
    read, or takes back what is.
    """

    values: frozenset[Truth]
    cut: str = ""
    records: tuple[Record, ...] = ()
    declined: str = ""
    blocked: bool = False


@dataclass(frozen=True, slots=True)
class _Part:
    text: str
    start: int
    end: int
    formal: bool
    own: bool = True  # False: "the average score", "Bob's answer"


def weigh(text: str, reader: Reader, ended: bool) -> Weighed:
    """All that a cleaned text states, weighed together. `ended`: the endpoint said that it ended itself."""
    tagged = tags(text)
    free = blanked(text, [(start, end) for _, start, end in tagged.answers], _STATED)
    objects, cut = records(free)
    if cut:
        return Weighed(frozenset(), cut="in the middle of JSON")
    if tagged.cut and (not ended or not tagged.answers[-1][0].strip()):
        return Weighed(frozenset(), cut="inside <answer>")
    if tagged.open and not tagged.answers:
        return Weighed(frozenset(), cut="inside a section of its reasoning")
    prose = _FENCE.sub(lambda fence: " " * len(fence.group()), free)
    prose = blanked(prose, tagged.read)
    prose = blanked(prose, [(o.start, o.end) for o in objects], _STATED)
    formal = [_Part(part, start, end, True) for part, start, end in tagged.answers]
    formal += [_Part(part, o.start, o.end, True) for o in objects for part in reader.members(o)]
    inside = tuple(o for part, *_ in tagged.answers for o in records(part)[0])
    if any(_denied(text, part.start) for part in formal):
        return Weighed(frozenset(), blocked=True)
    return _decided(prose, formal, (*objects, *inside), reader)


def _decided(prose: str, formal: Sequence[_Part], found: tuple[Record, ...], reader: Reader) -> Weighed:
    if sum(1 for _ in itertools.islice(_marker(reader.labels).finditer(prose), MOST + 1)) > MOST:
        return Weighed(frozenset(), records=found, blocked=True)
    marked = _marked(prose, reader)
    parts = sorted([*formal, *(part for part in marked if part.own)], key=lambda part: part.start)
    others = [part for part in marked if not part.own]
    prose = prose.replace(_STATED, " ")
    said = [_said(part, reader) for part in parts]
    values = frozenset(value for one in said for value in one)
    unread = any(
        not one and part.text.strip() and not reader.echo(part.text)
        for one, part in zip(said, parts, strict=True)
    )
    if values:
        kept = not unread and _kept(prose, parts, others, said, values, reader)
        return Weighed(values, records=found, blocked=not kept)
    declined = next(filter(None, map(refusal, (prose.strip(), *(part.text.strip() for part in parts)))), "")
    if declined or unread or formal:
        return Weighed(frozenset(), records=found, declined=declined, blocked=True)
    return Weighed(frozenset(reader.text(prose.strip())), records=found)


def _kept(
    prose: str,
    parts: Sequence[_Part],
    others: Sequence[_Part],
    said: Sequence[set[Truth]],
    values: frozenset[Truth],
    reader: Reader,
) -> bool:
    """Whether the rest of the text leaves what is announced standing."""
    stating = [part for part, one in zip(parts, said, strict=True) if one]
    before, after = prose[: parts[0].start], prose[stating[-1].end :]
    if TAKEN_BACK.search(after) or refusal(after):
        return False
    if not parts[0].formal:  # without the label itself
        before = before[:-200] + _LEADING_UP.sub("", before[-200:])
    elsewhere = [reader.text(before.strip()), *map(reader.alone, sentences(prose[stating[0].end :]))]
    elsewhere += [_said(part, reader) for part in others if part.start > stating[-1].start]
    return all(other <= values for other in elsewhere)


def _said(part: _Part, reader: Reader) -> set[Truth]:
    """What a stated part says; inside tags there may be JSON, or a label once more."""
    if refusal(part.text.strip()):
        return set()
    if not part.formal:
        return reader.phrase(part.text)
    objects, _ = records(part.text)
    stated = [text for record in objects for text in reader.members(record)]
    if stated:
        found = [reader.text(text.strip()) for text in stated]
        return set().union(*found) if all(found) else set()
    inner = _decided(part.text, (), (), reader)
    return set() if inner.blocked else set(inner.values)


def _marked(prose: str, reader: Reader) -> list[_Part]:
    """What labels announce: after a colon in any case, after "is" where the sentence says so plainly."""
    found = []
    for match in itertools.islice(_marker(reader.labels).finditer(prose), MOST):
        before = ahead(prose, match.start())
        owner = _OWNER.search(before)
        if quoted(prose, match.start()) or unsaid(before) or not reader.fits(match.group("aside") or ""):
            continue
        own = owner is None or _OWN.fullmatch(owner.group()) is not None
        rest = match.group("rest")
        if rest.startswith(_STATED):  # "My verdict:", and then JSON
            continue
        if match.group("is") and not reader.phrase(rest):
            continue
        sentence = re.search(r"[.!?;](?=\s|$)", rest)
        end = match.end() + (sentence.end() if sentence else len(rest))
        found.append(_Part(rest.strip(), match.start(), end, False, own))
    return [part for part in found if part.text]


_MARKERS: dict[str, re.Pattern[str]] = {}


def _marker(labels: str) -> re.Pattern[str]:
    if labels not in _MARKERS:
        _MARKERS[labels] = re.compile(
            rf"(?<![^\W_])(?:{labels})(?![^\W_])(?:[ ]?\((?P<aside>[^()\n]{{0,80}})\))?[*_`\s]{{0,20}}"
            rf"(?:(?P<is>is\b[ ]?:?)|[:=])[*_`\s]*(?=(?P<rest>[^\n]{{0,500}}))",
            re.IGNORECASE,
        )
    return _MARKERS[labels]


def _denied(text: str, place: int) -> bool:
    """Whether "not" stands right before a formal answer."""
    return (
        re.search(r"(?:\bnot|n't|\bnever)[\s$*_`:]*$", text[max(0, place - 20) : place], re.IGNORECASE)
        is not None
    )


def named(record: Record, keys: Sequence[str]) -> list[Value]:
    """What a JSON object gives under any of the keys, in objects within it as well, but not in lists, nor in
    its reasoning or evidence. The call of a tool is no answer.
    """
    if _CALL & {plain_key(key) for key, _ in record.members}:
        return []
    found: list[Value] = []
    for key, value in record.members:
        if isinstance(value, Record):
            if plain_key(key) not in _ASIDE:
                found += named(value, keys)
        elif plain_key(key) in keys:
            found.append(value)
    return found


def as_text(value: Value) -> str:
    """A JSON value as the text it is read by; lists and objects are nothing that can be read."""
    return value.text if isinstance(value, Scalar) else "(a list)"
