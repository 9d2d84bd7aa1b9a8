"""LLM-FMS: keyframes and labels brought together, and the answers understood."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from aqa_eval.datasets.llm_fms import answers
from aqa_eval.datasets.llm_fms.answers import Encoding, FirstNumber, Said
from aqa_eval.datasets.llm_fms.keyframes import Keyframe
from aqa_eval.datasets.llm_fms.label_files import RawLabel
from aqa_eval.datasets.llm_fms.movement_rules import Movement
from aqa_eval.datasets.record_faults import RecordFaults, whole_number

PAIN = 0
SCORES = (0, 1, 2, 3)


@dataclass(frozen=True, slots=True)
class Sample:
    """One labelled keyframe. `picture` is None where it is not there; `answers` are options by rule id."""

    id: str
    movement: str
    subject: str
    picture: Path | None
    score: int | None
    answers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Encodings:
    """How the answers of the files are written, and which number the first option has, if numbers tell."""

    by_file: Mapping[str, Encoding]
    first: FirstNumber | None

    @classmethod
    def of(
        cls, labels: Sequence[RawLabel], movements: Mapping[str, Movement], first: FirstNumber | None
    ) -> Encodings:
        """Find out from all answers together, the number of the first option only where it is not given."""
        said: dict[str, list[Said]] = defaultdict(list)
        for label in labels:
            said[label.file] += _said(label, movements[label.named.movement])
        found = {file: encoding for file, own in said.items() if (encoding := answers.encoding_of(own))}
        numbers = [one for file, own in said.items() if found.get(file) is Encoding.NUMBER for one in own]
        return cls(found, answers.first_number(numbers) if first is None else first)

    def answers(self, label: RawLabel, movement: Movement, faults: RecordFaults) -> dict[str, str]:
        """Understand a label's answers; what means no option is told in `faults` with its value."""
        encoding = self.by_file.get(label.file)
        found = {}
        for one in _said(label, movement):
            chosen = answers.option(one, encoding, self.first) if encoding else None
            if chosen is None:
                key = f"{label.place}, ruleResults.{one.rule.id}"
                faults.add(key, one.value, self._expected(one, encoding), "no label for it")
            else:
                found[one.rule.id] = chosen
        return found

    def _expected(self, one: Said, encoding: Encoding | None) -> str:
        options = f"one of {', '.join(one.rule.options)}"
        if encoding is None:
            return f"{options}, its number, or a boolean"
        if encoding is Encoding.NUMBER and self.first is None:
            return f"{options} (whether numbers begin at 0 or at 1 cannot be told: set first_number)"
        return f"{options}, as {encoding} like the other answers of the file"


def _said(label: RawLabel, movement: Movement) -> list[Said]:
    return [Said(movement.rules[rule], value) for rule, value in label.answers.items()]


@dataclass(frozen=True, slots=True)
class Matcher:
    """Finds a label's keyframe; `problems` tells what has none or too many, `notes` of scores for pain."""

    keyframes: Mapping[str, Sequence[Keyframe]]
    movements: Mapping[str, Movement]
    encodings: Encodings
    problems: list[str]
    notes: list[str]

    def samples(self, labels: Iterable[RawLabel]) -> list[Sample]:
        """Bring every label and its keyframe together; keyframes that no label is about are told."""
        found: dict[str, Sample] = {}
        used = set[Path]()
        for label in labels:
            faults = RecordFaults(label.file)
            sample = self._sample(label, faults)
            if sample and sample.id in found:
                faults.add(label.place, sample.id, "each keyframe labelled once", "the first label is used")
            elif sample:
                found[sample.id] = sample
                used |= {sample.picture} if sample.picture else set()
            self.problems.extend(faults.told)
        self.problems.extend(
            f"{keyframe.path}: no label is about this keyframe; left out"
            for own in self.keyframes.values()
            for keyframe in own
            if keyframe.path not in used
        )
        return list(found.values())

    def _sample(self, label: RawLabel, faults: RecordFaults) -> Sample | None:
        own = label.named
        fitting = [
            keyframe
            for keyframe in self.keyframes.get(own.stem, ())
            if keyframe.named.movement in ("", own.movement)
            and (not own.subject or keyframe.named.subject in ("", own.subject))
        ]
        subject = next((name for k in fitting if (name := k.named.subject)), own.subject)
        if not subject:
            faults.add(f"{label.place}, subject", own.stem, "a name that tells it: set subject_pattern")
            return None
        if len(fitting) > 1:
            named = [keyframe.path.name for keyframe in fitting]
            faults.add(f"{label.place}, keyframe", named, "one picture of that name")
            return None
        if not fitting:
            faults.add(f"{label.place}, keyframe", None, f"a picture called {own.stem}", "no media")
        return Sample(
            id=_id(own.movement, subject, own.stem),
            movement=own.movement,
            subject=subject,
            picture=fitting[0].path if fitting else None,
            score=self._score(label, faults),
            answers=self.encodings.answers(label, self.movements[own.movement], faults),
        )

    def _score(self, label: RawLabel, faults: RecordFaults) -> int | None:
        score = whole_number(label.score)
        if score == PAIN:
            self.notes.append(f"{label.file}: {label.place}: score 0 means pain, which is not seen; no score")
            return None
        if score not in SCORES:
            faults.add(f"{label.place}, score", label.score, "1, 2 or 3 (0 for pain)", "no score")
            return None
        return score


def by_stem(keyframes: Iterable[Keyframe]) -> dict[str, list[Keyframe]]:
    """Group keyframes by the name of their file without its ending."""
    found: dict[str, list[Keyframe]] = defaultdict(list)
    for keyframe in keyframes:
        found[keyframe.named.stem].append(keyframe)
    return dict(found)


def _id(movement: str, subject: str, stem: str) -> str:
    """Name a keyframe: by its file where that tells movement and subject, else with both in front."""
    told = movement in stem and subject in stem
    return stem if told else f"{movement}_{subject}_{stem}"
