"""Findings made readable: one self-contained HTML file, and the same numbers for programs."""

from aqa_eval.report.assembly import assemble
from aqa_eval.report.contents import Contents, DatasetLine, JudgeLine, Specimen, Tally
from aqa_eval.report.page import render, write

__all__ = [
    "Contents",
    "DatasetLine",
    "JudgeLine",
    "Specimen",
    "Tally",
    "assemble",
    "render",
    "write",
]
