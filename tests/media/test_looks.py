"""Every way of showing one clip, against pictures that were looked at.

`looks.json` holds for every frame the mean colour of each of 8 x 8 blocks, so that another version of an
encoder or a drawing library passes and another picture does not. To write it anew after a change that is
meant, with the contact sheet that must then be looked at:

    AQA_EVAL_LOOKS=sheet.jpg python -m pytest tests/media/test_looks.py
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np

from aqa_eval.media import PERTURBATIONS, REPRESENTATIONS, FrameStore, combinable, contact_sheet, jpeg
from aqa_eval.vocabulary import Clip, Presentation, Rendered, Sampling

LOOKS = Path(__file__).with_name("looks.json")
CLIP = Clip("squat", "mannequin", "squat", Rendered("squat", (), "side", 1), "one")
THREE = Sampling(count=3)
TOLERANCE = 4
"""Of 255. A skeleton drawn two pixels aside changes blocks by more."""


def ways() -> dict[str, Presentation]:
    """Representation, perturbation and source of keypoints; and captions."""
    made = {
        f"{r} {p}": Presentation(r, THREE, p, "oracle", seed=3, moment=1.2)
        for r in REPRESENTATIONS
        for p in PERTURBATIONS
        if not combinable(r, p, captions=True) and not PERTURBATIONS[p].by_plan
    }
    network = {f"{r} blazepose": Presentation(r, THREE) for r in ("crop", "overlay", "skeleton")}
    captions = {"caption": Presentation("rgb", THREE, captions=("Score: 9.5",))}
    return made | network | captions | {"captions": Presentation("rgb", THREE, captions=("1", "2", "3"))}


def blocks(data: bytes) -> np.ndarray:
    """The mean colours (8, 8, 3) of a picture's blocks."""
    rgb = jpeg.decode(data, "frame").astype(float)
    rows = np.array_split(rgb, 8, axis=0)
    return np.array([[part.mean(axis=(0, 1)) for part in np.array_split(row, 8, axis=1)] for row in rows])


def test_every_way_of_showing_a_clip_looks_as_it_did_when_it_was_looked_at(tmp_path: Path) -> None:
    store = FrameStore(tmp_path)
    shown = store.shown(CLIP, list(ways().values()))
    frames = {name: [store.jpeg(f.digest) for f in shown[p].frames] for name, p in ways().items()}
    found = {
        name: np.rint([blocks(data) for data in these]).astype(np.uint8) for name, these in frames.items()
    }
    if sheet := os.environ.get("AQA_EVAL_LOOKS"):
        Path(sheet).write_bytes(contact_sheet(list(frames.items())))
        lines = (
            f"{json.dumps(name)}: {json.dumps([one.tobytes().hex() for one in these])}"
            for name, these in found.items()
        )
        LOOKS.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    known = json.loads(LOOKS.read_text())
    assert known.keys() == found.keys()
    for name, these in found.items():
        then = np.array([np.frombuffer(bytes.fromhex(one), np.uint8) for one in known[name]]).reshape(
            these.shape
        )
        assert np.abs(these.astype(int) - then).max() <= TOLERANCE, name
