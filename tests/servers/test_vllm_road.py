"""A study asked of vLLM by the command itself: answers held to a form, sure by their tokens, of one video."""

from __future__ import annotations

import asyncio
import csv
import json
from pathlib import Path
from typing import Any

import orjson
import pytest
from recording_proxy import Recorded, recording_proxy
from serving import Server
from test_quickstart import Finished, aqa_eval, ledger_rows

pytestmark = [pytest.mark.servers, pytest.mark.timeout(900)]

STUDY = """
name = "vllm"
seed = 3
controls = 0

[[dataset]]
name = "mannequin"
subjects = 4
movements = ["squat"]
criteria = ["squat.depth"]
tasks = ["verify"]
limit = {limit}

[[judge]]
protocol = "openai"
name = "tiny"
base_url = "{base_url}"
model = "{model}"
family = "qwen3-vl"
max_tokens = 200
temperature = 0.0
retries = 0
{options}

[conditions]
framing = ["positive", "negative"]
frames = {frames}
size = 448
{conditions}
"""

ABLE = 'logprobs = true\ncapabilities = { video = true, structured = "structured_outputs", logprobs = true }'


async def asked(
    root: Path, server: Server, folder: Path, **texts: object
) -> tuple[Finished, Finished, Path, list[Recorded]]:
    """One study run and reported, with what passed the wire."""
    out = folder / "out"
    async with recording_proxy(server.base_url) as proxy:
        study = folder / "study.toml"
        study.write_text(STUDY.format(base_url=proxy.base_url, model=server.model, **texts), encoding="utf-8")
        run = await aqa_eval(root, "run", study, "--out", out)
    report = await aqa_eval(root, "report", study, "--out", out)
    return run, report, out, proxy.recorded


def verdicts(folder: Path) -> list[dict[str, str]]:
    with (folder / "verdicts.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def body(recorded: Recorded) -> dict[str, Any]:
    sent: dict[str, Any] = orjson.loads(recorded.sent)
    return sent


@pytest.fixture(scope="module")
def held(
    pytestconfig: pytest.Config, vllm_qwen: Server, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Finished, Finished, Path, list[Recorded]]:
    """Statements held to their answers, the frames as images and as one video."""
    folder = tmp_path_factory.mktemp("held")
    conditions = 'answer_format = ["choice", "json"]\ntransport = ["images", "video"]'
    return asyncio.run(
        asked(
            pytestconfig.rootpath, vllm_qwen, folder, limit=2, frames=4, options=ABLE, conditions=conditions
        )
    )


def test_held_to_its_answers_even_a_model_of_random_weights_is_read(held: Any) -> None:
    run, report, folder, recorded = held
    assert run.code == 0, run.printed
    assert report.code == 0, report.printed
    # 2 items x 2 framings x 2 formats x 2 transports
    assert len(recorded) == 16
    rows = verdicts(folder)
    assert {row["status"] for row in rows if row["answer_format"] == "choice"} == {"ok"}
    forms = [body(r).get("structured_outputs", {}) for r in recorded]
    assert sum(form == {"choice": ["True", "False"]} for form in forms) == 8
    assert sum("json" in form for form in forms) == 8
    read = [row for row in rows if row["answer_format"] == "json"]
    assert read
    assert all(row["status"] in {"ok", "truncated"} for row in read)


def test_its_confidence_comes_from_its_tokens(held: Any) -> None:
    rows = [row for row in verdicts(held[2]) if row["answer_format"] == "choice"]
    assert {row["confidence_source"] for row in rows} == {"token"}
    assert all(0.5 <= float(row["confidence"]) <= 1.0 for row in rows)
    kept = [json.loads(tokens) for (tokens,) in ledger_rows(held[2], "SELECT tokens FROM exchanges")]
    assert all(kept)


def test_frames_as_one_video_carry_their_times(held: Any) -> None:
    videos = [body(r) for r in held[3] if "media_io_kwargs" in body(r)]
    assert len(videos) == 8
    for sent in videos:
        kinds = [part["type"] for part in sent["messages"][-1]["content"]]
        assert kinds.count("video_url") == 1
        assert "image_url" not in kinds
        times = sent["media_io_kwargs"]["video"]
        assert len(times["frames_indices"]) == 4
        assert times["num_frames"] == -1
        assert times["do_sample_frames"] is False
    # Two pairs of frames and the times between take fewer tokens than four pictures.
    tokens = ledger_rows(
        held[2],
        "SELECT condition LIKE '%video%', AVG(prompt_tokens) FROM exchanges"
        " JOIN trials ON trials.key = trial GROUP BY 1 ORDER BY 1",
    )
    assert tokens[1][1] < 0.7 * tokens[0][1]


def test_what_does_not_fit_the_context_is_an_error_in_the_server_s_words_and_no_answer(
    pytestconfig: pytest.Config, vllm_qwen: Server, tmp_path: Path
) -> None:
    """16 frames of 448 x 448 are 3,136 tokens and more; with two examples as many again twice."""
    run, _, folder, _ = asyncio.run(
        asked(
            pytestconfig.rootpath, vllm_qwen, tmp_path, limit=1, frames=16, options="", conditions="shots = 2"
        )
    )
    assert run.code == 1, run.printed
    messages = ledger_rows(folder, "SELECT DISTINCT message, status FROM attempts WHERE final")
    assert messages
    for message, status in messages:
        assert status == 400
        assert "does not fit the context window" in str(message)
        assert "8192" in str(message)
    assert {row["status"] for row in verdicts(folder)} == {"error"}


def test_a_declared_window_is_refused_in_the_plan_before_anything_is_sent(
    pytestconfig: pytest.Config, vllm_qwen: Server, tmp_path: Path
) -> None:
    study = tmp_path / "study.toml"
    text = STUDY.format(
        base_url=vllm_qwen.base_url,
        model=vllm_qwen.model,
        limit=1,
        frames=16,
        options="capabilities = { context = 8192 }",
        conditions="shots = 2",
    )
    study.write_text(text, encoding="utf-8")
    plan = asyncio.run(aqa_eval(pytestconfig.rootpath, "plan", study))
    assert plan.code == 0, plan.printed
    assert "2 examples x 16 frames need about" in plan.printed
    assert "the context window is 8,192" in plan.printed


def test_a_thinking_trace_is_kept_apart_from_the_answer(
    pytestconfig: pytest.Config, vllm_qwen: Server, tmp_path: Path
) -> None:
    options = f"{ABLE}\nextra_body = {{ chat_template_kwargs = {{ enable_thinking = true }} }}\nseed = 1"
    run, _, folder, recorded = asyncio.run(
        asked(
            pytestconfig.rootpath,
            vllm_qwen,
            tmp_path,
            limit=2,
            frames=2,
            options=options,
            conditions='answer_format = "choice"',
        )
    )
    assert run.code == 0, run.printed
    rows = ledger_rows(folder, "SELECT text, reasoning, finish, trace_kind FROM exchanges")
    assert len(rows) == len(recorded) == 4
    statuses = [row["status"] for row in verdicts(folder)]
    for text, reasoning, finish, kind in rows:
        assert kind == ("raw" if reasoning else "")
        if finish == "length":
            assert not text
        else:
            assert text in {"True", "False"}
    assert statuses.count("truncated") == sum(finish == "length" for _, _, finish, _ in rows)
