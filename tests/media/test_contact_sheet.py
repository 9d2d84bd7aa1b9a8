from __future__ import annotations

import numpy as np
import pytest
import simplejpeg

from aqa_eval.errors import MediaError
from aqa_eval.media import contact_sheet, jpeg


def plain(red: int, green: int, blue: int, width: int = 60, height: int = 40) -> bytes:
    rgb = np.full((height, width, 3), (red, green, blue), np.uint8)
    return simplejpeg.encode_jpeg(rgb, quality=95, colorspace="RGB")


def test_rows_stand_below_each_other_with_their_labels() -> None:
    rows = [("first", [plain(250, 0, 0), plain(0, 250, 0)]), ("a much longer label", [plain(0, 0, 250)])]
    sheet = jpeg.decode(contact_sheet(rows, height=80), "sheet")
    # A row is 22 of label, 80 of pictures and 4 of gap; pictures are 120 wide, with a gap of 4.
    assert sheet.shape[0] == 2 * (22 + 80 + 4)
    for y, x, colour in ((60, 60, (250, 0, 0)), (60, 184, (0, 250, 0)), (166, 60, (0, 0, 250))):
        assert np.abs(sheet[y, x].astype(int) - colour).max() < 12
    assert (sheet[:22, :60] < 100).any()
    assert (sheet[130:200, 140:] > 240).all()
    assert contact_sheet(rows, height=80) == contact_sheet(rows, height=80)


def test_a_row_without_frames_has_its_label() -> None:
    sheet = jpeg.decode(contact_sheet([("none", [])]), "sheet")
    assert sheet.shape[0] == 26
    assert (sheet < 100).any()


def test_no_rows_and_damaged_frames() -> None:
    with pytest.raises(MediaError, match="at least one row"):
        contact_sheet([])
    with pytest.raises(MediaError, match="frame 0 of broken is not a whole JPEG"):
        contact_sheet([("broken", [b"\xff\xd8\xff"])])
