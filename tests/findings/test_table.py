"""The verdict table, end to end: from a study and the answers in a ledger to rows and what is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from pathlib import Path

import polars as pl
import pytest

from aqa_eval.findings import Settings, find_all, framing
from aqa_eval.findings.asked import asked
from aqa_eval.findings.confidence import SAMPLES, confidences
from aqa_eval.findings.consistency import with_consistency
from aqa_eval.findings.table import COLUMNS, verdict_table
from aqa_eval.ledger import Ledger
from aqa_eval.plan import Plan, condition_text, make_plan
from aqa_eval.report import assemble
from aqa_eval.report.assembly import settings
from aqa_eval.study import read_study
from aqa_eval.vocabulary import Answer, Clip, Failure, Frame, Status, Task, TimeSpan, Token, Trial, Usage
from findings.tables import one

HEAD = """
controls = {controls}
repeats = {repeats}
name = "table"
[[dataset]]
name = "mannequin"
subjects = 4
movements = ["squat"]
criteria = ["squat.depth"]
tasks = {tasks}
[[judge]]
protocol = "openai"
base_url = "http://127.0.0.1:9/v1"
model = "m"
price = {{ input = 10.0, output = 100.0 }}
[conditions]
framing = "negative"
"""
Said = Callable[[Trial], Answer | None]


class Named:
    """Tells recordings apart by the names of their clips."""

    def fingerprint(self, clip: Clip) -> str:
        return f"content of {clip.id}"

    def keypoints_digest(self, clip: Clip, source: str) -> str:
        return f"{source} of {clip.id}"


def planned(folder: Path, more: str, tasks: str = '["verify"]', repeats: int = 1, controls: int = 0) -> Plan:
    path = folder / "study.toml"
    path.write_text(HEAD.format(tasks=tasks, repeats=repeats, controls=controls) + more)
    return make_plan(read_study(path), Named())


def answered(folder: Path, plan: Plan, said: Said) -> pl.DataFrame:
    with Ledger.writing(folder / "run") as ledger:
        for trial in plan.trials():
            answer = said(trial)
            if answer is not None:
                ledger.commit(trial, answer, condition_text(trial.condition))
        return verdict_table(plan, ledger)


def rightly(trial: Trial) -> Answer:
    """What is true of what is shown; the fault is put as a statement."""
    return Answer(text=str(trial.truth), finish="stop")


def rows(table: pl.DataFrame, **where: object) -> list[dict[str, object]]:
    return table.filter(**where).to_dicts()  # type: ignore[arg-type]


def test_every_axis_has_its_column_and_its_words(tmp_path: Path) -> None:
    plan = planned(
        tmp_path,
        '[[vary]]\nperturbation = "blurred"\ncue = "banner-high"\n[[vary]]\nnegated = true\n'
        '[[vary]]\nparaphrase = 2\n[[vary]]\nshots = 2\nshot_labels = "random"\n'
        '[[vary]]\nrepresentation = "none"\n[[vary]]\nfps = 2\nsize = 224\n',
    )
    table = answered(tmp_path, plan, rightly)
    assert table.columns == list(COLUMNS)
    plain = rows(table, setting="", representation="rgb", frames="16")
    assert len(plain) == 4
    assert {(r["perturbation"], r["negated"], r["paraphrase"], r["cue"], r["shots"]) for r in plain} == {
        ("none", False, 0, "none", 0)
    }
    words = {r["setting"] for r in table.to_dicts()}
    assert words == {"", "blurred, cue banner-high", "negated", "paraphrase 2", "shots 2, shot labels random"}
    (blurred, *_) = rows(table, setting="blurred, cue banner-high")
    assert (blurred["perturbation"], blurred["cue"]) == ("blurred", "banner-high")
    assert {r["frames"] for r in rows(table, representation="none")} == {""}
    assert len(rows(table, frames="2 fps at 224 px")) == 4
    # "It is not true that the requirement is met" means the same as the fault, and is read so.
    assert all(r["fault"] == r["truth_fault"] for r in table.to_dicts())
    assert len(rows(table, negated=True)) == 4


def test_a_swapped_clip_is_scored_by_what_is_shown_and_its_own_truth_is_kept(tmp_path: Path) -> None:
    plan = planned(tmp_path, '[[vary]]\nperturbation = "swapped"\n')
    table = answered(tmp_path, plan, rightly)
    truths = {r["clip"]: r["truth_fault"] for r in rows(table, perturbation="none")}
    assert [r["original"] for r in rows(table, perturbation="none")] == [None] * 4
    for row in rows(table, perturbation="swapped"):
        asked = str(row["item"]).split(":")[2]
        assert row["clip"] != asked
        assert row["truth_fault"] is truths[row["clip"]]
        assert row["original"] == str(truths[asked]) == str(not row["truth_fault"])
        assert row["fault"] == row["truth_fault"]


class Donated(Plan):
    """A plan that shows a donor by another person at another event in place of every clip."""

    def trials(self, judge: str | None = None) -> Iterator[Trial]:
        for trial in super().trials(judge):
            donor = replace(trial.shown[0], id="donor", cluster="their body", event="their event")
            yield replace(trial, shown=(donor,))


def test_a_swapped_row_is_in_the_cluster_and_the_event_of_the_clip_that_was_shown(tmp_path: Path) -> None:
    plan = planned(tmp_path, "")
    donated = Donated(**{field.name: getattr(plan, field.name) for field in fields(plan)})
    shown = answered(tmp_path, donated, rightly).select("clip", "cluster", "event").rows()
    assert shown == [("donor", "their body", "their event")] * 4


def test_coverage_is_the_least_of_the_clips_that_are_judged(tmp_path: Path) -> None:
    plan = planned(tmp_path, '[[vary]]\nrepresentation = "skeleton"\nshots = [0, 2]\n')

    def said(trial: Trial) -> Answer:
        known = {"0": 0.75, **({"-1": 0.1, "-2": 0.2} if trial.examples else {})}
        sent = {"coverage": known} if trial.condition.representation == "skeleton" else {}
        return Answer(text="True", finish="stop", sent=sent)

    table = answered(tmp_path, plan, said)
    assert {(r["representation"], r["coverage"]) for r in table.to_dicts()} == {
        ("rgb", None),
        ("skeleton", 0.75),
    }


def test_statements_about_skeletons_keep_to_clips_in_which_the_body_was_found(tmp_path: Path) -> None:
    """Right wherever the body was found, wrong elsewhere: one clip of four is under the gate of 80%."""
    plan = planned(tmp_path, '[[vary]]\nrepresentation = "skeleton"\n')
    lost = next(trial.item.clips[0].id for trial in plan.trials())

    def said(trial: Trial) -> Answer:
        if trial.condition.representation == "rgb":
            return rightly(trial)
        gone = trial.item.clips[0].id == lost
        sent = {"coverage": {"0": 0.79 if gone else 0.8}}
        return Answer(text=str(trial.truth is not gone), finish="stop", sent=sent)

    found = find_all(answered(tmp_path, plan, said), Settings(resamples=50))
    skeleton = [f for f in found if f.about["representation"] == "skeleton" and f.about["criterion"] == "all"]
    named = {f.measure: f for f in skeleton}
    assert named["balanced_accuracy"].estimate == 1.0
    assert named["balanced_accuracy"].n == 3
    assert named["pose_coverage"].estimate == pytest.approx(3 / 4)
    assert not [f for f in found if f.name == "coverage" and f.about["representation"] == "rgb"]


def refusing_where(lost: Answer, tmp_path: Path, more: str = "") -> tuple[Plan, pl.DataFrame]:
    """Right of every skeleton but that of the first clip, of which `lost` is what came back."""
    plan = planned(tmp_path, f'[[vary]]\nrepresentation = "skeleton"\n{more}')
    first = next(trial.item.clips[0].id for trial in plan.trials())

    def said(trial: Trial) -> Answer:
        if trial.condition.representation == "rgb":
            return rightly(trial)
        if trial.item.clips[0].id == first:
            return lost
        return Answer(text=str(trial.truth), finish="stop", sent={"coverage": {"0": 0.8}})

    return plan, answered(tmp_path, plan, said)


def test_failures_and_bounds_keep_to_clips_in_which_the_body_was_found(tmp_path: Path) -> None:
    lost = Answer(text="I cannot help with that.", finish="stop", sent={"coverage": {"0": 0.79}})
    _, table = refusing_where(lost, tmp_path)
    found = find_all(table, Settings(resamples=50))
    skeleton = {
        f.measure: f
        for f in found
        if f.about["representation"] == "skeleton" and f.about["criterion"] == "all"
    }
    rate = skeleton["failure_rate"]
    assert (rate.estimate, rate.n, rate.parts["planned"], rate.parts["refused"]) == (0.0, 3, 3, 0)
    assert "balanced_accuracy_bounds" not in skeleton
    assert skeleton["pose_coverage"].reading.endswith("keep to those that pass.")
    # With no gate the refusal counts.
    ungated = find_all(table, Settings(resamples=50, pose_gate=0.0))
    assert {f.estimate for f in ungated if f.measure == "failure_rate"} == {0.0, 0.25}


NOBODY = Answer(finish="nobody", sent={"coverage": {"0": 0.0}})


@pytest.mark.parametrize("gate", [0.0, 0.8])
def test_where_nobody_is_found_no_judge_has_failed(tmp_path: Path, gate: float) -> None:
    _, table = refusing_where(NOBODY, tmp_path)
    (unseen,) = rows(table, status="unseen")
    assert (unseen["coverage"], unseen["fault"]) == (0.0, None)
    assert unseen["note"] == "nobody was found in the frames"
    found = find_all(table, Settings(resamples=50, pose_gate=gate))
    skeleton = {
        f.measure: f
        for f in found
        if f.about["representation"] == "skeleton" and f.about["criterion"] == "all"
    }
    assert {f.failures for f in found} == {0}
    assert (skeleton["balanced_accuracy"].n, skeleton["failure_rate"].n) == (3, 3)
    assert skeleton["failure_rate"].estimate == 0.0
    coverage = skeleton["pose_coverage"]
    assert coverage.estimate == pytest.approx(3 / 4)
    assert (coverage.parts["clips_left_out"], coverage.parts["clips_with_nobody"]) == (1.0, 1.0)
    assert "About 1 nothing was asked: nobody was found in the clip, or in an example" in coverage.reading


def test_an_example_with_nobody_leaves_its_clip_out_though_the_body_was_found_in_that(tmp_path: Path) -> None:
    lost = replace(NOBODY, sent={"coverage": {"0": 0.9, "-1": 0.0}})
    _, table = refusing_where(lost, tmp_path)
    assert [r["coverage"] for r in rows(table, status="unseen")] == [0.9]
    found = find_all(table, Settings(resamples=50))
    coverage = next(f for f in found if f.measure == "pose_coverage")
    assert (coverage.estimate, coverage.parts["clips_with_nobody"]) == (pytest.approx(3 / 4), 1.0)
    assert {f.failures for f in found} == {0}


def test_a_report_counts_what_was_unseen_apart_from_answers_and_failures(tmp_path: Path) -> None:
    plan, _ = refusing_where(NOBODY, tmp_path)
    with Ledger.reading(tmp_path / "run") as ledger:
        contents = assemble(plan, ledger, lambda digest: b"")
    tally = contents.tallies["m"]
    assert (tally.planned, tally.answered, tally.missing, tally.unseen) == (8, 7, 0, 1)
    assert {specimen.verdict.status for specimen in contents.specimens} == {Status.OK}
    assert (contents.table.height, contents.gated.height) == (8, 7)


def test_repeats_of_what_nobody_is_seen_in_are_together_unseen(tmp_path: Path) -> None:
    plan = planned(
        tmp_path, 'representation = "skeleton"\nstrategy = ["base", "self-consistency"]\n', repeats=3
    )
    table = answered(tmp_path, plan, lambda trial: NOBODY)
    together = rows(table, strategy="self-consistency")
    assert [(r["status"], r["coverage"], r["note"]) for r in together] == [
        ("unseen", 0.0, "nobody was found in the frames")
    ] * 4


def test_the_gate_of_a_study_is_that_of_its_findings_and_changes_no_key(tmp_path: Path) -> None:
    plain = planned(tmp_path, "")
    path = tmp_path / "study.toml"
    path.write_text(f"pose_gate = 0.5\n{path.read_text()}")
    gated = make_plan(read_study(path), Named())
    assert (settings(plain).pose_gate, settings(gated).pose_gate) == (0.8, 0.5)
    assert [trial.key for trial in gated.trials()] == [trial.key for trial in plain.trials()]
    with Ledger.writing(tmp_path / "run") as ledger:
        assert assemble(gated, ledger, lambda digest: b"").pose_gate == 0.5


def test_evidence_and_confidence_come_with_where_they_are_from(tmp_path: Path) -> None:
    plan = planned(tmp_path, '[[vary]]\nstrategy = "cited"\n')
    seen = '{"time": 1.0, "part": "hip", "point": [500, 600], "observation": "above the knee"}'
    yes = Token("True", -0.1, (("True", -0.1), ("False", -2.4)))

    def said(trial: Trial) -> Answer:
        if trial.condition.strategy == "cited":
            return Answer(text=f'{{"evidence": [{seen}, {seen}], "answer": "True"}}', finish="stop")
        return Answer(text="True", finish="stop", tokens=(yes,))

    table = answered(tmp_path, plan, said)
    assert {(r["strategy"], r["evidence"], r["confidence_source"]) for r in table.to_dicts()} == {
        ("base", 0, "token"),
        ("cited", 2, ""),
    }
    # e^-0.1 / (e^-0.1 + e^-2.4) = 1 / (1 + e^-2.3)
    assert rows(table, strategy="base")[0]["confidence"] == pytest.approx(0.9089, abs=1e-4)


def test_when_a_fault_happens_is_a_span_beside_the_true_one(tmp_path: Path) -> None:
    plan = planned(tmp_path, "", tasks='["locate"]')

    def said(trial: Trial) -> Answer:
        assert isinstance(trial.truth, TimeSpan)
        return Answer(text=f"{trial.truth.start:.2f} s to {trial.truth.end:.2f} s", finish="stop")

    table = answered(tmp_path, plan, said)
    assert table.height == 2  # of four clips two show the fault
    for row in table.to_dicts():
        assert row["status"] == "ok"
        assert (row["start"], row["end"]) == pytest.approx((row["truth_start"], row["truth_end"]), abs=0.01)
        assert row["framing"] == "neutral"
    overlap = one(find_all(table, Settings(resamples=50)), "temporal_iou", "m")
    assert overlap.estimate == pytest.approx(1.0, abs=0.05)


def test_whether_the_fault_is_shown_is_not_asked_of_a_clip_in_place_of_its_own(tmp_path: Path) -> None:
    plan = planned(tmp_path, "", tasks='["locate"]')

    def within(trial: Trial) -> Answer:
        span = trial.item.span
        assert span is not None
        manifest = (Frame(0, (span.start + span.end) / 2, "", 8, 8),)
        return Answer(text="1 s to 2 s", finish="stop", manifest=manifest)

    assert answered(tmp_path, plan, within)["fault_shown"].to_list() == [True] * 2
    donated = Donated(**{field.name: getattr(plan, field.name) for field in fields(plan)})
    assert answered(tmp_path / "donated", donated, within)["fault_shown"].to_list() == [None] * 2


def test_controls_stand_in_the_table_and_come_first_in_what_is_found(tmp_path: Path) -> None:
    plan = planned(tmp_path, "", controls=2)
    table = answered(tmp_path, plan, lambda trial: Answer(text=f"Answer: {trial.truth}", finish="stop"))
    controls = rows(table, task="control")
    assert len(controls) == 6
    assert all(r["choice"] == r["truth_choice"] and r["status"] == "ok" for r in controls)
    found = find_all(table, Settings(resamples=50))
    assert [f.name for f in found[:3]] == ["controls"] * 3
    assert {f.estimate for f in found[:3]} == {1.0}


VOTES = {0: "True", 1: "False", 2: "True", 3: "False", 4: "nobody can say"}


def test_self_consistency_is_read_from_repeats_and_asks_nothing(tmp_path: Path) -> None:
    plan = planned(tmp_path, 'strategy = ["base", "self-consistency"]\n', repeats=5)
    trials = list(plan.trials())
    assert len(trials) == 4 * 5
    clips = list(dict.fromkeys(trial.item.clips[0].id for trial in trials))

    def said(trial: Trial) -> Answer | None:
        place = clips.index(trial.item.clips[0].id)
        if place == 0:  # two of three for, one against, one unreadable: True, True, True, False, ?
            return Answer(text=["True", "True", "True", "False", "who knows"][trial.repeat], finish="stop")
        if place == 1:  # a tie
            return Answer(text=VOTES[trial.repeat], finish="stop")
        if place == 2:  # nothing at all
            return Answer(failure=Failure("http", "HTTP 500", 500))
        return None if trial.repeat == 4 else Answer(text="True", finish="stop")

    table = answered(tmp_path, plan, said)
    assert table.height == 20 + 4
    assert table["strategy"].to_list()[-4:] == ["self-consistency"] * 4
    together = {r["clip"]: r for r in table.to_dicts()[-4:]}
    majority, tie, failed, missing = (together[clip] for clip in clips)
    assert (majority["status"], majority["fault"], majority["said"]) == ("ok", True, True)
    assert (majority["confidence"], majority["confidence_source"]) == (3 / 5, "samples")
    assert (tie["status"], tie["fault"], tie["note"]) == ("unparsed", None, "the repeats are tied at 2 votes")
    assert (failed["status"], failed["fault"]) == ("error", None)
    assert missing["status"] == "missing"
    found = find_all(table, Settings(resamples=50))
    asked = {f.about["strategy"] for f in found if f.measure == "balanced_accuracy"}
    assert asked == {"base", "self-consistency"}
    with Ledger.reading(tmp_path / "run") as ledger:
        tally = assemble(plan, ledger, lambda digest: b"").tallies["m"]
    # What is read from repeats was never planned, asked or missing by itself.
    assert (tally.planned, tally.answered, tally.missing) == (20, 19, 1)


def test_raters_are_no_repeats_of_one_judge(tmp_path: Path) -> None:
    plan = planned(tmp_path, "", repeats=5)
    said = iter([True, True, True, False, True] * 4)
    table = answered(tmp_path, plan, lambda trial: Answer(text=str(next(said)), finish="stop"))
    raters = table.with_columns(protocol=pl.lit("human"))
    assert with_consistency(table, ["self-consistency"]).height == 20 + 4
    assert with_consistency(raters, ["self-consistency"]).height == 20
    for one_judge, expected in ((table, 1), (raters, 0)):
        (trials,) = asked(one_judge, Task.VERIFY)
        sources = [confident.source for confident in confidences(trials, consistent=False)]
        assert sources == [SAMPLES] * expected
    polarities = pl.concat([table, table.with_columns(framing=pl.lit("positive"))])
    assert framing.find(polarities, Settings(resamples=50))
    assert framing.find(polarities.with_columns(protocol=pl.lit("human")), Settings(resamples=50)) == []


def test_only_tasks_of_the_strategy_are_read_from_repeats(tmp_path: Path) -> None:
    plan = planned(
        tmp_path,
        'strategy = ["base", "self-consistency"]\n',
        tasks='["verify", "locate"]',
        repeats=2,
        controls=1,
    )
    table = answered(tmp_path, plan, lambda trial: Answer(text="True", finish="stop"))
    asked = {task: table.filter(strategy="base", task=task).height for task in ("control", "locate")}
    assert asked == {"control": 6, "locate": 4}
    assert {r["task"] for r in rows(table, strategy="self-consistency")} == {"verify"}


def test_the_mean_of_repeated_scores_stands_for_them(tmp_path: Path) -> None:
    plan = planned(tmp_path, 'strategy = ["base", "self-consistency"]\n', tasks='["score"]', repeats=3)
    table = answered(
        tmp_path, plan, lambda trial: Answer(text=("4", "7", "no idea")[trial.repeat], finish="stop")
    )
    together = table.filter(pl.col("strategy") == "self-consistency")
    assert together["score"].to_list() == [5.5] * 4


def test_descriptions_are_among_the_tokens_and_the_cost_of_a_report(tmp_path: Path) -> None:
    plan = planned(tmp_path, 'strategy = "two-step"\n', repeats=2)
    with Ledger.writing(tmp_path / "run") as ledger:
        for trial in plan.trials():
            described = Answer(text="It goes down.", finish="stop", usage=Usage(1000, 100))
            ledger.commit_description(trial, described)
            answer = Answer(text="Answer: True", finish="stop", usage=Usage(2000, 10))
            ledger.commit(trial, answer, condition_text(trial.condition))
        tally = assemble(plan, ledger, lambda digest: b"").tallies["m"]
    # 4 clips, twice: eight descriptions and eight answers.
    assert (tally.tokens.prompt, tally.tokens.completion) == (8 * 3000, 8 * 110)
    assert tally.cost == pytest.approx((24_000 * 10 + 880 * 100) / 1e6)


def test_the_prevalence_of_a_study_is_that_of_its_findings_and_changes_no_key(tmp_path: Path) -> None:
    plain = planned(tmp_path, "")
    path = tmp_path / "study.toml"
    path.write_text(f"prevalence = 0.03\n{path.read_text()}")
    rare = make_plan(read_study(path), Named())
    assert (settings(plain).prevalence, settings(rare).prevalence) == (0.1, 0.03)
    assert [trial.key for trial in rare.trials()] == [trial.key for trial in plain.trials()]
