"""Make torchvision importable beside a torch it was not compiled for.

transformers' image processors resize and normalise with `torchvision.transforms.v2.functional`, which
is plain Python over torch. The published torchvision wheel also carries a library compiled against the
CUDA build of torch; beside the CPU build that library does not load, and `import torchvision` then stops
at two operators (`nms`, `qnms`) to which it wants to attach shapes. Declaring the two, without code
behind them, is all it takes; calling either would raise.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import torch

_DETECTION_OPERATORS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)


def make_importable() -> torch.library.Library | None:
    """Declare the missing operators; call before anything imports torchvision, and keep what it returns.

    torch forgets the operators when the returned library is collected. None where torchvision's
    compiled library loads and nothing had to be declared. Raises ImportError without torchvision.
    """
    spec = importlib.util.find_spec("torchvision")
    if spec is None or spec.origin is None:
        raise ImportError("torchvision is missing: install tests/servers/requirements.txt")
    compiled = next(Path(spec.origin).parent.glob("_C.*"), None)
    if compiled is not None:
        try:
            torch.ops.load_library(compiled)
        except OSError:
            pass
        else:
            return None
    library = torch.library.Library("torchvision", "DEF")
    for schema in _DETECTION_OPERATORS:
        library.define(schema)
    return library
