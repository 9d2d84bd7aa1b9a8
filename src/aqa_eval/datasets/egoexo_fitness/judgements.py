"""EgoExo-Fitness: `interpretable_action_judgement.json`, what each annotator said of each judged action.

Format: `Raw_annotations/README.md` of github.com/iSEE-Laboratory/EgoExo-Fitness. An entry is complete in
itself: its own `st_ed_frame` is the action's stretch (1-based frames, both ends included). The number in its
key is no index into the other files and is never used as one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from aqa_eval.datasets.record_faults import RecordFaults, whole_number, words

FILE = "interpretable_action_judgement.json"
LOWEST, HIGHEST = 1.0, 5.0

_KEY = re.compile(r"(?P<record>.+)_action_\d+")
_SAID = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Judgement:
    """One annotator's view of one action: per keypoint whether it was followed, and the quality, 1 to 5."""

    annotator: str
    followed: Mapping[str, bool]
    quality: float | None


@dataclass(frozen=True, slots=True)
class Judged:
    """One judged action: its key, record, name, stretch in frames, and what its annotators said."""

    key: str
    record: str
    action: str
    first: int
    last: int
    judgements: tuple[Judgement, ...]

    def votes(self) -> dict[str, tuple[bool, ...]]:
        """For each keypoint, in the order of the file, the annotators' votes that it was *not* followed."""
        found: dict[str, list[bool]] = {}
        for judgement in self.judgements:
            for text, followed in judgement.followed.items():
                found.setdefault(text, []).append(not followed)
        return {text: tuple(votes) for text, votes in found.items()}

    def qualities(self) -> tuple[float, ...]:
        """The annotators' quality scores."""
        return tuple(j.quality for j in self.judgements if j.quality is not None)


def read(content: object, faults: RecordFaults) -> list[Judged]:
    """Read the entries that can be used, in the file's order; what cannot is told in `faults`."""
    if not isinstance(content, dict):
        faults.add("the file", content, 'an object of "<record>_action_<number>": {...}')
        return []
    return [judged for key, entry in content.items() if (judged := _judged(str(key), entry, faults))]


def _judged(key: str, entry: object, faults: RecordFaults) -> Judged | None:
    named = _KEY.fullmatch(key)
    if not named:
        faults.add(f"key {key}", key, "<record>_action_<number>")
        return None
    if not isinstance(entry, dict):
        faults.add(f"key {key}", entry, "an object with annotations and st_ed_frame")
        return None
    span = _span(key, entry.get("st_ed_frame"), faults)
    record, root = named["record"], entry.get("frame_root")
    if root is not None and words(root).replace("\\", "/").rstrip("/").rpartition("/")[2] != record:
        faults.add(f"key {key}, frame_root", root, f"a path that ends in {record}", "the key is used")
    annotations = entry.get("annotations")
    if not isinstance(annotations, list) or not annotations:
        faults.add(f"key {key}, annotations", annotations, "a list of at least one annotator's judgement")
        return None
    action = _action(key, annotations, faults)
    judgements = tuple(_judgements(key, annotations, faults))
    if span is None or not action or not judgements:
        return None
    return Judged(key, record, action, span[0], span[1], judgements)


def _span(key: str, value: object, faults: RecordFaults) -> tuple[int, int] | None:
    numbers = [whole_number(number) for number in value] if isinstance(value, list) else []
    match numbers:
        case [int(first), int(last)] if first <= last:
            return first, last
        case _:
            faults.add(f"key {key}, st_ed_frame", value, "two frame numbers, first not after last")
            return None


def _action(key: str, annotations: list[object], faults: RecordFaults) -> str:
    """The action's name, by most annotators; ties fall to the one named first."""
    names = (words(a.get("action_name")) for a in annotations if isinstance(a, dict))
    named = Counter(name for name in names if name)
    if not named:
        faults.add(f"key {key}, action_name", None, "the name of the action in at least one annotation")
        return ""
    name, count = named.most_common(1)[0]
    if len(named) > 1:
        faults.add(f"key {key}, action_name", dict(named), "one name", f"{name!r} ({count}) is used")
    return name


def _judgements(key: str, annotations: list[object], faults: RecordFaults) -> Iterator[Judgement]:
    """Yield what each annotator said; a second judgement of the same annotator is left out."""
    seen = set[str]()
    for i, annotation in enumerate(annotations):
        place = f"key {key}, annotations[{i}]"
        if not isinstance(annotation, dict):
            faults.add(place, annotation, "an object")
            continue
        annotator = words(annotation.get("annotator"))
        if annotator in seen:
            faults.add(f"{place}.annotator", annotator, "each annotator once", "the first judgement is used")
            continue
        if annotator:
            seen.add(annotator)
        yield Judgement(
            annotator,
            _followed(place, annotation.get("key_point_verification"), faults),
            _quality(place, annotation.get("action_quality_score"), faults),
        )


def _followed(place: str, pairs: object, faults: RecordFaults) -> dict[str, bool]:
    place = f"{place}.key_point_verification"
    if not isinstance(pairs, list):
        faults.add(place, pairs, 'a list of ["keypoint", "True" or "False"]')
        return {}
    found: dict[str, bool] = {}
    for i, pair in enumerate(pairs):
        match pair:
            case [str(text), value] if text.strip():
                said = value if isinstance(value, bool) else _SAID.get(words(value).lower())
                if said is None:
                    faults.add(f"{place}[{i}], {text.strip()!r}", value, '"True" or "False"', "vote left out")
                elif text.strip() in found:
                    faults.add(f"{place}[{i}]", text, "each keypoint once", "the first vote is used")
                else:
                    found[text.strip()] = said
            case _:
                faults.add(f"{place}[{i}]", pair, '["keypoint", "True" or "False"]', "vote left out")
    return found


def _quality(place: str, value: object, faults: RecordFaults) -> float | None:
    number = whole_number(value)
    quality = value if isinstance(value, float) else number
    if quality is None or not LOWEST <= quality <= HIGHEST:
        faults.add(f"{place}.action_quality_score", value, "a number from 1 to 5", "rating left out")
        return None
    return float(quality)
