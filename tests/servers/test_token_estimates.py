"""Estimated tokens against what the families' own processors and real servers count.

The tiny models' tokenizer is trained on the spot, so how many characters make a token is measured on the
prompt's text first; pictures, videos and tiles are the families' own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from serving import ServersEnvironment

from aqa_eval.judges.families import (
    FAMILIES,
    Qwen3VL,
    RequestShape,
    Tokens,
    VideoShape,
    estimate,
    text_length,
)

pytestmark = [pytest.mark.servers, pytest.mark.timeout(600)]

SIZES = ((796, 448), (448, 448), (320, 240))
COUNTS = (1, 2, 4, 8, 16, 32)
SECONDS = 8.0
LABEL = "Frame {number}, {time:.2f} s:"
TEXT = (
    "The images are {frames} frames of one video, in order of time. They show a person performing: barbell"
    " squat.\n\nStatement: At some point of the squat at least one knee caves in, inside the line of its"
    " foot.\n\nIs the statement true of this performance? Answer with one word, True or False."
)


@dataclass(frozen=True, slots=True)
class Case:
    """One request: which family is sent how many frames of which size, and how."""

    family: str
    transport: str
    frames: int
    width: int
    height: int
    pixels: tuple[int, int, bool] | None = None

    @property
    def text(self) -> str:
        return TEXT.format(frames=self.frames)

    def given(self) -> dict[str, Any]:
        """As `count_processor.py` wants it."""
        case: dict[str, Any] = {name: getattr(self, name) for name in ("family", "transport", "frames")}
        case |= {"width": self.width, "height": self.height, "seconds": SECONDS}
        case |= {"text": self.text, "label": LABEL}
        return case if self.pixels is None else {**case, "pixels": self.pixels}

    def shape(self) -> RequestShape:
        if self.transport == "video":
            video = VideoShape(self.frames, self.width, self.height, SECONDS)
            return RequestShape(text_length(self.text), videos=(video,))
        times = [(number + 0.5) * SECONDS / self.frames for number in range(self.frames)]
        labels = [LABEL.format(number=n, time=time) for n, time in enumerate(times, 1)]
        pictures = ((self.width, self.height),) * self.frames
        return RequestShape(text_length(self.text, *labels), pictures=pictures)

    def estimated(self, characters_per_token: float) -> Tokens:
        family = replace(FAMILIES[self.family], characters_per_token=characters_per_token)
        if self.pixels is not None:
            fewest, most, capped = self.pixels
            assert isinstance(family, Qwen3VL)
            family = replace(family, video_pixels=(fewest, most), frame_pixels=786_432 if capped else None)
        tokens = estimate(family, self.shape())
        assert tokens is not None
        return tokens


def characters_per_token(texts: Mapping[str, int]) -> float:
    """What the tokenizer makes of the prompts alone."""
    length = text_length(*texts)
    return length.words / (sum(texts.values()) - length.signs)


CASES = [
    Case(family, transport, frames, *size)
    for family, transport, fewest in (
        ("qwen3-vl", "images", 1),
        ("qwen3-vl", "video", 2),  # the processor refuses a video of a single frame
        ("internvl3.5", "images", 1),
        ("internvl3.5", "video", 1),
    )
    for size in SIZES
    for frames in COUNTS
    if frames >= fewest
]
OTHER_LIMITS = [
    # Large pictures, odd numbers of frames, and the limits that transformers itself has by default: 131,072
    # to 786,432 px a video, capped a frame or not.
    Case("qwen3-vl", "images", 2, 1280, 720),
    Case("qwen3-vl", "images", 1, 100, 60),
    Case("qwen3-vl", "video", 7, 1280, 720),
    Case("qwen3-vl", "video", 5, 796, 448, (131_072, 786_432, True)),
    Case("qwen3-vl", "video", 16, 1280, 720, (131_072, 786_432, True)),
    Case("qwen3-vl", "video", 16, 1280, 720, (131_072, 786_432, False)),
    Case("qwen3-vl", "video", 2, 160, 120, (131_072, 786_432, False)),
    Case("internvl3.5", "images", 2, 1280, 720),
    Case("internvl3.5", "images", 1, 448, 796),
    Case("internvl3.5", "images", 1, 1600, 200),
]


def counted(environment: ServersEnvironment, folder: Path, cases: list[Case]) -> dict[str, Any]:
    file = folder / "cases.json"
    file.write_text(json.dumps([case.given() for case in cases]))
    answer: dict[str, Any] = json.loads(environment.run("count_processor.py", file))
    return answer


@pytest.mark.parametrize("cases", [CASES, OTHER_LIMITS], ids=["study", "other limits"])
def test_processors_count_what_is_estimated(
    servers_environment: ServersEnvironment, tmp_path: Path, cases: list[Case]
) -> None:
    """Tokens of what is seen to the last one; all tokens of the prompt within a tenth."""
    answer = counted(servers_environment, tmp_path, cases)
    ratio = characters_per_token(answer["texts"])
    assert len(answer["counts"]) == len(cases)
    worst = 0.0
    for case, count in zip(cases, answer["counts"], strict=True):
        tokens = case.estimated(ratio)
        assert tokens.visual == count["visual"], case
        off = tokens.total / count["total"] - 1
        worst = max(worst, abs(off))
        assert abs(off) <= 0.10, (case, tokens, count)
    print(f"{len(cases)} requests, total off by at most {worst:.1%}")
