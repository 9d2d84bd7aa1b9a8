from __future__ import annotations

import json
from pathlib import Path

import pytest

from aqa_eval.datasets.finefs.elements import CLASSES, class_of

MAP = Path(__file__).parents[3] / "shared" / "data" / "FineFS" / "class_maps" / "242_class.json"

# Read off the list of codes by hand: what is no jump.
SPINS = [
    "FCSp4", "CSSp3", "CCoSp3", "CSSp4", "CCoSp4", "CCSp4", "FSSp4", "FCSp2", "FCCoSp3", "LSp4", "FCSp3",
    "FSSp3", "FCCoSp4", "FSSp2", "SSp4", "CSSp2", "CCSp3", "FCCoSp2", "LSp3", "CCSp2", "CCoSp2", "FUSp4",
    "CSp3", "SSp2", "CCoSp1", "SSp3", "FCSSp4", "LSp2", "FCoSp2", "CSp4", "CSSp1", "Sp", "FSSp1", "Sp*",
    "CoSp2", "FCCoSp1", "FCSSp3", "FUSp2", "LSp1", "CoSp", "CSSp", "CoSp3", "LSpB", "CCoSp", "USp2",
    "CCosp3", "FUSp3", "FCSp1", "CCSp", "CCSp1", "CUSp4", "UpSpin", "SitSpin",
]  # fmt: skip
SEQUENCES = ["ChSq1", "StSq1", "StSq2", "StSq3", "StSq4"]
UNKNOWN = ["BO"]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("3F+1Eu+3S", "jump"),
        ("4T", "jump"),
        ("3Lz+COMBO", "jump"),
        ("2A+1EU+3S", "jump"),
        ("3Fq+2T+2Lo", "jump"),
        ("4T<", "jump"),
        ("A", "jump"),
        (" 3Lo+REP ", "jump"),
        ("LSpB", "spin"),
        ("CCosp3", "spin"),
        ("FCSSp4", "spin"),
        ("StSq4", "sequence"),
        ("ChSq1*", "sequence"),
        ("BO", None),
        ("", None),
        ("7T", None),
        ("Transition", None),
    ],
)
def test_a_code_tells_its_class(code: str, kind: str | None) -> None:
    assert class_of(code) == kind
    assert kind is None or kind in CLASSES


def test_all_published_codes_but_one_are_told_apart() -> None:
    """243 of 244 codes, and none wrong; "BO" is no code of the ISU."""
    if not MAP.is_file():
        pytest.skip("the list of codes is not at hand (expected in ../shared/data/FineFS/class_maps)")
    codes = list(json.loads(MAP.read_text("utf-8")))
    assert len(codes) == 244
    truth = dict.fromkeys(codes, "jump") | dict.fromkeys(SPINS, "spin") | dict.fromkeys(SEQUENCES, "sequence")
    assert len(truth) == 244  # each code read off by hand is in the list
    assert {code: class_of(code) for code in codes if class_of(code) != truth[code]} == {"BO": None}
