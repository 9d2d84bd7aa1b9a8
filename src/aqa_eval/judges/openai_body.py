"""The body of a chat-completions request, as fragments of JSON into which pictures go as they are.

Frames go as one `image_url` each, or consecutive frames of a clip as one `video_url` of comma-separated
JPEGs (`data:video/jpeg;base64,`), as vLLM takes them (`vllm/multimodal/media/video.py`, 0.32); a recording
itself as one `video_url`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import orjson

from aqa_eval.judges.respondent import AttemptError, Sight
from aqa_eval.vocabulary import Failure, Film, Frame, Request

CLOCK = 1000
"""Ticks a second of the clock by which frames sent as one video are numbered: a model that takes times from
`frames_indices / fps` reads each frame's own time, to the millisecond, however unevenly they are spaced."""


def messages(request: Request, sight: Sight, system: str) -> list[bytes]:
    """The messages without the brackets around them; `system` comes before the request's own."""
    out: list[bytes] = []
    system = "\n\n".join(text for text in (system, request.system) if text)
    if system:
        out += [orjson.dumps({"role": "system", "content": system}), b","]
    out.append(b'{"role":"user","content":[')
    parts = _films(request) if request.condition.transport == "video" else request.parts
    for index, part in enumerate(parts):
        if index:
            out.append(b",")
        if isinstance(part, Frame):
            out += [
                b'{"type":"image_url","image_url":{"url":"data:image/jpeg;base64,',
                sight.wire(part),
                b'"}}',
            ]
        elif isinstance(part, str):
            out.append(orjson.dumps({"type": "text", "text": part}))
        elif isinstance(part, Film):
            head = b'{"type":"video_url","video_url":{"url":"data:%b;base64,'
            out += [head % part.media_type.encode(), sight.wire(part), b'"}}']
        else:
            out += _video(part, sight)
    out.append(b"]}")
    return out


def video_times(request: Request) -> dict[str, object]:
    """`media_io_kwargs` that give the frames of a request's one video their true times.

    The length is told as far as it is shown: up to the last frame. Raises AttemptError for several videos,
    since vLLM reads one set of times for all videos of a request.
    """
    videos = [part for part in _films(request) if isinstance(part, list)]
    if not videos:
        return {}
    if len(videos) > 1:
        why = (
            f"{len(videos)} videos in one request cannot each have their own times; use transport = 'images'"
        )
        raise AttemptError(Failure("protocol", why), transient=False)
    ticks = [round(frame.time * CLOCK) for frame in videos[0]]
    total = max(max(ticks) + 1, len(ticks))
    return {
        "video": {
            "num_frames": -1,
            "fps": CLOCK,
            "frames_indices": ticks,
            "total_num_frames": total,
            "duration": total / CLOCK,
            "do_sample_frames": False,
        }
    }


def form(request: Request, structured: str) -> dict[str, object]:
    """What holds the answer to a form: the allowed answers, or a JSON schema; nothing where the endpoint has
    no such means, or the exchange asks for no judgement.
    """
    wanted = request.condition.answer_format
    if wanted == "choice" and request.answers and structured == "structured_outputs":
        return {"structured_outputs": {"choice": list(request.answers)}}
    if wanted != "json" or request.schema is None or not structured:
        return {}
    if structured == "structured_outputs":
        return {"structured_outputs": {"json": request.schema}}
    schema = {"name": "answer", "schema": request.schema, "strict": True}
    return {"response_format": {"type": "json_schema", "json_schema": schema}}


def _films(request: Request) -> Iterator[str | Film | list[Frame]]:
    """The parts, consecutive frames of a clip put together."""
    for place, group in groupby(request.parts, lambda p: p.clip if isinstance(p, Frame) else None):
        if place is None:
            yield from (part for part in group if not isinstance(part, Frame))
        else:
            yield [part for part in group if isinstance(part, Frame)]


def _video(frames: Sequence[Frame], sight: Sight) -> list[bytes]:
    pictures = b",".join(sight.wire(frame) for frame in frames)
    return [b'{"type":"video_url","video_url":{"url":"data:video/jpeg;base64,', pictures, b'"}}']
