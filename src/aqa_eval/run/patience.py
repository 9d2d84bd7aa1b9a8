"""How long to wait before asking again: exponential backoff with full jitter, and the endpoint's own wish."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field

from aqa_eval.judges import AttemptError


@dataclass(frozen=True, slots=True)
class Patience:
    """`base` seconds doubled at each failure up to `cap`; an endpoint that asks for more than `limit`
    seconds of rest is not waited for: its judge is stopped.
    """

    base: float = 1.0
    cap: float = 60.0
    limit: float = 600.0

    def delay(self, failures: int, error: AttemptError, jitter: random.Random) -> float | None:
        """Seconds until the next attempt after so many `failures`; None when it is too long to wait."""
        backoff = jitter.uniform(0, min(self.cap, self.base * 2 ** (failures - 1)))
        if error.retry_after is None:
            return backoff
        return None if error.retry_after > self.limit else error.retry_after + backoff


@dataclass(slots=True)
class Gate:
    """Closed for all requests to a judge while its endpoint wants to be left alone."""

    _open_at: float = field(default=0.0)

    async def passed(self) -> None:
        """Return once the gate is open."""
        loop = asyncio.get_running_loop()
        while (wait := self._open_at - loop.time()) > 0:
            await asyncio.sleep(wait)

    def close_for(self, seconds: float) -> None:
        """Keep the gate closed for at least so many seconds from now."""
        self._open_at = max(self._open_at, asyncio.get_running_loop().time() + seconds)
