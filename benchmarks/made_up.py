"""A made-up verdict table and the claims beside it, as large as a study makes them: what findings are timed
on. Every finding has something to read in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from aqa_eval.findings.setting import AXES, sampling_text, setting
from aqa_eval.findings.table import COLUMNS
from aqa_eval.traces import COLUMNS as CLAIM_COLUMNS
from aqa_eval.vocabulary import Condition

CLUSTERS, FAILING = 500, 0.02
REPEATED, REPEATS = 10, 5
"""Each tenth question is asked five times."""
COMPARED = 400
"""Clips that are compared: a tournament, each clip of a cluster of its own."""
JUDGES = {"tall": 1.2, "grande": 0.7, "piccolo": 0.2, "guesser": 0.0}
"""A made-up judge and its d'."""
CONSTANT = "always"
"""The reference judge, which answers alike whatever it is shown."""
CLAIMED = ("tall", "grande")
"""The judges that reason, and say what they see."""
CLAIMS = 7
"""Claims of an answer of theirs, in the ways in which claims are read."""

_PLAIN = Condition()
WAYS: tuple[Condition, ...] = (
    _PLAIN,
    *(replace(_PLAIN, perturbation=name) for name in ("shuffled", "swapped")),
    *(replace(_PLAIN, cue=name) for name in ("banner-high", "banner-low")),
    replace(_PLAIN, strategy="guidelines"),
    replace(_PLAIN, representation="none"),
    replace(_PLAIN, shots=4),
    replace(_PLAIN, representation="skeleton"),
    replace(_PLAIN, perturbation="frozen"),
    replace(_PLAIN, shots=4, shot_labels="random"),
    replace(_PLAIN, cue="fake-score"),
    *(replace(_PLAIN, cue=name) for name in ("fake-praise", "fake-blame")),
    *(replace(_PLAIN, strategy=name) for name in ("visual-grounding", "two-step", "structured")),
    *(replace(_PLAIN, representation=name) for name in ("crop", "overlay")),
    *(replace(_PLAIN, paraphrase=number) for number in (1, 2)),
    replace(_PLAIN, perturbation="blank"),
    replace(_PLAIN, negated=True),
    replace(_PLAIN, representation="skeleton", strategy="guidelines"),
)
"""The ways of asking; a task that is asked in fewer has the first of them."""

Columns = Mapping[str, Any]
Codes = np.ndarray[tuple[int, ...], np.dtype[np.int64]]


def table(rows: int) -> pl.DataFrame:
    """200 conditions of about `rows` answers each: 97 verify, 49 score, 21 choose, 21 compare, 12 locate."""
    return pl.concat(_ways(rows))


def claims(verdicts: pl.DataFrame, seed: int = 9) -> pl.DataFrame:
    """What the reasoning of `CLAIMED` says where they verify: `CLAIMS` claims an answer in four ways."""
    told = (
        (pl.col("perturbation") == "swapped") | pl.col("strategy").is_in(["two-step"]) | _plainly()
    ) & pl.col("judge").is_in(CLAIMED)
    keys = verdicts.filter(told, pl.col("task") == "verify", pl.col("status") == "ok")["key"].to_numpy()
    key, place = np.repeat(keys, CLAIMS), np.tile(np.arange(CLAIMS), len(keys))
    generator = np.random.default_rng(seed)

    def drawn(*names: str | None) -> list[str | None]:
        return [names[code] for code in generator.integers(0, len(names), len(key))]

    columns: dict[str, object] = {
        "key": key,
        "source": ["cited" if number == CLAIMS - 1 else "trace" for number in place],
        "place": place,
        "step": drawn("", "look", "answer"),
        "kind": drawn("observation", "observation", "observation", "rule", "prior", "hedge"),
        "part": drawn("knee", "hip", "trunk"),
        "side": "",
        "relation": drawn("bent", "straight", "not bent"),
        "value": generator.integers(6, 16, len(key)) * 10.0,
        "unit": "degree",
        "text": "",
        "reason": "",
        "check": drawn("supported", "contradicted", "not checkable"),
        "elsewhere": drawn("supported", "contradicted", None),
        "partner_check": drawn("supported", "contradicted", None),
        "point_right": drawn_truth(generator, len(key)),
        "partner_point": drawn_truth(generator, len(key)),
        "time_right": drawn_truth(generator, len(key)),
        "partner_time": drawn_truth(generator, len(key)),
    }
    constants = {name: None for name in CLAIM_COLUMNS if name not in columns}
    made = pl.DataFrame({name: value for name, value in columns.items() if not isinstance(value, str)})
    rest = {**constants, **{name: value for name, value in columns.items() if isinstance(value, str)}}
    whole = made.with_columns(pl.lit(value).alias(name) for name, value in rest.items())
    return whole.select(pl.col(name).cast(kind) for name, kind in CLAIM_COLUMNS.items())


def drawn_truth(generator: np.random.Generator, count: int) -> list[bool]:
    """So many fair coins."""
    return (generator.random(count) < 0.5).tolist()


def _plainly() -> pl.Expr:
    return (pl.col("strategy") == "base") & (pl.col("setting") == "") & (pl.col("representation") == "rgb")


def _ways(rows: int) -> Iterator[pl.DataFrame]:
    made = {
        "verify": (_verify, 24),
        "score": (_score, 12),
        "choose": (_choose, 5),
        "compare": (_compare, 5),
        "locate": (_locate, 3),
    }
    for task, (make, ways) in made.items():
        for place, (judge, way) in enumerate((judge, way) for judge in JUDGES for way in range(ways)):
            generator = np.random.default_rng([len(task), place])
            yield _table(task, judge, WAYS[way], make(rows, JUDGES[judge], generator), generator)
        if task != "locate":
            generator = np.random.default_rng(0)
            alike = dict(make(rows, 0.0, generator)) | _CONSTANTLY[task]
            alike |= {"said": [name == "negative" for name in alike["framing"]]} if task == "verify" else {}
            yield _table(task, CONSTANT, _PLAIN, alike, generator)


def _table(
    task: str, judge: str, condition: Condition, columns: Columns, generator: np.random.Generator
) -> pl.DataFrame:
    told = pl.DataFrame(columns)
    failed = pl.Series(generator.random(told.height) < FAILING)
    answers = [name for name in ("fault", "said", "score", "choice", "start", "end") if name in told.columns]
    constants: dict[str, object] = {
        **dict.fromkeys(COLUMNS),
        **{axis: getattr(condition, axis) for axis in AXES},
        **{
            "judge": judge,
            "protocol": "constant" if judge == CONSTANT else "openai",
            "dataset": "made-up",
            "task": task,
            "event": "",
        },
        **{
            "action": "squat",
            "view": "side",
            "still": False,
            "frames": _frames(condition),
            "framing": "neutral",
        },
        **{"representation": condition.representation, "strategy": condition.strategy, "note": ""},
        **{"setting": setting(condition), "repeat": 0, "evidence": 0, "requests": 1, "ratings": ""},
        **{
            "trace_kind": "raw" if judge in CLAIMED else "",
            "confidence_source": "token",
            "prompt_tokens": 4_000,
            "completion_tokens": 5,
        },
    }
    plain = [pl.lit(value).alias(name) for name, value in constants.items() if name not in told.columns]
    confidence = pl.Series("confidence", np.round(generator.uniform(0.5, 1.0, told.height), 2))
    whole = told.with_columns(plain).with_columns(
        confidence,
        status=pl.when(failed).then(pl.lit("refused")).otherwise(pl.lit("ok")),
        key=pl.concat_str(pl.lit(f"{judge}/{task}/{condition}/"), pl.int_range(told.height)),
    )
    blanked = [pl.when(~failed).then(pl.col(name)).alias(name) for name in (*answers, "confidence")]
    return whole.with_columns(blanked).select(pl.col(name).cast(kind) for name, kind in COLUMNS.items())


def _frames(condition: Condition) -> str:
    return "" if condition.representation == "none" else sampling_text(condition.sampling)


def _home(items: int, generator: np.random.Generator) -> Codes:
    return np.sort(np.concatenate([np.arange(CLUSTERS), generator.integers(0, CLUSTERS, items)])[:items])


def _named(prefix: str, codes: Codes) -> list[str]:
    return [f"{prefix}-{code:05d}" for code in codes]


def _asked(questions: int, ways: int) -> tuple[Codes, Codes, Codes]:
    """Question, way and repeat of every row: each question in each way, each tenth one five times."""
    grids = np.meshgrid(np.arange(questions), np.arange(ways), np.arange(REPEATS), indexing="ij")
    question, way, repeat = (grid.ravel() for grid in grids)
    kept = (repeat == 0) | (question % REPEATED == 0)
    return question[kept], way[kept], repeat[kept]


def _questions(rows: int, ways: int) -> int:
    """How many questions make so many rows."""
    return rows * REPEATED // (ways * (REPEATED + REPEATS - 1))


def _verify(rows: int, sight: float, generator: np.random.Generator) -> Columns:
    criteria, framings = ("depth", "knees", "trunk", "heels"), ("positive", "negative")
    clips, fixed = _questions(rows, 8), np.random.default_rng(2)
    home = _home(clips, np.random.default_rng(1))
    clip, way, repeat = _asked(clips, 8)
    criterion, framing = way // 2, way % 2
    faulty = fixed.random((clips, 4)) < 0.4
    truth = faulty[clip, criterion]
    votes = np.where(fixed.random((clips, 4, 3)) < 0.85, faulty[:, :, None], ~faulty[:, :, None])
    amounts = np.round(np.where(faulty, 1.0, 0.2) * fixed.exponential(10.0, (clips, 4)), 1)
    noise = generator.normal(size=(clips, 4))[clip, criterion] + generator.normal(size=len(clip))
    seen = np.where(truth, sight, -sight) / 2.0 + noise / np.sqrt(2.0)
    seen += 0.5 * generator.normal(size=clips)[home[clip]]
    fault = seen > 0.4 - 0.2 * framing
    return {
        "item": [f"{name}/{criteria[c]}" for name, c in zip(_named("clip", clip), criterion, strict=True)],
        "clip": _named("clip", clip),
        "cluster": _named("subject", home[clip]),
        "criterion": [criteria[c] for c in criterion],
        "framing": [framings[f] for f in framing],
        "repeat": repeat,
        "amount": amounts[clip, criterion],
        "ratings": _rated(clip, votes[clip, criterion].astype(np.float64)),
        "truth_fault": truth,
        "fault": fault,
        "said": fault == (framing == 1),
    }


def _rated(clip: Codes, marks: np.ndarray) -> list[str]:
    """The marks of each row in text, for every second clip."""
    return [
        "|".join(f"{mark:g}" for mark in own) if number % 2 else ""
        for number, own in zip(clip, marks, strict=True)
    ]


def _score(rows: int, sight: float, generator: np.random.Generator) -> Columns:
    clips, fixed = rows // 2, np.random.default_rng(4)
    home = _home(clips, np.random.default_rng(3))
    clip, criterion = np.repeat(np.arange(clips), 2), np.tile([0, 1], clips)
    truth = np.round(70.0 + 10.0 * fixed.normal(size=2 * clips), 1)
    marks = np.round(truth[:, None] + 5.0 * fixed.normal(size=(2 * clips, 3)), 1)
    noise = 10.0 * generator.normal(size=2 * clips)
    kinds = ("execution", "entry")
    return {
        "item": [f"{name}/{kinds[c]}" for name, c in zip(_named("clip", clip), criterion, strict=True)],
        "clip": _named("clip", clip),
        "cluster": _named("diver", home[clip]),
        "event": _named("event", home[clip] // 20),
        "criterion": [kinds[c] for c in criterion],
        "ratings": _rated(clip, marks),
        "truth_score": truth,
        "score": np.round(70.0 + 0.5 * sight * (truth - 70.0) + 0.5 * noise),
    }


def _choose(rows: int, sight: float, generator: np.random.Generator) -> Columns:
    home, options = _home(rows, np.random.default_rng(5)), np.array(["left", "right", "both", "neither"])
    truth = np.random.default_rng(6).integers(0, 4, rows)
    said = np.where(generator.random(rows) < sight / 2.0, truth, generator.integers(0, 4, rows))
    clip = _named("clip", np.arange(rows))
    return {
        "item": clip,
        "clip": clip,
        "cluster": _named("subject", home),
        "criterion": [("knees", "elbows")[code % 2] for code in range(rows)],
        "truth_choice": options[truth],
        "choice": options[said],
    }


def _compare(rows: int, sight: float, generator: np.random.Generator) -> Columns:
    pairs, fixed = _questions(rows, 2), np.random.default_rng(7)
    quality = fixed.normal(size=COMPARED)
    first = np.arange(pairs) % COMPARED
    second = (first + fixed.integers(1, COMPARED, pairs)) % COMPARED
    apart = np.round(quality[first] - quality[second], 2)
    pair, swapped, repeat = _asked(pairs, 2)
    better = (apart < 0.0).astype(np.int64)[pair]
    noise = generator.normal(size=pairs)[pair] + generator.normal(size=len(pair))
    right = noise / np.sqrt(2.0) < sight * np.abs(apart[pair])
    sides = np.array(["first", "second"])
    return {
        "item": _named("pair", pair),
        "clip": _named("clip", first[pair]),
        "clip_b": _named("clip", second[pair]),
        "cluster": _named("subject", first[pair]),
        "cluster_b": _named("subject", second[pair]),
        "criterion": ["depth"] * len(pair),
        "repeat": repeat,
        "order": [("given", "swapped")[s] for s in swapped],
        "gap": np.abs(apart[pair]),
        "truth_choice": sides[better],
        "choice": sides[np.where(right, better, 1 - better)],
    }


def _locate(rows: int, sight: float, generator: np.random.Generator) -> Columns:
    home, fixed = _home(rows, np.random.default_rng(8)), np.random.default_rng(9)
    start = np.round(fixed.uniform(0.0, 6.0, rows), 2)
    off = (1.5 - sight) * generator.normal(size=rows)
    clip = _named("clip", np.arange(rows))
    return {
        "item": clip,
        "clip": clip,
        "cluster": _named("subject", home),
        "criterion": [("depth", "knees")[code % 2] for code in range(rows)],
        "truth_start": start,
        "truth_end": start + 1.5,
        "fault_start": start,
        "fault_end": start + 1.5,
        "start": start + off,
        "end": start + off + 1.0,
    }


_CONSTANTLY: Mapping[str, Columns] = {
    "verify": {"fault": True},
    "score": {"score": 70.0},
    "choose": {"choice": "left"},
    "compare": {"choice": "first"},
}
