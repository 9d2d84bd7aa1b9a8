"""Requests to put to a judge that Inspect AI opens, and how it is asked."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import Sequence

from aqa_eval.judges import Sight
from aqa_eval.judges.inspect_ai import PROTOCOL, InspectModel
from aqa_eval.vocabulary import Answer, Condition, Criterion, Film, Frame, Judge, Request, Task

JPEGS = (b"\xff\xd8first\xff\xd9", b"\xff\xd8second\xff\xd9")
MOVIE = b"\x00\x00\x00\x18ftypmp42"


def frame(data: bytes) -> Frame:
    """A frame of these bytes."""
    return Frame(0, 0.0, hashlib.sha256(data).hexdigest(), 8, 8)


def request_of(
    *parts: str | Frame | Film, system: str = "You judge.", condition: Condition | None = None
) -> Request:
    """A request with these parts; without any, a question between two frames."""
    criterion = Criterion("depth", "squat", "The squat is deep.", "The squat is shallow.")
    shown = parts or ("Frame 1", frame(JPEGS[0]), "Frame 2", frame(JPEGS[1]), "True or False?")
    return Request("k", system, shown, Task.VERIFY, criterion, condition or Condition())


def judge_of(model: str, **options: object) -> Judge:
    """A judge of the protocol `inspect`, by the options that a study file would give."""
    checked = PROTOCOL.options.model_validate({"model": model, **options})
    fields = {k: v for k, v in checked.asking().items() if k in Judge.__dataclass_fields__}
    return Judge("judged", "inspect", decoding=checked.decoding(), **fields)  # type: ignore[arg-type]


async def _no_poses(frames: Sequence[Frame]) -> tuple[object, object]:
    raise AssertionError("a model needs no poses")


def sight() -> Sight:
    """The bytes of `JPEGS` and `MOVIE`, as base64 text by digest."""
    known = {hashlib.sha256(data).hexdigest(): base64.b64encode(data) for data in (*JPEGS, MOVIE)}
    return Sight(wire=lambda part: known[part.digest], poses=_no_poses)  # type: ignore[arg-type]


def ask(judge: Judge, *requests: Request) -> list[Answer]:
    """The answers of a judge to requests, one after the other; the errors go through."""

    async def all_of_them() -> list[Answer]:
        async with InspectModel(judge) as model:
            return [await model.ask(request, sight()) for request in requests]

    return asyncio.run(all_of_them())
