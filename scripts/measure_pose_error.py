"""How far BlazePose is from the mannequin's true keypoints, quantity by quantity.

Prints, and with --write keeps in src/aqa_eval/traces/lexicon/margins.toml, for each course of
`traces/courses.py` the error below which 90% of the frames stay: the margin within which no claim is called
true or false. Frames count that a view can show and in which the joints are seen.

    python scripts/measure_pose_error.py --seeds 2 --write
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from aqa_eval import mannequin
from aqa_eval.mannequin.movements import MOVEMENTS
from aqa_eval.media import FrameStore, cache_folder
from aqa_eval.media.found_poses import FoundPoses
from aqa_eval.media.recording import Projector
from aqa_eval.traces.checking import SEEN
from aqa_eval.traces.courses import COURSES
from aqa_eval.traces.geometry_files import views_of
from aqa_eval.vocabulary import Clip, Rendered

QUANTILE = 0.9
EVERY = 4
BENT = 30.0
SLANT = 0.99


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    store = FrameStore(cache_folder(os.environ))
    errors: dict[str, list[float]] = {name: [] for name in COURSES}
    slanted: dict[str, list[float]] = {"knee_flexion": [], "elbow_flexion": []}
    frames = clips = 0
    for clip in _clips(options.seeds):
        clips += 1
        truth = mannequin.keypoints(clip.media)[::EVERY]
        joints_in_space = mannequin.joint_angles(clip.media)
        for name, kept in slanted.items():
            if not views_of(name) or clip.view in views_of(name):
                for side, column in (("left", 0), ("right", 1)):
                    own = joints_in_space[f"{side}_{name.removesuffix('_flexion')}"][::EVERY]
                    off = np.abs(COURSES[name][0](truth)[:, column] - own)
                    kept.extend(off[own >= BENT].tolist())
        recording = Projector(store.folder).open(clip)
        chosen = tuple(range(0, len(recording.times), EVERY))
        poses = FoundPoses(store.folder, store.fingerprint(clip))
        for index, picture in recording.pictures(chosen):
            poses.look(index, picture)
        found = poses.track(chosen, clip.id)
        frames += len(chosen)
        for name, (course, joints) in COURSES.items():
            views = views_of(name)
            if views and clip.view not in views:
                continue
            right, said = course(truth), course(found.keypoints)
            if right is None or said is None:
                continue
            seen = np.min([found.visibility[:, pair] for pair in joints], axis=0) >= SEEN
            if right.ndim == 1:
                seen = seen.all(axis=1)
            off = np.abs(said - right)[seen & np.isfinite(said) & np.isfinite(right)]
            errors[name] += off.tolist()
    lines = [
        "# How far BlazePose is from the truth on the mannequin: the error that nine frames in ten",
        f"# stay under. scripts/measure_pose_error.py --seeds {options.seeds}: {clips} clips,",
        f"# {frames} frames. Degrees for bends and tilts, else shares as in traces/courses.py.",
        "version = 1",
        "",
        "[margins]",
    ]
    for name, values in sorted(errors.items()):
        if values:
            lines.append(
                f"{name} = {{ error = {np.quantile(values, QUANTILE):.3f}, median = "
                f"{np.median(values):.3f}, frames = {len(values)} }}"
            )
    lines += ["", "# How far an angle in the picture is from the joint's own, bent by 30 degrees or more: 99"]
    lines += ["# frames in 100 by less."]
    lines += ["[projection]"]
    lines += [f"{name} = {np.quantile(off, SLANT):.3f}" for name, off in sorted(slanted.items())]
    text = "\n".join(lines) + "\n"
    print(text)
    if options.write:
        Path("src/aqa_eval/traces/lexicon/margins.toml").write_text(text)


def _clips(seeds: int) -> Iterator[Clip]:
    """Every movement in every view: as it should be, and with all dials at a fifth, half and four fifths."""
    for movement in MOVEMENTS.values():
        dials = sorted(movement.dials, key=lambda dial: dial.name)
        for view in movement.views:
            for seed in range(seeds):
                for share in (None, 0.2, 0.5, 0.8):
                    amounts = (
                        ()
                        if share is None
                        else tuple(
                            (dial.name, dial.minimum + share * (dial.maximum - dial.minimum))
                            for dial in dials
                        )
                    )
                    media = Rendered(movement.name, amounts, view, seed)
                    name = f"{movement.name}-{view}-{seed}-{share}"
                    yield Clip(name, "mannequin", movement.action, media, str(seed), view=view)


if __name__ == "__main__":
    main()
