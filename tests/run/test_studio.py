"""The studio prepares each clip once, in other processes, and hands out what goes on the wire."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable

import pytest

from aqa_eval.errors import MediaError
from aqa_eval.media import FrameStore
from aqa_eval.run.studio import Studio
from aqa_eval.vocabulary import Clip, Presentation, Sampling

PLAIN = Presentation("rgb", Sampling(count=2))
MIRRORED = Presentation("rgb", Sampling(count=2), "mirrored")
TOO_MANY = Presentation("rgb", Sampling(count=5000))
FILM = Presentation(film="silent")


async def test_one_preparation_serves_all_who_wait(
    recorded: Callable[[int], Clip], store: FrameStore
) -> None:
    clip = recorded(0)
    async with Studio(store, workers=1) as studio:
        wanted = [PLAIN, MIRRORED, FILM]
        first = studio.prefetch(clip, wanted)
        shown = await asyncio.gather(*(studio.shown(clip, wanted, one) for one in wanted))
        assert studio.prefetch(clip, wanted) is first
    assert dict(zip(wanted, shown, strict=True)) == store.shown(clip, wanted)


async def test_frames_and_films_go_on_the_wire_as_base64(
    recorded: Callable[[int], Clip], store: FrameStore
) -> None:
    clip = recorded(0)
    async with Studio(store, workers=1) as studio:
        film = (await studio.shown(clip, [PLAIN, FILM], FILM)).film
        frame, *_ = (await studio.shown(clip, [PLAIN, FILM], PLAIN)).frames
        assert film is not None
        assert base64.b64decode(studio._base64(film)) == store.film(film.digest)
        assert base64.b64decode(studio.sight.wire(frame)) == store.jpeg(frame.digest)


async def test_what_cannot_be_shown_spoils_nothing_else(
    recorded: Callable[[int], Clip], store: FrameStore
) -> None:
    clip = recorded(0)
    async with Studio(store, workers=1) as studio:
        assert len((await studio.shown(clip, [TOO_MANY, PLAIN], PLAIN)).frames) == 2
        with pytest.raises(MediaError, match="5000 frames were asked for"):
            await studio.shown(clip, [TOO_MANY, PLAIN], TOO_MANY)
