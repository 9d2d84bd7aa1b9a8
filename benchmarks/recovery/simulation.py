"""A case simulated many times: bias, coverage, width and rejections, and what row-wise inference says."""

from __future__ import annotations

import tempfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from benchmarks.recovery.worlds import Rows, World
from numpy.typing import NDArray

from aqa_eval.measures.estimate import Estimate
from aqa_eval.measures.resampling import PERCENTILE_FROM, Resampling

Estimator = Callable[[Rows, Resampling], Mapping[str, Estimate]]

FEW, MANY = 100, 499
"""Resamples where the jackknife makes the limits, and where the bootstrap does."""

_LARGE, _TIMES = 2_000, 40  # clusters of a world that stands for the population, and how many such worlds


@dataclass(frozen=True)
class Case:
    """A simulated judge, the measure that is to find what is planted in it, and the `planted` values, by the
    name of the measure's output; None where it has no closed form and very many rows say it. `null`: values
    that hold in no judge without the effect; `wise`: cluster columns that row-wise inference ignores.
    """

    name: str
    world: World
    estimate: Estimator
    planted: Mapping[str, float | None]
    null: Mapping[str, float] = field(default_factory=dict)
    wise: tuple[str, ...] = ("cluster",)


@dataclass(frozen=True)
class Outcome:
    """What many simulations of a case gave for one output. `error` is the standard error of the planted value
    where that was simulated. Rates are over the simulations that have an interval, `without` is the share
    that has none. `rejected` is None where the planted value is not the null.
    """

    case: str
    measure: str
    clusters: int
    planted: float
    error: float
    bias: float
    deviation: float
    covered: float
    width: float
    without: float
    naive: float
    simulations: int
    is_null: bool

    @property
    def ratio(self) -> float:
        """Bias in standard deviations of the estimator."""
        return abs(self.bias) / self.deviation if self.deviation > 0 else np.inf if self.bias else 0.0


def run(
    cases: Iterable[Case],
    clusters: Iterable[int],
    simulations: int,
    processes: int = 2,
    method: str = "auto",
    kept: Path | None = None,
) -> list[Outcome]:
    """Every case with every number of clusters, in the order given, the same whatever the processes.

    `kept` is a folder in which what was simulated is kept, so that a run that was stopped can be continued;
    empty it when a measure has changed.
    """
    cases, clusters = list(cases), list(clusters)
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
    jobs = [(place, k, simulations, method) for place in range(len(cases)) for k in clusters]
    # Forked processes have the cases already: what a case calls need not be pickled.
    with ProcessPoolExecutor(processes, get_context("fork"), _hold, (cases, kept)) as pool:
        order = sorted(range(len(jobs)), key=lambda i: jobs[i][1])
        futures = {i: pool.submit(_job, *jobs[i]) for i in order}
        truths = [pool.submit(_population, place) for place in range(len(cases))]
        known = [truth.result() for truth in truths]
        found = []
        for i, (place, k, *_) in enumerate(jobs):
            case, draws = cases[place], futures[i].result()
            found += [outcome(case, k, name, *known[place][name], draws[name]) for name in case.planted]
    return found


_held: list[Case] = []
_folder: list[Path | None] = [None]


def _hold(cases: list[Case], kept: Path | None) -> None:
    _held[:] = cases
    _folder[0] = kept


def _job(place: int, clusters: int, simulations: int, method: str) -> dict[str, NDArray[np.float64]]:
    case, folder = _held[place], _folder[0]
    if folder is None:
        return simulated(case, clusters, simulations, method)
    file = folder / f"{zlib.crc32(case.name.encode()):08x}-{clusters}-{simulations}-{method}.npz"
    if not file.exists():
        draws = simulated(case, clusters, simulations, method)
        with tempfile.NamedTemporaryFile(dir=folder, suffix=".part", delete=False) as part:
            np.savez(part, **dict(zip(map(str, range(len(draws))), draws.values(), strict=True)))
        Path(part.name).replace(file)
    with np.load(file) as found:
        return {name: found[str(i)] for i, name in enumerate(case.planted)}


def _population(place: int) -> dict[str, tuple[float, float]]:
    return population(_held[place])


def population(case: Case) -> dict[str, tuple[float, float]]:
    """The planted value of every output with its standard error (0 for a closed form)."""
    known = {name: (value, 0.0) for name, value in case.planted.items() if value is not None}
    open_ = [name for name in case.planted if name not in known]
    if not open_:
        return known
    values = []
    for time in range(_TIMES):
        rows = case.world(_generator(case.name, 0, time), _LARGE)
        found = case.estimate(rows, Resampling(resamples=20, method="percentile"))
        values.append([found[name].value for name in open_])
    table = np.array(values, np.float64)
    means, errors = table.mean(axis=0), table.std(axis=0, ddof=1) / np.sqrt(_TIMES)
    return known | {name: (float(means[i]), float(errors[i])) for i, name in enumerate(open_)}


def simulated(case: Case, clusters: int, simulations: int, method: str) -> dict[str, NDArray[np.float64]]:
    """For every output the value, the limits and the row-wise limits (simulations, 5), NaN where none."""
    found = {name: np.full((simulations, 5), np.nan) for name in case.planted}
    row_wise = any(case.null.get(name) == value for name, value in case.planted.items())
    for time in range(simulations):
        rows = case.world(_generator(case.name, clusters, time), clusters)
        resamples = FEW if clusters < PERCENTILE_FROM and method in ("auto", "jackknife-t") else MANY
        plan = Resampling(seed=time, resamples=resamples, method=method)  # type: ignore[arg-type]
        estimates = case.estimate(rows, plan)
        wise = _row_wise(case, rows, time) if row_wise else {}
        for name, table in found.items():
            own = estimates[name]
            table[time, :3] = own.value, own.low, own.high
            if name in wise:
                table[time, 3:] = wise[name].low, wise[name].high
    return found


def _row_wise(case: Case, rows: Rows, time: int) -> Mapping[str, Estimate]:
    """What inference says that takes every row for independent."""
    n = len(rows["cluster"])
    alone = {name: np.arange(n) + n * place for place, name in enumerate(case.wise)}
    return case.estimate({**rows, **alone}, Resampling(seed=time, resamples=200, method="percentile"))


def outcome(
    case: Case, clusters: int, name: str, planted: float, error: float, draws: NDArray[np.float64]
) -> Outcome:
    values = draws[:, 0][np.isfinite(draws[:, 0])]
    limits, wise = _intervals(draws[:, 1:3]), _intervals(draws[:, 3:5])
    inside, in_wise = ((each[:, 0] <= planted) & (planted <= each[:, 1]) for each in (limits, wise))
    closed = np.isfinite(limits).all(axis=1)
    return Outcome(
        case.name,
        name,
        clusters,
        planted,
        error,
        float(values.mean() - planted) if len(values) else np.nan,
        float(values.std(ddof=1)) if len(values) > 1 else np.nan,
        float(inside.mean()) if len(limits) else np.nan,
        float(np.median(np.ptp(limits[closed], axis=1))) if closed.any() else np.nan,
        1.0 - len(limits) / len(draws),
        float(in_wise.mean()) if len(wise) else np.nan,
        len(draws),
        case.null.get(name) == planted,
    )


def _intervals(limits: NDArray[np.float64]) -> NDArray[np.float64]:
    """The limits of those simulations that have at least one; one that is not given is infinitely far."""
    given = limits[~np.isnan(limits).all(axis=1)]
    return np.where(np.isnan(given), [-np.inf, np.inf], given)


def _generator(name: str, clusters: int, time: int) -> np.random.Generator:
    return np.random.default_rng([zlib.crc32(name.encode()), clusters, time])
