"""The plan is lazy, in a fixed order, and its keys change with exactly what can change an answer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from aqa_eval.errors import DataError
from aqa_eval.plan import Plan, arranged, condition_text, make_plan
from aqa_eval.plan import keys as key_making
from aqa_eval.study import read_study
from aqa_eval.vocabulary import Clip, Condition, Frame, Sampling, Shown

STUDY = """
controls = 0
name = "small"
[[dataset]]
name = "mannequin"
subjects = 2
movements = ["squat", "overhead_press"]
criteria = ["squat.depth", "squat.knees_in", "overhead_press.lockout"]
[[judge]]
protocol = "constant"
[[judge]]
protocol = "pose-rules"
[[judge]]
protocol = "openai"
base_url = "http://127.0.0.1:8000/v1"
model = "tiny"
"""


FRAME = Frame(0, 0.0, "a" * 64, 448, 448)


class Named:
    """Tells recordings apart by the names of their clips, and looks at none."""

    def fingerprint(self, clip: Clip) -> str:
        return f"content of {clip.id}"

    def keypoints_digest(self, clip: Clip, source: str) -> str:
        return f"{source} of {clip.id}"


def planned(folder: Path, text: str = STUDY) -> Plan:
    path = folder / "study.toml"
    path.write_text(text)
    return make_plan(read_study(path), Named())


def keys(plan: Plan, judge: str = "tiny") -> list[str]:
    return [trial.key for trial in plan.trials(judge)]


def test_the_plan_is_the_same_every_time_and_every_key_its_own(tmp_path: Path) -> None:
    first = [t.key for t in planned(tmp_path).trials()]
    assert first == [t.key for t in planned(tmp_path).trials()]
    assert len(set(first)) == len(first)


def test_trials_come_clip_by_clip(tmp_path: Path) -> None:
    clips = [trial.item.clips[0].id for trial in planned(tmp_path).trials()]
    assert [c for i, c in enumerate(clips) if i == 0 or clips[i - 1] != c] == list(dict.fromkeys(clips))


def test_counts_are_what_the_grid_says(tmp_path: Path) -> None:
    plan = planned(tmp_path, STUDY.replace('model = "tiny"', 'model = "tiny"\nrepeats = 3'))
    # 2 subjects x 3 clips: 6 statements in 2 framings and 6 scores = 18 trials, three times over.
    assert len(keys(plan)) == 54
    assert len(keys(plan, "constant")) == 18
    assert len(keys(plan, "pose-rules")) == 12
    assert plan.census().left_out == {("pose-rules", "the judge does not do the task 'score'"): 6}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('model = "tiny"', 'model = "tiny"\nconcurrency = 3\ntimeout = 5\nretries = 1'),
        ('model = "tiny"', 'model = "tiny"\nname = "renamed"'),
        ("http://127.0.0.1:8000/v1", "http://127.0.0.1:9999/v1"),
        ('name = "small"', 'name = "large"'),
        ('name = "small"', 'name = "small"\nseed = 9'),
        ('name = "small"', 'name = "small"\n[conditions]\nsize = 448\nframes = 16'),
    ],
)
def test_what_only_changes_the_asking_keeps_every_key(tmp_path: Path, old: str, new: str) -> None:
    changed = planned(tmp_path, STUDY.replace(old, new))
    judge = "renamed" if "renamed" in new else "tiny"
    assert keys(changed, judge) == keys(planned(tmp_path))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('model = "tiny"', 'model = "other"\nname = "tiny"'),
        ('model = "tiny"', 'model = "tiny"\ntemperature = 0.5'),
        ('model = "tiny"', 'model = "tiny"\nrevision = "int8"'),
        ('model = "tiny"', 'model = "tiny"\nextra_body = { top_k = 5 }'),
        ('name = "small"', 'name = "small"\n[conditions]\nframes = 8'),
        ('name = "small"', 'name = "small"\n[conditions]\nrepresentation = "crop"'),
        ("subjects = 2", "subjects = 2\nseed = 8"),
    ],
)
def test_what_can_change_an_answer_changes_every_key(tmp_path: Path, old: str, new: str) -> None:
    before = set(keys(planned(tmp_path)))
    if "subjects" in old:
        # Another seed is another body: only the recording's content tells, not its name.
        plan = planned(tmp_path)
        changed = replace(plan, fingerprint=lambda clip: f"other content of {clip.id}")
        assert not before & set(keys(changed))
    else:
        assert not before & set(keys(planned(tmp_path, STUDY.replace(old, new))))


def test_the_media_pipeline_and_the_prompt_are_part_of_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = set(keys(planned(tmp_path)))
    monkeypatch.setattr(key_making, "MEDIA_VERSION", -1)
    assert not before & set(keys(planned(tmp_path)))
    monkeypatch.undo()
    original = key_making.digest

    def edited(*arguments: Any) -> str:
        return original(*arguments) + " Please."

    monkeypatch.setattr(key_making, "digest", edited)
    assert not before & set(keys(planned(tmp_path)))


def test_a_blind_condition_never_looks_at_the_recording(tmp_path: Path) -> None:
    def forbidden(clip: Clip, source: str = "") -> str:
        raise AssertionError(f"{clip.id} was looked at")

    plan = planned(tmp_path, STUDY + '[conditions]\nrepresentation = "none"\n')
    blind = replace(plan, fingerprint=forbidden, keypoints=forbidden)
    assert len(keys(blind)) == 18
    assert not any(blind.presentations(item, item.clips[0]) for item in blind.items())
    assert not any(blind.pictures(trial) for trial in blind.trials())
    assert not keys(blind, "pose-rules")


def test_a_condition_is_written_by_its_deviations_only() -> None:
    assert condition_text(Condition()) == "{}"
    odd = Condition(framing="negative", sampling=Sampling(8, None, 448))
    assert condition_text(odd) == '{"framing":"negative","sampling":{"count":8,"fps":null,"size":448}}'


def test_a_limit_draws_the_same_items_by_seed_and_keeps_their_order(tmp_path: Path) -> None:
    limited = STUDY.replace("subjects = 2", "subjects = 4\nlimit = 5")
    every = [item.id for item in planned(tmp_path, STUDY.replace("subjects = 2", "subjects = 4")).items()]
    first = [item.id for item in planned(tmp_path, limited).items()]
    assert len(first) == 5
    assert first == [name for name in every if name in first]
    other = [item.id for item in planned(tmp_path, "seed = 5\n" + limited).items()]
    assert other != first


def test_only_the_simulated_judge_s_request_holds_the_truth(tmp_path: Path) -> None:
    plan = planned(tmp_path, STUDY + '[[judge]]\nprotocol = "simulated"\n')
    for trial in plan.trials():
        request = plan.request(trial, arranged(trial, {0: Shown((FRAME,))}))
        assert (request.truth is None) == (trial.judge != "simulated")
        assert trial.item.clips[0].id not in "".join(map(str, request.parts))


def test_an_empty_split_is_an_error_that_names_the_others(tmp_path: Path) -> None:
    text = STUDY.replace("subjects = 2", 'subjects = 2\nsplit = "validation"')
    with pytest.raises(DataError, match="split 'validation'; splits it has: test, train"):
        planned(tmp_path, text)
