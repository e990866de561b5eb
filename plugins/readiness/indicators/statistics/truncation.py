"""Recording lag of recent months, when late entries have not arrived yet (right truncation; domain.md 3c, 3d).

Of the events of a young month we see only those already recorded, so the month always looks prompt. What is missing is
estimated from how earlier events' entries arrived. Lags are whole numbers of one unit (days, or working days) and are
looked at up to `longest_lag`; what was recorded later than that is left out and counted as `beyond`, for no month's
tail beyond it can be known. Everything is "among records made within longest_lag".

An event's *age* is the lag that a record made at the as-at would have: only lags <= age can have been seen.

The distribution of lags is the product limit in reverse time (Lagakos, Barraj and De Gruttola 1988, Biometrika 75,
515-523; Kalbfleisch and Lawless 1989, JASA 84, 360-372; the formula of domain.md 3d):

    F(d) = product over d < u <= longest_lag of (1 - n_u / N_u)
    n_u  = records with lag u,    N_u = records with lag <= u whose event has an age >= u
    variance = F(d)^2 x sum over u > d of n_u / (N_u (N_u - n_u))
    interval = F(d) ** exp(+- z x sqrt(sum) / log F(d))

It supposes that delays did not change in the time that the records cover; `readiness.indicators.statistics.drift`
watches that. Where an event was recorded never, no method here can see it (indicator `never_recorded`).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from readiness.indicators.statistics.proportions import CONFIDENCE, Interval, wilson


@dataclass(frozen=True)
class Triangle:
    """Counts of records by event month (rows, ascending) and lag (columns 0 to longest_lag).

    complete_to: per month, the greatest lag that its youngest recorded event can have shown, at most longest_lag: cells
    beyond it are still filling. beyond: records later than longest_lag. is_mature: nothing is still filling.
    """

    months: tuple[str, ...]
    counts: np.ndarray
    complete_to: np.ndarray
    beyond: np.ndarray

    @property
    def is_mature(self) -> np.ndarray:
        return self.complete_to >= self.counts.shape[1] - 1


@dataclass(frozen=True)
class LagDistribution:
    """F over lags 0 to `longest_lag`, shares of 1, given that the record is made within it.

    share is NaN where F cannot be estimated (see `lag_distribution`). at_risk: N_u; hazard: n_u / N_u; hazard_variance:
    the terms of the sum in the variance. records: how many it rests on; beyond: those left out for a longer lag.
    """

    longest_lag: int
    share: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    at_risk: np.ndarray
    hazard: np.ndarray
    hazard_variance: np.ndarray
    records: int
    beyond: int

    def within(self, limit: int) -> float:
        """F at a lag; 0 below 0, 1 from longest_lag on."""
        return 0.0 if limit < 0 else float(self.share[min(limit, self.longest_lag)])


@dataclass(frozen=True)
class Completeness:
    """How much of a month has been recorded so far: "82 percent of May's visits are in".

    share (of 1) = recorded / expected; `expected` counts what will have been recorded within longest_lag.
    """

    recorded: int
    expected: float
    share: float
    interval: Interval


@dataclass(frozen=True)
class CorrectedShare:
    """The share (of 1) recorded within a limit: as it looks so far (naive), and corrected for what is not in yet.

    The interval is Wilson's with the effective number of records; for a mature month it is Wilson's interval itself.
    """

    limit: int
    naive: float
    share: float
    interval: Interval
    effective_records: float


def triangle(reports: pd.DataFrame, longest_lag: int) -> Triangle:
    """The reporting triangle of `reports`, one row per month, age and lag (columns `month`, `age`, `lag`, `count`).

    age and lag in the same unit, whole, 0 <= lag <= age. Raises ValueError for others: a record made before its event
    is `invalid` and counted apart, one with a lag above its age was made after the as-at.
    """
    reports = _checked(reports)
    months = pd.Index(sorted(reports.month.unique()))
    row, lag, count = months.get_indexer(reports.month), reports.lag.to_numpy(), reports["count"].to_numpy()
    inside = lag <= longest_lag
    counts = np.zeros((len(months), longest_lag + 1), dtype=int)
    np.add.at(counts, (row[inside], lag[inside]), count[inside])
    return Triangle(
        months=tuple(months),
        counts=counts,
        complete_to=reports.groupby("month").age.min().clip(upper=longest_lag).to_numpy(dtype=int),
        beyond=np.bincount(row[~inside], count[~inside], len(months)).astype(int),
    )


def lag_distribution(reports: pd.DataFrame, longest_lag: int, confidence: float = CONFIDENCE) -> LagDistribution:
    """The reverse-time product limit of the lags of `reports` (see `triangle` for the columns).

    share is NaN, never 0, for "unknown": everywhere if no event is old enough to have shown longest_lag (choose a
    shorter one), and below a lag that all records old enough for it have (N_u = n_u) while younger ones had shorter
    lags.

    Where the log-log interval does not exist it is Wilson's: for a share of 0, of none in the records of full age;
    for a share of 1 below longest_lag, of all in the smallest N_u above.
    """
    reports = _checked(reports)
    seen = _Seen.of(reports, longest_lag)
    at_lag = np.bincount(seen.lag, seen.count, longest_lag + 1)
    # Those with lag <= u <= age: all that entered by lag u, less those that left because they are too young for u.
    at_risk = (at_lag - np.bincount(seen.age + 1, seen.count, longest_lag + 2)[: longest_lag + 1]).cumsum()
    with np.errstate(divide="ignore", invalid="ignore"):
        hazard = np.where(at_risk > at_lag, at_lag / at_risk, np.nan)
        variance = np.where(at_risk > at_lag, at_lag / (at_risk * (at_risk - at_lag)), np.nan)
    share = np.append(np.cumprod((1 - hazard)[:0:-1])[::-1], 1.0)
    spread = np.append(np.cumsum(variance[:0:-1])[::-1], 0.0)
    lower, upper = _log_log(share, spread, confidence)
    for lag in np.flatnonzero(spread[:-1] == 0):
        fewest = at_risk[lag + 1 :].min(keepdims=True)
        lower[lag], upper[lag] = wilson(fewest, fewest, confidence)[0][0], 1.0
    full_age = seen.count[seen.age == longest_lag].sum(keepdims=True)
    if not full_age[0]:
        share[:], lower[:], upper[:] = np.nan, np.nan, np.nan
    elif np.isfinite(share[seen.lag.min()]):
        none_that_short = slice(0, seen.lag.min())
        share[none_that_short], lower[none_that_short] = 0.0, 0.0
        upper[none_that_short] = wilson(np.zeros(1), full_age, confidence)[1][0]
    beyond = int(reports["count"].sum()) - seen.records
    return LagDistribution(longest_lag, share, lower, upper, at_risk, hazard, variance, seen.records, beyond)


def completeness(month: pd.DataFrame, lags: LagDistribution, confidence: float = CONFIDENCE) -> Completeness | None:
    """How complete one month is (its rows of the reports), given the distribution of lags.

        expected = sum over ages a of n_a / F(a),    to come M = expected - recorded
        variance of M = sum of n_a (1 - F(a)) / F(a)^2
                      + sum over u of hazard_variance_u x (sum over a < u of n_a / F(a))^2
        interval of what is to come: (sqrt(M) +- z x sqrt(variance / M) / 2)^2, that of the share follows

    The first term is chance in what is still to come (Poisson numbers of events), the second that F is estimated.
    Where F is 1 at all its ages, because nobody was ever that late, the lower bound is that of F; a month of full age
    is complete without doubt. None without a record, or where F is unknown at one of its ages.
    """
    seen = _Seen.of(_checked(month), lags.longest_lag)
    chance = lags.share[seen.age]
    if not seen.records or not (chance > 0).all():
        return None
    whole = seen.count / chance
    to_come = float((whole - seen.count).sum())
    if to_come <= 0:
        return Completeness(seen.records, float(seen.records), 1.0, Interval(_sure_of(seen, lags), 1.0))
    variance = float((whole * (1 - chance) / chance).sum()) + _from_estimate(seen.younger(whole), lags)
    root, reach = to_come**0.5, norm.ppf(0.5 + confidence / 2) * (variance / to_come) ** 0.5 / 2
    fewest, most = max(root - reach, 0.0) ** 2, (root + reach) ** 2
    share, lower, upper = (float(seen.records / (seen.records + more)) for more in (to_come, most, fewest))
    return Completeness(seen.records, seen.records + to_come, share, Interval(lower, upper))


def corrected_share(
    month: pd.DataFrame, lags: LagDistribution, limit: int, confidence: float = CONFIDENCE
) -> CorrectedShare | None:
    """The share of one month's records made within `limit`, corrected for those not in yet.

        R = A / B,    B = sum over ages a of n_a / F(a)
        A = sum over ages a >= limit of the n_a within the limit + sum over a < limit of n_a F(limit) / F(a)

    So the month speaks for itself as far as it has been watched, and only its tail is borrowed. `lags` must be the
    distribution of reports that this month is part of: its older days help to correct its younger ones. The interval is
    Wilson's, with R (1 - R) / variance records, the variance by the delta method, counts of records being Poisson:

        sum over the month's records of i^2 + 2 i e, plus sum over u of hazard_variance_u x slope_u^2
        i = what the record adds to R itself: (1 - R / F(a)) / B within the limit, -R / F(a) / B later,
            (F(limit) - R) / F(a) / B at an age below the limit
        slope_u = R's slope in log(1 - hazard_u);  e = what the record adds to R through F:
            sum over lag < u <= age of slope_u x hazard_variance_u, less slope_lag / N_lag

    Where F is 1 at all ages of the month, because nobody was ever that late, the lower bound is lowered by that of F.
    None without a record, for a limit above longest_lag, or where F is unknown at one of its ages.
    """
    seen = _Seen.of(_checked(month), lags.longest_lag)
    chance = lags.share[seen.age]
    if not seen.records or limit > lags.longest_lag or not (chance > 0).all():
        return None
    at_limit = lags.within(limit)
    is_watched, is_in_time = seen.age >= limit, seen.lag <= limit
    if not is_watched.all() and np.isnan(at_limit):
        return None
    whole = seen.count / chance
    part = np.where(is_watched, seen.count * is_in_time, whole * at_limit)
    total = float(whole.sum())
    share = float(part.sum()) / total
    influence = np.where(is_watched, is_in_time - share / chance, (at_limit - share) / chance) / total
    borrowed = np.where(np.arange(lags.longest_lag + 1) <= limit, seen.younger(np.where(is_watched, 0.0, part)), 0.0)
    slope = (share * seen.younger(whole) - borrowed) / total
    through_estimate = _influence_on_estimate(seen, slope, lags)
    variance = float((seen.count * influence * (influence + 2 * through_estimate)).sum()) + _from_estimate(slope, lags)
    # At 0 and 1 no record tells of any variance; the weights alone then say how many records these are worth.
    is_inside = 0 < share < 1 and variance > 0
    effective = share * (1 - share) / variance if is_inside else total**2 / float((whole / chance).sum())
    lower, upper = wilson(np.array([share * effective]), np.array([effective]), confidence)
    naive = float((seen.count * is_in_time).sum()) / seen.records
    interval = Interval(float(lower[0]) * _sure_of(seen, lags), float(upper[0]))
    return CorrectedShare(limit, naive, share, interval, effective)


@dataclass(frozen=True)
class _Seen:
    """Records within longest_lag; ages above it are as good as it."""

    age: np.ndarray
    lag: np.ndarray
    count: np.ndarray
    longest_lag: int

    @classmethod
    def of(cls, reports: pd.DataFrame, longest_lag: int) -> "_Seen":
        inside = reports[(reports.lag <= longest_lag) & (reports["count"] > 0)]
        return cls(
            age=inside.age.clip(upper=longest_lag).to_numpy(dtype=int),
            lag=inside.lag.to_numpy(dtype=int),
            count=inside["count"].to_numpy(dtype=int),
            longest_lag=longest_lag,
        )

    @property
    def records(self) -> int:
        return int(self.count.sum())

    def younger(self, weights: np.ndarray) -> np.ndarray:
        """For each lag u, the sum of the weights of records with an age below u."""
        return np.append(0.0, np.bincount(self.age, weights, self.longest_lag + 1).cumsum()[:-1])


def _checked(reports: pd.DataFrame) -> pd.DataFrame:
    numbers = reports[["age", "lag", "count"]].to_numpy(dtype=float)
    if not np.isfinite(numbers).all() or (numbers < 0).any() or (numbers != np.floor(numbers)).any():
        raise ValueError("age, lag and count of recorded events must be whole numbers of 0 or more")
    if (reports.lag > reports.age).any():
        raise ValueError("a lag above the age of its event means a record made after the as-at")
    return reports.astype({"age": int, "lag": int, "count": int})


def _from_estimate(slope: np.ndarray, lags: LagDistribution) -> float:
    """What the estimate of the distribution adds to a variance, given the slopes in log(1 - hazard)."""
    return float((slope**2 * np.where(slope != 0, lags.hazard_variance, 0.0)).sum())


def _sure_of(seen: _Seen, lags: LagDistribution) -> float:
    """How far an estimate of "nobody is later than this" can be trusted; 1 where later ones are in the estimate."""
    youngest = seen.age.min()
    return float(lags.lower[youngest]) if lags.share[youngest] == 1 else 1.0


def _influence_on_estimate(seen: _Seen, slope: np.ndarray, lags: LagDistribution) -> np.ndarray:
    """What each of the month's records does to its own share by being among those that F was estimated from."""
    sooner = (slope * np.where(slope != 0, lags.hazard_variance, 0.0)).cumsum()
    exactly = np.divide(slope, lags.at_risk, out=np.zeros_like(slope), where=slope != 0)
    return sooner[seen.age] - sooner[seen.lag] - exactly[seen.lag]


def _log_log(share: np.ndarray, spread: np.ndarray, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    with np.errstate(divide="ignore", invalid="ignore"):
        stretch = norm.ppf(0.5 + confidence / 2) * np.sqrt(spread) / np.log(share)
        lower, upper = share ** np.exp(-stretch), share ** np.exp(stretch)
    return np.where(spread == 0, share, lower), np.where(spread == 0, share, upper)
