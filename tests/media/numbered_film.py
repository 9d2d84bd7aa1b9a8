"""Pictures that carry their number as black and white blocks, readable after any compression."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

WIDTH, HEIGHT, BITS, BLOCK = 320, 240, 10, 32

Film = Callable[..., Path]
"""The fixture `film`: writes a video of numbered pictures and tells its path."""


def draw(number: int, width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    """(height, width, 3) RGB: the number in binary on top, least bit first, over a moving pattern."""
    y, x = np.mgrid[:height, :width]
    wave = 128 + 60 * np.sin((x + 5 * number) / 17) + 50 * np.cos((y - 3 * number) / 23)
    rgb = np.stack([wave, np.roll(wave, 40, axis=1), 255 - wave], axis=-1)
    for bit in range(BITS):
        rgb[:BLOCK, bit * BLOCK : (bit + 1) * BLOCK] = 255 * (number >> bit & 1)
    return rgb.clip(0, 255).astype(np.uint8)


def read_number(rgb: np.ndarray) -> int:
    """The number `draw` put into a picture, at whatever size it comes back."""
    block = rgb.shape[1] / BITS
    middle = int(block * rgb.shape[0] / rgb.shape[1] * WIDTH / HEIGHT / 2)
    return sum(1 << bit for bit in range(BITS) if rgb[middle, int((bit + 0.5) * block)].mean() > 128)
