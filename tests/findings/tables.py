"""Verdict tables made up from a judge's answers."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import polars as pl

from aqa_eval.findings.setting import AXES
from aqa_eval.findings.table import COLUMNS
from aqa_eval.measures.observer import Observer
from aqa_eval.vocabulary import Condition, Finding

CRITERIA = ("depth", "knees")
FRAMINGS = ("positive", "negative")

Answer = Callable[[bool, str], bool | str]
"""Truth and framing in; whether the fault is said to be present out, or a status without a verdict."""


def verify(
    judge: str,
    protocol: str,
    answer: Answer,
    clips: int = 60,
    criteria: Sequence[str] = CRITERIA,
    framings: Sequence[str] = FRAMINGS,
    **fields: object,
) -> pl.DataFrame:
    """Two clips a cluster, half of the clips faulty in each criterion."""
    rows = []
    for clip in range(clips):
        for place, criterion in enumerate(criteria):
            truth = bool((clip + place * (clip // 2)) % 2)
            for framing in framings:
                said = answer(truth, framing)
                status, fault = (said, None) if isinstance(said, str) else ("ok", said)
                rows.append(
                    _row(judge, protocol, "verify", clip, criterion, framing, **fields)
                    | {
                        "truth_fault": truth,
                        "status": status,
                        "fault": fault,
                        "said": None if fault is None else fault == (framing == "negative"),
                    }
                )
    return pl.DataFrame(rows, schema=COLUMNS)


def score(
    judge: str,
    protocol: str,
    truths: Sequence[float],
    scores: Sequence[float | None],
    events: Sequence[str] | None = None,
    criterion: str = "execution",
    **fields: object,
) -> pl.DataFrame:
    """A score a clip, each clip its own cluster; None is a refusal."""
    rows = [
        _row(judge, protocol, "score", clip, criterion, "neutral", **fields)
        | {
            "cluster": f"diver-{clip}",
            "event": events[clip] if events else "",
            "truth_score": float(truth),
            "status": "ok" if given is not None else "refused",
            "score": None if given is None else float(given),
        }
        for clip, (truth, given) in enumerate(zip(truths, scores, strict=True))
    ]
    return pl.DataFrame(rows, schema=COLUMNS)


def _row(
    judge: str, protocol: str, task: str, clip: int, criterion: str, framing: str, **fields: object
) -> Mapping[str, object]:
    return dict.fromkeys(COLUMNS) | {
        "key": f"{judge}/{task}/{criterion}/{clip}/{framing}/{sorted(fields.items())}",
        "judge": judge,
        "protocol": protocol,
        "dataset": "gym",
        "task": task,
        "item": f"{task}:{criterion}:{clip}",
        "clip": f"clip-{clip}",
        "cluster": f"body-{clip // 2}",
        "event": "",
        "criterion": criterion,
        "representation": "rgb",
        "strategy": "base",
        "frames": "16",
        "framing": framing,
        "repeat": 0,
        "status": "ok",
        "note": "",
        "setting": "",
        "action": "squat",
        "view": "side",
        "still": False,
        "ratings": "",
        "trace_kind": "",
        "requests": 1,
        **{axis: getattr(Condition(), axis) for axis in AXES},
        **fields,
    }


def observing(observer: Observer, seed: int) -> Answer:
    """The answers of an equal-variance Gaussian observer."""
    generator = np.random.default_rng(seed)

    def answer(truth: bool, framing: str) -> bool:
        evidence = generator.normal(observer.d_prime / 2 if truth else -observer.d_prime / 2)
        return bool(evidence > observer.threshold(1 if framing == "positive" else -1))

    return answer


def saying_true(truth: bool, framing: str) -> bool:
    """A judge that answers "true" to every statement."""
    return framing == "negative"


def one(findings: Sequence[Finding], measure: str, judge: str, criterion: str = "all") -> Finding:
    """The one finding of a measure about a judge and criterion."""
    wanted = (measure, judge, criterion)
    (found,) = [f for f in findings if (f.measure, f.about["judge"], f.about["criterion"]) == wanted]
    return found


def locate(
    judge: str,
    spans: Sequence[tuple[str, tuple[float, float], tuple[float, float] | None]],
    criterion: str = "depth",
    **fields: object,
) -> pl.DataFrame:
    """A clip for each of `spans`: (cluster, the true span, the one that was named; None is no verdict)."""
    rows = [
        {
            **_row(judge, "openai", "locate", clip, criterion, "neutral", **fields),
            "cluster": cluster,
            "truth_start": truth[0],
            "truth_end": truth[1],
            "start": None if named is None else named[0],
            "end": None if named is None else named[1],
            "status": "unparsed" if named is None else "ok",
        }
        for clip, (cluster, truth, named) in enumerate(spans)
    ]
    return pl.DataFrame(rows, schema=COLUMNS)


def choose(
    judge: str,
    answers: Sequence[tuple[str, str | None]],
    task: str = "choose",
    criterion: str = "option",
    **fields: object,
) -> pl.DataFrame:
    """A question a clip, each its own cluster: (the right option, what was chosen; None is no verdict)."""
    rows = [
        {
            **_row(judge, "openai", task, clip, criterion, "neutral"),
            "cluster": f"body-{clip}",
            "truth_choice": truth,
            "choice": chosen,
            "status": "unparsed" if chosen is None else "ok",
            **fields,
        }
        for clip, (truth, chosen) in enumerate(answers)
    ]
    return pl.DataFrame(rows, schema=COLUMNS)
