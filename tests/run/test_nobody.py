"""Clips in which nobody is found: what rests on the person is not asked of them, once and for all."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
import typer
from test_asking import ask, statuses

from aqa_eval.cli.running import _conclude
from aqa_eval.errors import NobodyFoundError
from aqa_eval.ledger import Ledger
from aqa_eval.media import FrameStore
from aqa_eval.plan import showing_of
from aqa_eval.prompts import transcript
from aqa_eval.report import assemble
from aqa_eval.run import Outcome, Studio
from aqa_eval.vocabulary import Clip, Presentation, Sampling, Status
from conftest import MakePlan, endpoint_judge
from endpoints import Endpoint, ok

CROP = Presentation("crop", Sampling(4, None, 64))


@pytest.mark.parametrize(
    ("representation", "perturbations", "unseen"),
    [("crop", ("none",), 4), ("rgb", ("none", "person-removed", "background-replaced"), 8)],
)
async def test_what_rests_on_a_person_who_is_not_there_is_unseen_and_no_error(
    endpoint: Endpoint,
    make_plan: MakePlan,
    tmp_path: Path,
    store: FrameStore,
    representation: str,
    perturbations: Sequence[str],
    unseen: int,
) -> None:
    """The clips are plain grey."""
    endpoint.always(ok("True"))
    plan = make_plan(
        [endpoint_judge(endpoint.base_url)], 2, representation, perturbation=tuple(perturbations)
    )
    outcome = await ask(plan, tmp_path / "run", store)
    seen = 4 * len(perturbations) - unseen
    assert statuses(outcome) == {"unseen": unseen, **({"ok": seen} if seen else {})}
    assert (outcome.errors, outcome.missing, len(endpoint.requests)) == (0, 0, seen)
    with Ledger.reading(tmp_path / "run") as ledger:
        for trial in plan.trials():
            answer = ledger.answer(trial.key)
            assert answer is not None
            assert ledger.is_answered(trial.key)
            if trial.condition.perturbation != "none" or representation == "crop":
                assert (answer.text, answer.finish, answer.manifest) == ("", "nobody", ())
                assert answer.sent["coverage"] == {"0": 0.0}
                assert showing_of(trial, answer).shown[0].coverage == 0.0
        assert len(list(ledger.usages("model"))) == seen
    again = await ask(plan, tmp_path / "run", store)
    assert (statuses(again), again.missing, len(endpoint.requests)) == ({}, 0, seen)


async def test_nobody_is_asked_to_describe_nobody(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore
) -> None:
    plan = make_plan([endpoint_judge(endpoint.base_url)], 1, "crop", strategy=("two-step",))
    assert statuses(await ask(plan, tmp_path / "run", store)) == {"unseen": 2}
    assert not endpoint.requests


@pytest.mark.parametrize(
    "axes", [{}, {"shots": (1,)}, {"transport": ("video",)}, {"strategy": ("grounding",)}]
)
async def test_a_report_can_be_made_of_what_nobody_was_seen_in(
    endpoint: Endpoint,
    make_plan: MakePlan,
    tmp_path: Path,
    store: FrameStore,
    axes: Mapping[str, tuple[object, ...]],
) -> None:
    plan = make_plan([endpoint_judge(endpoint.base_url)], 1, "crop", train=2, **axes)
    assert statuses(await ask(plan, tmp_path / "run", store)) == {"unseen": 2}
    with Ledger.reading(tmp_path / "run") as ledger:
        tally = assemble(plan, ledger, store.jpeg).tallies["model"]
        assert (tally.missing, tally.tokens.prompt, tally.cost) == (0, None, None)
        for trial in plan.trials():  # what the command `show` tells
            answer = ledger.answer(trial.key)
            assert answer is not None
            assert "squat" in transcript(plan.request(trial, showing_of(trial, answer)))


async def test_an_example_without_a_person_is_said_to_be_the_one(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore
) -> None:
    plan = make_plan([endpoint_judge(endpoint.base_url)], 1, "crop", train=2, shots=(1,))
    assert statuses(await ask(plan, tmp_path / "run", store)) == {"unseen": 2}
    with Ledger.reading(tmp_path / "run") as ledger:
        for trial in plan.trials():
            answer = ledger.answer(trial.key)
            assert answer is not None
            assert answer.sent["coverage"] == {"0": 0.0, "-1": 0.0}


async def test_it_is_known_in_a_later_run_without_the_recording(
    recorded: Callable[[int], Clip], store: FrameStore
) -> None:
    clip = recorded(0)
    async with Studio(store, workers=1) as studio:
        with pytest.raises(NobodyFoundError, match="no person was found in any of 4 frames"):
            await studio.shown(clip, [CROP], CROP)
    with pytest.raises(NobodyFoundError, match="no person was found in any of 4 frames"):
        store.prepared(clip, [CROP])
    shutil.rmtree(store.folder / "bodies")  # would be made anew if anybody looked
    with pytest.raises(NobodyFoundError):
        store.shown(clip, [CROP])
    assert not (store.folder / "bodies").exists()
    # What else is wanted of the clip is made nevertheless.
    plain = Presentation("rgb", Sampling(4, None, 64))
    assert store.prepared(clip, [plain, CROP]) is None
    with pytest.raises(NobodyFoundError):
        store.shown(clip, [plain, CROP])
    assert store.prepared(clip, [plain]) is not None


def test_the_conclusion_counts_the_unseen_apart_and_is_content(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    outcome = Outcome()
    outcome.statuses.update({Status.OK: 5, Status.UNSEEN: 7})
    _conclude(outcome, Path("study.toml"), tmp_path, {})
    said = capsys.readouterr().err
    assert "asked now: 5 ok\n" in said
    assert "7 unseen: not asked, since nobody was found" in said
    outcome.statuses[Status.ERROR] += 1
    with pytest.raises(typer.Exit):
        _conclude(outcome, Path("study.toml"), tmp_path, {})
