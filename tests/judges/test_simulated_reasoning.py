"""The reasoning of a simulated observer: which of its claims are priors, false or misplaced is as planted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from string import Template

import numpy as np
from walked import DEEP, GOOD, GRIP, SIGHT, Walked, clip, dataset, judge, near, squats, walk

from aqa_eval.judges import Poses, Sight
from aqa_eval.judges.simulated.phrases import phrases
from aqa_eval.judges.simulated.pointing import ELSEWHERE
from aqa_eval.mannequin import keypoints
from aqa_eval.mannequin.camera import SIZE
from aqa_eval.media.geometry import QUANTITIES
from aqa_eval.traces.reading import claims as read
from aqa_eval.vocabulary import (
    FIRST,
    SECOND,
    Criterion,
    Frame,
    Item,
    Label,
    PoseRule,
    Rendered,
    Task,
    TimeSpan,
)

KNEES = Criterion(
    "knees", "squat", "Deep.", "Shallow.", rule=PoseRule("knee_flexion_max", 90.0, "below", "degrees")
)


def rendered(count: int, span: TimeSpan | None = None):
    rows = []
    for n in range(count):
        depth = 70.0 if n % 2 else 130.0
        recipe = Rendered("squat", (), "side", n)
        label = Label(f"c{n}", "knees", depth < 100, span=span)
        rows.append((clip(n, media=recipe, view="side"), label))
    return dataset(KNEES, rows)


def claims(walked: Walked, where: str) -> list[dict[str, object]]:
    return [c for _, answer in walked.answers for c in answer.sent["claims"] if c["where"] == where]


def test_steps_are_priors_and_observations_are_false_as_often_as_planted(tmp_path: Path) -> None:
    o = judge("o", "simulated", trace_prior=0.4, trace_false=0.25)
    walked = walk(tmp_path, squats(400), Task.VERIFY, [o])
    said = claims(walked, "reasoning")
    priors = [c for c in said if c["kind"] == "prior"]
    seen = [c for c in said if c["kind"] == "observation"]
    assert near(len(priors) / len(said), 0.4, len(said))
    assert near(sum(c["true"] is False for c in seen) / len(seen), 0.25, len(seen))
    assert all(c["true"] is None for c in priors)
    # The verdict is drawn apart: it is as right as without any reasoning.
    bare = walk(tmp_path / "bare", squats(400), Task.VERIFY, [judge("o", "simulated")])
    assert len(walked.table) == len(bare.table)
    assert set(walked.table["status"]) == {"ok"}
    assert set(walked.table["trace_kind"]) == {"raw"}


def test_the_reader_tracks_the_planted_share_of_priors(tmp_path: Path) -> None:
    """As read, without a correction: the reader's errors were counted on other sentences than these."""
    shares = []
    for planted in (0.2, 0.5, 0.8):
        o = judge("o", "simulated", trace_prior=planted, trace_false=0.25)
        walked = walk(tmp_path / str(planted), squats(150), Task.VERIFY, [o])
        kinds = [claim.kind for _, answer in walked.answers for claim in read(answer.reasoning)]
        shares.append(kinds.count("prior") / len(kinds))
        assert abs(shares[-1] - planted) < 0.1
    assert shares == sorted(shares)


def test_what_is_said_to_be_true_is_true_of_the_clip(tmp_path: Path) -> None:
    """Each observation is looked up among the sentences for faulty and for sound knees."""
    o = judge("o", "simulated", trace_false=0.5)
    walked = walk(tmp_path, rendered(60), Task.VERIFY, [o])
    known = phrases().by_quantity["knee_flexion_max"]
    for trial, answer in walked.answers:
        for claim in answer.sent["claims"]:
            text = str(claim["text"]).lower()
            faulty = any(words in text for words in known.faulty)
            assert faulty != any(words in text for words in known.sound)
            assert claim["true"] is (faulty == trial.truth)
            assert claim["text"] in answer.reasoning


def test_every_quantity_that_rules_measure_has_its_sentences() -> None:
    assert set(phrases().by_quantity) == set(QUANTITIES)
    for seen in phrases().quantity:
        assert not set(seen.faulty) & set(seen.sound)


def test_no_observation_can_be_mistaken_for_a_prior() -> None:
    """Priors speak of what is usual; no other sentence has those words."""
    usual = ("usual", "likely", "probabl", "typical", "general", "normal", "most ", "tend", "expected")
    assert all(any(word in text.lower() for word in usual) for text in phrases().priors)
    said = [*phrases().timed, *phrases().untimed, *phrases().stated, *phrases().option]
    said += [w for s in (*phrases().quantity, phrases().score) for w in (*s.faulty, *s.sound)]
    assert not [text for text in said if any(word in text.lower() for word in usual)]
    assert all(Template(text).is_valid() for text in (*said, *phrases().priors, *phrases().of_two))


def test_times_are_those_of_frames_inside_the_span_of_what_is_judged(tmp_path: Path) -> None:
    span = TimeSpan(0.5, 1.1)
    o = judge("o", "simulated", trace_false=0.0)
    walked = walk(tmp_path, rendered(40, span), Task.VERIFY, [o])
    for _, answer in walked.answers:
        for word in answer.reasoning.replace("s.", "s").replace("s:", "s").replace("s,", "s").split():
            if word[:1].isdigit():
                assert 0.5 <= float(word) < 1.1


def test_cited_points_are_on_the_body_part_unless_misplaced(tmp_path: Path) -> None:
    o = judge("o", "simulated", trace_false=0.3, trace_misplaced=0.4, confidence=1.0)
    walked = walk(tmp_path, rendered(24), Task.VERIFY, [o], strategy=("cited",))
    assert set(walked.table["status"]) == {"ok"}
    cited = claims(walked, "evidence")
    assert near(sum(c["placed"] is False for c in cited) / len(cited), 0.4, len(cited))
    assert near(sum(c["true"] is False for c in cited) / len(cited), 0.3, len(cited))
    assert walked.table["evidence"].sum() == len(cited)
    for trial, answer in walked.answers:
        body = keypoints(trial.item.clips[0].media) / SIZE
        record = [c for c in answer.sent["claims"] if c["where"] == "evidence"]
        for piece, claim in zip(json.loads(answer.text)["evidence"], record, strict=True):
            knee = {"left knee": 13, "right knee": 14}[piece["part"]]
            x, y = body[round(piece["time"] * 20), knee]
            off = float(np.hypot(piece["point"][0] / 1000 - x, piece["point"][1] / 1000 - y))
            assert off < 0.002 if claim["placed"] else off > ELSEWHERE - 0.002


def test_a_recording_that_nobody_drew_is_pointed_into_by_the_pose_network(tmp_path: Path) -> None:
    async def middle(frames: Sequence[Frame]) -> Poses:
        return np.full((len(frames), 17, 2), 224.0), np.ones((len(frames), 17))

    o = judge("o", "simulated", trace_false=0.0)
    sight = Sight(SIGHT.wire, middle)
    walked = walk(tmp_path, squats(10), Task.VERIFY, [o], sight, strategy=("cited",))
    for _, answer in walked.answers:
        assert all(piece["point"] == [500, 500] for piece in json.loads(answer.text)["evidence"])
    lost = walk(tmp_path / "lost", squats(10), Task.VERIFY, [o], strategy=("cited",))
    assert all("point" not in p for _, a in lost.answers for p in json.loads(a.text)["evidence"])
    assert all(c["placed"] is None for c in claims(lost, "evidence"))


def test_without_pictures_observations_name_no_time(tmp_path: Path) -> None:
    o = judge("o", "simulated", trace_prior=0.0)
    walked = walk(tmp_path, squats(30), Task.VERIFY, [o], representation=("none",))
    assert all(not any(ch.isdigit() for ch in answer.reasoning) for _, answer in walked.answers)
    assert all(answer.reasoning for _, answer in walked.answers)


def test_scores_options_and_pairs_are_reasoned_about_too(tmp_path: Path) -> None:
    o = judge("o", "simulated", trace_false=0.5)
    scores = [(clip(n, split), Label(f"c{n}", "good", float(n % 7))) for n, split in _split(40)]
    walked = walk(tmp_path / "score", dataset(GOOD, scores), Task.SCORE, [o])
    mean = np.mean([label.value for one, label in scores if one.split == "train"])
    for trial, answer in walked.answers:
        for claim in answer.sent["claims"]:
            sound = any(words in str(claim["text"]).lower() for words in phrases().score.sound)
            assert claim["true"] is bool(sound == (trial.truth >= mean))
    grips = [(clip(n), Label(f"c{n}", "grip", GRIP.options[n % 3])) for n in range(20)]
    chosen = walk(tmp_path / "choose", dataset(GRIP, grips), Task.CHOOSE, [o])
    for trial, answer in chosen.answers:
        for claim in answer.sent["claims"]:
            assert claim["true"] is (f'"{trial.truth}"' in str(claim["text"]))
    two = Item(Task.COMPARE, (clip(0), clip(1)), DEEP, FIRST)
    other = Item(Task.COMPARE, (clip(2), clip(3)), DEEP, SECOND)
    rows = [(one, Label(one.id, "deep", False)) for item in (two, other) for one in item.clips]
    pair = walk(tmp_path / "compare", dataset(DEEP, rows, [two, other]), Task.COMPARE, [o])
    for trial, answer in pair.answers:
        for claim in answer.sent["claims"]:
            place = 0 if "performance a " in str(claim["text"]).lower() else 1
            deep = "it is deep" in str(claim["text"]).lower()
            better = (FIRST, SECOND)[place] == trial.truth
            assert claim["true"] is (deep == better)


def _split(count: int) -> list[tuple[int, str]]:
    return [(n, "train" if n % 2 else "test") for n in range(count)]
