"""What a cited answer says it saw: times, body parts, points in the picture, observations."""

from __future__ import annotations

import math
from collections.abc import Sequence

from aqa_eval.verdicts.records import Record, Scalar, Value
from aqa_eval.verdicts.spans import seconds
from aqa_eval.vocabulary import Evidence, Frame

MOST = 50
"""So many pieces of evidence are kept of one answer; the verdict's note says how many there were."""
LONGEST = 1000
"""So many characters are kept of one observation."""
CONVENTIONS = ("xy-1000", "yx-1000", "pixels", "unit")
"""How points are named: x and y, or y and x, in thousandths of the picture; in pixels; or as fractions."""


def evidence(
    records: Sequence[Record], coordinates: str, manifest: Sequence[Frame]
) -> tuple[tuple[Evidence, ...], int]:
    """(the evidence that an answer's JSON gives, at most `MOST` pieces; how many it gives).

    `manifest` are the pictures that were sent: a point in pixels is one in the picture of the nearest time.
    What cannot be read of a piece is None in it; an entry that is neither an object nor a text is left out.

    Raises:
        ValueError: `coordinates` is none of `CONVENTIONS`.
    """
    if coordinates not in CONVENTIONS:
        raise ValueError(f"coordinates '{coordinates}': must be one of {', '.join(CONVENTIONS)}")
    lists = [value for record in records for value in record.values("evidence") if isinstance(value, tuple)]
    if len(lists) != 1:
        return (), 0
    shown = [frame for frame in manifest if frame.clip >= 0]
    pieces = [entry for entry in lists[0] if isinstance(entry, Record) or _text(entry)]
    return tuple(_piece(entry, coordinates, shown) for entry in pieces[:MOST]), len(pieces)


def _piece(entry: Value, coordinates: str, shown: Sequence[Frame]) -> Evidence:
    if not isinstance(entry, Record):
        return Evidence(None, "", None, _text(entry)[:LONGEST])
    when = _one(entry, "time", "time_s", "seconds", "t")
    time = seconds(when.text) if isinstance(when, Scalar) else None
    point = _one(entry, "point", "point_2d", "coordinates", "xy")
    return Evidence(
        time=time,
        part=_text(_one(entry, "part", "body_part", "bodypart"))[:LONGEST],
        point=_fractions(point, coordinates, time, shown),
        observation=_text(_one(entry, "observation", "what_is_seen", "seen", "description"))[:LONGEST],
    )


def _one(entry: Record, *names: str) -> Value | None:
    """What is said under the one of these keys that there is; None where it is said twice."""
    found = entry.values(*names)
    return found[0] if len(found) == 1 else None


def _text(value: Value | None) -> str:
    return value.text.strip() if isinstance(value, Scalar) and value.quoted else ""


def _fractions(
    point: Value | None, coordinates: str, time: float | None, shown: Sequence[Frame]
) -> tuple[float, float] | None:
    """The point as fractions of the picture's width and height; None if unreadable, or outside of it."""
    pair = _pair(point, turned=coordinates == "yx-1000")
    if pair is None:
        return None
    if coordinates == "unit":
        width = height = 1.0
    elif coordinates == "pixels":
        size = _size(time, shown)
        if size is None:
            return None
        width, height = size
    else:
        width = height = 1000.0
    fractional = any(0 < value < 1 for value in pair) and max(pair) <= 1
    if coordinates != "unit" and fractional:
        return None  # fractions where whole numbers were asked for are not the picture's corner
    x, y = pair[0] / width, pair[1] / height
    return (x, y) if 0 <= x <= 1 and 0 <= y <= 1 else None


def _pair(point: Value | None, turned: bool) -> tuple[float, float] | None:
    """(x, y) of a list of two numbers, or of an object with x and y, whose names go before any order."""
    if isinstance(point, Record):
        x, y = (_one(point, name) for name in ("x", "y"))
        values: tuple[Value | None, ...] = (x, y)
    elif isinstance(point, tuple):
        values = point[::-1] if turned else point
    else:
        return None
    numbers = [_number(value) for value in values]
    if len(numbers) != 2 or numbers[0] is None or numbers[1] is None:
        return None
    return numbers[0], numbers[1]


def _number(value: Value | None) -> float | None:
    if not isinstance(value, Scalar):
        return None
    try:
        number = float(value.text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _size(time: float | None, shown: Sequence[Frame]) -> tuple[float, float] | None:
    """The size of the picture nearest to a time; without a time, that of all pictures if it is the same."""
    sizes = {(float(frame.width), float(frame.height)) for frame in shown}
    if len(sizes) == 1:
        return sizes.pop()
    if not sizes or time is None:
        return None
    nearest = min(shown, key=lambda frame: abs(frame.time - time))
    return float(nearest.width), float(nearest.height)
