"""A video file opened with PyAV, and the one kind of error it ends in when it is not whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import BinaryIO

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream

from aqa_eval.errors import MediaError
from aqa_eval.media import archives

DECODER_THREADS = 2
"""Clips are prepared by several processes at once, so that more threads would stand in each other's way."""


@contextmanager
def opened(path: Path) -> Iterator[tuple[InputContainer, VideoStream]]:
    """The file and its main video stream, closed when the block ends.

    Raises MediaError for a file that is missing, empty, no video or without a video stream, and when
    reading or decoding it fails inside the block.
    """
    if not archives.is_file(path):
        raise MediaError(f"{path}: there is no such video file. Check the dataset's root folder.")
    if archives.size(path) == 0:
        raise MediaError(f"{path}: the video file is empty (0 bytes). Copy or download it again.")
    try:
        with _source(path) as source, closing(av.open(source, "r")) as container:
            stream = container.streams.best("video")
            if not isinstance(stream, VideoStream):
                raise MediaError(f"{path}: the file has no video stream. Is it the right file?")
            stream.thread_type = "AUTO"
            stream.codec_context.thread_count = DECODER_THREADS
            yield container, stream
    except (FFmpegError, OSError) as error:
        # An archive that changes while a video in it is read ends in an error of the system.
        raise damaged(path, error.strerror or str(error) or type(error).__name__) from error


@contextmanager
def _source(path: Path) -> Iterator[str | BinaryIO]:
    """What PyAV opens: the name of a file on disk, which it reads faster, or a file in an archive."""
    if archives.locate(path) is None:
        yield str(path)
    else:
        with archives.opened(path) as file:
            yield file


def damaged(path: Path, what: str) -> MediaError:
    """The error of a video that is not whole; `what` says what was found."""
    return MediaError(f"{path}: the video is damaged or cut short: {what}. Copy or download it again.")
