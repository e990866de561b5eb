"""How long until work ends, when some of it has not ended yet: the Kaplan-Meier estimate over a weighted histogram.

Work still open at the as-at is not left out and not counted as finished: it was at risk for as long as we watched it
(domain.md 0.7). With d_t the number ended at elapsed t and n_t the number at risk there (elapsed >= t, whether ended or
still open; what ends at t ends before what was last seen open at t):

    S(t)        = product over u <= t of (1 - d_u / n_u)                               (Kaplan and Meier 1958)
    variance    = S(t)^2 x sum over u <= t of d_u / (n_u (n_u - d_u))                  (Greenwood 1926)
    plain       = S(t) +- z x sqrt(variance), within 0 and 1
    log-log     = S(t) ** exp(+- z x sqrt(sum) / log S(t))                             (Kalbfleisch and Prentice 1980)

Neither interval exists where nothing or everything has ended. There it is Wilson's, of nobody in those still at risk,
or of everybody in those seen to end: for work none of which is open, that is Wilson's interval of the share.

S(t) is known only as far as we have watched: beyond the longest elapsed of work still open it has no value.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.stats import norm

from readiness.indicators.statistics.percentiles import Bounds
from readiness.indicators.statistics.proportions import CONFIDENCE, Interval, wilson

Method = Literal["log_log", "plain"]
HALF = 0.5 + 1e-12


@dataclass(frozen=True)
class EndedWithin:
    """The share (of 1) that ends within `limit`, with its interval."""

    limit: float
    share: float
    interval: Interval


@dataclass(frozen=True)
class Median:
    """The time by which half has ended; None, like either bound, where it lies beyond what was watched."""

    value: float | None
    bounds: Bounds


@dataclass(frozen=True)
class SurvivalCurve:
    """Arrays over the distinct elapsed times at which something ended, ascending; `open_share` is S just after each.

    greenwood: the sum in Greenwood's formula. lower, upper: the interval of S. watched_to: the longest elapsed of
    all; is_complete: nothing that long is still open, so S is known for ever. times, ended_at, open_at: the histogram
    itself, ascending, without empty rows.
    """

    elapsed: np.ndarray
    ended: np.ndarray
    at_risk: np.ndarray
    open_share: np.ndarray
    greenwood: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    total: int
    watched_to: float
    is_complete: bool
    confidence: float
    method: Method
    times: np.ndarray
    ended_at: np.ndarray
    open_at: np.ndarray

    def ended_within(self, limit: float) -> EndedWithin | None:
        """The share ended within the limit (elapsed <= limit); None if nobody was watched that long."""
        if limit > self.watched_to and not self.is_complete:
            return None
        at = int(np.searchsorted(self.elapsed, limit, side="right")) - 1
        if at >= 0:
            return EndedWithin(
                limit, 1 - float(self.open_share[at]), Interval(1 - float(self.upper[at]), 1 - float(self.lower[at]))
            )
        still_watched = int((self.ended_at + self.open_at)[self.times >= limit].sum())
        (lower,), (upper,) = wilson(np.array([0]), np.array([still_watched]), self.confidence)
        return EndedWithin(limit, 0.0, Interval(float(lower), float(upper)))

    def median(self) -> Median:
        """The smallest elapsed with S <= 1/2, between those where the upper and lower curve get there.

        The interval is Brookmeyer and Crowley's (1982). With nothing open the value is the nearest-rank median.
        """
        first = [self._first(self.open_share <= HALF), self._first(self.lower <= HALF), self._first(self.upper <= HALF)]
        return Median(first[0], Bounds(first[1], first[2]))

    def _first(self, reached: np.ndarray) -> float | None:
        return float(self.elapsed[reached.argmax()]) if reached.any() else None


def survival(
    elapsed: Sequence[float],
    ended: Sequence[int],
    censored: Sequence[int],
    method: Method = "log_log",
    confidence: float = CONFIDENCE,
) -> SurvivalCurve | None:
    """The Kaplan-Meier curve of a histogram: how many ended, and how many were still open, at each elapsed.

    elapsed may repeat and come in any order; `censored` is open work, by its age at the as-at. None without any count.

    Raises ValueError for a negative or missing elapsed (such spans are `invalid` and counted apart) and for counts that
    are not whole numbers of 0 or more.
    """
    times, ended_at, open_at = _histogram(elapsed, ended, censored)
    if not times.size:
        return None
    at_risk = (ended_at + open_at)[::-1].cumsum()[::-1]
    steps = ended_at > 0
    died, risk = ended_at[steps], at_risk[steps]
    open_share = np.cumprod((risk - died) / risk)
    with np.errstate(divide="ignore"):
        greenwood = np.cumsum(died / (risk * (risk - died).astype(float)))
    lower, upper = _interval(open_share, greenwood, died, method, confidence)
    return SurvivalCurve(
        elapsed=times[steps],
        ended=died,
        at_risk=risk,
        open_share=open_share,
        greenwood=greenwood,
        lower=lower,
        upper=upper,
        total=int(at_risk[0]),
        watched_to=float(times[-1]),
        is_complete=bool(open_at[-1] == 0),
        confidence=confidence,
        method=method,
        times=times,
        ended_at=ended_at,
        open_at=open_at,
    )


def _histogram(elapsed: Sequence[float], ended: Sequence[int], censored: Sequence[int]) -> tuple[np.ndarray, ...]:
    spans = np.asarray(elapsed, dtype=float)
    counts = [np.asarray(count, dtype=float) for count in (ended, censored)]
    if not np.isfinite(spans).all() or (spans < 0).any():
        raise ValueError("an elapsed time must be a number of 0 or more; count spans of less as invalid, apart")
    for count in counts:
        if count.shape != spans.shape or (count < 0).any() or (count != np.floor(count)).any():
            raise ValueError("each elapsed time needs whole counts, 0 or more, of work ended and of work still open")
    some = counts[0] + counts[1] > 0
    times, where = np.unique(spans[some], return_inverse=True)
    return (times, *(np.bincount(where, count[some], len(times)).astype(int) for count in counts))


def _interval(
    open_share: np.ndarray, greenwood: np.ndarray, died: np.ndarray, method: Method, confidence: float
) -> tuple[np.ndarray, np.ndarray]:
    z = norm.ppf(0.5 + confidence / 2)
    lower, upper = np.zeros_like(open_share), np.ones_like(open_share)
    inside = open_share > 0
    share, error = open_share[inside], np.sqrt(greenwood[inside])
    if method == "plain":
        lower[inside] = (share - z * share * error).clip(0, 1)
        upper[inside] = (share + z * share * error).clip(0, 1)
    else:
        stretch = z * error / np.log(share)
        lower[inside], upper[inside] = share ** np.exp(-stretch), share ** np.exp(stretch)
    for at in np.flatnonzero(~inside):
        (ends_from,), _ = wilson(np.array([died.sum()]), np.array([died.sum()]), confidence)
        lower[at], upper[at] = 0.0, 1 - ends_from
    return lower, upper
