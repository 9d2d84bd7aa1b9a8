"""LLM-FMS: the label files, `score` and `ruleResults` of each keyframe, however they are nested.

Whether there is a file a keyframe or a table of many is not documented: every object with `ruleResults`, at
whatever depth, is the label of one keyframe. Its keyframe is named by a field of it that ends like a picture,
else by the key it stands under, else by its file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from aqa_eval.datasets.json_files import read_json
from aqa_eval.datasets.llm_fms import keyframes
from aqa_eval.datasets.llm_fms.keyframes import Named
from aqa_eval.datasets.llm_fms.movement_rules import Movement
from aqa_eval.datasets.record_faults import RecordFaults
from aqa_eval.errors import DataError

_RESULTS, _SCORE = "ruleresults", "score"
_PICTURE = re.compile(r".*\.(jpg|jpeg|png|bmp)", re.IGNORECASE | re.DOTALL)
_VALUE_NAMES = ("result", "ruleresult", "answer", "option", "value")


@dataclass(frozen=True, slots=True)
class RawLabel:
    """One keyframe's label as it stands: file and place in words, what it names, score, answers by rule."""

    file: str
    place: str
    named: Named
    score: object
    answers: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class LabelReader:
    """Reads label files; what cannot be read is told in `problems`.

    `pictured` gives the movement of the only picture of a name, for labels whose own names do not tell it.
    """

    root: Path
    subject: re.Pattern[str]
    movements: Mapping[str, Movement]
    pictured: Mapping[str, str]
    problems: list[str]

    def read(self, paths: Iterable[Path]) -> list[RawLabel]:
        """Read every label of every file, in order."""
        return [label for path in paths for label in self._of_file(path)]

    def _of_file(self, path: Path) -> list[RawLabel]:
        try:
            file = read_json(path)
        except DataError as error:
            self.problems.append(str(error))
            return []
        self.problems.extend(file.problems)
        relative = path.relative_to(self.root)
        faults = RecordFaults(relative.as_posix())
        records = list(_records(file.content, ()))
        if not records:
            faults.add("the file", file.content, "an object with ruleResults (and score)")
        labels = [self._label(relative, keys, record, faults) for keys, record in records]
        self.problems.extend(faults.told)
        return [label for label in labels if label]

    def _label(
        self, relative: Path, keys: tuple[str, ...], record: Mapping[str, object], faults: RecordFaults
    ) -> RawLabel | None:
        picture = next((v for v in record.values() if isinstance(v, str) and _PICTURE.fullmatch(v)), "")
        own = PurePosixPath(picture.replace("\\", "/")).parts
        named = keyframes.name([*relative.parts, *keys, *own], self.subject)
        place = f"key {'/'.join(keys) or picture or relative.stem}"
        if not named.movement:
            named = replace(named, movement=self.pictured.get(named.stem, ""))
        movement = self.movements.get(named.movement)
        if movement is None:
            expected = f"one of {', '.join(self.movements)} in its name"
            faults.add(f"{place}, movement", named.movement, expected)
            return None
        answers = _answers(faults, place, record[_RESULTS], movement)
        return RawLabel(faults.file, place, named, record.get(_SCORE), answers)


def _records(content: object, keys: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], dict[str, object]]]:
    """Yield every object with ruleResults, and the keys that lead to it without the places in lists."""
    if isinstance(content, dict):
        fields = {_plain(str(key)): value for key, value in content.items()}
        if _RESULTS in fields:
            yield keys, fields
            return
        for key, value in content.items():
            yield from _records(value, (*keys, str(key)))
    elif isinstance(content, list):
        for value in content:
            yield from _records(value, keys)


def _answers(faults: RecordFaults, place: str, results: object, movement: Movement) -> dict[str, object]:
    """Give the answers by rule: from an object by rule id, or a list in the order of the rules."""
    if isinstance(results, list) and len(results) == len(movement.rules):
        results = dict(zip(movement.rules, results, strict=True))
    if not isinstance(results, dict):
        expected = f"an object by rule, or a list of {len(movement.rules)}"
        faults.add(f"{place}, ruleResults", results, expected, "no answers")
        return {}
    found = {}
    for key, value in results.items():
        rule = str(key).strip().lower()
        if rule in movement.rules:
            found[rule] = _value(value)
        else:
            faults.add(f"{place}, ruleResults.{key}", key, f"a rule of {movement.id}", "answer left out")
    for rule in movement.rules:
        if rule not in found:
            faults.add(f"{place}, ruleResults.{rule}", None, "an answer", "no label for it")
    return found


def _value(value: object) -> object:
    """Take an answer out of an object that says no more than it; anything else stays as it is."""
    if isinstance(value, dict):
        inner = [v for key, v in value.items() if _plain(str(key)) in _VALUE_NAMES]
        return inner[0] if len(inner) == 1 else value
    return value


def _plain(key: str) -> str:
    return re.sub(r"[^a-z0-9]", "", key.lower())
