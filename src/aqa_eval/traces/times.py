"""When a sentence says that something was seen, and how much it says it measured."""

from __future__ import annotations

import re
from collections.abc import Sequence

Moment = tuple[float, float]
"""Seconds, and within how many of them either way."""

_NUMBER = r"(\d{1,5}(?:\.\d{1,4})?)"
_SECONDS = r"(?:s|secs?|seconds?)\b"
_LASTING = r"(?<!\bfor )(?<!\blasts )(?<!\bover )(?<!\bwithin )(?<!\bfor about )"
_RANGE = re.compile(rf"{_NUMBER}\s?(?:{_SECONDS})?\s?(?:-|–|to|and)\s?{_NUMBER}[\s-]?{_SECONDS}")
_CLOCK = re.compile(r"(?<![\d:])(\d{1,2}):(\d{2}(?:\.\d{1,3})?)(?![\d:])")
_SINGLE = re.compile(rf"{_LASTING}(?<![\d.:]){_NUMBER}[\s-]?{_SECONDS}")
_MILLI = re.compile(r"(?<![\d.])(\d{2,6})\s?(?:ms|milliseconds?)\b")
_NAMED = re.compile(
    rf"\b(?:t|time|timestamp)\s?[=:≈~]\s?[\"']?{_NUMBER}\b|\bsecond {_NUMBER}\b(?! (?:frame|image|fps))"
)
_BARE = re.compile(
    r"(?:\b(?:at|around|about|near|until|by|from|after|before)|@) (?:about |around |roughly |the )?"
    r"(\d{1,3}\.\d{1,3})(?!\d|\.\d)(?!\s?(?:°|deg|%|percent|cm|mm|m\b|met|inch|px|kg|times|x\b|out\b|/|or\b|"
    r"points?|turns?|somers|rev|of\b|shank|trunk))"
)
"""A decimal number without a unit, after a word of time; not where scores are spoken of."""
_SCORES = re.compile(
    r"\b(?:scores?|scoring|scored|goe|points?|marks|executions?|difficulty|rat(?:e|ed|ing)|average|grade)\b"
)
_COUNTS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_SPELLED = re.compile(
    rf"\b(?:at|after|around|about|by|near) (?:about |around |roughly )?(?:the )?({'|'.join(_COUNTS)})"
    rf" seconds?\b"
    rf"|\b({'|'.join(_COUNTS)}) seconds? (?:in|mark)\b"
)
_CLOCKS = re.compile(
    r"(?<![\d:])(\d{1,2}):(\d{2}(?:\.\d{1,3})?)\s?(?:-|–|to|and)\s?(\d{1,2}):(\d{2}(?:\.\d{1,3})?)(?![\d:])"
)
_FRAMES = re.compile(
    r"\b(?:frames?|images?|pictures?)\s?(?:#|no\.?|number)?\s?(\d{1,4})(?:\s?(?:-|–|to|and|through)\s?(\d{1,4}))?"
)
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_ORDINAL_SECOND = re.compile(rf"\b({'|'.join(_ORDINALS)}) second\b(?! (?:frame|image|of|rep))")
_ORDINAL = re.compile(rf"\b({'|'.join(_ORDINALS)}|last|final) (?:frame|image|picture|photo)\b")
_MEASURED = re.compile(
    rf"(?<![\w.]){_NUMBER}\s?(°|degrees?\b|deg\b|cm\b|centimet(?:er|re)s?\b|inch(?:es)?\b|%|percent\b|turns?\b|"
    r"somersaults?\b|revolutions?\b)"
)
_UNITS = {"°": "degrees", "d": "degrees", "c": "cm", "i": "inches", "%": "percent", "p": "percent"}


_HINT = re.compile(r"\d|second|frame|image|picture|photo")
"""Without any of these no time is named."""


def moment(text: str, frames: Sequence[float] = ()) -> tuple[Moment | None, bool]:
    """((seconds, within), whether any time or frame is named). `frames` are the times of the frames that were
    sent, by which "frame 3" is the third; a frame that was not sent has no time. Lower case.
    """
    if not _HINT.search(text):
        return None, False
    for read in (_stretch, _point, lambda said: _framed(said, frames), _worded):
        when, named = read(text)
        if named:
            return when, True
    return None, False


def _stretch(text: str) -> tuple[Moment | None, bool]:
    """From when to when."""
    if found := _RANGE.search(text):
        low, high = float(found[1]), float(found[2])
        return ((low + high) / 2, abs(high - low) / 2 + _half(found[2])), True
    if found := _CLOCKS.search(text):
        low = 60.0 * int(found[1]) + float(found[2])
        high = 60.0 * int(found[3]) + float(found[4])
        return ((low + high) / 2, abs(high - low) / 2 + _half(found[4])), True
    return None, False


def _point(text: str) -> tuple[Moment | None, bool]:
    if found := _CLOCK.search(text):
        return (60.0 * int(found[1]) + float(found[2]), _half(found[2])), True
    for pattern in (_SINGLE, _NAMED):
        if found := pattern.search(text):
            number = next(filter(None, found.groups()))
            return (float(number), _half(number)), True
    if found := _MILLI.search(text):
        return (float(found[1]) / 1000.0, 0.05), True
    return None, False


def _framed(text: str, frames: Sequence[float]) -> tuple[Moment | None, bool]:
    if found := _FRAMES.search(text):
        places = [int(number) - 1 for number in found.groups() if number]
        times = [frames[place] for place in places if 0 <= place < len(frames)]
        if len(times) < len(places) or not times:
            return None, True
        return ((times[0] + times[-1]) / 2, abs(times[-1] - times[0]) / 2), True
    if found := _ORDINAL.search(text):
        place = _ORDINALS.index(found[1]) if found[1] in _ORDINALS else len(frames) - 1
        return ((frames[place], 0.0) if 0 <= place < len(frames) else None), True
    return None, False


def _worded(text: str) -> tuple[Moment | None, bool]:
    """A time without a unit, or in words: "at 3.2", "two seconds in", "after the fourth second"."""
    found = _BARE.search(text)
    if found and not _SCORES.search(text):
        return (float(found[1]), _half(found[1])), True
    if found := _SPELLED.search(text):
        return (float(_COUNTS.index(found[1] or found[2]) + 1), 0.5), True
    if found := _ORDINAL_SECOND.search(text):
        return (float(_ORDINALS.index(found[1]) + 1), 0.5), True
    return None, False


def stated(text: str) -> Moment | None:
    """The time that a JSON value gives: a number of seconds, or any of the forms of `moment`."""
    try:
        return float(text), _half(text)
    except ValueError:
        return moment(text.lower())[0]


def measured(text: str) -> tuple[float | None, str]:
    """The first number with a unit of length, angle, share or turns, and the unit; (None, "") without one."""
    found = _MEASURED.search(text)
    if found is None:
        return None, ""
    unit = found[2]
    return float(found[1]), _UNITS.get(unit[0], "turns")


def _half(number: str) -> float:
    """Half a unit of the last digit that was said."""
    _, point, digits = number.partition(".")
    return 0.5 * 10.0 ** -len(digits) if point else 0.5
