"""Lags that are known only to lie between two, because the source says not when a record was made: it was missing from
one extraction and there in the next (domain.md 3b). No single share is true then; the best and the worst case are.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from readiness.indicators.statistics.proportions import CONFIDENCE, Interval, wilson
from readiness.indicators.statistics.truncation import CorrectedShare, corrected_share, lag_distribution


@dataclass(frozen=True)
class ShareBounds:
    """Shares of 1: as many in time as can have been (best), as few as can have been (worst).

    The interval runs from the lower bound of the worst to the upper bound of the best case: it allows for chance and
    for what is not known. undecided: records that one case counts in time and the other does not.
    """

    best: float
    worst: float
    interval: Interval
    undecided: int


def share_between(
    earliest: Sequence[int], latest: Sequence[int], counts: Sequence[int], limit: int, confidence: float = CONFIDENCE
) -> ShareBounds | None:
    """The share of mature records made within `limit`, each with its earliest and latest possible lag, both included.

    None without a record. Raises ValueError unless 0 <= earliest <= latest.
    """
    first, last, count = np.asarray(earliest), np.asarray(latest), np.asarray(counts)
    _require_order(first, last)
    total = count.sum(keepdims=True)
    if not total[0]:
        return None
    surely, possibly = count[last <= limit].sum(keepdims=True), count[first <= limit].sum(keepdims=True)
    lower, upper = wilson(surely, total, confidence)[0][0], wilson(possibly, total, confidence)[1][0]
    return ShareBounds(
        best=float(possibly[0] / total[0]),
        worst=float(surely[0] / total[0]),
        interval=Interval(float(lower), float(upper)),
        undecided=int(possibly[0] - surely[0]),
    )


def corrected_between(
    reports: pd.DataFrame, month: str, limit: int, longest_lag: int, confidence: float = CONFIDENCE
) -> tuple[CorrectedShare, CorrectedShare] | None:
    """The best and the worst truncation-corrected share of a young month: all records as early, and as late, as they
    can have been made.

    reports: columns `month`, `age`, `earliest`, `latest`, `count`, latest <= age. A record that may have been made
    within longest_lag or not counts in the worst case as made just within it, and in the best case as made too late
    to count, unless it may have been in time. Two scenarios, not strict bounds: in between, records may be early in
    old months and late in new ones. None where either case has no estimate.
    """
    _require_order(reports.earliest.to_numpy(), reports.latest.to_numpy())
    may_be_outside = (reports.latest > longest_lag) & (reports.earliest > limit)
    as_early = reports.earliest.where(~may_be_outside, reports.latest)
    as_late = reports.latest.where(reports.earliest > longest_lag, reports.latest.clip(upper=longest_lag))
    found = []
    for lag in (as_early, as_late):
        case = reports.assign(lag=lag)
        share = corrected_share(
            case[case.month == month], lag_distribution(case, longest_lag, confidence), limit, confidence
        )
        if share is None:
            return None
        found.append(share)
    return found[0], found[1]


def _require_order(earliest: np.ndarray, latest: np.ndarray) -> None:
    if (earliest < 0).any() or (earliest > latest).any():
        raise ValueError("a lag between two needs 0 <= earliest <= latest")
