"""A request with real pictures in it, and the sight that gives their bytes, for tests of wire protocols."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence

import numpy as np
import simplejpeg

from aqa_eval.judges import PROTOCOLS, Poses, Respondent, Sight
from aqa_eval.vocabulary import (
    Condition,
    Criterion,
    Film,
    Frame,
    Judge,
    Request,
    Task,
    Truth,
)

CRITERION = Criterion("depth", "squat", "The squat is deep.", "The squat is shallow.")
BYTES: dict[str, bytes] = {}
"""Digest -> the bytes of a picture or film that was made."""


def frame(number: int, time: float, clip: int = 0) -> Frame:
    """A small grey picture, each its own grey."""
    level = (40 * number + 17 * abs(clip)) % 256
    return Frame(number, time, _kept(_jpeg(level)), 64, 64, clip)


def film(seconds: float = 4.0, size: int = 1000) -> Film:
    """Bytes that stand for a recording; nobody opens them here."""
    content = bytes(range(256)) * (size // 256 + 1)
    return Film(_kept(content[:size]), size, "video/mp4", seconds, 30.0, 64, 64)


def request(
    parts: Sequence[str | Frame | Film],
    condition: Condition | None = None,
    answers: Mapping[str, Truth] | None = None,
    schema: Mapping[str, object] | None = None,
    system: str = "",
) -> Request:
    """A question about a squat."""
    asked = condition or Condition()
    return Request("k", system, tuple(parts), Task.VERIFY, CRITERION, asked, None, answers or {}, schema)


def judge(protocol: str, base_url: str, **options: object) -> Respondent:
    """A judge as a study would set it up."""
    named = {"base_url": base_url, "model": "tiny", "api_key_env": None, **options}
    read = PROTOCOLS[protocol].options.model_validate(named)
    asking = {k: v for k, v in read.asking().items() if k in Judge.__dataclass_fields__}
    made = Judge("judge", protocol, decoding=read.decoding(), **asking)  # type: ignore[arg-type]
    return PROTOCOLS[protocol].build(made, lambda: [])


def wire(part: Frame | Film) -> bytes:
    """The part's bytes as base64 text."""
    return base64.b64encode(BYTES[part.digest])


async def nobody(frames: Sequence[Frame]) -> Poses:
    raise AssertionError("a wire protocol asked for poses")


SIGHT = Sight(wire, nobody)


def _jpeg(level: int) -> bytes:
    return bytes(simplejpeg.encode_jpeg(np.full((64, 64, 3), level, np.uint8)))


def _kept(content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest()
    BYTES[digest] = content
    return digest
