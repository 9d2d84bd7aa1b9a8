"""Recordings to pictures: clip -> frames -> representation -> JPEG, content-addressed, decoded once."""

from aqa_eval.media.cache import cache_folder
from aqa_eval.media.prepare import Want
from aqa_eval.media.representations import MEDIA_VERSION, REPRESENTATIONS
from aqa_eval.media.store import FrameStore

__all__ = ["MEDIA_VERSION", "REPRESENTATIONS", "FrameStore", "Want", "cache_folder"]
