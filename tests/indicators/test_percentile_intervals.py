"""Intervals of percentiles: against exact arithmetic, ranks from tables, and what they cover."""

from fractions import Fraction
from math import comb

import numpy as np
import pytest

from readiness.indicators.statistics.percentiles import MEDIAN, P90, Bounds, percentile_interval


def ranks(total: int, share: Fraction) -> tuple[int, int]:
    """The ranks by exact arithmetic: the narrowest on each side with a tail of at most 1/40."""
    chance = [comb(total, k) * share**k * (1 - share) ** (total - k) for k in range(total + 1)]
    lower = max(rank for rank in range(total + 1) if sum(chance[:rank]) <= Fraction(1, 40))
    upper = min(rank for rank in range(1, total + 2) if sum(chance[rank:]) <= Fraction(1, 40))
    return lower, upper


@pytest.mark.parametrize("share", [MEDIAN, P90, Fraction(1, 4)])
def test_ranks_agree_with_exact_arithmetic(share):
    for total in range(1, 80):
        lower, upper = ranks(total, share)
        found = percentile_interval(dict.fromkeys(range(1, total + 1), 1), share)
        assert found == Bounds(lower or None, upper if upper <= total else None)


@pytest.mark.parametrize(("total", "lower", "upper"), [(6, 1, 6), (10, 2, 9), (20, 6, 15), (30, 10, 21), (50, 18, 33)])
def test_the_ranks_of_a_median_are_those_in_tables(total, lower, upper):
    """As tables of the sign test print them."""
    assert percentile_interval(dict.fromkeys(range(1, total + 1), 1), MEDIAN) == Bounds(lower, upper)


def test_few_values_give_no_bound():
    assert percentile_interval({1: 5}, MEDIAN) == Bounds(None, None)
    assert percentile_interval({1: 6}, MEDIAN) == Bounds(1, 1)
    assert percentile_interval({}, MEDIAN) == Bounds(None, None)
    assert percentile_interval(dict.fromkeys(range(20), 1), P90).upper is None


def test_ties_are_one_value():
    assert percentile_interval({3: 7, 9: 2, 4: 11}, MEDIAN) == Bounds(3, 4)


def test_it_covers_what_it_promises(record_property):
    """Exactly, for a continuous distribution, at every size; and by simulation with ties, where it can only be more."""
    exact = []
    for total in range(10, 400):
        found = percentile_interval(dict.fromkeys(range(1, total + 1), 1), MEDIAN)
        lower, upper = int(found.lower), int(found.upper)
        exact.append(sum(comb(total, k) for k in range(lower, upper)) / 2**total)
    random = np.random.default_rng(11)
    hit = {"continuous": 0, "whole days": 0}
    runs, size = 3000, 100
    for _ in range(runs):
        values = random.exponential(10, size)
        for name, sample in (("continuous", values), ("whole days", np.floor(values))):
            found, counts = np.unique(sample, return_counts=True)
            bounds = percentile_interval(dict(zip(found.tolist(), counts.tolist(), strict=True)), MEDIAN)
            truth = 10 * np.log(2) if name == "continuous" else 6
            hit[name] += bounds.lower <= truth <= bounds.upper
    simulated = ", ".join(f"simulated {name} {100 * count / runs:.1f}" for name, count in hit.items())
    lowest, highest = 100 * min(exact), 100 * max(exact)
    record_property(
        "summary",
        f"Median intervals, 95 percent: exact coverage {lowest:.1f} to {highest:.1f} at sizes 10 to 399; {simulated}",
    )
    assert min(exact) >= 0.95
    assert 0.93 <= hit["continuous"] / runs <= 0.97
    assert hit["whole days"] / runs >= 0.95
