"""One pass over a recording that makes every presentation wanted of a clip."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from aqa_eval.errors import MediaError, NobodyFoundError
from aqa_eval.media import covers, film, jpeg, lettering
from aqa_eval.media.crop import Box, steady_box
from aqa_eval.media.develop import NOBODY, Figure, Look, ToShown, cut_out, develop
from aqa_eval.media.found_poses import FoundPoses
from aqa_eval.media.keypoint_source import track_of
from aqa_eval.media.perturbations import PERTURBATIONS
from aqa_eval.media.picture import RGB, Picture
from aqa_eval.media.places import Places, generator, places
from aqa_eval.media.pose_text import pose_text
from aqa_eval.media.recording import Recording
from aqa_eval.media.representations import POSED
from aqa_eval.media.track import Bodies, Track
from aqa_eval.vocabulary import Clip, Film, Frame, Presentation, Shown

Keep = Callable[[bytes], str]
"""Stores a JPEG or MP4 file and tells its digest."""

Shot = tuple[int, Look]
"""A frame's index and how it is shown."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A clip ready to be shown: its recording, its fingerprint, where poses found in it are kept, and the
    folders of keypoint files by dataset.
    """

    clip: Clip
    fingerprint: str
    recording: Recording
    poses: FoundPoses
    folders: Mapping[str, Path]


@dataclass(frozen=True, slots=True)
class Prepared:
    """What could be made, and for each presentation that could not, why."""

    shown: Mapping[Presentation, Shown] = field(default_factory=dict)
    problems: Mapping[Presentation, MediaError] = field(default_factory=dict)


def posed(presentation: Presentation) -> bool:
    """Whether the person must be found for it."""
    return presentation.representation in POSED or PERTURBATIONS[presentation.perturbation].needs_pose


def prepare(scene: Scene, wanted: Iterable[Presentation], keep: Keep) -> Prepared:
    """Every presentation, each frame decoded once and the person looked for once a frame.

    Raises MediaError when decoding fails. A presentation that cannot be had (more frames than the clip has,
    nobody to crop to) spoils no other.
    """
    work = _Work(scene, keep)
    for presentation in wanted:
        with work.noting(presentation):
            work.plan(presentation)
    work.decode()
    for presentation in list(work.places):
        with work.noting(presentation):
            work.finish(presentation)
    for presentation in work.films:
        with work.noting(presentation):
            work.shown[presentation] = Shown(film=_filmed(scene, presentation, keep))
    return Prepared(work.shown, work.problems)


def _filmed(scene: Scene, presentation: Presentation, keep: Keep) -> Film:
    data, made = film.film(scene.recording, presentation.sampling.size, sound=presentation.film == "sound")
    return replace(made, digest=keep(data))


@dataclass(slots=True)
class _Work:
    """What is known so far of a clip's presentations."""

    scene: Scene
    keep: Keep
    places: dict[Presentation, Places] = field(default_factory=dict)
    films: list[Presentation] = field(default_factory=list)
    shown: dict[Presentation, Shown] = field(default_factory=dict)
    problems: dict[Presentation, MediaError] = field(default_factory=dict)
    frames: dict[Shot, Frame] = field(default_factory=dict)
    pictures: dict[int, Picture] = field(default_factory=dict)
    small: dict[tuple[int, Box | None, int], RGB] = field(default_factory=dict)
    tracks: dict[str, Track] = field(default_factory=dict)
    unseeing: MediaError | None = None
    """Why nobody can be looked for here."""

    @contextmanager
    def noting(self, presentation: Presentation) -> Iterator[None]:
        """Note the MediaError that ends the block as the presentation's problem."""
        try:
            yield
        except MediaError as error:
            self.problems[presentation] = error

    def plan(self, presentation: Presentation) -> None:
        """Decide which frames are shown, and read keypoints that need no picture."""
        if presentation.film:
            self.films.append(presentation)
            return
        recording = self.scene.recording
        name = recording.name
        laid = places(recording.times, recording.still, presentation, self.scene.fingerprint, name)
        if len(presentation.captions) not in (0, 1, len(laid.shown)):
            raise MediaError(
                f"{name}: {len(presentation.captions)} captions for {len(laid.shown)} frames: expected one "
                "for all, or one a frame."
            )
        for text in presentation.captions:
            lettering.check(text)
        covers.by_place(presentation, len(laid.shown), name)
        source = presentation.keypoints
        if posed(presentation) and source != "blazepose" and source not in self.tracks:
            self.tracks[source] = track_of(self.scene.clip, source, recording, self.scene.folders)
        self.places[presentation] = laid

    def decode(self) -> None:
        """Decode once: look for the person, make what needs no pose, keep the pictures of what does."""
        looked, kept, made = set[int](), set[int](), dict[int, list[Look]]()
        for presentation, laid in self.places.items():
            if posed(presentation) and presentation.keypoints == "blazepose":
                looked |= self.scene.poses.missing(_over(laid))
            if presentation.representation == "pose-text":
                continue
            if posed(presentation):
                kept |= set(laid.shown)
                continue
            for index, look in _shots(presentation, laid):
                made.setdefault(index, []).append(look)
        needed = sorted(looked | kept | made.keys())
        for index, picture in self.scene.recording.pictures(needed) if needed else ():
            if index in looked:
                self._look(index, picture)
            if index in kept:
                self.pictures[index] = picture
            for look in dict.fromkeys(made.get(index, ())):
                self._expose((index, look), picture, NOBODY)

    def _look(self, index: int, picture: Picture) -> None:
        try:
            self.scene.poses.look(index, picture)
        except MediaError as error:  # of no concern to what needs no pose
            self.unseeing = error

    def finish(self, presentation: Presentation) -> None:
        """What is shown of one presentation; every frame of it has been decoded."""
        laid = self.places[presentation]
        if not posed(presentation):
            self.shown[presentation] = Shown(self._listed(presentation, laid))
            return
        over = _over(laid)
        track = self._track(presentation.keypoints, over)
        bodies = track.at(over, self.scene.recording.times)
        shown = bodies.chosen([over.index(index) for index in laid.shown])
        coverage = float(shown.found.mean())
        if presentation.representation == "pose-text":
            mirror = presentation.perturbation == "mirrored"
            told = shown.mirrored() if mirror else shown
            text = pose_text(told, laid.times, presentation.keypoints, self.scene.recording.still)
            self.shown[presentation] = Shown(text=text, coverage=coverage)
            return
        bodies = bodies.scaled(track.to(self.pictures[laid.shown[0]].size))
        self._expose_posed(presentation, laid, bodies)
        self.shown[presentation] = Shown(self._listed(presentation, laid), coverage=coverage)

    def _track(self, source: str, over: tuple[int, ...]) -> Track:
        if source != "blazepose":
            return self.tracks[source]
        if self.unseeing is not None and self.scene.poses.missing(over):
            raise self.unseeing
        return self.scene.poses.track(over, self.scene.recording.name)

    def _expose_posed(self, presentation: Presentation, laid: Places, bodies: Bodies) -> None:
        """Make the frames whose look depends on where the person is in all of them."""
        name, over = self.scene.recording.name, _over(laid)
        if PERTURBATIONS[presentation.perturbation].needs_pose and not bodies.known.any():
            raise NobodyFoundError(
                f"{name}: no person was found in any of {len(over)} frames, so {presentation.perturbation} "
                "cannot be done. Leave this clip out, or check that it shows a person."
            )
        box = None
        if presentation.representation == "crop":
            sizes = [self.pictures[index].size for index in laid.shown]
            box = steady_box(bodies.seen(), sizes, len(over), name)
        others = [points[np.isfinite(points).all(axis=1)] for points in bodies.keypoints[bodies.known]]
        for shot in _shots(presentation, laid):
            row = over.index(shot[0])
            figure = Figure(None, None, others)
            if bodies.known[row]:
                figure = Figure(bodies.keypoints[row], bodies.visibility[row], others)
            self._expose(shot, self.pictures[shot[0]], figure, box)

    def _expose(self, shot: Shot, picture: Picture, figure: Figure, box: Box | None = None) -> None:
        """Make a frame, unless it was made for another presentation."""
        if shot in self.frames:
            return
        index, look = shot
        recording = self.scene.recording
        asked = Presentation(perturbation=look.alteration, seed=look.seed)
        draw = generator(asked, self.scene.fingerprint)
        if look.plain:
            planes = cut_out(picture, box).planes(look.size)
        else:
            small = self._small(index, picture, box, look.size)
            to_shown = ToShown(picture.size, box, (small.shape[1], small.shape[0]))
            planes = develop(small, look, figure, to_shown, draw)
        height, width = planes[0].shape
        digest = self.keep(jpeg.encode(covers.covered(planes, look.covered)))
        time = float(recording.times[index])
        self.frames[shot] = Frame(recording.numbers[index], time, digest, width, height)

    def _small(self, index: int, picture: Picture, box: Box | None, size: int) -> RGB:
        """The pixels at the size at which they are shown, the same for every perturbation."""
        key = (index, box, size)
        if key not in self.small:
            self.small[key] = cut_out(picture, box).small(size)
        return self.small[key]

    def _listed(self, presentation: Presentation, laid: Places) -> tuple[Frame, ...]:
        shots = _shots(presentation, laid)
        return tuple(
            replace(self.frames[shot], time=time) for shot, time in zip(shots, laid.times, strict=True)
        )


def _over(laid: Places) -> tuple[int, ...]:
    """The frames in which the person is looked for: those sampled, so that every perturbation shows the same
    pictures, and a keyframe.
    """
    return tuple(sorted({*laid.sampled, *laid.shown}))


def _shots(presentation: Presentation, laid: Places) -> list[Shot]:
    """The frame in each place and how it is shown."""
    perturbation = PERTURBATIONS[presentation.perturbation]
    pictorial = not (perturbation.temporal or perturbation.by_plan)
    needs = posed(presentation)
    look = Look(
        representation=presentation.representation,
        alteration=presentation.perturbation if pictorial else "none",
        size=presentation.sampling.size,
        keypoints=presentation.keypoints if needs else "",
        over=_over(laid) if needs else (),
        seed=presentation.seed if pictorial and perturbation.drawn else 0,
        caption="",
    )
    captions = presentation.captions or ("",)
    if len(captions) == 1:
        captions *= len(laid.shown)
    masked = covers.by_place(presentation, len(laid.shown), "")
    return [
        (index, replace(look, caption=text, covered=boxes))
        for index, text, boxes in zip(laid.shown, captions, masked, strict=True)
    ]
