"""The telephone queue of First Response, in half-hours of its office hours."""

import numpy as np
import pandas as pd

from readiness.demo.chance import generator
from readiness.demo.county import County
from readiness.demo.days import DAY, MOMENT, WorkingCalendar, at_midnight, days_later, minutes_later
from readiness.demo.history import versions

QUEUE = "First Response"
OPENS = 8 * 60 + 30
HALF_HOURS = 19  # until 18:00
CURVE = np.array([5, 8, 10, 10, 9, 9, 8, 7, 6, 6, 7, 8, 9, 10, 9, 7, 5, 4, 3]) / 140
MONDAY = 1.2  # times the calls of another day
SHARE_GIVING_UP = 0.3  # of the calls that are not answered within the target
TARGET_SECONDS = 20
WORKING_DAYS_A_YEAR = 253
LOADED = 6 * 60 + 5  # minute of the next day at which the telephone system's file is loaded


def call_versions(county: County, calendar: WorkingCalendar) -> pd.DataFrame:
    """`ext_call_intervals`: every half-hour, also those without a call; there on the next day."""
    rng = generator(county.seed, "calls")
    every_day = np.arange(np.datetime64(county.first_on), np.datetime64(county.ends_on) + 1, dtype=DAY)
    days = every_day[calendar.is_working(every_day)]
    is_monday = (days.astype(int) + 3) % 7 == 0
    a_day = county.size.calls_a_year * county.scale / WORKING_DAYS_A_YEAR * np.where(is_monday, MONDAY, 0.95)
    offered = rng.poisson(a_day[:, None] * CURVE).ravel()
    share = np.clip(county.practice.calls_answered.at(days) + rng.normal(0, 0.03, len(days)), 0.02, 0.995)
    share = np.repeat(share, HALF_HOURS)
    abandoned = rng.binomial(offered, (1 - share) * SHARE_GIVING_UP)
    answered = offered - abandoned
    in_target = rng.binomial(answered, share)
    slow = offered - in_target
    size = len(offered)
    quick_seconds = rng.integers(4, 14, size)
    slow_seconds = TARGET_SECONDS + 5 + rng.exponential(150, size).astype(int)
    longest = np.where(slow > 1, slow_seconds * (1 + rng.random(size)), slow_seconds).astype(int)
    started_at = minutes_later(
        np.repeat(at_midnight(days), HALF_HOURS), np.tile(OPENS + 30 * np.arange(HALF_HOURS), len(days))
    )
    final = pd.DataFrame(
        {
            "queue": QUEUE,
            "interval_start": started_at,
            "offered": offered,
            "answered": answered,
            "answered_in_target": in_target,
            "abandoned": abandoned,
            "wait_seconds_total": in_target * quick_seconds + slow * slow_seconds,
            "wait_seconds_max": np.select([slow > 0, in_target > 0], [longest, quick_seconds], 0),
        }
    )
    loaded_at = minutes_later(at_midnight(days_later(started_at.astype(DAY), 1)), np.full(size, LOADED))
    return versions(county, final, loaded_at.astype(MOMENT))
