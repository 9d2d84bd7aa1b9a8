"""From a recipe to one body performing one movement before one camera; nothing is drawn yet."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.random import Generator

from aqa_eval.errors import MediaError, did_you_mean
from aqa_eval.mannequin.body import BAKED, Body, Floats, Pose, Skeleton, digests, mix, mix_skeleton
from aqa_eval.mannequin.camera import Camera, aim
from aqa_eval.mannequin.movements import MOVEMENTS
from aqa_eval.mannequin.movements.movement import Movement, Performance
from aqa_eval.mannequin.wardrobe import Dressed, Outfit, dress
from aqa_eval.vocabulary import Rendered

FPS = 20
RENDERER_VERSION = 1
"""To be raised with any change that alters a rendered picture or its truth, a dial's neutral amount too."""


@dataclass(frozen=True, slots=True)
class Execution:
    """One body performing one movement before one camera."""

    movement: Movement
    dials: dict[str, float]
    body: Body
    dressed: Dressed
    sole: float
    performance: Performance
    camera: Camera

    @property
    def times(self) -> Floats:
        """The time of every frame in seconds (T,)."""
        return np.arange(round(self.performance.duration * FPS)) / FPS

    def pose(self, time: float) -> Pose:
        """The pose at a time in seconds, standing on the soles of the shoes."""
        pose, lift = self.performance.pose(time), np.array([0.0, 0.0, self.sole])
        return replace(pose, root=pose.root + lift, bar=None if pose.bar is None else pose.bar + lift)


def _unknown(kind: str, name: str, valid: Collection[str], owner: str = "") -> MediaError:
    return MediaError(f"mannequin{owner}: no {kind} is called {name!r}: {did_you_mean(name, valid)}.")


def recipe(rendered: Rendered) -> tuple[Movement, dict[str, float]]:
    """The movement of a recipe and the amount of every dial; dials not given are neutral.

    Raises MediaError for an unknown movement, view or dial (naming the nearest valid one), for an amount
    outside the dial's range, for a dial given twice and for a negative seed.
    """
    movement = MOVEMENTS.get(rendered.movement)
    if movement is None:
        raise _unknown("movement", rendered.movement, MOVEMENTS)
    owner = f" {movement.name}"
    if rendered.view not in movement.views:
        raise _unknown("view", rendered.view, movement.views, owner)
    if rendered.seed < 0:
        raise MediaError(f"mannequin{owner}: the seed is {rendered.seed}; give 0 or a positive whole number.")
    dials, known = movement.neutral, {dial.name: dial for dial in movement.dials}
    given = [name for name, _ in rendered.dials]
    for name, amount in rendered.dials:
        if name not in known:
            raise _unknown("dial", name, known, owner)
        dial = known[name]
        if given.count(name) > 1:
            raise MediaError(
                f"mannequin{owner}: dial {name!r} is given {given.count(name)} times; give it once."
            )
        if not dial.minimum <= amount <= dial.maximum:
            raise MediaError(
                f"mannequin{owner}: dial {name!r} is {amount:g} {dial.unit}; "
                f"choose from {dial.minimum:g} to {dial.maximum:g} {dial.unit}."
            )
        dials[name] = float(amount)
    return movement, dials


def stream(seed: int, purpose: str) -> Generator:
    """The random numbers of one seed for one purpose; what one purpose draws never moves another's."""
    digest = hashlib.sha256(purpose.encode()).digest()
    return np.random.default_rng([seed, int.from_bytes(digest[:8], "big")])


@lru_cache(maxsize=4)
def _person(seed: int, outfit: Outfit) -> tuple[Body, Dressed, float]:
    """The body of a seed, in its clothes, and the thickness of its soles in metres."""
    body = mix(*_build(seed))
    return body, *dress(body, stream(seed, "clothes"), outfit)


@lru_cache(maxsize=1024)
def skeleton(seed: int) -> Skeleton:
    """The skeleton of the body of a seed."""
    return mix_skeleton(*_build(seed))


def _build(seed: int) -> tuple[Floats, float]:
    """How a seed's body is mixed of the baked ones: their shares (B,), and its size."""
    rng = stream(seed, "body")
    return rng.dirichlet(np.ones(len(BAKED))), rng.uniform(0.96, 1.04)


def execute(rendered: Rendered) -> Execution:
    """The execution a recipe describes. Raises MediaError as `recipe` does.

    The seed alone chooses body, clothes and habits, and seed and view the camera, so that two recipes
    that differ in a dial differ in nothing else. The body is a convex mix of the baked bodies with
    shares drawn evenly (Dirichlet(1, 1, 1)), enlarged by 0.96 to 1.04.
    """
    movement, dials = recipe(rendered)
    body, dressed, sole = _person(rendered.seed, movement.outfit)
    height = float(np.ptp(body.vertices[:, 2]))
    span = movement.spans.get(rendered.view, movement.span)
    low, high = (share * height for share in span)
    return Execution(
        movement=movement,
        dials=dials,
        body=body,
        dressed=dressed,
        sole=sole,
        performance=movement.perform(body.skeleton, dials, stream(rendered.seed, f"habits {movement.name}")),
        camera=aim(rendered.view, low, high, stream(rendered.seed, f"camera {rendered.view}")),
    )


def fingerprint(rendered: Rendered) -> str:
    """SHA-256 of everything that decides the pictures of a recipe; nothing is drawn.

    Recipes that mean the same (a dial left out, or set to its neutral amount) have the same one. Only dials
    that are not neutral count, so that a movement can be given a new dial, whose neutral amount changes no
    picture, and every recipe there was keeps its fingerprint. Raises MediaError as `recipe` does.
    """
    movement, dials = recipe(rendered)
    neutral = movement.neutral
    content = [
        RENDERER_VERSION,
        digests(),
        movement.name,
        sorted((name, amount) for name, amount in dials.items() if amount != neutral[name]),
        rendered.view,
        rendered.seed,
    ]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()
