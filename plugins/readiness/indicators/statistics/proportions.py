"""Wilson's interval around a proportion: it keeps within 0 and 1 and stands small numbers (Newcombe 1998, method 3)."""

from dataclasses import dataclass

import numpy as np
from statsmodels.stats.proportion import proportion_confint

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
