"""Bodies over time: exact for what is rendered, BlazePose's for films, looked for once and kept."""

from pathlib import Path

import numpy as np
import pytest

from aqa_eval.media import FrameStore
from aqa_eval.media.recording import Projector
from aqa_eval.traces.posing import Bodies, Posed
from aqa_eval.vocabulary import Clip, Rendered, VideoFile

RECIPE = Rendered("squat", (("depth", 130.0),), "side", 2)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> FrameStore:
    return FrameStore(tmp_path_factory.mktemp("cache"))


def of(store: FrameStore, media: object, looked: list[str]) -> Posed | str:
    return Bodies(store, looked.append).of(Clip("c", "d", "squat", media, "s"))  # type: ignore[arg-type]


def test_a_rendered_clip_is_exact_and_kept(store: FrameStore):
    looked: list[str] = []
    body = of(store, RECIPE, looked)
    again = of(store, RECIPE, looked)
    assert isinstance(body, Posed)
    assert isinstance(again, Posed)
    assert body.exact
    assert looked == ["c"]  # the second time it was read from the cache
    np.testing.assert_allclose(again.keypoints, body.keypoints, atol=1e-3)
    assert again.size == (512.0, 512.0)


def test_a_film_is_looked_at_once(store: FrameStore):
    """The same movement as a film: found by the network within a fifth of the trunk of where it really is."""
    looked: list[str] = []
    film = VideoFile(Projector(store.folder).film(RECIPE))
    found, exact = of(store, film, looked), of(store, RECIPE, [])
    assert isinstance(found, Posed)
    assert isinstance(exact, Posed)
    assert not found.exact
    of(store, film, looked)
    assert looked == ["c"]
    rows = [int(np.abs(exact.times - time).argmin()) for time in found.times]
    off = np.linalg.norm(found.keypoints[:, 11:] - exact.keypoints[rows, 11:], axis=2)
    trunk = np.linalg.norm(exact.keypoints[0, 5] - exact.keypoints[0, 11])
    assert np.nanmedian(off) < 0.2 * trunk


def test_without_a_recording_there_is_no_body_and_nothing_is_kept(store: FrameStore, tmp_path: Path):
    for media in (None, VideoFile(tmp_path / "missing.mp4")):
        body = of(store, media, [])
        assert isinstance(body, str)
        assert body.startswith("no pose")
