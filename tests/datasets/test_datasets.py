from __future__ import annotations

import pytest

from aqa_eval import datasets
from aqa_eval.errors import DataError


def test_every_loader_is_registered_under_its_name() -> None:
    assert "mtl-aqa" in datasets.LOADERS
    assert all(datasets.find(name).name == name for name in datasets.LOADERS)


def test_an_unknown_name_gets_the_nearest_one() -> None:
    with pytest.raises(DataError, match=r"'MTL_AQA'.*did you mean 'mtl-aqa'"):
        datasets.find("MTL_AQA")
