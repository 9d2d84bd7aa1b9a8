"""When something happens: the one stretch of time an answer consists of, or announces."""

from __future__ import annotations

import math
import re

from aqa_eval.prompts import asked_about
from aqa_eval.verdicts.announced import KEYS, LABELS, as_text, named
from aqa_eval.verdicts.doubt import HEDGE, TAKEN_BACK, own_words
from aqa_eval.verdicts.records import Record, Scalar, Value
from aqa_eval.vocabulary import Condition, Item, TimeSpan, Truth

LONGEST = 1000
"""A time of so many seconds or more must name its unit: without one it may be milliseconds, or a year."""
WIDEST = 400
"""No text that consists of a stretch of time is longer than so many characters."""
_UNIT = r"(?:milliseconds?|msecs?|ms|seconds?|secs?|s)"
_TIME = rf"(?:\d{{1,3}}(?::\d{{1,2}}){{1,2}}(?:[.,]\d+)?|\d{{1,6}}(?:[.,]\d+)?(?:\s?{_UNIT}\b)?)"
_CLOCK = re.compile(r"(?:(\d+):)?(\d+):(\d+(?:[.,]\d+)?)")
_PLAIN = re.compile(rf"(\d+(?:[.,]\d+)?)\s?({_UNIT})?", re.IGNORECASE)
_LEAD = (
    r"(?:(?:the statement|the fault|it|this|that)\s*(?:(?:happens|occurs|is visible|can be seen|shows|appears"
    r"|is seen|takes place|is)\s*)?|(?:visible|seen)\s+)?(?:from|between)?"
)
_SPAN = re.compile(
    rf"[\s*_`\"'($]*{_LEAD}[\s*_`]*(?P<start>{_TIME})[\s*_`]*(?:-|\u2013|\u2014|to|until|till|and)[\s*_`]*"
    rf"(?P<end>{_TIME})[\s*_`\"').!$]*",
    re.IGNORECASE,
)
_PAIR = re.compile(rf"\s*\[\s*(?P<start>{_TIME}),\s+(?P<end>{_TIME})\s*\][\s.]*", re.IGNORECASE)
_LINES = re.compile(
    rf"[\s*_`-]*start(?: time)?[\s*_`]*:[\s*_`]*(?P<start>{_TIME})[\s*_`]*[\n,;][\s*_`-]*"
    rf"end(?: time)?[\s*_`]*:[\s*_`]*(?P<end>{_TIME})[\s*_`.]*",
    re.IGNORECASE,
)
_NEVER = re.compile(
    r"\b(?:(?:does not|doesn't|did not|didn't|never) (?:\w+ )?(?:happens?|occurs?|appears?|visible|shows?)"
    r"|not (?:present|happening|occurring)|no (?:such )?(?:fault|error|moment|time span)\b|never\b)",
    re.IGNORECASE,
)
_ENDS = (("start", "end"), ("start_time", "end_time"), ("from", "to"), ("begin", "end"), ("start_s", "end_s"))


class SpanReader:
    """Reads one stretch of time in seconds from the clip's start: "from 1.2 to 2.4 s", "0:01.2 - 0:02.4",
    "1200-2400 ms", `{"start": 1.2, "end": 2.4}`. A single time, a time that ends before it starts, frame
    numbers and spans of something else are not read.
    """

    missing = "single stretch of time"
    labels = LABELS

    def __init__(self, item: Item, condition: Condition) -> None:
        own = {asked_about(item, condition), item.criterion.fault, item.criterion.requirement}
        self._own = [
            re.compile(re.escape(text.strip(" .")), re.IGNORECASE) for text in own if text.strip(" .")
        ]

    def text(self, text: str) -> set[Truth]:
        """What the first or the last line consists of."""
        if TAKEN_BACK.search(text):
            return set()
        lines = [line for line in text.splitlines() if line.strip()]
        whole = _LINES.fullmatch(text) if len(text) <= WIDEST else None
        if whole:
            return _span(whole.group("start"), whole.group("end"))
        return self.alone(lines[0]) | self.alone(lines[-1]) if lines else set()

    def phrase(self, rest: str) -> set[Truth]:
        """The span right after a label, in its own sentence."""
        end = re.search(r"[;,](?=\s)|\.(?=\s|$)|\s\(", rest)
        if end is None:
            return self.alone(rest)
        following = rest[end.end() :].lstrip()
        aside = following.partition(")")[0] if end.group().endswith("(") else following[:1]
        other = re.search(r"\d", aside) and not re.match(r"frames?\b", aside, re.IGNORECASE)
        if end.group() != "." and (other or HEDGE.search(own_words(following))):
            return set()
        return self.alone(rest[: end.start()])

    def alone(self, sentence: str) -> set[Truth]:
        """The span that a sentence consists of; the fault may be named in its own words before it."""
        if len(sentence) > WIDEST:
            return set()
        for own in self._own:
            sentence = own.sub("the statement", sentence)
        match = _SPAN.fullmatch(sentence) or _PAIR.fullmatch(sentence)
        return _span(match.group("start"), match.group("end")) if match else set()

    def echo(self, text: str) -> bool:
        """There is nothing to repeat: all times are possible."""
        return False

    def fits(self, aside: str) -> bool:
        """Whether the parentheses speak of no frames: "Answer (in frames):"."""
        return "frame" not in aside.lower()

    def members(self, record: Record) -> list[str]:
        """The spans that the object gives: as text, as a list of two, or by their start and end."""
        found = [_pair(value) for value in named(record, (*KEYS, "span", "time_span", "interval"))]
        for one in _within(record):
            for start, end in _ENDS:
                starts, ends = one.values(start), one.values(end)
                if starts or ends:
                    known = len(starts) == len(ends) == 1 and _in_seconds(one)
                    found.append(f"{as_text(starts[0])} to {as_text(ends[0])}" if known else "(no span)")
                    break
        return found


def says_never(text: str) -> bool:
    """Whether a text says that what was to be located does not happen."""
    return _NEVER.search(text) is not None


def _within(record: Record) -> list[Record]:
    """The object and those inside it, not in lists."""
    return [record, *(inner for _, v in record.members if isinstance(v, Record) for inner in _within(v))]


def _in_seconds(record: Record) -> bool:
    """Whether the object names no other unit for its times."""
    units = [as_text(value).lower() for value in record.values("unit", "units")]
    return all(unit in {"s", "sec", "secs", "second", "seconds"} for unit in units)


def _pair(value: Value) -> str:
    if isinstance(value, tuple) and len(value) == 2 and all(isinstance(one, Scalar) for one in value):
        return " to ".join(as_text(one) for one in value)
    return as_text(value)


def _span(start: str, end: str) -> set[Truth]:
    """The span between two times; a unit that only the end has holds for both."""
    given = _PLAIN.fullmatch(end.strip())
    unit = (given.group(2) or "") if given else ""
    first, last = seconds(start, unit), seconds(end)
    if first is None or last is None or not 0 <= first < last or not math.isfinite(last):
        return set()
    return {TimeSpan(first, last)}


def seconds(text: str, unit: str = "") -> float | None:
    """A time in seconds: "1.2", "1,2 s", "1200 ms", "0:01.2"; None if it is none of them. `unit` where the
    text has none of its own.
    """
    clock = _CLOCK.fullmatch(text.strip())
    if clock:
        hours, minutes, rest = clock.groups()
        last = float(rest.replace(",", "."))
        return int(hours or 0) * 3600 + int(minutes) * 60 + last if last < 60 else None
    plain = _PLAIN.fullmatch(text.strip())
    if plain is None:
        return None
    named_unit = (plain.group(2) or unit).lower()
    if not named_unit and float(plain.group(1).replace(",", ".")) >= LONGEST:
        return None
    factor = 0.001 if named_unit.startswith("m") else 1.0
    value = float(plain.group(1).replace(",", ".")) * factor
    return round(value, 9) if math.isfinite(value) else None
