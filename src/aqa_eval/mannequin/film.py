"""Drawing a recipe frame by frame and writing it as an H.264 video."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import av
import numpy as np
from numpy.typing import NDArray

from aqa_eval.mannequin import barbell
from aqa_eval.mannequin.body import Floats
from aqa_eval.mannequin.camera import AZIMUTHS, SIZE
from aqa_eval.mannequin.execution import FPS, Execution, execute, stream
from aqa_eval.mannequin.immersion import Scene, immersed, splashing
from aqa_eval.mannequin.kinematics import Y, Z, turn
from aqa_eval.mannequin.painter import Floats32, Surface, paint, surface
from aqa_eval.mannequin.pool import open_pool
from aqa_eval.mannequin.room import Room, furnish, shadow
from aqa_eval.mannequin.skinning import Skin, skin
from aqa_eval.vocabulary import Rendered

CRF = "20"


@dataclass(frozen=True, slots=True)
class _Set:
    """Everything about a clip that stays the same from frame to frame."""

    execution: Execution
    skin: Skin
    room: Room | Scene
    figure: Surface
    bar_points: Floats32
    bar_normals: Floats32


def _figure(execution: Execution, held: bool) -> tuple[Surface, Floats32, Floats32]:
    """What is drawn of an execution, and the barbell's points and normals (none unless it is held)."""
    dressed, faces = execution.dressed, execution.body.faces
    if not held:
        nothing = np.empty((0, 3), dtype=np.float32)
        return surface(faces, dressed.fields, dressed.colours), nothing, nothing
    points, normals, bar_faces, material = barbell.barbell()
    count, materials = dressed.fields.shape
    fields = np.full((count + len(points), materials + len(barbell.MATERIALS)), -1.0, dtype=np.float32)
    fields[:count, :materials] = dressed.fields
    fields[count + np.arange(len(points)), materials + material] = 1.0
    colours = np.vstack([dressed.colours, barbell.COLOURS])
    whole = surface(np.vstack([faces, bar_faces + count]), fields, colours)
    return whole, points.astype(np.float32), normals.astype(np.float32)


def _room(execution: Execution, backdrop: Floats, seed: int) -> Room | Scene:
    """Where an execution takes place: a room, or a swimming hall if it ends in the water."""
    camera, plunge = execution.camera, execution.performance.plunge
    if plunge is None:
        return furnish(camera, backdrop, stream(seed, "room"))
    pool = open_pool(camera, backdrop, stream(seed, "room"))
    return Scene(camera, pool, plunge, splashing(stream(seed, "splash")))


def _build(rendered: Rendered) -> _Set:
    execution = execute(rendered)
    sign = 1.0 if execution.camera.eye[0] >= 0 else -1.0
    backdrop = turn(Z, sign * AZIMUTHS[rendered.view]) @ Y
    room = _room(execution, backdrop, rendered.seed)
    start = execution.pose(0.0)
    dressed = execution.dressed
    clothed = skin(execution.body, dressed.vertices, dressed.normals, start.rotations)
    return _Set(execution, clothed, room, *_figure(execution, start.bar is not None))


def _draw(scene: _Set, time: float) -> NDArray[np.uint8]:
    """The picture (SIZE, SIZE, 3), RGB, at a time in seconds."""
    pose = scene.execution.pose(time)
    vertices, normals = scene.skin.posed(pose)
    if pose.bar is not None:
        vertices = np.vstack([vertices, scene.bar_points + pose.bar.astype(np.float32)])
        normals = np.vstack([normals, scene.bar_normals])
    if isinstance(scene.room, Scene):
        return immersed(scene.room, scene.figure, vertices, normals, time)
    picture = shadow(scene.room, vertices)
    pixels, depths = scene.execution.camera.project(vertices.astype(np.float64))
    light = scene.room.light.on(normals)
    paint(picture, scene.figure, pixels.astype(np.float32), depths.astype(np.float32), light)
    return picture


def frames(rendered: Rendered) -> Iterator[NDArray[np.uint8]]:
    """The pictures of a recipe in order, each (512, 512, 3) RGB, 20 a second. Raises MediaError as `film`."""
    scene = _build(rendered)
    for time in scene.execution.times:
        yield _draw(scene, float(time))


def film(rendered: Rendered, path: Path) -> None:
    """Draw a recipe and write it to `path` as MP4 (H.264, 512x512, 20 frames a second, yuv420p).

    Encoded on one thread, because x264 with more writes other bytes. The file appears whole or not at
    all. Raises MediaError for an unknown movement, view or dial, naming the nearest valid one.
    """
    pictures = frames(rendered)
    first = next(pictures)
    if not path.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "its folder is missing", str(path.parent))
    unfinished = path.with_name(f".{path.name}.{uuid4().hex}.mp4")
    try:
        with av.open(unfinished, "w", format="mp4", options={"fflags": "+bitexact"}) as container:
            video = container.add_stream("libx264", rate=FPS, options={"crf": CRF, "preset": "veryfast"})
            video.width, video.height, video.pix_fmt = SIZE, SIZE, "yuv420p"
            video.codec_context.thread_count = 1
            for picture in (first, *pictures):
                container.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
            container.mux(video.encode(None))
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
