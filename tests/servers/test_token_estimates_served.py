"""Estimated tokens against what real servers report for whole requests, as they went over the wire."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from asking import QUESTION, answer, image_part, picture, prompt_tokens, text_part, video_part
from serving import VLLM_CONTEXT, Server

from aqa_eval.judges.families import FAMILIES, RequestShape, VideoShape, estimate, text_length
from aqa_eval.pricing import compare_first, fits_context
from aqa_eval.vocabulary import Capabilities, Judge

pytestmark = [pytest.mark.servers, pytest.mark.timeout(600)]

SIZES = ((796, 448), (448, 448), (320, 240))
COUNTS = (1, 2, 4, 8, 16, 32)
FPS = 4
TEXT = (
    "The images are frames of one video, in order of time. They show a person performing: barbell squat."
    "\n\nStatement: At some point of the squat at least one knee caves in, inside the line of its foot."
    "\n\nIs the statement true of this performance? Answer with one word, True or False."
)
EMPTY = 5 + 3
"""Tokens of a chat's layout around one message and before the answer."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a server counted of one request, and what was estimated."""

    seen: int
    total: int
    visual: int
    estimated: int


def labels(frames: int) -> list[str]:
    return [f"Frame {number}, {(number - 1) / FPS:.2f} s:" for number in range(1, frames + 1)]


def ask(server: Server, family_name: str, shape: RequestShape, parts: Sequence[dict[str, Any]]) -> Asked:
    """Count the request, and the same without pictures, on the server; estimate it with the tokenizer's own
    ratio of characters, measured on the words alone.
    """
    words = prompt_tokens(server, [text_part(TEXT)])
    length = text_length(TEXT, QUESTION)
    ratio = length.words / (words - EMPTY - length.signs)
    family = replace(FAMILIES[family_name], characters_per_token=ratio)
    tokens = estimate(family, shape)
    assert tokens is not None
    bare = prompt_tokens(server, [part for part in parts if part["type"] == "text"])
    total = int(answer(server, parts, **timing(shape))["usage"]["prompt_tokens"])
    markers = tokens.markers - EMPTY
    return Asked(total - bare - markers, total, tokens.visual, tokens.total)


def timing(shape: RequestShape) -> dict[str, Any]:
    """What tells vLLM when the frames of a video are."""
    if not shape.videos:
        return {}
    frames = shape.videos[0].frames
    video = {"num_frames": -1, "fps": FPS, "frames_indices": list(range(frames)), "do_sample_frames": False}
    return {"media_io_kwargs": {"video": {**video, "total_num_frames": frames, "duration": frames / FPS}}}


def images(size: tuple[int, int], frames: int) -> tuple[RequestShape, list[dict[str, Any]]]:
    parts = [text_part(TEXT)]
    for number, label in enumerate(labels(frames)):
        parts += [text_part(label), image_part(picture(*size, seed=number))]
    return RequestShape(text_length(TEXT, *labels(frames), QUESTION), pictures=(size,) * frames), parts


def video(size: tuple[int, int], frames: int) -> tuple[RequestShape, list[dict[str, Any]]]:
    parts = [text_part(TEXT), video_part([picture(*size, seed=number) for number in range(frames)])]
    shape = VideoShape(frames, *size, seconds=frames / FPS)
    return RequestShape(text_length(TEXT, QUESTION), videos=(shape,)), parts


def check(asked: Asked) -> None:
    print(asked)
    assert asked.visual == pytest.approx(asked.seen, rel=0.05)
    assert asked.estimated == pytest.approx(asked.total, rel=0.10)
    assert compare_first("judge", asked.estimated, asked.total) == ""


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("frames", COUNTS)
def test_qwen3_vl_images(transformers_serve: Server, size: tuple[int, int], frames: int) -> None:
    shape, parts = images(size, frames)
    check(ask(transformers_serve, "qwen3-vl", shape, parts))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("frames", [count for count in COUNTS if count > 1])
def test_qwen3_vl_video(vllm_qwen: Server, size: tuple[int, int], frames: int) -> None:
    """A single frame is no video for the family."""
    shape, parts = video(size, frames)
    check(ask(vllm_qwen, "qwen3-vl", shape, parts))


@pytest.mark.parametrize(
    ("size", "frames", "tiles"),
    # 16 pictures of 320 x 240 already take more than the 32,768 tokens of the model.
    [(size, n, t) for size, t in zip(SIZES, (3, 1, 13), strict=True) for n in COUNTS if n * t * 256 < 32_768],
)
def test_internvl_images(internvl_serve: Server, size: tuple[int, int], frames: int, tiles: int) -> None:
    shape, parts = images(size, frames)
    asked = ask(internvl_serve, "internvl3.5", shape, parts)
    assert asked.visual == frames * tiles * 256
    check(asked)


def test_what_is_said_not_to_fit_is_refused_by_the_server(vllm_qwen: Server) -> None:
    """Of two requests, one a few pictures larger, the server takes the one and refuses the other."""
    judge = Judge(
        name="q",
        protocol="openai",
        family="qwen3-vl",
        decoding=(("max_tokens", 16),),
        capabilities=Capabilities(context=VLLM_CONTEXT),
    )
    fitting, small = images((796, 448), 21)
    too_large, large = images((796, 448), 24)
    assert fits_context(fitting, judge, 16) == ""
    assert f"the context window is {VLLM_CONTEXT:,}" in fits_context(too_large, judge, 16)
    assert prompt_tokens(vllm_qwen, small) < VLLM_CONTEXT
    with pytest.raises(AssertionError, match="maximum context length"):
        prompt_tokens(vllm_qwen, large)
