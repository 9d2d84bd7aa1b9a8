"""Model families: how each counts tokens and names points in a picture. One file a family, one line here.

A judge's `family` names one; "" means that nobody knows, and nothing is estimated then. Figures can be
adapted to one's own server with `dataclasses.replace`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from aqa_eval.judges.families.family import Coordinates, Family, estimate
from aqa_eval.judges.families.gemini import IMAGE_TOKENS, Gemini3
from aqa_eval.judges.families.internvl import InternVL35
from aqa_eval.judges.families.qwen3_vl import Qwen3VL
from aqa_eval.judges.families.shape import FilmShape, RequestShape, Tokens, VideoShape
from aqa_eval.judges.families.text_length import TextLength, text_length
from aqa_eval.judges.families.unknown import Unknown
from aqa_eval.vocabulary import Judge

QWEN_CHARACTERS = 5.03
"""Measured over the project's own texts by `scripts/measure_text_tokens.py`; InternVL3.5-241B-A28B is built
on a Qwen3 model and has its tokenizer.
"""
GEMINI_CHARACTERS = 4.0
"""Published for whole texts; since digits and signs are counted besides, estimates err on the high side."""

FAMILIES: Mapping[str, Family] = {
    family.name: family
    for family in (
        # Around a message: <|im_start|>, its role, a line break, <|im_end|>, a line break; before the
        # answer the first three again. Around a picture: a marker before and one after.
        Qwen3VL(
            characters_per_token=QWEN_CHARACTERS,
            window=262_144,
            message_markers=5,
            answer_markers=3,
            picture_markers=2,
        ),
        # The same layout, and a line break after each picture.
        InternVL35(
            characters_per_token=QWEN_CHARACTERS,
            window=32_768,
            message_markers=5,
            answer_markers=3,
            picture_markers=3,
        ),
        Gemini3(
            characters_per_token=GEMINI_CHARACTERS,
            window=1_048_576,
            window_holds_answer=False,
            longest_answer=65_536,
        ),
        Unknown(characters_per_token=GEMINI_CHARACTERS, window=0),
    )
}
"""Family name -> its figures; "" is the family nobody knows."""


NAMED = {
    "qwen3-vl": "qwen3-vl",
    "internvl3_5": "internvl3.5",
    "internvl3.5": "internvl3.5",
    "gemini-3": "gemini",
}
"""What a model's name tells of its family, where a study does not say which it is."""


def family_named(model: str) -> str:
    """The family that a model's name speaks of; empty where it speaks of none.

    >>> family_named("Qwen/Qwen3-VL-8B-Instruct")
    'qwen3-vl'
    """
    return next((family for part, family in NAMED.items() if part in model.lower()), "")


def family_of(judge: Judge) -> Family:
    """The judge's family, with the media resolution its requests ask for."""
    family = FAMILIES[judge.family]
    asked = str(dict(judge.decoding).get("media_resolution", "")).lower().removeprefix("media_resolution_")
    if isinstance(family, Gemini3):
        known = (resolution for resolution in IMAGE_TOKENS if resolution == asked)
        return replace(family, resolution=next(known, ""))
    return family


__all__ = [
    "FAMILIES",
    "Coordinates",
    "Family",
    "FilmShape",
    "Gemini3",
    "InternVL35",
    "Qwen3VL",
    "RequestShape",
    "TextLength",
    "Tokens",
    "Unknown",
    "VideoShape",
    "estimate",
    "family_named",
    "family_of",
    "text_length",
]
