"""The alarm for changed delays: by hand, seldom false, soon true."""

import numpy as np
import pytest

from readiness.indicators.statistics.drift import BASELINE_WEEKS, drift
from tests.indicators.lags import lag_chances

LONGEST = 60
WEEKS = 78


def records(random, chances_of_day, days: int = 7 * WEEKS, per_day: float = 10, heaps: float = 0):
    """(event days, lags, counts) as seen on the last day; `heaps`: by how much numbers of days vary beyond chance."""
    volume = per_day * (random.gamma(1 / heaps, heaps, days) if heaps else np.ones(days))
    made = random.poisson(volume[:, None] * np.array([chances_of_day(day) for day in range(days)]))
    day, lag = np.indices(made.shape)
    seen = (day + lag < days) & (made > 0)
    return day[seen], lag[seen], made[seen]


def test_a_week_is_compared_with_those_before_by_hand():
    """Weeks 0 and 1 of one event a day: week 0 has 2 of 6 at lag 1 (day 0's has no day before), week 1 has 5 of 7."""
    lags = np.array([1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0])
    days = np.arange(13)
    # Recorded on day d + lag; at risk at lag 1 on day d + 1: week 0 has events of days 0 to 5, week 1 of days 6 to 12.
    found = drift(days, lags, np.ones(13, int), as_at=13, longest_lag=1, baseline_weeks=1)
    week = found.weeks[0]
    assert (week.first_day, week.late) == (7, 5)
    assert week.expected == pytest.approx(7 * 2 / 6, abs=1e-9)
    variance = 7 * (2 / 6) * (4 / 6) * (1 + 7 / 6)
    assert week.z == pytest.approx((5 - 7 / 3) / variance**0.5, abs=1e-9)
    assert week.more_late == pytest.approx(week.z - 0.5, abs=1e-9)
    assert (week.fewer_late, week.alarm, found.state) == (0, None, "steady")


def test_too_few_weeks_are_too_few():
    random = np.random.default_rng(1)
    chances = lag_chances()[: LONGEST + 1]
    days = 7 * BASELINE_WEEKS
    found = drift(*records(random, lambda _: chances, days=days), as_at=days - 1, longest_lag=LONGEST)
    assert (found.state, found.side, found.weeks) == ("too_few", None, ())
    assert drift([], [], [], as_at=100, longest_lag=LONGEST).state == "too_few"


def test_records_after_the_as_at_or_before_the_event_are_refused():
    for lag in (-1, 6):
        with pytest.raises(ValueError, match="as-at"):
            drift([5], [lag], [1], as_at=10, longest_lag=30)


@pytest.mark.parametrize("heaps", [0, 0.3])
def test_the_alarm_is_seldom_false(record_property, heaps):
    """One year watched after half a year of baseline: a false alarm in some 4 of 100 quiet years, by Siegmund's
    formula, whether or not the numbers of events vary beyond chance."""
    random = np.random.default_rng(31)
    chances = lag_chances()[: LONGEST + 1]
    years, alarmed, spread = 300, 0, []
    for _ in range(years):
        found = drift(*records(random, lambda _: chances, heaps=heaps), as_at=7 * WEEKS - 1, longest_lag=LONGEST)
        alarmed += any(week.alarm for week in found.weeks)
        spread += [week.z for week in found.weeks]
    share = 100 * alarmed / years
    record_property(
        "summary",
        f"Drift, {years} quiet years{', numbers in heaps' if heaps else ''}: false alarm in {share:.1f} percent; "
        f"Z has mean {np.mean(spread):.2f}, standard deviation {np.std(spread):.2f}",
    )
    assert abs(np.mean(spread)) < 0.1
    assert 0.8 < np.std(spread) < 1.1
    assert share <= 7


def test_longer_delays_raise_the_alarm_soon(record_property):
    random = np.random.default_rng(13)
    usual, change, runs = lag_chances()[: LONGEST + 1], 7 * 60, 100
    said = []
    for name, worse, least in (
        ("60 percent late, not 45", lag_chances(late=0.6), 90),
        ("late ones twice as late", lag_chances(28), 60),
        ("prompt ones twice as late", lag_chances(prompt=0.8), 95),
    ):
        later, weeks = worse[: LONGEST + 1], []
        for _ in range(runs):
            days_lags_counts = records(random, lambda day, later=later: later if day >= change else usual)
            found = drift(*days_lags_counts, as_at=7 * WEEKS - 1, longest_lag=LONGEST)
            alarms = [(week.first_day - change) // 7 + 1 for week in found.weeks if week.alarm == "more_late"]
            weeks += [week for week in alarms if week > 0][:1]
        said.append(f"{name}: found in {len(weeks)} percent, median week {np.median(weeks):.0f}")
        assert len(weeks) >= least
    record_property("summary", "Drift, 10 records a day, 18 weeks watched after the change. " + "; ".join(said))


def test_an_outage_raises_the_alarm_while_it_lasts_and_when_it_is_made_up_for():
    """Nobody can record for two weeks; then everything is typed in."""
    random = np.random.default_rng(4)
    chances = lag_chances()[: LONGEST + 1]
    day, lag, count = records(random, lambda _: chances)
    start, end = 7 * 60, 7 * 62
    held_up = (day + lag >= start) & (day + lag < end)
    lag = np.where(held_up, end - day, lag)
    found = drift(day, lag, count, as_at=7 * WEEKS - 1, longest_lag=LONGEST)
    by_week = {week.first_day // 7: week.alarm for week in found.weeks}
    assert "fewer_late" in (by_week[60], by_week[61])
    assert by_week[62] == "more_late"
