"""What is put before a judge, and why some of it cannot be: every reason is said, and with its count."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from aqa_eval.datasets.dataset import Dataset, Loader, Options, Terms
from aqa_eval.datasets.sampling import Sample
from aqa_eval.plan import Plan, arranged, make_plan
from aqa_eval.prompts import captions
from aqa_eval.study import DatasetChoice, Study, read_study
from aqa_eval.study.grid import Grid
from aqa_eval.vocabulary import (
    Capabilities,
    Clip,
    Criterion,
    Frame,
    FrameFolder,
    Judge,
    Label,
    Media,
    Shown,
    Still,
    Task,
    Trial,
)

DEPTH = Criterion("depth", "squat", "The squat is deep.", "The squat is shallow.")
TERMS = Terms("CC0", "none", "made by the test", may_embed=True, may_send=True)
FOLDER = FrameFolder(Path("nowhere"), "%d.jpg", 1, 20, 10.0)
EVERYTHING = Capabilities(video=True, native=True, audio=True)
MODEL = Judge("m", "openai", "tiny", base_url="http://127.0.0.1:9/v1", capabilities=EVERYTHING)


class Named:
    """Tells recordings apart by the names of their clips."""

    def fingerprint(self, clip: Clip) -> str:
        return f"content of {clip.id}"

    def keypoints_digest(self, clip: Clip, source: str) -> str:
        return f"{source} of {clip.id}"


def clip(name: str, media: Media | None = FOLDER, split: str = "test", subject: str = "") -> Clip:
    return Clip(name, "test", "squat", media, subject or name, split=split, subject=subject or name)


def plan(
    clips: Sequence[tuple[Clip, bool]], axes: dict[str, tuple[object, ...]], judge: Judge = MODEL
) -> Plan:
    """A plan about clips, each with whether its squat is too shallow."""
    labels = [[Label(one.id, "depth", fault)] for one, fault in clips]
    dataset = Dataset("test", "A test", TERMS, {"depth": DEPTH}, [one for one, _ in clips], labels)
    loader = Loader("test", "A test", Options, (Task.VERIFY,), lambda options: dataset, TERMS)
    choice = DatasetChoice(loader, Options(), (Task.VERIFY,), Sample())
    return make_plan(Study("t", 1, 1, (choice,), (judge,), Grid(axes)), Named())


def reasons(made: Plan) -> dict[str, int]:
    """Why how many items are not asked; then none of them is among the trials."""
    census = made.census()
    assert sum(census.trials.values()) == len(list(made.trials()))
    return {reason: count for (_, reason), count in census.left_out.items()}


BOTH = [(clip("a"), True), (clip("b"), False)]
SHALLOW = [(clip("a"), True), (clip("b"), True)]


@pytest.mark.parametrize(
    ("clips", "axes", "reason", "count"),
    [
        (BOTH, {"strategy": ("grounding",), "representation": ("none",)}, "needs something to look at", 2),
        (BOTH, {"cue": ("fake-score",)}, "the cue 'fake-score' is not for the task 'verify'", 2),
        (
            SHALLOW,
            {"perturbation": ("swapped",)},
            "no recording of the same action, view and criterion has the opposite label",
            2,
        ),
        (BOTH, {"shots": (2,)}, "no recording of the same action, view and criterion is in the split", 2),
        (
            [*BOTH, (clip("t", split="train", subject="a"), True)],
            {"shots": (1,)},
            "1 examples: too few examples by others than the item's own subject",
            1,
        ),
        (BOTH, {"perturbation": ("keyframe",)}, "the decisive moment of the clip is not known", 2),
        (
            BOTH,
            {"representation": ("overlay",), "keypoints": ("oracle",)},
            "only of rendered clips is it known where the body is",
            2,
        ),
        (
            [(clip("s", Still(Path("s.jpg"))), True), BOTH[1]],
            {"transport": ("native",)},
            "transport 'native': a still picture is no video",
            1,
        ),
        (
            [(clip("s", Still(Path("s.jpg"))), True)],
            {"perturbation": ("reversed",)},
            "a single image has no order",
            1,
        ),
        (BOTH, {"representation": ("crop",), "perturbation": ("blank",)}, "a grey picture is the same", 2),
        (
            BOTH,
            {"representation": ("crop",), "transport": ("native",)},
            "a recording is shown as it is: ask crop with frames",
            2,
        ),
        (
            BOTH,
            {"perturbation": ("blurred",), "transport": ("native",)},
            "a recording is shown as it is: ask blurred with frames",
            2,
        ),
        ([(clip("gone", None), True), BOTH[1]], {}, "the recording is not at hand", 1),
    ],
)
def test_what_cannot_be_asked_is_left_out_with_its_reason(
    clips: Sequence[tuple[Clip, bool]], axes: dict[str, tuple[object, ...]], reason: str, count: int
) -> None:
    made = plan(clips, axes)
    (found,) = reasons(made).items()
    assert reason in found[0]
    assert found[1] == count
    asked = sum(one.split == "test" for one, _ in clips) - count
    assert len(list(made.trials())) == asked


def test_what_a_judge_cannot_do_is_left_out_for_it_alone() -> None:
    few = Judge("m", "openai", "tiny", base_url="http://127.0.0.1:9/v1", capabilities=Capabilities(images=8))
    assert list(reasons(plan(BOTH, {}, few))) == [
        "a request holds 16 pictures, and the endpoint takes 8 (capabilities.images); "
        "ask for fewer frames (of still pictures, frames = 1)"
    ]
    still = [(clip("s", Still(Path("s.jpg"))), True)]
    assert reasons(plan(still, {}, few)) == {}  # one picture, however many were to be sampled
    constant = Judge("constant", "constant", decoding=(("says", "correct"),))
    (reason,) = reasons(plan(BOTH, {"strategy": ("two-step",)}, constant))
    assert reason == "strategy 'two-step': a reference judge describes nothing"


def test_a_swapped_trial_shows_another_clip_and_is_scored_by_it() -> None:
    made = plan(BOTH, {"perturbation": ("none", "swapped")})
    found = {(t.item.clips[0].id, t.condition.perturbation): t for t in made.trials()}
    assert {place: (t.shown[0].id, t.truth) for place, t in found.items()} == {
        ("a", "none"): ("a", True),
        ("a", "swapped"): ("b", False),
        ("b", "none"): ("b", False),
        ("b", "swapped"): ("a", True),
    }
    swapped = found["a", "swapped"]
    assert swapped.item.truth is True
    (wanted,) = made.pictures(swapped)
    assert (wanted.clip.id, wanted.want.perturbation) == ("b", "none")
    # It is no answer to the same question about the donor itself.
    assert len({t.key for t in found.values()}) == 4


def test_the_truth_told_to_a_simulated_observer_is_that_of_what_it_is_shown() -> None:
    observer = Judge("o", "simulated", decoding=(("d_prime", 9.0),))
    made = plan(BOTH, {"perturbation": ("swapped",)}, observer)
    for trial in made.trials():
        assert made.request(trial, arranged(trial, {0: SEEN})).truth == trial.truth != trial.item.truth


SEEN = Shown((Frame(0, 0.0, "a" * 64, 64, 64),))
TRAIN = [(clip(f"t{n}", split="train"), n % 2 == 0) for n in range(12)]
OWN = [(clip("same", split="train", subject="a"), True)]


def test_examples_stand_in_the_key_and_are_never_of_the_same_person() -> None:
    made = plan([*BOTH, *TRAIN, *OWN], {"shots": (0, 2)})
    trials = list(made.trials())
    shot = [trial for trial in trials if trial.condition.shots]
    assert [len(trial.examples) for trial in shot] == [2, 2]
    for trial in shot:
        assert {example.clips[0].split for example in trial.examples} == {"train"}
        assert trial.item.clips[0].subject not in {e.clips[0].subject for e in trial.examples}
        assert sorted(bool(example.truth) for example in trial.examples) == [False, True]
        assert [wanted.place for wanted in made.pictures(trial)] == [0, -1, -2]
    # Another example is another prompt: the keys of those that saw one that is gone move, the others stay.
    chosen = {example.clips[0].id for trial in shot for example in trial.examples}
    left = [(one, fault) for one, fault in TRAIN if one.id not in chosen]
    others = list(plan([*BOTH, *left], {"shots": (0, 2)}).trials())
    before = {trial.key for trial in trials}
    assert [t.condition.shots for t in others if t.key not in before] == [2, 2]
    assert [t.condition.shots for t in others if t.key in before] == [0, 0]


def test_an_example_s_label_is_told_by_the_key() -> None:
    right = plan([*BOTH, *TRAIN], {"shots": (2,)})
    wrong = plan([*BOTH, *((one, not fault) for one, fault in TRAIN)], {"shots": (2,)})
    assert not {t.key for t in right.trials()} & {t.key for t in wrong.trials()}


CONTROLS = """
controls = 2
name = "controlled"
[[dataset]]
name = "mannequin"
subjects = 4
movements = ["squat", "overhead_press"]
criteria = ["squat.depth", "overhead_press.lockout"]
tasks = ["verify"]
[[judge]]
protocol = "constant"
[[judge]]
protocol = "prior"
[[judge]]
protocol = "pose-rules"
[[judge]]
protocol = "simulated"
[[judge]]
protocol = "openai"
base_url = "http://127.0.0.1:9/v1"
model = "tiny"
repeats = 3
[conditions]
representation = ["crop", "rgb"]
strategy = ["base", "two-step"]
"""


def controls(folder: Path, text: str) -> tuple[Plan, list[Trial]]:
    path = folder / "study.toml"
    path.write_text(text)
    made = make_plan(read_study(path), Named())
    return made, [trial for trial in made.trials() if trial.item.task is Task.CONTROL]


def test_controls_ride_along_for_judges_behind_an_endpoint_only(tmp_path: Path) -> None:
    made, asked = controls(tmp_path, CONTROLS)
    assert {trial.judge for trial in asked} == {"tiny"}
    # Two clips x three kinds x three repeats, in one condition each, whatever the study crosses.
    assert len(asked) == 2 * 3 * 3
    conditions = {trial.item.criterion.id: trial.condition for trial in asked}
    assert {name: one.sampling.count for name, one in conditions.items()} == {
        "control.movement": 16,
        "control.number": 1,
        "control.order": 2,
    }
    assert {(one.representation, one.strategy) for one in conditions.values()} == {("rgb", "base")}
    assert made.census().items["mannequin", "control"] == 6
    assert not [reason for _, reason in made.census().left_out if "control" in reason]


def test_the_number_that_is_asked_for_is_burnt_into_the_picture(tmp_path: Path) -> None:
    made, asked = controls(tmp_path, CONTROLS)
    for trial in asked:
        (wanted,) = made.pictures(trial)
        burnt = {"control.movement": 0, "control.number": 1, "control.order": 2}[trial.item.criterion.id]
        assert wanted.want.captions == captions(trial.item, trial.condition)
        assert len(wanted.want.captions) == burnt
        assert not burnt or wanted.want.captions[0] == trial.truth


def test_without_controls_or_pictures_there_are_none(tmp_path: Path) -> None:
    assert not controls(tmp_path, CONTROLS.replace("controls = 2", "controls = 0"))[1]
    blind = CONTROLS.replace('["crop", "rgb"]', '"none"').replace('["base", "two-step"]', '"base"')
    assert not controls(tmp_path, blind)[1]


@pytest.mark.parametrize(
    ("transport", "kinds"), [("video", {"movement", "number", "order"}), ("native", {"movement"})]
)
def test_a_transport_is_controlled_as_far_as_it_can_be(
    tmp_path: Path, transport: str, kinds: set[str]
) -> None:
    """Nothing can be written into a recording that goes as it is."""
    text = CONTROLS.replace(
        'model = "tiny"', 'model = "tiny"\ncapabilities = { video = true, native = true }'
    )
    text = text.replace('["crop", "rgb"]', f'"rgb"\ntransport = "{transport}"')
    made, asked = controls(tmp_path, text)
    assert {trial.item.criterion.id.removeprefix("control.") for trial in asked} == kinds
    assert len(asked) == 2 * 3 * len(kinds)
    assert made.census().trials["tiny"] == len(list(made.trials("tiny")))
