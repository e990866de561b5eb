"""Funnel limits against brute force, and how often a team like all others is called out."""

from math import comb

import numpy as np
import pytest
from scipy.stats import binomtest

from readiness.indicators.statistics.funnel import control_limits, funnel


def at_most(k: int, n: int, share: float) -> float:
    return sum(comb(n, i) * share**i * (1 - share) ** (n - i) for i in range(k + 1))


@pytest.mark.parametrize("centre", [0.0, 0.07, 0.5, 0.83, 1.0])
@pytest.mark.parametrize("level", [0.95, 0.998])
def test_limits_are_the_binomial_quantiles(centre, level):
    sizes = range(1, 61)
    lower, upper = control_limits(centre, sizes, level)
    for n, low, high in zip(sizes, lower, upper, strict=True):
        tail = (1 - level) / 2
        assert low == pytest.approx(min(k for k in range(n + 1) if at_most(k, n, centre) >= tail) / n, abs=1e-9)
        expected = min((k for k in range(n + 1) if at_most(k, n, centre) >= 1 - tail - 1e-13), default=n)
        assert high == pytest.approx(expected / n, abs=1e-9)


def test_a_team_is_called_out_exactly_when_the_exact_tail_says_so():
    found = funnel([str(k) for k in range(31)], list(range(31)), [30] * 31, centre=0.7)
    for k, point in enumerate(found.points):
        tail = min(binomtest(k, 30, 0.7, alternative=side).pvalue for side in ("less", "greater"))
        assert point.outside == (0.998 if tail <= 0.001 else 0.95 if tail <= 0.025 else None)
        if point.outside:
            assert point.side == ("low" if k < 21 else "high")


def test_the_centre_is_the_pooled_share_and_an_empty_team_is_kept():
    found = funnel(["north", "south", "none"], [30, 10, 0], [40, 40, 0])
    assert found.centre == 0.5
    assert [point.share for point in found.points] == [0.75, 0.25, None]
    # P(X >= 30) of Binomial(40, 1/2) is 0.0011, more than 0.001.
    assert [point.outside for point in found.points] == [0.95, 0.95, None]
    assert [point.side for point in found.points] == ["high", "low", None]
    assert "question" in found.caveat
    assert funnel(["none"], [0], [0]).centre is None


def test_what_is_no_share_is_refused():
    for numerators, denominators in ([3], [2]), ([-1], [2]), ([1, 1], [2, 2]):
        with pytest.raises(ValueError, match="funnel"):
            funnel(["north"], numerators, denominators)


def test_teams_like_all_others_are_seldom_called_out(record_property):
    random = np.random.default_rng(1)
    sizes = random.integers(5, 120, 8_000)
    found = funnel([""] * len(sizes), random.binomial(sizes, 0.8), sizes, centre=0.8)
    outer = 100 * np.mean([point.outside == 0.998 for point in found.points])
    either = 100 * np.mean([point.outside is not None for point in found.points])
    record_property(
        "summary",
        f"Funnel, 8,000 teams alike: {either:.2f} percent outside 95, {outer:.2f} outside 99.8 (at most 5, 0.2)",
    )
    assert 2 < either <= 5
    assert outer <= 0.2
