"""A study as the command would hand it over: observers with planted parameters answer, findings are taken
from their answers. Small enough to be made anew in every test, whole enough to fill every section.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import polars as pl
import simplejpeg
from scipy.stats import norm

from aqa_eval.findings.table import COLUMNS
from aqa_eval.report import Contents, DatasetLine, JudgeLine, Specimen, Tally
from aqa_eval.vocabulary import Finding, Frame, Status, Usage, Verdict

CRITERIA = ("squat.depth", "press.lockout")
CLIPS = 30
JUDGES = (
    JudgeLine(
        "qwen3-vl",
        "openai",
        "Qwen/Qwen3-VL-235B-A22B-Instruct",
        (("temperature", "0.7"), ("top_p", "0.8")),
        repeats=2,
    ),
    JudgeLine("constant", "constant", reference=True),
    JudgeLine("pose-rules", "pose-rules", "blazepose-full", reference=True),
    JudgeLine(
        "observer",
        "simulated",
        "",
        (("d_prime", "1.5"), ("acquiescence", "0.2")),
        simulated=True,
        reference=True,
    ),
)
PLANTED = {
    "qwen3-vl": (0.4, 0.7, 0.2),
    "constant": (0, -9, 0),
    "pose-rules": (2.4, 0.0, 0.0),
    "observer": (1.5, 0.0, 0.2),
}


def _rows() -> Iterator[dict[str, object]]:
    generator = np.random.default_rng(7)
    for line in JUDGES:
        sight, leniency, agreement = PLANTED[line.name]
        for criterion in CRITERIA:
            for clip in range(CLIPS):
                fault = clip % 2 == 1
                for framing in ("positive", "negative"):
                    evidence = sight * (fault - 0.5) - leniency + generator.normal()
                    lean = agreement if framing == "negative" else -agreement
                    held = bool(evidence + lean > 0)
                    failed = line.name == "qwen3-vl" and clip == 3
                    yield _row(line, criterion, clip, fault, framing, held, failed)
        for clip in range(CLIPS):
            truth = 40 + 50 * clip / CLIPS
            said = 70 + 0.1 * sight * (truth - 65) + generator.normal(0, 3)
            yield _row(line, "execution", clip, None, "neutral", None, False) | {
                "task": "score",
                "truth_score": truth,
                "score": said,
            }


def _row(
    line: JudgeLine, criterion: str, clip: int, fault, framing: str, held, failed: bool
) -> dict[str, object]:
    key = hashlib.sha256(f"{line.name}{criterion}{clip}{framing}".encode()).hexdigest()
    return {
        "key": key,
        "judge": line.name,
        "protocol": line.protocol,
        "dataset": "mannequin",
        "task": "verify",
        "item": f"verify:{criterion}:clip-{clip:02}",
        "clip": f"clip-{clip:02}",
        "cluster": f"body-{clip % 10}",
        "event": "",
        "criterion": criterion,
        "representation": "rgb",
        "strategy": "base",
        "frames": "16",
        "framing": framing,
        "repeat": 0,
        "truth_fault": fault,
        "truth_score": None,
        "status": "unparsed" if failed else "ok",
        "said": None if failed or held is None else held == (framing == "negative"),
        "fault": None if failed else held,
        "score": None,
        "note": "no True or False in the answer" if failed else "",
    }


@functools.cache
def table() -> pl.DataFrame:
    return pl.DataFrame(list(_rows()), schema=COLUMNS)


def finding(name: str, measure: str, judge: str, estimate: float | None, **fields) -> Finding:
    about = {"judge": judge, "dataset": "mannequin"} | fields.pop("about", {})
    half = fields.pop("half", 0.1)
    low, high = (None, None) if estimate is None else (estimate - half, estimate + half)
    defaults = {
        "chance": None,
        "noise_floor": 0.09,
        "n": 120,
        "clusters": 10,
        "failures": 0,
        "method": "jackknife-t over 10 clusters, 95%",
        "reading": f"{judge} reads {measure.replace('_', ' ')} as the planted observer would.",
    }
    return Finding(name, measure, about, estimate, low, high, **(defaults | fields))


def _findings(rows: pl.DataFrame) -> Iterator[Finding]:
    for line in JUDGES:
        own = rows.filter((pl.col("judge") == line.name) & (pl.col("task") == "verify"))
        yield _accuracy(line, own, {})
        for criterion in CRITERIA:
            yield _accuracy(line, own.filter(pl.col("criterion") == criterion), {"criterion": criterion})
        yield from _biases(line, own)
        yield from _scores(line, rows.filter((pl.col("judge") == line.name) & (pl.col("task") == "score")))
        failures = own.height - own["said"].count()
        reading = f"{failures} of {own.height} answers of {line.name} gave no verdict."
        yield finding(
            "failures",
            "failure_rate",
            line.name,
            failures / own.height,
            half=0,
            reading=reading,
            failures=failures,
            parts={"worst": 0.48, "best": 0.56},
        )


def _share(rows: pl.DataFrame, column: str, **where) -> float:
    chosen = rows.filter(pl.col(column).is_not_null(), **where)
    return float(chosen[column].mean())


def _accuracy(line: JudgeLine, own: pl.DataFrame, about: dict[str, str]) -> Finding:
    hits = _share(own, "fault", truth_fault=True)
    spared = 1 - _share(own, "fault", truth_fault=False)
    accuracy = (hits + spared) / 2
    words = "tells faulty from faultless clips" if accuracy > 0.6 else "is not told apart from guessing"
    return finding(
        "chance",
        "balanced_accuracy",
        line.name,
        accuracy,
        half=0 if line.name == "constant" else 0.06,
        chance=0.5,
        about=about,
        parts={"sensitivity": hits, "specificity": spared},
        n=own["said"].count(),
        failures=own.height - own["said"].count(),
        fragile=bool(about) and line.name == "qwen3-vl",
        reading=f"{line.name} {words} (balanced accuracy {accuracy:.2f}).",
    )


def _biases(line: JudgeLine, own: pl.DataFrame) -> Iterator[Finding]:
    yes = {
        f: np.mean([_share(own, "said", framing=f, truth_fault=t) for t in (True, False)])
        for f in ("positive", "negative")
    }
    planted = line.simulated
    yield finding(
        "correctness_bias", "correctness_bias", line.name, float(yes["positive"] - yes["negative"]) / 2
    )
    yield finding(
        "acquiescence",
        "acquiescence",
        line.name,
        float(yes["positive"] + yes["negative"]) / 2 - 0.5,
        planted=0.06 if planted else None,
    )
    if line.name == "constant":
        why = "constant gives one answer to everything: d′ cannot be estimated."
        yield finding("detection", "d_prime", line.name, None, reading=why)
        return
    z_hit = norm.ppf(_share(own, "fault", truth_fault=True))
    z_alarm = norm.ppf(_share(own, "fault", truth_fault=False))
    yield finding(
        "detection", "d_prime", line.name, float(z_hit - z_alarm), half=0.4, planted=1.5 if planted else None
    )
    yield finding(
        "detection", "c", line.name, float(-(z_hit + z_alarm) / 2), half=0.2, planted=0.0 if planted else None
    )


def _scores(line: JudgeLine, own: pl.DataFrame) -> Iterator[Finding]:
    truth, said = own["truth_score"].to_numpy(), own["score"].to_numpy()
    r, s = float(np.corrcoef(truth, said)[0, 1]), float(said.std() / truth.std())
    b = float((said.mean() - truth.mean()) / truth.std())
    error = float(np.mean(((said - truth) / np.ptp(truth)) ** 2))
    yield finding("rank", "spearman", line.name, r, chance=0.0, half=0.2, n=30)
    yield finding("regression_trap", "r_l2", line.name, 100 * error, half=2.0, n=30, noise_floor=None)
    yield finding(
        "regression_trap",
        "skill",
        line.name,
        2 * r * s - s**2 - b**2,
        half=0.1,
        n=30,
        noise_floor=None,
        parts={"r": r, "s": s, "b": b},
    )


def picture(place: int, size: int = 96) -> bytes:
    rows, columns = np.mgrid[:size, :size]
    head = (rows - 20 - 3 * place) ** 2 + (columns - size // 2) ** 2 < 90
    body = (abs(columns - size // 2) < 7) & (rows > 28 + 3 * place) & (rows < 84)
    image = np.empty((size, size, 3), np.uint8)
    image[...] = np.where((head | body)[..., None], (52, 84, 140), (214, 220, 214))
    return simplejpeg.encode_jpeg(image, quality=80, colorspace="RGB")


def frames(count: int = 8) -> tuple[tuple[Frame, bytes], ...]:
    pictures = [picture(place) for place in range(count)]
    return tuple(
        (Frame(12 * place, 0.4 * place, hashlib.sha256(jpeg).hexdigest(), 96, 96), jpeg)
        for place, jpeg in enumerate(pictures)
    )


def specimen(judge: str = "qwen3-vl", **fields) -> Specimen:
    whole = Specimen(
        key=hashlib.sha256(judge.encode("utf-8", "replace")).hexdigest(),
        judge=judge,
        dataset="mannequin",
        item="verify:squat.depth:clip-07",
        criterion="At the lowest point the thighs are at least parallel to the floor.",
        framing="positive",
        frames=frames(),
        system="You are an experienced coach. Answer with True or False.",
        prompt="Frame 1, 0.00 s:\n[picture]\n...\nIs this statement true of what you see?\n"
        "At the lowest point the thighs are at least parallel to the floor.",
        answer="The person is in a squat, so the thighs are likely parallel.\n\nAnswer: True",
        reasoning="A squat usually reaches parallel. I will say True.",
        verdict=Verdict(Status.OK, True, False),
        truth=True,
    )
    return replace(whole, **fields)


def study(**fields) -> Contents:
    rows = table()
    tallies = {
        line.name: Tally(own := rows.filter(pl.col("judge") == line.name).height, own, 0, Usage())
        for line in JUDGES
    }
    tallies["qwen3-vl"] = replace(tallies["qwen3-vl"], tokens=Usage(812_400, 14_020, None), cost=0.3142)
    whole = Contents(
        study="quickstart",
        seed=7,
        version="0.1.0",
        datasets=(
            DatasetLine("mannequin", "Mannequin, rendered movements", CLIPS, 90, "Apache-2.0", rendered=True),
        ),
        judges=JUDGES,
        conditions=(
            {"representation": "rgb", "strategy": "base", "framing": "positive", "frames": "16"},
            {"representation": "rgb", "strategy": "base", "framing": "negative", "frames": "16"},
        ),
        findings=tuple(_findings(rows)),
        table=rows,
        specimens=(
            specimen(),
            specimen("pose-rules", answer="False", reasoning="", verdict=Verdict(Status.OK, False, True)),
            specimen(
                "observer",
                answer="True",
                reasoning="",
                framing="negative",
                criterion="At the lowest point the thighs stay above parallel.",
                verdict=Verdict(Status.OK, True, True),
            ),
            specimen(
                "qwen3-vl",
                item="score:execution:clip-11",
                framing="neutral",
                criterion="Execution of the squat.",
                answer="62",
                verdict=Verdict(Status.OK, 62.0, 62.0),
                truth=48.5,
                reasoning="",
                frames=frames(4),
            ),
        ),
        tallies=tallies,
    )
    return replace(whole, **fields)
