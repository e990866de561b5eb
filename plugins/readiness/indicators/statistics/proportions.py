"""Intervals around proportions. Wilson's for one share, Newcombe's for the difference of two; both keep within 0 and 1
and stand small numbers (Newcombe 1998, methods 3 and 10)."""

from dataclasses import dataclass

import numpy as np
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Interval:
    """A range between two bounds, both as shares of 1."""

    lower: float
    upper: float


def wilson(numerators: np.ndarray, denominators: np.ndarray, confidence: float = CONFIDENCE) -> tuple[np.ndarray, ...]:
    """Lower and upper bounds of the shares, as shares of 1; NaN where a denominator is 0."""
    counted = np.asarray(denominators, dtype=float)
    passed = np.asarray(numerators, dtype=float)
    lower, upper = np.full(counted.shape, np.nan), np.full(counted.shape, np.nan)
    some = counted > 0
    if some.any():
        lower[some], upper[some] = proportion_confint(
            passed[some], counted[some], alpha=1 - confidence, method="wilson"
        )
    return lower, upper


def newcombe(
    numerator: int, denominator: int, numerator_before: int, denominator_before: int, confidence: float = CONFIDENCE
) -> Interval | None:
    """The interval of the difference of two independent shares, now less before; None if either has no denominator."""
    if denominator <= 0 or denominator_before <= 0:
        return None
    lower, upper = confint_proportions_2indep(
        numerator,
        denominator,
        numerator_before,
        denominator_before,
        method="newcomb",
        compare="diff",
        alpha=1 - confidence,
    )
    return Interval(float(lower), float(upper))
