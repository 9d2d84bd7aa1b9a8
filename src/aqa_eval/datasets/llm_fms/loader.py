"""LLM-FMS: keyframes of the functional movement screen, with questions about the position of the body.

Each rule of a movement is asked as it stands, a question with options (`m05.r01`, choose), and as a statement
in both polarities (`m05.r01.form`, verify: is the correct form shown?). A keyframe's score, 1 to 3, is asked
as `m05.score`. Xing et al., PLoS ONE 20(3):e0313707 (2025).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator

from aqa_eval.datasets.dataset import Dataset, Loader, Options, Terms
from aqa_eval.datasets.download import Download
from aqa_eval.datasets.json_files import read_json
from aqa_eval.datasets.llm_fms import correct_forms, keyframes, movement_rules, questions
from aqa_eval.datasets.llm_fms.answers import Encoding, FirstNumber
from aqa_eval.datasets.llm_fms.correct_forms import Form, RuleKey
from aqa_eval.datasets.llm_fms.label_files import LabelReader
from aqa_eval.datasets.llm_fms.movement_rules import Movement
from aqa_eval.datasets.llm_fms.samples import Encodings, Matcher, Sample, by_stem
from aqa_eval.datasets.record_faults import RecordFaults
from aqa_eval.errors import DataError
from aqa_eval.vocabulary import Clip, Still, Task

NAME = "llm-fms"
TITLE = "LLM-FMS (functional movement screen, keyframes)"
PUBLISHED = {"keyframes": 1812, "subjects": 45, "movements": 15, "tests": 7}

TERMS = Terms(
    licence="CC BY 4.0",
    citation="Q. Xing, X. Xing, P. Guo, Z. Tang, Y. Shen: LLM-FMS: A fine-grained dataset for functional "
    "movement screen action quality assessment. PLoS ONE 20(3): e0313707, 2025.",
    how="download FMSRules.json, FMS-Keyframes.rar and FMS-FineGrainedLabelInfo.rar of the Figshare "
    "collection 10.6084/m9.figshare.c.7601630 into one folder; the archives are read as they are",
    may_embed=True,
    may_send=True,
)


def _one_group(pattern: str) -> str:
    try:
        groups = re.compile(pattern).groups
    except re.error as error:
        raise ValueError(f"{pattern!r} is no regular expression: {error}") from error
    if groups != 1:
        raise ValueError(f"{pattern!r} has {groups} groups; one must hold the subject")
    return pattern


class LlmFmsOptions(Options):
    """`root`: the folder with the three files, or with what is in them.

    `subject_pattern`: a regular expression whose group is the subject, searched in lower-case names.
    `split_seed` draws another split by subject. `first_number`: the number of a rule's first option, where
    the labels are numbers that do not tell.
    """

    root: Path
    subject_pattern: Annotated[str, AfterValidator(_one_group)] = keyframes.SUBJECT
    split_seed: int = 0
    first_number: FirstNumber | None = None


def load(options: Options) -> Dataset:
    """Read a download of LLM-FMS.

    The split is drawn by subject, about 70 to 30, from a hash. Raises DataError where the rules are missing,
    or no label can be used.
    """
    if not isinstance(options, LlmFmsOptions):
        raise TypeError(f"{NAME} is loaded with LlmFmsOptions, not {type(options).__name__}")
    download = Download.open(options.root, skip=_enter_all)
    problems = list(download.problems)
    notes: list[str] = []
    movements = _movements(download, problems)
    samples, encodings = _samples(download, movements, options, problems, notes)
    splits = {s.subject: keyframes.split_of(s.subject, options.split_seed) for s in samples}
    problems += [
        f"split {split}: no subject of this download falls into it (split_seed = {options.split_seed})"
        for split in ("train", "test")
        if split not in splits.values()
    ]
    train = [sample for sample in samples if splits[sample.subject] == "train"]
    forms = correct_forms.find(train, {m: movements[m] for m in _seen(samples, movements)}, problems)
    return Dataset(
        name=NAME,
        title=TITLE,
        terms=TERMS,
        criteria=questions.criteria(_seen(samples, movements), movements, forms),
        clips=[_clip(sample, movements[sample.movement], splits) for sample in samples],
        labels=[questions.labels(sample, forms) for sample in samples],
        problems=problems,
        notes=notes,
        differences=_differences(samples, movements),
        facts=_facts(samples, movements, splits, encodings, forms, options),
    )


def _enter_all(folder: Path) -> bool:
    """Skip no folder: keyframes are few, and numbered like the frames of a video."""
    return False


def _movements(download: Download, problems: list[str]) -> dict[str, Movement]:
    """Read the rules. Raises DataError where there are none."""
    path = download.find(movement_rules.FILE)
    if path is None:
        raise DataError(
            f"{download.root}: {movement_rules.FILE} is not in it. Expected the folder with "
            f"{movement_rules.FILE}, FMS-Keyframes.rar and FMS-FineGrainedLabelInfo.rar (or what is in them)."
        )
    file = read_json(path)
    faults = RecordFaults(movement_rules.FILE)
    movements = movement_rules.read(file.content, faults)
    problems += [*file.problems, *faults.told]
    if not movements:
        raise DataError(f"{path}: no movement with rules in it. {(*faults.told, 'It is empty.')[0]}")
    return movements


def _samples(
    download: Download,
    movements: Mapping[str, Movement],
    options: LlmFmsOptions,
    problems: list[str],
    notes: list[str],
) -> tuple[list[Sample], Encodings]:
    """Read keyframes and labels. Raises DataError where nothing can be used."""
    subject = re.compile(options.subject_pattern, re.IGNORECASE)
    pictures = keyframes.keyframes(download.all(*keyframes.PICTURES), download.root, subject)
    named = by_stem(pictures)
    alone = {stem: own[0].named.movement for stem, own in named.items() if len(own) == 1}
    labels = LabelReader(download.root, subject, movements, alone, problems).read(_label_files(download))
    encodings = Encodings.of(labels, movements, options.first_number)
    samples = Matcher(named, movements, encodings, problems, notes).samples(labels)
    usable = [sample for sample in samples if sample.answers or sample.score is not None]
    if not usable:
        told = problems[0] if problems else "There are no label files (*.json) beside the rules."
        raise DataError(
            f"{download.root}: no usable label: {len(labels)} labels and {len(pictures)} pictures found. "
            f"First: {told}"
        )
    return usable, encodings


def _label_files(download: Download) -> list[Path]:
    """Every JSON file below something called after labels; where there is none, all but the rules."""
    paths = [p for p in download.all("*.json") if p.name.lower() != movement_rules.FILE.lower()]
    called = [p for p in paths if "label" in p.relative_to(download.root).as_posix().lower()]
    return keyframes.once(called or paths, download.root)


def _seen(samples: Sequence[Sample], movements: Mapping[str, Movement]) -> list[str]:
    there = {sample.movement for sample in samples}
    return [movement for movement in movements if movement in there]


def _clip(sample: Sample, movement: Movement, splits: Mapping[str, str]) -> Clip:
    return Clip(
        id=sample.id,
        dataset=NAME,
        action=movement.name,
        media=Still(sample.picture) if sample.picture else None,
        cluster=sample.subject,
        split=splits[sample.subject],
        view=movement.view,
        subject=sample.subject,
    )


def _counts(samples: Sequence[Sample], movements: Mapping[str, Movement]) -> dict[str, int]:
    return {
        "keyframes": len(samples),
        "subjects": len({sample.subject for sample in samples}),
        "movements": len(_seen(samples, movements)),
        "tests": len({movements[sample.movement].test for sample in samples}),
    }


def _differences(samples: Sequence[Sample], movements: Mapping[str, Movement]) -> list[str]:
    return [
        f"{name}: {count} found, {PUBLISHED[name]} published"
        for name, count in _counts(samples, movements).items()
        if count != PUBLISHED[name]
    ]


def _facts(
    samples: Sequence[Sample],
    movements: Mapping[str, Movement],
    splits: Mapping[str, str],
    encodings: Encodings,
    forms: Mapping[RuleKey, Form],
    options: LlmFmsOptions,
) -> dict[str, str]:
    facts = {name: str(count) for name, count in _counts(samples, movements).items()}
    by_split = Counter(splits.values())
    shown = Counter(splits[sample.subject] for sample in samples)
    facts["split by subject"] = (
        ", ".join(f"{name}: {n} subjects, {shown[name]} keyframes" for name, n in sorted(by_split.items()))
        + f" (split_seed = {options.split_seed})"
    )
    facts["encoding of ruleResults"] = _encoding(encodings)
    facts["clips without media"] = f"{sum(s.picture is None for s in samples)} of {len(samples)}"
    return facts | {f"correct form, {m}.{rule}": str(form) for (m, rule), form in forms.items()}


def _encoding(encodings: Encodings) -> str:
    """Say how answers were read, and what was assumed where the authors do not state it."""
    said = []
    for encoding, files in sorted(Counter(encodings.by_file.values()).items()):
        meant = {
            Encoding.TEXT: "",
            Encoding.NUMBER: f", counted from {encodings.first}",
            Encoding.BOOLEAN: ", true read as the first of two options (an assumption)",
        }[encoding]
        said.append(f"{encoding} in {files} files{meant}")
    return "; ".join(said) or "none"


LOADER = Loader(
    name=NAME,
    title=TITLE,
    options=LlmFmsOptions,
    tasks=(Task.CHOOSE, Task.VERIFY, Task.SCORE),
    load=load,
    terms=TERMS,
)
