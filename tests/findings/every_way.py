"""A verdict table that has every task and every kind of way to ask, from answers that a function gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import polars as pl
from tests.findings.tables import CRITERIA, _row

from aqa_eval.findings.table import COLUMNS

WAYS: tuple[Mapping[str, object], ...] = (
    {},
    {"representation": "none", "frames": ""},
    {"perturbation": "shuffled", "setting": "shuffled"},
    {"perturbation": "mirrored", "setting": "mirrored"},
    {"perturbation": "swapped", "setting": "swapped"},
    {"representation": "skeleton", "coverage": 1.0},
    {"strategy": "cited", "trace_kind": "raw"},
    {"strategy": "structured"},
    {"cue": "banner-high", "setting": "cue banner-high"},
    {"shots": 2, "setting": "shots 2"},
    {"negated": True, "setting": "negated"},
    {"paraphrase": 1, "setting": "paraphrase 1"},
    {"audio": True, "setting": "audio"},
    {"probe": "truncated", "setting": "probe truncated"},
    {"probe": "masked-cited", "strategy": "cited", "setting": "probe masked-cited"},
    {"probe": "masked-control", "strategy": "cited", "setting": "probe masked-control"},
)
"""The plainest way, and others that differ from it in one axis; masks, which rest on what was cited."""

Said = Callable[[np.random.Generator, bool], object]
"""The answer to a yes/no question whose truth it is told: a bool, or a status that is no verdict."""


def every_way(
    judge: str,
    said: Said,
    *,
    clips: int = 16,
    cluster: Callable[[int], str] = lambda clip: f"body-{clip // 2}",
    truth: Callable[[int], bool] = lambda clip: clip % 2 == 1,
    score: Callable[[np.random.Generator, int], float | None] = lambda generator, clip: float(clip),
    true_score: Callable[[int], float] = float,
    confidence: float | None = 0.7,
    repeats: int = 2,
    protocol: str = "openai",
    seed: int = 0,
) -> pl.DataFrame:
    """Two criteria to verify in both polarities, scores in three events, options, pairs in both orders with
    gaps, and spans, each in every way of `WAYS` and `repeats` times.
    """
    generator = np.random.default_rng(seed)
    rows: list[Mapping[str, object]] = []
    for way in WAYS:
        for repeat in range(repeats):
            for clip in range(clips):
                fields = dict(way) | {
                    "cluster": cluster(clip),
                    "repeat": repeat,
                    "confidence": confidence,
                    "confidence_source": "" if confidence is None else "stated",
                    "prompt_tokens": 900,
                    "completion_tokens": 12,
                    "key": f"{judge}/{len(rows)}",
                }
                for criterion in CRITERIA:
                    for framing in ("positive", "negative"):
                        fault = said(generator, truth(clip))
                        rows.append(
                            _answer(
                                judge, protocol, "verify", clip, criterion, framing, fields, fault, "fault"
                            )
                            | {"truth_fault": truth(clip)}
                        )
                given = score(generator, clip)
                rows.append(
                    _answer(judge, protocol, "score", clip, "execution", "neutral", fields, given, "score")
                    | {
                        "truth_score": true_score(clip),
                        "event": f"event-{clip % 3}",
                        "ratings": "|".join(f"{true_score(clip) + k:g}" for k in (-1, 0, 1)),
                    }
                )
                for task, options in (("choose", ("low", "high")), ("compare", ("first", "second"))):
                    right = options[int(truth(clip))]
                    hit = said(generator, truth(clip))
                    chosen = options[int(hit)] if isinstance(hit, bool) else hit
                    for order in ("given", "swapped") if task == "compare" else ("given",):
                        rows.append(
                            _answer(
                                judge,
                                protocol,
                                task,
                                clip,
                                "option",
                                "neutral",
                                fields,
                                chosen,
                                "choice",
                                options,
                            )
                            | {"truth_choice": right, "order": order}
                            | (
                                {
                                    "cluster_b": cluster(clip),
                                    "clip_b": f"b-{clip}",
                                    "gap": float(1 + clip % 4),
                                }
                                if task == "compare"
                                else {}
                            )
                        )
                span = said(generator, True)
                rows.append(
                    _answer(judge, protocol, "locate", clip, "depth", "neutral", fields, None, "start")
                    | {"truth_start": 1.0, "truth_end": 2.0 + clip % 2}
                    | (
                        {"status": "ok", "start": 1.0, "end": 1.5 + bool(span)}
                        if isinstance(span, bool)
                        else {}
                    )
                )
    return pl.DataFrame(rows, schema=COLUMNS)


def _answer(
    judge: str,
    protocol: str,
    task: str,
    clip: int,
    criterion: str,
    framing: str,
    fields: Mapping[str, object],
    given: object,
    column: str,
    options: tuple[str, ...] = (),
) -> dict[str, object]:
    """A row with what was given in its column; a text that is no option is a status, None is a refusal."""
    row = dict(_row(judge, protocol, task, clip, criterion, framing)) | dict(fields)
    row["key"] = f"{fields['key']}/{task}/{criterion}/{framing}/{clip}"
    if given is None or (isinstance(given, str) and given not in options):
        return row | {"status": given or "refused", "confidence": None, "confidence_source": ""}
    said = {"said": given == (framing == "negative")} if column == "fault" else {}
    return row | {"status": "ok", column: given, **said}
