"""Percentiles by nearest rank (catalogue 5): the smallest value v with count(<= v) >= share x n, the same from rows and
from a histogram; and their intervals by order statistics."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from scipy.stats import binom

from readiness.indicators.statistics.proportions import CONFIDENCE

MEDIAN = Fraction(1, 2)
P90 = Fraction(9, 10)


@dataclass(frozen=True)
class Bounds:
    """A range in the values' own unit; a bound is None where the values cannot give one."""

    lower: float | None
    upper: float | None


def nearest_rank(histogram: Mapping[float, int], share: Fraction) -> float | None:
    """The percentile of a histogram (value -> count); None if it is empty. `share` is exact: 9/10, not 0.9."""
    wanted = share * sum(histogram.values())
    reached = 0
    for value in sorted(histogram):
        reached += histogram[value]
        if reached and reached >= wanted:
            return value
    return None


def percentile_interval(histogram: Mapping[float, int], share: Fraction, confidence: float = CONFIDENCE) -> Bounds:
    """The interval of a percentile by order statistics: it covers at least as often as `confidence` says, whatever the
    distribution, ties included (David and Nagaraja 2003, Order Statistics, 7.1).

    Of n values in order, with B ~ Binomial(n, share) and tail = (1 - confidence) / 2: from the l-th, l the greatest
    with P(B <= l - 1) <= tail, to the u-th, u the smallest with P(B >= u) <= tail. A bound is None where no value is
    extreme enough: for a median at 95 percent, with fewer than 6 values.
    """
    total = sum(histogram.values())
    tail = (1 - confidence) / 2
    # The smallest k with P(B <= k) > tail is l itself; ppf gives the smallest with >= tail.
    lower = int(binom.ppf(tail, total, float(share))) if total else 0
    lower += bool(total and binom.cdf(lower, total, float(share)) <= tail)
    upper = int(binom.isf(tail, total, float(share))) + 1 if total else 1
    return Bounds(_in_order(histogram, lower), _in_order(histogram, upper))


def _in_order(histogram: Mapping[float, int], rank: int) -> float | None:
    """The value of that rank, the smallest having rank 1; None if there is none."""
    reached = 0
    for value in sorted(histogram):
        reached += histogram[value]
        if 0 < rank <= reached:
            return value
    return None
