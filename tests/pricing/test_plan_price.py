"""A plan's price, worked out by hand; what does not fit, and what is said where nothing is known."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from aqa_eval.judges.families import RequestShape, TextLength, VideoShape
from aqa_eval.judges.prices import read_prices
from aqa_eval.pricing import (
    KINDS,
    Assumed,
    JudgePrice,
    Span,
    Workload,
    compare_first,
    fits_context,
    price_plan,
)
from aqa_eval.prompts import strategies
from aqa_eval.vocabulary import Capabilities, Condition, Judge, Price, Task

JUDGE = Judge(
    name="qwen",
    protocol="openai",
    model="Qwen/Qwen3-VL-235B-A22B-Instruct",
    base_url="http://127.0.0.1:8000/v1",
    family="qwen3-vl",
    price=Price(2.0, 12.0),
    decoding=(("max_tokens", 1000),),
    concurrency=4,
)
TEXT = TextLength(503, 20)  # 503 / 5.03 + 20 = 120 tokens
SHAPE = RequestShape(TEXT, pictures=((796, 448),) * 16)
PROMPT = 16 * 350 + 120 + 5 + 3 + 16 * 2  # 5,760
WORKLOAD = Workload("qwen", Task.VERIFY, Condition(), SHAPE, trials=100)


def price(*workloads: Workload, judge: Judge = JUDGE, assumed: Assumed | None = None) -> JudgePrice:
    judges = {judge.name: judge}
    (only,) = price_plan(workloads, judges, read_prices(), {judge.name: assumed} if assumed else None)
    return only


def test_a_plain_study() -> None:
    """100 prompts of 5,760 tokens at 2 dollars a million, answers of 5 tokens, at most 1,000, at 12."""
    found = price(WORKLOAD)
    assert (found.trials, found.requests, found.pictures) == (100, 100, 1600)
    assert found.input_tokens == 100 * PROMPT == 576_000
    assert found.output_tokens == Span(200, 500, 100_000)
    assert found.dollars == pytest.approx(1.152 + 0.006)
    assert found.dollars_at_most == pytest.approx(1.152 + 1.2)
    # 16 pictures of 356,608 px at 0.284 bytes, and 523 characters.
    assert found.uploaded_bytes == pytest.approx(100 * (16 * 356_608 * 0.284 + 523))
    # 0.8 s to the first token of each, 500 tokens at 34 a second, four at once.
    assert found.hours == pytest.approx((100 * 0.8 + 500 / 34) / 4 / 3600)
    assert found.unfit == ()


def test_thinking_comes_to_every_answer_and_is_cut_off_as_well() -> None:
    """5 + 2,000 expected; low 2 + 400; at most max_tokens, which cuts the expected ones off too."""
    thinking = replace(JUDGE, model="Qwen/Qwen3-VL-235B-A22B-Thinking", decoding=(("max_tokens", 40_960),))
    assert price(WORKLOAD, judge=thinking).output_tokens == Span(40_200, 200_500, 4_096_000)
    short = replace(thinking, decoding=(("max_tokens", 1000),))
    assert price(WORKLOAD, judge=short).output_tokens == Span(40_200, 100_000, 100_000)


@pytest.mark.parametrize(
    ("judge", "thinks"),
    [
        (JUDGE, False),
        (replace(JUDGE, decoding=(("system", "Reason inside <think></think>, then answer."),)), True),
        (
            replace(JUDGE, decoding=(("extra_body", '{"chat_template_kwargs":{"enable_thinking":true}}'),)),
            True,
        ),
        (replace(JUDGE, family="gemini", model="gemini-3.1-pro-preview"), True),
    ],
)
def test_who_thinks(judge: Judge, thinks: bool) -> None:
    assert any("thinking before each" in note for note in price(WORKLOAD, judge=judge).notes) == thinks
    stated = price(WORKLOAD, judge=judge, assumed=Assumed(thinking=not thinks))
    assert any("thinking before each" in note for note in stated.notes) != thinks


@pytest.mark.parametrize(
    ("judge", "most", "said"),
    [
        (replace(JUDGE, capabilities=Capabilities(context=8000)), 8000 - PROMPT, "fill the context window"),
        (replace(JUDGE, family="gemini"), 65_536, "65,536 tokens, where the model itself stops"),
        (replace(JUDGE, family=""), 50, "the longest answers assumed"),
    ],
)
def test_without_max_tokens_the_model_sets_the_most(judge: Judge, most: int, said: str) -> None:
    found = price(WORKLOAD, judge=replace(judge, decoding=()))
    assert found.output_tokens.high == 100 * most
    assert any("no max_tokens" in note and said in note for note in found.notes)


def test_stated_lengths_and_seconds_replace_the_assumed_ones() -> None:
    found = price(WORKLOAD, assumed=Assumed(expected_output=40, seconds=7.2, measured=True))
    assert found.output_tokens == Span(4000, 4000, 100_000)
    assert found.hours == pytest.approx(100 * 7.2 / 4 / 3600)
    assert "answers of 40 tokens, as measured" in found.notes
    assert "time: 7.2 s a request, as measured, 4 at once" in found.notes


def test_a_limit_a_minute_is_kept() -> None:
    found = price(WORKLOAD, judge=replace(JUDGE, requests_per_minute=10))
    assert found.hours == pytest.approx(100 / 10 / 60)
    assert "time: 10 requests a minute" in found.notes


def test_a_description_is_asked_once_and_read_by_every_trial() -> None:
    """25 descriptions of 250 tokens come first; each of the 100 prompts then holds 250 tokens more."""
    two_step = replace(WORKLOAD, condition=Condition(strategy="two-step"), description=SHAPE, descriptions=25)
    found = price(two_step)
    assert (found.trials, found.requests, found.pictures) == (100, 125, 2000)
    assert found.input_tokens == 25 * PROMPT + 100 * (PROMPT + 250)
    assert found.output_tokens.expected == 25 * 250 + 100 * 5


def test_the_judges_system_text_goes_with_every_request() -> None:
    """503 letters are 100 tokens, and a second message has five of layout."""
    spoken = replace(JUDGE, decoding=(("max_tokens", 1000), ("system", "a" * 503)))
    assert price(WORKLOAD, judge=spoken).input_tokens == 100 * (PROMPT + 100 + 5)


def test_nothing_is_made_up_for_an_unknown_family_or_price() -> None:
    found = price(WORKLOAD, judge=replace(JUDGE, family="", price=None))
    assert (found.input_tokens, found.dollars, found.dollars_at_most) == (None, None, None)
    assert (found.requests, found.pictures) == (100, 1600)
    assert any(note.startswith("unknown family: tokens not estimated") for note in found.notes)
    assert any(note.startswith("price unknown") for note in found.notes)


def test_what_does_not_fit_is_told_and_not_priced() -> None:
    """Nine clips of 16 frames: 144 x 352 + 128 = 50,816, and 1,000 kept for the answer."""
    few_shot = replace(
        WORKLOAD,
        condition=Condition(shots=8),
        shape=RequestShape(TEXT, pictures=((796, 448),) * 144, examples=8),
    )
    narrow = replace(JUDGE, capabilities=Capabilities(context=32_768))
    found = price(WORKLOAD, few_shot, judge=narrow)
    assert found.trials == found.requests == 100
    (left_out,) = found.unfit
    assert left_out.trials == 100
    assert left_out.reason == (
        "8 examples x 16 frames need about 51,000 tokens; the context window is 32,768"
    )


@pytest.mark.parametrize(("window", "fits"), [(PROMPT + 1000, True), (PROMPT + 999, False)])
def test_the_answer_needs_its_room_too(window: int, fits: bool) -> None:
    judge = replace(JUDGE, capabilities=Capabilities(context=window))
    reason = fits_context(SHAPE, judge, 5)
    assert reason == (
        ""
        if fits
        else "16 frames need about 5,800 tokens and 1,000 kept for the answer; the context window is 6,759"
    )


def test_geminis_answer_has_room_of_its_own() -> None:
    judge = replace(JUDGE, family="gemini", capabilities=Capabilities(context=16 * 1120 + 146))
    # 503 / 4 + 20 = 145.75 tokens of text.
    assert fits_context(SHAPE, judge, 5) == ""
    assert "window" in fits_context(replace(SHAPE, text=TextLength(510, 20)), judge, 5)


def test_too_many_pictures() -> None:
    judge = replace(JUDGE, capabilities=Capabilities(images=8))
    assert fits_context(SHAPE, judge, 5) == (
        "16 frames are 16 pictures; the endpoint takes at most 8 in a request"
    )


def test_a_single_frame_is_no_video_for_qwen() -> None:
    still = RequestShape(TEXT, videos=(VideoShape(1, 796, 448, 0.0),))
    assert fits_context(still, JUDGE, 5) == "the family qwen3-vl takes no such request: 1 frame as video"


def test_the_models_own_window_holds_where_none_is_declared() -> None:
    judge = replace(JUDGE, family="internvl3.5")
    assert fits_context(SHAPE, judge, 5) == ""  # 16 x 768 + ... of 32,768
    assert "32,768" in fits_context(replace(SHAPE, pictures=((1280, 720),) * 16), judge, 5)
    assert fits_context(SHAPE, replace(JUDGE, family=""), 5) == ""


def test_a_million_trials_are_priced_by_their_groups() -> None:
    sizes = [(400 + 2 * n, 448) for n in range(50)]
    groups = [
        Workload("qwen", task, Condition(shots=shots), RequestShape(TEXT, pictures=(size,) * 16), 500)
        for task in (Task.VERIFY, Task.SCORE)
        for shots in range(20)
        for size in sizes
    ]
    started = time.perf_counter()
    found = price(*groups)
    assert found.trials == 1_000_000
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize(("counted", "said"), [(5760, False), (6336, False), (6340, True), (5000, True)])
def test_the_first_prompt_is_held_against_the_estimate(counted: int, said: bool) -> None:
    sentence = compare_first("qwen", 5760, counted)
    assert bool(sentence) == said
    if said:
        assert f"{counted:,}" in sentence
        assert "5,760" in sentence


def test_what_answers_are_like_is_assumed_of_strategies_that_there_are() -> None:
    assert set(KINDS) <= set(strategies())
