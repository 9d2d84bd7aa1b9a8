"""Our items as Inspect tasks, evaluated by Inspect itself with its mock model."""

from __future__ import annotations

import base64
import json
import math
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip(
    "inspect_ai", reason="no Inspect AI: tests/inspect/install, then .inspect/bin/python -m pytest"
)
import inspect_ai
from inspect_ai.log import EvalLog
from inspect_ai.model import ModelOutput, ModelUsage, get_model

from aqa_eval.errors import StudyError
from aqa_eval.inspect_tasks import judgement, judging

pytestmark = pytest.mark.inspect

Says = Callable[[list[Any]], str]


def evaluated(task: object, says: Says, logs: Path, **given: Any) -> EvalLog:
    """Inspect's log of a task, its model saying what `says` makes of the messages."""

    def speak(messages: list[Any], *_: object) -> ModelOutput:
        output = ModelOutput.from_content("mockllm", says(messages))
        output.usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)
        return output

    model = get_model("mockllm/model", custom_outputs=speak)
    (log,) = inspect_ai.eval(task, model=model, log_dir=str(logs), display="none", **given)  # type: ignore[arg-type]
    assert log.status == "success", log.error
    return log


def values(log: EvalLog) -> list[Any]:
    return [score.value for sample in log.samples or [] for score in (sample.scores or {}).values()]


def metrics(log: EvalLog) -> dict[str, float]:
    assert log.results is not None
    return {name: metric.value for score in log.results.scores for name, metric in score.metrics.items()}


def test_a_judge_that_always_agrees(study: Path, tmp_path: Path) -> None:
    """Two clips, one with the fault, in two polarities. Who says True to all is right of the sound clip's
    requirement and of the faulty clip's fault: two of four, one of two in each polarity.
    """
    log = evaluated(judging(str(study)), lambda messages: "True", tmp_path / "logs")
    assert sorted(values(log)) == ["C", "C", "I", "I"]
    found = metrics(log)
    assert (found["accuracy"], found["accuracy_positive"], found["accuracy_negative"]) == (0.5, 0.5, 0.5)


def test_what_a_sample_holds(study: Path, tmp_path: Path) -> None:
    seen: list[Any] = []

    def look(messages: list[Any]) -> str:
        seen.append(messages[-1].content)
        return "True"

    log = evaluated(judging(str(study), framing="negative"), look, tmp_path / "logs")
    assert log.samples is not None
    assert [sample.metadata["framing"] for sample in log.samples] == ["negative", "negative"]
    for sample in log.samples:
        assert sample.metadata["task"] == "verify"
        assert sample.metadata["criterion"] == "squat.depth"
        assert sample.metadata["cluster"].startswith("mannequin:")
        # Of a statement of the fault it is true to say what is true of the clip.
        assert sample.target == ["True" if sample.metadata["truth"] else "False"]
        assert len(sample.metadata["frames"]) == 2
    assert {sample.metadata["truth"] for sample in log.samples} == {True, False}
    # The model is sent pictures, not names of files.
    images = [part.image for content in seen for part in content if part.type == "image"]
    assert len(images) == 4
    assert all(base64.b64decode(i.removeprefix("data:image/jpeg;base64,"))[:2] == b"\xff\xd8" for i in images)


def test_frames_are_not_written_into_the_log_when_inspect_is_told_so(study: Path, tmp_path: Path) -> None:
    log = evaluated(judging(str(study)), lambda messages: "True", tmp_path / "logs", log_images=False)
    with zipfile.ZipFile(log.location) as archive:
        written = b"".join(archive.read(name) for name in archive.namelist())
    assert b"base64,/9j/" not in written


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("I cannot tell.", "refusal"),
        ("True or False, who knows", "invalid_response_format"),
        ("", "invalid_response_format"),
        ("<think>The hips", "truncated"),
    ],
)
def test_what_cannot_be_read_is_unscored_and_never_wrong(
    text: str, reason: str, study: Path, tmp_path: Path
) -> None:
    turns = iter([text, "True", text, "True"])
    log = evaluated(judging(str(study)), lambda messages: next(turns), tmp_path / "logs", max_samples=1)
    scores = [score for sample in log.samples or [] for score in (sample.scores or {}).values()]
    unscored = [score for score in scores if isinstance(score.value, float) and math.isnan(score.value)]
    assert [score.reason for score in unscored] == [reason, reason]
    assert all(score.explanation for score in unscored)
    assert log.results is not None
    assert [(s.scored_samples, s.unscored_samples) for s in log.results.scores] == [(2, 2)]


def test_a_log_is_scored_anew_by_the_same_study(study: Path, tmp_path: Path) -> None:
    log = evaluated(judging(str(study)), lambda messages: "True", tmp_path / "logs")
    again = inspect_ai.score(log, judgement(str(study)), action="overwrite", display="none")
    assert values(again) == values(log)


def test_repeats_are_epochs(study: Path, tmp_path: Path) -> None:
    study.write_text("repeats = 3\n" + study.read_text())
    log = evaluated(judging(str(study), framing="positive"), lambda messages: "True", tmp_path / "logs")
    assert sorted(sample.epoch for sample in log.samples or []) == [1, 1, 2, 2, 3, 3]


def test_scores_are_told_by_their_distance(study: Path, tmp_path: Path) -> None:
    study.write_text(
        study.read_text().replace('criteria = ["squat.depth"]\n', "").replace("balanced = true", "")
    )
    study.write_text(study.read_text().replace('["verify"]', '["score"]'))
    log = evaluated(judging(str(study)), lambda messages: "5", tmp_path / "logs")
    truths = [sample.metadata["truth"] for sample in log.samples or []]
    assert values(log) == [pytest.approx(abs(5 - truth)) for truth in truths]


def test_tasks_that_do_not_go_together_are_refused(study: Path) -> None:
    study.write_text(
        study.read_text().replace('["verify"]', '["verify", "score"]').replace("balanced = true", "")
    )
    with pytest.raises(StudyError, match="-T task="):
        judging(str(study))


def test_a_choice_of_nothing_says_what_there_is(study: Path) -> None:
    with pytest.raises(StudyError, match="framing: negative, positive"):
        judging(str(study), framing="neutral")


def test_inspects_command_finds_the_task(study: Path, tmp_path: Path) -> None:
    command = [
        str(Path(sys.executable).with_name("inspect")),
        "eval",
        "aqa_eval/judging",
        "--model",
        "none/none",
    ]
    command += ["-T", f"study={study}", "--log-dir", str(tmp_path / "logs"), "--log-format", "json"]
    done = subprocess.run(
        [*command, "--no-score", "--display", "plain"], capture_output=True, text=True, check=False
    )
    (path,) = (tmp_path / "logs").glob("*.json")
    log = json.loads(path.read_text())
    assert log["eval"]["task"] == "aqa_eval/judging", done.stdout
    assert log["eval"]["dataset"]["samples"] == 4
