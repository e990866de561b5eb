"""An alarm when delays of recording change: the correction of young months supposes that they do not (domain.md 3d).

Week by week of *recording* the share of records that came in with lag u, among those with a lag of at most u by then,
is compared with the weeks before (the same reverse-time hazards as in `truncation`, by calendar week):

    for week w:  n_u  = records made in w with lag u,   N_u = records with lag <= u whose event reached age u in w
    h_u = the same ratio over all weeks before w, with N_u^0 in its denominator
    Z_w = sum over u of sqrt(u) (n_u - N_u h_u) / sqrt(sum over u of u N_u h_u (1 - h_u) (1 + N_u / N_u^0)),  u >= 1

The weights sqrt(u) let it see both changes that occur: more records being late, and late ones being later (with equal
weights the second hides, for it moves records between lags; with weights u the first does). The tests print how soon.

In an undisturbed process each Z is about standard normal and independent of the ones before (they are recursive
residuals of independent binomial counts). Real records come in heaps; so Z is divided by the square root of the mean
Z^2 of the baseline weeks (the first few apart), where that is above 1. Two one-sided cumulative sums (Page 1954,
Biometrika 41, 100-115) watch it:

    more_w = max(0, more_(w-1) + Z_w - 1/2),   fewer_w = max(0, fewer_(w-1) - Z_w - 1/2),   alarm above THRESHOLD

With THRESHOLD = 6 an undisturbed process raises a false alarm about once in 1,290 weeks (Siegmund's formula, both sides
together), that is in some 4 years of 100; the tests simulate it. After an alarm both sums start again.

A high sum (`more_late`) means that more of what comes in is late than before: delays grow, or a backlog is being typed
in. A low one (`fewer_late`) means that fewer late entries come in than before: delays shrink, or entries have stopped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

DAYS = 7
BASELINE_WEEKS = 26
FIRST_FEW = 4
RECENT_WEEKS = 4
ALLOWANCE = 0.5
THRESHOLD = 6.0


@dataclass(frozen=True)
class DriftWeek:
    """A week of recording, from day `first_day`: its late records (lag 1 or more), as many as expected from the weeks
    before, the standardised difference and both cumulative sums."""

    first_day: int
    late: int
    expected: float
    z: float
    more_late: float
    fewer_late: float
    alarm: Literal["more_late", "fewer_late"] | None


@dataclass(frozen=True)
class Drift:
    """state: too_few without a week to judge; changed if one of the last weeks raised an alarm, on `side`; else steady.

    weeks: those after the baseline, in order. dispersion: by how much more than chance the baseline's weeks varied.
    """

    state: Literal["steady", "changed", "too_few"]
    side: Literal["more_late", "fewer_late"] | None
    weeks: tuple[DriftWeek, ...]
    dispersion: float
    threshold: float


def drift(
    event_days: Sequence[int],
    lags: Sequence[int],
    counts: Sequence[int],
    as_at: int,
    longest_lag: int,
    baseline_weeks: int = BASELINE_WEEKS,
    threshold: float = THRESHOLD,
    recent_weeks: int = RECENT_WEEKS,
) -> Drift:
    """Watch the delays of records, week of recording by week of recording, the last one ending with the day `as_at`.

    event_days: day numbers (such as ordinals) of the events; lags in days, whole, 0 or more; counts of records. Records
    with a lag above longest_lag are left out. Raises ValueError for a lag below 0 or a record made after `as_at`.
    """
    late, at_risk, first_day = _weekly(*(np.asarray(given) for given in (event_days, lags, counts)), as_at, longest_lag)
    judged: list[tuple[float, float]] = []
    for week in range(len(late)):
        judged.append(_standardised(late[week], at_risk[week], late[:week].sum(axis=0), at_risk[:week].sum(axis=0)))
    varied = [z**2 for z, _ in judged[FIRST_FEW:baseline_weeks]]
    dispersion = max(1.0, sum(varied) / len(varied)) if varied else 1.0
    more, fewer = 0.0, 0.0
    weeks: list[DriftWeek] = []
    for week in range(baseline_weeks, len(late)):
        z, expected = judged[week][0] / dispersion**0.5, judged[week][1]
        more, fewer = max(0.0, more + z - ALLOWANCE), max(0.0, fewer - z - ALLOWANCE)
        alarm = "more_late" if more > threshold else "fewer_late" if fewer > threshold else None
        day = first_day + DAYS * week
        weeks.append(DriftWeek(day, int(late[week].sum()), expected, z, more, fewer, alarm))
        if alarm:
            more, fewer = 0.0, 0.0
    if not weeks:
        return Drift("too_few", None, (), dispersion, threshold)
    alarms = [week.alarm for week in weeks[-recent_weeks:] if week.alarm]
    return Drift("changed" if alarms else "steady", alarms[-1] if alarms else None, tuple(weeks), dispersion, threshold)


def _weekly(
    days: np.ndarray, lags: np.ndarray, counts: np.ndarray, as_at: int, longest_lag: int
) -> tuple[np.ndarray, np.ndarray, int]:
    """Records and records at risk by week of recording and lag (1 to longest_lag), and the first week's first day."""
    if (lags < 0).any() or (days + lags > as_at).any():
        raise ValueError("a record is made between its event and the as-at; count others as invalid, apart")
    if not len(days):
        return np.zeros((0, longest_lag)), np.zeros((0, longest_lag)), as_at
    weeks = (as_at - int(days.min()) + 1) // DAYS
    first_day = as_at - DAYS * weeks + 1
    span = as_at - int(days.min()) + 1
    inside = lags <= longest_lag
    made = np.zeros((span, longest_lag + 1))
    np.add.at(made, (days[inside] - int(days.min()), lags[inside]), counts[inside])
    so_far = made.cumsum(axis=1)
    late, at_risk = np.zeros((weeks, longest_lag)), np.zeros((weeks, longest_lag))
    for lag in range(1, min(longest_lag, span - 1) + 1):
        week = (np.arange(lag, span) + int(days.min()) - first_day) // DAYS
        whole = week >= 0
        late[:, lag - 1] = np.bincount(week[whole], made[: span - lag, lag][whole], weeks)
        at_risk[:, lag - 1] = np.bincount(week[whole], so_far[: span - lag, lag][whole], weeks)
    return late, at_risk, first_day


def _standardised(
    late: np.ndarray, at_risk: np.ndarray, late_before: np.ndarray, at_risk_before: np.ndarray
) -> tuple[float, float]:
    """Z of a week and its expected late records; 0 where the weeks before tell nothing."""
    known = at_risk_before > 0
    lags = 1 + np.flatnonzero(known)
    hazard = late_before[known] / at_risk_before[known]
    expected = at_risk[known] * hazard
    variance = (lags * expected * (1 - hazard) * (1 + at_risk[known] / at_risk_before[known])).sum()
    z = float((np.sqrt(lags) * (late[known] - expected)).sum() / variance**0.5) if variance > 0 else 0.0
    return z, float(expected.sum())
