"""EgoExo-Fitness: the annotation files of a download, read together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from aqa_eval.datasets.download import Download
from aqa_eval.datasets.egoexo_fitness import judgements, meta_records
from aqa_eval.datasets.egoexo_fitness.judgements import Judged
from aqa_eval.datasets.egoexo_fitness.keypoint_labels import slug
from aqa_eval.datasets.egoexo_fitness.meta_records import Record
from aqa_eval.datasets.json_files import read_json
from aqa_eval.datasets.record_faults import RecordFaults
from aqa_eval.errors import DataError

ACTIONS_FILE = "action_level_annotations.json"
SUBSTEP_FILES = ("substep_level_annotations.json", "subaction_level_annotations_ant13_style_v1.json")

PUBLISHED = {"records": 76, "actions": 1086, "judged actions": 913, "exercises": 12, "keypoint texts": 102}


@dataclass(frozen=True, slots=True)
class Annotations:
    """What was read of the annotation files, and what was wrong with them.

    `listed` is the number of actions in `ACTIONS_FILE`, judged or not; None where it cannot be read.
    `substeps` is the name of the file of sub-step boundaries, "" where there is none; nothing needs it.
    """

    actions: Sequence[Judged]
    records: Mapping[str, Record]
    listed: int | None
    substeps: str
    problems: Sequence[str]

    def counts(self) -> dict[str, int]:
        """The numbers that were published; those of files that cannot be read are left out."""
        texts = {text for action in self.actions for text in action.votes()}
        return (
            ({"records": len(self.records)} if self.records else {})
            | ({} if self.listed is None else {"actions": self.listed})
            | {
                "judged actions": len(self.actions),
                "exercises": len({action.action for action in self.actions}),
                "keypoint texts": len(texts),
            }
        )

    def differences(self) -> list[str]:
        """Where the counts are others than those published."""
        return [
            f"{name}: {count} found, {PUBLISHED[name]} published"
            for name, count in self.counts().items()
            if count != PUBLISHED[name]
        ]


def read(download: Download) -> Annotations:
    """Read the annotation files. Raises DataError where there are no judgements that can be used."""
    problems: list[str] = []
    faults = RecordFaults(judgements.FILE)
    content = _content(download, judgements.FILE, problems)
    actions = judgements.read(content, faults) if content is not None else []
    problems += faults.told
    if not actions:
        raise DataError(
            f"{download.root}: no usable judgement of an action. {(*problems, 'The file has no entries.')[0]}"
        )
    faults = RecordFaults(meta_records.FILE)
    content = _content(download, meta_records.FILE, problems)
    records = meta_records.read(content, faults) if content is not None else {}
    problems += faults.told
    problems += [
        f"{meta_records.FILE}: record {record}: not listed, but actions of it are judged; used without its "
        "frame counts"
        for record in sorted({action.record for action in actions} - records.keys() if records else ())
    ]
    substeps = download.find(*SUBSTEP_FILES)
    return Annotations(
        actions=_one_spelling(actions, problems),
        records=records,
        listed=_listed(_content(download, ACTIONS_FILE, problems), problems),
        substeps=substeps.name if substeps else "",
        problems=problems,
    )


def _content(download: Download, name: str, problems: list[str]) -> object:
    """Read one annotation file; None, and a problem, where it is missing or cannot be read."""
    path = download.find(f"raw_annotations/{name}", name)
    if path is None:
        problems.append(f"{download.root}: {name} is not there. Expected raw_annotations/{name}")
        return None
    try:
        found = read_json(path)
    except DataError as error:
        problems.append(str(error))
        return None
    problems += found.problems
    return found.content


def _listed(content: object, problems: list[str]) -> int | None:
    """Count the actions of all records; None where the file is not there."""
    if content is None:
        return None
    faults = RecordFaults(ACTIONS_FILE)
    total = 0
    entries = content.items() if isinstance(content, dict) else ()
    if not isinstance(content, dict):
        faults.add("the file", content, "an object of record id: {num_actions, action_info}", "not counted")
    for record, entry in entries:
        info = entry.get("action_info") if isinstance(entry, dict) else None
        if isinstance(info, list):
            total += len(info)
        else:
            faults.add(f"key {record}, action_info", info, "a list of actions", "not counted")
    problems += faults.told
    return total


def _one_spelling(actions: Sequence[Judged], problems: list[str]) -> list[Judged]:
    """Give actions whose names differ only in capitals or punctuation the name that comes first."""
    first: dict[str, str] = {}
    for action in actions:
        name = first.setdefault(slug(action.action), action.action)
        if name != action.action:
            problems.append(
                f"{judgements.FILE}: key {action.key}, action_name: found {action.action!r}, "
                f"elsewhere {name!r}; the latter is used"
            )
    return [replace(action, action=first[slug(action.action)]) for action in actions]
