"""Bytes that leave with a request."""

from __future__ import annotations

from aqa_eval.judges.families import RequestShape

BYTES_PER_PIXEL = 0.284
"""Of a frame as it is sent, in base64: the mean over six films of people at 448 px, of which the leanest has
0.234 and the richest 0.401 (`benchmarks/jpeg_size.py`).
"""
BASE64 = 4 / 3


def uploaded_bytes(shape: RequestShape) -> float:
    """Bytes of one request: its pictures, films and text."""
    pixels = sum(width * height for width, height in shape.pictures)
    pixels += sum(video.frames * video.width * video.height for video in shape.videos)
    films = sum(film.bytes for film in shape.films) * BASE64
    return pixels * BYTES_PER_PIXEL + films + shape.text.words + shape.text.signs
