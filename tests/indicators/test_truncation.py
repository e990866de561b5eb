"""Recording lag with late entries missing: brute force, an independent estimator, and simulated counties."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter

from readiness.indicators.statistics.proportions import wilson
from readiness.indicators.statistics.survival import survival
from readiness.indicators.statistics.truncation import completeness, corrected_share, lag_distribution, triangle
from tests.indicators.lags import LONGEST, lag_chances

LIMIT = 5
YOUNG = 0


def reports(rows: list[tuple[str, int, int, int]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["month", "age", "lag", "count"])


def county(
    random: np.random.Generator, per_day: float, chances: np.ndarray, days: int = 180, as_at_day: int = 0
) -> tuple[pd.DataFrame, dict[int, int]]:
    """What is recorded of `days` days of events, in months of 30 days numbered by age (YOUNG is the youngest), seen
    `as_at_day` days after the last of them; and how many of each month will be recorded in the end."""
    made = random.poisson(per_day * chances, (days, len(chances)))
    age, lag = np.indices(made.shape)
    age = age + as_at_day
    month = np.arange(days) // 30
    seen = (lag <= age) & (made > 0)
    frame = pd.DataFrame({"month": month[np.nonzero(seen)[0]], "age": age[seen], "lag": lag[seen], "count": made[seen]})
    return frame, {name: int(made[month == name].sum()) for name in range(days // 30)}


small = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 12), st.integers(1, 5)).map(
        lambda row: ("2026-01", max(row[0], row[1]), min(row[0], row[1]), row[2])
    ),
    min_size=1,
    max_size=30,
)


# The distribution of lags


def test_the_product_limit_by_hand():
    """Ages 0, 1 and 2. u = 2: n 3, N 3 + 2 + 5 = 10. u = 1: n 2 + 4, N (2 + 5) + (4 + 4) = 15.

    F(1) = 1 - 3/10, F(0) = 7/10 x (1 - 6/15) = 0.42.
    """
    found = lag_distribution(
        reports([("b", 2, 0, 5), ("b", 2, 1, 2), ("b", 2, 2, 3), ("b", 1, 0, 4), ("b", 1, 1, 4), ("b", 0, 0, 7)]), 2
    )
    assert found.share == pytest.approx([0.42, 0.7, 1], abs=1e-9)
    assert found.hazard[1:] == pytest.approx([0.4, 0.3], abs=1e-9)
    spread = 6 / (15 * 9) + 3 / (10 * 7)
    expected = 0.42 ** np.exp(np.array([1, -1]) * 1.959963984540054 * spread**0.5 / -np.log(0.42))
    assert [found.lower[0], found.upper[0]] == pytest.approx(expected, abs=1e-9)
    assert (found.records, found.beyond, found.within(-1), found.within(7)) == (25, 0, 0, 1)


@given(small, st.integers(1, 14))
@settings(deadline=None)
def test_it_agrees_with_brute_force(rows, longest):
    found = lag_distribution(reports(rows), longest)
    inside = [(age, lag) for _, age, lag, count in rows for _ in range(count) if lag <= longest]
    assert (found.records, found.beyond) == (len(inside), sum(row[3] for row in rows) - len(inside))
    if not any(age >= longest for age, _ in inside):
        assert np.isnan(found.share).all()
        return
    for d in range(longest + 1):
        share, is_known = 1.0, True
        for u in range(d + 1, longest + 1):
            at_risk = [lag for age, lag in inside if lag <= u <= age]
            if not at_risk or all(lag == u for lag in at_risk):
                share = 0.0
                is_known &= not any(lag < u for _, lag in inside)
            else:
                share *= 1 - at_risk.count(u) / len(at_risk)
        if is_known:
            assert found.share[d] == pytest.approx(share, abs=1e-9)
            assert found.lower[d] - 1e-12 <= found.share[d] <= found.upper[d] + 1e-12
        elif d >= min(lag for _, lag in inside):
            assert np.isnan(found.share[d])


@given(small)
@settings(deadline=None)
def test_reversed_in_time_it_is_a_kaplan_meier_curve_with_late_entry(rows):
    """The independent reading: T = longest - lag, entered late at longest - age. Without truncation it is survival.py's
    own curve: P(T > longest - d - 1) = P(lag <= d)."""
    longest = 12
    untruncated = reports([(month, longest, lag, count) for month, _, lag, count in rows])
    found = lag_distribution(untruncated, longest)
    curve = survival(longest - untruncated.lag, untruncated["count"], np.zeros(len(rows)))
    for d in range(longest):
        expected = 1 - curve.ended_within(longest - d - 1).share
        assert found.share[d] == pytest.approx(expected, abs=1e-9)
        assert found.share[d] == pytest.approx(
            untruncated["count"][untruncated.lag <= d].sum() / untruncated["count"].sum(), abs=1e-9
        )


@given(small)
@settings(deadline=None)
def test_it_agrees_with_lifelines(rows):
    fitter = KaplanMeierFitter()
    longest = 12
    everyone = reports([*rows, ("2026-01", 12, 0, 3), ("2026-01", 12, 12, 2)])
    found = lag_distribution(everyone, longest)
    one_by_one = everyone.loc[everyone.index.repeat(everyone["count"])]
    # lifelines takes entry as strictly before the time: half a day sooner.
    fitter.fit(longest - one_by_one.lag, entry=longest - one_by_one.age - 0.5)
    for d in range(longest):
        if np.isfinite(found.share[d]):
            assert found.share[d] == pytest.approx(fitter.predict(longest - d - 1), abs=1e-9)


def test_what_nobody_was_old_enough_to_show_is_unknown():
    assert np.isnan(lag_distribution(reports([("a", 3, 1, 5), ("a", 3, 2, 5)]), 4).share).all()
    only_old_one_is_late = lag_distribution(reports([("a", 4, 4, 1), ("a", 3, 0, 50)]), 4)
    assert np.isnan(only_old_one_is_late.share[:4]).all()
    assert only_old_one_is_late.share[4] == 1


def test_nobody_that_prompt_is_0_and_not_unknown():
    found = lag_distribution(reports([("a", 4, 2, 8), ("a", 4, 3, 2)]), 4)
    assert found.share.tolist() == pytest.approx([0, 0, 0.8, 1, 1])
    assert found.upper[0] == pytest.approx(wilson(np.array([0]), np.array([10]))[1][0], abs=1e-9)
    assert (found.lower[3], found.upper[3]) == pytest.approx(
        (wilson(np.array([10]), np.array([10]))[0][0], 1), abs=1e-9
    )


@pytest.mark.parametrize("row", [("a", 1, 2, 1), ("a", 1, -1, 1), ("a", 1, 0.5, 1), ("a", np.nan, 0, 1)])
def test_what_cannot_have_been_recorded_is_refused(row):
    with pytest.raises(ValueError, match="lag"):
        lag_distribution(reports([row]), 5)


# The triangle


def test_the_triangle_holds_every_record():
    frame = reports(
        [
            ("2026-05", 3, 0, 2),
            ("2026-05", 8, 1, 4),
            ("2026-04", 40, 1, 3),
            ("2026-04", 34, 7, 1),
            ("2026-04", 60, 50, 2),
        ]
    )
    found = triangle(frame, 10)
    assert found.months == ("2026-04", "2026-05")
    assert found.counts[:, :2].tolist() == [[0, 3], [2, 4]]
    assert (found.counts.sum() + found.beyond.sum(), found.beyond.tolist()) == (12, [2, 0])
    assert (found.complete_to.tolist(), found.is_mature.tolist()) == ([10, 3], [True, False])


# A young month


def test_the_corrected_share_by_hand():
    """The distribution of the first test. The young month: age 1, 6 at lag 0 and 2 at lag 1; 8 / 0.7 are to be
    expected, so 6 of 11.43 are in time on the day itself, not 6 of 8."""
    lags = lag_distribution(
        reports([("b", 2, 0, 5), ("b", 2, 1, 2), ("b", 2, 2, 3), ("b", 1, 0, 4), ("b", 1, 1, 4), ("b", 0, 0, 7)]), 2
    )
    month = reports([("c", 1, 0, 6), ("c", 1, 1, 2)])
    found = corrected_share(month, lags, 0)
    assert (found.naive, found.share) == pytest.approx((0.75, 6 * 0.7 / 8), abs=1e-9)
    complete = completeness(month, lags)
    assert (complete.recorded, complete.share) == (8, pytest.approx(0.7, abs=1e-9))
    assert complete.expected == pytest.approx(8 / 0.7, abs=1e-9)
    # Age 0, limit 1: all 10 are in so far; 10 F(1) / F(0) of 10 / F(0) will be in time.
    not_watched = corrected_share(reports([("c", 0, 0, 10)]), lags, 1)
    assert (not_watched.naive, not_watched.share) == pytest.approx((1, 0.7), abs=1e-9)


@given(small)
@settings(deadline=None)
def test_a_mature_month_has_its_plain_share_and_wilsons_interval(rows):
    month = reports([(name, 20, lag, count) for name, _, lag, count in rows])
    lags = lag_distribution(month, 12)
    found = corrected_share(month, lags, 4)
    in_time, total = month["count"][month.lag <= 4].sum(), month["count"].sum()
    assert found.share == found.naive == pytest.approx(in_time / total, abs=1e-9)
    (lower,), (upper,) = wilson(np.array([in_time]), np.array([total]))
    assert (found.interval.lower, found.interval.upper) == pytest.approx((lower, upper), abs=1e-9)
    assert found.effective_records == pytest.approx(total, abs=1e-6)
    assert completeness(month, lags).interval.lower == 1


def test_that_nobody_was_late_so_far_is_not_certainty():
    """12 old records, none later than day 1: a month of age 1 may still be missing some."""
    month = reports([("b", 1, 0, 9), ("b", 1, 1, 1)])
    lags = lag_distribution(pd.concat([reports([("a", 20, 0, 10), ("a", 20, 1, 2)]), month]), 20)
    least = wilson(np.array([12]), np.array([12]))[0][0]
    complete, found = completeness(month, lags), corrected_share(month, lags, 0)
    assert (complete.share, complete.interval.upper) == (1, 1)
    assert complete.interval.lower == pytest.approx(least, abs=1e-9)
    assert found.share == pytest.approx(0.9)
    assert found.interval.lower == pytest.approx(wilson(np.array([9]), np.array([10]))[0][0] * least, abs=1e-9)


def test_the_variance_agrees_with_the_bootstrap():
    """The delta method against redrawing every cell of the triangle as a Poisson count."""
    random = np.random.default_rng(8)
    frame, _ = county(random, 8, lag_chances(), as_at_day=3)

    def corrected(frame: pd.DataFrame):
        return corrected_share(frame[frame.month == YOUNG], lag_distribution(frame, LONGEST), LIMIT)

    redrawn = [corrected(frame.assign(count=random.poisson(frame["count"]))).share for _ in range(500)]
    found = corrected(frame)
    error = (found.share * (1 - found.share) / found.effective_records) ** 0.5
    assert error == pytest.approx(np.std(redrawn), rel=0.08)


def test_no_record_or_no_distribution_no_correction():
    lags = lag_distribution(reports([("a", 5, 0, 5), ("a", 5, 5, 5)]), 5)
    nothing = reports([]).astype({"age": int, "lag": int, "count": int})
    assert corrected_share(nothing, lags, 1) is None
    assert completeness(nothing, lags) is None
    assert corrected_share(reports([("a", 5, 0, 5)]), lags, 6) is None
    unknown = lag_distribution(reports([("a", 4, 4, 1), ("a", 3, 0, 50)]), 4)
    assert corrected_share(reports([("a", 3, 0, 50)]), unknown, 1) is None
    assert completeness(reports([("a", 3, 0, 50)]), unknown) is None


def test_the_correction_finds_the_truth_where_the_naive_share_flatters(record_property):
    """Counties of 3 and of 15 visits a day, seen 5 days after the month's end. The truth is the share within LIMIT
    among records made within LONGEST days; the interval must cover it in 93 to 97 of 100 counties, for a young month
    and for the one before, and the completeness interval what came in at last."""
    random = np.random.default_rng(2011)
    chances = lag_chances()
    truth = chances[: LIMIT + 1].sum()
    runs, table = 1000, []
    for per_day in (3, 15):
        hit = dict.fromkeys(("young", "before", "complete", "F(5)", "F(30)"), 0)
        naive, share, complete, came = [], [], [], []
        for _ in range(runs):
            frame, in_the_end = county(random, per_day, chances, as_at_day=5)
            lags = lag_distribution(frame, LONGEST)
            month = frame[frame.month == YOUNG]
            young, before = (corrected_share(frame[frame.month == name], lags, LIMIT) for name in (YOUNG, YOUNG + 1))
            so_far = completeness(month, lags)
            really = month["count"].sum() / in_the_end[YOUNG]
            hit["young"] += young.interval.lower <= truth <= young.interval.upper
            hit["before"] += before.interval.lower <= truth <= before.interval.upper
            hit["complete"] += so_far.interval.lower <= really <= so_far.interval.upper
            for lag in (5, 30):
                hit[f"F({lag})"] += lags.lower[lag] <= chances[: lag + 1].sum() <= lags.upper[lag]
            naive.append(young.naive)
            share.append(young.share)
            complete.append(so_far.share)
            came.append(really)
        coverage = ", ".join(f"{name} {100 * count / runs:.1f}" for name, count in hit.items())
        table.append(
            f"{per_day} a day: truth {100 * truth:.1f}, naive {100 * np.mean(naive):.1f}, corrected "
            f"{100 * np.mean(share):.1f}; complete {100 * np.mean(came):.1f}, estimated {100 * np.mean(complete):.1f}; "
            f"coverage {coverage}"
        )
        assert np.mean(naive) - truth > 0.08
        assert abs(np.mean(share) - truth) < 0.01
        assert abs(np.mean(complete) - np.mean(came)) < 0.01
        assert all(0.93 <= count / runs <= 0.97 for count in hit.values()), coverage
    record_property("summary", f"Truncation, {runs} counties each, 95 percent intervals.\n  " + "\n  ".join(table))


def test_a_month_that_really_got_worse_is_not_flattered(record_property):
    """Delays of the young month alone double. The borrowed tail is then too short, so the correction goes only part of
    the way; it must still lie nearer to the truth than the naive share. (The alarm of drift.py is for this.)"""
    random = np.random.default_rng(3)
    usual, worse = lag_chances(14), lag_chances(28)
    truth = worse[: LIMIT + 1].sum()
    naive, share = [], []
    for _ in range(150):
        old, _ = county(random, 15, usual, as_at_day=5)
        new, _ = county(random, 15, worse, days=30, as_at_day=5)
        frame = pd.concat([old[old.month != YOUNG], new], ignore_index=True)
        found = corrected_share(frame[frame.month == YOUNG], lag_distribution(frame, LONGEST), LIMIT)
        naive.append(found.naive)
        share.append(found.share)
    record_property(
        "summary",
        f"Truncation, the young month's delays alone double: truth {100 * truth:.1f}, naive "
        f"{100 * np.mean(naive):.1f}, corrected {100 * np.mean(share):.1f}",
    )
    assert truth < np.mean(share) < np.mean(naive)
    assert np.mean(share) - truth < (np.mean(naive) - truth) / 2
