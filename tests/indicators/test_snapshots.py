"""Lags known only to lie between two: the bounds hold the truth, whatever it is."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.indicators.statistics.proportions import wilson
from readiness.indicators.statistics.snapshots import corrected_between, share_between
from readiness.indicators.statistics.truncation import corrected_share, lag_distribution


def test_the_bounds_by_hand():
    """Limit 2. 4 surely in time, 3 surely late, 3 seen first on day 4 after an extraction on day 1: either."""
    found = share_between([0, 3, 1], [2, 9, 4], [4, 3, 3], 2)
    assert (found.best, found.worst, found.undecided) == (0.7, 0.4, 3)
    assert found.interval.lower == pytest.approx(wilson(np.array([4]), np.array([10]))[0][0], abs=1e-12)
    assert found.interval.upper == pytest.approx(wilson(np.array([7]), np.array([10]))[1][0], abs=1e-12)
    assert share_between([], [], [], 2) is None


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 4)), min_size=1, max_size=6))
def test_no_way_of_filling_in_the_lags_leaves_the_bounds_and_both_are_reached(rows):
    first, last = [a for a, _ in rows], [a + width for a, width in rows]
    found = share_between(first, last, [1] * len(rows), 4)
    ways = itertools.product(*[{a, min(max(4, a), b), b} for a, b in zip(first, last, strict=True)])
    shares = [np.mean([lag <= 4 for lag in way]) for way in ways]
    assert (min(shares), max(shares)) == pytest.approx((found.worst, found.best), abs=1e-12)


def test_daily_snapshots_leave_little_in_doubt_and_weekly_ones_much():
    lags = np.random.default_rng(2).geometric(0.2, 2000) - 1
    truth = np.mean(lags <= 4)
    daily, weekly = (
        share_between(lags // days * days, lags // days * days + days - 1, np.ones(2000, int), 4) for days in (1, 7)
    )
    assert daily.best == daily.worst == truth
    assert weekly.worst < truth < weekly.best


def test_a_young_month_is_corrected_in_both_cases():
    random = np.random.default_rng(9)
    days, longest = 120, 30
    made = random.poisson(10 * 0.25 * 0.75 ** np.arange(longest + 10), (days, longest + 10))
    age, lag = np.indices(made.shape)
    seen = (lag <= age) & (made > 0)
    frame = pd.DataFrame({"age": age[seen], "lag": lag[seen], "count": made[seen]})
    frame["month"] = np.where(frame.age < 30, "young", "old")
    frame["earliest"] = (frame.lag - 1).clip(lower=0)
    frame["latest"] = frame[["age", "lag"]].min(axis=1)
    best, worst = corrected_between(frame, "young", 3, longest)
    exact = corrected_share(frame[frame.month == "young"], lag_distribution(frame, longest), 3)
    assert worst.share == pytest.approx(exact.share, abs=1e-9)
    assert best.share > exact.share


def test_what_may_lie_beyond_the_longest_lag_flatters_neither_case():
    """longest 10, limit 5: the record made between day 8 and 12 stays in the denominator in the worst case only."""
    frame = pd.DataFrame(
        {"month": "a", "age": 20, "earliest": [1, 8, 12], "latest": [1, 12, 12], "count": [6, 2, 3]}, index=range(3)
    )
    best, worst = corrected_between(frame, "a", 5, 10)
    assert (best.share, worst.share) == pytest.approx((1, 0.75))


def test_a_lag_between_none_is_refused():
    with pytest.raises(ValueError, match="earliest"):
        share_between([3], [2], [1], 2)


def test_without_an_estimate_neither_case_is_given():
    frame = pd.DataFrame({"month": ["a"], "age": [3], "earliest": [0], "latest": [1], "count": [5]})
    assert corrected_between(frame, "a", 2, 10) is None
