"""The datasets there are, by name. A new one is its file or folder, and a line here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from aqa_eval.datasets import egoexo_fitness, finefs, fitness_aqa, llm_fms, mannequin, mtl_aqa, own
from aqa_eval.datasets.dataset import Loader
from aqa_eval.errors import DataError, did_you_mean

LOADERS: Mapping[str, Loader] = MappingProxyType(
    {
        loader.name: loader
        for loader in (
            mannequin.LOADER,
            egoexo_fitness.LOADER,
            finefs.LOADER,
            fitness_aqa.LOADER,
            llm_fms.LOADER,
            mtl_aqa.LOADER,
            own.LOADER,
        )
    }
)
"""Name -> loader."""


def find(name: str) -> Loader:
    """Look a loader up. Raises DataError with the nearest valid name."""
    if name not in LOADERS:
        raise DataError(f"no dataset is called {name!r}: {did_you_mean(name, LOADERS)}.")
    return LOADERS[name]
