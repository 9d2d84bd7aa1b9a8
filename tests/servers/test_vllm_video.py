"""Frames as one video behind vLLM: what Qwen3-VL is told of their times, and what is refused.

The prompt is read back token by token from the server, so that what the model saw is known, not assumed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

import pytest
from asking import answer, ask, chat, image_part, picture, prompt_tokens, text_part, video_part
from serving import VLLM_VIDEOS, Server

pytestmark = [pytest.mark.servers, pytest.mark.timeout(600)]

SMALL = [picture(64, 64, seed) for seed in range(40)]
"""Frames of 2 x 2 tokens: two of them in time make four tokens."""


def times(indices: Sequence[int], fps: float = 25.0, total: int = 100) -> dict[str, Any]:
    """Tell the server which frames of the recording are sent, and to take them all as they are."""
    video = {
        "num_frames": -1,
        "fps": fps,
        "frames_indices": list(indices),
        "total_num_frames": total,
        "duration": total / fps,
        "do_sample_frames": False,
    }
    return {"media_io_kwargs": {"video": video}}


def seen(server: Server, parts: Sequence[dict[str, Any]], **options: object) -> str:
    """The prompt as the model read it, each run of video tokens as its number."""
    reply = answer(server, parts, return_token_ids=True, **options)
    tokens = {"model": server.model, "tokens": reply["prompt_token_ids"]}
    assert len(tokens["tokens"]) == reply["usage"]["prompt_tokens"]
    status, text = ask(server, tokens, "/detokenize")
    assert status == 200, text
    prompt = str(json.loads(text)["prompt"])
    return re.sub(r"(?:<\|video_pad\|>)+", lambda run: str(run[0].count("<")), prompt)


def stamps(prompt: str) -> list[tuple[float, int]]:
    """Every moment the model was told, in seconds, and how many tokens stand for it."""
    marks = re.findall(r"<([\d.]+) seconds><\|vision_start\|>(\d+)<\|vision_end\|>", prompt)
    return [(float(seconds), int(tokens)) for seconds, tokens in marks]


def test_frames_are_merged_in_pairs_that_carry_their_mean_time(vllm_qwen: Server) -> None:
    """Frames 0 and 30 of 25 a second: (0 + 1.2) / 2 s; frames 60 and 99: (2.4 + 3.96) / 2 = 3.18 s."""
    prompt = seen(vllm_qwen, [video_part(SMALL[:4])], **times([0, 30, 60, 99]))
    assert stamps(prompt) == [(0.6, 4), (3.2, 4)]


def test_of_an_odd_number_the_last_frame_stands_twice(vllm_qwen: Server) -> None:
    """(2.4 + 3.2) / 2 s, and frame 99 with itself at 3.96 s."""
    prompt = seen(vllm_qwen, [video_part(SMALL[:5])], **times([0, 30, 60, 80, 99]))
    assert stamps(prompt) == [(0.6, 4), (2.8, 4), (4.0, 4)]


def test_without_times_a_frame_counts_as_a_second(vllm_qwen: Server) -> None:
    assert stamps(seen(vllm_qwen, [video_part(SMALL[:4])])) == [(0.5, 4), (2.5, 4)]


def test_more_than_32_frames_arrive_only_when_the_request_says_so(vllm_qwen: Server) -> None:
    assert len(stamps(seen(vllm_qwen, [video_part(SMALL)]))) == 16
    prompt = seen(vllm_qwen, [video_part(SMALL)], **times(range(0, 80, 2)))
    # Pair n holds frames 4n and 4n + 2, whose mean is 4n + 1, of 25 a second.
    assert [moment for moment, _ in stamps(prompt)] == pytest.approx(
        [(4 * n + 1) / 25 for n in range(20)], abs=0.051
    )


@pytest.mark.parametrize("frames", [2, 4, 8, 16])
def test_a_video_takes_half_the_tokens_of_its_frames_as_images(vllm_qwen: Server, frames: int) -> None:
    """796 x 448: 25 x 14 tokens a pair instead of a frame; markers and times come on top."""
    jpegs = [picture(796, 448, seed) for seed in range(frames)]
    prompt = seen(vllm_qwen, [video_part(jpegs)], **times(range(0, 6 * frames, 6)))
    assert [tokens for _, tokens in stamps(prompt)] == [25 * 14] * (frames // 2)
    as_images = prompt_tokens(vllm_qwen, [image_part(jpeg) for jpeg in jpegs])
    assert as_images - prompt_tokens(vllm_qwen, []) == frames * (25 * 14 + 2)


def test_two_videos_share_one_set_of_times(vllm_qwen: Server) -> None:
    parts = [video_part(SMALL[:4]), text_part("Now the other."), video_part(SMALL[4:8])]
    assert stamps(seen(vllm_qwen, parts, **times([0, 30, 60, 99]))) == [(0.6, 4), (3.2, 4)] * 2


@pytest.mark.parametrize(
    ("frames", "options", "message"),
    [
        (
            SMALL[:4],
            times([0, 30]),
            "frames_indices length (2) must match number of frames sent (4)",
        ),
        (
            SMALL[:4],
            times([0, 1, 2, 3], total=3),
            "total_num_frames (3) must be >= number of frames sent (4)",
        ),
        ([*SMALL[:2], picture(96, 64)], {}, "all input arrays must have the same shape"),
    ],
    ids=["indices", "total", "sizes"],
)
def test_what_does_not_fit_together_is_refused(
    vllm_qwen: Server, frames: list[bytes], options: dict[str, Any], message: str
) -> None:
    status, text = ask(vllm_qwen, chat(vllm_qwen, [video_part(frames)], **options))
    assert status == 400
    assert json.loads(text)["error"]["message"] == message


def test_a_single_frame_cannot_be_a_video(vllm_qwen: Server) -> None:
    """Qwen3-VL merges frames in pairs; the error prints the pixels of the picture."""
    status, text = ask(vllm_qwen, chat(vllm_qwen, [video_part(SMALL[:1])], **times([0])))
    assert status == 400
    assert json.loads(text)["error"]["message"].startswith(
        "Failed to apply Qwen3VLProcessor on data={'text':"
    )


def test_too_many_videos_are_refused(vllm_qwen: Server) -> None:
    status, text = ask(vllm_qwen, chat(vllm_qwen, [video_part(SMALL[:2])] * (VLLM_VIDEOS + 1)))
    error = json.loads(text)["error"]
    assert (status, error["param"]) == (400, "video")
    assert error["message"] == "At most 2 video(s) may be provided in one prompt. (parameter=video)"
