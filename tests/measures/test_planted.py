import pytest

from aqa_eval.measures.planted import Way, correlation, d_prime, gain, score_terms, sight, slope

PLAIN = {"d_prime": 2.0, "criterion": 0.1, "acquiescence": 0.0, "r": 0.5, "s": 1.0, "b": 0.2}


def test_the_first_six_values_know_no_condition():
    for way in (Way(), Way("none"), Way(perturbation="blank"), Way("skeleton", strategy="cited", shots=4)):
        assert d_prime(PLAIN, way) == 2.0
        assert correlation(PLAIN, way) == 0.5


def test_once_anything_else_is_planted_nothing_is_seen_without_a_picture():
    lapsing = PLAIN | {"lapse": 0.1}
    assert d_prime(lapsing, Way()) == 2.0
    assert d_prime(lapsing, Way("skeleton")) == 2.0
    assert d_prime(lapsing, Way("none")) == 0.0
    assert (
        d_prime(lapsing, Way(perturbation="blank"))
        == d_prime(lapsing, Way(perturbation="person-removed"))
        == 0
    )
    assert d_prime(PLAIN | {"sight.none": 0.25}, Way("none")) == 0.5


def test_shares_multiply():
    seen = PLAIN | {"sight.skeleton": 0.5, "sight.shuffled": 0.4, "sight.oracle": 1.5, "sight.none": 0.0}
    assert sight(seen, Way("skeleton", "shuffled", "oracle")) == pytest.approx(0.3)
    assert sight(seen, Way("rgb", "none", "oracle")) == 1.0  # no pose is shown, and nothing is done
    assert sight(seen, Way("none")) == 0.0


def test_gains_are_added_before_what_is_seen_takes_its_share():
    helped = PLAIN | {"gain.cited": 0.4, "gain.shots": 0.2, "gain.shots-random": 0.1, "sight.crop": 0.5}
    assert gain(helped, Way(strategy="cited", shots=2)) == pytest.approx(0.6)
    assert gain(helped, Way(shots=2, shot_labels="random")) == pytest.approx(0.1)
    assert gain(helped, Way(shot_labels="random")) == 0.0
    assert d_prime(helped, Way("crop", strategy="cited")) == pytest.approx(1.2)
    assert correlation(helped | {"gain.cited": 0.9}, Way(strategy="cited")) == 1.0


def test_a_pair_s_d_prime_grows_with_its_gap():
    sloped = PLAIN | {"slope": 0.5, "gain.guidelines": 0.3, "sight.blurred": 0.5}
    assert d_prime(sloped, Way(), 3.0) == 1.5
    assert d_prime(sloped, Way()) == 2.0
    assert d_prime(sloped, Way(perturbation="blurred", strategy="guidelines"), 3.0) == pytest.approx(0.9)
    assert slope(sloped, Way(perturbation="blurred")) == 0.25
    assert slope(PLAIN, Way()) is None
    assert d_prime(PLAIN, Way(), 3.0) == 2.0


def test_score_terms():
    assert score_terms(PLAIN, Way()) == (0.5, 1.0, 0.2)
    assert score_terms(PLAIN | {"lapse": 0.2}, Way(), 0.3) == pytest.approx((0.4, 1.0, 0.5))
    assert score_terms({"d_prime": 1.0}, Way()) is None
