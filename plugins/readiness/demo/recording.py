"""When something that happened came to stand in the case system."""

import numpy as np

from readiness.demo.county import County
from readiness.demo.days import DAY, MOMENT, WorkingCalendar, follow_up, minutes_later, on


def recorded(
    rng: np.random.Generator,
    county: County,
    calendar: WorkingCalendar,
    occurred_at: np.ndarray,
    share_in_time: np.ndarray,
    mean_days_late: float,
    on_outage_days: float = 0.45,
) -> np.ndarray:
    """The moments of recording. What happened while the case system was out, or on the working day after, is in time
    only `on_outage_days` times as often; nothing is recorded during an outage."""
    share = np.where(
        np.isin(on(occurred_at), _outage_days(county, calendar)), share_in_time * on_outage_days, share_in_time
    )
    return out_of_outages(rng, county, follow_up(rng, calendar, occurred_at, share, mean_days_late))


def out_of_outages(rng: np.random.Generator, county: County, recorded_at: np.ndarray) -> np.ndarray:
    """The same moments; those in an outage fall after it."""
    found = recorded_at.astype(MOMENT)
    for outage in county.outages:
        starts_at, ends_at = (np.datetime64(moment, "s") for moment in (outage.starts_at, outage.ends_at))
        is_out = (found >= starts_at) & (found < ends_at)
        after = minutes_later(np.full(is_out.sum(), ends_at), rng.integers(2, 400, is_out.sum()))
        found[is_out] = after
    return found


def _outage_days(county: County, calendar: WorkingCalendar) -> np.ndarray:
    days = [np.empty(0, dtype=DAY)]
    for outage in county.outages:
        if not outage.is_planned:
            first, last = (np.datetime64(moment.date(), "D") for moment in (outage.starts_at, outage.ends_at))
            days.append(np.arange(first, calendar.add(np.array([last]), 1)[0] + 1, dtype=DAY))
    return np.concatenate(days)
