"""Exchanges that several trials rest on: whoever comes first asks, and all others wait for the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine

from aqa_eval.vocabulary import Answer


class Shared:
    """The shared exchanges of one judge that are under way, by their keys."""

    def __init__(self) -> None:
        self._under_way: dict[str, asyncio.Task[Answer]] = {}

    async def once(self, key: str, ask: Callable[[], Coroutine[None, None, Answer]]) -> tuple[Answer, bool]:
        """(the answer, whether it was asked for here). It goes on where one that waits for it is cancelled;
        whatever `ask` raises is raised to all of them.
        """
        under_way, first = self._under_way.get(key), False
        if under_way is None:
            under_way, first = asyncio.ensure_future(ask()), True
            self._under_way[key] = under_way
            under_way.add_done_callback(lambda _: self._under_way.pop(key, None))
        return await asyncio.shield(under_way), first

    async def leave(self) -> None:
        """End those that nobody waits for any more: they must not outlive the ledger."""
        left = [*self._under_way.values()]
        for one in left:
            one.cancel()
        await asyncio.gather(*left, return_exceptions=True)
