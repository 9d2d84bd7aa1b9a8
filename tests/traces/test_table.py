"""The table of claims, end to end: a study of the mannequin, answers in a ledger, rows, and what is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import orjson
import polars as pl
import pytest

from aqa_eval.errors import TraceError
from aqa_eval.findings import find_all
from aqa_eval.findings.table import verdict_table
from aqa_eval.ledger import Ledger
from aqa_eval.media import FrameStore
from aqa_eval.plan import Plan, condition_text, make_plan
from aqa_eval.report.assembly import settings
from aqa_eval.study import read_study
from aqa_eval.traces import COLUMNS, claims_table
from aqa_eval.traces.places import alike, own
from aqa_eval.traces.posing import Bodies
from aqa_eval.traces.reading import claims as read
from aqa_eval.traces.table import Progress
from aqa_eval.vocabulary import Answer, Finding, Trial

STUDY = """
name = "audit"
controls = 0
repeats = {repeats}
[[dataset]]
name = "mannequin"
subjects = 2
movements = ["squat"]
criteria = ["squat.depth"]
tasks = ["verify"]
[[judge]]
protocol = "openai"
base_url = "http://127.0.0.1:9/v1"
model = "m"
[conditions]
framing = "negative"
{more}
"""
Said = Callable[[Trial], Answer]
DEEP = "At the lowest point the knees are bent by 120 degrees."
SHALLOW = "At the lowest point the knees are bent by 70 degrees."


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> FrameStore:
    return FrameStore(tmp_path_factory.mktemp("cache"))


def planned(folder: Path, store: FrameStore, more: str = "", repeats: int = 1) -> Plan:
    path = folder / "study.toml"
    path.write_text(STUDY.format(repeats=repeats, more=more))
    return make_plan(read_study(path), store)


def answered(folder: Path, plan: Plan, said: Said) -> Ledger:
    with Ledger.writing(folder) as ledger:
        for trial in plan.trials():
            ledger.commit(trial, said(trial), condition_text(trial.condition))
    return Ledger.reading(folder)


def found(plan: Plan, ledger: Ledger, claims: pl.DataFrame) -> dict[str, Finding]:
    findings = find_all(verdict_table(plan, ledger), settings(plan, claims))
    return {
        f.measure: f
        for f in findings
        if f.name in {"traces", "covert"} and "swapped" not in f.about["setting"]
    }


def looking(trial: Trial) -> Answer:
    """Says what is true of the clip that is shown, after saying what is seen of it."""
    seen = SHALLOW if trial.truth else DEEP
    return Answer(text=str(trial.truth), reasoning=f"Let me look. {seen}", finish="stop", trace_kind="raw")


def talking(trial: Trial) -> Answer:
    """Says the same of every clip."""
    return Answer(text="False", reasoning=f"{DEEP} Squats are usually deep.", finish="stop", trace_kind="raw")


def test_a_judge_that_looks_and_its_swap(tmp_path: Path, store: FrameStore):
    plan = planned(tmp_path, store, 'perturbation = ["none", "swapped"]', repeats=2)
    with answered(tmp_path, plan, looking) as ledger:
        claims = claims_table(plan, ledger, store, tmp_path)
        measures = found(plan, ledger, claims)
    assert list(claims.columns) == list(COLUMNS)
    trials = {trial.key: trial for trial in plan.trials()}
    assert claims.height == len(trials)  # "Let me look." is no claim
    assert set(claims["kind"]) == {"observation"}
    assert set(claims["part"]) == {"knee"}
    assert set(claims["relation"]) == {"bent"}
    assert set(claims["value"]) == {70.0, 120.0}
    contradicted = claims.filter(pl.col("check") == "contradicted")
    # 70 degrees are said of squats under the threshold of 100, 120 of those over it: what is wrong by more
    # than ten degrees is found so, unless the slant of the picture may explain it.
    for key in contradicted["key"]:
        depth = dict(trials[key].shown[0].media.dials).get("depth", 120.0)
        assert abs(depth - (70 if depth <= 100 else 120)) > 10
    swap = measures["swap_survival"]
    assert swap.parts["claims_that_differ"]
    assert swap.parts["survives_asking_again"] == 1.0
    assert swap.parts["survives_swap"] == 0.0
    assert swap.estimate == 1.0
    assert measures["covert_failures"].estimate is None
    assert "no answer states a confidence" in measures["covert_failures"].reading


def bent(trial: Trial) -> Answer:
    """Says the same of every clip, without a time."""
    return Answer(text="False", reasoning="The knees are bent by 120 degrees.", finish="stop")


def test_another_clip_is_looked_at_when_its_own_claims_would_be(tmp_path: Path, store: FrameStore):
    """The same words about the same body have one outcome, whichever clip they were said of."""
    plan = planned(tmp_path, store, 'perturbation = ["none", "swapped"]')
    with answered(tmp_path, plan, bent) as ledger:
        claims = claims_table(plan, ledger, store, tmp_path)
    trials = {trial.key: trial for trial in plan.trials()}
    rows = [(trials[row["key"]], row) for row in claims.to_dicts()]
    own = {t.item.clips[0].id: row["check"] for t, row in rows if t.shown == t.item.clips}
    donor = {t.item.id: t.shown[0].id for t, _ in rows if t.shown != t.item.clips}
    items = {t.item.id: t.item.clips[0].id for t, _ in rows}
    assert {"supported", "contradicted"} <= set(own.values())
    assert all(trial.item.moment is not None for trial in trials.values())
    for trial, row in rows:
        if trial.shown == trial.item.clips:
            assert row["elsewhere"] == own[donor[trial.item.id]]
            assert row["partner_check"] == own[items[row["partner"]]]
        else:
            assert row["check"] == own[trial.shown[0].id]


def test_a_claim_without_a_time_is_not_compared_where_one_moment_is_unknown(
    tmp_path: Path, store: FrameStore
):
    plan = planned(tmp_path, store)
    item = next(iter(plan.trials())).item
    here, there = own(item), replace(own(item), moment=None)
    (untimed,), (timed,) = (
        read(text, ()) for text in ("The knees are bent.", "At 1.0 s the knees are bent.")
    )
    assert not alike(untimed, here, there)
    assert alike(untimed, here, here)
    assert alike(timed, here, there)


def test_a_second_report_reads_no_trace_and_looks_for_no_body(tmp_path: Path, store: FrameStore, monkeypatch):
    plan = planned(tmp_path, store)
    with answered(tmp_path, plan, talking) as ledger:
        read: list[int] = []
        first = claims_table(plan, ledger, store, tmp_path, Progress(read=read.append))
        assert read == [1]  # one text, however often it was said
        monkeypatch.setattr("aqa_eval.traces.table.claims", None)
        monkeypatch.setattr(Bodies, "of", None)
        again = claims_table(plan, ledger, store, tmp_path, Progress(read=read.append))
    assert again.equals(first)
    assert read == [1]
    assert (
        first.group_by("kind").len().sort("kind").rows() == [("observation", 8), ("prior", 8)] or first.height
    )


def cited(trial: Trial, store: FrameStore, right: bool) -> Answer:
    """Cites a knee where it is, or in a corner, in the convention of a model of unknown family."""
    body = Bodies(store).of(trial.shown[0])
    assert not isinstance(body, str)
    time = trial.item.moment or 0.0
    row = int(abs(body.times - time).argmin())
    x, y = body.keypoints[row, 13] / body.size[0] * 1000 if right else (3.0, 3.0)
    evidence = [
        {
            "time": time,
            "part": "left knee",
            "point": [round(float(x)), round(float(y))],
            "observation": "the knee is bent" if right else "the knee is locked out straight",
        }
    ]
    text = orjson.dumps({"answer": str(trial.truth), "confidence": 0.95, "evidence": evidence}).decode()
    return Answer(text=text, finish="stop")


@pytest.mark.parametrize("right", [True, False])
def test_cited_evidence_is_held_against_the_body(tmp_path: Path, store: FrameStore, right: bool):
    plan = planned(tmp_path, store, 'strategy = "cited"')
    with answered(tmp_path, plan, lambda trial: cited(trial, store, right)) as ledger:
        claims = claims_table(plan, ledger, store, tmp_path)
        measures = found(plan, ledger, claims)
    assert set(claims["source"]) == {"cited"}
    assert set(claims["point_right"]) == {right}
    assert set(claims["check"]) == {"supported" if right else "contradicted"}
    assert measures["cited_points"].estimate == float(right)
    assert measures["supported_share"].estimate == float(right)
    grounded = measures["grounded_accuracy"]
    assert grounded.parts["accuracy"] == 1.0
    assert grounded.estimate == float(right)
    assert measures["covert_failures"].estimate == 0.0  # right, whatever the evidence


def test_answers_that_say_nothing_make_no_claim(tmp_path: Path, store: FrameStore):
    plan = planned(tmp_path, store)
    with answered(tmp_path, plan, lambda trial: Answer(text="True", finish="stop")) as ledger:
        claims = claims_table(plan, ledger, store, tmp_path)
        measures = found(plan, ledger, claims)
    assert claims.is_empty()
    assert dict(claims.schema) == COLUMNS
    assert "no claim was read" in measures["observation_share"].reading
    assert "no claim was read" in measures["covert_failures"].reading


def test_a_body_is_looked_for_only_where_it_decides_something(tmp_path: Path, store: FrameStore):
    """Priors, and observations that no keypoint can bear out, ask for no pose."""
    plan = planned(tmp_path, store)
    text = "Squats are usually deep. The back is rounded."
    looked: list[str] = []
    empty_store = FrameStore(tmp_path / "nothing looked for")
    with answered(
        tmp_path, plan, lambda trial: Answer(text="False", reasoning=text, finish="stop")
    ) as ledger:
        claims = claims_table(plan, ledger, empty_store, tmp_path, Progress(looked=looked.append))
    assert looked == []
    assert set(claims["reason"]) == {"", "no geometry for what is said"}


def test_without_search_no_network_is_asked(tmp_path: Path, store: FrameStore):
    """A rendered body is known all the same; one that would have to be looked for is not."""
    recorded = planned(tmp_path, store).trials()
    clip = next(iter(recorded)).shown[0]
    turned = replace(clip, rotation=90)  # of a rendered clip that is turned the keypoints are not known
    bodies = Bodies(store, search=False)
    assert not isinstance(bodies.of(clip), str)
    assert bodies.digest(turned) == ""
    assert bodies.of(turned) == "no pose: none was looked for"


def test_frames_in_another_order_are_not_checked(tmp_path: Path, store: FrameStore):
    plan = planned(tmp_path, store, 'perturbation = ["reversed"]')
    with answered(tmp_path, plan, looking) as ledger:
        claims = claims_table(plan, ledger, store, tmp_path)
    assert set(claims["check"]) == {"not checkable"}
    assert set(claims["reason"]) == {"the frames were not shown in their own order"}
    assert claims["elsewhere"].is_null().all()


def test_a_damaged_file_of_claims_says_what_to_do(tmp_path: Path, store: FrameStore):
    plan = planned(tmp_path, store)
    with answered(tmp_path, plan, looking) as ledger:
        (tmp_path / "claims.sqlite").write_bytes(b"no database at all" * 100)
        with pytest.raises(TraceError, match=r"claims.sqlite: .*delete the file"):
            claims_table(plan, ledger, store, tmp_path)
