"""What a trial showed: the record of it that goes with the answer, and what can be told from that again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, replace
from typing import Any

from aqa_eval.plan.keys import plain
from aqa_eval.vocabulary import Answer, Clip, Film, Presentation, Shown, Trial

ShownClips = tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Showing:
    """The trial's clips as they are shown, in the item's own order, and the clips of each example."""

    shown: ShownClips
    examples: tuple[ShownClips, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """A clip that a trial shows: how, what else is made of it in one go, and its place (see `Frame.clip`)."""

    clip: Clip
    want: Presentation
    together: tuple[Presentation, ...]
    place: int


def arranged(trial: Trial, shown: Mapping[int, Shown]) -> Showing:
    """What a trial shows, from its clips by their places; those that are missing show nothing."""
    return Showing(
        tuple(_placed(shown.get(place, Shown()), place) for place in range(len(trial.shown))),
        tuple((_placed(shown.get(-n, Shown()), -n),) for n in range(1, len(trial.examples) + 1)),
    )


def _placed(shown: Shown, place: int) -> Shown:
    """The pictures of a clip with the clip's place written on each."""
    frames = shown.frames if place == 0 else tuple(replace(frame, clip=place) for frame in shown.frames)
    film = None if shown.film is None else replace(shown.film, clip=place)
    return replace(shown, frames=frames, film=film)


def record(trial: Trial, seen: Showing, presented: Sequence[Presentation]) -> dict[str, object]:
    """What was done to what was sent, as far as it is out of the ordinary: the manifest's other half."""
    sent: dict[str, Any] = {}
    if trial.shown != trial.item.clips:
        sent["shown"] = [clip.id for clip in trial.shown]
    if trial.examples:
        sent["examples"] = [[example.id, plain(example.truth)] for example in trial.examples]
    if any(one.covered for one in presented):
        sent["covered"] = [[[c.place, *astuple(c.box)] for c in one.covered] for one in presented]
    for name in ("perturbation", "seed", "moment", "captions"):
        values = [getattr(one, name) for one in presented]
        if any(value not in {None, 0, (), "none"} for value in values):
            sent[name] = values
    places = {**dict(enumerate(seen.shown)), **{-n: c[0] for n, c in enumerate(seen.examples, start=1)}}
    coverage = {str(p): round(c.coverage, 4) for p, c in places.items() if c.coverage is not None}
    texts = {str(p): c.text for p, c in places.items() if c.text}
    films = {str(p): asdict(c.film) for p, c in places.items() if c.film is not None}
    named = {"coverage": coverage, "texts": texts, "films": films}
    return sent | {name: value for name, value in named.items() if value}


def showing_of(trial: Trial, answer: Answer) -> Showing:
    """What the trial showed, from the record that lies with its answer."""
    sent: Mapping[str, Any] = answer.sent

    def clip(place: int) -> Shown:
        film = sent.get("films", {}).get(str(place))
        return Shown(
            frames=tuple(frame for frame in answer.manifest if frame.clip == place),
            film=None if film is None else Film(**film),
            text=sent.get("texts", {}).get(str(place), ""),
            coverage=sent.get("coverage", {}).get(str(place)),
        )

    shown = tuple(clip(place) for place in range(len(trial.shown)))
    return Showing(shown, tuple((clip(-number),) for number in range(1, len(trial.examples) + 1)))


def interference(trial: Trial, answer: Answer) -> str:
    """What the probe did to the judge's own answer before this one, in words, from the record; empty for a
    trial that is no probe.
    """
    if trial.parent is None:
        return ""
    sent: Mapping[str, Any] = answer.sent
    own = f"probe {trial.condition.probe} of the judge's own answer in trial {trial.parent.key}"
    if "unprobed" in sent:
        return f"{own}: not asked, since {sent['unprobed']}"
    if "changed" in sent:
        before, after = sent["changed"]
        return f'{own}: of "{before}" was made "{after}", and the reasoning was cut there'
    if "covered" in sent:
        boxes = sent["covered"][0]
        where = "; ".join(
            f"picture {place + 1} ({left:.3f}, {top:.3f}) to ({right:.3f}, {bottom:.3f})"
            for place, left, top, right, bottom in boxes
        )
        return f"{own}: masked, in fractions of width and height: {where}"
    if "reasoning" in sent:
        return f"{own}: its reasoning was cut after {len(sent['reasoning'])} characters"
    return own
