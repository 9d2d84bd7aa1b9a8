"""Verdict tables of comparisons, and of the same clips judged one at a time."""

import numpy as np
import polars as pl

from aqa_eval.findings.table import COLUMNS
from findings.tables import _row


def compare(
    prefers, pairs: int = 200, repeats: int = 1, seed: int = 0, judge: str = "m", gap=None
) -> pl.DataFrame:
    """Pairs in both orders. `prefers(rng, first_is_better, gap)` says whether the first shown is preferred
    (or a status, or None for a draw). `gap(pair)` is how far the two are apart.
    """
    rng = np.random.default_rng(seed)
    rows = []
    for pair in range(pairs):
        for order in ("given", "swapped"):
            for repeat in range(repeats):
                apart = None if gap is None else gap(pair)
                truth = "first" if pair % 2 else "second"
                first_is_better = (truth == "first") == (order == "given")
                said = prefers(rng, first_is_better, apart)
                ok = said is None or isinstance(said, (bool, np.bool_))
                side = {True: "first", False: "second"}
                choice = "tie" if said is None else side[bool(said) == (order == "given")] if ok else None
                rows.append(
                    dict(_row(judge, "openai", "compare", pair, "depth", "neutral"))
                    | {
                        "order": order,
                        "repeat": repeat,
                        "cluster": f"body-{pair}",
                        "cluster_b": f"body-{pair}",
                        "clip_b": f"other-{pair}",
                        "truth_choice": truth,
                        "choice": choice,
                        "status": "ok" if ok else said,
                        "gap": apart,
                    }
                )
    return pl.DataFrame(rows, schema=COLUMNS)


def seeing(d_prime: float, pull: float = 0.0):
    """Evidence of a pair ~ N(+-d', sqrt 2) and a pull towards the first shown, in units of its deviate."""
    return lambda rng, first, gap: bool(rng.normal((d_prime if first else -d_prime) / np.sqrt(2)) > -pull)


def single(d_prime: float, pairs: int, seed: int = 5, criterion: float = 0.0) -> pl.DataFrame:
    """Each of the clips of `compare` judged by itself by an observer of that criterion c."""
    rng = np.random.default_rng(seed)
    rows = []
    for pair in range(pairs):
        for clip in (f"clip-{pair}", f"other-{pair}"):
            faulty = (pair % 2 == 1) == clip.startswith("other")
            fault = rng.normal(d_prime / 2 if faulty else -d_prime / 2) > criterion
            rows.append(
                dict(_row("m", "openai", "verify", pair, "depth", "positive"))
                | {"cluster": f"body-{pair}", "clip": clip, "item": f"verify:depth:{clip}"}
                | {"truth_fault": faulty, "fault": bool(fault)}
            )
    return pl.DataFrame(rows, schema=COLUMNS)
