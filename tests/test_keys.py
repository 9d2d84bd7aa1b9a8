"""A trial's key: what was answered before this stays answered, and each axis counts where it deviates."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from aqa_eval.media import FrameStore
from aqa_eval.plan import Plan, make_plan
from aqa_eval.study import read_study, with_endpoint
from aqa_eval.vocabulary import Clip, Condition, Task, Trial

QUICKSTART = Path(__file__).parents[1] / "examples" / "quickstart.toml"


@pytest.fixture(scope="module")
def quickstart(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    added = {"base_url": "http://127.0.0.1:9/v1", "model": "m", "temperature": 0.7}
    study = with_endpoint(read_study(QUICKSTART), added)
    often = [replace(j, repeats=20) if j.name == "simulated-agreeable" else j for j in study.judges]
    return make_plan(replace(study, judges=tuple(often)), FrameStore(tmp_path_factory.mktemp("cache")))


@pytest.mark.parametrize(
    ("judge", "count", "digest"),
    [
        ("m", 90, "d1b8d703ed87ddfe"),
        ("constant", 90, "66aba17e2bc4a538"),
        ("prior", 90, "784e1e70f17286b7"),
        ("pose-rules", 60, "a1d183f8291051a4"),
        ("simulated-agreeable", 1800, "8082f3b15ca77022"),
    ],
)
def test_the_keys_of_the_plainest_ways_never_move(
    quickstart: Plan, judge: str, count: int, digest: str
) -> None:
    """Measured when conditions had five axes; whoever moves them makes every ledger there is worthless."""
    plain = {Condition(framing=framing) for framing in ("positive", "negative", "neutral")}
    tasks = {Task.VERIFY, Task.SCORE}
    asked = (t for t in quickstart.trials(judge) if t.item.task in tasks and t.condition in plain)
    keys = [trial.key for trial in asked]
    assert len(keys) == count
    assert hashlib.sha256("".join(keys).encode()).hexdigest()[:16] == digest


class Named:
    """Tells recordings apart by the names of their clips."""

    def fingerprint(self, clip: Clip) -> str:
        return f"content of {clip.id}"

    def keypoints_digest(self, clip: Clip, source: str) -> str:
        return f"{source} of {clip.id}"


STUDY = """
controls = 0
name = "axes"
[[dataset]]
name = "mannequin"
subjects = 2
movements = ["squat"]
criteria = ["squat.depth"]
tasks = {tasks}
[[judge]]
protocol = "openai"
base_url = "http://127.0.0.1:9/v1"
model = "tiny"
capabilities = {{ video = true, native = true, audio = true, structured = "structured_outputs" }}
"""
VERIFY, COMPARE = '["verify"]', '["compare"]'
# One statement about each of two clips, in two framings; the two clips by their fault and by their score.
PLAIN = {VERIFY: 4, COMPARE: 2}


def trials(folder: Path, tasks: str, vary: str = "") -> list[Trial]:
    path = folder / "study.toml"
    path.write_text(STUDY.format(tasks=tasks) + vary)
    return list(make_plan(read_study(path), Named()).trials())


@pytest.mark.parametrize(
    ("tasks", "axes", "more"),
    [
        (VERIFY, 'representation = ["crop", "overlay", "skeleton", "pose-text", "none"]', 20),
        (VERIFY, 'perturbation = ["random-frame", "shuffled", "blank", "swapped", "keyframe"]', 20),
        (VERIFY, 'representation = "overlay"\nkeypoints = ["blazepose", "oracle"]', 8),
        (VERIFY, 'transport = ["video", "native"]', 8),
        (VERIFY, 'transport = "native"\naudio = [true, false]', 8),
        (VERIFY, "frames = [4, 16]", 4),
        (VERIFY, "fps = 2", 4),
        (VERIFY, "size = 224", 4),
        (VERIFY, 'strategy = ["guidelines", "grounding", "two-step", "structured", "cited"]', 20),
        (VERIFY, 'framing = "neutral"', 2),
        (VERIFY, "negated = true", 4),
        (VERIFY, 'answer_key = ["yes-no", "a-b"]', 8),
        (VERIFY, 'answer_format = ["json", "choice"]', 8),
        (VERIFY, "paraphrase = [1, 2]", 8),
        (VERIFY, 'cue = ["banner-high", "instruction-frame"]', 8),
        (VERIFY, "shots = [1, 2]", 8),
        (VERIFY, 'shots = 2\nshot_labels = ["balanced", "random"]', 8),
        (COMPARE, 'order = "swapped"', 2),
        (COMPARE, "permuted = true", 2),
        (COMPARE, "ties = true", 2),
    ],
)
def test_an_axis_changes_the_keys_of_what_deviates_and_no_other(
    tmp_path: Path, tasks: str, axes: str, more: int
) -> None:
    before = [trial.key for trial in trials(tmp_path, tasks)]
    assert len(before) == PLAIN[tasks]
    after = trials(tmp_path, tasks, f"[[vary]]\n{axes}\n")
    # A neutral framing is a question of its own.
    kept = [trial for trial in after if tasks == COMPARE or trial.condition.framing != "neutral"]
    assert _plain(kept) == before
    assert len(after) == len({trial.key for trial in after}) == len(before) + more


def _plain(asked: Sequence[Trial]) -> list[str]:
    """The keys of trials in the condition that comes first, whatever their framing."""
    first = replace(asked[0].condition, framing="positive")
    return [trial.key for trial in asked if replace(trial.condition, framing="positive") == first]


def test_what_is_drawn_by_the_study_s_seed_changes_keys_and_nothing_else_does(tmp_path: Path) -> None:
    text = STUDY.format(tasks=VERIFY) + '[[vary]]\nperturbation = ["shuffled", "reversed"]\n'
    moved: dict[str, set[bool]] = {}
    one, other = (_of_seed(tmp_path, text, seed) for seed in (1, 2))
    for a, b in zip(one, other, strict=True):
        moved.setdefault(a.condition.perturbation, set()).add(a.key != b.key)
    assert moved == {"none": {False}, "shuffled": {True}, "reversed": {False}}


def _of_seed(folder: Path, text: str, seed: int) -> list[Trial]:
    path = folder / "study.toml"
    path.write_text(f"seed = {seed}\n{text}")
    return list(make_plan(read_study(path), Named()).trials())


def test_a_blind_description_is_shared_by_all_that_is_asked_about_a_clip(tmp_path: Path) -> None:
    """Framing and wording are the question's: the description is made before anyone knows them."""
    text = (
        '[conditions]\nstrategy = "two-step"\nframing = ["positive", "negative", "neutral"]\n'
        'representation = ["rgb", "crop"]\nparaphrase = [0, 1]\n'
    )
    asked = trials(tmp_path, VERIFY, text)
    clips = {trial.item.clips[0].id for trial in asked}
    shared = {(t.item.clips[0].id, t.condition.representation): t.description_key for t in asked}
    assert len(shared) == len(set(shared.values())) == 2 * len(clips)
    assert all(t.description_key == shared[t.item.clips[0].id, t.condition.representation] for t in asked)
    assert not {t.description_key for t in asked} & {t.key for t in asked}


def test_a_description_rests_on_nothing_that_goes_with_the_question_alone(tmp_path: Path) -> None:
    """Examples and their skeletons, the form of the answer, and how points are named."""
    text = (
        '[conditions]\nstrategy = "two-step"\nrepresentation = "overlay"\nshots = [0, 1]\n'
        'answer_format = ["plain", "json"]\n'
    )
    path = tmp_path / "study.toml"
    path.write_text(STUDY.format(tasks=VERIFY).replace("subjects = 2", "subjects = 6") + text)
    plan = make_plan(read_study(path), Named())
    asked = list(plan.trials())
    assert {len(trial.examples) for trial in asked} == {0, 1}
    assert {plan.respondents[trial.judge].held_to(trial.condition) for trial in asked} == {
        "",
        "structured_outputs",
    }
    shared = {trial.item.clips[0].id: trial.description_key for trial in asked}
    assert len(shared) == len({trial.description_key for trial in asked}) > 1


PROBES = '["truncated", "corrupted", "masked-cited", "masked-control"]'


@pytest.mark.parametrize("strategy", ["cited", "two-step", "grounding"])
def test_a_probe_rests_on_the_very_trial_that_is_asked_without_it(tmp_path: Path, strategy: str) -> None:
    """Its parent has the key that the trial has, in whatever way it is asked, and the same description."""
    text = (
        f'[conditions]\nstrategy = "{strategy}"\nrepresentation = ["rgb", "overlay"]\n'
        'answer_key = ["true-false", "a-b"]\nperturbation = ["none", "shuffled"]\nprobe = PROBES\n'
    )
    plain = {t.key: t for t in trials(tmp_path, VERIFY, text.replace("probe = PROBES\n", ""))}
    probed = trials(tmp_path, VERIFY, text.replace("PROBES", PROBES))
    kinds = 4 if strategy == "cited" else 2  # only what was cited can be masked
    assert len(probed) == kinds * len(plain)
    assert len({trial.key for trial in probed}) == len(probed)
    assert not {trial.key for trial in probed} & plain.keys()
    for trial in probed:
        assert trial.parent is not None
        assert trial.parent == plain[trial.parent.key]
        assert trial.parent.condition == replace(trial.condition, probe="none")
        assert trial.parent.parent is None
        assert trial.description_key == trial.parent.description_key
        assert bool(trial.description_key) == (strategy == "two-step")


def test_the_keys_of_probes_never_move(tmp_path: Path) -> None:
    """Measured when there were first any; they hold the texts of `probes.toml` and `opposites.toml`."""
    text = f'[conditions]\nstrategy = "cited"\nprobe = {PROBES}\n'
    keys = [trial.key for trial in trials(tmp_path, VERIFY, text)]
    assert len(keys) == 16
    assert hashlib.sha256("".join(keys).encode()).hexdigest()[:16] == "b8ff11a8a6e5dbb3"
