"""Recordings to pictures: clip -> frames -> representation -> JPEG, content-addressed, decoded once."""

from aqa_eval.media.cache import cache_folder
from aqa_eval.media.contact_sheet import contact_sheet
from aqa_eval.media.perturbations import PERTURBATIONS, Perturbation, combinable
from aqa_eval.media.representations import MEDIA_VERSION, REPRESENTATIONS
from aqa_eval.media.store import FrameStore

__all__ = [
    "MEDIA_VERSION",
    "PERTURBATIONS",
    "REPRESENTATIONS",
    "FrameStore",
    "Perturbation",
    "cache_folder",
    "combinable",
    "contact_sheet",
]
