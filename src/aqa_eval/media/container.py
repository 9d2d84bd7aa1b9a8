"""A video file opened with PyAV, and the one kind of error it ends in when it is not whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream

from aqa_eval.errors import MediaError

DECODER_THREADS = 2
"""Clips are prepared by several processes at once, so that more threads would stand in each other's way."""


@contextmanager
def opened(path: Path) -> Iterator[tuple[InputContainer, VideoStream]]:
    """The file and its main video stream, closed when the block ends.

    Raises MediaError for a file that is missing, empty, no video or without a video stream, and when
    reading or decoding it fails inside the block.
    """
    if not path.is_file():
        raise MediaError(f"{path}: there is no such video file. Check the dataset's root folder.")
    if path.stat().st_size == 0:
        raise MediaError(f"{path}: the video file is empty (0 bytes). Copy or download it again.")
    try:
        with closing(av.open(str(path))) as container:
            stream = container.streams.best("video")
            if not isinstance(stream, VideoStream):
                raise MediaError(f"{path}: the file has no video stream. Is it the right file?")
            stream.thread_type = "AUTO"
            stream.codec_context.thread_count = DECODER_THREADS
            yield container, stream
    except FFmpegError as error:
        raise damaged(path, error.strerror or type(error).__name__) from error


def damaged(path: Path, what: str) -> MediaError:
    """The error of a video that is not whole; `what` says what was found."""
    return MediaError(f"{path}: the video is damaged or cut short: {what}. Copy or download it again.")
