"""Kaplan-Meier against statsmodels, lifelines (where it is installed) and brute force, and what its intervals cover."""

from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter
from lifelines.utils import median_survival_times
from statsmodels.duration.survfunc import SurvfuncRight

from readiness.indicators.statistics.percentiles import MEDIAN, Bounds, nearest_rank
from readiness.indicators.statistics.proportions import wilson
from readiness.indicators.statistics.survival import survival

rows = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=25)


def of(histogram: list[tuple[int, int, int]], **options):
    elapsed, ended, censored = zip(*histogram, strict=True)
    return survival(elapsed, ended, censored, **options)


def one_by_one(histogram: list[tuple[int, int, int]]) -> tuple[np.ndarray, np.ndarray]:
    """The same as single spans: elapsed, and 1 where it ended."""
    spans = [(t, 1) for t, d, _ in histogram for _ in range(d)] + [(t, 0) for t, _, c in histogram for _ in range(c)]
    return np.array([t for t, _ in spans], float), np.array([ended for _, ended in spans], int)


def test_a_textbook_example_by_hand():
    """6-MP arm of Freireich et al. 1963 as in Kalbfleisch and Prentice: S = .857 .807 .753 .690 .627 .538 .448."""
    ended = {6: 3, 7: 1, 10: 1, 13: 1, 16: 1, 22: 1, 23: 1}
    still_open = {6: 1, 9: 1, 10: 1, 11: 1, 17: 1, 19: 1, 20: 1, 25: 1, 32: 2, 34: 1, 35: 1}
    histogram = [(t, ended.get(t, 0), still_open.get(t, 0)) for t in sorted(ended | still_open)]
    curve = of(histogram)
    assert curve.open_share == pytest.approx([0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482], abs=5e-5)
    assert (curve.open_share * np.sqrt(curve.greenwood))[-1] == pytest.approx(0.1346, abs=5e-5)
    assert curve.median().value == 23
    assert curve.ended_within(7).share == pytest.approx(1 - 0.8067, abs=5e-5)


@given(rows)
@settings(deadline=None)
def test_the_curve_agrees_with_statsmodels(histogram):
    time, status = one_by_one(histogram)
    curve = of(histogram)
    if not status.any():
        assert curve is None or len(curve.elapsed) == 0
        return
    other = SurvfuncRight(time, status)
    assert curve.elapsed.tolist() == other.surv_times.tolist()
    assert curve.at_risk.tolist() == other.n_risk.tolist()
    assert curve.open_share == pytest.approx(other.surv_prob, abs=1e-9)
    inside = curve.open_share > 0
    error = curve.open_share[inside] * np.sqrt(curve.greenwood[inside])
    assert error == pytest.approx(other.surv_prob_se[inside], abs=1e-9)


@given(rows)
@settings(deadline=None)
def test_the_curve_agrees_with_brute_force(histogram):
    time, status = one_by_one(histogram)
    curve = of(histogram)
    for limit in range(21):
        found = curve.ended_within(limit) if curve else None
        if not len(time) or (limit > time.max() and (status[time == time.max()] == 0).any()):
            assert found is None
            continue
        still = Fraction(1)
        for u in sorted({t for t, ended in zip(time, status, strict=True) if ended and t <= limit}):
            still *= 1 - Fraction(int(((time == u) & (status == 1)).sum()), int((time >= u).sum()))
        assert found.share == pytest.approx(float(1 - still), abs=1e-9)
        assert found.interval.lower - 1e-12 <= found.share <= found.interval.upper + 1e-12
        assert 0 <= found.interval.lower <= found.interval.upper <= 1


@given(rows)
@settings(deadline=None)
def test_the_curve_agrees_with_lifelines(histogram):
    fitter = KaplanMeierFitter()

    time, status = one_by_one(histogram)
    if not status.any():
        return
    curve = of(histogram)
    fitter.fit(time, status)
    assert curve.open_share == pytest.approx(fitter.survival_function_.loc[curve.elapsed, "KM_estimate"], abs=1e-9)
    inside = curve.open_share > 0
    bounds = fitter.confidence_interval_.loc[curve.elapsed[inside]].to_numpy()
    assert curve.lower[inside] == pytest.approx(bounds[:, 0], abs=1e-9)
    assert curve.upper[inside] == pytest.approx(bounds[:, 1], abs=1e-9)
    if not (abs(curve.open_share - 0.5) < 1e-9).any():
        assert (curve.median().value or np.inf) == (fitter.median_survival_time_ or np.inf)
        if inside.all():
            given_bounds = median_survival_times(fitter.confidence_interval_).to_numpy().ravel()
            found = curve.median().bounds
            assert [np.inf if bound is None else bound for bound in (found.lower, found.upper)] == given_bounds.tolist()


@given(rows, st.sampled_from(["log_log", "plain"]))
@settings(deadline=None)
def test_the_interval_of_the_median_agrees_with_statsmodels(histogram, method):
    """statsmodels inverts the test at each distinct time; its cloglog is our log-log, its linear our plain interval."""
    time, status = one_by_one(histogram)
    curve = of(histogram, method=method)
    if not status.any() or curve.open_share[-1] == 0:
        return
    expected = SurvfuncRight(time, status).quantile_ci(0.5, method="cloglog" if method == "log_log" else "linear")
    if np.isnan(expected).any():
        return
    found = curve.median().bounds
    assert (found.lower, np.inf if found.upper is None else found.upper) == expected


@given(st.lists(st.integers(0, 30), min_size=1, max_size=120))
@settings(deadline=None)
def test_with_nothing_open_it_is_the_plain_share_and_the_nearest_rank_median(values):
    counts = Counter(values)
    curve = survival(list(counts), list(counts.values()), [0] * len(counts))
    for limit in range(31):
        assert curve.ended_within(limit).share == pytest.approx(np.mean(np.array(values) <= limit), abs=1e-9)
    assert curve.median().value == nearest_rank(counts, MEDIAN)


def test_a_limit_that_nobody_was_watched_for_has_no_share():
    assert of([(10, 5, 0), (20, 0, 3)]).ended_within(20).share == 0.625
    assert of([(10, 5, 0), (20, 0, 3)]).ended_within(21) is None
    assert of([(10, 5, 0), (20, 3, 0)]).ended_within(21).share == 1
    assert of([(10, 0, 4)]).ended_within(11) is None


def test_nothing_ended_is_not_certainly_nothing():
    found = of([(10, 0, 20)]).ended_within(10)
    assert (found.share, found.interval.lower) == (0, 0)
    assert found.interval.upper == pytest.approx(wilson(np.array([0]), np.array([20]))[1][0], abs=1e-12)
    few_so_old = of([(5, 0, 18), (10, 0, 2)]).ended_within(10)
    assert few_so_old.interval.upper == pytest.approx(wilson(np.array([0]), np.array([2]))[1][0], abs=1e-12)


def test_everything_ended_is_not_certainly_everything():
    found = of([(5, 12, 0), (9, 8, 0)]).ended_within(9)
    assert found.share == found.interval.upper == 1
    assert found.interval.lower == pytest.approx(wilson(np.array([20]), np.array([20]))[0][0], abs=1e-12)


def test_a_median_beyond_what_was_watched_is_not_given():
    median = of([(10, 4, 0), (20, 0, 16)]).median()
    assert (median.value, median.bounds) == (None, Bounds(None, None))


def test_what_is_no_histogram_is_refused():
    assert survival([], [], []) is None
    assert survival([3], [0], [0]) is None
    for histogram in ([-1], [1], [0]), ([np.nan], [1], [0]), ([1], [0.5], [0]), ([1], [-1], [0]), ([1], [1, 2], [0]):
        with pytest.raises(ValueError, match="elapsed"):
            survival(*histogram)


def test_intervals_cover_what_they_promise(record_property):
    """Delays of mean 30 days, work arriving evenly over 120 days up to the as-at, so that a quarter is still open."""
    random = np.random.default_rng(42)
    runs, said = 2000, []
    for size in (60, 250):
        hit = {"log_log": 0, "plain": 0, "median": 0}
        naive, estimated = [], []
        for _ in range(runs):
            needed, watched = random.exponential(30, size), random.uniform(0, 120, size)
            elapsed, has_ended = np.minimum(needed, watched), needed <= watched
            naive.append(np.mean(elapsed[has_ended] <= 20))
            for method in ("log_log", "plain"):
                curve = survival(elapsed, has_ended, ~has_ended, method=method)
                found = curve.ended_within(20)
                truth = 1 - np.exp(-20 / 30)
                hit[method] += found.interval.lower <= truth <= found.interval.upper
                if method == "log_log":
                    estimated.append(found.share)
                    bounds = curve.median().bounds
                    half = 30 * np.log(2)
                    hit["median"] += bounds.lower <= half and (bounds.upper is None or bounds.upper >= half)
        words = ", ".join(f"{name} {100 * count / runs:.1f}" for name, count in hit.items())
        said.append(f"n={size}: share within 20 days {100 * truth:.1f}, Kaplan-Meier {100 * np.mean(estimated):.1f}, "
                    f"ended only {100 * np.mean(naive):.1f}; coverage {words}")  # fmt: skip
        assert 0.93 <= hit["log_log"] / runs <= 0.97
        assert 0.93 <= hit["plain"] / runs <= 0.97
        assert 0.93 <= hit["median"] / runs <= 0.97
        assert abs(np.mean(estimated) - truth) < 0.01
        assert np.mean(naive) - truth > 0.05
    record_property("summary", "Survival, 95 percent intervals. " + "\n  ".join(said))
