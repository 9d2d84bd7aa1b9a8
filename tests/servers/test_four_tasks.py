"""Made-up downloads of four datasets, in archives, asked in all four tasks of a real model on a real server.

Its weights are random, so that the answers are gibberish: what is examined is the road.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import orjson
import pytest
from recording_proxy import Recorded, recording_proxy
from serving import Server
from test_quickstart import Finished, aqa_eval, ledger_rows

import downloads

pytestmark = [pytest.mark.servers, pytest.mark.timeout(600)]

PICTURES = {"still": 1, "video": 3, "two stills": 2, "two videos": 6}
"""How many pictures one request holds; the study asks for three frames."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command said and left, and what passed the wire."""

    run: Finished
    report: Finished
    folder: Path
    recorded: tuple[Recorded, ...]


async def walk(root: Path, server: Server, folder: Path) -> Asked:
    study, out = downloads.write(folder), folder / "run"
    async with recording_proxy(server.base_url) as proxy:
        endpoint = ("--base-url", proxy.base_url, "--model", server.model, "--max-tokens", "8")
        run = await aqa_eval(root, "run", study, *endpoint, "--out", out)
    report = await aqa_eval(root, "report", study, "--out", out)
    return Asked(run, report, out, tuple(proxy.recorded))


@pytest.fixture(scope="module")
def asked(
    pytestconfig: pytest.Config, transformers_serve: Server, tmp_path_factory: pytest.TempPathFactory
) -> Asked:
    return asyncio.run(walk(pytestconfig.rootpath, transformers_serve, tmp_path_factory.mktemp("downloads")))


def test_both_commands_succeed(asked: Asked) -> None:
    assert asked.run.code == 0, asked.run.printed
    assert asked.report.code == 0, asked.report.printed


def test_every_task_is_answered_with_its_pictures(asked: Asked) -> None:
    rows = ledger_rows(
        asked.folder,
        "SELECT item, frames FROM trials JOIN exchanges ON trial = trials.key"
        " JOIN manifests ON manifest = digest WHERE state = 'answered'",
    )
    shown = Counter((str(item).split(":")[0], len(orjson.loads(str(frames)))) for item, frames in rows)
    assert {task for task, _ in shown} == {"verify", "choose", "score", "compare"}
    assert set(shown) == {
        ("verify", PICTURES["still"]),
        ("verify", PICTURES["video"]),
        ("choose", PICTURES["still"]),
        ("score", PICTURES["video"]),
        ("compare", PICTURES["two stills"]),
        ("compare", PICTURES["two videos"]),
    }
    assert sum(shown.values()) == len(asked.recorded)


def test_the_manifest_is_what_went_over_the_wire(asked: Asked) -> None:
    rows = ledger_rows(asked.folder, "SELECT frames FROM exchanges JOIN manifests ON manifest = digest")
    kept = Counter(tuple(frame[2] for frame in orjson.loads(str(frames))) for (frames,) in rows)
    assert kept == Counter(exchange.picture_digests for exchange in asked.recorded)


def test_options_are_lettered_and_two_videos_are_named(asked: Asked) -> None:
    last = [
        [part["text"] for part in exchange.messages[-1]["content"] if part["type"] == "text"]
        for exchange in asked.recorded
    ]
    assert any("\nA) " in texts[-1] and "\nB) " in texts[-1] for texts in last)
    assert any(texts[0].startswith("Video A:") and "Video B:" in "".join(texts) for texts in last)
