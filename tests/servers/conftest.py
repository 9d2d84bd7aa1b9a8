"""Real inference servers for the tests, each started once and only where its environment is installed."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from serving import (
    HERE,
    VLLM_CONTEXT,
    VLLM_IMAGES,
    VLLM_VIDEOS,
    Server,
    ServersEnvironment,
    free_port,
    installed,
)

_VLLM_VARIABLES = {
    "PYTHONPATH": os.pathsep.join((str(HERE / "vllm_startup"), str(HERE))),
    "VLLM_CPU_KVCACHE_SPACE": "1",
    "VLLM_CPU_OMP_THREADS_BIND": "nobind",
    "VLLM_HOST_IP": "127.0.0.1",
    "GLOO_SOCKET_IFNAME": "lo",
    "VLLM_NO_USAGE_STATS": "1",
    "VLLM_LOGGING_LEVEL": "WARNING",
}


@pytest.fixture(scope="session")
def servers_environment(pytestconfig: pytest.Config) -> ServersEnvironment:
    """Where `transformers serve` is installed."""
    return installed("transformers", "AQA_EVAL_SERVERS", pytestconfig.rootpath / ".servers")


@pytest.fixture(scope="session")
def vllm_environment(pytestconfig: pytest.Config) -> ServersEnvironment:
    """Where vLLM is installed."""
    return installed("vllm", "AQA_EVAL_SERVERS_VLLM", pytestconfig.rootpath / ".servers-vllm")


@contextlib.contextmanager
def transformers_serving(
    environment: ServersEnvironment, home: Path, builder: str, name: str
) -> Iterator[Server]:
    """The tiny model that the script `builder` writes, behind `transformers serve` on 127.0.0.1."""
    (home / "hub").mkdir()
    folder, port = home / name, free_port()
    environment.run(builder, folder)
    # Started beside the folder, so that the model's name is the folder's and holds no path.
    arguments = [HERE / "transformers_serve.py", name, "--host", "127.0.0.1", "--port", str(port)]
    variables = {"HF_HUB_CACHE": str(home / "hub")}
    with environment.serving([*arguments, "--log-level", "error"], home, port, variables) as url:
        yield Server(f"{url}/v1", name, folder)


@pytest.fixture(scope="session")
def transformers_serve(
    servers_environment: ServersEnvironment, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A tiny Qwen3-VL behind `transformers serve`, gone when the tests are."""
    home = tmp_path_factory.mktemp("transformers-serve")
    with transformers_serving(servers_environment, home, "build_qwen3_vl.py", "tiny-qwen3-vl") as server:
        yield server


@pytest.fixture(scope="session")
def internvl_serve(
    servers_environment: ServersEnvironment, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A tiny InternVL behind `transformers serve`, gone when the tests are."""
    home = tmp_path_factory.mktemp("internvl-serve")
    with transformers_serving(servers_environment, home, "build_internvl.py", "tiny-internvl") as server:
        yield server


@contextlib.contextmanager
def vllm_serving(
    environment: ServersEnvironment, folder: Path, entry: str, *options: str
) -> Iterator[Server]:
    """A model folder behind one of vLLM's servers on 127.0.0.1."""
    port = free_port()
    limits = f'{{"image": {VLLM_IMAGES}, "video": {VLLM_VIDEOS}}}'
    arguments = ["-m", f"vllm.entrypoints.launchers.{entry}.entry", "--model", folder.name]
    arguments += ["--host", "127.0.0.1", "--port", str(port), "--dtype", "float32", "--enforce-eager"]
    arguments += [
        "--max-model-len",
        str(VLLM_CONTEXT),
        "--max-num-seqs",
        "4",
        "--limit-mm-per-prompt",
        limits,
    ]
    with environment.serving([*arguments, *options], folder.parent, port, _VLLM_VARIABLES) as url:
        yield Server(f"{url}/v1", folder.name, folder)


@pytest.fixture(scope="session")
def vllm_folder(vllm_environment: ServersEnvironment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny Qwen3-VL that vLLM serves."""
    folder = tmp_path_factory.mktemp("vllm") / "tiny-qwen3-vl"
    vllm_environment.run("build_qwen3_vl.py", folder)
    return folder


@pytest.fixture(scope="session")
def vllm_qwen(vllm_environment: ServersEnvironment, vllm_folder: Path) -> Iterator[Server]:
    """A tiny Qwen3-VL behind vLLM, with a parser for thinking traces, gone when the tests are.

    A request thinks when its `chat_template_kwargs` say so. JSON comes without free whitespace, of which
    random weights are so fond that no answer would end.
    """
    options = ["--trust-request-mm-kwargs", "--reasoning-parser", "qwen3"]
    options += ["--default-chat-template-kwargs", '{"enable_thinking": false}']
    options += ["--structured-outputs-config", '{"backend": "xgrammar", "disable_any_whitespace": true}']
    with vllm_serving(vllm_environment, vllm_folder, "api_server", *options) as server:
        yield server


@pytest.fixture(scope="session")
def vllm_front(vllm_environment: ServersEnvironment, vllm_folder: Path) -> Iterator[Server]:
    """vLLM's front alone, as it is by default: it reads and refuses requests, and has no engine behind it."""
    with vllm_serving(vllm_environment, vllm_folder, "render") as server:
        yield server
