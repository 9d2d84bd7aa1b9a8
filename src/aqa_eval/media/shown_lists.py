"""What is shown of a clip, as a small file: which presentation it is of, and how it is written and read."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, replace

import orjson

from aqa_eval.errors import MediaError, NobodyFoundError
from aqa_eval.media import covers
from aqa_eval.media.perturbations import PERTURBATIONS, combinable
from aqa_eval.media.prepare import posed
from aqa_eval.media.representations import MEDIA_VERSION
from aqa_eval.vocabulary import Clip, Film, Frame, Presentation, Sampling, Shown, Still

NOBODY = "nobody"
"""The key of what is said in the place of a list where nobody was found."""


def checked(presentation: Presentation, clip: Clip) -> Presentation:
    """The presentation without what does not matter to it, so that equal pictures are made once.

    Raises MediaError for one that makes no sense.
    """
    reason = combinable(
        presentation.representation,
        presentation.perturbation,
        still=isinstance(clip.media, Still),
        film=bool(presentation.film),
        captions=bool(presentation.captions),
    )
    if reason:
        raise MediaError(
            f"clip {clip.id} cannot be shown as {presentation.representation} with the perturbation "
            f"{presentation.perturbation}{' as a film' if presentation.film else ''}: {reason}."
        )
    covers.check(presentation, clip.id)
    if presentation.film:
        # How often it is sampled is told to the endpoint, which has the whole film.
        return Presentation(film=presentation.film, sampling=Sampling(size=presentation.sampling.size))
    perturbation = PERTURBATIONS[presentation.perturbation]
    return replace(
        presentation,
        perturbation="none" if perturbation.by_plan else perturbation.name,
        keypoints=presentation.keypoints if posed(presentation) else "blazepose",
        moment=presentation.moment if perturbation.needs_moment else None,
        seed=presentation.seed if perturbation.drawn else 0,
    )


def key(fingerprint: str, presentation: Presentation, keypoints: str) -> str:
    """The name of the list of a clip of this fingerprint; `keypoints`: the digest of their source, if any."""
    made = asdict(presentation)
    if not presentation.covered:
        del made["covered"]  # came later: what is shown as ever keeps its name
    method = [fingerprint, MEDIA_VERSION, made, keypoints]
    return hashlib.sha256(orjson.dumps(method)).hexdigest()


def to_bytes(shown: Shown) -> bytes:
    """What is shown, as JSON."""
    return orjson.dumps(asdict(shown))


def nobody_to_bytes(error: NobodyFoundError) -> bytes:
    """That there is nobody to show, as JSON: it need not be looked for again."""
    return orjson.dumps({NOBODY: str(error)})


def from_bytes(data: bytes) -> Shown:
    """What `to_bytes` wrote. Raises NobodyFoundError for what `nobody_to_bytes` wrote, and ValueError,
    KeyError or TypeError for anything else.
    """
    record = orjson.loads(data)
    if not isinstance(record, dict):
        raise TypeError(f"expected an object, found {type(record).__name__}")
    if NOBODY in record:
        raise NobodyFoundError(str(record[NOBODY]))
    film = record.pop("film")
    frames = tuple(Frame(**frame) for frame in record.pop("frames"))
    return Shown(frames=frames, film=None if film is None else Film(**film), **record)
