"""Frames and poses for the asking loop: prepared in worker processes, each once, ahead of need."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing import connection
from types import TracebackType
from typing import Self, TypeVar

from aqa_eval.errors import MediaError
from aqa_eval.judges import Poses, Sight
from aqa_eval.media import FrameStore
from aqa_eval.vocabulary import Clip, Film, Frame, Presentation, Shown

Prepared = Mapping[Presentation, Shown]
T = TypeVar("T")


class _WorkerDiedError(MediaError):
    """A process that prepares frames ended without an answer."""


class Studio:
    """The media room as the loop sees it. Use it as an async context manager."""

    def __init__(self, store: FrameStore, workers: int | None = None, wire_bytes: int = 256 * 2**20) -> None:
        self._store = store
        self._workers = workers or os.cpu_count() or 1
        self._pool: ProcessPoolExecutor | None = None
        self._clips: OrderedDict[tuple[Clip, Sequence[Presentation]], asyncio.Task[Prepared]] = OrderedDict()
        self._wire: OrderedDict[str, bytes] = OrderedDict()
        self._wire_room = wire_bytes

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._clips.values():
            task.cancel()
        await asyncio.gather(*self._clips.values(), return_exceptions=True)
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    @property
    def sight(self) -> Sight:
        """What a respondent may see of a request's frames and films."""
        return Sight(wire=self._base64, poses=self._poses)

    def prefetch(self, clip: Clip, presentations: Sequence[Presentation]) -> asyncio.Task[Prepared]:
        """Start preparing a clip if nobody has; the task yields what is shown in every presentation."""
        key = (clip, tuple(presentations))
        task = self._clips.get(key)
        if task is None:
            task = asyncio.create_task(self._prepared(clip, tuple(presentations)))
            self._clips[key] = task
            task.add_done_callback(partial(self._prepared_or_not, key))
            self._forget_old_clips()
        return task

    async def shown(
        self, clip: Clip, presentations: Sequence[Presentation], presentation: Presentation
    ) -> Shown:
        """What is shown of a clip in one of its presentations, all of them having been prepared in one go.

        Raises:
            MediaError: the recording cannot be shown in this way.
        """
        try:
            return (await asyncio.shield(self.prefetch(clip, presentations)))[presentation]
        except MediaError:
            if len(presentations) == 1:
                raise
        # One that cannot be had (more frames than the clip has, nobody to crop to) spoils no other.
        return (await asyncio.shield(self.prefetch(clip, [presentation])))[presentation]

    def _prepared_or_not(
        self, key: tuple[Clip, Sequence[Presentation]], task: asyncio.Task[Prepared]
    ) -> None:
        # Looked at here, since nobody may ever ask for a clip that was only looked ahead to. Where it was
        # the worker that failed and not the recording, the next trial of the clip tries again.
        if not task.cancelled() and isinstance(task.exception(), _WorkerDiedError):
            self._clips.pop(key, None)

    async def _prepared(self, clip: Clip, presentations: Sequence[Presentation]) -> Prepared:
        """What is at hand is not worth a message to another process."""
        at_hand = self._store.prepared(clip, presentations)
        return at_hand if at_hand is not None else await self._run(self._store.shown, clip, presentations)

    async def _poses(self, frames: Sequence[Frame]) -> Poses:
        return await self._run(self._store.poses, tuple(frames))

    def _base64(self, part: Frame | Film) -> bytes:
        """A frame's or a film's base64 text; the most recent ones are kept, up to a fixed number of bytes."""
        text = self._wire.get(part.digest)
        if text is not None:
            self._wire.move_to_end(part.digest)
            return text
        text = self._store.base64(part.digest)
        self._wire[part.digest] = text
        self._wire_room -= len(text)
        while self._wire_room < 0 and len(self._wire) > 1:
            self._wire_room += len(self._wire.popitem(last=False)[1])
        return text

    async def _run(self, work: Callable[..., T], *arguments: object) -> T:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self._workers, multiprocessing.get_context("spawn"), initializer=_start_worker
            )
        pool = self._pool
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, work, *arguments)
        except BrokenProcessPool as error:
            if self._pool is pool:
                self._pool = None
            raise _WorkerDiedError(
                "a process that prepares frames died, most likely for want of memory; "
                "run the same command again, with fewer or smaller frames if it happens again"
            ) from error

    def _forget_old_clips(self, keep: int = 256) -> None:
        while len(self._clips) > keep and next(iter(self._clips.values())).done():
            self._clips.popitem(last=False)


def _start_worker() -> None:
    """Make this worker end with the run, and only then.

    When the run is killed, its pipes alone would leave the worker waiting for ever. Ctrl-C reaches every
    process of a terminal, but it is the run that stops its workers.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is None:
        raise RuntimeError("a worker without a parent process")

    def wait() -> None:
        connection.wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
