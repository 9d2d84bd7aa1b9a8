"""What clips share with each other, as numbers; and draws that a seed and a name alone decide."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from aqa_eval.vocabulary import Clip, Still

KINSHIPS = ("match", "subject", "cluster", "any")
"""How close two clips of one action and view can be, closest first."""

NOWHERE = 1 << 40
"""A place in no dataset: for a clip that is looked up among others by what it shares with them."""

Ints = NDArray[np.int64]
Draws = NDArray[np.uint64]


def kin(clip: Clip, place: int) -> tuple[int, ...]:
    """Codes of what a clip shares with others, closest kinship first; what is not known is shared with none.

    Action and view are part of each, so that no two clips differ in them.
    """
    alone = -1 - place
    match = code(clip.action, clip.view, "match", clip.match) if clip.match else alone
    subject = code(clip.action, clip.view, "subject", clip.subject) if clip.subject else alone
    return (
        match,
        subject,
        code(clip.action, clip.view, "cluster", clip.cluster),
        code(clip.action, clip.view),
    )


def kind(clip: Clip) -> str:
    """Whether a clip is one picture or moves; only clips of one kind stand in for each other."""
    return "still" if isinstance(clip.media, Still) else "moving"


@lru_cache(maxsize=4096)
def code(*names: str) -> int:
    """A number that stands for these names, the same in every process, never negative."""
    digest = hashlib.blake2b("\0".join(names).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def rng(seed: int, *names: str) -> Generator:
    """Random numbers for one purpose, independent of those for any other."""
    digest = hashlib.sha256("\0".join(names).encode()).digest()
    return np.random.default_rng([seed, int.from_bytes(digest[:8], "big")])


def draw(seed: int, *names: str) -> int:
    """A number of 64 bits that nothing else decides: clips keep theirs when others are added or left out."""
    digest = hashlib.sha256("\0".join((str(seed), *names)).encode()).digest()
    return int.from_bytes(digest[:8], "big")


def turned(options: Sequence[str], name: str) -> tuple[str, ...]:
    """Options in the order in which they are shown: turned by a name, the same for every seed."""
    turn = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") % len(options)
    return (*options[turn:], *options[:turn])


def spread(cluster: Ints, draws: Draws) -> Ints:
    """The order (n,) in which one of each `cluster` (n,) comes before a second of any, smallest draw first.

    >>> spread(np.array([7, 7, 7, 8]), np.array([3, 1, 2, 9], np.uint64)).tolist()
    [1, 3, 2, 0]
    """
    order = np.lexsort((draws, cluster))
    ranked = cluster[order]
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order)) - np.searchsorted(ranked, ranked, side="left")
    return np.lexsort((draws, rank))
