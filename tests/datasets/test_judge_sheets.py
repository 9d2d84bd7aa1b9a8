from __future__ import annotations

import pytest

from aqa_eval.datasets.mtl_aqa import annotation_files, judge_sheets
from aqa_eval.errors import DataError


def test_every_numbered_dive_has_its_seven_awards(release) -> None:
    awards = judge_sheets.read(release.write_sheets())
    assert awards.source == "Raw_Annotations"
    assert len(awards.panels) == 6  # rows of other views hold no dive
    assert awards.panels[1, 1] == (9.5, 9.0, 9.5, 9.0, 8.5, 9.5, 8.5)
    assert awards.problems == {}


@pytest.mark.parametrize(
    "awards",
    [
        (8.0, "7..5", 8.0, 8.0, 8.0, 8.0, 8.0),
        (2.5, 45.0, 4.0, 4.0, 3.5, 5.0, 4.0),
        (8.0, "", 8.0, 8.0, 8.0, 8.0, 8.0),
        (8.0, 8.0),
    ],
)
def test_a_panel_that_does_not_parse_is_named_by_file_and_row(release, awards) -> None:
    got = judge_sheets.read(release.write_sheets({(1, 2): awards}))
    assert (1, 2) not in got.panels
    # row 1 is the heading, rows 2-3 are dive 1, so dive 2 is row 4
    assert "01.xlsx row 4" in got.problems[1, 2]
    assert str(awards[1]) in got.problems[1, 2]
    assert len(got.panels) == 5


def test_a_folder_without_workbooks_and_a_broken_workbook(release, tmp_path) -> None:
    with pytest.raises(DataError, match=r"no workbooks.*NN\.xlsx"):
        judge_sheets.read(tmp_path)
    folder = release.write_sheets()
    (folder / "02.xlsx").write_bytes((folder / "02.xlsx").read_bytes()[:300])
    with pytest.raises(DataError, match=r"02\.xlsx: not a readable xlsx workbook"):
        judge_sheets.read(folder)


def test_a_workbook_without_dives(release, xlsx_writer) -> None:
    folder = release.write_sheets()
    xlsx_writer(folder / "03.xlsx", [["sr. no", "view"], ["", "s"]])
    with pytest.raises(DataError, match=r"03\.xlsx: no row with a dive number"):
        judge_sheets.read(folder)


def test_the_authors_sheets_agree_with_core(real_release) -> None:
    files = annotation_files.find(real_release)
    assert files.sheets is not None
    sheets = judge_sheets.read(files.sheets)
    core = annotation_files.read_awards(files)
    assert core is not None
    assert set(sheets.problems) == {(4, 49), (4, 100)}
    assert "04.xlsx" in sheets.problems[4, 49]
    assert "45.0" in sheets.problems[4, 49]
    assert "7..5" in sheets.problems[4, 100]
    shared = set(core.panels) & set(sheets.panels)
    assert len(shared) == 1410
    assert all(core.panels[dive] == sheets.panels[dive] for dive in shared)
