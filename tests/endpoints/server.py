"""The endpoint's server: its own thread and event loop, a real socket, every request kept.

What it speaks is up to the behaviours; `route` says which requests are put to them.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from aiohttp import web

from endpoints.behaviours import Behaviour, Exchange, Received, ok, status

LARGEST = 64 * 2**20
PATIENCE = 30.0
"""Seconds after which a wait for requests is given up."""


class Endpoint:
    """A running endpoint. All methods may be called from any thread."""

    def __init__(self, route: Callable[[Received], bool], otherwise: Behaviour) -> None:
        self._route = route
        self._rule: Callable[[Received], Behaviour] = lambda received: otherwise
        self._changed = threading.Condition()
        self._requests: list[Received] = []
        self._in_flight = 0
        self._peak = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._released = asyncio.Event()
        self.address = ""

    @property
    def base_url(self) -> str:
        """What a study names: `http://127.0.0.1:PORT/v1`."""
        return f"{self.address}/v1"

    @property
    def requests(self) -> tuple[Received, ...]:
        """Every request so far, in the order of arrival."""
        with self._changed:
            return tuple(self._requests)

    @property
    def peak(self) -> int:
        """The largest number of requests that were open at one time."""
        with self._changed:
            return self._peak

    def always(self, behaviour: Behaviour) -> None:
        """Do the same with every request."""
        self.rule(lambda received: behaviour)

    def script(self, *behaviours: Behaviour, then: Behaviour) -> None:
        """Do one after the other, by number of the request counted from now; afterwards always `then`."""
        first = len(self.requests)

        def chosen(received: Received) -> Behaviour:
            turn = received.number - first
            return behaviours[turn] if turn < len(behaviours) else then

        self.rule(chosen)

    def rule(self, rule: Callable[[Received], Behaviour]) -> None:
        """Choose by what was received."""
        with self._changed:
            self._rule = rule

    def release(self) -> None:
        """Let every held request go, also those still to come."""
        if self._loop is None:
            raise RuntimeError("the endpoint is not running")
        self._loop.call_soon_threadsafe(self._released.set)

    def wait_for(self, requests: int) -> None:
        """Block until so many requests have arrived. Raises TimeoutError."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self._requests) >= requests, PATIENCE):
                raise TimeoutError(f"{len(self._requests)} of {requests} requests arrived in {PATIENCE} s")

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        with self._changed:
            self._in_flight += 1
            self._peak = max(self._peak, self._in_flight)
        try:
            raw = await request.read()
            with self._changed:
                received = _received(len(self._requests), request, raw)
                behaviour = self._rule(received) if self._route(received) else status(404, "no such path")
                self._requests.append(received)
                self._changed.notify_all()
            return await behaviour(Exchange(request, received, self._released))
        finally:
            with self._changed:
                self._in_flight -= 1

    async def _serve(self, started: threading.Event, stop: asyncio.Event) -> None:
        app = web.Application(client_max_size=LARGEST)
        app.router.add_route("*", "/{path:.*}", self._handle)
        # What never answers is cut off at once when the test is over.
        runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=0.01)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            host, port = runner.addresses[0][:2]
            self.address = f"http://{host}:{port}"
            started.set()
            await stop.wait()
        finally:
            await runner.cleanup()


def is_chat(received: Received) -> bool:
    """Whether a request asks for a chat completion."""
    return (received.method, received.path) == ("POST", "/v1/chat/completions")


def _received(number: int, request: web.Request, raw: bytes) -> Received:
    try:
        body = json.loads(raw)
    except ValueError:
        body = None
    return Received(number, request.method, request.path, dict(request.headers), body, len(raw))


@contextmanager
def running(
    route: Callable[[Received], bool] = is_chat, otherwise: Behaviour | None = None
) -> Iterator[Endpoint]:
    """Run an endpoint until the block ends; its port is free and its connections are closed then.

    `route`: what is put to the behaviours; all else is 404. `otherwise`: what it does until it is told.
    """
    endpoint = Endpoint(route, otherwise or ok())
    started, loop, stop = threading.Event(), asyncio.new_event_loop(), asyncio.Event()
    endpoint._loop = loop

    def run() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            try:
                runner.run(endpoint._serve(started, stop))
            finally:
                started.set()

    thread = threading.Thread(target=run, name="endpoint", daemon=True)
    thread.start()
    started.wait(PATIENCE)
    try:
        if not endpoint.address:
            raise RuntimeError("the endpoint did not start")
        yield endpoint
    finally:
        if not loop.is_closed():
            loop.call_soon_threadsafe(stop.set)
        thread.join(PATIENCE)
        if thread.is_alive():
            raise RuntimeError("the endpoint did not stop")
