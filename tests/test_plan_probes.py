"""What a plan says of probes: which cannot be asked and why, and what the others take."""

from __future__ import annotations

from pathlib import Path

import pytest

from aqa_eval.errors import StudyError
from aqa_eval.media.extent import Extent
from aqa_eval.plan import Plan, make_plan
from aqa_eval.plan.workloads import dearest_requests, fitted, workloads
from aqa_eval.pricing import price_plan
from aqa_eval.prompts import probe_texts
from aqa_eval.study import read_study
from aqa_eval.vocabulary import Clip, Price

STUDY = """
controls = {controls}
name = "probes"
[[dataset]]
name = "mannequin"
subjects = 2
movements = ["squat"]
criteria = ["squat.depth"]
tasks = ["verify"]
[[judge]]
protocol = "openai"
base_url = "http://127.0.0.1:9/v1"
model = "Qwen/Qwen3-VL-8B-Instruct"
name = "qwen"
max_tokens = 100
repeats = 3
price = {{ input = 2.0, output = 12.0 }}
capabilities = {{ native = true{context} }}
{more}
[conditions]
framing = "positive"
{conditions}
"""
# Two clips, one statement, one framing, three repeats.
ASKED = 2 * 3


class Named:
    """Tells recordings apart by the names of their clips."""

    def fingerprint(self, clip: Clip) -> str:
        return f"content of {clip.id}"

    def keypoints_digest(self, clip: Clip, source: str) -> str:
        return f"{source} of {clip.id}"


def seen(clip: Clip) -> Extent:
    return Extent(796, 448, 5.0, 150)


def plan(folder: Path, conditions: str, more: str = "", controls: int = 0, context: str = "") -> Plan:
    path = folder / "study.toml"
    path.write_text(STUDY.format(conditions=conditions, more=more, controls=controls, context=context))
    return make_plan(read_study(path), Named())


@pytest.mark.parametrize(
    ("conditions", "own"),
    [
        ('strategy = "grounding"\nprobe = ["truncated", "corrupted"]', 1),
        ('strategy = "grounding"\nprobe = ["corrupted", "none", "truncated"]', 0),
        ('strategy = "grounding"\n[[vary]]\nprobe = ["truncated", "corrupted"]', 0),
    ],
)
def test_the_judge_s_own_answer_is_priced_once_and_only_where_it_is_not_asked_anyway(
    tmp_path: Path, conditions: str, own: int
) -> None:
    made = plan(tmp_path, conditions)
    census = made.census()
    asked = 3 - own
    assert census.trials == {"qwen": asked * ASKED}
    assert len(list(made.trials())) == asked * ASKED
    found = list(workloads(made, census, seen))
    assert sum(one.trials for one in found) == asked * ASKED
    assert sum(one.parents for one in found) == own * ASKED
    (price,) = price_plan(found, {"qwen": made.respondents["qwen"].judge}, ())
    assert (price.trials, price.requests) == (asked * ASKED, 3 * ASKED)
    assert price.pictures == 3 * ASKED * 16


def test_a_probe_is_priced_with_the_reasoning_that_it_quotes(tmp_path: Path) -> None:
    """Half of the 400 tokens that reasons are expected to take come to the prompt; the answer is short."""
    made = plan(tmp_path, 'strategy = "grounding"\nprobe = ["none", "truncated"]')
    plain, probe = workloads(made, made.census(), seen)
    assert (plain.kind, probe.kind) == ("reasons", "answer")
    judges = {"qwen": made.respondents["qwen"].judge}
    (one,), (other,) = (price_plan([w], judges, ()) for w in (plain, probe))
    words = len(probe_texts().resumed) / 4
    more = (other.input_tokens - one.input_tokens) / ASKED  # type: ignore[operator]
    assert 200 < more < 200 + words
    assert other.output_tokens.expected == 5 * ASKED
    assert one.output_tokens.expected == 100 * ASKED  # max_tokens


def test_a_probe_that_does_not_fit_is_left_out_with_its_reason(tmp_path: Path) -> None:
    """16 pictures of 350 tokens fit into no window of 4,000."""
    text = 'strategy = "grounding"\nprobe = ["none", "truncated"]'
    small = fitted(plan(tmp_path, text, context=", context = 4000"), seen)
    assert list(small.trials()) == []
    assert {judge for judge, _ in small.census().left_out} == {"qwen"}
    large = fitted(plan(tmp_path, text, context=", context = 40000"), seen)
    assert len(list(large.trials())) == 2 * ASKED


def test_the_dearest_request_is_known(tmp_path: Path) -> None:
    made = plan(tmp_path, 'strategy = "grounding"\nprobe = "truncated"')
    dearest = dearest_requests(made, seen, ())
    assert dearest["qwen"] > 0
    assert made.respondents["qwen"].judge.price == Price(2.0, 12.0)


@pytest.mark.parametrize(
    ("conditions", "reason", "count"),
    [
        ('probe = "masked-cited"', "only an answer of the strategy 'cited' names what can be masked", 2),
        ('strategy = "cited"\ntransport = "native"\nprobe = "masked-cited"', "sent as it is", 2),
        ('strategy = "cited"\nperturbation = "blank"\nprobe = "masked-control"', "nothing to mask", 2),
    ],
)
def test_what_makes_no_sense_is_left_out_with_its_reason(
    tmp_path: Path, conditions: str, reason: str, count: int
) -> None:
    left_out = plan(tmp_path, conditions).census().left_out
    assert sum(left_out.values()) == count
    assert all(reason in why for _, why in left_out)


def test_reference_judges_are_left_out_but_for_the_simulated_one(tmp_path: Path) -> None:
    more = '[[judge]]\nprotocol = "constant"\nsays = "correct"\n[[judge]]\nprotocol = "simulated"\n'
    census = plan(tmp_path, 'probe = ["truncated"]', more).census()
    assert census.trials == {"qwen": ASKED, "simulated": 2}
    assert census.left_out == {("constant", "probe 'truncated': a reference judge has no reasoning"): 2}


def test_controls_are_never_probed(tmp_path: Path) -> None:
    made = plan(tmp_path, 'strategy = "grounding"\nprobe = "truncated"', controls=2)
    controls = [trial for trial in made.trials() if trial.item.task == "control"]
    assert controls
    assert all(trial.parent is None and trial.condition.probe == "none" for trial in controls)


def test_a_probe_there_is_not_is_told(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="probe") as told:
        plan(tmp_path, 'probe = "cut"')
    assert "truncated" in str(told.value)
