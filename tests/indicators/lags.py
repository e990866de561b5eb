"""Lags of recording as a made-up county has them; an assumption, not anybody's published figure."""

import numpy as np

LONGEST = 90


def lag_chances(mean_late: float = 14.0, late: float = 0.45, prompt: float = 0.6) -> np.ndarray:
    """Some are recorded within days, the late ones over weeks, up to LONGEST."""
    lags = np.arange(LONGEST + 1)
    chances = (1 - late) * (1 - prompt) * prompt**lags
    chances += late * (1 - np.exp(-1 / mean_late)) * np.exp(-lags / mean_late)
    return chances / chances.sum()
