"""Every strategy, representation, perturbation and cue, asked of models of two families on a real server.

Their weights are random, so that the answers are gibberish: what is examined is the road. The names come from
the registries: what is new there is walked here as well.
"""

from __future__ import annotations

import asyncio
import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import orjson
import pytest
from recording_proxy import Recorded, recording_proxy
from serving import Server
from test_quickstart import Finished, aqa_eval, ledger_rows

from aqa_eval.media import PERTURBATIONS, REPRESENTATIONS
from aqa_eval.prompts import CUES, strategies, strategy
from aqa_eval.vocabulary import Task

pytestmark = [pytest.mark.servers, pytest.mark.timeout(900)]

FRAMES = 2
TASKS = ("verify", "score", "compare")

STUDY = """
name = "{task}"
seed = 3
repeats = {repeats}
controls = {controls}

[[dataset]]
name = "mannequin"
subjects = 4
movements = ["squat"]
tasks = ["{task}"]
limit = 1

[conditions]
representation = "all"
strategy = {strategies}
framing = "positive"
frames = {frames}
size = 64
"""

# One thing at a time beside the plainest way: what is shown, what is said besides, how it is said.
VARIED = (
    'perturbation = "all"',
    'cue = "all"',
    'framing = ["negative", "neutral"]',
    "negated = true",
    'answer_key = ["yes-no", "a-b"]',
    'answer_format = ["words", "letters", "json"]',
    "paraphrase = 1",
    "shots = 2",
)

BLIND = {"none", "pose-text"}
"""Representations without a picture."""


def asked_directly() -> list[str]:
    """The strategies that are not read from the repeats of another."""
    return [name for name in strategies() if not strategy(name).samples_of]


def studies(folder: Path) -> list[Path]:
    """One study a task. Statements are asked twice, so that self-consistency has something to read."""
    paths = []
    for task in TASKS:
        whole = task == "verify"
        study = STUDY.format(
            task=task,
            repeats=2 if whole else 1,
            controls=1 if whole else 0,
            strategies='"all"' if whole else orjson.dumps(asked_directly()).decode(),
            frames=FRAMES,
        )
        plain = 'representation = "rgb"\nstrategy = "base"\n'
        for line in VARIED if whole else ():
            study += f"\n[[vary]]\n{plain}{line}\n"
        paths.append(folder / f"{task}.toml")
        paths[-1].write_text(study, encoding="utf-8")
    return paths


PROBES = """
name = "probes"
seed = 3
repeats = 20
controls = 0

[[dataset]]
name = "mannequin"
subjects = 4
movements = ["squat"]
tasks = ["verify"]
limit = 4

[conditions]
strategy = "grounding"
framing = "positive"
frames = 2
size = 64
probe = ["truncated", "corrupted"]

[[vary]]
strategy = "cited"
probe = ["none", "masked-cited", "masked-control"]
"""
"""The answers that probes rest on are asked for their sake alone, or by the study."""


@dataclass(frozen=True, slots=True)
class Walked:
    """What the commands of one study said and left, and what passed the wire."""

    run: Finished
    report: Finished
    folder: Path
    recorded: tuple[Recorded, ...]

    def verdicts(self) -> list[dict[str, str]]:
        """The report's rows, one a trial, and one for every reading of repeats together."""
        with (self.folder / "verdicts.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


async def walk(root: Path, server: Server, study: Path, longest: int = 16) -> Walked:
    out = study.with_suffix("")
    async with recording_proxy(server.base_url) as proxy:
        endpoint = ("--base-url", proxy.base_url, "--model", server.model, "--max-tokens", str(longest))
        run = await aqa_eval(root, "run", study, *endpoint, "--out", out)
    report = await aqa_eval(root, "report", study, "--out", out)
    return Walked(run, report, out, tuple(proxy.recorded))


@pytest.fixture(scope="module", params=["transformers_serve", "internvl_serve"])
def walked(
    request: pytest.FixtureRequest, pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Walked]:
    """By task."""
    server: Server = request.getfixturevalue(request.param)
    folder = tmp_path_factory.mktemp("conditions")
    return {study.stem: asyncio.run(walk(pytestconfig.rootpath, server, study)) for study in studies(folder)}


def nothing_to_look_at(representation: str, name: str) -> bool:
    """Without a picture nobody can point into one or describe one; a pose in words can be described."""
    needs_pictures = name == "cited"
    needs_something = name in {"grounding", "structured", "two-step"}
    return (needs_pictures and representation in BLIND) or (needs_something and representation == "none")


def test_all_commands_succeed(walked: dict[str, Walked]) -> None:
    for one in walked.values():
        assert one.run.code == 0, one.run.printed
        assert one.report.code == 0, one.report.printed
        assert {exchange.status for exchange in one.recorded} == {200}
        assert ledger_rows(one.folder, "SELECT DISTINCT state FROM trials") == [("answered",)]


@pytest.mark.parametrize("task", TASKS)
def test_every_strategy_meets_every_representation(walked: dict[str, Walked], task: str) -> None:
    rows = [row for row in walked[task].verdicts() if row["task"] == task]
    met = {(row["representation"], row["strategy"]) for row in rows}
    assert met == {
        (representation, name)
        for representation in REPRESENTATIONS
        for name in (strategies() if task == "verify" else asked_directly())
        if Task(task) in strategy(name).tasks and not nothing_to_look_at(representation, name)
    }


def test_every_perturbation_and_cue_is_asked(walked: dict[str, Walked]) -> None:
    rows = walked["verify"].verdicts()
    assert {row["perturbation"] for row in rows} == set(PERTURBATIONS)
    # These two name a score, which a statement has not.
    assert {row["cue"] for row in rows} == set(CUES) - {"fake-score", "fake-score-low"}


def test_every_way_of_saying_it_is_asked(walked: dict[str, Walked]) -> None:
    rows = [row for row in walked["verify"].verdicts() if row["task"] == "verify"]
    assert {row["framing"] for row in rows} == {"positive", "negative", "neutral"}
    assert {row["answer_key"] for row in rows} == {"true-false", "yes-no", "a-b"}
    assert {row["answer_format"] for row in rows} == {"plain", "json"}  # words and letters are keys here
    assert {row["paraphrase"] for row in rows} == {"0", "1"}
    assert {row["shots"] for row in rows} == {"0", "2"}
    assert {row["negated"] for row in rows} == {"false", "true"}


@pytest.mark.parametrize("task", TASKS)
def test_the_manifest_is_what_went_over_the_wire(walked: dict[str, Walked], task: str) -> None:
    """Every exchange, descriptions included: its pictures, its words, and the server's counts of both."""
    rows = ledger_rows(
        walked[task].folder,
        "SELECT frames, text, prompt_tokens, completion_tokens FROM exchanges"
        " JOIN manifests ON manifest = digest WHERE step >= 0",  # below it nothing was sent
    )
    kept = Counter((tuple(frame[2] for frame in orjson.loads(str(frames))), *rest) for frames, *rest in rows)
    wire: Counter[tuple[object, ...]] = Counter()
    for exchange in walked[task].recorded:
        said, usage = exchange.reply["choices"][0]["message"]["content"], exchange.reply["usage"]
        wire[exchange.picture_digests, said, usage["prompt_tokens"], usage["completion_tokens"]] += 1
    assert kept == wire


@pytest.mark.parametrize("task", TASKS)
def test_pictures_are_sent_exactly_where_the_representation_has_some(
    walked: dict[str, Walked], task: str
) -> None:
    rows = ledger_rows(
        walked[task].folder,
        "SELECT condition, frames FROM trials JOIN exchanges ON trial = trials.key"
        " JOIN manifests ON manifest = digest WHERE item LIKE ?",
        f"{task}:%",
    )
    clips = 2 if task == "compare" else 1
    for text, frames in rows:
        condition = orjson.loads(str(text))
        if condition.get("representation") in BLIND:
            expected = 0
        elif condition.get("perturbation") in {"random-frame", "keyframe"}:
            expected = clips
        else:
            expected = FRAMES * (clips + condition.get("shots", 0))
        assert len(orjson.loads(str(frames))) == expected, condition


def test_a_description_is_given_back_word_for_word(walked: dict[str, Walked]) -> None:
    """Two-step: what the model said of the clip, not knowing the question, stands in the next request."""
    one = walked["verify"]
    rows = ledger_rows(
        one.folder,
        "SELECT text FROM exchanges WHERE trial IN (SELECT trial FROM exchanges WHERE step > 0) AND step = 0",
    )
    sent = "\n".join(
        part["text"]
        for exchange in one.recorded
        for message in exchange.messages
        for part in (
            [{"text": message["content"]}] if isinstance(message["content"], str) else message["content"]
        )
        if "text" in part
    )
    described = [str(text).strip() for (text,) in rows]
    assert described
    assert all(text in sent for text in described)


def test_no_verdict_is_guessed(walked: dict[str, Walked]) -> None:
    """Random weights hardly ever answer; whatever is no answer has no judgement."""
    rows = [row for one in walked.values() for row in one.verdicts()]
    judged = ("fault", "score", "choice")
    assert all(not any(row[name] for name in judged) for row in rows if row["status"] != "ok")
    assert all(row["said"] or any(row[name] for name in judged) for row in rows if row["status"] == "ok")
    assert sum(row["status"] == "ok" for row in rows) < len(rows) / 2


@pytest.fixture(scope="module", params=["transformers_serve", "internvl_serve"])
def probed(
    request: pytest.FixtureRequest, pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> Walked:
    """The probes of the reasoning, of answers long enough to have several sentences or lines."""
    server: Server = request.getfixturevalue(request.param)
    study = tmp_path_factory.mktemp("probed") / "probes.toml"
    study.write_text(PROBES, encoding="utf-8")
    return asyncio.run(walk(pytestconfig.rootpath, server, study, longest=128))


def words(exchange: Recorded) -> str:
    """All that a request says."""
    contents = (message["content"] for message in exchange.messages)
    parts = ([{"text": c}] if isinstance(c, str) else c for c in contents)
    return "\n".join(part["text"] for content in parts for part in content if "text" in part)


def test_probes_are_asked_after_the_model_s_own_answer(probed: Walked) -> None:
    """What random weights say is gibberish, of which some can be cut and hardly any cites a place."""
    assert probed.run.code == 0, probed.run.printed
    assert probed.report.code == 0, probed.report.printed
    rows = probed.verdicts()
    assert Counter(row["probe"] for row in rows) == dict.fromkeys(
        ("truncated", "corrupted", "none", "masked-cited", "masked-control"), 80
    )
    assert all((row["requests"] == "1") == (row["probe"] == "none") for row in rows)
    assert all(row["note"] for row in rows if row["status"] == "unprobed")
    asked = [row for row in rows if row["status"] != "unprobed"]
    assert "truncated" in {row["probe"] for row in asked}
    # The study asks for 80 of the answers that probes rest on; the other 80 are asked for the probes alone.
    assert len(probed.recorded) == 80 + len(asked)
    assert len(ledger_rows(probed.folder, "SELECT key FROM exchanges WHERE step >= 0")) == 80 + len(asked)
    parents = {row["parent"] for row in rows if row["parent"]}
    answered = {str(key) for (key,) in ledger_rows(probed.folder, "SELECT key FROM exchanges WHERE step = 0")}
    assert parents == answered


def test_the_model_is_given_its_own_reasoning_and_the_same_pictures(probed: Walked) -> None:
    found = ledger_rows(
        probed.folder,
        "SELECT key, sent, frames FROM exchanges JOIN manifests ON manifest = digest WHERE step >= 0",
    )
    manifests = {str(key): tuple(f[2] for f in orjson.loads(str(frames))) for key, _, frames in found}
    texts = dict(ledger_rows(probed.folder, "SELECT key, text || reasoning FROM exchanges"))
    records = {str(key): orjson.loads(str(sent)) for key, sent, _ in found}
    checked = Counter[str]()
    for row in probed.verdicts():
        if row["probe"] not in {"truncated", "corrupted"} or row["status"] == "unprobed":
            continue
        reasoning = records[row["key"]]["reasoning"]
        quoted = f"This is the reasoning so far:\n\n{reasoning}\n\nThe reasoning ends here."
        pictures = {exchange.picture_digests for exchange in probed.recorded if quoted in words(exchange)}
        assert manifests[row["key"]] == manifests[row["parent"]]
        assert manifests[row["key"]] in pictures
        if row["probe"] == "truncated":
            # Lines of tags and empty ones are taken out of what is quoted; the words are the model's own.
            own = str(texts[row["parent"]]).split()
            assert set(reasoning.split()) <= set(own)
        checked[row["probe"]] += 1
    assert checked["truncated"]
