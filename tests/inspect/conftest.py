"""A study for Inspect AI, and which of its warnings are its own affair.

There is no __init__.py here, and there must be none: a package called `inspect` would hide Python's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

INSPECTS_OWN = (
    "ignore:The 'initial' parameter is deprecated:DeprecationWarning",
    "ignore:Unclosed <MemoryObject:ResourceWarning",
)
"""Inspect AI 0.3.285 uses what its own dependencies deprecate, and leaves streams to the garbage collector.
Every other warning is an error here too.
"""
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Bear with Inspect's own warnings, in the tests of this folder alone."""
    for item in items:
        if HERE in item.path.parents:
            for warning in INSPECTS_OWN:
                item.add_marker(pytest.mark.filterwarnings(warning))


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One cache for all of these tests, also those that start a process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AQA_EVAL_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A study of two mannequin clips, one with a fault and one without, asked in both polarities."""
    path = tmp_path / "two.toml"
    path.write_text(
        'name = "two"\nseed = 7\ncontrols = 0\n'
        '[[dataset]]\nname = "mannequin"\nsubjects = 2\nmovements = ["squat"]\n'
        'criteria = ["squat.depth"]\ntasks = ["verify"]\nlimit = 2\nbalanced = true\n'
        "[conditions]\nframes = [2]\nsize = 64\n"
    )
    return path
