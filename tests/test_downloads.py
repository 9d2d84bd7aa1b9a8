"""The downloads go the whole road as they arrive: checked, planned, asked, reported; their terms kept."""

from __future__ import annotations

import csv
import importlib
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import downloads
from aqa_eval.cli import app
from aqa_eval.errors import AqaError, DataError, StudyError
from endpoints import Endpoint, ok

JUDGES = '[[judge]]\nprotocol = "constant"\n[[judge]]\nprotocol = "prior"\n'
RESTRICTED = ("egoexo-fitness", "fitness-aqa", "finefs")


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    try:
        importlib.import_module("libarchive")
    except (ImportError, OSError, AttributeError, TypeError) as error:
        pytest.skip(f"RAR archives are read with libarchive, which is not here: {error}")
    return downloads.write(tmp_path_factory.mktemp("downloads"), JUDGES)


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AQA_EVAL_CACHE", str(tmp_path / "cache"))


def typed(*words: object) -> Result:
    """What a command printed; it must succeed."""
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code == 0, (result.output, result.exception)
    return result


def refused(*words: object) -> AqaError:
    """The error a command ended with."""
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert isinstance(result.exception, AqaError), (result.output, result.exception)
    return result.exception


def rows(folder: Path) -> Sequence[dict[str, str]]:
    with (folder / "verdicts.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_download_is_asked_about_and_only_open_frames_are_shown(study: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    planned = typed("plan", study).output
    assert "llm-fms: " in planned
    assert "finefs: 2 problems in the data and 3 differences" in planned
    typed("run", study, "--out", out)
    typed("report", study, "--out", out)
    table = rows(out)
    assert {row["status"] for row in table} == {"ok"}
    asked = Counter((row["dataset"], row["task"]) for row in table if row["judge"] == "constant")
    assert set(asked) == {
        *(("llm-fms", task) for task in ("verify", "choose", "compare")),
        *(("egoexo-fitness", task) for task in ("verify", "score")),
        *(("fitness-aqa", task) for task in ("verify", "compare")),
        *(("finefs", task) for task in ("score", "compare")),
    }
    page = (out / "report.html").read_text("utf-8")
    assert "forbid showing them" in page
    shown = page.count("data:image/jpeg")
    assert shown > 0  # LLM-FMS is CC BY
    typed("report", study, "--out", out, "--embed-restricted")
    page = (out / "report.html").read_text("utf-8")
    assert "forbid showing them" not in page
    assert page.count("data:image/jpeg") > shown


def test_restricted_frames_go_to_nobody_else(study: Path, tmp_path: Path) -> None:
    remote = ("--base-url", "http://198.51.100.1/v1", "--model", "m")
    error = refused("run", study, "--out", tmp_path / "run", *remote)
    for name in RESTRICTED:
        assert name in str(error)
    assert not (tmp_path / "run").exists()


def test_an_endpoint_on_this_machine_may_see_them(study: Path, tmp_path: Path, endpoint: Endpoint) -> None:
    endpoint.always(ok("A"))
    here = ("--base-url", endpoint.base_url, "--model", "m")
    typed("run", study, "--out", tmp_path / "run", *here)
    pictures = Counter(len(received.images) for received in endpoint.requests)
    assert pictures[1] > 0  # stills
    assert pictures[3] > 0  # videos, three frames each
    assert pictures[6] > 0  # two videos compared


def test_strict_makes_a_problem_fatal(study: Path, tmp_path: Path) -> None:
    for command in (("plan", study), ("run", study, "--out", tmp_path / "run")):
        error = refused(*command, "--strict")
        assert isinstance(error, DataError)
        assert "finefs: 2 problems, and --strict allows none" in str(error)


@pytest.mark.parametrize("name", list(downloads.LAYOUTS))
def test_a_check_says_the_same_in_words_and_in_json(study: Path, name: str) -> None:
    root = next(
        line.split('"')[1]
        for line in study.read_text().splitlines()
        if line.startswith("root") and name in line
    )
    command = ("datasets", name.replace("_", "-"), "--root", root)
    found = json.loads(typed(*command, "--json").output)
    words = typed(*command).output
    for difference in found["differences"]:
        assert difference in words
    assert f"Problems ({len(found['problems'])})" in words or not found["problems"]
    criteria = json.loads(typed(*command, "--criteria", "--json").output)
    assert {c["id"] for c in criteria} >= {cell["criterion"] for cell in found["labels"]}
    for criterion in criteria:
        assert criterion["task"] == "choose" or (criterion["requirement"] and criterion["fault"])


def test_what_there_is_and_how_it_is_had() -> None:
    listed = {entry["name"] for entry in json.loads(typed("datasets", "--json").output)}
    assert listed >= {"llm-fms", "egoexo-fitness", "fitness-aqa", "finefs", "mtl-aqa", "mannequin", "own"}
    for name in listed:
        assert "licence" in typed("datasets", name, "--how").output


def test_what_is_typed_wrong_is_said() -> None:
    assert "did you mean 'finefs'" in str(refused("datasets", "finefs2"))
    assert "'finefs' needs --root" in str(refused("datasets", "finefs"))
    assert isinstance(refused("datasets", "finefs", "elsewhere"), StudyError)
    assert "KEY=VALUE" in str(refused("datasets", "mtl-aqa", "--set", "target"))
    assert "key 'target': found 'best'" in str(
        refused("datasets", "mtl-aqa", "--set", "root=x", "--set", "target=best")
    )


def test_your_own_clips_start_from_a_template(tmp_path: Path) -> None:
    typed("datasets", "new", tmp_path / "mine")
    assert (tmp_path / "mine" / "clips.csv").is_file()
    assert "is already there" in str(refused("datasets", "new", tmp_path / "mine"))
