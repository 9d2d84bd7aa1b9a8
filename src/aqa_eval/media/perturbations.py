"""What can be done to what is seen, one thing at a time, and what goes together with what.

A perturbation changes the order of the frames, or the pictures, never both: a judge whose verdict does not
move with it does not look there (docs/protocol: what moves the verdict).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from aqa_eval.errors import MediaError
from aqa_eval.media.representations import REPRESENTATIONS
from aqa_eval.vocabulary import PICTURELESS


@dataclass(frozen=True, slots=True)
class Perturbation:
    """One thing done to what is seen.

    `temporal`: it chooses or orders frames and leaves the pictures alone. `needs_pose`: the person must be
    found. `needs_moment`: the presentation must name the moment that shows the criterion. `drawn`: it depends
    on the presentation's seed. `by_plan`: it is the plan that shows another clip; nothing is done here.
    `sided`: left becomes right, so that what names a side is true of it no more.
    """

    name: str
    title: str
    temporal: bool = False
    needs_pose: bool = False
    needs_moment: bool = False
    drawn: bool = False
    by_plan: bool = False
    sided: bool = False


PERTURBATIONS: Mapping[str, Perturbation] = MappingProxyType(
    {
        one.name: one
        for one in (
            Perturbation("none", "as it is"),
            Perturbation("random-frame", "one frame, drawn from those sampled", temporal=True, drawn=True),
            Perturbation(
                "keyframe", "the one frame that shows the criterion best", temporal=True, needs_moment=True
            ),
            Perturbation("shuffled", "the frames in another order", temporal=True, drawn=True),
            Perturbation("reversed", "the frames from last to first", temporal=True),
            Perturbation("frozen", "the middle frame in the place of every frame", temporal=True),
            Perturbation("blurred", "out of focus"),
            Perturbation("mirrored", "left and right exchanged", sided=True),
            Perturbation("blank", "plain grey pictures"),
            Perturbation("person-removed", "the place without the person", needs_pose=True),
            Perturbation("background-replaced", "the person in another place", needs_pose=True, drawn=True),
            Perturbation("swapped", "a clip of another label", by_plan=True),
        )
    }
)
"""Name -> perturbation, in the order in which they are told."""

REFUSED: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("crop", "blank"): "a grey picture is the same in every representation: ask it with rgb",
        ("overlay", "blank"): "a grey picture is the same in every representation: ask it with rgb",
        ("skeleton", "blank"): "a grey picture is the same in every representation: ask it with rgb",
        ("overlay", "person-removed"): "the skeleton would still show the person that was removed",
        ("skeleton", "person-removed"): "the skeleton would still show the person that was removed",
        ("skeleton", "background-replaced"): "a skeleton is drawn on black and has no background",
        ("pose-text", "blurred"): "words about joint angles have no picture to blur",
        ("pose-text", "blank"): "words about joint angles have no picture to blank",
        ("pose-text", "person-removed"): "without the person there are no joint angles to tell",
        ("pose-text", "background-replaced"): "words about joint angles have no background",
    }
)
"""Why a representation and a perturbation do not go together."""


def combinable(
    representation: str,
    perturbation: str,
    *,
    still: bool = False,
    film: bool = False,
    captions: bool = False,
) -> str:
    """Why a clip cannot be shown so; empty when it can.

    `still`: the clip is one image. `film`: the recording itself is shown in place of frames. `captions`:
    something is burnt into the frames. Raises MediaError for a name there is not.
    """
    if representation not in REPRESENTATIONS:
        raise MediaError(
            f"unknown representation {representation!r}: expected one of {', '.join(REPRESENTATIONS)}."
        )
    if perturbation not in PERTURBATIONS:
        raise MediaError(
            f"unknown perturbation {perturbation!r}: expected one of {', '.join(PERTURBATIONS)}."
        )
    if film:
        return _not_a_film(representation, perturbation, still, captions)
    if captions and representation in PICTURELESS:
        return f"{representation} shows no picture into which captions could be burnt"
    if representation == "none" and perturbation != "none":
        return "without pictures there is nothing that a perturbation could change"
    if still and PERTURBATIONS[perturbation].temporal:
        return "a single image has no order and no choice of frames"
    return REFUSED.get((representation, perturbation), "")


def _not_a_film(representation: str, perturbation: str, still: bool, captions: bool) -> str:
    if still:
        return "a single image is not a recording that could be shown as a film"
    if representation != "rgb":
        return f"a recording is shown as it is: ask {representation} with frames"
    if perturbation != "none" and not PERTURBATIONS[perturbation].by_plan:
        return f"a recording is shown as it is: ask {perturbation} with frames"
    return "a recording is shown as it is: burn captions into frames" if captions else ""
