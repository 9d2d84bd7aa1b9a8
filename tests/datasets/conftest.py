"""A small MTL-AQA release written into a temporary folder, and the real one where it is at hand."""

from __future__ import annotations

import pickle
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np
import pytest

REAL = Path(__file__).parents[3] / "shared" / "data" / "MTL-AQA"

# (event, dive) -> start, end, difficulty, final score, seven awards. Each final score is difficulty x the
# sum of the middle three awards, except (2, 2): 2.0 x (8 + 8 + 8) = 48, written as 50.
DIVES: dict[tuple[int, int], tuple[int, int, float, float, tuple[float, ...]]] = {
    (1, 1): (101, 150, 3.2, 88.0, (9.5, 9.0, 9.5, 9.0, 8.5, 9.5, 8.5)),  # 9 + 9 + 9.5 = 27.5
    (1, 2): (301, 360, 3.0, 60.0, (7.0, 6.0, 6.5, 7.0, 7.5, 6.5, 6.5)),  # 6.5 + 6.5 + 7 = 20
    (1, 3): (501, 540, 2.0, 15.0, (2.0, 2.5, 3.0, 2.5, 2.0, 3.0, 2.5)),  # 2.5 + 2.5 + 2.5 = 7.5
    (2, 1): (11, 90, 1.5, 36.0, (8.0, 8.0, 8.5, 7.5, 8.0, 8.0, 8.5)),  # 8 + 8 + 8 = 24
    (2, 2): (201, 260, 2.0, 50.0, (8.0, 8.0, 8.5, 7.5, 8.0, 8.0, 8.5)),  # 24 -> 48, not 50
    (2, 3): (401, 480, 2.5, 40.0, (5.0, 5.5, 5.5, 5.5, 5.0, 6.0, 4.5)),  # 5 + 5.5 + 5.5 = 16
}
SPLITS = {"train": [(1, 1), (2, 3), (1, 3)], "test": [(2, 1), (1, 2), (2, 2)]}


@dataclass(frozen=True)
class Release:
    """Writes the files of the release below `root`, each on demand."""

    root: Path

    @property
    def folder(self) -> Path:
        return self.root / "MTL-AQA_dataset_release"

    @property
    def split_folder(self) -> Path:
        return self.folder / "Ready_2_Use" / "MTL-AQA_split_0_data"

    @property
    def annotations(self) -> Path:
        return self.split_folder / "final_annotations_dict.pkl"

    def dump(self, path: Path, content: object) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pickle.dumps(content, protocol=4))
        return path

    def records(self) -> dict[tuple[int, int], dict[str, object]]:
        return {
            dive: {"start_frame": start, "end_frame": end, "difficulty": difficulty, "final_score": final}
            | {"primary_view": 0, "position": 2, "armstand": 0, "rotation_type": 2, "ss_no": 7, "tw_no": 0}
            for dive, (start, end, difficulty, final, _) in DIVES.items()
        }

    def write_ready_to_use(self) -> Release:
        self.dump(self.annotations, self.records())
        for name, dives in SPLITS.items():
            self.dump(self.split_folder / f"{name}_split_0.pkl", dives)
        return self

    def write_core(self, **changes: object) -> Path:
        """The annotations with awards as CoRe publishes them; `changes` replace awards by "E_D" keys."""
        records = self.records()
        for (event, dive), record in records.items():
            panel = DIVES[event, dive][4]
            record["judge_scores"] = changes.get(f"d{event}_{dive}", np.array(panel))
        return self.dump(self.root / "CoRe_info" / "final_annotations_dict_with_dive_number.pkl", records)

    def write_sheets(self, replaced: dict[tuple[int, int], Sequence[object]] | None = None) -> Path:
        """`Raw_Annotations/NN.xlsx`: a heading, then each dive's row and a row of another view."""
        folder = self.folder / "Raw_Annotations"
        for event in (1, 2):
            rows: list[Sequence[object]] = [["sr. no", "view", "start frame", *[""] * 9, "scores"]]
            for key, (start, end, difficulty, final, panel) in DIVES.items():
                if key[0] == event:
                    row = [key[1], "s", start, end, "t", difficulty, "i 3,5 ss", 0, "i", 3.5, 0, final]
                    rows.append([*row, *(replaced or {}).get(key, panel)])
                    rows.append(["", "ss", start + 200, end + 300])
            write_xlsx(folder / f"{event:02d}.xlsx", rows)
        return folder


def write_xlsx(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    """The smallest workbook a spreadsheet program opens (ECMA-376): one sheet, texts inline."""

    def cell(value: object) -> str:
        if value == "":
            return "<c/>"
        if isinstance(value, int | float):
            return f"<c><v>{value}</v></c>"
        return f'<c t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'

    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    body = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{types}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{types}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        '<sheet name="Sheet1" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{body}</sheetData></worksheet>',
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return path


@pytest.fixture
def release(tmp_path: Path) -> Release:
    """Ready_2_Use is written; awards, sheets and recordings are up to the test."""
    return Release(tmp_path / "MTL-AQA").write_ready_to_use()


@pytest.fixture(scope="session")
def real_release() -> Path:
    """The authors' files."""
    if not REAL.is_dir():
        pytest.skip("the authors' MTL-AQA files are not at hand (expected at ../shared/data/MTL-AQA)")
    return REAL


@pytest.fixture(scope="session")
def xlsx_writer():
    """Write rows as a workbook: (path, rows) -> path."""
    return write_xlsx
