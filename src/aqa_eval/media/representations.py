"""What a judge can be shown of a clip, and the version of the pictures."""

from __future__ import annotations

from typing import Final

MEDIA_VERSION: Final = 1
"""Enters every trial's key: raised whenever the same recording would give other pictures."""

REPRESENTATIONS: Final = ("rgb", "crop", "overlay", "skeleton", "pose-text", "none")
"""The whole picture; a steady crop of the person; the skeleton drawn on the picture; the same skeleton on
black; joint angles in words and numbers; or nothing at all (the blind judge).
"""

POSED: Final = frozenset({"crop", "overlay", "skeleton", "pose-text"})
"""The representations for which the person must be found."""
