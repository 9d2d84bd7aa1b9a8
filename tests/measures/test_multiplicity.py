import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests

from aqa_eval.measures.multiplicity import benjamini_hochberg, cells_with_effect, holm, partial_conjunction

several = st.lists(st.floats(0, 1), min_size=1, max_size=12)


def test_by_hand():
    p = [0.01, 0.04, 0.03, 0.5]
    # Holm: 0.01 x 4, then 0.03 x 3 = 0.09, then max(0.09, 0.04 x 2) = 0.09, then 0.5.
    assert holm(p) == pytest.approx([0.04, 0.09, 0.09, 0.5])
    # BH: 0.01 x 4/1 = 0.04; 0.03 x 4/2 = 0.06 but 0.04 x 4/3 = 0.0533 is less; 0.5.
    assert benjamini_hochberg(p) == pytest.approx([0.04, 0.16 / 3, 0.16 / 3, 0.5])


@given(p=several)
@settings(max_examples=40, deadline=None)
def test_they_are_statsmodels(p):
    assert holm(p) == pytest.approx(multipletests(p, method="holm")[1])
    assert benjamini_hochberg(p) == pytest.approx(multipletests(p, method="fdr_bh")[1])


def test_partial_conjunction_by_hand():
    p = [0.001, 0.01, 0.02, 0.9]
    # u = 2: the largest three 0.01, 0.02, 0.9. Bonferroni 0.03; Simes min(0.03, 0.03, 0.9) = 0.03.
    assert partial_conjunction(p, 2, "bonferroni") == pytest.approx(0.03)
    assert partial_conjunction(p, 2, "simes") == pytest.approx(0.03)
    assert partial_conjunction(p, 3, "simes") == pytest.approx(0.04)  # 0.02 x 2
    assert partial_conjunction(p, 2, "fisher") == pytest.approx(
        stats.combine_pvalues([0.01, 0.02, 0.9], "fisher").pvalue
    )
    assert partial_conjunction(p, 4, "fisher") == pytest.approx(0.9)
    assert cells_with_effect(p) == 3
    assert cells_with_effect([0.9, 0.8]) == 0
    assert cells_with_effect([]) == 0
    assert cells_with_effect([0.0, 0.0], by="fisher") == 2


@given(p=several)
@settings(max_examples=50, deadline=None)
def test_any_effect_at_all_is_the_usual_combination_and_bonferroni_the_most_careful(p):
    fisher = stats.combine_pvalues(np.maximum(p, 1e-300), "fisher").pvalue
    assert partial_conjunction(np.maximum(p, 1e-300), 1, "fisher") == pytest.approx(fisher, abs=1e-12)
    assert cells_with_effect(p, by="bonferroni") <= cells_with_effect(p, by="simes")


def test_cells_that_were_not_tested():
    adjusted = holm([0.02, np.nan, 0.01])
    assert adjusted == pytest.approx([0.02, np.nan, 0.02], nan_ok=True)
    assert np.isnan(benjamini_hochberg([np.nan])).all()
    assert cells_with_effect([0.001, np.nan, 0.001]) == 2  # the third might have none
    assert holm([]).shape == (0,)


@pytest.mark.parametrize("by", ["fisher", "simes", "bonferroni"])
def test_too_many_cells_are_claimed_in_one_family_of_twenty(by):
    rng = np.random.default_rng(2)
    # Three true effects of ten.
    p = stats.norm.sf(rng.normal(size=(1500, 10)) + np.array([3.0] * 3 + [0.0] * 7))
    claimed = np.array([cells_with_effect(one, by=by) for one in p])
    assert np.mean(claimed > 3) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 1500)
    assert np.mean(claimed >= 1) > 0.8


def test_what_is_no_p_is_refused():
    with pytest.raises(ValueError, match=r"p = 1\.5"):
        holm([0.5, 1.5])
    with pytest.raises(ValueError, match="shape"):
        holm([[0.5]])
    with pytest.raises(ValueError, match="u = 3 of 2"):
        partial_conjunction([0.1, 0.2], 3)
