"""Control charts for events that are rare: not how many a month, but how long, or how many cases, between them.

g-chart, cases between (Benneyan 2001, Health Care Management Science 4, 305-318). With g the mean number of cases that
went well between two events, limits are g +- 3 x sqrt(g (g + 1)), the lower one at least 0. The centre line, and the
line of the shift rule, is the median of the values, because the distribution is skewed (Provost and Murray 2011). The
lower limit is nearly always 0, so one short gap is never a signal there: events that come closer together show as a
shift, seven successive gaps below the median.

t-chart, days between (Nelson 1994, Journal of Quality Technology 26, 114-119). With y = days ** (1 / 3.6), an
exponential time becomes nearly normal; y is charted as an XmR chart with all its rules, without screening, and its
lines are turned back into days.

A long gap is good if the event is bad. The gap since the last event is open, and no part of either chart.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from readiness.indicators.statistics.spc import (
    MINIMUM_POINTS,
    Direction,
    Kind,
    Signal,
    kind_of,
    lines_of,
    shift,
    signals_of,
)

NELSON = 1 / 3.6


@dataclass(frozen=True)
class Gap:
    """What lay between two events, in cases or days; `kind` is None while there are too few."""

    value: float
    kind: Kind | None
    signal: Signal | None


@dataclass(frozen=True)
class RareChart:
    """Gaps in order, with the lines in their unit; lines and icon are None while there are too few gaps."""

    chart: Literal["g", "t"]
    gaps: tuple[Gap, ...]
    direction: Direction
    minimum_points: int
    centre: float | None
    lower: float | None
    upper: float | None
    variation: Kind | None

    @property
    def state(self) -> Literal["charted", "too_few"]:
        return "too_few" if self.upper is None else "charted"


def g_chart(
    cases_between: Sequence[int],
    direction: Direction = "up",
    minimum_points: int = MINIMUM_POINTS,
) -> RareChart:
    """The g-chart of the numbers of cases strictly between successive events (0: the very next case was one)."""
    gaps = _gaps(cases_between)
    if len(gaps) < minimum_points:
        return _chart("g", gaps, None, [None] * len(gaps), direction, minimum_points)
    mean, centre = math.fsum(gaps) / len(gaps), float(np.median(gaps))
    spread = 3 * math.sqrt(mean * (mean + 1))
    lower, upper = max(mean - spread, 0.0), mean + spread
    runs = shift(np.sign(gaps - centre).astype(int))
    signals: list[Signal | None] = []
    for gap, run in zip(gaps, runs, strict=True):
        if not lower <= gap <= upper:
            signals.append(Signal("outside_limits", "high" if gap > upper else "low"))
        else:
            signals.append(Signal("shift", "high" if run > 0 else "low") if run else None)
    return _chart("g", gaps, (centre, lower, upper), signals, direction, minimum_points)


def t_chart(
    days_between: Sequence[float],
    direction: Direction = "up",
    minimum_points: int = MINIMUM_POINTS,
) -> RareChart:
    """The t-chart of the days between successive events (0: on the same day)."""
    gaps = _gaps(days_between)
    transformed = gaps**NELSON
    lines = lines_of(transformed, lowest=0.0, minimum_points=minimum_points, screened=False)
    if lines is None:
        return _chart("t", gaps, None, [None] * len(gaps), direction, minimum_points)
    back = tuple(line ** (1 / NELSON) for line in (lines.mean, lines.lower, lines.upper))
    return _chart("t", gaps, back, signals_of(transformed, lines), direction, minimum_points)


def days_between(dates: Sequence[date]) -> list[int]:
    """Days between successive events, which may come in any order."""
    ordered = sorted(dates)
    return [(after - before).days for before, after in zip(ordered, ordered[1:], strict=False)]


def _gaps(values: Sequence[float]) -> np.ndarray:
    gaps = np.asarray(values, dtype=float)
    if not np.isfinite(gaps).all() or (gaps < 0).any():
        raise ValueError("what lies between two events must be a finite number, 0 or more")
    return gaps


def _chart(
    chart: Literal["g", "t"],
    gaps: np.ndarray,
    lines: tuple[float, ...] | None,
    signals: list[Signal | None],
    direction: Direction,
    minimum_points: int,
) -> RareChart:
    kinds = [kind_of(signal, direction) if lines else None for signal in signals]
    centre, lower, upper = lines or (None, None, None)
    return RareChart(
        chart=chart,
        gaps=tuple(Gap(float(gap), kind, signal) for gap, kind, signal in zip(gaps, kinds, signals, strict=True)),
        direction=direction,
        minimum_points=minimum_points,
        centre=centre,
        lower=lower,
        upper=upper,
        variation=kinds[-1] if kinds else None,
    )
