"""Funnel plots: which teams differ from the whole by more than chance, given how few cases each has.

Limits are exact binomial ones (Spiegelhalter 2005, Statistics in Medicine 24, 1185-1202, without his interpolation
between whole counts, so that no team is called out more often than the level says). For a team with n cases and the
common share c, at level 95 percent:

    lower = (smallest k with P(X <= k) >= 0.025) / n,    upper = (smallest k with P(X <= k) >= 0.975) / n,
    X ~ Binomial(n, c)

A team outside them would be there by chance at most 5 times in 100, on either side at most 2.5. Overdispersion (teams
differ for more reasons than chance: other cases, other areas) is left out: with large teams more of them fall outside
than deserve a question. A funnel asks questions, it does not rank.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.stats import binom

LEVELS = (0.95, 0.998)
CAVEAT = (
    "Limits allow for chance alone. Teams whose work differs can lie outside them for that reason; "
    "being outside is a question to ask, not a finding."
)


@dataclass(frozen=True)
class FunnelPoint:
    """One team: shares of 1, limits at 95 and 99.8 percent; all None without cases.

    outside: the outermost limits that the team lies beyond, 0.95 or 0.998, else None; side: beyond the upper (high)
    or the lower ones (low).
    """

    name: str
    numerator: int
    denominator: int
    share: float | None
    lower_95: float | None
    upper_95: float | None
    lower_998: float | None
    upper_998: float | None
    outside: float | None
    side: Literal["high", "low"] | None


@dataclass(frozen=True)
class Funnel:
    """Teams around their common share (None without any case)."""

    centre: float | None
    points: tuple[FunnelPoint, ...]
    caveat: str = CAVEAT


def funnel(
    names: Sequence[str], numerators: Sequence[int], denominators: Sequence[int], centre: float | None = None
) -> Funnel:
    """The funnel of teams, around their pooled share or a given `centre` (a share of 1, such as a target).

    Raises ValueError unless 0 <= numerator <= denominator for each.
    """
    passed, counted = np.asarray(numerators), np.asarray(denominators)
    if not len(names) == len(passed) == len(counted) or (passed < 0).any() or (passed > counted).any():
        raise ValueError("a funnel needs a name, a numerator and a denominator, 0 <= numerator <= denominator, each")
    if centre is None:
        centre = float(passed.sum() / counted.sum()) if counted.sum() else None
    points = [_point(*team, centre) for team in zip(names, passed.tolist(), counted.tolist(), strict=True)]
    return Funnel(centre, tuple(points))


def control_limits(centre: float, denominators: Sequence[int], level: float) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper limits (shares of 1) for teams of those sizes, to judge them or to draw the funnel's lines."""
    sizes = np.asarray(denominators)
    tail = (1 - level) / 2
    return binom.ppf(tail, sizes, centre).clip(min=0) / sizes, binom.ppf(1 - tail, sizes, centre) / sizes


def _point(name: str, numerator: int, denominator: int, centre: float | None) -> FunnelPoint:
    if not denominator or centre is None:
        return FunnelPoint(name, numerator, denominator, *[None] * 7)
    share = numerator / denominator
    limits, outside, side = [], None, None
    for level in LEVELS:
        (lower,), (upper,) = control_limits(centre, [denominator], level)
        limits += [float(lower), float(upper)]
        if share < lower or share > upper:
            outside, side = level, "low" if share < lower else "high"
    return FunnelPoint(name, numerator, denominator, share, *limits, outside, side)
