from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numbered_film import draw, read_number

from aqa_eval import mannequin
from aqa_eval.errors import MediaError
from aqa_eval.media import recording as recording_module
from aqa_eval.media.recording import Projector
from aqa_eval.vocabulary import FrameFolder, FrameSpan, Rendered, Still, TimeSpan, VideoFile


@pytest.fixture
def projector(tmp_path: Path) -> Projector:
    return Projector(tmp_path / "cache")


@pytest.fixture
def folder(tmp_path: Path) -> FrameFolder:
    """Frames 12 to 17, as a dataset numbers them, at 25 a second."""
    for n in range(12, 18):
        cv2.imwrite(str(tmp_path / f"img_{n:05d}.jpg"), draw(n)[:, :, ::-1])
    return FrameFolder(tmp_path, "img_%05d.jpg", 12, 17, 25.0)


def shown(recording, indices) -> list[int]:
    return [read_number(picture.rgb()) for _, picture in sorted(recording.pictures(indices))]


@pytest.mark.parametrize("span", [FrameSpan(30, 49), TimeSpan(1.2, 2.0)])
def test_a_segment_keeps_the_recording_s_numbers_and_starts_its_own_clock(
    projector: Projector, clip, lively: Path, span: FrameSpan | TimeSpan
) -> None:
    recording = projector.open(clip(VideoFile(lively, span)))
    assert list(recording.numbers) == list(range(30, 50))
    assert recording.times == pytest.approx(np.arange(20) / 25)
    assert shown(recording, [0, 7, 19]) == [30, 37, 49]


def test_a_span_outside_the_recording_names_file_and_length(projector: Projector, clip, lively: Path) -> None:
    with pytest.raises(MediaError, match=r"lively\.mp4: the clip is frames 90 to 120, but .* frames 0 to 99"):
        projector.open(clip(VideoFile(lively, FrameSpan(90, 120))))


def test_a_frame_folder(projector: Projector, clip, folder: FrameFolder) -> None:
    recording = projector.open(clip(folder))
    assert recording.numbers == (12, 13, 14, 15, 16, 17)
    assert recording.times == pytest.approx([0, 0.04, 0.08, 0.12, 0.16, 0.2])
    assert shown(recording, [0, 3, 5]) == [12, 15, 17]


def test_a_frame_folder_with_a_gap(projector: Projector, clip, folder: FrameFolder) -> None:
    (folder.folder / "img_00014.jpg").unlink()
    recording = projector.open(clip(folder))
    assert shown(recording, [0, 1]) == [12, 13]
    with pytest.raises(MediaError, match=r"img_00014\.jpg: cannot read the image"):
        shown(recording, [2])
    with pytest.raises(MediaError, match="a last frame not before the first"):
        projector.open(clip(replace(folder, last=11)))


def test_a_still(projector: Projector, clip, folder: FrameFolder) -> None:
    recording = projector.open(clip(Still(folder.folder / "img_00013.jpg")))
    assert (recording.numbers, recording.times.tolist(), recording.still) == ((0,), [0.0], True)
    assert shown(recording, [0]) == [13]


def test_the_clip_s_rotation_comes_after_the_file_s_own(
    projector: Projector, clip, film, with_matrix
) -> None:
    plain = film("upright.mp4", 3, options={"crf": "10"})
    turned = with_matrix(plain, (0, 1, -1, 0))
    for path, rotation, turns in (
        (plain, 90, 1),
        (turned, 0, 1),
        (turned, 270, 0),
        (plain, 180, 2),
    ):
        ((_, picture),) = projector.open(clip(VideoFile(path), rotation=rotation)).pictures([0])
        expected = np.rot90(draw(0), -turns)
        assert picture.rgb().shape == expected.shape
        assert np.abs(picture.rgb().astype(int) - expected).mean() < 6


def test_no_recording_at_hand(projector: Projector, clip) -> None:
    with pytest.raises(MediaError, match="clip one of made: its recording is not at hand"):
        projector.open(clip(None))


def test_a_video_is_demuxed_once(
    projector: Projector, clip, lively: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = projector.timeline(lively)

    def probed(path: Path) -> None:
        raise AssertionError("demuxed again")

    monkeypatch.setattr(recording_module, "probe", probed)
    again = projector.timeline(lively)
    assert (again.pts == before.pts).all()
    assert (again.keys == before.keys).all()
    assert (again.base, again.last, again.told) == (before.base, before.last, before.told)


def test_a_damaged_timeline_is_made_anew(projector: Projector, lively: Path) -> None:
    before = projector.timeline(lively)
    (entry,) = (projector.cache / "timelines").rglob("*.npz")
    for damage in (b"", b"PK nonsense", entry.read_bytes()[:-30]):
        entry.write_bytes(damage)
        assert (projector.timeline(lively).pts == before.pts).all()


def test_a_rendered_clip_is_filmed_once(
    projector: Projector, clip, lively: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filmed = []

    def film(rendered: Rendered, path: Path) -> None:
        filmed.append(rendered)
        path.write_bytes(lively.read_bytes())

    monkeypatch.setattr(mannequin, "film", film)
    recipe = Rendered("squat", (), "side", 1)
    for _ in range(2):
        assert shown(projector.open(clip(recipe)), [3]) == [3]
    assert filmed == [recipe]
    projector.film(recipe).write_bytes(b"")  # a file a crash of the machine emptied is made again
    assert projector.film(recipe).stat().st_size > 0
    projector.open(clip(replace(recipe, seed=2)))
    assert filmed == [recipe, recipe, replace(recipe, seed=2)]
