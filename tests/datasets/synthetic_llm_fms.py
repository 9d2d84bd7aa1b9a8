"""Writes a small synthetic download of LLM-FMS: invented texts and drawn pictures, in the real schema.

    python tests/datasets/synthetic_llm_fms.py FOLDER [folder|rar|tables]

Rules of three movements, keyframes of ten subjects, and their labels: as folders with a file a keyframe, as
the RAR archives in which they arrive, or with a table of labels a movement. Answers can be written in each of
the encodings that are thinkable, because the real one is not documented: option text, number from 0, number
from 1, boolean.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
import simplejpeg

Layout = Literal["folder", "rar", "tables"]
Encoding = Literal["text", "zero", "one", "boolean"]
LAYOUTS: tuple[Layout, ...] = ("folder", "rar", "tables")

SUBJECTS = 10
MOVEMENTS = {"m04": "Standing Reach", "m05": "Kneeling Bow (Left)", "m06": "Kneeling Bow (Right)"}
PICTURES, LABELS = "FMS-Keyframes", "FMS-FineGrainedLabelInfo"


def rules() -> dict[str, Any]:
    """`FMSRules.json`: two questions a movement; m04 has one with three options."""
    side = {
        "ruleType": "angle",
        "ruleName": "Synthetic: inclination",
        "ruleQuestion": "How does the back lie to the floor?",
        "ruleOptions": ["Level", "Not level"],
        "bodyParts": ["Torso"],
    }
    knee = {
        "ruleType": "distance",
        "ruleName": "Synthetic: knee and hand",
        "ruleQuestion": "Where is the knee, seen from the hand?",
        "ruleOptions": ["Near", "Far"],
        "bodyParts": ["Left lower limb"],
    }
    reach = knee | {
        "ruleType": "position",
        "ruleQuestion": "How high do the hands reach?",
        "ruleOptions": ["Above the head", "To the head", "Below the head"],
    }
    return {
        movement: {
            "actionName": name,
            "view": "front" if movement == "m04" else "side",
            "rules": {"r01": dict(side), "r02": dict(reach if movement == "m04" else knee)},
        }
        for movement, name in MOVEMENTS.items()
    }


def score(subject: int) -> int:
    """1, 2 and 3 in turn."""
    return subject % 3 + 1


def place(subject: int, movement: str, rule: str) -> int:
    """The option of a keyframe: the second is the correct form, shown with score 3, and by one more."""
    if score(subject) == 3 or subject == 4:
        return 1
    return 2 if movement == "m04" and rule == "r02" and subject % 2 else 0


def answer(subject: int, movement: str, rule: str, encoding: Encoding) -> object:
    """A value of `ruleResults`."""
    chosen = place(subject, movement, rule)
    match encoding:
        case "text":
            return rules()[movement]["rules"][rule]["ruleOptions"][chosen]
        case "zero":
            return chosen
        case "one":
            return chosen + 1
        case "boolean":
            return chosen == 0


def stem(subject: int, movement: str) -> str:
    """The name of a keyframe and of its label."""
    return f"{movement}_s{subject:02d}_1"


def labels(encoding: Encoding = "text") -> dict[str, dict[str, Any]]:
    """Each keyframe's label, by its name; the score of subject 7 is a text."""
    return {
        stem(subject, movement): {
            "score": str(score(subject)) if subject == 7 else score(subject),
            "ruleResults": {rule: answer(subject, movement, rule, encoding) for rule in about["rules"]},
        }
        for movement, about in rules().items()
        for subject in range(1, SUBJECTS + 1)
    }


def picture(number: int) -> bytes:
    """A JPEG of 16 x 16 pixels."""
    pixels = np.full((16, 16, 3), 20 * (number % 10), np.uint8)
    return simplejpeg.encode_jpeg(pixels, quality=90, colorspace="RGB")


def keyframes() -> dict[str, bytes]:
    """Every picture, by its path."""
    return {
        f"{PICTURES}/{movement}/{stem(subject, movement)}.jpg": picture(subject)
        for movement in MOVEMENTS
        for subject in range(1, SUBJECTS + 1)
    }


def label_files(content: Mapping[str, Any], tables: bool) -> dict[str, bytes]:
    """Every label file, by its path: one a keyframe, or one a movement."""
    if not tables:
        return {
            f"{LABELS}/{name[:3]}/{name}.json": json.dumps(about).encode() for name, about in content.items()
        }
    by_movement: dict[str, dict[str, Any]] = {}
    for name, about in content.items():
        by_movement.setdefault(name[:3], {})[f"{name}.jpg"] = about
    return {f"{LABELS}/{movement}.json": json.dumps(own).encode() for movement, own in by_movement.items()}


def write(
    root: Path,
    layout: Layout = "folder",
    encoding: Encoding = "text",
    content: Mapping[str, Any] | None = None,
    ontology: object = None,
) -> Path:
    """Write the download into `root`; `content` and `ontology` stand in for labels and rules."""
    _put(root / "FMSRules.json", json.dumps(rules() if ontology is None else ontology, indent=1).encode())
    _put(root / "SYNTHETIC.txt", (__doc__ or "").encode())
    own = label_files(labels(encoding) if content is None else content, layout == "tables")
    if layout == "rar":
        rar = _stored_rar()
        for name, members in ((PICTURES, keyframes()), (LABELS, own)):
            _put(root / f"{name}.rar", rar.rar(list(members.items())))
    else:
        for path, data in (keyframes() | own).items():
            _put(root / path, data)
    return root


def _stored_rar() -> Any:
    """The tests' writer of RAR archives, which stands in another folder."""
    path = Path(__file__).parents[1] / "media" / "stored_rar.py"
    spec = importlib.util.spec_from_file_location("stored_rar_of_media", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3) or (len(sys.argv) == 3 and sys.argv[2] not in LAYOUTS):
        sys.exit(__doc__)
    print(write(Path(sys.argv[1]), next((x for x in LAYOUTS if x == sys.argv[-1]), "folder")))
