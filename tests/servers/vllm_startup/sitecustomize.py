"""In every process of vLLM: declare torchvision's missing operators when it is first imported.

vLLM starts processes of its own in several ways (forked, spawned, as modules), so that no script of ours
could declare them in all. With this folder on PYTHONPATH, Python itself runs this file in each.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType


class _BeforeTorchvision(MetaPathFinder):
    """Finds nothing. The operators are declared when torchvision is asked for: torch is slow to import."""

    operators: object = None

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name == "torchvision":
            sys.meta_path.remove(self)
            import torchvision_python_part  # noqa: PLC0415  it imports torch

            _BeforeTorchvision.operators = torchvision_python_part.make_importable()
        return None


sys.meta_path.insert(0, _BeforeTorchvision())
