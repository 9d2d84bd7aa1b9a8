"""What is sent to generateContent, held against the types of google-genai and what that package sends."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import Any

import pytest
from google import genai
from google.genai import types
from pydantic import ValidationError
from pydantic.alias_generators import to_camel

from aqa_eval.judges import AttemptError
from aqa_eval.judges.gemini_body import film_fps
from aqa_eval.vocabulary import Condition, Sampling, Task
from endpoints import Endpoint
from endpoints.asked import BYTES, SIGHT, film, frame, judge, request

FRAMES = (frame(0, 0.0), frame(3, 0.1))
ANSWERS = {"True": False, "False": True}
SCHEMA = {"type": "object", "properties": {"answer": {"type": "string"}}, "required": ["answer"]}
NATIVE = Condition(transport="native", sampling=Sampling(16))
OPTIONS: dict[str, Any] = {
    "temperature": 1.0,
    "top_p": 0.95,
    "top_k": 64,
    "max_tokens": 2048,
    "seed": 7,
    "thinking_level": "high",
    "include_thoughts": True,
    "media_resolution": "high",
}
CONFIG = types.GenerateContentConfig(
    temperature=1.0,
    top_p=0.95,
    top_k=64,
    max_output_tokens=2048,
    seed=7,
    media_resolution=types.MediaResolution.MEDIA_RESOLUTION_HIGH,
    thinking_config=types.ThinkingConfig(thinking_level=types.ThinkingLevel.HIGH, include_thoughts=True),
)


async def sent(api: Endpoint, asked: object, **options: object) -> dict[str, Any]:
    """The body that arrives for `asked`, checked against the package's types."""
    async with judge("gemini", api.address, **options) as model:
        await model.ask(asked, SIGHT)
    body: dict[str, Any] = api.requests[-1].body
    validate(body)
    return body


def validate(body: dict[str, Any]) -> None:
    """Raises ValidationError for a field that the package does not know: all of its models forbid extras."""
    for content in body["contents"]:
        types.Content.model_validate_json(json.dumps(content))
    apart = {k: v for k, v in body.items() if k not in {"contents", "generationConfig"}}
    types.GenerateContentConfig.model_validate_json(json.dumps({**body.get("generationConfig", {}), **apart}))


def of_the_package(api: Endpoint, parts: list[types.Part], config: types.GenerateContentConfig) -> object:
    """The body that the package sends for the same question."""
    options = types.HttpOptions(base_url=api.address, api_version="v1beta", timeout=20_000)
    with genai.Client(api_key="sesame-1234", http_options=options) as client:
        content = types.Content(role="user", parts=parts)
        client.models.generate_content(model="tiny", contents=[content], config=config)
    return api.requests[-1].body


def picture(digest: str, kind: str = "image/jpeg") -> types.Blob:
    return types.Blob(data=BYTES[digest], mime_type=kind)


def ordinary(body: object) -> object:
    """A body in one spelling: the API reads names in either case, and base64 in either alphabet."""
    if isinstance(body, dict):
        named = {to_camel(key): ordinary(value) for key, value in body.items()}
        if "data" in named:
            named["data"] = base64.b64decode(named["data"].replace("-", "+").replace("_", "/"))
        return named
    return [ordinary(entry) for entry in body] if isinstance(body, list) else body


async def test_frames_are_sent_just_as_the_package_sends_them(api: Endpoint) -> None:
    asked = request(("Look:", *FRAMES, "Well?"), system="Judge.")
    body = await sent(api, asked, **OPTIONS)
    parts = [
        types.Part(text="Look:"),
        *(types.Part(inline_data=picture(f.digest)) for f in FRAMES),
        types.Part(text="Well?"),
    ]
    config = CONFIG.model_copy(
        update={"system_instruction": types.Content(parts=[types.Part(text="Judge.")])}
    )
    theirs = await asyncio.to_thread(of_the_package, api, parts, config)
    assert ordinary(body) == ordinary(theirs)
    assert [r.path for r in api.requests] == ["/v1beta/models/tiny:generateContent"] * 2
    data = body["contents"][0]["parts"][1]["inlineData"]["data"]
    assert base64.b64decode(data) == BYTES[FRAMES[0].digest]


async def test_a_recording_is_sent_with_its_rate_as_the_package_sends_it(api: Endpoint) -> None:
    whole = film(seconds=4.0)
    body = await sent(api, request((whole, "Well?"), NATIVE))
    part = types.Part(
        inline_data=picture(whole.digest, "video/mp4"),
        video_metadata=types.VideoMetadata(fps=4.0),  # 16 frames in 4 s
    )
    theirs = await asyncio.to_thread(
        of_the_package, api, [part, types.Part(text="Well?")], types.GenerateContentConfig()
    )
    assert ordinary(body["contents"]) == ordinary(theirs["contents"])  # type: ignore[index]


@pytest.mark.parametrize(
    ("form", "config"),
    [
        ("plain", {}),
        (
            "choice",
            {
                "response_mime_type": "text/x.enum",
                "response_schema": {"type": "STRING", "enum": ["True", "False"]},
            },
        ),
        ("json", {"response_mime_type": "application/json", "response_json_schema": SCHEMA}),
    ],
)
async def test_answers_are_held_to_a_form_as_the_package_does(
    api: Endpoint, form: str, config: dict[str, Any]
) -> None:
    condition = Condition(answer_format=form)  # type: ignore[arg-type]
    body = await sent(api, request(("Well?",), condition, ANSWERS, SCHEMA))
    theirs = await asyncio.to_thread(
        of_the_package, api, [types.Part(text="Well?")], types.GenerateContentConfig(**config)
    )
    assert body.get("generationConfig", {}) == theirs.get("generationConfig", {})  # type: ignore[attr-defined]
    assert bool(judge("gemini", api.address).held_to(condition)) == bool(config)


async def test_only_what_is_set_is_sent(api: Endpoint) -> None:
    body = await sent(api, request(("Well?",)))
    assert body == {"contents": [{"role": "user", "parts": [{"text": "Well?"}]}]}


async def test_log_probabilities_and_what_a_study_adds(api: Endpoint) -> None:
    safety = [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "OFF"}]
    added = {"safetySettings": safety, "generationConfig": {"seed": 1, "topK": 3}}
    body = await sent(api, request(("Well?",)), logprobs=4, seed=2, extra_body=added, system="Think.")
    assert body["safetySettings"] == safety
    assert body["generationConfig"] == {"seed": 2, "topK": 3, "responseLogprobs": True, "logprobs": 4}
    assert body["systemInstruction"] == {"parts": [{"text": "Think."}]}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body: body["contents"][0]["parts"][1]["inlineData"].update(mime="image/jpeg"),
        lambda body: body["contents"][0]["parts"][1].update(videoMetaData={"fps": 1}),
        lambda body: body["generationConfig"].update(maxTokens=1),
        lambda body: body["generationConfig"]["thinkingConfig"].update(level="HIGH"),
        lambda body: body.update(systemInstructions={"parts": []}),
    ],
)
async def test_a_misspelt_field_would_be_noticed(api: Endpoint, spoil: Any) -> None:
    body = await sent(api, request(("Look:", *FRAMES)), **OPTIONS)
    spoil(body)
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        validate(body)


def test_the_rate_is_what_the_condition_says() -> None:
    """12 a second as said; or 16 frames of 10 s, 1.6 a second; 24 is the most, and 0.5 s would need 32."""
    assert film_fps(film(10.0), Sampling(None, 12.0)) == 12.0
    assert film_fps(film(10.0), Sampling(16)) == 1.6
    assert film_fps(film(1.0), Sampling(24)) == 24.0
    with pytest.raises(AttemptError, match=r"0\.50 s would have to be sampled 32\.0 times a second for 16"):
        film_fps(film(0.5), Sampling(16))


async def test_a_request_that_is_too_large_is_not_sent(api: Endpoint) -> None:
    """15,000,000 bytes are 20,000,000 in base64, and the rest of the request comes on top."""
    with pytest.raises(
        AttemptError, match=r"the request is 20\.0 MB, and the Gemini API takes at most 20 MB"
    ):
        await sent(api, request((film(4.0, size=15_000_000), "Well?"), NATIVE))
    assert api.requests == ()


async def test_the_key_travels_in_its_header_and_nowhere_else(
    api: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOME_KEY", "sesame-open-1234")
    await sent(api, request(("Well?",)), api_key_env="SOME_KEY")
    (received,) = api.requests
    assert received.headers["x-goog-api-key"] == "sesame-open-1234"
    assert "sesame" not in received.path + json.dumps(received.body)
    assert "Authorization" not in received.headers


def test_what_gemini_cannot_do_is_said_before_it_is_asked() -> None:
    def cannot(condition: Condition, task: Task = Task.VERIFY, **capabilities: object) -> str:
        return judge("gemini", "http://127.0.0.1:9", capabilities=capabilities).cannot(task, condition)

    fast = Sampling(None, 30.0)
    assert cannot(Condition()) == cannot(NATIVE) == ""
    assert cannot(Condition(transport="native", audio=True)) == ""
    assert "no frames as one video" in cannot(Condition(transport="video"))
    assert "at most 24" in cannot(Condition(transport="native", sampling=fast))
    assert cannot(Condition(sampling=fast)) == ""
    assert "capabilities.native is false" in cannot(NATIVE, native=False)
    assert "capabilities.audio is false" in cannot(Condition(transport="native", audio=True), audio=False)
    assert "no list of answers" in cannot(Condition(answer_format="choice"), Task.LOCATE)
    assert "holds 16 pictures, and the endpoint takes 10" in cannot(Condition(), images=10)
