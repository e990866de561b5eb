"""Percentiles by nearest rank (catalogue 5): the smallest value v with count(<= v) >= share x n, the same from rows and
from a histogram."""

from collections.abc import Mapping
from fractions import Fraction

MEDIAN = Fraction(1, 2)
P90 = Fraction(9, 10)


def nearest_rank(histogram: Mapping[float, int], share: Fraction) -> float | None:
    """The percentile of a histogram (value -> count); None if it is empty. `share` is exact: 9/10, not 0.9."""
    wanted = share * sum(histogram.values())
    reached = 0
    for value in sorted(histogram):
        reached += histogram[value]
        if reached and reached >= wanted:
            return value
    return None
