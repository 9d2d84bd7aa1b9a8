"""`transformers serve` on a machine without CUDA: `python transformers_serve.py MODEL --port PORT ...`.

Two things of the published packages need the CUDA build of torch, and nothing else is touched:
torchvision's compiled operators (see `torchvision_python_part`), and the JPEG decoder among them.
"""

from __future__ import annotations

import sys

import torchvision_python_part

_OPERATORS = torchvision_python_part.make_importable()

import transformers.image_processing_backends as image_processing  # noqa: E402  torchvision first
from transformers.cli.transformers import main  # noqa: E402
from transformers.image_utils import load_image  # noqa: E402

if __name__ == "__main__":
    # Pictures are decoded by Pillow instead; resizing, patching and counting stay the processor's own.
    image_processing.load_image_as_tensor = load_image
    sys.argv[1:1] = ["serve"]
    main()
