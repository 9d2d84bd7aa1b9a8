"""A text cut into steps: its sentences, and the objects of its JSON, without markup."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST = 600
"""More characters than a sentence has: a longer stretch without an end is read up to here."""
MOST = 2_000
"""So many steps are read of one text: a judge that got stuck repeats itself for longer."""

_TAG = re.compile(
    r"<(/?)(?:\|?)(look|decompose|analy[sz]e|think|thinking|thoughts?|answer)\b[^<>]{0,60}>", re.I
)
_OTHER_TAGS = re.compile(r"</?[a-z][^<>]{0,80}>|<\|[^<>|]{1,40}\|>", re.I)
_TAG_TIME = re.compile(r"\b(?:t|time|timestamp|start)\s?=\s?[\"']?(\d{1,4}(?:\.\d{1,3})?)", re.I)
_FENCE = re.compile(r"^\s*```.*$", re.M)
_LEAD = re.compile(r"^\s*(?:#{1,6}\s+|>\s*|[-*•+–]\s+|\(?\d{1,3}[.)]\s+|[a-hA-H][.)]\s+|\|)+\s*")
_MARKUP = re.compile(r"\*\*|__|(?<!\w)[*_](?=\w)|(?<=[\w.,:;!?])[*_](?!\w)|`|~~")
_ENDS = re.compile(
    r"(?<!\b[eE]\.g)(?<!\bi\.e)(?<!\bvs)(?<!\bapprox)(?<!\bca)(?<!\bno)(?<!\bNo)(?<!\bfig)(?<!\bDr)[.!?]+[\"')\]]*(?=\s+\S)"
)
_DECODER = json.JSONDecoder()
_VERDICTS = frozenset(
    {
        *(
            "answer",
            "verdict",
            "judgement",
            "judgment",
            "confidence",
            "score",
            "final answer",
            "result",
            "choice",
        ),
        *(
            "point",
            "point 2d",
            "coordinates",
            "xy",
            "bbox",
            "box",
            "time",
            "time s",
            "timestamp",
            "seconds",
            "t",
            "part",
            "frame",
            "side",
            "polarity",
        ),
        *("body part", "bodypart", "start", "end", "probability"),
    }
)
"""Keys of JSON whose values are no sentences: the answer itself, and what is said of an observation."""
_SIGHT = frozenset({"visible", "visibility", "in view", "is visible", "seen", "observable"})
_UNSEEN = frozenset({"false", "no", "none", "0", "low", "poor", "not visible", "n/a"})
_TELLING = re.compile(
    r"rule|require|guideline|criteri|standard|infer|assum|expect|prior|basis|uncertain|limit|present|defin"
)
"""Keys that say whether a part can be seen, what says that it cannot, and keys that tell what a value is."""


@dataclass(frozen=True, slots=True)
class Step:
    """A sentence, or what one JSON object says: `part` and `time` as its own keys have them, else empty.
    A key that tells what the value is ("rule", "inference") stands before it.
    """

    text: str
    tag: str = ""
    part: str = ""
    time: str = ""


def steps(text: str) -> Iterator[Step]:
    """The steps of a text in order, at most `MOST`."""
    for number, step in enumerate(_all(text)):
        if number >= MOST:
            return
        yield step


def _all(text: str) -> Iterator[Step]:
    place, tag = 0, ""
    for match in _TAG.finditer(text):
        yield from _mixed(text[place : match.start()], tag)
        name = match.group(2).lower()
        tag = "" if match.group(1) else {"analyze": "analyse"}.get(name, "think" if name[0] == "t" else name)
        place = match.end()
    yield from _mixed(text[place:], tag)


def _mixed(text: str, tag: str) -> Iterator[Step]:
    """Prose, and the JSON objects in it."""
    place = 0
    while (start := text.find("{", place)) >= 0:
        try:
            value, end = _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError):
            end = start + 1
            yield from _sentences(text[place:start], tag)
        else:
            yield from _sentences(text[place:start], tag)
            yield from _objects(value, tag)
        place = end
    yield from _sentences(text[place:], tag)


def _objects(value: object, tag: str, depth: int = 0) -> Iterator[Step]:
    if depth > 20:
        return
    if isinstance(value, list):
        for one in value:
            if isinstance(one, str):
                yield from _sentences(one, tag)
            else:
                yield from _objects(one, tag, depth + 1)
    if not isinstance(value, dict):
        return
    part = _first(value, "part", "body_part", "bodypart")
    time = _first(value, "time", "time_s", "timestamp", "seconds", "t")
    for key, one in value.items():
        name = str(key).lower().replace("_", " ")
        if name in _SIGHT and (not isinstance(one, str | dict | list) or one in _UNSEEN):
            if str(one).lower() in _UNSEEN:
                yield Step("not visible", tag, part, time)
        elif isinstance(one, str) and name not in _VERDICTS:
            for number, sentence in enumerate(_sentences(one, tag)):
                lead = f"{name}: " if number == 0 and _TELLING.search(name) else ""
                yield Step((lead + sentence.text)[:LONGEST], tag, part, time)
        elif isinstance(one, dict | list):
            yield from _objects(one, tag, depth + 1)


def _first(value: dict[object, object], *keys: str) -> str:
    found = next((value[key] for key in keys if key in value), "")
    return str(found) if isinstance(found, str | int | float) and not isinstance(found, bool) else ""


def _sentences(text: str, tag: str) -> Iterator[Step]:
    if not text.strip(" \n\t[],{}`"):
        return
    for line in _OTHER_TAGS.sub(_dated, _FENCE.sub("\n", text)).split("\n"):
        plain, place = _LEAD.sub("", line), 0
        for match in _ENDS.finditer(plain):
            yield from _sentence(plain[place : match.end()], tag)
            place = match.end()
        yield from _sentence(plain[place:], tag)


def _dated(tag: re.Match[str]) -> str:
    """What is left of a tag: the time that it carries."""
    time = _TAG_TIME.search(tag.group())
    return f" t={time[1]}: " if time else " "


def _sentence(raw: str, tag: str) -> Iterator[Step]:
    words = " ".join(_MARKUP.sub("", raw).split()).strip(" |\"'").replace(" | ", ", ")
    if any(c.isalnum() for c in words):
        yield Step(words[:LONGEST], tag)
