"""Many tests at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from aqa_eval.measures.clusters import FloatArray


def holm(p_values: Sequence[float]) -> FloatArray:
    """Holm's step-down adjusted p (m,) (Holm 1979, Scandinavian Journal of Statistics 6)."""
    p = np.asarray(p_values, np.float64)
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate((len(p) - np.arange(len(p))) * p[order])
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted
