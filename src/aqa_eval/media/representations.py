"""What a judge can be shown of a clip, and the version of the pictures."""

from __future__ import annotations

from typing import Final

MEDIA_VERSION: Final = 1
"""Enters every trial's key: raised whenever the same recording would give other pictures."""

REPRESENTATIONS: Final = ("rgb", "crop", "none")
"""The whole picture, a steady crop of the person, or no picture at all (the blind judge)."""
