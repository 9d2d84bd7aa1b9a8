"""Real inference servers for the tests, each started once and only where its environment is installed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from serving import HERE, Server, ServersEnvironment, free_port, offline, running, wait_until_healthy


@pytest.fixture(scope="session")
def servers_environment(pytestconfig: pytest.Config) -> ServersEnvironment:
    """`AQA_EVAL_SERVERS`, or `.servers` in the repository; absent, the tests skip, except in CI."""
    folder = Path(os.environ.get("AQA_EVAL_SERVERS", pytestconfig.rootpath / ".servers"))
    python = folder / "bin" / "python"
    if python.exists():
        return ServersEnvironment(python)
    reason = f"no inference servers in {folder}: install them with tests/servers/install"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def transformers_serve(
    servers_environment: ServersEnvironment, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A tiny Qwen3-VL behind `transformers serve` on 127.0.0.1, gone when the tests are."""
    home = tmp_path_factory.mktemp("transformers-serve")
    (home / "hub").mkdir()
    folder = home / "tiny-qwen3-vl"
    servers_environment.run("build_qwen3_vl.py", folder)
    port = free_port()
    # Started beside the folder, so that the model's name is the folder's and holds no path.
    command: list[str | Path] = [servers_environment.python, HERE / "transformers_serve.py", folder.name]
    command += ["--host", "127.0.0.1", "--port", str(port), "--log-level", "error"]
    log = home / "server.log"
    with (
        log.open("w") as output,
        running(command, home, {**offline(), "HF_HUB_CACHE": str(home / "hub")}, output.fileno()) as process,
    ):
        wait_until_healthy(process, f"http://127.0.0.1:{port}/health", log)
        addresses = json.loads(servers_environment.run("listening.py", str(process.pid)))
        assert addresses == [["127.0.0.1", port]], f"the server listens on {addresses}"
        yield Server(f"http://127.0.0.1:{port}/v1", folder.name, folder)
