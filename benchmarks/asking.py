"""What a request costs: CPU and memory of the asking loop, beside a bare client, in one run.

Each request carries 16 JPEG frames of 448 px that are prepared already, as in a study that is resumed
or asks several things about a clip. Every client runs in a process of its own, pinned to one core where
the system allows it; the endpoint (`mock_endpoint.py`) runs in another, on the other cores.

- loop: the whole road of `aqa-eval run`: plan, frames from the cache, prompt, request, answer, commit in
  the ledger, verdict. A clip is asked about twice (both polarities), and its frames are read from disk anew
  for each clip, because the memory for frames is made smaller than the set of clips.
- bare: an aiohttp loop that posts bodies of the same bytes, put together beforehand, and parses the answer.

    python benchmarks/asking.py [--requests 5000] [--limit 4.0]

Exits with 1 where the loop needs more CPU a request than the limit, or its memory grows.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import numpy as np
import orjson
import simplejpeg

from aqa_eval.datasets.dataset import Dataset, Loader, Options, Terms
from aqa_eval.datasets.sampling import Sample
from aqa_eval.ledger import Ledger
from aqa_eval.media import FrameStore
from aqa_eval.plan import Plan, arranged, make_plan
from aqa_eval.run import Studio, ask_all
from aqa_eval.study import DatasetChoice, Study
from aqa_eval.study.grid import Grid
from aqa_eval.vocabulary import (
    Answer,
    Clip,
    Criterion,
    Failure,
    Frame,
    FrameFolder,
    Judge,
    Label,
    Sampling,
    Status,
    Task,
)

FRAMES, SIZE, RECORDINGS = 16, 448, 32
FRAMINGS = ("positive", "negative")
WIRE_BYTES = 12 * 2**20  # fewer than half of the recordings' frames
CONCURRENCY = 8
GRAIN = 2.9  # chosen for about 840 kB a request
ROUNDS, ROUND = 3, 1000
MARKS = (1000, 5000)
GROWTH = 0.1  # memory may differ by this share between the marks: the allocator's own play


def main() -> int:
    """Measure, print, and say whether the limits are kept."""
    options = _options()
    if options.measure:
        print(json.dumps(_measured(options)))
        return 0
    with tempfile.TemporaryDirectory(prefix="aqa-eval-bench-") as name, _endpoint() as port:
        folder = Path(name)
        _record(folder / "recordings")
        _prepare(folder)
        rounds: dict[str, list[dict[str, float]]] = {"bare": [], "loop": []}
        for _ in range(ROUNDS):
            for client, results in rounds.items():
                results.append(_child(client, folder, port, min(ROUND, options.requests)))
        long = _child("loop", folder, port, options.requests)
    return _report(rounds, long, options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--requests", type=int, default=5000, help="requests of the long run")
    parser.add_argument("--limit", type=float, default=4.0, help="most CPU milliseconds a request")
    parser.add_argument("--measure", choices=("bare", "loop"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    return parser.parse_args()


# ------------------------------------------------------------------------------ what is asked about


def _record(folder: Path) -> None:
    """Draw the recordings: colours that change slowly, and grain, so that frames are as large as footage."""
    rng = np.random.default_rng(7)
    grain = rng.normal(0, GRAIN, (FRAMES, SIZE, SIZE, 3))
    slow = np.linspace(0, 2 * np.pi, SIZE)
    for recording in range(RECORDINGS):
        path = folder / f"{recording:03d}"
        path.mkdir(parents=True)
        across, down = np.sin(3 * slow + recording), np.cos(2 * slow + recording)
        colours = 128 + 60 * (across[None, :, None] + down[:, None, None]) * rng.uniform(0.2, 1, 3)
        for number in range(1, FRAMES + 1):
            pixels = (np.roll(colours, 3 * number, axis=1) + grain[number - 1]).clip(0, 255).astype(np.uint8)
            (path / f"{number:06d}.jpg").write_bytes(simplejpeg.encode_jpeg(pixels, quality=95))


def _dataset(folder: Path, clips: int) -> Dataset:
    """Build a data set of so many clips, each showing one of the recordings."""
    criterion = Criterion("knees", "squat", "The knees stay out.", "The knees fall inward.")
    made = [
        Clip(
            id=f"clip{n:06d}",
            dataset="bench",
            action="squat",
            media=FrameFolder(folder / f"{n % RECORDINGS:03d}", "%06d.jpg", 1, FRAMES, 8.0),
            cluster=f"s{n}",
        )
        for n in range(clips)
    ]
    labels = [(Label(clip.id, criterion.id, n % 2 == 0),) for n, clip in enumerate(made)]
    terms = Terms("none", "none", "drawn by this benchmark", may_embed=True, may_send=True)
    return Dataset("bench", "Benchmark", terms, {criterion.id: criterion}, made, labels)


def _plan(folder: Path, port: int, requests: int) -> Plan:
    dataset = _dataset(folder / "recordings", requests // len(FRAMINGS))
    loader = Loader("bench", "Benchmark", Options, (Task.VERIFY,), lambda _: dataset, dataset.terms)
    judge = Judge(
        name="mock",
        protocol="openai",
        model="mock",
        decoding=(("max_tokens", 64), ("temperature", 0.0)),
        base_url=f"http://127.0.0.1:{port}/v1",
        concurrency=CONCURRENCY,
    )
    study = Study(
        name="bench",
        seed=7,
        repeats=1,
        datasets=(DatasetChoice(loader, Options(), (Task.VERIFY,), Sample()),),
        judges=(judge,),
        grid=Grid({"framing": FRAMINGS, "sampling": (Sampling(count=FRAMES, size=SIZE),)}),
    )
    return make_plan(study, FrameStore(folder / "cache"))


def _prepare(folder: Path) -> None:
    """Fill the cache, as an earlier run would have."""
    plan = _plan(folder, 9, RECORDINGS * len(FRAMINGS))
    store = FrameStore(folder / "cache")
    for item in plan.items():
        store.shown(item.clips[0], plan.presentations(item, item.clips[0]))


# ------------------------------------------------------------------------------ the two clients


@dataclass
class Meter:
    """Watches a run: counts answers, and notes the memory at the marks."""

    answers: int = 0
    memory: dict[int, int] = field(default_factory=dict)

    def planned(self, judge: Judge, total: int, answered: int) -> None:
        """Nothing to note."""

    def answered(self, judge: Judge, answer: Answer, status: Status) -> None:
        """Count; an answer that is not one ends the benchmark."""
        if status is not Status.OK:
            raise SystemExit(f"a request failed: {status} {answer.failure}")
        self.answers += 1
        if self.answers in MARKS:
            self.memory[self.answers] = _resident()

    def described(self, judge: Judge, answer: Answer) -> None:
        """Nothing is described."""

    def noticed(self, judge: Judge, what: str) -> None:
        """The mock counts no tokens that could be off."""

    def waiting(self, judge: Judge, failure: Failure, seconds: float) -> None:
        """No attempt may fail here."""
        raise SystemExit(f"an attempt failed: {failure}")

    def stopped(self, judge: Judge, why: str) -> None:
        """Nor may the judge be stopped."""
        raise SystemExit(f"the judge was stopped: {why}")


def _measured(options: argparse.Namespace) -> dict[str, float]:
    """Run one client in this process and give what it used."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    client = _loop if options.measure == "loop" else _bare
    return asyncio.run(client(options.folder, options.port, options.requests))


async def _loop(folder: Path, port: int, requests: int) -> dict[str, float]:
    plan = _plan(folder, port, requests)
    meter = Meter()
    with tempfile.TemporaryDirectory(dir=folder) as runs, Ledger.writing(Path(runs)) as ledger:
        cpu, wall = time.process_time(), time.perf_counter()
        async with Studio(FrameStore(folder / "cache"), workers=1, wire_bytes=WIRE_BYTES) as studio:
            await ask_all(plan, ledger, studio, meter)
            cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    # Known only now that the studio's process has ended.
    worker = resource.getrusage(resource.RUSAGE_CHILDREN)
    memory = {f"memory_{mark}": float(size) for mark, size in meter.memory.items()}
    return {
        "requests": meter.answers,
        "cpu": cpu,
        "wall": wall,
        "worker_cpu": worker.ru_utime + worker.ru_stime,
        **memory,
    }


async def _bare(folder: Path, port: int, requests: int) -> dict[str, float]:
    bodies = _bodies(folder, port)
    url, done = f"http://127.0.0.1:{port}/v1/chat/completions", 0
    turns = iter(range(requests))
    headers = {"Content-Type": "application/json"}
    cpu, wall = time.process_time(), time.perf_counter()
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=CONCURRENCY), headers=headers
    ) as session:

        async def ask() -> None:
            nonlocal done
            for turn in turns:
                async with session.post(url, data=bodies[turn % len(bodies)]) as response:
                    response.raise_for_status()
                    orjson.loads(await response.read())["choices"][0]["message"]["content"]
                    done += 1

        await asyncio.gather(*(ask() for _ in range(CONCURRENCY)))
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return {"requests": done, "cpu": cpu, "wall": wall, "body": statistics.mean(map(len, bodies))}


def _bodies(folder: Path, port: int) -> list[bytes]:
    """Put together, once for each recording, a body of what the loop sends for it."""
    plan = _plan(folder, port, RECORDINGS * len(FRAMINGS))
    store = FrameStore(folder / "cache")
    trials = {trial.item.clips[0].id: trial for trial in plan.trials()}
    bodies = []
    for trial in trials.values():
        (wanted,) = plan.pictures(trial)
        shown = store.shown(wanted.clip, [wanted.want])[wanted.want]
        request = plan.request(trial, arranged(trial, {0: shown}))
        content = [
            {"type": "image_url", "image_url": {"url": _data_address(store, part)}}
            if isinstance(part, Frame)
            else {"type": "text", "text": part}
            for part in request.parts
        ]
        messages = [{"role": "system", "content": request.system}] if request.system else []
        messages.append({"role": "user", "content": content})
        head = {"model": "mock", "max_tokens": 64, "temperature": 0.0}
        bodies.append(orjson.dumps({**head, "messages": messages}))
    return bodies


def _data_address(store: FrameStore, frame: Frame) -> str:
    return f"data:image/jpeg;base64,{store.base64(frame.digest).decode()}"


# ------------------------------------------------------------------------------ processes and report


@contextmanager
def _endpoint() -> Iterator[int]:
    """Run the mock endpoint on other cores than the clients; gives its port."""
    command = [sys.executable, str(Path(__file__).with_name("mock_endpoint.py"))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the endpoint has no pipes")
        try:
            if hasattr(os, "sched_setaffinity"):
                cores = os.sched_getaffinity(0)
                os.sched_setaffinity(process.pid, cores - {min(cores)} or cores)
            yield int(process.stdout.readline())
        finally:
            process.stdin.close()
            process.wait(timeout=30)


def _child(client: str, folder: Path, port: int, requests: int) -> dict[str, float]:
    command = [sys.executable, __file__, "--measure", client, "--folder", str(folder)]
    command += ["--port", str(port), "--requests", str(requests)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=600)
    return dict(json.loads(done.stdout))


def _resident() -> int:
    """Bytes of memory this process holds now; where that is not told, the most it ever held."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * resource.getpagesize()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def _report(
    rounds: dict[str, list[dict[str, float]]], long: dict[str, float], options: argparse.Namespace
) -> int:
    """Print what was measured; 1 where a limit is broken."""
    cost = {client: [1e3 * r["cpu"] / r["requests"] for r in results] for client, results in rounds.items()}
    middle = {client: statistics.median(values) for client, values in cost.items()}
    first = rounds["bare"][0]
    pinned = "pinned to one core" if hasattr(os, "sched_setaffinity") else "not pinned"
    print(f"{FRAMES} frames of {SIZE} px, {first['body'] / 1e3:.0f} kB a request, {CONCURRENCY} open at once")
    print(f"client {pinned}; median of {ROUNDS} alternating rounds of {first['requests']:.0f} requests")
    print()
    print(f"{'':<22}{'CPU ms/request':>16}  {'of each round':<24}{'requests/s':>12}")
    for client, title in (("bare", "bare aiohttp"), ("loop", "aqa-eval")):
        rate = statistics.median(r["requests"] / r["wall"] for r in rounds[client])
        each = ", ".join(f"{value:.2f}" for value in cost[client])
        print(f"{title:<22}{middle[client]:>16.2f}  {each:<24}{rate:>12.0f}")
    print(f"{'ratio':<22}{middle['loop'] / middle['bare']:>16.2f}")
    print()
    used = 1e3 * long["cpu"] / long["requests"]
    print(f"long run: {long['requests']:.0f} requests, {used:.2f} CPU ms/request;")
    print(f"its frame process used {1e3 * long['worker_cpu'] / long['requests']:.2f} ms/request beside it")
    sizes = {mark: long[f"memory_{mark}"] for mark in MARKS if f"memory_{mark}" in long}
    kept, flat = middle["loop"] <= options.limit, True
    print(f"limit of {options.limit:g} CPU ms/request: {'kept' if kept else 'BROKEN'}")
    if len(sizes) == len(MARKS):
        first_size, last_size = sizes[MARKS[0]], sizes[MARKS[-1]]
        flat = last_size <= first_size * (1 + GROWTH)
        print(
            f"memory: {first_size / 2**20:.0f} MiB after {MARKS[0]} requests, {last_size / 2**20:.0f} MiB "
            f"after {MARKS[-1]}: {'flat' if flat else 'GROWS'} (within {GROWTH:.0%})"
        )
    else:
        print(f"memory: not compared, that takes {MARKS[-1]} requests")
    return 0 if kept and flat else 1


if __name__ == "__main__":
    sys.exit(main())
