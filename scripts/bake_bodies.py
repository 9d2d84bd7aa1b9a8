"""Bakes the mannequin's bodies from the package anny, for a program without torch.

    python -m pip install "anny==0.6.2" && python scripts/bake_bodies.py FOLDER

Writes one file a body to FOLDER, each with the mesh at rest (`v`, `f`), joint centres (`heads`), bone names
and parents (`labels`, `parents`), skinning (`wi` indices and `ww` weights of up to nine bones a vertex) and
the regressor of COCO's keypoints (`kpl`, `kpR`). Prints their SHA-256 and how far, in metres, they are from
the files that ship. That is nothing; but twelve of the triangles may halve their square the other
way, which rounding decides, and the versions of NumPy and zlib decide how the numbers are packed.
anny's code is under Apache-2.0, its MakeHuman data under CC0.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import Any

import anny
import numpy as np
import torch
from anny.keypoints import KeypointsRegressor

SHIPPED = Path(__file__).parents[1] / "src" / "aqa_eval" / "mannequin" / "bodies"
BODIES: dict[str, dict[str, float]] = {
    "body": {},
    "body_f": {"gender": 0.95, "weight": 0.75, "height": 0.4},
    "body_m": {
        "gender": 0.05,
        "age": 0.55,
        "muscle": 0.75,
        "weight": 0.45,
        "height": 0.6,
        "proportions": 0.6,
    },
}
"""File -> the phenotypes, 0 to 1, that differ from 0.5."""


def bake(model: Any, regressor: Any, phenotypes: dict[str, float], path: Path) -> None:
    """Write one body in its pose at rest."""
    values = dict.fromkeys(model.phenotype_labels, 0.5) | phenotypes
    rest = torch.eye(4)[None, None].repeat(1, model.bone_count, 1, 1)
    with torch.no_grad():
        made = model(pose_parameters=rest, phenotype_kwargs=values)
    np.savez_compressed(
        path,
        v=made["rest_vertices"][0].numpy().astype(np.float32),
        f=model.faces.numpy().astype(np.uint16),
        heads=made["rest_bone_poses"][0, :, :3, 3].numpy().astype(np.float32),
        parents=np.array(model.bone_parents).astype(np.int16),
        wi=model.vertex_bone_indices.numpy().astype(np.uint8),
        ww=model.vertex_bone_weights.numpy().astype(np.float16),
        labels=np.array(model.bone_labels),
        kpl=np.array(regressor.labels),
        kpR=regressor.regression_weights.numpy().astype(np.float16),
    )


def deviation(path: Path) -> float:
    """The largest difference of a vertex or joint coordinate from the file that ships, in metres."""
    with np.load(path) as made, np.load(SHIPPED / path.name) as shipped:
        return max(float(np.abs(made[key] - shipped[key]).max()) for key in ("v", "heads"))


def main() -> None:
    """Bake every body into the folder named on the command line."""
    if len(sys.argv) != 2:
        sys.exit("Name the folder to write to: python scripts/bake_bodies.py FOLDER")
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    model = anny.Anny()
    regressor = KeypointsRegressor.coco(model)
    for name, phenotypes in BODIES.items():
        path = folder / f"{name}.npz"
        bake(model, regressor, phenotypes, path)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        print(f"{path}: SHA-256 {digest}, {deviation(path):.1e} m from the file that ships")


if __name__ == "__main__":
    main()
