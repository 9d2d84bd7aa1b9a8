"""Clothes, hair and skin: what every vertex is made of, and the cloth's thickness over it.

Each material is the region where a smooth field over the body at rest is positive (metres inside its
edge), so that hems, collars and hairlines stay clean lines at any resolution; a later material lies
over an earlier one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from aqa_eval.mannequin.body import Body, Floats, vertex_normals

MATERIALS = ("skin", "lips", "eye", "pupil", "brow", "sock", "shoe", "sole", "shorts", "shirt", "hair")
THICKNESS = {"sock": 0.002, "shoe": 0.007, "shorts": 0.008, "shirt": 0.006, "hair": 0.012}
"""How far a material stands off the skin, in metres."""

SKINS = ((236, 196, 170), (222, 174, 142), (198, 146, 112), (160, 110, 80), (118, 78, 56), (88, 58, 44))
HAIRS = ((38, 30, 28), (66, 44, 32), (112, 78, 50), (168, 128, 82), (150, 150, 150), (96, 50, 34))
SHIRTS = (
    (46, 92, 168), (176, 52, 48), (58, 132, 92), (224, 224, 220), (214, 152, 44), (108, 76, 150),
    (40, 130, 148), (206, 98, 128),
)  # fmt: skip
SHORTS = ((36, 38, 46), (52, 58, 84), (84, 84, 88), (60, 44, 40), (30, 66, 70))
SHOES = ((230, 230, 228), (56, 58, 64), (196, 84, 60), (120, 168, 196))


Outfit = Literal["gym", "swim"]
"""T-shirt, shorts and shoes, or a swimsuit."""


@dataclass(frozen=True, slots=True)
class Dressed:
    """A dressed body at rest: `vertices` and `normals` (V, 3), the materials' `fields` (V, M) and their
    `colours` (M, 3) in RGB from 0 to 255.
    """

    vertices: Floats
    normals: Floats
    fields: NDArray[np.float32]
    colours: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Outfit:
    sleeve: float
    hem: float
    colours: dict[str, tuple[int, ...]]


def _outfit(rng: Generator) -> _Outfit:
    def pick(palette: tuple[tuple[int, ...], ...]) -> tuple[int, ...]:
        return palette[int(rng.integers(len(palette)))]

    skin = pick(SKINS)
    hair, shirt, shorts, shoe = pick(HAIRS), pick(SHIRTS), pick(SHORTS), pick(SHOES)
    lips = tuple(int(c * f) for c, f in zip(skin, (0.86, 0.66, 0.66), strict=True))
    colours = {
        "skin": skin, "lips": lips, "eye": (232, 230, 226), "pupil": (40, 30, 26),
        "brow": tuple(int(c * 0.8) for c in hair), "sock": (226, 226, 224), "shoe": shoe,
        "sole": (244, 244, 240), "shorts": shorts, "shirt": shirt, "hair": hair,
    }  # fmt: skip
    return _Outfit(sleeve=rng.uniform(0.42, 0.72), hem=rng.uniform(0.28, 0.5), colours=colours)


def _share(body: Body, *prefixes: str) -> Floats:
    """How much of each vertex (V,) hangs on the bones whose names begin with `prefixes`."""
    chosen = [i for i, name in enumerate(body.skeleton.names) if name.startswith(prefixes)]
    total: Floats = body.weights[:, chosen].sum(axis=1)
    return total


def _shirt(body: Body, sleeve: float) -> Floats:
    skeleton, v = body.skeleton, body.vertices
    hem = v[:, 2] - (skeleton.head("root")[2] + 0.045)
    neck = skeleton.head("neck01")
    collar = neck[2] - 0.008 + 0.6 * (v[:, 1] - neck[1]) - v[:, 2]
    arms = _share(body, "upperarm", "lowerarm", "wrist", "metacarpal", "finger")
    along = np.zeros(len(v))
    for side in "LR":
        shoulder, elbow = skeleton.head(f"upperarm01.{side}"), skeleton.head(f"lowerarm01.{side}")
        length = float(np.linalg.norm(elbow - shoulder))
        own = np.sign(shoulder[0]) * v[:, 0] > 0
        along = np.where(own, (v - shoulder) @ (elbow - shoulder) / length / length, along)
        reach = length
    sleeves = (sleeve - along * np.clip(2 * arms, 0, 1)) * reach
    inside: Floats = np.minimum(np.minimum(hem, collar), sleeves)
    return inside


def _shorts(body: Body, hem: float) -> Floats:
    skeleton, v = body.skeleton, body.vertices
    hip, knee = skeleton.head("upperleg01.L")[2], skeleton.head("lowerleg01.L")[2]
    arms = _share(body, "upperarm", "lowerarm", "wrist", "metacarpal", "finger")
    waist = skeleton.head("spine04")[2] - v[:, 2]
    legs = v[:, 2] - (knee + hem * (hip - knee))
    inside: Floats = np.minimum(np.minimum(waist, legs), 0.1 * (0.5 - arms))
    return inside


def _hair(body: Body) -> Floats:
    skeleton, v = body.skeleton, body.vertices
    head = _share(body, "head") > 0.5
    skull = v[head]
    top, front, back = skull[:, 2].max(), skull[:, 1].min(), skull[:, 1].max()
    nape = skeleton.head("head")[2] + 0.01
    hairline = top - 0.05
    slope = (hairline - nape) / (back - 0.01 - (front + 0.035))
    edge = v[:, 2] - hairline + slope * (v[:, 1] - (front + 0.035))
    return np.where(head, edge, -0.1)


def _face(body: Body) -> dict[str, Floats]:
    skeleton, v = body.skeleton, body.vertices
    eyes = _share(body, "eye") > 0.5
    front = np.where(_share(body, "head") > 0.5, 0.0, -1.0)
    pupil, brow = np.full(len(v), -1.0), np.full(len(v), -1.0)
    for side in "LR":
        eye = skeleton.head(f"eye.{side}")
        aside = np.hypot(v[:, 0] - eye[0], v[:, 2] - eye[2])
        pupil = np.where(eyes, np.maximum(pupil, 0.0075 - aside), pupil)
        arch = np.abs(v[:, 2] - eye[2] - 0.02 + 4.0 * (v[:, 0] - eye[0]) ** 2)
        band = np.minimum(0.0045 - arch, 0.023 - np.abs(v[:, 0] - eye[0]))
        brow = np.maximum(brow, np.where(v[:, 1] < eye[1] + 0.01, band, -1.0))
    mouth = skeleton.head("eye.L")[2] - 0.068
    lips = 0.008 - np.hypot((v[:, 0]) * 0.3, v[:, 2] - mouth)
    lips = np.where(v[:, 1] < skeleton.head("eye.L")[1] - 0.005, lips, -1.0)
    return {"eye": np.where(eyes, 0.01, -0.01), "pupil": pupil, "brow": brow + front, "lips": lips + front}


def _footwear(body: Body) -> dict[str, Floats]:
    skeleton, v = body.skeleton, body.vertices
    ankle = skeleton.head("foot.L")
    feet = _share(body, "foot", "toe", "lowerleg")
    top = ankle[2] + 0.012 + 0.25 * (v[:, 1] - ankle[1])
    leg = 0.2 * (feet - 0.4)
    return {
        "sock": np.minimum(ankle[2] + 0.055 - v[:, 2], leg),
        "shoe": np.minimum(top - v[:, 2], leg),
        "sole": np.minimum(0.014 - v[:, 2], leg),
    }


def _swimsuit(body: Body, hem: float) -> Floats:
    """One piece without sleeves, from the shoulders to the thighs, as divers of either sex may wear it."""
    skeleton, v = body.skeleton, body.vertices
    hip, knee = skeleton.head("upperleg01.L")[2], skeleton.head("lowerleg01.L")[2]
    neck, shoulder = skeleton.head("neck01"), skeleton.head("upperarm01.L")
    arms = _share(body, "upperarm", "lowerarm", "wrist", "metacarpal", "finger")
    legs = v[:, 2] - (knee + (0.35 + hem) * (hip - knee))
    collar = neck[2] - 0.03 + 0.9 * (v[:, 1] - neck[1]) - v[:, 2] + 2.5 * v[:, 0] ** 2
    armhole = 0.92 * shoulder[0] - np.abs(v[:, 0]) + 0.6 * np.maximum(shoulder[2] - 0.1 - v[:, 2], 0.0)
    inside: Floats = np.minimum(np.minimum(legs, collar), np.minimum(armhole, 0.1 * (0.5 - arms)))
    return inside


def _garments(body: Body, outfit: Outfit, hem: float, sleeve: float) -> dict[str, Floats]:
    """The fields of everything that is worn; what is not is nowhere positive."""
    if outfit == "gym":
        return _footwear(body) | {"shorts": _shorts(body, hem), "shirt": _shirt(body, sleeve)}
    nowhere = np.full(len(body.vertices), -1.0)
    return dict.fromkeys(("sock", "shoe", "sole", "shorts"), nowhere) | {"shirt": _swimsuit(body, hem)}


def dress(body: Body, rng: Generator, outfit: Outfit = "gym") -> tuple[Dressed, float]:
    """The body in clothes drawn from the generator, and the thickness of its soles in metres.

    The same generator gives the same person (skin, hair, colour of shirt or suit) in either outfit.
    """
    chosen = _outfit(rng)
    fields = {"skin": np.ones(len(body.vertices))} | _face(body)
    fields |= _garments(body, outfit, chosen.hem, chosen.sleeve) | {"hair": _hair(body)}
    lift = np.zeros(len(body.vertices))
    for material, thickness in THICKNESS.items():
        lift = np.maximum(lift, thickness * np.clip(fields[material] / 0.012, 0.0, 1.0))
    vertices = body.vertices + lift[:, None] * body.normals
    stacked = np.stack([fields[m] for m in MATERIALS], axis=1)
    colours = np.array([chosen.colours[m] for m in MATERIALS], dtype=np.float32)
    dressed = Dressed(vertices, vertex_normals(vertices, body.faces), stacked.astype(np.float32), colours)
    return dressed, float(-vertices[:, 2].min())
