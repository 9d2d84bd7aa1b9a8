"""What a FineFS download holds, in words: missing recordings, notes, differences and facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from aqa_eval.datasets.finefs import annotation
from aqa_eval.datasets.finefs.elements import CLASSES
from aqa_eval.datasets.finefs.performances import Skated
from aqa_eval.datasets.finefs.release_files import PUBLISHED, Files, programme
from aqa_eval.vocabulary import Label

SPLITS = ("train", "test")
_LISTED = 12  # elements that one note names


def missing(root: Path, skated: Sequence[Skated]) -> list[str]:
    """Name splits without a performance, and performances without a recording."""
    present = {one.split for one in skated}
    lines = [
        f"{root}: no annotation of a performance for '{split}' (the shipped split.toml); expected them as "
        "N.json; the split is empty"
        for split in SPLITS
        if split not in present
    ]
    if without := [str(one.number) for one in skated if one.recording is None]:
        lines.append(
            f"{root}: no video for {len(without)} of {len(skated)} performances, expected data/video/N.mp4; "
            f"their elements are kept without media: N = {', '.join(without)}"
        )
    return lines


def notes(skated: Sequence[Skated], beyond: Sequence[Label]) -> list[str]:
    """State what was repaired or inferred, whose sums do not hold, and which labels are `beyond` a scale."""
    rows = [(one, element) for one in skated for element in one.performance.elements]
    lines = [f"{one.file}: {broken}; kept" for one in skated for broken in one.performance.broken_sums]
    repaired = [
        f"{one.name(element)} ({element.repaired:g} for {element.panel:g})"
        for one, element in rows
        if element.repaired is not None
    ]
    lines += _counted(
        repaired,
        f"elements whose panel score is over {annotation.REPAIR:g} off bv + goe, whose sum is used",
    )
    lines += _counted(
        [one.name(e) for one, e in rows if e.inferred], "elements whose class is inferred from their code"
    )
    lines += _counted(
        [one.name(e) for one, e in rows if e.instant],
        "elements that start and end in the same second, padded like all others",
    )
    lines += _counted(
        [f"{label.clip} ({label.value:g})" for label in beyond],
        "labels beyond the scale that a judge is told, kept",
    )
    return lines


def _counted(names: Sequence[str], what: str) -> list[str]:
    if not names:
        return []
    more = f", and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return [f"{what}: {len(names)}, namely {', '.join(names[:_LISTED])}{more}"]


def differences(skated: Sequence[Skated]) -> list[str]:
    """Compare the numbers of performances with the published ones."""
    found = Counter(programme(one.number) for one in skated)
    lines = [
        f"{name} programmes: {found[name]} found, {published} published"
        for name, published in PUBLISHED.items()
        if found[name] != published
    ]
    total = sum(PUBLISHED.values())
    return lines + ([f"performances: {len(skated)} found, {total} published"] if len(skated) != total else [])


def facts(skated: Sequence[Skated], files: Files) -> dict[str, str]:
    """Count what was found."""
    found = Counter(programme(one.number) for one in skated)
    rows = [(one, element) for one in skated for element in one.performance.elements]
    kinds = Counter(element.kind for _, element in rows)
    split = Counter(one.split for one in skated)
    unseen = sum(one.recording is None or element.span is None for one, element in rows)
    return {
        "performances (clusters)": f"{len(skated)}: "
        + ", ".join(f"{found[name]} {name}" for name in PUBLISHED),
        "elements": f"{len(rows)}: " + ", ".join(f"{kinds[kind]} {kind}s" for kind in CLASSES),
        "competitions (events)": str(len({one.performance.competition for one in skated} - {""})),
        "split": ", ".join(f"{split[name]} {name}" for name in SPLITS)
        + " performances; ours, none is published",
        "clips without media": f"{unseen} of {len(rows)}",
        "videos without an annotation": str(len(files.recordings.keys() - files.annotations.keys())),
    }
