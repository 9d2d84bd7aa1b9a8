"""Reference judges answer through the same road, and only as they are meant to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest

from aqa_eval.errors import JudgeError
from aqa_eval.judges import PROTOCOLS, Poses, Respondent, Sight
from aqa_eval.judges.pose_rules import breaks
from aqa_eval.prompts import answer_key
from aqa_eval.verdicts import read
from aqa_eval.vocabulary import (
    Clip,
    Condition,
    Criterion,
    Film,
    Frame,
    Item,
    Judge,
    PoseRule,
    Request,
    Scale,
    Status,
    Task,
    Truth,
)

RULE = PoseRule("knee_flexion_max", 90.0, "below", "degrees")
DEEP = Criterion("deep", "squat", "It is deep.", "It is shallow.", views=("side",), rule=RULE)
GOOD = Criterion("good", "squat", "flawless", "poor", scale=Scale(0, 10, "points"))
FRAMES = (Frame(0, 0.0, "a" * 64, 448, 448),)


def blind(part: Frame | Film) -> bytes:
    raise AssertionError("a reference judge that looks at nothing asked for a picture")


async def nobody(frames: Sequence[Frame]) -> Poses:
    return np.full((len(frames), 17, 2), np.nan), np.zeros((len(frames), 17))


SIGHT = Sight(blind, nobody)


def item(criterion: Criterion, truth: Truth, view: str = "side") -> Item:
    clip = Clip("clip", "data", "squat", None, "s1", view=view)
    return Item(Task.SCORE if criterion.scale else Task.VERIFY, (clip,), criterion, truth)


def request(criterion: Criterion, framing: str, truth: Truth | None = None, key: str = "k") -> Request:
    condition = Condition(framing=framing)  # type: ignore[arg-type]
    task = Task.SCORE if criterion.scale else Task.VERIFY
    answers = answer_key(item(criterion, True), condition)
    return Request(key, "", ("text", *FRAMES), task, criterion, condition, truth, answers)


def build(protocol: str, train: Sequence[Item] = (), **decoding: str | float) -> Respondent:
    options = PROTOCOLS[protocol].options.model_validate(decoding)
    return PROTOCOLS[protocol].build(Judge("j", protocol, decoding=options.decoding()), lambda: train)


async def judged(respondent: Respondent, asked: Request) -> bool | float | None:
    about = Item(asked.task, (Clip("c", "d", "squat", None, "s"),), asked.criterion, True)
    verdict = read(await respondent.ask(asked, SIGHT), about, asked.condition)
    assert verdict.status is Status.OK
    return verdict.judgement


@pytest.mark.parametrize(("says", "fault"), [("correct", False), ("faulty", True)])
async def test_constant_holds_the_same_under_both_framings(says: str, fault: bool) -> None:
    constant = build("constant", says=says)
    for framing in ("positive", "negative"):
        assert await judged(constant, request(DEEP, framing)) is fault
    assert await judged(constant, request(GOOD, "neutral")) == 5.0


async def test_prior_says_the_training_majority_and_mean() -> None:
    train = [item(DEEP, fault) for fault in (True, True, False)] + [item(GOOD, s) for s in (2.0, 4.0, 9.0)]
    prior = build("prior", train)
    assert await judged(prior, request(DEEP, "positive")) is True
    assert await judged(prior, request(GOOD, "neutral")) == 5.0  # (2 + 4 + 9) / 3


async def test_prior_holds_a_tie_for_correct_and_refuses_what_it_never_saw() -> None:
    prior = build("prior", [item(DEEP, True), item(DEEP, False)])
    assert await judged(prior, request(DEEP, "negative")) is False
    assert "no training labels" in prior.refuses(item(GOOD, 1.0), Condition())
    other = build("prior", [item(DEEP, True)])
    assert prior.depends_on(item(DEEP, True)) != other.depends_on(item(DEEP, True))
    assert prior.identity == other.identity


def test_prior_names_a_label_that_is_no_number() -> None:
    with pytest.raises(JudgeError, match="the label 'often' is a text"):
        build("prior", [item(DEEP, "often")])


def test_pose_rules_judges_only_what_geometry_can_decide_from_the_view() -> None:
    pose = build("pose-rules")
    assert pose.refuses(item(DEEP, True), Condition()) == ""
    assert "view 'front'" in pose.refuses(item(DEEP, True, view="front"), Condition())
    for representation in ("none", "pose-text", "skeleton"):
        unseen = Condition(representation=representation)
        assert pose.cannot(Task.VERIFY, unseen) == pose.refuses(item(DEEP, True), unseen) != ""
    assert "sends the recording itself" in pose.cannot(Task.VERIFY, Condition(transport="native"))
    assert pose.cannot(Task.VERIFY, Condition(representation="overlay")) == ""
    assert "no pose rule" in pose.refuses(item(GOOD, 1.0), Condition())


async def test_pose_rules_prefers_the_clip_further_from_the_fault() -> None:
    """The knee bends to 120 degrees in the second clip and to 60 in the first: the second is deeper."""
    frames = tuple(
        Frame(n, n / 10, f"{place}{n}" * 32, 448, 448, place) for place in (0, 1) for n in range(5)
    )

    async def legs(shown: Sequence[Frame]) -> Poses:
        bend = np.radians(120.0 if shown[0].clip else 60.0)
        keypoints = np.full((len(shown), 17, 2), np.nan)
        for side in (0, 1):
            keypoints[:, 11 + side], keypoints[:, 13 + side] = (0.0, 0.0), (0.0, 100.0)
            keypoints[:, 15 + side] = (100 * np.sin(bend), 100 + 100 * np.cos(bend))
        return keypoints, np.ones((len(shown), 17))

    for criterion, better in ((DEEP, "B"), (replace(DEEP, rule=replace(RULE, faulty_side="above")), "A")):
        condition = Condition(framing="neutral")
        clips = (Clip("a", "data", "squat", None, "s1"), Clip("b", "data", "squat", None, "s1"))
        answers = answer_key(Item(Task.COMPARE, clips, criterion, "first"), condition)
        asked = Request("k", "", frames, Task.COMPARE, criterion, condition, None, answers)
        assert (await build("pose-rules").ask(asked, Sight(blind, legs))).text == better


async def test_pose_rules_says_so_where_nobody_is_found() -> None:
    asked = request(DEEP, "positive")
    verdict = read(await build("pose-rules").ask(asked, SIGHT), item(DEEP, True), asked.condition)
    assert verdict.status is Status.REFUSED


def test_a_rule_is_broken_at_its_threshold_and_beyond() -> None:
    assert [breaks(RULE, v) for v in (89.0, 90.0, 91.0)] == [True, True, False]
    above = PoseRule("q", 20.0, "above", "degrees")
    assert [breaks(above, v) for v in (19.0, 20.0, 21.0)] == [False, True, True]


async def test_simulated_answers_as_often_as_signal_detection_says() -> None:
    # c+ = 0.4 + 0.5 = 0.9 and c- = 0.4 - 0.5 = -0.1; P(says fault) = 1 - Phi(c -/+ d'/2) with d' = 1.5.
    observer = build("simulated", d_prime=1.5, criterion=0.4, acquiescence=0.5)
    normal, n = NormalDist(), 4000
    for framing, c in (("positive", 0.9), ("negative", -0.1)):
        for truth in (True, False):
            expected = 1 - normal.cdf(c - (0.75 if truth else -0.75))
            said = [
                await judged(observer, request(DEEP, framing, truth, f"{framing}{truth}{k}"))
                for k in range(n)
            ]
            # Four standard errors of a proportion.
            assert abs(np.mean(said) - expected) < 4 * (expected * (1 - expected) / n) ** 0.5


async def test_simulated_has_nothing_to_agree_with_where_both_statements_are_offered() -> None:
    # c = 0.4 in either case, so the share of "fault" is that of an observer without any acquiescence.
    eager = build("simulated", d_prime=1.5, criterion=0.4, acquiescence=3.0)
    plain = build("simulated", d_prime=1.5, criterion=0.4)
    for k in range(50):
        asked = request(DEEP, "neutral", k % 2 == 0, f"k{k}")
        assert (await eager.ask(asked, SIGHT)).text == (await plain.ask(asked, SIGHT)).text


async def test_simulated_scores_have_the_planted_spread_and_correlation() -> None:
    # A wide scale, so that nothing is cut off.
    wide = Criterion("wide", "squat", "flawless", "poor", scale=Scale(-1000, 1000, "points"))
    truths = np.random.default_rng(0).normal(50, 5, 4000)
    observer = build("simulated", [item(wide, t) for t in truths], r=0.6, s=0.5, b=0.3)
    said = np.array(
        [await judged(observer, request(wide, "neutral", t, f"{k}")) for k, t in enumerate(truths)]
    )
    assert np.corrcoef(said, truths)[0, 1] == pytest.approx(0.6, abs=0.04)
    assert said.std() / truths.std() == pytest.approx(0.5, abs=0.03)
    assert (said.mean() - truths.mean()) / truths.std() == pytest.approx(0.3, abs=0.04)


async def test_simulated_draws_the_same_for_the_same_trial_and_stays_on_the_scale() -> None:
    observer = build("simulated", [item(GOOD, 1.0), item(GOOD, 9.0)], b=5.0, seed=3)
    asked = request(GOOD, "neutral", 9.0)
    assert await judged(observer, asked) == await judged(observer, asked) == 10.0


def test_only_the_simulated_judge_is_told_the_truth() -> None:
    told = {name: protocol.told for name, protocol in PROTOCOLS.items() if protocol.told}
    assert told == {"metadata": "records", "human": "ratings", "simulated": "truth"}
    assert [name for name, protocol in PROTOCOLS.items() if protocol.sees_truth] == ["simulated"]
    reference = [name for name, protocol in PROTOCOLS.items() if protocol.reference]
    assert reference == ["constant", "prior", "metadata", "pose-rules", "human", "simulated"]


def test_reference_judges_are_given_no_control_and_asked_for_no_time() -> None:
    for protocol in PROTOCOLS.values():
        given = {Task.CONTROL, Task.LOCATE} & set(protocol.tasks)
        assert given == (set() if protocol.reference else {Task.CONTROL, Task.LOCATE}), protocol.name


async def test_simulated_without_truth_is_an_error() -> None:
    with pytest.raises(JudgeError, match="needs a number or truth value"):
        await build("simulated").ask(request(DEEP, "positive"), SIGHT)
