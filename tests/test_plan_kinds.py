"""What a plan measures by typical clips, it measures by clips of each kind, and says so."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from aqa_eval.datasets.dataset import Dataset, Loader, Options, Terms
from aqa_eval.datasets.sampling import Sample
from aqa_eval.errors import MediaError
from aqa_eval.media.extent import Extent
from aqa_eval.plan import Plan, make_plan
from aqa_eval.plan.workloads import assumed_sizes, fitted, workloads
from aqa_eval.study import DatasetChoice, Study
from aqa_eval.study.grid import Grid
from aqa_eval.vocabulary import (
    Capabilities,
    Clip,
    Criterion,
    Judge,
    Label,
    Media,
    Sampling,
    Still,
    Task,
    VideoFile,
)

TERMS = Terms("CC0", "none", "made by the test", may_embed=True, may_send=True)
DEPTH = Criterion("depth", "squat", "The squat is deep.", "The squat is shallow.")


class Named:
    """Tells recordings apart by the names of their clips."""

    def fingerprint(self, clip: Clip) -> str:
        return f"content of {clip.id}"

    def keypoints_digest(self, clip: Clip, source: str) -> str:
        return f"{source} of {clip.id}"


def clip(name: str, media: Media | None, split: str = "test", subject: str = "") -> Clip:
    return Clip(name, "test", "squat", media, subject or name, split=split, subject=subject or name)


def still(name: str) -> Clip:
    return clip(name, Still(Path(f"{name}.jpg")))


def video(name: str, split: str = "test", subject: str = "") -> Clip:
    return clip(name, VideoFile(Path(f"{name}.mp4")), split, subject)


def seen(one: Clip) -> Extent:
    """Pictures of 448x448, videos of 796x448 that last 10 s."""
    return Extent(448, 448, 0.0, 1) if isinstance(one.media, Still) else Extent(796, 448, 10.0, 300)


def plan(clips: Sequence[Clip], axes: dict[str, tuple[object, ...]], context: int | None = None) -> Plan:
    judge = Judge(
        "m",
        "openai",
        "Qwen/Qwen3-VL-8B-Instruct",
        (("max_tokens", 64),),
        base_url="http://127.0.0.1:9/v1",
        family="qwen3-vl",
        capabilities=Capabilities(context=context),
    )
    labels = [[Label(one.id, "depth", n % 2 == 0)] for n, one in enumerate(clips)]
    dataset = Dataset("test", "A test", TERMS, {"depth": DEPTH}, list(clips), labels)
    loader = Loader("test", "A test", Options, (Task.VERIFY,), lambda options: dataset, TERMS)
    choice = DatasetChoice(loader, Options(), (Task.VERIFY,), Sample())
    return make_plan(Study("t", 1, 1, (choice,), (judge,), Grid(axes)), Named())


MIXED = [still("s0"), *(video(f"v{n}") for n in range(3)), still("s1")]
RATE = {"sampling": (Sampling(count=None, fps=3.0),)}


def test_stills_and_videos_of_one_dataset_are_priced_apart() -> None:
    made = plan(MIXED, RATE)
    found = [
        (w.trials, len(w.shape.pictures), w.shape.pictures[0]) for w in workloads(made, made.census(), seen)
    ]
    # 3 frames a second of 10 s, the last among them.
    assert found == [(2, 1, (448, 448)), (3, 31, (796, 448))]


def test_only_the_kind_of_clips_that_does_not_fit_is_left_out() -> None:
    made = fitted(plan(MIXED, RATE, context=4096), seen)
    assert [trial.item.clips[0].id for trial in made.trials()] == ["s0", "s1"]
    ((judge, reason),) = made.census().left_out
    # 350 tokens a frame of 25 x 14 patches of 32 pixels, 31 times, and the words; thousands are rounded up.
    assert (judge, made.census().left_out[judge, reason]) == ("m", 3)
    assert reason.startswith("31 frames need about 12,000 tokens; the context window is 4,096")
    assert reason.endswith(", by typical clips of 10.0 s")
    assert made.census().trials == {"m": 2}


def test_examples_are_priced_by_an_item_that_has_them() -> None:
    """The first item is of the only person in the train split, and so has no examples."""
    train = [video("t0", "train", "p"), video("t1", "train", "p")]
    made = plan([video("own", subject="p"), video("other"), *train], {"shots": (2,)})
    (workload,) = workloads(made, made.census(), seen)
    assert workload.trials == 1
    assert len(workload.shape.pictures) == 3 * 16


def test_kinds_of_which_no_clip_can_be_looked_at_are_named() -> None:
    def broken(one: Clip) -> Extent:
        if isinstance(one.media, VideoFile):
            raise MediaError("broken")
        return seen(one)

    gone = clip("gone", None)
    assert assumed_sizes(plan([*MIXED, gone], {}).census(), broken) == [("test", "recordings")]
    assert assumed_sizes(plan([gone], {}).census(), seen) == [("test", "not at hand")]
    assert not assumed_sizes(plan([*MIXED, gone], {}).census(), seen)
