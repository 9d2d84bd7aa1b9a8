"""The body of a generateContent request, as fragments of JSON into which pictures and films go as they are.

Names and forms: https://ai.google.dev/api/generate-content (v1beta). Frames go as `inlineData` of type
image/jpeg, the same bytes that every other judge is sent; a recording as `inlineData` with the number of
frames a second that are taken of it, which is 1 unless it is said: far too few for a dive.
"""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from aqa_eval.judges.respondent import AttemptError, Sight
from aqa_eval.vocabulary import Failure, Film, Frame, Request, Sampling

FASTEST = 24.0
"""Most frames a second that are taken of a recording (`VideoMetadata.fps`, range (0, 24])."""
LARGEST_REQUEST = 20 * 10**6
"""Most bytes of a request whose pictures or films are inside of it."""

NAMES = {
    "temperature": "temperature",
    "top_p": "topP",
    "top_k": "topK",
    "max_tokens": "maxOutputTokens",
    "seed": "seed",
}
"""Options that go into `generationConfig`, with their names there."""


def generation_config(decoding: Mapping[str, object], logprobs: int) -> dict[str, object]:
    """`generationConfig` of what a study sets: only what it sets."""
    config = {wire: decoding[name] for name, wire in NAMES.items() if name in decoding}
    if "media_resolution" in decoding:
        config["mediaResolution"] = f"MEDIA_RESOLUTION_{str(decoding['media_resolution']).upper()}"
    thinking: dict[str, object] = {}
    if "thinking_level" in decoding:
        thinking["thinkingLevel"] = str(decoding["thinking_level"]).upper()
    if "include_thoughts" in decoding:
        thinking["includeThoughts"] = decoding["include_thoughts"]
    if thinking:
        config["thinkingConfig"] = thinking
    if logprobs:
        config |= {"responseLogprobs": True, "logprobs": logprobs}
    return config


def form(request: Request) -> dict[str, object]:
    """What holds the answer to a form: one of the allowed answers, or a JSON schema; nothing where the
    condition asks for neither, or the exchange for no judgement.
    """
    wanted = request.condition.answer_format
    if wanted == "choice" and request.answers:
        answers = {"type": "STRING", "enum": list(request.answers)}
        return {"responseMimeType": "text/x.enum", "responseSchema": answers}
    if wanted == "json" and request.schema is not None:
        return {"responseMimeType": "application/json", "responseJsonSchema": request.schema}
    return {}


def contents(request: Request, sight: Sight) -> list[bytes]:
    """`contents` with its one user turn.

    Raises:
        AttemptError: a recording is too short to give as many frames as the condition asks for.
    """
    out: list[bytes] = [b'"contents":[{"role":"user","parts":[']
    for index, part in enumerate(request.parts):
        if index:
            out.append(b",")
        if isinstance(part, str):
            out.append(orjson.dumps({"text": part}))
        elif isinstance(part, Frame):
            out += [b'{"inlineData":{"mimeType":"image/jpeg","data":"', sight.wire(part), b'"}}']
        else:
            about = orjson.dumps({"fps": film_fps(part, request.condition.sampling)})
            head = b'{"inlineData":{"mimeType":"%b","data":"' % part.media_type.encode()
            out += [head, sight.wire(part), b'"},"videoMetadata":', about, b"}"]
    out.append(b"]}]")
    return out


def film_fps(film: Film, sampling: Sampling) -> float:
    """How many frames a second the model takes of a film, so that it sees what `sampling` says.

    Raises:
        AttemptError: they are more than it can take.
    """
    count, fps = sampling.count, sampling.fps
    if fps is None and count is not None and film.seconds > 0:
        fps = count / film.seconds
    if fps is None or not 0 < fps <= FASTEST:
        why = (
            f"the recording of {film.seconds:.2f} s would have to be sampled {fps or 0:.1f} times a second "
            f"for {count} frames, and Gemini takes at most {FASTEST:g}; ask for fewer frames"
        )
        raise AttemptError(Failure("media", why), transient=False)
    return fps


def refuse_oversized(body: bytes) -> None:
    """Raises AttemptError for a request that is larger than what the API takes."""
    if len(body) > LARGEST_REQUEST:
        why = (
            f"the request is {len(body) / 10**6:.1f} MB, and the Gemini API takes at most "
            f"{LARGEST_REQUEST / 10**6:.0f} MB with its pictures inside; send fewer or smaller frames"
        )
        raise AttemptError(Failure("media", why), transient=False)
