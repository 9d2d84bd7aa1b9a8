"""Every way in which a study asks: crossed, varied, and each meaning once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from aqa_eval.errors import StudyError
from aqa_eval.media import PERTURBATIONS
from aqa_eval.prompts import CUES
from aqa_eval.study import Study, read_study
from aqa_eval.study.grid import Grid, canonical
from aqa_eval.vocabulary import Condition, Sampling, Task

HEAD = 'name = "g"\n[[dataset]]\nname = "mannequin"\n[[judge]]\nprotocol = "constant"\n'


def study(folder: Path, text: str, head: str = HEAD) -> Study:
    path = folder / "study.toml"
    path.write_text(head + text)
    return read_study(path)


def count(found: Study, task: Task = Task.VERIFY) -> int:
    conditions = list(found.conditions(task))
    assert len(conditions) == len(set(conditions))
    return len(conditions)


def test_what_is_crossed_is_combined_with_everything(tmp_path: Path) -> None:
    found = study(
        tmp_path,
        '[conditions]\nrepresentation = ["rgb", "crop", "none"]\nstrategy = ["base", "guidelines"]\n'
        "frames = [4, 8]\nfps = 2.0\nsize = [224, 448]\n",
    )
    # 2 seen x 2 strategies x (2 counts + 1 rate) x 2 sizes, and blind 2 strategies; verify in 2 framings.
    assert count(found, Task.SCORE) == 2 * 2 * 3 * 2 + 2
    assert count(found) == 2 * (2 * 2 * 3 * 2 + 2)


def test_what_is_varied_stands_in_for_its_own_axis_alone(tmp_path: Path) -> None:
    found = study(
        tmp_path,
        '[[vary]]\nframes = [1, 2, 16]\n[[vary]]\nrepresentation = "crop"\n[[vary]]\nframing = "neutral"\n',
    )
    # 2 framings; + 2 x (1, 2 frames; 16 is there already); + 2 x crop; + 1 neutral.
    assert count(found) == 2 + 4 + 2 + 1
    odd = Counter(
        sum((c.representation != "rgb", c.sampling != Sampling(), c.framing == "neutral"))
        for c in found.conditions(Task.VERIFY)
    )
    assert odd == {0: 2, 1: 7}


def test_two_axes_of_one_vary_are_crossed_with_each_other(tmp_path: Path) -> None:
    text = '[[vary]]\nrepresentation = ["overlay", "skeleton"]\nkeypoints = ["blazepose", "oracle"]\n'
    assert count(study(tmp_path, text), Task.SCORE) == 1 + 2 * 2


def test_all_stands_for_everything_that_is_registered(tmp_path: Path) -> None:
    cues = study(tmp_path, '[[vary]]\ncue = "all"\n')
    assert {c.cue for c in cues.conditions(Task.VERIFY)} == set(CUES)
    assert count(cues, Task.SCORE) == len(CUES)
    changed = study(tmp_path, '[conditions]\nperturbation = "all"\n')
    assert {c.perturbation for c in changed.conditions(Task.VERIFY)} == set(PERTURBATIONS)
    with pytest.raises(StudyError, match=r"key 'vary\[0\]\.cue': found 'al'; did you mean 'all'"):
        study(tmp_path, '[[vary]]\ncue = "al"\n')


FOUR, NEUTRAL = Sampling(4, None, 224), {"framing": "neutral"}


@pytest.mark.parametrize(
    ("task", "given", "meant"),
    [
        # Without a picture there is nothing to sample, perturb or send.
        (
            Task.VERIFY,
            {
                "representation": "none",
                "sampling": FOUR,
                "perturbation": "blurred",
                "keypoints": "oracle",
                "transport": "native",
                "audio": True,
            },
            {"representation": "none"},
        ),
        # One frame is one, however many were to be sampled; its size stays.
        (
            Task.VERIFY,
            {"perturbation": "keyframe", "sampling": FOUR},
            {"perturbation": "keyframe", "sampling": Sampling(1, None, 224)},
        ),
        (
            Task.VERIFY,
            {"perturbation": "random-frame", "sampling": Sampling(None, 2.0)},
            {"perturbation": "random-frame", "sampling": Sampling(1)},
        ),
        (Task.VERIFY, {"perturbation": "shuffled", "sampling": FOUR}, None),
        # A plain picture needs no skeleton.
        (Task.VERIFY, {"keypoints": "oracle"}, {}),
        (Task.VERIFY, {"keypoints": "oracle", "perturbation": "person-removed"}, None),
        (Task.VERIFY, {"keypoints": "files", "representation": "overlay"}, None),
        # Words are not sent as a video; only the recording itself has sound.
        (Task.VERIFY, {"representation": "pose-text", "transport": "video"}, {"representation": "pose-text"}),
        (Task.VERIFY, {"transport": "video", "audio": True}, {"transport": "video"}),
        (Task.VERIFY, {"transport": "native", "audio": True}, None),
        # Only a statement is put in a polarity, denied, or affirmed in other words.
        (Task.SCORE, {"framing": "negative", "negated": True, "answer_key": "yes-no"}, NEUTRAL),
        (Task.CHOOSE, {"framing": "positive", "answer_key": "a-b"}, NEUTRAL),
        (Task.VERIFY, {"framing": "neutral", "negated": True, "answer_key": "yes-no"}, NEUTRAL),
        (Task.VERIFY, {"framing": "negative", "negated": True, "answer_key": "yes-no"}, None),
        # Only of two clips one comes first.
        (Task.VERIFY, {"order": "swapped", "permuted": True, "ties": True}, {}),
        (Task.COMPARE, {"framing": "neutral", "order": "swapped", "permuted": True, "ties": True}, None),
        # Labels of no examples.
        (Task.VERIFY, {"shot_labels": "random"}, {}),
        (Task.VERIFY, {"shots": 2, "shot_labels": "random"}, None),
        # Letters to affirm a statement are the key a-b; words are what it has anyway.
        (Task.VERIFY, {"answer_format": "letters"}, {"answer_key": "a-b"}),
        (Task.VERIFY, {"answer_format": "words"}, {}),
        (Task.VERIFY, {"answer_format": "letters", **NEUTRAL}, NEUTRAL),
        (Task.VERIFY, {"answer_format": "words", **NEUTRAL}, NEUTRAL),
        (Task.VERIFY, {"answer_format": "json"}, None),
        (Task.VERIFY, {"answer_format": "choice", **NEUTRAL}, None),
        (Task.CHOOSE, {"answer_format": "letters", **NEUTRAL}, NEUTRAL),
        (Task.CHOOSE, {"answer_format": "words", **NEUTRAL}, None),
        (Task.COMPARE, {"answer_format": "words", **NEUTRAL}, NEUTRAL),
        (Task.SCORE, {"answer_format": "words", **NEUTRAL}, NEUTRAL),
        (Task.SCORE, {"answer_format": "choice", **NEUTRAL}, NEUTRAL),
        (Task.LOCATE, {"answer_format": "choice", **NEUTRAL}, NEUTRAL),
        (Task.LOCATE, {"answer_format": "json", **NEUTRAL}, None),
        # A control keeps to what carries pictures.
        (
            Task.CONTROL,
            {
                "sampling": FOUR,
                "transport": "video",
                "cue": "banner-high",
                "representation": "crop",
                "shots": 2,
            },
            {"sampling": FOUR, "transport": "video", **NEUTRAL},
        ),
    ],
)
def test_what_means_nothing_is_at_its_default(
    task: Task, given: dict[str, object], meant: dict[str, object] | None
) -> None:
    wanted = Condition(**(given if meant is None else meant))  # type: ignore[arg-type]
    assert canonical(task, Condition(**given)) == wanted  # type: ignore[arg-type]
    assert canonical(task, wanted) == wanted


def test_what_is_the_same_is_asked_once() -> None:
    grid = Grid({"framing": ("positive", "negative"), "answer_format": ("plain", "words", "letters")})
    # Both framings in True/False and in letters; a score once.
    assert len(list(grid.conditions(Task.VERIFY))) == 4
    assert len(list(grid.conditions(Task.SCORE))) == 1


def test_controls_are_asked_once_a_transport_and_not_where_nothing_is_shown() -> None:
    grid = Grid(
        {"representation": ("none", "crop"), "sampling": (FOUR, Sampling())},
        ({"transport": ("video",)}, {"cue": ("banner-high",)}),
    )
    found = list(grid.conditions(Task.CONTROL))
    assert [(c.transport, c.sampling, c.representation) for c in found] == [
        ("images", FOUR, "rgb"),
        ("video", FOUR, "rgb"),
    ]
    assert not list(Grid({"representation": ("none",)}).conditions(Task.CONTROL))


def test_self_consistency_is_read_from_repeats_and_never_asked(tmp_path: Path) -> None:
    text = '[conditions]\nstrategy = ["base", "self-consistency"]\n'
    with pytest.raises(
        StudyError, match=r"'self-consistency' reads the repeats of another strategy.*'repeats'"
    ):
        study(tmp_path, text)
    found = study(tmp_path, text, "repeats = 3\n" + HEAD)
    assert found.grid.derived() == ("self-consistency",)
    assert {c.strategy for c in found.conditions(Task.VERIFY)} == {"base"}
    of_judge = HEAD + "repeats = 5\n"
    assert study(tmp_path, "\n" + text, of_judge).grid.derived() == ("self-consistency",)
