"""The other tasks go the same road: two clips compared, an option chosen, a still shown."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
import polars as pl
import pytest
from test_asking import HASTY, Silent

from aqa_eval.datasets.dataset import Dataset, Loader, Options
from aqa_eval.datasets.sampling import Sample
from aqa_eval.findings import Settings, find_all
from aqa_eval.findings.table import verdict_table
from aqa_eval.ledger import Ledger
from aqa_eval.media import FrameStore
from aqa_eval.plan import Plan, make_plan, showing_of
from aqa_eval.run import Outcome, Patience, Studio, ask_all
from aqa_eval.study import DatasetChoice, Study
from aqa_eval.study.grid import Grid
from aqa_eval.vocabulary import Clip, Criterion, Judge, Label, Sampling, Status, Still, Task
from conftest import TERMS, endpoint_judge
from endpoints import Endpoint, ok

DEPTH = Criterion("depth", "squat", "The squat is deep.", "The squat is shallow.")
GRIP = Criterion("grip", "squat", "", "", question="How is the bar held?", options=("wide", "narrow", "not"))


def planned(
    clips: Sequence[Clip],
    labels: Sequence[Sequence[Label]],
    judges: Sequence[Judge],
    tasks: tuple[Task, ...],
    store: FrameStore,
    count: int = 3,
) -> Plan:
    dataset = Dataset("test", "A test", TERMS, {"depth": DEPTH, "grip": GRIP}, clips, labels)
    loader = Loader("test", "A test", Options, tuple(Task), lambda options: dataset, TERMS)
    choice = DatasetChoice(loader, Options(), tasks, Sample())
    grid = Grid({"sampling": (Sampling(count, None, 64),), "framing": ("positive", "negative")})
    return make_plan(Study("t", 1, 1, (choice,), tuple(judges), grid), store)


async def asked(plan: Plan, ledger: Ledger, store: FrameStore, patience: Patience = HASTY) -> Outcome:
    async with Studio(store, workers=1) as studio:
        return await ask_all(plan, ledger, studio, Silent(), patience)


async def test_two_clips_are_sent_one_after_the_other_and_found_again_in_the_ledger(
    endpoint: Endpoint, recorded: Callable[[int], Clip], store: FrameStore, tmp_path: Path
) -> None:
    endpoint.script(then=ok("B"))
    clips = [recorded(n) for n in range(4)]
    labels = [[Label(clip.id, "depth", n % 2 == 0)] for n, clip in enumerate(clips)]
    plan = planned(clips, labels, [endpoint_judge(endpoint.base_url)], (Task.COMPARE,), store)
    with Ledger.writing(tmp_path / "run") as ledger:
        outcome = await asked(plan, ledger, store)
        assert outcome.statuses == {Status.OK: 2}
        for trial in plan.trials():
            answer = ledger.answer(trial.key)
            assert answer is not None
            assert [frame.clip for frame in answer.manifest] == [0, 0, 0, 1, 1, 1]
            for place, clip in enumerate(trial.item.clips):
                own = [frame.digest for frame in answer.manifest if frame.clip == place]
                (wanted,) = plan.presentations(trial.item, clip)
                assert own == [frame.digest for frame in store.shown(clip, [wanted])[wanted].frames]
            prompt = plan.request(trial, showing_of(trial, answer))
            sent = [r.body for r in endpoint.requests if _texts(r.body)[-1] == prompt.parts[-1]]
            pictures = [base64.b64decode(store.base64(frame.digest)) for frame in prompt.frames]
            assert pictures in [_pictures(body) for body in sent]
        table = verdict_table(plan, ledger)
    assert table["choice"].to_list() == ["second", "second"]
    assert sorted(table["truth_choice"].to_list()) == ["first", "second"]
    assert table["cluster_b"].null_count() == 0
    finding = next(f for f in find_all(table, Settings()) if f.measure == "choice_skill")
    assert finding.parts["said_first"] == 0.0


def _texts(body: dict[str, object]) -> list[str]:
    content = body["messages"][-1]["content"]  # type: ignore[index]
    return [part["text"] for part in content if part["type"] == "text"]


def _pictures(body: dict[str, object]) -> list[bytes]:
    content = body["messages"][-1]["content"]  # type: ignore[index]
    urls = [part["image_url"]["url"] for part in content if part["type"] == "image_url"]
    return [base64.b64decode(url.split(",", 1)[1]) for url in urls]


async def test_a_still_is_one_picture_whatever_the_number_of_frames(
    endpoint: Endpoint, store: FrameStore, tmp_path: Path
) -> None:
    endpoint.script(then=ok("A"))
    cv2.imwrite(str(tmp_path / "photo.jpg"), np.full((64, 80, 3), 90, np.uint8))
    clips = [Clip("photo", "test", "squat", Still(tmp_path / "photo.jpg"), "s1")]
    plan = planned(
        clips,
        [[Label("photo", "grip", "wide")]],
        [endpoint_judge(endpoint.base_url)],
        (Task.CHOOSE,),
        store,
        16,
    )
    with Ledger.writing(tmp_path / "run") as ledger:
        await asked(plan, ledger, store)
        table = verdict_table(plan, ledger)
    (received,) = endpoint.requests
    assert len(_pictures(received.body)) == 1
    assert _texts(received.body)[0] == "The image shows a person performing: squat."
    options = next(plan.items()).criterion.options
    assert table["choice"].to_list() == [options[0]]


@pytest.mark.parametrize("protocol", ["constant", "prior", "simulated"])
async def test_reference_judges_choose_and_compare(
    protocol: str, recorded: Callable[[int], Clip], store: FrameStore, tmp_path: Path
) -> None:
    clips = [recorded(n) for n in range(6)]
    train = [Clip(f"t{n}", "test", "squat", None, f"t{n}", split="train") for n in range(3)]
    labels = [[Label(c.id, "depth", n % 2 == 0), Label(c.id, "grip", "narrow")] for n, c in enumerate(clips)]
    labels += [[Label(c.id, "grip", ("not", "narrow", "not")[n])] for n, c in enumerate(train)]
    decoding = {"simulated": (("d_prime", 50.0),), "constant": (("says", "correct"),)}.get(protocol, ())
    judge = Judge(protocol, protocol, decoding=decoding)
    plan = planned([*clips, *train], labels, [judge], (Task.CHOOSE, Task.COMPARE), store)
    with Ledger.writing(tmp_path / "run") as ledger:
        await asked(plan, ledger, store)
        table = verdict_table(plan, ledger)
    chosen = table.filter(pl.col("task") == "choose")["choice"].to_list()
    compared = table.filter(pl.col("task") == "compare")
    assert chosen == {"constant": ["narrow"], "prior": ["not"], "simulated": ["narrow"]}[protocol] * 6
    if protocol == "simulated":
        assert compared["choice"].equals(compared["truth_choice"])
    elif protocol == "constant":
        assert compared["choice"].to_list() == ["first"] * 3
    else:
        assert plan.census().left_out == {("prior", "the judge does not do the task 'compare'"): 3}
