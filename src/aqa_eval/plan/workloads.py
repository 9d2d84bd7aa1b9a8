"""What a plan asks, as workloads that can be priced: from counts and sizes, before anything is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import NamedTuple

from aqa_eval.errors import MediaError
from aqa_eval.judges import PROTOCOLS
from aqa_eval.judges.families import FilmShape, RequestShape, VideoShape, text_length
from aqa_eval.judges.prices import Tariff
from aqa_eval.media.extent import Extent
from aqa_eval.media.picture import fit
from aqa_eval.media.pose_text import HEADING
from aqa_eval.plan.census import Census, Group
from aqa_eval.plan.keys import sight
from aqa_eval.plan.plan import Plan
from aqa_eval.plan.record import Showing
from aqa_eval.plan.ways import Kind, Way
from aqa_eval.pricing import Workload, price_plan, unfit_reason
from aqa_eval.prompts import description_digest, strategy
from aqa_eval.prompts.showing import is_still
from aqa_eval.vocabulary import (
    RESUMED,
    Clip,
    Condition,
    Film,
    Frame,
    Item,
    Request,
    Sampling,
    Shown,
    Still,
    Trial,
)

ASSUMED = Extent(796, 448, 5.0, 150)
"""Taken for a dataset of which no clip can be looked at; the plan says so."""

Looking = Callable[[Clip], Extent]


@dataclass(frozen=True, slots=True)
class Sizes:
    """The middle size and length of some clips; `assumed` where none could be looked at."""

    extent: Extent
    assumed: bool

    def words(self, kind: Kind) -> str:
        """By what the clips of a kind are measured, in words."""
        like = "assumed" if self.assumed else "typical"
        if kind.still:
            return f"{like} pictures of {self.extent.width}x{self.extent.height}"
        return f"{like} clips of {self.extent.seconds:.1f} s"


@dataclass(frozen=True, slots=True)
class Planned:
    """What one group of items is asked in one way, measured by clips of such sizes."""

    group: Group
    way: Way
    sizes: Sizes
    workload: Workload


def workloads(plan: Plan, census: Census, looking: Looking) -> Iterator[Workload]:
    """What each endpoint judge is asked, one workload for each dataset, kind of clips and way."""
    return (one.workload for one in _planned(plan, census, looking))


def _planned(plan: Plan, census: Census, looking: Looking) -> Iterator[Planned]:
    described: set[tuple[str, str, str, Condition, Kind]] = set()
    answered = {_asked(group, way, way.condition) for group, way in census.asked}
    sizes: dict[Group, Sizes] = {}
    for (group, way), items in census.asked.items():
        judge = way.respondent.judge
        if PROTOCOLS[judge.protocol].reference:
            continue
        typical = census.typical[group, way]
        if group not in sizes:
            sizes[group] = _sizes(group.samples, looking)
        descriptions = 0
        if strategy(way.condition.strategy).describes:
            # Tasks that are described in the same words share their descriptions.
            said = description_digest(way.task, way.condition, still=is_still(typical))
            first = (judge.name, group.dataset, said, sight(way.condition), group.kind)
            descriptions = 0 if first in described else group.scenes * judge.repeats
            described.add(first)
        trials = items * judge.repeats
        parents = 0
        if way.condition.probe != "none":
            # The judge's own answer is asked for where the study does not ask it anyway, and once.
            own = _asked(group, way, way.unprobed)
            parents = 0 if own in answered else trials
            answered.add(own)
        extent = sizes[group].extent
        made = _workload(plan, way, typical, extent, Counts(trials, descriptions, parents))
        yield Planned(group, way, sizes[group], made)


def _asked(group: Group, way: Way, condition: Condition) -> tuple[Group, str, str, Condition]:
    """What tells apart what a group of items is asked."""
    return group, way.respondent.judge.name, way.criterion, condition


class Counts(NamedTuple):
    """How often what belongs to a workload is asked."""

    trials: int
    descriptions: int
    parents: int


def fitted(plan: Plan, looking: Looking) -> Plan:
    """The plan without what does not fit a judge's context window, by the size of typical clips."""
    if all(PROTOCOLS[r.judge.protocol].reference for r in plan.respondents.values()):
        return plan
    census = plan.census()
    unfit = {
        one.group.asked_in(one.way): f"{reason}, by {one.sizes.words(one.group.kind)}"
        for one in _planned(plan, census, looking)
        if (reason := unfit_reason(one.workload, one.way.respondent.judge))
    }
    return replace(plan, unfit=unfit, counted=census.without(unfit))


def dearest_requests(plan: Plan, looking: Looking, tariffs: Sequence[Tariff]) -> dict[str, float]:
    """What the dearest request to each endpoint judge should cost at most, in US dollars."""
    judges = {name: respondent.judge for name, respondent in plan.respondents.items()}
    dearest: dict[str, float] = {}
    for workload in workloads(plan, plan.census(), looking):
        once = replace(workload, trials=1, descriptions=1, parents=min(1, workload.parents))
        for one in price_plan([once], judges, tariffs):
            if one.dollars_at_most is not None:
                dearest[one.judge] = max(dearest.get(one.judge, 0.0), one.dollars_at_most)
    return dearest


def assumed_sizes(census: Census, looking: Looking) -> list[tuple[str, str]]:
    """The datasets, with the kind of their clips, of which none could be looked at: their sizes are assumed.
    Clips that are not at hand count only where their dataset has no others.
    """
    groups = census.groups.values()
    at_hand = {group.dataset for group in groups if not group.kind.blind}
    asked = [group for group in groups if not group.kind.blind or group.dataset not in at_hand]
    seen = {(g.dataset, g.kind) for g in asked if not _sizes(g.samples, looking).assumed}
    return sorted({(g.dataset, g.kind.words) for g in asked if (g.dataset, g.kind) not in seen})


def _sizes(clips: list[Clip], looking: Looking) -> Sizes:
    looks = []
    for clip in clips:
        try:
            looks.append(looking(clip))
        except MediaError:
            continue
    if not looks:
        return Sizes(ASSUMED, assumed=True)
    middle = sorted(looks, key=lambda one: one.width * one.height)[len(looks) // 2]
    seconds, frames = median(one.seconds for one in looks), median(one.frames for one in looks)
    return Sizes(Extent(middle.width, middle.height, float(seconds), int(frames)), assumed=False)


def _workload(plan: Plan, way: Way, item: Item, extent: Extent, counts: Counts) -> Workload:
    condition = way.condition
    scene = plan.staging.scene(item, condition)
    examples = () if isinstance(scene, str) else scene.examples
    judge = way.respondent.judge.name
    trial = Trial("", item, condition, judge, 0, item.clips, item.truth, examples, "description")
    showing = Showing(
        tuple(_shown(item, condition, extent, place) for place in range(len(item.clips))),
        tuple((_shown(example, condition, extent, -n),) for n, example in enumerate(examples, start=1)),
    )
    describes = strategy(condition.strategy).describes
    described = PLACEHOLDER if describes else ""
    reasoning = PLACEHOLDER if condition.probe in RESUMED else ""
    description = shape(plan.description_request(trial, showing)) if describes else None
    parent = None
    if condition.probe != "none":
        parent = shape(plan.request(replace(trial, condition=way.unprobed), showing, described))
    return Workload(
        judge,
        way.task,
        condition,
        shape(plan.request(trial, showing, described, reasoning)),
        counts.trials,
        description,
        counts.descriptions,
        item.dataset,
        parent,
        counts.parents,
    )


PLACEHOLDER = "."
"""Stands in for a description or reasoning while a request is measured; what one really says is priced
apart."""


def _shown(item: Item, condition: Condition, extent: Extent, place: int) -> Shown:
    """A clip as it would be shown, its pictures empty but of the right number and size."""
    if condition.representation == "none":
        return Shown()
    still = isinstance(item.clips[max(place, 0)].media, Still)
    width, height = fit((extent.width, extent.height), condition.sampling.size)
    if condition.transport == "native":
        film = Film(
            "", 0, "video/mp4", extent.seconds, extent.frames / extent.seconds, width, height, condition.audio
        )
        return Shown(film=film)
    count = 1 if still else _frames(condition.sampling, extent)
    times = [extent.seconds * n / max(count - 1, 1) for n in range(count)]
    if condition.representation == "pose-text":
        return Shown(text="\n".join([HEADING, *(POSE_LINE for _ in times)]))
    return Shown(tuple(Frame(n, t, "", width, height, place) for n, t in enumerate(times)))


POSE_LINE = (
    "0.90 s: trunk: leans 21 to the right of the picture; knee: left bent 97, right bent 97; hip: left bent "
    "83, right bent 90; elbow: left bent 14, right bent 18; shoulder: left raised 89, right raised 91."
)
"""A frame's pose in words, as long as most are."""


def _frames(sampling: Sampling, extent: Extent) -> int:
    if sampling.count is not None:
        return sampling.count
    return max(1, int((sampling.fps or 1.0) * extent.seconds) + 1)


def shape(request: Request) -> RequestShape:
    """What of a request decides its tokens."""
    words = [part for part in request.parts if isinstance(part, str)]
    frames = request.frames
    pictures: tuple[tuple[int, int], ...] = ()
    videos: tuple[VideoShape, ...] = ()
    if request.condition.transport == "video":
        places = dict.fromkeys(frame.clip for frame in frames)
        videos = tuple(_video([f for f in frames if f.clip == place]) for place in places)
    else:
        pictures = tuple((frame.width, frame.height) for frame in frames)
    films = tuple(
        FilmShape(film.width, film.height, film.seconds, _asked_fps(request, film), film.sound, film.bytes)
        for film in request.parts
        if isinstance(film, Film)
    )
    return RequestShape(
        text=text_length(*words, request.system) if request.system else text_length(*words),
        messages=2 if request.system else 1,
        pictures=pictures,
        videos=videos,
        films=films,
        examples=request.condition.shots,
    )


def _video(frames: list[Frame]) -> VideoShape:
    return VideoShape(len(frames), frames[0].width, frames[0].height, frames[-1].time - frames[0].time)


def _asked_fps(request: Request, film: Film) -> float | None:
    sampling = request.condition.sampling
    return sampling.fps if sampling.count is None else sampling.count / max(film.seconds, 1e-9)
