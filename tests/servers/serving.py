"""A real inference server as the tests see it, and how it is started, awaited and ended."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

HERE = Path(__file__).parent
HEALTHY_WITHIN = 240.0
"""Seconds a server may take to answer; alone on two cores `transformers serve` takes 10, vLLM 25 to 35."""
ENDED_WITHIN = 20.0
"""Seconds a server may take to end after it was asked to; then it is killed."""
VLLM_CONTEXT = 8192
"""Tokens of prompt and answer together that vLLM is started with."""
VLLM_IMAGES, VLLM_VIDEOS = 64, 2
"""How many pictures and how many videos vLLM takes in one prompt."""


@dataclass(frozen=True, slots=True)
class ServersEnvironment:
    """The Python environment of a server, apart from the project's own."""

    python: Path

    def run(self, script: str, *arguments: str | Path) -> str:
        """Run one of this folder's scripts there and give back what it printed."""
        command = [self.python, HERE / script, *arguments]
        done = subprocess.run(
            command, env=offline(), capture_output=True, text=True, timeout=240, check=False
        )
        assert done.returncode == 0, f"{script} failed with {done.returncode}:\n{done.stderr[-4000:]}"
        return done.stdout

    @contextlib.contextmanager
    def serving(
        self, arguments: Sequence[str | Path], home: Path, port: int, variables: Mapping[str, str]
    ) -> Iterator[str]:
        """Run `python ARGUMENTS...` in `home`, wait until it is healthy, and give its root URL.

        It must listen on 127.0.0.1 alone, and is ended with everything it started.
        """
        log = home / f"server-{port}.log"
        with log.open("w") as output:
            command = [self.python, *arguments]
            with running(command, home, {**offline(), **variables}, output.fileno()) as process:
                url = f"http://127.0.0.1:{port}"
                wait_until_healthy(process, f"{url}/health", log)
                addresses = json.loads(self.run("listening.py", str(process.pid)))
                assert ["127.0.0.1", port] in addresses
                assert {host for host, _ in addresses} == {"127.0.0.1"}, f"the server listens on {addresses}"
                yield url


@dataclass(frozen=True, slots=True)
class Server:
    """A model being served: where to ask, by which name, and the folder its weights are in."""

    base_url: str
    model: str
    folder: Path


def installed(server: str, variable: str, default: Path) -> ServersEnvironment:
    """The environment in the folder `variable` names, or in `default`; absent, tests skip, except in CI."""
    folder = Path(os.environ.get(variable, default))
    python = folder / "bin" / "python"
    if python.exists():
        return ServersEnvironment(python)
    reason = f"no inference server in {folder}: install it with tests/servers/install {server}"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def offline() -> dict[str, str]:
    """The environment of a server that must never reach out for a model."""
    return {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running(
    command: list[str | Path], folder: Path, environment: dict[str, str], output: int
) -> Iterator[subprocess.Popen[bytes]]:
    """A process with a group of its own, so that whatever it starts ends with it."""
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=output, stderr=output, start_new_session=True
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(ENDED_WITHIN)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # it, or what it left behind
        process.wait(ENDED_WITHIN)


def wait_until_healthy(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    """Ask until the server answers 200; fail with its log when it dies or takes too long."""
    deadline = time.monotonic() + HEALTHY_WITHIN
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=5) as reply:
                if reply.status == 200:
                    return
        except (urllib.error.URLError, TimeoutError):
            pass
        # Waiting for the process to end is the pause between two questions, and notices its death.
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.2)
            pytest.fail(f"the server ended with {process.returncode}:\n{log.read_text()[-4000:]}")
    pytest.fail(f"no healthy server at {url} within {HEALTHY_WITHIN:.0f} s:\n{log.read_text()[-4000:]}")
