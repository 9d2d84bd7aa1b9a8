"""The quickstart study, as a user runs it, against a real model behind a real server.

The model's weights are random, so its answers are gibberish: what is examined is the road, not the
verdicts. A proxy between the command and the server holds what went over the wire, against which the
ledger and the report are checked.
"""

from __future__ import annotations

import asyncio
import csv
import re
import sqlite3
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import orjson
import pytest
from recording_proxy import Recorded, recording_proxy
from serving import Server, ServersEnvironment

# The run happens in the fixture, whose time counts as the first test's.
pytestmark = [pytest.mark.servers, pytest.mark.timeout(600)]

COMMAND = Path(sys.executable).with_name("aqa-eval")
CONTROLS = {"control.movement": 16, "control.number": 1, "control.order": 2}
"""Easy questions that ride along, each about eight clips, and how many pictures each shows."""
STATED = {
    "verify": r"(?i)true|false|yes|no|correct",
    "score": r"\d",
    "control": r"\b[A-D]\b|\d\d|(?i:squat|press|swing|throw|serve|dribble|swimming|climbing|bowling|archery)",
}
"""What an answer holds from which a verdict is read, by task."""
LONGEST_RUN = 500.0
"""Seconds after which a run is given up; it takes about 100 on two idle cores, rendering included."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A command that has ended: its exit code and all it printed."""

    code: int
    printed: str


@dataclass(frozen=True, slots=True)
class Quickstart:
    """The quickstart run against a server: what the command said and left, and what passed the wire."""

    run: Finished
    report: Finished
    folder: Path
    model: str
    recorded: Sequence[Recorded]

    def query(self, sql: str, *values: str) -> list[tuple[object, ...]]:
        """Rows of this run's ledger."""
        return ledger_rows(self.folder, sql, *values)

    def verdicts(self) -> list[dict[str, str]]:
        """The report's verdicts of the model's trials."""
        with (self.folder / "verdicts.csv").open(encoding="utf-8", newline="") as file:
            return [row for row in csv.DictReader(file) if row["judge"] == self.model]


def ledger_rows(folder: Path, sql: str, *values: str) -> list[tuple[object, ...]]:
    """Rows of the ledger in `folder`, read without any code of the project."""
    address = f"{(folder / 'ledger.sqlite').as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as ledger:
        return ledger.execute(sql, values).fetchall()


async def aqa_eval(root: Path, *arguments: str | Path) -> Finished:
    """Type `aqa-eval ...` in the repository's folder and wait for it to end."""
    process = await asyncio.create_subprocess_exec(
        COMMAND, *arguments, cwd=root, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    try:
        async with asyncio.timeout(LONGEST_RUN):
            printed, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode is not None
    return Finished(process.returncode, printed.decode())


async def walk(root: Path, server: Server, out: Path) -> Quickstart:
    """Run the study in its plainest way, which is the quickest, and write its report."""
    study = out.parent / f"{out.name}.toml"
    whole = (root / "examples" / "quickstart.toml").read_text("utf-8")
    plain, _, varied = whole.partition("# Beside the plain way")
    assert "[[vary]]" in varied
    study.write_text(plain.replace('tasks = ["verify", "score", "compare"]\n', ""), "utf-8")
    async with recording_proxy(server.base_url) as proxy:
        endpoint = ("--base-url", proxy.base_url, "--model", server.model, "--max-tokens", "16")
        run = await aqa_eval(root, "run", study, *endpoint, "--out", out)
    report = await aqa_eval(root, "report", study, "--out", out)
    return Quickstart(run, report, out, server.model, tuple(proxy.recorded))


@pytest.fixture(scope="module")
def quickstart(
    pytestconfig: pytest.Config,
    transformers_serve: Server,
    tmp_path_factory: pytest.TempPathFactory,
) -> Quickstart:
    return asyncio.run(walk(pytestconfig.rootpath, transformers_serve, tmp_path_factory.mktemp("quickstart")))


def test_both_commands_succeed(quickstart: Quickstart) -> None:
    assert quickstart.run.code == 0, quickstart.run.printed
    assert quickstart.report.code == 0, quickstart.report.printed
    assert (quickstart.folder / "report.html").stat().st_size > 0


def test_the_model_is_asked_everything_once_and_each_answer_is_kept(quickstart: Quickstart) -> None:
    """The judge `constant` walks the same study beside it: the same items under the same conditions. Only of
    a model behind an endpoint is it asked beside these whether the road is whole.
    """
    asked = "SELECT item, condition FROM trials WHERE judge = ? AND state = 'answered' ORDER BY 1, 2"
    of_model = quickstart.query(asked, quickstart.model)
    controls = [row for row in of_model if str(row[0]).startswith("control:")]
    assert [row for row in of_model if row not in controls] == quickstart.query(asked, "constant")
    assert Counter(str(item).split(":")[1] for item, _ in controls) == dict.fromkeys(CONTROLS, 8)
    assert len(of_model) == len(set(of_model)) == len(quickstart.recorded)
    answered = "SELECT count(*) FROM exchanges JOIN trials ON trial = trials.key WHERE trials.judge = ?"
    assert quickstart.query(answered, quickstart.model) == [(len(of_model),)]
    assert {exchange.status for exchange in quickstart.recorded} == {200}


def test_the_ledger_holds_what_went_over_the_wire(quickstart: Quickstart) -> None:
    """Exchange by exchange: the digests of the pictures sent, the words that came back, both token counts."""
    rows = quickstart.query(
        "SELECT frames, text, prompt_tokens, completion_tokens FROM exchanges"
        " JOIN trials ON trial = trials.key JOIN manifests ON manifest = digest WHERE trials.judge = ?",
        quickstart.model,
    )
    kept = Counter(
        (tuple(frame[2] for frame in orjson.loads(str(frames))), text, prompt, completion)
        for frames, text, prompt, completion in rows
    )
    wire: Counter[tuple[object, ...]] = Counter()
    for exchange in quickstart.recorded:
        said, usage = exchange.reply["choices"][0]["message"]["content"], exchange.reply["usage"]
        wire[exchange.picture_digests, said, usage["prompt_tokens"], usage["completion_tokens"]] += 1
    assert kept == wire


def test_the_pictures_of_every_request_are_counted_alike_by_server_and_processor(
    quickstart: Quickstart,
    servers_environment: ServersEnvironment,
    transformers_serve: Server,
    tmp_path: Path,
) -> None:
    pictures = Counter(len(exchange.picture_digests) for exchange in quickstart.recorded)
    assert pictures == {16: 90 + 8, **{count: 8 for count in CONTROLS.values() if count < 16}}
    chats = tmp_path / "chats.jsonl"
    chats.write_bytes(b"".join(orjson.dumps(x.messages) + b"\n" for x in quickstart.recorded))
    counted = servers_environment.run("count_tokens.py", transformers_serve.folder, chats).split()
    by_server = [exchange.reply["usage"]["prompt_tokens"] for exchange in quickstart.recorded]
    assert by_server == [int(count) for count in counted]


def test_no_verdict_is_guessed_and_the_report_counts_the_unreadable(quickstart: Quickstart) -> None:
    texts = {row[0]: str(row[1]) for row in quickstart.query("SELECT trial, text FROM exchanges")}
    verdicts = quickstart.verdicts()
    assert len(verdicts) == len(quickstart.recorded)
    for row in verdicts:
        judgement = row["fault"] or row["score"] or row["choice"]
        if row["status"] == "ok":
            assert re.search(STATED[row["task"]], texts[row["key"]]), row
            assert judgement
        else:
            assert not judgement, row
    page = (quickstart.folder / "report.html").read_text("utf-8")
    for task in ("verify", "score"):
        of_task = [row["status"] for row in verdicts if row["task"] == task]
        unparsed = of_task.count("unparsed")
        assert unparsed > len(of_task) / 2
        assert f"gave no verdict ({unparsed} unparsed" in page


@pytest.mark.asyncio
async def test_a_model_the_server_does_not_have_is_an_error_in_the_servers_own_words(
    pytestconfig: pytest.Config, transformers_serve: Server, tmp_path: Path
) -> None:
    endpoint = ("--base-url", transformers_serve.base_url, "--model", "another-model")
    study = "examples/quickstart.toml"
    done = await aqa_eval(pytestconfig.rootpath, "run", study, *endpoint, "--out", tmp_path)
    assert done.code == 1, done.printed
    assert "Traceback" not in done.printed
    kept = ledger_rows(
        tmp_path, "SELECT DISTINCT kind, status, message FROM attempts JOIN trials ON trial = key WHERE final"
    )
    pinned = f"Server is pinned to '{transformers_serve.model}'; requested 'another-model'."
    assert kept == [("http", 400, f"HTTP 400: {pinned}")]
