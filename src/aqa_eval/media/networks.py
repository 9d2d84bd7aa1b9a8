"""The network files that ship with the package, checked, and the runtime that runs them on a CPU."""

from __future__ import annotations

import hashlib
import importlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aqa_eval.errors import MediaError

WEIGHTS = {
    "pose_detection.tflite": "9ba9dd3d42efaaba86b4ff0122b06f29c4122e756b329d89dca1e297fd8f866c",
    "pose_landmark_full.tflite": "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f",
}
"""SHA-256 of the network files."""


class Network:
    """One network with its single picture input and its outputs in the order of the file."""

    def __init__(self, content: bytes, threads: int) -> None:
        """Loads a network from its file's bytes. Raises MediaError where there is no runtime for it."""
        try:
            runtime: Any = importlib.import_module("ai_edge_litert.interpreter")
        except ImportError as error:
            raise MediaError(
                f"poses need the package ai-edge-litert, which cannot be loaded here: {error}. Without it "
                "no person can be found: use the representation `rgb`, or keypoints from files, and leave "
                "out the judge `pose-rules`."
            ) from error
        with _native_messages_dropped():
            self._interpreter: Any = runtime.Interpreter(model_content=content, num_threads=threads)
            self._interpreter.allocate_tensors()
        self._input = self._interpreter.get_input_details()[0]["index"]
        self._outputs = [output["index"] for output in self._interpreter.get_output_details()]

    def __call__(self, picture: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """All outputs, each with its batch axis of 1, for one (H, W, 3) float32 picture."""
        self._interpreter.set_tensor(self._input, picture[None])
        self._interpreter.invoke()
        return [self._interpreter.get_tensor(index) for index in self._outputs]


@contextmanager
def _native_messages_dropped() -> Iterator[None]:
    """Keep the runtime's start-up line ("INFO: Created ... delegate") out of the user's progress display.

    It is written straight to the file descriptor and has no switch. Python's own errors are not touched:
    they are raised, and shown after the block.
    """
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def weights(name: str, digest: str) -> bytes:
    """A network file of the package. Raises MediaError when it is missing or not of this SHA-256."""
    resource = files("aqa_eval.media") / "weights" / name
    try:
        content = resource.read_bytes()
    except FileNotFoundError as error:
        raise MediaError(f"the pose network {resource} is missing. Install aqa-eval again.") from error
    found = hashlib.sha256(content).hexdigest()
    if found != digest:
        raise MediaError(
            f"the pose network {resource} is damaged: its SHA-256 is {found}, expected {digest}. "
            "Install aqa-eval again."
        )
    return content
