"""What would not be true any more of what is shown is not asked, with the reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from aqa_eval.datasets.dataset import Dataset, Loader, Options, Terms
from aqa_eval.datasets.sampling import Sample
from aqa_eval.plan import Plan, make_plan
from aqa_eval.study import DatasetChoice, Study
from aqa_eval.study.grid import Grid
from aqa_eval.vocabulary import Clip, Criterion, Judge, Label, Task, TimeSpan, VideoFile

TERMS = Terms("CC0", "none", "made by the test", may_embed=True, may_send=True)
MODEL = Judge("m", "openai", "tiny", base_url="http://127.0.0.1:9/v1")


class Named:
    """Tells recordings apart by the names of their clips."""

    def fingerprint(self, clip: Clip) -> str:
        return f"content of {clip.id}"

    def keypoints_digest(self, clip: Clip, source: str) -> str:
        return f"{source} of {clip.id}"


def plan(
    criteria: list[Criterion], task: Task, perturbations: tuple[object, ...], action: str = "squat"
) -> Plan:
    """A plan about one clip, labelled faulty (or with the first option) by each criterion."""
    clip = Clip("a", "test", action, VideoFile(Path("a.mp4")), "a")
    labels = [
        Label("a", c.id, c.options[0] if c.options else True, span=None if c.options else TimeSpan(1.0, 2.0))
        for c in criteria
    ]
    dataset = Dataset("test", "A test", TERMS, {c.id: c for c in criteria}, [clip], [labels])
    loader = Loader("test", "A test", Options, (task,), lambda options: dataset, TERMS)
    choice = DatasetChoice(loader, Options(), (task,), Sample())
    return make_plan(
        Study("t", 1, 1, (choice,), (MODEL,), Grid({"perturbation": perturbations})),
        Named(),
    )


def test_when_it_happens_is_not_asked_of_frames_in_another_order_or_number() -> None:
    moved = ("random-frame", "keyframe", "shuffled", "reversed", "frozen")
    kept = ("none", "blank", "blurred", "mirrored")
    depth = Criterion("depth", "squat", "The squat is deep.", "The squat is shallow.")
    made = plan([depth], Task.LOCATE, (*moved, *kept))
    assert [trial.condition.perturbation for trial in made.trials()] == list(kept)
    assert made.census().left_out == {
        ("m", f"perturbation '{name}': it changes the times that are asked for"): 1 for name in moved
    }
    # Whether it happens at all can be asked of them.
    assert len(list(plan([depth], Task.VERIFY, (*moved, *kept)).trials())) == len((*moved, *kept))


def test_what_names_a_side_is_not_asked_of_a_mirrored_clip() -> None:
    sided = [
        Criterion("knee", "squat", "The left knee stays out.", "The LEFT knee caves in."),
        Criterion("hip", "squat", "The hips stay level.", "The hip drops to the right."),
        Criterion("turn", "squat", "The trunk stays.", "The trunk turns rightwards."),
        Criterion("hand", "squat", "The left-hand grip is firm.", "The grip is loose."),
    ]
    plain = [
        Criterion("depth", "squat", "The trunk is upright.", "The trunk leans, the back is brightly lit."),
        Criterion("feet", "squat", "Both feet stay down.", "A heel is lifted, cleft or not."),
    ]
    made = plan([*sided, *plain], Task.VERIFY, ("none", "mirrored"))
    mirrored = [t for t in made.trials() if t.condition.perturbation == "mirrored"]
    assert {trial.item.criterion.id for trial in mirrored} == {"depth", "feet"}
    # Four criteria in the positive framing; all of them are asked of the clip as it is.
    assert made.census().left_out == {("m", "perturbation 'mirrored': what is asked names a side"): 4}
    assert made.census().trials == {"m": 6 + 2} == {"m": len(list(made.trials()))}


@pytest.mark.parametrize(
    ("question", "options", "action", "asked"),
    [
        ("Which arm is raised?", ("the left", "the right"), "wave", 0),
        ("Is the right arm raised?", ("yes", "no"), "wave", 0),
        ("Is an arm raised?", ("yes", "no"), "lunge_left", 0),
        ("Is an arm raised?", ("yes", "no"), "wave", 1),
    ],
)
def test_a_side_in_question_options_or_action_counts(
    question: str, options: tuple[str, ...], action: str, asked: int
) -> None:
    arm = Criterion("arm", action, "", "", question=question, options=options)
    assert len(list(plan([arm], Task.CHOOSE, ("mirrored",), action).trials())) == asked
