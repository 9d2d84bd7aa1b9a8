"""EgoExo-Fitness: fitness exercises filmed by worn and by standing cameras, judged keypoint by keypoint.

Li, Huang, Wang, Zeng, Meng, Zheng, ECCV 2024. Each judged action has, from several annotators, whether each
technical keypoint of the exercise was followed (verify) and a quality score from 1 to 5 (score). The texts of
the keypoints come with the download and stay there; `negation` gives them both polarities.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from aqa_eval.datasets.dataset import Dataset, Loader, Options, Terms
from aqa_eval.datasets.download import Download
from aqa_eval.datasets.egoexo_fitness import action_annotations, keypoint_labels, official_split
from aqa_eval.datasets.egoexo_fitness.action_annotations import Annotations
from aqa_eval.datasets.egoexo_fitness.clips import NAME, ClipMaker
from aqa_eval.datasets.egoexo_fitness.frames import Cameras, is_needed
from aqa_eval.datasets.egoexo_fitness.judgements import Judged
from aqa_eval.datasets.egoexo_fitness.keypoint_labels import TIE_RULES, Counts, TieRule
from aqa_eval.datasets.egoexo_fitness.official_split import FILES, Split
from aqa_eval.errors import DataError
from aqa_eval.vocabulary import Clip, Criterion, Label, Task

TITLE = "EgoExo-Fitness (fitness exercises, worn and standing cameras)"

View = Literal["ego_l", "ego_m", "ego_r", "exo_l", "exo_m", "exo_r"]

TERMS = Terms(
    licence="by signed agreement with the authors: non-commercial research only, no redistribution",
    citation="Y.-M. Li, W.-J. Huang, A.-L. Wang, L.-A. Zeng, J.-K. Meng, W.-S. Zheng: EgoExo-Fitness: "
    "Towards Egocentric and Exocentric Full-Body Action Understanding. ECCV 2024.",
    how="sign the License Agreement of github.com/iSEE-Laboratory/EgoExo-Fitness and send it to the authors, "
    "who answer with a link to raw_annotations and frames_open. The frames are one compressed archive in "
    "parts, about 67 GB: unpack it yourself, or it is unpacked into the cache when it is first looked into",
    may_embed=False,
    may_send=False,
)


class EgoExoFitnessOptions(Options):
    """`root`: the downloaded folder. `views`: the cameras, one clip an action and camera. `tie`: the rule.

    The default cameras are the middle ones, one standing and one worn: both kinds were studied, and these
    two stand upright. By default a tie counts as followed: a fault is only what most annotators saw, no item
    is lost, and the single votes stay with each label for whoever wants the unanimous ones only.
    """

    root: Path
    views: Annotated[tuple[View, ...], Field(min_length=1)] = ("exo_m", "ego_m")
    tie: TieRule = "followed"


def load(options: Options) -> Dataset:
    """Read a download of EgoExo-Fitness.

    Verify labels carry each annotator's vote (1: not followed), score labels each annotator's rating. Raises
    DataError where the judgements are missing or nothing in them can be used.
    """
    if not isinstance(options, EgoExoFitnessOptions):
        raise TypeError(f"{NAME} is loaded with EgoExoFitnessOptions, not {type(options).__name__}")
    download = Download.open(options.root, skip=lambda folder: not is_needed(folder))
    read = action_annotations.read(download)
    split = official_split.find(download)
    maker = ClipMaker(tuple(dict.fromkeys(options.views)), Cameras.of(download), read.records, split)
    made = [(clip, action) for action in read.actions for clip in maker.clips(action)]
    if not made:
        raise DataError(
            f"{options.root}: none of the {len(read.actions)} judged actions was filmed by "
            f"{' or '.join(options.views)}. Choose other views."
        )
    criteria = _criteria(read.actions)
    clips = [clip for clip, _ in made]
    return Dataset(
        name=NAME,
        title=TITLE,
        terms=TERMS,
        criteria={criterion.id: criterion for criterion in criteria.values()},
        clips=clips,
        labels=[_labels(clip, action, criteria, options.tie) for clip, action in made],
        problems=[
            *download.problems,
            *read.problems,
            *split.problems,
            *_empty_splits(split, clips),
            *maker.problems,
        ],
        notes=[*maker.notes, *_ties(read.actions, options.tie)],
        differences=[*read.differences(), *split.differences],
        facts=_facts(read, split, options.tie, maker, clips),
    )


def _criteria(actions: Sequence[Judged]) -> dict[tuple[str, str], Criterion]:
    """Make the criteria by (action, keypoint), in the order of the file; an action's quality is under ""."""
    found: dict[tuple[str, str], Criterion] = {}
    for action in actions:
        for text in action.votes():
            if (action.action, text) not in found:
                found[action.action, text] = keypoint_labels.keypoint(action.action, text)
        found.setdefault((action.action, ""), keypoint_labels.quality(action.action))
    return found


def _labels(
    clip: Clip, action: Judged, criteria: Mapping[tuple[str, str], Criterion], tie: TieRule
) -> list[Label]:
    labels = []
    for text, votes in action.votes().items():
        fault = keypoint_labels.is_fault(votes, tie)
        if fault is not None:
            ratings = tuple(float(vote) for vote in votes)
            labels.append(Label(clip.id, criteria[action.action, text].id, fault, ratings))
    if ratings := action.qualities():
        mean = sum(ratings) / len(ratings)
        labels.append(Label(clip.id, criteria[action.action, ""].id, mean, ratings))
    return labels


def _empty_splits(split: Split, clips: Sequence[Clip]) -> list[str]:
    filled = {clip.split for clip in clips}
    return [
        f"split {name}: none of its records has a clip in this download (lists: {split.source})"
        for name in FILES
        if name not in filled
    ]


def _ties(actions: Sequence[Judged], tie: TieRule) -> list[str]:
    done = {"followed": "counts as followed", "not-followed": "counts as not followed", "drop": "no label"}
    return [
        f"key {action.key}, keypoint {text!r}: {sum(votes)} of {len(votes)} annotators say it was not "
        f"followed, a tie; {done[tie]}"
        for action in actions
        for text, votes in action.votes().items()
        if keypoint_labels.is_fault(votes, "drop") is None
    ]


def _facts(
    read: Annotations, split: Split, tie: TieRule, maker: ClipMaker, clips: Sequence[Clip]
) -> dict[str, str]:
    counts = Counts.of(read.actions)
    annotators = Counter(len(action.judgements) for action in read.actions)
    without = sum(clip.media is None for clip in clips)
    facts = {name: str(count) for name, count in read.counts().items()}
    records = read.records or {action.record for action in read.actions}
    facts["records in the official split"] = (
        ", ".join(f"{name} {n}" for name, n in sorted(Counter(map(split.of, records)).items()))
        + f" ({split.source})"
    )
    facts["clips"] = ", ".join(
        f"{name} {n}" for name, n in sorted(Counter(clip.split for clip in clips).items())
    )
    facts["views"] = ", ".join(f"{view} {n}" for view, n in Counter(clip.view for clip in clips).items())
    if maker.unfilmed:
        facts["actions not filmed by a view"] = ", ".join(f"{v}: {n}" for v, n in maker.unfilmed.items())
    facts["clusters"] = _clusters(clips)
    facts["annotators per action"] = ", ".join(f"{n}: {times}" for n, times in sorted(annotators.items()))
    facts["human ceiling"] = keypoint_labels.ceiling(read.actions)
    facts["rule for ties"] = tie
    if counts.judged:
        facts["ties"] = f"{counts.tied} of {counts.judged} keypoints judged"
        facts["annotators of one voice"] = f"{counts.unanimous / counts.judged:.1%} of the keypoints judged"
    facts |= {
        f"fault rate, tie = {rule}": f"{counts.fault_rate(rule):.1%}"
        for rule in TIE_RULES
        if counts.judged > counts.tied
    }
    facts["sub-step boundaries"] = f"{read.substeps or 'none found'} (not needed)"
    facts["clips without media"] = f"{without} of {len(clips)}"
    return facts


def _clusters(clips: Sequence[Clip]) -> str:
    """Say how many clusters there are, of what, and how many people are filmed in train and in test."""
    splits: dict[str, set[str]] = {}
    for clip in clips:
        splits.setdefault(clip.cluster, set()).add(clip.split)
    people = {name for name in splits if name.startswith("person-")}
    if not people:
        return f"{len(splits)} records; who was filmed is not stated"
    shared = sum({"train", "test"} <= splits[person] for person in people)
    records = f" and {len(splits) - len(people)} records of people not named" if people != set(splits) else ""
    return f"{len(people)} people{records}; {shared} of them in train and in test (the split is by record)"


LOADER = Loader(
    name=NAME,
    title=TITLE,
    options=EgoExoFitnessOptions,
    tasks=(Task.VERIFY, Task.SCORE),
    load=load,
    terms=TERMS,
)
