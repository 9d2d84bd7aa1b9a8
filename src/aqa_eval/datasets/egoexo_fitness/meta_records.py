"""EgoExo-Fitness: `meta_records.json`, which records there are, their cameras, frame counts and people.

Format: `Raw_annotations/README.md` of github.com/iSEE-Laboratory/EgoExo-Fitness. Counts may be texts. The
records of some releases also name the `original_actor`, as a date and a name ("0912-Alex").
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from aqa_eval.datasets.record_faults import RecordFaults, whole_number, words

FILE = "meta_records.json"

_DATE = re.compile(r"^\d{2,8}[-_ ]?(?=\D)")


@dataclass(frozen=True, slots=True)
class Record:
    """One recording session.

    `views` maps each camera that filmed it to its number of frames, None where that is not stated.
    `person` is a pseudonym of who was filmed, the same in all records of a person; "" where not stated.
    """

    id: str
    views: Mapping[str, int | None]
    person: str


def read(content: object, faults: RecordFaults) -> dict[str, Record]:
    """Read the records that can be used, by id; what cannot is told in `faults`."""
    listed = content.get("records") if isinstance(content, dict) else None
    if not isinstance(content, dict) or not isinstance(listed, list):
        faults.add("key records", listed if isinstance(content, dict) else content, "a list of records")
        return {}
    ids = _ids(content.get("record_index"), len(listed), faults)
    found: dict[str, Record] = {}
    for i, entry in enumerate(listed):
        if not isinstance(entry, dict):
            faults.add(f"records[{i}]", entry, "an object")
            continue
        own, indexed = words(entry.get("record_id")), ids.get(i, "")
        name = own or indexed
        if own and indexed and own != indexed:
            faults.add(f"records[{i}].record_id", own, f"{indexed}, as record_index says", f"{own} is used")
        if not name or name in found:
            faults.add(f"records[{i}].record_id", name, "an id that no other record has")
            continue
        views = _views(name, entry, faults)
        found[name] = Record(name, views, pseudonym(words(entry.get("original_actor"))))
    return found


def pseudonym(actor: str) -> str:
    """Name a person by eight characters instead of the name; the date before the name does not count.

    Reports are passed on, and who was filmed is nobody's business; that clips show the same person is what
    statistics need. "" for "".
    """
    name = re.sub(r"[-_\s]+", "", _DATE.sub("", actor, count=1)).lower()
    return f"person-{hashlib.sha256(name.encode()).hexdigest()[:8]}" if name else ""


def _ids(index: object, count: int, faults: RecordFaults) -> dict[int, str]:
    """Read `record_index`, turned around: place in the list -> id."""
    if index is None:
        return {}
    if not isinstance(index, dict):
        faults.add("key record_index", index, "an object of record id: place in records", "not used")
        return {}
    found = {}
    for name, value in index.items():
        place = whole_number(value)
        if place is None or not 0 <= place < count or place in found:
            faults.add(f"record_index.{name}", value, f"a place of its own, 0 to {count - 1}", "not used")
        else:
            found[place] = str(name)
    return found


def _views(record: str, entry: Mapping[str, object], faults: RecordFaults) -> dict[str, int | None]:
    """Read the cameras of a record: those listed in `views` and those with `frames`, in that order."""
    listed, frames = entry.get("views"), entry.get("frames")
    if not isinstance(frames, dict):
        faults.add(f"record {record}, frames", frames, "an object of camera: {path, num_frames}", "not used")
        frames = {}
    if not isinstance(listed, list):
        faults.add(f"record {record}, views", listed, "a list of cameras", "those of frames are used")
        listed = []
    found: dict[str, int | None] = {}
    for view in dict.fromkeys([*map(words, listed), *map(str, frames)]):
        about = frames.get(view)
        number = whole_number(about.get("num_frames")) if isinstance(about, dict) else None
        if number is None or number < 1:
            shown = about.get("num_frames") if isinstance(about, dict) else about
            faults.add(f"record {record}, frames.{view}.num_frames", shown, "a number of frames", "unknown")
        found[view] = number if number and number > 0 else None
    return found
