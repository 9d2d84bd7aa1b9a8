"""InternVL3.5: a picture is cut into tiles of 448 px, 256 tokens each; a frame of a video is one tile.

Source: transformers, `models/got_ocr2/image_processing_got_ocr2.py` (`get_optimal_tiled_canvas`, which
InternVL's processor uses) and `models/internvl/processing_internvl.py`; the tile of 448 px, 256 tokens and
1 to 12 tiles are the released models'. The window of 32,768 tokens is that of the makers' own endpoint
(internlm.intern-ai.org.cn/docEn/docs/Models).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from aqa_eval.judges.families.family import Coordinates, Family
from aqa_eval.judges.families.shape import FilmShape, Tokens, VideoShape

LINE_BREAK = 1
"""What the chat template puts after each picture."""
FRAME_LABEL = 4
"""`Frame`, its number's first digit, `:` and a space, before each frame of a video."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InternVL35(Family):
    """`tile`: pixels to a tile's side. `tile_tokens`: tokens of one. `tiles`: the most of a picture, to
    which a thumbnail of the whole comes wherever there is more than one.
    """

    name: ClassVar[str] = "internvl3.5"
    coordinates: ClassVar[Coordinates] = "xy-1000"

    tile: int = 448
    tile_tokens: int = 256
    tiles: int = 12

    def image_tokens(self, width: int, height: int) -> int:
        """256 for each tile, and 256 for the thumbnail."""
        columns, rows = tiling(width, height, self.tile, self.tiles)
        tiles = columns * rows
        return self.tile_tokens * (tiles + 1 if tiles > 1 else 1)

    def video_tokens(self, frames: int, width: int, height: int) -> int:
        """One tile a frame, whatever its size."""
        return frames * self.tile_tokens

    def video_markers(self, video: VideoShape) -> int:
        """`Frame7: <img>...</img>` and a line break after each; numbers from 10 on have a digit more."""
        digits = max(0, video.frames - 9)
        return video.frames * (FRAME_LABEL + 2 + LINE_BREAK) + digits

    def film_tokens(self, film: FilmShape) -> Tokens | None:
        """None: how many frames a server takes of a recording is its own choice."""
        return None


@cache
def tiling(width: int, height: int, tile: int, most: int) -> tuple[int, int]:
    """Columns and rows of tiles whose shape comes closest to the picture's.

    Of several that come equally close, the one with more tiles, as long as the picture is larger than half
    of what they cover.
    """
    grids = [(c, r) for c in range(1, most + 1) for r in range(1, most + 1) if c * r <= most]
    best, nearest = (1, 1), float("inf")
    for columns, rows in sorted(grids, key=lambda grid: grid[0] * grid[1]):
        distance = abs(width / height - columns / rows)
        large_enough = width * height > 0.5 * tile * tile * columns * rows
        if distance < nearest or (distance == nearest and large_enough):
            best, nearest = (columns, rows), distance
    return best
