"""How many bytes a pixel of a frame takes as it is sent: `python benchmarks/jpeg_size.py VIDEO ...`.

Of each video 16 frames, spread evenly, are brought to a shorter side of 448 px (never enlarged) and written
as the JPEG that a judge is sent, then as base64. Printed are bytes a pixel on the wire, of each and of all.
"""

from __future__ import annotations

import sys
from pathlib import Path

import av
import numpy as np

from aqa_eval.media import jpeg

FRAMES, SIDE = 16, 448
BASE64 = 4 / 3


def planes(frame: av.VideoFrame) -> jpeg.Planes:
    """The frame in its size, as Y, U and V of full range."""
    scale = min(1.0, SIDE / min(frame.width, frame.height))
    width, height = (round(side * scale / 2) * 2 for side in (frame.width, frame.height))
    small = frame.reformat(width, height, "yuvj420p").to_ndarray()
    y, rest = small[:height], small[height:].reshape(2, height // 2, width // 2)
    return y, rest[0], rest[1]


def measure(path: Path) -> tuple[int, int]:
    """Bytes and pixels of 16 frames."""
    with av.open(str(path)) as container:
        frames = list(container.decode(video=0))
    wanted = np.linspace(0, len(frames) - 1, FRAMES).round().astype(int)
    pictures = [planes(frames[index]) for index in wanted]
    return sum(len(jpeg.encode(p)) for p in pictures), sum(p[0].size for p in pictures)


def main(paths: list[str]) -> None:
    """Print a line a video and one for all, each video counted alike."""
    ratios = []
    for name in paths:
        size, pixels = measure(Path(name))
        ratios.append(size / pixels * BASE64)
        print(f"{Path(name).name:<40} {pixels // FRAMES:>9,} px a frame  {ratios[-1]:.3f} bytes a pixel")
    print(f"{'all':<40} {np.mean(ratios):>34.3f} bytes a pixel")


if __name__ == "__main__":
    main(sys.argv[1:])
