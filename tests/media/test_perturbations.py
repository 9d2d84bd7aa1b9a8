from __future__ import annotations

import numpy as np
import pytest

from aqa_eval.errors import MediaError
from aqa_eval.media import PERTURBATIONS, REPRESENTATIONS, combinable
from aqa_eval.media.places import Places, places
from aqa_eval.vocabulary import Presentation, Sampling

TIMES = np.arange(9) / 4  # 0 to 2 s
FIVE = Sampling(count=5)  # linspace(0, 8, 5) = 0, 2, 4, 6, 8
TOLD = (0.0, 0.5, 1.0, 1.5, 2.0)


def laid(perturbation: str, still: bool = False, clip: str = "clip", **more: object) -> Places:
    presentation = Presentation(sampling=FIVE, perturbation=perturbation, **more)
    return places(np.zeros(1) if still else TIMES, still, presentation, clip, "clip.mp4")


def test_places_keep_their_times_whatever_stands_in_them() -> None:
    assert laid("none") == Places((0, 2, 4, 6, 8), (0, 2, 4, 6, 8), TOLD)
    assert laid("reversed") == Places((0, 2, 4, 6, 8), (8, 6, 4, 2, 0), TOLD)
    assert laid("frozen") == Places((0, 2, 4, 6, 8), (4, 4, 4, 4, 4), TOLD)
    assert laid("blurred") == laid("swapped") == laid("none")
    shuffled = laid("shuffled", seed=1)
    assert shuffled.times == TOLD
    assert sorted(shuffled.shown) == [0, 2, 4, 6, 8]


def test_a_shuffle_is_never_the_true_order_and_every_other_one_occurs() -> None:
    two = Presentation(sampling=Sampling(count=2), perturbation="shuffled")
    assert places(TIMES, False, two, "clip", "clip").shown == (8, 0)
    three = (Presentation(sampling=Sampling(count=3), perturbation="shuffled", seed=n) for n in range(60))
    orders = {places(TIMES, False, one, "clip", "clip").shown for one in three}
    # 3! = 6 orders of 0, 4, 8, one of which is the true one.
    assert len(orders) == 5
    assert (0, 4, 8) not in orders


def test_what_is_drawn_depends_on_seed_and_clip_and_on_nothing_else() -> None:
    assert laid("shuffled", seed=3) == laid("shuffled", seed=3)
    assert len({laid("shuffled", seed=n).shown for n in range(20)}) > 10
    assert len({laid("shuffled", clip=f"clip {n}").shown for n in range(20)}) > 10
    drawn = [laid("random-frame", clip=f"clip {n}") for n in range(200)]
    assert {one.shown for one in drawn} == {(0,), (2,), (4,), (6,), (8,)}
    # One of five, 200 times: 40 each, give or take 3 * sqrt(200 * 0.2 * 0.8) = 17.
    assert all(abs(sum(one.shown == (n,) for one in drawn) - 40) < 17 for n in (0, 2, 4, 6, 8))
    assert all(one.times == (one.shown[0] / 4,) for one in drawn)


@pytest.mark.parametrize(("moment", "index"), [(0.0, 0), (0.6, 2), (0.625, 2), (0.7, 3), (2.1, 8)])
def test_a_keyframe_is_the_nearest_of_all_frames(moment: float, index: int) -> None:
    assert laid("keyframe", moment=moment) == Places((0, 2, 4, 6, 8), (index,), (index / 4,))


@pytest.mark.parametrize("moment", [-0.3, 2.3, float("nan")])
def test_a_moment_outside_the_clip(moment: float) -> None:
    with pytest.raises(MediaError, match=r"clip\.mp4: the moment to show is .* frames are at 0 to 2\.000 s"):
        laid("keyframe", moment=moment)


def test_a_keyframe_without_a_moment() -> None:
    with pytest.raises(MediaError, match=r"clip\.mp4: a keyframe needs the moment"):
        laid("keyframe")


@pytest.mark.parametrize("name", ["shuffled", "reversed", "frozen"])
def test_one_frame_has_no_order(name: str) -> None:
    with pytest.raises(MediaError, match=f"{name} changes nothing with a single frame"):
        places(TIMES, False, Presentation(sampling=Sampling(count=1), perturbation=name), "clip", "clip")


def test_what_goes_together() -> None:
    assert all(combinable(r, "none") == "" for r in REPRESENTATIONS)
    assert all(combinable("rgb", p) == "" for p in PERTURBATIONS)
    refused = {(r, p) for r in REPRESENTATIONS for p in PERTURBATIONS if combinable(r, p)}
    assert refused == {
        ("crop", "blank"),
        ("overlay", "blank"),
        ("skeleton", "blank"),
        ("overlay", "person-removed"),
        ("skeleton", "person-removed"),
        ("skeleton", "background-replaced"),
        *(("pose-text", p) for p in ("blurred", "blank", "person-removed", "background-replaced")),
        *(("none", p) for p in PERTURBATIONS if p != "none"),
    }


def test_a_still_has_no_order() -> None:
    refused = [p for p in PERTURBATIONS if combinable("rgb", p, still=True)]
    assert refused == ["random-frame", "keyframe", "shuffled", "reversed", "frozen"]


def test_a_film_is_shown_as_it_is() -> None:
    assert combinable("rgb", "none", film=True) == combinable("rgb", "swapped", film=True) == ""
    assert "ask crop with frames" in combinable("crop", "none", film=True)
    assert "ask mirrored with frames" in combinable("rgb", "mirrored", film=True)
    assert "single image" in combinable("rgb", "none", film=True, still=True)
    assert "burn captions into frames" in combinable("rgb", "none", film=True, captions=True)


def test_captions_need_pictures() -> None:
    assert combinable("skeleton", "none", captions=True) == ""
    assert "no picture" in combinable("pose-text", "none", captions=True)
    assert "no picture" in combinable("none", "none", captions=True)


def test_names_there_are_not() -> None:
    with pytest.raises(MediaError, match="unknown representation 'depth'"):
        combinable("depth", "none")
    with pytest.raises(MediaError, match="unknown perturbation 'turned': expected one of none, random-frame"):
        combinable("rgb", "turned")
