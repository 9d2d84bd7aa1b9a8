"""LLM-FMS: `FMSRules.json`, the movements of the screen and the questions that are asked of each.

Format: `{"m05": {"actionName", "view", "rules": {"r01": {"ruleType", "ruleName", "ruleQuestion",
"ruleOptions", "bodyParts"}}}}` (Xing et al., PLoS ONE 20(3):e0313707, data on Figshare). Extracts of it that
go about have a list of movements and of rules, and call the fields type, name, question and options: both
are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from aqa_eval.datasets.record_faults import RecordFaults, words

FILE = "FMSRules.json"
KINDS = ("angle", "distance", "position")

_MOVEMENT = re.compile(r"m\d{2}")
_SIDE = re.compile(r"[\s(_-]*\b(left|right)\b[\s)]*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rule:
    """One question about a keyframe, with its options in the order of the file."""

    id: str
    question: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Movement:
    """One of the movements: its name, the side it is seen from, and its rules by id, in order."""

    id: str
    name: str
    view: str
    rules: Mapping[str, Rule]

    @property
    def test(self) -> str:
        """The test of the screen that it belongs to: its name without the side of the body."""
        return _SIDE.sub("", self.name).strip().lower()


def read(content: object, faults: RecordFaults) -> dict[str, Movement]:
    """Read the movements that can be used, by id; what cannot is told in `faults`."""
    found: dict[str, Movement] = {}
    for name, entry in _entries(content, ("sourceMovementId", "id"), "movements", faults):
        if not _MOVEMENT.fullmatch(name) or name in found:
            faults.add(f"key {name}", name, "m and two digits, each movement once")
            continue
        title = words(_field(entry, "actionName", "sourceActionName", "name"))
        if not title:
            faults.add(f"{name}.actionName", title, "the movement's name", f"called {name}")
        rules = {
            rule.id: rule
            for key, about in _entries(entry.get("rules"), ("id",), f"{name}.rules", faults)
            if (rule := _rule(f"{name}.rules.{key}", key, about, faults))
        }
        if rules:
            found[name] = Movement(name, title or name, words(_field(entry, "view")), rules)
        else:
            faults.add(f"{name}.rules", entry.get("rules"), "at least one rule", "movement left out")
    return found


def folded(text: str) -> str:
    """Write a text so that capitals and spacing do not count when options are compared."""
    return " ".join(text.split()).casefold()


def _rule(place: str, key: str, about: Mapping[str, object], faults: RecordFaults) -> Rule | None:
    kind = words(_field(about, "ruleType", "type"))
    if kind.lower() not in KINDS:
        faults.add(f"{place}.ruleType", kind, " or ".join(KINDS), "used nonetheless")
    question = words(_field(about, "ruleQuestion", "question"))
    listed = _field(about, "ruleOptions", "options")
    options = [words(option) for option in listed] if isinstance(listed, list) else []
    if not question:
        faults.add(f"{place}.ruleQuestion", question, "a question", "rule left out")
        return None
    if len(options) < 2 or not all(options) or len({folded(option) for option in options}) < len(options):
        faults.add(f"{place}.ruleOptions", listed, "two or more different texts", "rule left out")
        return None
    return Rule(key, question, tuple(options))


def _entries(
    content: object, names: tuple[str, ...], place: str, faults: RecordFaults
) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Yield (id, entry) of an object by id, of a list of entries with ids, or of what holds such a list."""
    if isinstance(content, dict) and isinstance(content.get(place), list):
        content = content[place]
    if isinstance(content, dict):
        pairs = [(str(key), entry) for key, entry in content.items()]
    elif isinstance(content, list):
        pairs = [(words(_field(e, *names)) if isinstance(e, dict) else "", e) for e in content]
    else:
        faults.add(f"key {place}", content, "an object by id")
        return
    for key, entry in pairs:
        if isinstance(entry, dict):
            yield key.strip().lower(), entry
        else:
            faults.add(f"{place}, key {key}", entry, "an object")


def _field(entry: Mapping[str, object], *names: str) -> object:
    """Give the first field there is of several names."""
    return next((entry[name] for name in names if name in entry), None)
