"""`aqa-eval plan`, `show --sheet` and `init`: what is said before anything is asked, of every preset."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner, Result

import downloads
from aqa_eval.cli import app
from aqa_eval.errors import AqaError, StudyError
from endpoints import Behaviour, Endpoint, Received, document, ok, running, status

PRESETS = ("starter", "quick", "probe", "study2026")
MODEL = ("--base-url", "http://127.0.0.1:9/v1", "--model", "Qwen/Qwen3-VL-8B-Instruct")
PRICES = """
[[price]]
model = "Qwen/Qwen3-VL-*"
input = 0.5
output = 2.0
source = "made up"
"""
SMALL = """
controls = 1
name = "small"
[[dataset]]
name = "mannequin"
subjects = {subjects}
movements = ["squat"]
criteria = ["squat.depth"]
tasks = ["verify"]
{judges}
[conditions]
frames = {frames}
size = 224
{more}
"""


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AQA_EVAL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.chdir(tmp_path)


def typed(*words: object) -> Result:
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code == 0, (result.output, result.exception)
    return result


def refused(*words: object) -> AqaError:
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert isinstance(result.exception, AqaError), (result.output, result.exception)
    return result.exception


def small(folder: Path, judges: str = "", frames: int = 4, more: str = "", subjects: int = 2) -> Path:
    path = folder / "small.toml"
    path.write_text(SMALL.format(judges=judges, frames=frames, more=more, subjects=subjects))
    return path


def row(output: str, judge: str) -> list[str]:
    """The cells of a judge in the table of what it takes."""
    (line,) = [line for line in output.splitlines() if judge in line and "│" in line]
    return [cell.strip() for cell in line.strip("│ ").split("│")]


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_is_written_and_can_be_read(tmp_path: Path, preset: str) -> None:
    said = typed("init", "--preset", preset, "mine.toml").output
    assert "mine.toml: written" in said
    assert (tmp_path / "mine.toml").read_text().startswith("#")
    assert "is there already" in str(refused("init", "--preset", preset, "mine.toml"))


def test_an_unknown_preset_is_named_with_the_nearest() -> None:
    assert "no preset is called 'prob': did you mean 'probe'" in str(refused("init", "--preset", "prob"))


@pytest.mark.parametrize("preset", ["starter", "quick", "probe"])
def test_a_preset_is_priced_before_anything_is_asked(tmp_path: Path, preset: str) -> None:
    typed("init", "--preset", preset, "mine.toml")
    (tmp_path / "prices.toml").write_text(PRICES)
    said = typed("plan", "mine.toml", *MODEL, "--prices", "prices.toml").output
    judge, requests, pictures, tokens_in, tokens_out, dollars, hours, upload = row(said, "Qwen")
    assert judge == MODEL[-1]
    trials = re.search(r"Qwen3-VL-8B-Instruct: ([\d,]+) trials", said)
    assert trials is not None
    assert requests == trials[1]
    for cell in (pictures, tokens_in, tokens_out.split(" ")[0]):
        assert int(cell.replace(",", "")) > 0
    assert re.fullmatch(r"[\d,]+\.\d\d \(at most [\d,]+\.\d\d\)", dollars), dollars
    assert float(hours) >= 0
    assert upload.endswith(" MB")
    assert "prices: made up" in said
    assert "can show" in said
    assert not (tmp_path / "runs").exists()


def test_the_study_s_own_grid_is_planned_over_its_downloads(tmp_path: Path) -> None:
    """All but MTL-AQA, whose release has no made-up copy in an archive here."""
    pytest.importorskip("libarchive")
    made = downloads.write(tmp_path / "downloads").read_text()
    roots = re.findall(r'name = "([a-z-]+)"\nroot = "([^"]+)"', made)
    assert len(roots) == 4
    typed("init", "--preset", "study2026", "mine.toml")
    text = (tmp_path / "mine.toml").read_text()
    head, mtl = text.split('[[dataset]]\nname = "mtl-aqa"')
    text = head + mtl.split("\n\n", 1)[1]
    for name, root in roots:
        text, times = re.subn(rf'name = "{name}"\nroot = "[^"]+"', f'name = "{name}"\nroot = "{root}"', text)
        assert times == 1
    (tmp_path / "mine.toml").write_text(text)
    (tmp_path / "prices.toml").write_text(PRICES)
    said = typed("plan", "mine.toml", *MODEL, "--prices", "prices.toml").output
    for name, _ in roots:
        assert re.search(rf"^{name}: [\d,]+ items to ", said, re.MULTILINE), name
    cells = row(said, "Qwen")
    assert int(cells[1].replace(",", "")) > 1000
    assert re.fullmatch(r"[\d,]+\.\d\d \(at most [\d,]+\.\d\d\)", cells[5]), cells
    assert "two-step" not in cells


def test_the_requests_that_are_announced_are_those_that_are_sent(tmp_path: Path, endpoint: Endpoint) -> None:
    """Descriptions and controls among them; and the pictures."""
    endpoint.always(ok("<answer>True</answer>", usage=(500, 5)))
    path = small(tmp_path, more='representation = ["rgb", "none"]\nstrategy = ["base", "two-step"]\n')
    judge = ("--base-url", endpoint.base_url, "--model", "tiny")
    said = typed("plan", path, *judge).output
    cells = row(said, "tiny")
    # 2 statements in 2 framings: seen, blind, and after a description of each of 2 clips; 3 controls.
    assert cells[1] == str(4 + 4 + 4 + 2 + 3)
    assert cells[2] == str(4 * (4 + 4 + 2) + 4 + 1 + 2)
    assert cells[3] == "?"
    assert "tiny: 4 left out: the strategy 'two-step' needs something to look at" in said
    assert "unknown family" in said
    run = CliRunner().invoke(app, ["run", str(path), *judge])
    assert run.exit_code in {0, 1}
    assert str(len(endpoint.requests)) == cells[1]
    assert str(sum(len(received.images) for received in endpoint.requests)) == cells[2]


TINY = """
[[judge]]
protocol = "openai"
base_url = "http://127.0.0.1:9/v1"
model = "Qwen/Qwen3-VL-8B-Instruct"
name = "narrow"
max_tokens = 64
capabilities = { context = 4096, video = true }
"""


def test_examples_that_do_not_fit_the_context_are_left_out_with_the_reason(tmp_path: Path) -> None:
    path = small(tmp_path, TINY, 16, "[[vary]]\nshots = [1, 4]\n", subjects=8)
    said = typed("plan", path).output
    # About 80 pictures of 12 x 7 patches of 32 pixels. 8 statements in 2 framings; none and 1 example fit.
    need = r"4 examples x 16 frames need about ([\d,]+) tokens; the context window is 4,096"
    tokens = re.search(f"narrow: 16 left out: {need}", said)
    assert tokens is not None, said
    assert 4096 < int(tokens[1].replace(",", "")) < 8000
    assert f"narrow: {16 + 16 + 3} trials" in said
    assert row(said, "narrow")[1] == str(16 + 16 + 3)


def test_what_does_not_fit_is_neither_asked_nor_missing(tmp_path: Path, endpoint: Endpoint) -> None:
    endpoint.always(ok("True"))
    own = TINY.replace("http://127.0.0.1:9/v1", endpoint.base_url)
    path = small(tmp_path, own, 16, "[[vary]]\nshots = 4\n", subjects=8)
    said = typed("run", path).output
    assert "narrow: not asked to verify mannequin: 4 examples x 16 frames need about" in said
    assert "no answer" not in said
    assert len(endpoint.requests) == 16 + 3
    # Another judge that joins later does not make the first forget.
    typed("run", path, "--base-url", endpoint.base_url, "--model", "other", "--concurrency", 1)
    typed("report", path)
    with (tmp_path / "runs/small/verdicts.csv").open(encoding="utf-8", newline="") as file:
        table = [(row["judge"], row["shots"], row["status"]) for row in csv.DictReader(file)]
    assert {status for _, _, status in table} <= {"ok", "unparsed"}
    assert Counter((judge, shots) for judge, shots, _ in table) == {
        ("narrow", "0"): 19,
        ("other", "0"): 19,
        ("other", "4"): 16,
    }


def test_examples_are_no_video(tmp_path: Path) -> None:
    path = small(tmp_path, TINY, 16, '[[vary]]\nshots = 2\ntransport = "video"\n', subjects=8)
    said = typed("plan", path).output
    assert "narrow: 16 left out: a request shows 3 clips, and frames as a video keep their times" in said


def test_what_a_study_says_of_its_endpoint_is_believed(tmp_path: Path) -> None:
    path = small(tmp_path, TINY.replace("context = 4096", "images = 8"), 16)
    said = typed("plan", path).output
    # Four questions and the control that shows as many frames.
    assert "narrow: 5 left out: a request holds 16 pictures, and the endpoint takes 8" in said
    assert row(said, "narrow")[1] == "2"


def test_a_limit_needs_a_price_and_says_so(tmp_path: Path, endpoint: Endpoint) -> None:
    path = small(tmp_path)
    judge = ("--base-url", endpoint.base_url, "--model", "tiny")
    error = refused("run", path, *judge, "--max-cost", 1)
    assert isinstance(error, StudyError)
    assert "--max-cost: the price of judge 'tiny' is not known" in str(error)
    assert not endpoint.requests


def test_a_run_stops_at_its_limit_and_goes_on_with_a_higher_one(tmp_path: Path, endpoint: Endpoint) -> None:
    endpoint.always(ok("True", usage=(100_000, 100)))
    (tmp_path / "prices.toml").write_text(PRICES)
    path = small(tmp_path, more='representation = "none"\n')
    model = ("--base-url", endpoint.base_url, "--model", MODEL[-1], "--concurrency", 1, "--max-tokens", 100)
    words = ("run", path, *model, "--prices", "prices.toml", "--max-cost")
    # 100,000 tokens at $0.5 and 100 at $2 a million are 0.0502 dollars.
    first = CliRunner().invoke(app, [*map(str, words), "0.12"])
    assert first.exit_code == 1
    assert len(endpoint.requests) == 2
    assert "the limit of $0.12 does not allow another request ($0.1004 spent)" in first.output
    assert "2 trials have no answer; the same command asks them again" in first.output
    second = CliRunner().invoke(app, [*map(str, words), "0.12"])
    assert (second.exit_code, len(endpoint.requests)) == (1, 2)
    assert typed(*words, 1)
    assert len(endpoint.requests) == 4


@pytest.mark.parametrize("sum_given", ["nan", "inf", "-1"])
def test_a_limit_is_a_sum(tmp_path: Path, endpoint: Endpoint, sum_given: str) -> None:
    path = small(tmp_path)
    error = refused("run", path, "--base-url", endpoint.base_url, "--model", "tiny", "--max-cost", sum_given)
    assert isinstance(error, StudyError)
    assert str(error).startswith("--max-cost: ")
    assert not endpoint.requests


NARROW = """
[[judge]]
protocol = "openai"
base_url = "{url}"
model = "m"
name = "narrow"
max_tokens = 64
family = "qwen3-vl"
{more}
"""


@pytest.fixture
def anything() -> Iterator[Endpoint]:
    """An endpoint that is asked more than chat completions."""
    with running(lambda received: True) as endpoint:
        yield endpoint


def lists(context: int) -> Callable[[Received], Behaviour]:
    """An endpoint whose list of models tells this context; it answers everything else."""
    listed = document({"object": "list", "data": [{"id": "m", "max_model_len": context}]})
    return lambda received: listed if received.method == "GET" else ok("True")


@pytest.mark.parametrize("command", ["plan", "run"])
def test_what_a_probe_found_holds_for_every_command_after_it(
    tmp_path: Path, anything: Endpoint, command: str
) -> None:
    """4,096 tokens hold no four examples of 16 frames."""
    anything.rule(lists(4096))
    path = small(tmp_path, NARROW.format(url=anything.base_url, more=""), 16, "[[vary]]\nshots = 4\n", 8)
    assert "narrow: 35 trials" in typed("plan", path).output
    assert not (tmp_path / "runs").exists()
    said = typed(command, path, "--probe").output
    assert "narrow: models: max_model_len = 4096" in said
    assert "narrow: 19 trials" in typed("plan", path).output
    anything.rule(lambda received: ok("True"))  # nothing is probed without the word
    run = typed("run", path).output
    assert "no answer" not in run
    assert len(asked_of_the_study(anything)) == 19
    typed("report", path)
    with (tmp_path / "runs/small/verdicts.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == 19


def asked_of_the_study(anything: Endpoint) -> list[Received]:
    """The requests that are no probe."""
    posts = [received for received in anything.requests if received.method == "POST"]
    return [received for received in posts if not received.text.startswith("Say ")]


def test_what_a_study_declares_holds_over_what_a_probe_found(tmp_path: Path, anything: Endpoint) -> None:
    anything.rule(lists(4096))
    own = NARROW.format(url=anything.base_url, more="capabilities = { context = 200000 }")
    path = small(tmp_path, own, 16, "[[vary]]\nshots = 4\n", 8)
    assert "narrow: 35 trials" in typed("plan", path, "--probe").output
    assert "narrow: 35 trials" in typed("plan", path).output
    anything.rule(lists(1_000_000))
    small(tmp_path, NARROW.format(url=anything.base_url, more=""), 16, "[[vary]]\nshots = 4\n", 8)
    assert "narrow: 19 trials" in typed("plan", path).output
    assert "narrow: 35 trials" in typed("plan", path, "--probe").output  # asked anew, it says more


def test_a_probe_does_not_lose_what_was_answered_before(tmp_path: Path, anything: Endpoint) -> None:
    """The means by which an answer is held to a form is part of what was asked."""

    def holds(received: Received) -> Behaviour:
        if received.method == "GET":
            return document({"data": []})
        return ok("violet-seventeen" if "structured_outputs" in received.body else '{"answer": "True"}')

    anything.rule(holds)
    path = small(
        tmp_path, NARROW.format(url=anything.base_url, more=""), more='answer_format = "json"\n', frames=1
    )
    typed("run", path)
    before = len(anything.requests)
    assert before > 0
    said = typed("run", path, "--probe").output
    assert "its answers so far were held to a form by words alone, and so it stays" in said
    assert "nothing, all was answered before" in said
    assert len(asked_of_the_study(anything)) == before


def test_what_an_endpoint_refuses_is_found_by_probing(tmp_path: Path, endpoint: Endpoint) -> None:
    endpoint.always(status(404, "no model tiny"))
    path = small(tmp_path)
    said = typed("plan", path, "--base-url", endpoint.base_url, "--model", "tiny", "--probe").output
    assert "tiny: " in said
    assert endpoint.requests


def test_a_sheet_shows_a_clip_in_every_way_of_the_study(tmp_path: Path) -> None:
    altered = '[[vary]]\nperturbation = ["shuffled", "blurred"]\n'
    drawn = '[[vary]]\nrepresentation = ["skeleton", "pose-text"]\n'
    path = small(tmp_path, more=altered + drawn)
    said = typed("show", path, "--sheet", "sheet.jpg").output
    # Plain, shuffled, blurred, skeleton, and the controls' number and order; a pose in words is printed.
    assert "6 ways to show it" in said
    assert "pose-text, 4 frames:" in said
    assert "knee" in said
    picture = cv2.imdecode(np.fromfile("sheet.jpg", np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape[0] > picture.shape[1] / 2
    assert "name it .jpg" in str(refused("show", path, "--sheet", "sheet.png"))
    assert "clip 'none' is not among those asked about" in str(
        refused("show", path, "--sheet", "sheet.jpg", "--clip", "none")
    )
    assert "name a trial" in str(refused("show", path))
