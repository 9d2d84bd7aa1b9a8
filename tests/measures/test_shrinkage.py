import numpy as np
import pytest

from aqa_eval.measures.shrinkage import shrunken


def test_one_factor_is_shrunken_as_the_formula_says():
    """The fit is a fixed point: u = sum of residuals / (n + sigma^2 / tau^2), checked by the rows
    themselves.
    """
    lot = np.random.default_rng(0)
    sizes = [2, 5, 20, 60, 120]
    level = np.repeat(["a", "b", "c", "d", "e"], sizes)
    effect = dict(zip("abcde", [3.0, -2.0, 1.0, 0.5, -1.5], strict=True))
    y = np.array([10 + effect[name] for name in level]) + lot.normal(0, 2, len(level))
    fit = shrunken(y.tolist(), {"f": level.tolist()})
    residual = {name: y[level == name].mean() - fit.mean for name in "abcde"}
    kept = {name: fit.levels["f"][name] / residual[name] for name in "abcde"}
    ratio = [n * (1 / kept[name] - 1) for n, name in zip(sizes, "abcde", strict=True)]
    # n (1 / kept - 1) is sigma^2 / tau^2, the same for every level.
    assert ratio == pytest.approx([ratio[0]] * 5, rel=1e-3)
    assert kept["a"] < kept["c"] < kept["e"] < 1


def test_variances_are_recovered():
    lot = np.random.default_rng(1)
    one, two = lot.integers(0, 200, 8000), lot.integers(0, 100, 8000)
    u, v, x = lot.normal(0, 2, 200), lot.normal(0, 1, 100), lot.uniform(0, 4, 8000)
    y = 5 + u[one] + v[two] + 0.7 * x + lot.normal(0, 1.5, 8000)
    fit = shrunken(y.tolist(), {"one": [str(n) for n in one], "two": [str(n) for n in two]}, x.tolist())
    assert fit.slope == pytest.approx(0.7, abs=0.06)
    found_u = np.array([fit.levels["one"][str(n)] for n in range(200)])
    found_v = np.array([fit.levels["two"][str(n)] for n in range(100)])
    assert np.corrcoef(found_u, u)[0, 1] > 0.98
    assert np.corrcoef(found_v, v)[0, 1] > 0.96
    assert fit.expected({"one": "7", "two": "9"}, 3.0) == pytest.approx(5 + u[7] + v[9] + 2.1, abs=1.0)


def test_a_factor_that_tells_nothing_is_drawn_to_nothing():
    lot = np.random.default_rng(2)
    y, level = lot.normal(0, 1, 3000), [str(n) for n in lot.integers(0, 300, 3000)]
    fit = shrunken(y.tolist(), {"f": level})
    raw = np.array([np.mean(y[np.array(level) == name]) for name in fit.levels["f"]])
    assert np.std(list(fit.levels["f"].values())) < 0.4 * np.std(raw)


def test_it_predicts_better_than_raw_means():
    lot = np.random.default_rng(3)
    u = lot.normal(0, 1, 300)
    level = lot.integers(0, 300, 900)
    y = u[level] + lot.normal(0, 2, 900)
    fit = shrunken(y.tolist(), {"f": [str(n) for n in level]})
    known = np.unique(level)
    shrunk = np.array([fit.expected({"f": str(n)}) for n in known])
    raw = np.array([y[level == n].mean() for n in known])
    assert np.mean((shrunk - u[known]) ** 2) < 0.6 * np.mean((raw - u[known]) ** 2)


def test_what_is_unknown_tells_nothing():
    y = [1.0, 2.0, 3.0, 4.0]
    fit = shrunken(y, {"f": ["a", "a", "b", ""], "alike": ["z"] * 4}, [1.0, float("nan"), 3.0, 4.0])
    assert set(fit.levels) == {"f"}
    assert fit.expected({"f": "never seen", "alike": "z"}) == fit.mean
    assert fit.expected({}, None) == fit.mean


@pytest.mark.parametrize("y", [[3.0], [2.0, 2.0, 2.0]])
def test_values_that_do_not_vary_are_their_mean(y):
    fit = shrunken(y, {"f": [str(n) for n in range(len(y))]}, [float(n) for n in range(len(y))])
    assert fit.expected({"f": "0"}, 7.0) == y[0]


def test_an_x_that_does_not_vary_has_no_slope():
    assert shrunken([1.0, 2.0, 4.0], {}, [3.0, 3.0, 3.0]).slope == 0.0
    assert shrunken([1.0, 2.0, 4.0], {}, [float("nan")] * 3).slope == 0.0


def test_a_level_a_row_neither_crashes_nor_repeats_the_values():
    fit = shrunken([1.0, 5.0, 2.0, 8.0, 4.0], {"f": list("abcde")})
    assert all(np.isfinite(list(fit.levels["f"].values())))


@pytest.mark.parametrize(
    ("values", "levels"), [([], {}), ([1.0, float("nan")], {}), ([1.0, 2.0], {"f": ["a"]})]
)
def test_what_cannot_be_fitted_is_refused(values, levels):
    with pytest.raises(ValueError, match=r"finite numbers|as many rows"):
        shrunken(values, levels)
