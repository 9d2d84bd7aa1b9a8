"""A probe rests on the judge's own answer: asked once, shared, kept, interfered with, and asked again."""

from __future__ import annotations

import asyncio
import base64
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from test_asking import Silent, ask, statuses

from aqa_eval import verdicts
from aqa_eval.findings import Settings, traces
from aqa_eval.findings.table import verdict_table
from aqa_eval.ledger import Ledger
from aqa_eval.media import FrameStore, jpeg
from aqa_eval.plan import Plan, interference
from aqa_eval.prompts import corrupted, truncated
from aqa_eval.report import assemble
from aqa_eval.report.sent import sent
from aqa_eval.study.grid import Grid
from aqa_eval.vocabulary import (
    Answer,
    Clip,
    Condition,
    Item,
    Judge,
    Price,
    Status,
    Task,
    Trial,
    Usage,
)
from conftest import CRITERIA, MakePlan, endpoint_judge
from endpoints import Behaviour, Endpoint, Received, held, never, ok, status

ENDED = "The reasoning ends here."
"""Stands in the second exchange and in no other."""
REASONS = "The hips sink low. The knees fall inward at 0.3 s. The back is straight. So it is not good.\n"
OWN = REASONS + "Answer: False"
CITED = (
    '{"evidence": [{"time": 0.2, "part": "knee", "point": [250, 500], "observation": "bent"}],'
    ' "answer": "False", "confidence": 0.9}'
)
# The frames are files 1, 3, 4 and 6 of ten a second: at 0, 0.2, 0.3 and 0.5 s, of which the first three and
# no other lie within 0.25 s of the time that is cited.
NEAR = [0, 1, 2]


def again(received: Received) -> bool:
    return ENDED in received.text


def own(endpoint: Endpoint) -> list[Received]:
    return [received for received in endpoint.requests if not again(received)]


def answering(first: Behaviour = ok(OWN, usage=(100, 30)), then: str = "Answer: True") -> object:  # noqa: B008
    return lambda r: ok(then, usage=(200, 3)) if again(r) else first


def probing(
    make_plan: MakePlan, judges: Sequence[Judge], probes: tuple[str, ...], items: int = 1, **axes: object
) -> Plan:
    known: dict[str, tuple[object, ...]] = {"strategy": ("grounding",), **axes}  # type: ignore[dict-item]
    return make_plan(judges, items, "rgb", probe=probes, **known)


def masking(make_plan: MakePlan, judges: Sequence[Judge], probes: tuple[str, ...]) -> Plan:
    return probing(make_plan, judges, probes, strategy=("cited",))


@pytest.mark.parametrize("concurrency", [1, 8])
@pytest.mark.parametrize("asked_anyway", [True, False])
@pytest.mark.parametrize("parent_last", [True, False])
async def test_the_judge_s_own_answer_is_asked_once_whether_or_not_the_study_asks_it(
    endpoint: Endpoint,
    make_plan: MakePlan,
    tmp_path: Path,
    store: FrameStore,
    concurrency: int,
    asked_anyway: bool,
    parent_last: bool,
) -> None:
    endpoint.rule(answering())
    judge = endpoint_judge(endpoint.base_url, concurrency=concurrency, repeats=2)
    plain = ("none",) if asked_anyway else ()
    probes = ("truncated", "corrupted")
    plan = probing(make_plan, [judge], (*probes, *plain) if parent_last else (*plain, *probes), items=2)
    watcher = Silent()
    outcome = await ask(plan, tmp_path, store, watcher)
    # 2 clips x 2 framings x 2 repeats, of each probe.
    assert statuses(outcome) == {"ok": 8 * (3 if asked_anyway else 2)}
    assert (outcome.missing, outcome.errors) == (0, 0)
    assert len(own(endpoint)) == 8
    assert len(endpoint.requests) == 8 * 3
    with Ledger.reading(tmp_path) as ledger:
        assert ledger.spent("model") == Usage(8 * 100 + 16 * 200, 8 * 30 + 16 * 3)
        for trial in plan.trials():
            answer = ledger.answer(trial.key)
            assert answer is not None
            if trial.parent is None:
                assert (answer.text, answer.usage) == (OWN, Usage(100, 30))
                continue
            parent = ledger.answer(trial.parent.key)
            assert parent is not None
            assert (parent.text, parent.usage) == (OWN, Usage(100, 30))
            assert ledger.is_answered(trial.parent.key)
            assert answer.manifest == parent.manifest
    assert statuses(await ask(plan, tmp_path, store)) == {}
    assert len(endpoint.requests) == 24


async def test_an_answer_that_the_study_has_is_used_and_never_asked_again(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore
) -> None:
    """And the other way round: what was asked for a probe answers the trial when a study asks it too."""
    endpoint.rule(answering())
    judges = [endpoint_judge(endpoint.base_url)]
    plain = make_plan(judges, 1, "rgb", strategy=("grounding",))
    assert statuses(await ask(plain, tmp_path / "a", store)) == {"ok": 2}
    probes = _same(make_plan, plain, ("truncated",))
    assert {t.parent.key for t in probes.trials() if t.parent} == {t.key for t in plain.trials()}
    assert statuses(await ask(probes, tmp_path / "a", store)) == {"ok": 2}
    assert (len(own(endpoint)), len(endpoint.requests)) == (2, 4)
    assert statuses(await ask(probes, tmp_path / "b", store)) == {"ok": 2}
    assert (len(own(endpoint)), len(endpoint.requests)) == (4, 8)
    watcher = Silent()
    assert statuses(await ask(plain, tmp_path / "b", store, watcher)) == {}
    assert watcher.plans == {"model": (2, 2)}
    assert len(endpoint.requests) == 8


def _same(make_plan: MakePlan, plan: Plan, probes: tuple[str, ...]) -> Plan:
    """The plan asked with other probes, of the same clips."""
    grid = Grid({**plan.study.grid.crossed, "probe": probes})
    return replace(plan, study=replace(plan.study, grid=grid))


async def test_the_reasoning_is_put_before_the_judge_cut_or_made_wrong(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore
) -> None:
    endpoint.rule(answering())
    plan = probing(make_plan, [endpoint_judge(endpoint.base_url, concurrency=1)], ("truncated", "corrupted"))
    await ask(plan, tmp_path, store)
    ways = {"truncated": truncated(REASONS), "corrupted": corrupted(REASONS)}
    with Ledger.reading(tmp_path) as ledger:
        for trial in plan.trials():
            answer = ledger.answer(trial.key)
            done = ways[trial.condition.probe]
            assert answer is not None
            assert done is not None
            assert answer.sent["reasoning"] == done.reasoning
            assert answer.sent.get("changed") == ([done.before, done.after] if done.before else None)
            request = sent(plan, ledger, trial, answer)
            assert request is not None
            said = "\n".join(part for part in request.parts if isinstance(part, str))
            wire = next(r for r in endpoint.requests if done.reasoning in r.text and _about(r, trial))
            assert said in wire.text
            assert len(wire.images) == 4
            parent = next(r for r in own(endpoint) if _about(r, trial))
            assert parent.images == wire.images
            told = interference(trial, answer)
            assert trial.parent is not None
            assert trial.parent.key in told
            assert all(sentence in told for sentence in (done.before, done.after))
    # The sentences end at 18, 48, 71 and 94 of 94 characters: at 48, next to the half, it is cut and changed.
    assert ways["truncated"].reasoning == "The hips sink low. The knees fall inward at 0.3 s."  # type: ignore[union-attr]
    assert ways["corrupted"].reasoning == "The hips sink low. The knees fall outward at 0.3 s."  # type: ignore[union-attr]


def _about(received: Received, trial: Trial) -> bool:
    criterion = trial.item.criterion
    said = criterion.fault if trial.condition.framing == "negative" else criterion.requirement
    return said in received.text


async def test_reasoning_that_came_apart_is_what_is_interfered_with(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore
) -> None:
    endpoint.rule(answering(ok("True", reasoning=REASONS), "False"))
    plan = probing(make_plan, [endpoint_judge(endpoint.base_url)], ("truncated",), strategy=("base",))
    assert statuses(await ask(plan, tmp_path, store)) == {"ok": 2}
    assert all(
        "The hips sink low. The knees fall inward at 0.3 s.\n" in r.text
        for r in endpoint.requests
        if again(r)
    )


async def test_a_run_that_stopped_between_the_two_exchanges_goes_on_with_the_second(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore
) -> None:
    endpoint.rule(lambda r: never() if again(r) else ok(OWN))
    plan = probing(make_plan, [endpoint_judge(endpoint.base_url)], ("truncated",))
    running = asyncio.create_task(ask(plan, tmp_path, store))
    await asyncio.to_thread(endpoint.wait_for, 4)  # both own answers, and what rests on them under way
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert len(own(endpoint)) == 2
    endpoint.rule(answering())
    assert statuses(await ask(plan, tmp_path, store)) == {"ok": 2}
    assert len(own(endpoint)) == 2
    assert len(endpoint.requests) == 6


async def test_a_run_that_stopped_while_asking_the_first_leaves_nothing_running(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore
) -> None:
    endpoint.always(held(ok(OWN)))
    plan = probing(make_plan, [endpoint_judge(endpoint.base_url)], ("none", "truncated"))
    running = asyncio.create_task(ask(plan, tmp_path, store))
    await asyncio.to_thread(endpoint.wait_for, 1)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert asyncio.all_tasks() == {asyncio.current_task()}
    endpoint.release()
    endpoint.rule(answering())
    assert statuses(await ask(plan, tmp_path, store)) == {"ok": 4}


@pytest.mark.parametrize(
    ("said", "probe", "why"),
    [
        ("True", "truncated", "no longer than one sentence"),
        ("Answer: True", "truncated", "has no reasoning before it"),
        ("Answer: True", "corrupted", "has no reasoning before it"),
        ("It is a person. A squat it seems.\nAnswer: True", "corrupted", "no observation that could be"),
    ],
)
async def test_an_answer_with_nothing_to_interfere_with_is_unprobed_for_good(
    endpoint: Endpoint,
    make_plan: MakePlan,
    tmp_path: Path,
    store: FrameStore,
    said: str,
    probe: str,
    why: str,
) -> None:
    if "It is" in said:
        said = said.replace("is a", "was once a")  # "is" could be denied
        said = said.replace("was", "seems")
    endpoint.always(ok(said))
    plan = probing(make_plan, [endpoint_judge(endpoint.base_url)], (probe,))
    outcome = await ask(plan, tmp_path, store)
    assert (statuses(outcome), outcome.errors, outcome.missing) == ({"unprobed": 2}, 0, 0)
    assert len(endpoint.requests) == 2
    with Ledger.reading(tmp_path) as ledger:
        for trial in plan.trials():
            answer = ledger.answer(trial.key)
            assert answer is not None
            verdict = verdicts.read(answer, trial.item, trial.condition)
            assert verdict.status is Status.UNPROBED
            assert why in verdict.note
            assert why in interference(trial, answer)
            assert sent(plan, ledger, trial, answer) is None
        assert len(list(ledger.usages("model"))) == 2
        table = verdict_table(plan, ledger)
        assert table["status"].to_list() == ["unprobed"] * 2
        assert all(why in note for note in table["note"])
        tally = assemble(plan, ledger, store.jpeg).tallies["model"]
        assert (tally.planned, tally.answered, tally.missing, tally.unprobed, tally.put) == (2, 0, 0, 2, 0)
    assert statuses(await ask(plan, tmp_path, store)) == {}
    assert len(endpoint.requests) == 2


async def test_what_cannot_be_asked_first_fails_all_that_rest_on_it(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore
) -> None:
    endpoint.always(status(400, "too many images"))
    probes = ("none", "truncated", "corrupted")
    plan = probing(make_plan, [endpoint_judge(endpoint.base_url, concurrency=8)], probes)
    outcome = await ask(plan, tmp_path, store)
    assert statuses(outcome) == {"error": 6}
    assert list(outcome.reasons) == ["model: HTTP 400: too many images"]
    asked = len(endpoint.requests)
    with Ledger.reading(tmp_path) as ledger:
        assert ledger.attempts("model", {"http"}) == asked  # those that waited made none of their own
        contents = assemble(plan, ledger, store.jpeg)  # a report can be made of it
        assert contents.specimens[0].prompt == "(there is no record of a request)"
    endpoint.rule(answering())
    assert statuses(await ask(plan, tmp_path, store)) == {"ok": 6}
    assert len(endpoint.requests) == asked + 6


async def test_a_probe_of_a_two_step_answer_rests_on_both_exchanges(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore
) -> None:
    blind = "Do not judge how well it is done."
    endpoint.rule(
        lambda r: (
            ok("Knees bend.")
            if blind in r.text
            else ok("True")
            if again(r)
            else ok("False", reasoning=REASONS)
        )
    )
    plan = probing(make_plan, [endpoint_judge(endpoint.base_url)], ("truncated",), strategy=("two-step",))
    assert statuses(await ask(plan, tmp_path, store)) == {"ok": 2}
    assert Counter((blind in r.text, again(r)) for r in endpoint.requests) == {
        (True, False): 1,
        (False, False): 2,
        (False, True): 2,
    }
    assert all("Knees bend." in r.text for r in endpoint.requests if blind not in r.text)
    with Ledger.reading(tmp_path) as ledger:
        assert verdict_table(plan, ledger)["requests"].to_list() == [3, 3]
        for trial in plan.trials():
            answer = ledger.answer(trial.key)
            assert answer is not None
            assert sent(plan, ledger, trial, answer) is not None
    endpoint.always(ok("", reasoning="They bend. They stretch."))  # no description
    assert statuses(await ask(plan, tmp_path / "b", store)) == {"unprobed": 2}


def boxes(received: Received) -> list[tuple[int, int, int, int] | None]:
    found: list[tuple[int, int, int, int] | None] = []
    for url in received.images:
        data = base64.b64decode(url.removeprefix("data:image/jpeg;base64,"))
        level = jpeg.decode(data, "sent").astype(int).mean(axis=2)
        rows, columns = np.nonzero(np.abs(level - 128) < 20)
        if len(rows):
            found.append((int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1))
        else:
            found.append(None)
    return found


async def test_what_was_cited_is_masked_and_as_much_elsewhere(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore
) -> None:
    """Pictures of 64x64, plainly 10 to 60 bright and without a person: squares of 10 (0.08 x 64 to each side)
    around (16, 32), and mirrored across the middle around (48, 32).
    """
    endpoint.always(ok(CITED))
    judge = endpoint_judge(endpoint.base_url, concurrency=1)
    plan = masking(make_plan, [judge], ("none", "masked-cited", "masked-control"))
    assert statuses(await ask(plan, tmp_path, store)) == {"ok": 6}
    assert len(endpoint.requests) == 6
    seen = Counter(tuple(boxes(received)) for received in endpoint.requests)
    cited, control = (11, 27, 21, 37), (43, 27, 53, 37)
    assert seen == {
        (None,) * 4: 2,
        (cited, cited, cited, None): 2,
        (control, control, control, None): 2,
    }
    with Ledger.reading(tmp_path) as ledger:
        for trial in plan.trials():
            answer = ledger.answer(trial.key)
            assert answer is not None
            request = sent(plan, ledger, trial, answer)
            assert request is not None
            assert request.frames == answer.manifest
            if trial.parent is None:
                assert "covered" not in answer.sent
                continue
            (masked,) = answer.sent["covered"]  # type: ignore[misc]
            assert [place for place, *_ in masked] == NEAR
            left = (11 if trial.condition.probe == "masked-cited" else 43) / 64
            assert masked[0][1:] == [left, 27 / 64, left + 10 / 64, 37 / 64]
            assert "masked, in fractions of width and height: picture 1" in interference(trial, answer)
            parent = ledger.answer(trial.parent.key)
            assert parent is not None
            same = [a == b for a, b in zip(parent.manifest, answer.manifest, strict=True)]
            assert same == [False, False, False, True]


@pytest.mark.parametrize("said", ['{"answer": "False", "confidence": 1}', "no JSON at all"])
async def test_an_answer_that_cites_nothing_is_not_masked(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore, said: str
) -> None:
    endpoint.always(ok(said))
    plan = masking(make_plan, [endpoint_judge(endpoint.base_url)], ("masked-cited", "masked-control"))
    assert statuses(await ask(plan, tmp_path, store)) == {"unprobed": 4}
    assert len(endpoint.requests) == 2


async def test_a_table_tells_what_a_probe_rests_on(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore
) -> None:
    """Also where the study does not ask that for its own sake."""
    endpoint.rule(answering())
    plan = probing(make_plan, [endpoint_judge(endpoint.base_url)], ("corrupted",))
    with Ledger.writing(tmp_path):
        pass
    with Ledger.reading(tmp_path) as ledger:
        assert verdict_table(plan, ledger)["parent_status"].to_list() == ["missing"] * 2
    await ask(plan, tmp_path, store)
    with Ledger.reading(tmp_path) as ledger:
        rows = verdict_table(plan, ledger).to_dicts()
    for row, trial in zip(rows, plan.trials(), strict=True):
        assert trial.parent is not None
        # It said False before and True now: the fault, where the requirement was put, and then not.
        positive = trial.condition.framing == "positive"
        assert (row["parent"], row["parent_status"], row["probe"]) == (trial.parent.key, "ok", "corrupted")
        assert (row["parent_fault"], row["fault"]) == (positive, not positive)
        assert (row["requests"], row["setting"]) == (2, "probe corrupted")


async def test_what_probes_change_is_found_in_the_table_of_a_run(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore
) -> None:
    """Cut short it says True of every clip, which its own answers never did; asked again it says the same. Of
    two clips in both framings: all 4 questions changed, none by asking again.
    """
    endpoint.rule(answering())
    judge = endpoint_judge(endpoint.base_url, repeats=2)
    plan = probing(make_plan, [judge], ("none", "truncated"), items=2)
    await ask(plan, tmp_path, store)
    with Ledger.reading(tmp_path) as ledger:
        table = verdict_table(plan, ledger)
    found = {f.measure: f for f in traces.find(table, Settings(resamples=50)) if not f.about["setting"]}
    cut = found["truncated_effect"]
    assert (cut.parts["changed"], cut.parts["changed_by_control"], cut.estimate) == (1.0, 0.0, 1.0)
    assert cut.n == 4


async def test_a_report_sums_and_shows_what_probes_took(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore
) -> None:
    endpoint.rule(answering())
    judge = endpoint_judge(endpoint.base_url, price=Price(10.0, 100.0))
    plan = probing(make_plan, [judge], ("truncated", "corrupted"))
    await ask(plan, tmp_path, store)
    with Ledger.reading(tmp_path) as ledger:
        contents = assemble(plan, ledger, store.jpeg)
    tally = contents.tallies["model"]
    assert (tally.tokens.prompt, tally.tokens.completion) == (2 * 100 + 4 * 200, 2 * 30 + 4 * 3)
    assert tally.cost == pytest.approx((1000 * 10 + 72 * 100) / 1e6)
    notes = [specimen.note for specimen in contents.specimens]
    assert any("its reasoning was cut after" in note for note in notes)
    assert any('of "The knees fall inward at 0.3 s." was made' in note for note in notes)
    assert all(ENDED in specimen.prompt for specimen in contents.specimens)


async def test_reference_judges_have_no_reasoning_and_the_simulated_one_is_unprobed(
    make_plan: MakePlan, tmp_path: Path, store: FrameStore
) -> None:
    judges = [
        Judge("constant", "constant", decoding=(("says", "correct"),)),
        Judge("simulated", "simulated"),
    ]
    plan = make_plan(judges, 2, probe=("none", "truncated"))
    census = plan.census()
    assert census.trials == {"constant": 4, "simulated": 8}
    assert census.left_out == {("constant", "probe 'truncated': a reference judge has no reasoning"): 4}
    assert statuses(await ask(plan, tmp_path, store)) == {"ok": 8, "unprobed": 4}


def test_an_answer_made_up_by_an_endpoint_is_never_unprobed() -> None:
    """Only the run says so, in its own record."""
    item = Item(Task.VERIFY, (Clip("c", "d", "squat", None, "s"),), CRITERIA[0], True)
    assert verdicts.read(Answer(finish="unprobed"), item, Condition()).status is Status.UNPARSED
