from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqa_eval.errors import MediaError
from aqa_eval.media.sampling import sample, segment
from aqa_eval.vocabulary import FrameSpan, Sampling, TimeSpan

AT_25 = np.arange(100) / 25  # 0, 0.04 ... 3.96


def evenly(n: int, count: int) -> tuple[int, ...]:
    return sample(np.arange(n) / 25, Sampling(count=count), "clip")


def at(times: np.ndarray, fps: float) -> tuple[int, ...]:
    return sample(times, Sampling(count=None, fps=fps), "clip")


def test_a_count_is_spread_with_both_ends() -> None:
    # linspace(0, 99, 4) = 0, 33, 66, 99
    assert evenly(100, 4) == (0, 33, 66, 99)
    # linspace(0, 9, 4) = 0, 3, 6, 9;  linspace(0, 10, 5) = 0, 2.5, 5, 7.5, 10, half to even
    assert evenly(10, 4) == (0, 3, 6, 9)
    assert evenly(11, 5) == (0, 2, 5, 8, 10)


def test_one_frame_is_the_middle_one() -> None:
    assert [evenly(n, 1) for n in (1, 2, 3, 100)] == [(0,), (1,), (1,), (50,)]


@given(st.integers(1, 500), st.data())
def test_a_count_gives_as_many_different_frames(n: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(1, n))
    chosen = evenly(n, count)
    assert len(set(chosen)) == count
    assert list(chosen) == sorted(chosen)
    assert count == 1 or (chosen[0], chosen[-1]) == (0, n - 1)


def test_fewer_frames_than_asked_is_an_error_and_never_a_repeat() -> None:
    with pytest.raises(MediaError, match=r"film: 16 frames were asked for, but the clip has 9.*at most 9"):
        sample(np.arange(9) / 25, Sampling(), "film")
    with pytest.raises(MediaError, match=r"30 frames a second were asked for, but the clip has 25\.000"):
        at(AT_25, 30)


def test_a_rate_takes_the_nearest_frame() -> None:
    # 4 a second: 0, .25, .5 ... 3.75. Frames 6 and 7 are at .24 and .28; .5 is a tie of 12 and 13: earlier.
    assert at(AT_25, 4)[:4] == (0, 6, 12, 19)
    assert len(at(AT_25, 4)) == 16
    assert at(AT_25, 25) == tuple(range(100))
    assert at(AT_25 + 7, 25) == tuple(range(100))


def test_a_rate_rounded_up_is_taken_for_the_rate() -> None:
    assert at(np.arange(100) * 1001 / 30000, 30) == tuple(range(100))


def test_an_uneven_rate_repeats_nothing() -> None:
    # Nothing is new between 0.1 and 1: the instants .25 and .5 find .1, .75 and 1 find 1.
    assert at(np.array([0, 0.1, 1, 1.1, 1.2, 1.3, 1.4, 1.5]), 4) == (0, 1, 2, 4, 7)


@given(
    st.lists(st.floats(0.01, 0.3), min_size=1, max_size=80),
    st.floats(0.3, 40),
)
def test_a_rate_finds_the_nearest_frame_of_every_instant(gaps: list[float], fps: float) -> None:
    times = np.r_[0, np.cumsum(gaps)]
    if fps > len(gaps) / times[-1]:
        return
    instants = np.arange(int(times[-1] * fps) + 1) / fps
    nearest = {float(np.abs(times - instant).min()) for instant in instants}
    chosen = at(times, fps)
    reached = {float(np.abs(times[list(chosen)] - instant).min()) for instant in instants}
    assert reached == nearest
    assert len(set(chosen)) == len(chosen) <= len(instants)


@pytest.mark.parametrize("sampling", [Sampling(count=None), Sampling(count=4, fps=2.0)])
def test_a_sampling_is_one_of_the_two(sampling: Sampling) -> None:
    with pytest.raises(MediaError, match="either `count` or `fps`"):
        sample(AT_25, sampling, "clip")


def test_amounts_that_make_no_sense() -> None:
    with pytest.raises(MediaError, match="at least 1"):
        evenly(10, 0)
    with pytest.raises(MediaError, match="above 0"):
        at(AT_25, 0.0)
    assert at(np.zeros(1), 30) == (0,)


def test_spans() -> None:
    assert segment(AT_25, 4.0, None, "clip") == (0, 100)
    assert segment(AT_25, 4.0, FrameSpan(10, 19), "clip") == (10, 20)
    # Frames at 0.4, 0.44 ... 0.76; the one at 0.8 is shown from the end on.
    assert segment(AT_25, 4.0, TimeSpan(0.4, 0.8), "clip") == (10, 20)
    # Matroska rounds 10/30 to 0.333 and 20/30 to 0.667, above or below an annotation of the true times.
    rounded = (np.arange(30) / 30).round(3)
    assert segment(rounded, 1.0, TimeSpan(10 / 30, 20 / 30), "clip") == (10, 20)
    # An end rounded up by no more than a frame.
    assert segment(AT_25, 4.0, TimeSpan(3.0, 4.03), "clip") == (75, 100)


def test_padding_shows_more_on_either_side_as_far_as_the_recording_goes() -> None:
    assert segment(AT_25, 4.0, TimeSpan(1.0, 2.0, pad=0.4), "clip") == (15, 60)
    assert segment(AT_25, 4.0, TimeSpan(0.0, 1.0, pad=1.0), "clip") == (0, 50)
    assert segment(AT_25, 4.0, TimeSpan(3.0, 4.0, pad=1.0), "clip") == (50, 100)
    assert segment(AT_25, 4.0, TimeSpan(2.0, 2.0, pad=1.0), "clip") == (25, 75)
    with pytest.raises(MediaError, match="the recording lasts"):
        segment(AT_25, 4.0, TimeSpan(6.0, 7.0, pad=1.0), "clip")


@pytest.mark.parametrize(
    "span",
    [
        FrameSpan(90, 100),
        FrameSpan(-1, 5),
        FrameSpan(9, 8),
        TimeSpan(3.0, 4.2),
        TimeSpan(4.5, 5.0),
        TimeSpan(-0.1, 1.0),
        TimeSpan(1.0, 1.0),
        TimeSpan(1.001, 1.002),
    ],
)
def test_a_span_outside_the_recording(span: FrameSpan | TimeSpan) -> None:
    with pytest.raises(MediaError, match=r"film\.mp4: the clip is .* but the recording"):
        segment(AT_25, 4.0, span, "film.mp4")
