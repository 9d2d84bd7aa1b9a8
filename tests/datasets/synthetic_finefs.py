"""A synthetic FineFS download: the dataset's schema and all its irregularities, none of its content.

    python tests/datasets/synthetic_finefs.py FOLDER [folders|archives]

Performances 0-12 are short programmes, 729-731 free ones; 9 and 12 are for test. Sound but for these:

- 1: an element of each class with `coarse_class` null, and a panel score that is not bv + goe;
- 2: the appendix's spelling `score_of_panel`, seven judges;
- 3: an element that starts and ends in the same second, one that ends before it starts, one at 0-00;
- 4: deductions that do not add up; no video;
- 730: combinations with marks, codes in odd capitals, an element worth nothing.

GOE is a tenth of the base value x the trimmed mean of the grades, a panel score base value + GOE.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from synthetic_media import NOTICE, mp4, write_folder, write_zip

Row = tuple[str, str | None, float, Sequence[int], str]
"""Code, class, base value, grades, time."""

JUMP: Row = ("3Lz+3T", "jump", 10.1, (2, 1, 2, 3, 2, 1, 2, 2, 0), "0-02,0-04")
SPIN: Row = ("CCoSp4", "spin", 3.5, (3, 3, 4, 2, 3, 3, 4, 3, 3), "0-05,0-08")
STEPS: Row = ("StSq3", "sequence", 3.3, (1, 2, 1, 0, 1, 1, 2, 1, 1), "0-09,0-13")
FALL: Row = ("4T", "jump", 9.5, (-5, -5, -4, -5, -5, -5, -5, -5, -5), "0-01,0-03")
SEVEN: Row = ("FSSp3", "spin", 2.6, (0, 1, -1, 0, 1, 0, -2), "0-04,0-07")


def _timed(row: Row, time: str) -> Row:
    return (*row[:4], time)


def _unclassed(row: Row) -> Row:
    return (row[0], None, *row[2:])


PERFORMANCES: dict[int, tuple[str, list[Row]]] = {
    0: ("synthetic_cup_2018_men", [FALL, JUMP, SPIN, STEPS]),
    1: ("synthetic_cup_2018_men", [_unclassed(JUMP), _unclassed(SPIN), _unclassed(STEPS), FALL]),
    2: ("synthetic_cup_2018_ladies", [SEVEN, ("3Lo", "jump", 4.9, (1, 0, 0, 1, 1, 2, 0), "0-09,0-11")]),
    3: ("synthetic_cup_2018_ladies", [
        _timed(JUMP, "0-06,0-06"), _timed(SPIN, "0-09,0-05"), _timed(FALL, "0-00,0-02"), STEPS,
    ]),
    4: ("synthetic_cup_2018_ladies", [JUMP, SPIN]),
    9: ("synthetic_final_2019_men", [SPIN, _timed(FALL, "0-10,0-12")]),
    12: ("synthetic_final_2019_men", [STEPS, JUMP]),
    729: ("synthetic_final_2019_men", [JUMP, SPIN, STEPS]),
    730: ("synthetic_final_2019_men", [
        ("3Fq+2T+2Lo", None, 8.0, (-1, 0, -2, -1, -1, 0, -1, -1, -2), "0-02,0-04"),
        ("CCosp3", None, 3.0, (1, 1, 2, 1, 1, 0, 1, 1, 1), "0-05,0-08"),
        ("1A*", "jump", 0.0, (-3, -3, -4, -3, -2, -3, -3, -3, -3), "0-09,0-10"),
    ]),
    731: ("synthetic_final_2019_ladies", [STEPS, SPIN]),
}  # fmt: skip
WITHOUT_VIDEO = {4}
SECONDS = 15.0


def trimmed(grades: Sequence[int]) -> float:
    return (sum(grades) - min(grades) - max(grades)) / (len(grades) - 2)


def record(number: int) -> dict[str, Any]:
    """A performance's annotation."""
    competition, rows = PERFORMANCES[number]
    panel_name = "score_of_panel" if number == 2 else "score_of_pannel"
    elements: dict[str, Any] = {}
    for place, (code, kind, base, grades, time) in enumerate(rows, start=1):
        goe = round(0.1 * base * trimmed(grades), 2)
        elements[f"element{place}"] = {
            "element": code,
            "coarse_class": kind,
            "jump_comb": code.count("+") if kind == "jump" else None,
            "bv": base,
            "judge_score": list(grades),
            "goe": goe,
            panel_name: round(base + goe, 2),
            **{name: ["x"] for name in ("linfo", "minfo", "rinfo")},
            "time": time,
        }
    scores = [element[panel_name] for element in elements.values()]
    if number == 1:
        elements["element1"][panel_name] = round(elements["element1"][panel_name] + 0.5, 2)
    components = [8.25, 8.0, 8.5, 8.25, 8.0]
    factor = 1.0 if number < 729 else 2.0
    total, deductions = round(sum(scores), 2), -1.0 if FALL in rows else 0.0
    factored = round(factor * sum(components), 2)
    return {
        "competition": competition,
        "competition_index": number,
        "total_segment_score": round(total + factored + deductions, 2),
        "total_element_score": total,
        "total_program_component_score(factored)": factored,
        "factor": factor,
        "total_program_component_score_not_factored": sum(components),
        "deductions": deductions - (1.0 if number == 4 else 0.0),
        "element_score": scores,
        "component_score_not_factored": components,
        "executed_element": elements,
        "program_component": {
            name: {"judge_score": [score] * 9, panel_name: score}
            for name, score in zip(
                ("skating_skills", "transitions", "performance", "composition", "interpretation"),
                components,
                strict=True,
            )
        },
    }


def _skeleton(number: int) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, reconstruction=np.full((5, 17, 3), number, np.float32))
    return buffer.getvalue()


def write(folder: Path, layout: str = "folders") -> Path:
    """Write the download below `folder` and tell its root."""
    root = folder / "FineFS"
    put = {"folders": write_folder, "archives": lambda at, files: write_zip(at.with_suffix(".zip"), files)}[
        layout
    ]
    write_folder(root, {"README_SYNTHETIC.txt": NOTICE.encode()})
    put(root / "data" / "annotation", {f"{n}.json": json.dumps(record(n)).encode() for n in PERFORMANCES})
    put(root / "data" / "skeleton", {f"{n}.npz": _skeleton(n) for n in PERFORMANCES})
    recorded = [n for n in PERFORMANCES if n not in WITHOUT_VIDEO]
    put(root / "data" / "video", {f"{n}.mp4": mp4(SECONDS, n, fps=10, width=64, height=48) for n in recorded})
    return root


if __name__ == "__main__":
    print(write(Path(sys.argv[1]), *sys.argv[2:3]))
