"""A clip's frames and poses are made once, whatever strategy, framing or judge asks for them."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_asking import ask

from aqa_eval.media import FrameStore, blazepose
from aqa_eval.plan import Plan, make_plan
from aqa_eval.study import read_study
from endpoints import Endpoint, Received, ok

STUDY = """
controls = 0
name = "once"
[[dataset]]
name = "mannequin"
subjects = 2
movements = ["squat"]
criteria = ["squat.depth"]
tasks = ["verify"]
limit = 1
{judges}
[conditions]
representation = ["overlay", "skeleton", "pose-text", "crop"]
strategy = {strategies}
framing = {framings}
frames = 16
size = 128
"""
JUDGE = '[[judge]]\nprotocol = "openai"\nbase_url = "{url}"\nmodel = "{name}"\n'
FRAMES = 16


def planned(
    folder: Path, store: FrameStore, judges: str, strategies: str, framings: str = '["positive", "negative"]'
) -> Plan:
    path = folder / "study.toml"
    path.write_text(STUDY.format(judges=judges, strategies=strategies, framings=framings))
    return make_plan(read_study(path), store)


def made(cache: Path, kind: str) -> dict[str, tuple[int, int]]:
    """Every file of a kind in the cache, with what changes whenever it is written anew."""
    files = [path for path in (cache / kind).rglob("*") if path.is_file()]
    return {path.name: ((of := path.stat()).st_ino, of.st_mtime_ns) for path in files}


def said(received: Received) -> str:
    return "The hips go down.\n<answer>True</answer>"


async def test_the_network_looks_once_a_frame_over_a_whole_study(endpoint: Endpoint, tmp_path: Path) -> None:
    """Each look leaves a file of its own: 16 files that are never written again are 16 looks."""
    endpoint.always(ok(said))
    cache = tmp_path / "cache"
    store = FrameStore(cache)
    judges = [JUDGE.format(url=endpoint.base_url, name=name) for name in ("a", "b", "c")]
    base = '["base", "guidelines", "structured"]'
    plan = planned(tmp_path, store, judges[0] + judges[1], base)
    outcome = await ask(plan, tmp_path / "run", store)
    # 1 statement in 2 framings x 4 representations x 3 strategies x 2 judges.
    assert sum(outcome.statuses.values()) == len(endpoint.requests) == 2 * 4 * 3 * 2
    assert not outcome.errors
    kept = {kind: made(cache, kind) for kind in ("bodies", "frames", "shown", "recordings")}
    assert len(kept["bodies"]) == FRAMES
    assert not made(cache, "poses")  # nobody looked at a picture that was sent
    # Overlay, skeleton and crop are three pictures of each frame; four lists say what is shown.
    assert len(kept["frames"]) == 3 * FRAMES
    assert len(kept["shown"]) == 4
    more = planned(tmp_path, store, "".join(judges), '["base", "two-step", "grounding"]', '["neutral"]')
    outcome = await ask(more, tmp_path / "run", store)
    assert outcome.errors == 0
    assert len(endpoint.requests) > 48
    assert {kind: made(cache, kind) for kind in kept} == kept


def test_a_first_look_calls_the_network_once_a_frame_and_a_second_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FrameStore(tmp_path / "cache")
    plan = planned(tmp_path, store, JUDGE.format(url="http://127.0.0.1:9/v1", name="a"), '["base"]')
    network, calls = blazepose.loaded(), 0

    def counting(picture: object) -> object:
        nonlocal calls
        calls += 1
        return network(picture)  # type: ignore[arg-type]

    monkeypatch.setattr(blazepose, "loaded", lambda: counting)
    (item,) = plan.items()
    wanted = plan.presentations(item, item.clips[0])
    assert [want.representation for want in wanted] == ["overlay", "skeleton", "pose-text", "crop"]
    store.shown(item.clips[0], wanted)
    assert calls == FRAMES
    for want in wanted:
        store.shown(item.clips[0], [want])
    assert calls == FRAMES
