"""The judges' awards in MTL-AQA's `Raw_Annotations/NN.xlsx`.

Format (`Raw_Annotations/Readme.txt` of the release): one workbook an event, one row a camera view. A
dive's first row holds its number in column A, and its seven awards in columns M-S (the last seven); the
rows of its other views leave column A empty.
"""

from __future__ import annotations

import io
import re
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from aqa_eval.datasets import folders
from aqa_eval.datasets.mtl_aqa.diving_panel import JUDGES, Awards, Dive, is_panel
from aqa_eval.errors import DataError, MediaError
from aqa_eval.media import archives

FIRST_AWARD = 12  # column M
_WORKBOOK = re.compile(r"(\d+)\.xlsx", re.IGNORECASE)


def read(folder: Path) -> Awards:
    """Read every `NN.xlsx` of a `Raw_Annotations` folder.

    A panel that is not seven numbers from 0 to 10 becomes a problem. Raises DataError where there is no
    workbook, or one cannot be opened or has no numbered dive.
    """
    panels: dict[Dive, tuple[float, ...]] = {}
    problems: dict[Dive, str] = {}
    books = [(path, int(m[1])) for path in folders.entries(folder) if (m := _WORKBOOK.fullmatch(path.name))]
    if not books:
        raise DataError(f"{folder}: no workbooks. Expected one NN.xlsx an event, as in the authors' release.")
    for path, event in books:
        rows = _numbered_rows(path)
        if not rows:
            raise DataError(f"{path}: no row with a dive number in column A. Download the file again.")
        for line, number, row in rows:
            cells = row[FIRST_AWARD : FIRST_AWARD + JUDGES]
            awards = tuple(float(cell) for cell in cells if isinstance(cell, int | float))
            if is_panel(awards):
                panels[event, number] = awards
            else:
                problems[event, number] = (
                    f"{path.name} row {line}: columns M-S hold {cells}, expected seven awards from 0 to 10"
                )
    return Awards(folder.name, panels, problems)


def _numbered_rows(path: Path) -> list[tuple[int, int, list[object]]]:
    """Give (row number as a spreadsheet shows it, dive number, cells) of each dive's first row."""
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(archives.read_bytes(path))).get_sheet_by_index(0)
    except (CalamineError, MediaError, OSError, IndexError) as error:
        raise DataError(f"{path}: not a readable xlsx workbook ({error}). Download it again.") from error
    rows: list[list[object]] = [list(row) for row in sheet.to_python(skip_empty_area=False)]
    return [
        (line, int(row[0]), row)
        for line, row in enumerate(rows, start=1)
        if row and isinstance(row[0], int | float) and row[0] == int(row[0])
    ]
