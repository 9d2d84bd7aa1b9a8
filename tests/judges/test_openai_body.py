"""What is sent to a chat-completions endpoint: the same pictures in each of the ways, and no key more."""

from __future__ import annotations

import base64

import pytest

from aqa_eval.judges import AttemptError
from aqa_eval.vocabulary import Condition, Sampling, Task
from endpoints import Endpoint, ok
from endpoints.asked import BYTES, SIGHT, film, frame, judge, request, wire

FRAMES = (frame(0, 0.0), frame(3, 0.1), frame(12, 0.4004), frame(30, 1.001))
VIDEO = Condition(transport="video")
ANSWERS = {"True": False, "False": True}
SCHEMA = {"type": "object", "properties": {"answer": {"type": "string"}}, "required": ["answer"]}


async def sent(endpoint: Endpoint, asked: object, **options: object) -> dict[str, object]:
    """The body that arrives for `asked`."""
    async with judge("openai", endpoint.base_url, **options) as model:
        await model.ask(asked, SIGHT)
    return endpoint.requests[-1].body


async def test_a_plain_request_holds_what_it_always_held(endpoint: Endpoint) -> None:
    """Frames as images, and of the options only those that are set."""
    body = await sent(endpoint, request(("Look:", FRAMES[0], "Well?"), system="Judge."), temperature=0.5)
    assert body == {
        "model": "tiny",
        "temperature": 0.5,
        "messages": [
            {"role": "system", "content": "Judge."},
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "Look:"},
                    {
                        "type": "image_url",
                        "image_url": {"url": "data:image/jpeg;base64," + wire(FRAMES[0]).decode()},
                    },
                    {"type": "text", "text": "Well?"},
                ],
            },
        ],
    }


async def test_every_option_of_decoding_goes_out_by_its_own_name(endpoint: Endpoint) -> None:
    options = {
        "temperature": 0.6, "top_p": 0.9, "top_k": 20, "min_p": 0.1, "max_tokens": 7, "seed": -1,
        "max_completion_tokens": 8, "repetition_penalty": 1.1, "presence_penalty": 1.5,
        "frequency_penalty": -0.5, "reasoning_effort": "high",
    }  # fmt: skip
    body = await sent(endpoint, request(("Well?",)), revision="b", extra_body={"echo": False}, **options)
    del body["messages"]
    assert body == {"model": "tiny", "echo": False, **options}


async def test_the_judges_own_system_text_comes_first(endpoint: Endpoint) -> None:
    body = await sent(endpoint, request(("Well?",), system="Judge."), system="Think.")
    assert body["messages"][0] == {"role": "system", "content": "Think.\n\nJudge."}
    assert "system" not in body


async def test_frames_of_a_clip_travel_as_one_video_with_their_times(endpoint: Endpoint) -> None:
    body = await sent(endpoint, request(("Look:", *FRAMES, "Well?"), VIDEO))
    text, video, question = body["messages"][0]["content"]
    assert (text["text"], question["text"]) == ("Look:", "Well?")
    head, *pictures = video["video_url"]["url"].split(",")
    assert (video["type"], head) == ("video_url", "data:video/jpeg;base64")
    assert [base64.b64decode(p) for p in pictures] == [BYTES[f.digest] for f in FRAMES]
    # In ticks of a millisecond: 0, 100, 400.4 and 1001, the last of which ends the video.
    assert body["media_io_kwargs"] == {
        "video": {
            "num_frames": -1,
            "fps": 1000,
            "frames_indices": [0, 100, 400, 1001],
            "total_num_frames": 1002,
            "duration": 1.002,
            "do_sample_frames": False,
        }
    }


async def test_a_still_as_a_video_and_no_picture_at_all(endpoint: Endpoint) -> None:
    body = await sent(endpoint, request((FRAMES[0], "Well?"), VIDEO))
    assert body["media_io_kwargs"]["video"]["total_num_frames"] == 1
    assert "media_io_kwargs" not in await sent(endpoint, request(("Well?",), VIDEO))


async def test_two_videos_cannot_keep_their_times(endpoint: Endpoint) -> None:
    asked = request((FRAMES[0], "and", frame(0, 0.0, clip=1)), VIDEO)
    with pytest.raises(AttemptError, match="2 videos in one request") as caught:
        await sent(endpoint, asked)
    assert not caught.value.transient
    assert endpoint.requests == ()


async def test_a_recording_travels_as_it_is(endpoint: Endpoint) -> None:
    whole = film()
    asked = request((whole, "Well?"), Condition(transport="native"))
    body = await sent(endpoint, asked, capabilities={"native": True})
    url = body["messages"][0]["content"][0]["video_url"]["url"]
    assert url == "data:video/mp4;base64," + wire(whole).decode()


@pytest.mark.parametrize(
    ("form", "structured", "added"),
    [
        ("plain", "structured_outputs", {}),
        ("choice", "structured_outputs", {"structured_outputs": {"choice": ["True", "False"]}}),
        ("json", "structured_outputs", {"structured_outputs": {"json": SCHEMA}}),
        (
            "json",
            "json_schema",
            {
                "response_format": {
                    "type": "json_schema",
                    "json_schema": {"name": "answer", "schema": SCHEMA, "strict": True},
                }
            },
        ),
        ("json", "", {}),
    ],
)
async def test_answers_are_held_to_a_form_by_the_endpoints_own_means(
    endpoint: Endpoint, form: str, structured: str, added: dict[str, object]
) -> None:
    condition = Condition(answer_format=form)  # type: ignore[arg-type]
    asked = request(("Well?",), condition, ANSWERS, SCHEMA)
    capabilities = {"structured": structured}
    body = await sent(endpoint, asked, capabilities=capabilities)
    assert {k: v for k, v in body.items() if k not in {"model", "messages"}} == added
    held = judge("openai", endpoint.base_url, capabilities=capabilities).held_to(condition)
    assert held == (structured if added else "")


async def test_a_description_is_held_to_nothing(endpoint: Endpoint) -> None:
    """The first exchange of two steps asks for no judgement: it has no answers and no schema."""
    for form in ("choice", "json"):
        asked = request(("Describe.",), Condition(answer_format=form))  # type: ignore[arg-type]
        body = await sent(endpoint, asked, capabilities={"structured": "structured_outputs"})
        assert set(body) == {"model", "messages"}


async def test_what_a_study_adds_to_the_body_stands_once(endpoint: Endpoint) -> None:
    added = {"media_io_kwargs": {"video": {"fps": 2}}, "mm_processor_kwargs": {"fps": 2}}
    body = await sent(endpoint, request((FRAMES[0],), VIDEO), extra_body=added)
    assert body["media_io_kwargs"]["video"]["fps"] == 1000
    assert body["mm_processor_kwargs"] == {"fps": 2}


@pytest.mark.parametrize(("said", "asked_for"), [(True, 5), (3, 3)])
async def test_log_probabilities_are_asked_for_and_are_no_part_of_who_answers(
    endpoint: Endpoint, said: object, asked_for: int
) -> None:
    endpoint.always(ok("True"))
    body = await sent(endpoint, request(("Well?",)), logprobs=said)
    assert (body["logprobs"], body["top_logprobs"]) == (True, asked_for)
    plain = judge("openai", endpoint.base_url)
    known = judge(
        "openai",
        endpoint.base_url,
        logprobs=said,
        family="qwen3-vl",
        capabilities={"images": 8, "structured": "json_schema"},
    )
    assert known.identity == plain.identity
    assert known.judge.family == "qwen3-vl"


def cannot(condition: Condition, task: Task = Task.VERIFY, **capabilities: object) -> str:
    return judge("openai", "http://127.0.0.1:9/v1", capabilities=capabilities).cannot(task, condition)


def test_what_an_endpoint_cannot_do_is_said_before_it_is_asked() -> None:
    assert cannot(Condition()) == ""
    assert cannot(VIDEO) == ""  # nobody knows, so it is tried
    assert "capabilities.video is false" in cannot(VIDEO, video=False)
    assert "shows 2 clips" in cannot(VIDEO, Task.COMPARE)
    assert "shows 4 clips" in cannot(Condition(transport="video", shots=3))
    assert "native = true" in cannot(Condition(transport="native"))
    assert cannot(Condition(transport="native"), native=True) == ""
    assert "audio = true" in cannot(Condition(transport="native", audio=True), native=True)
    assert "with the recording itself only" in cannot(Condition(audio=True), native=True, audio=True)
    assert cannot(Condition(transport="native", representation="none")) == ""
    assert "structured = 'structured_outputs'" in cannot(Condition(answer_format="choice"))
    assert cannot(Condition(answer_format="choice"), structured="structured_outputs") == ""
    assert "no list of answers" in cannot(
        Condition(answer_format="choice"), Task.SCORE, structured="structured_outputs"
    )
    assert cannot(Condition(answer_format="json")) == ""


def test_more_pictures_than_an_endpoint_takes() -> None:
    """16 frames of one clip; of two clips 32; with 2 examples before each, three times as many."""
    assert cannot(Condition(), images=16) == ""
    assert "holds 32 pictures, and the endpoint takes 16" in cannot(Condition(), Task.COMPARE, images=16)
    assert "holds 48 pictures" in cannot(Condition(shots=2), images=16)
    assert "holds 96 pictures" in cannot(Condition(shots=2), Task.COMPARE, images=16)
    assert cannot(Condition(perturbation="keyframe"), images=1) == ""
    assert cannot(Condition(sampling=Sampling(None, 8.0)), images=1) == ""  # the clip's length decides
    assert cannot(VIDEO, images=1) == ""
    assert cannot(Condition(representation="pose-text"), images=1) == ""
