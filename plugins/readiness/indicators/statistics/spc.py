"""Statistical process control by the rules of NHS England's "Making Data Count": is a month different, or is it noise?

The chart is the XmR (individuals) chart of Shewhart and Wheeler as the R package NHSRplotthedots draws it (domain.md
7a):

    mean          of the phase's values
    limits        mean +- 2.66 x mean moving range       (2.66 = 3 / d2, d2 = 1.128 for ranges of two)
    inner lines   mean +- 2/3 of that                    (two sigma)
    screening     moving ranges >= 3.267 x their mean are left out of it, once    (3.267 = D4 for ranges of two)

Special cause, in this precedence: a point outside the limits; part of seven successive points that all rise or all
fall; between inner line and limit, in three successive points on one side of the mean of which at least two are there;
part of seven successive points on one side of the mean. Ties break a trend, a point on the mean breaks a run.

A **level** (a month-end stock) may hold mostly the same cases as the month before. Then the moving range tells too
little of how far chance reaches, and a run tells nothing. So, given `likeness`, the correlation r of a month with the
one before: limits lie 1 / sqrt(1 - r) times as far from the mean, for the mean moving range of such months is
d2 x sigma x sqrt(1 - r) (Vasilopoulos and Stamboulis 1978, Journal of Quality Technology 10, 20-30; Wheeler 1995,
Advanced Topics in Statistical Process Control); and only a point outside the limits is a signal. Measure r on the
cases, not on the chart's own points: in so few of them a lasting change looks like likeness, and would widen the limits
until it lies within.

Where the package leaves a question open, or answers it in a way that could flatter:

- A point where one trend ends and another begins belongs to the later one.
- A month without a value is a gap: no moving range and no rule reaches across it.
- Screening that would leave no variation at all (nearly every month the same) is not applied; otherwise the limits
  would fall onto the mean, and every month be a signal.
- Equal means equal up to 1e-9 of the greatest value, so that rounding makes no signal.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.stats import kendalltau

LIMIT = 2.66
SCREEN = 3.267
MINIMUM_POINTS = 12
RUN = 7
SAME = 1e-9
DRIFT = 0.05
MOST_ALIKE = 0.99
"""Months more alike than this are taken as so alike: their limits are ten times as wide."""

Direction = Literal["up", "down", "neutral"]
Kind = Literal["common_cause", "improvement", "concern", "neutral"]
Rule = Literal["outside_limits", "trend", "two_of_three", "shift"]
Side = Literal["high", "low"]
Assurance = Literal["consistent_pass", "consistent_fail", "inconsistent"]


@dataclass(frozen=True)
class Rebase:
    """From `month` ("2026-10") on limits are computed anew, for a known cause that the chart prints."""

    month: str
    reason: str


@dataclass(frozen=True)
class Lines:
    """The lines of one phase, in the unit of its values; limits lie within the range that the values can have."""

    mean: float
    lower: float
    inner_lower: float
    inner_upper: float
    upper: float
    mean_moving_range: float
    ranges_screened: int
    is_lower_clipped: bool
    is_upper_clipped: bool


@dataclass(frozen=True)
class Signal:
    """A special cause: by which rule, and whether it is high (above, rising) or low (below, falling)."""

    rule: Rule
    side: Side


@dataclass(frozen=True)
class Point:
    """One month. `kind` is None where nothing can be said: a young month, one without a value, a phase of too few."""

    month: str
    value: float | None
    is_young: bool
    phase: int
    kind: Kind | None
    signal: Signal | None


@dataclass(frozen=True)
class Phase:
    """Months between two rebases. `lines` is None while `points` (mature, with a value) are too few."""

    first_month: str
    last_month: str
    reason: str | None
    points: int
    lines: Lines | None


@dataclass(frozen=True)
class Chart:
    """What an XmR chart draws and says; its icons speak of the last phase, and are None where they cannot be given."""

    points: tuple[Point, ...]
    phases: tuple[Phase, ...]
    direction: Direction
    target: float | None
    minimum_points: int
    variation: Kind | None
    variation_side: Side | None
    assurance: Assurance | None

    @property
    def state(self) -> Literal["charted", "too_few"]:
        """too_few while the last phase has fewer than `minimum_points`: then no limits and no icons."""
        return "charted" if self.phases and self.phases[-1].lines else "too_few"


def xmr(
    months: Sequence[str],
    values: Sequence[float | None],
    direction: Direction,
    target: float | None = None,
    young: Collection[str] = (),
    rebases: Sequence[Rebase] = (),
    lowest: float | None = None,
    highest: float | None = None,
    minimum_points: int = MINIMUM_POINTS,
    screened: bool = True,
    fixed_after: int | None = None,
    likeness: float | None = None,
) -> Chart:
    """The XmR chart of a monthly series.

    months: "YYYY-MM", every month of the window, in order; values: one each, None or NaN where there is none.
    direction: what is good. young: months whose late entries have not arrived; they are drawn (hollow) and never
    computed with. lowest, highest: what values can reach at all (0 and 100 for shares in percent, 0 for counts);
    limits are clipped there, with a flag. screened: leave out great moving ranges, as the package does and the NHS
    spreadsheet does not. fixed_after: compute a phase's lines from its first so many points only. likeness: of a level
    whose months are alike, the correlation of a month with the one before.

    The variation icon is the kind of the last mature point; the assurance icon, given a target and a direction,
    compares the target with the last phase's limits: beyond the good one, the process will consistently fail it.

    Raises ValueError for months that are not successive, unequal lengths, infinite values, a rebase without a reason.
    """
    numbers = _numbers(values, len(months))
    _require_successive(months)
    if any(not rebase.reason.strip() for rebase in rebases):
        raise ValueError("a rebase needs the reason for which limits are computed anew")
    is_young = np.array([month in set(young) for month in months], dtype=bool)
    counted = np.where(is_young, np.nan, numbers)
    points: list[Point] = []
    phases: list[Phase] = []
    for number, (start, end, reason) in enumerate(_stretches(months, rebases)):
        stretch = counted[start:end]
        lines = lines_of(stretch, lowest, highest, minimum_points, screened, fixed_after, likeness)
        signals = signals_of(stretch, lines, has_runs=likeness is None) if lines else [None] * len(stretch)
        phases.append(Phase(months[start], months[end - 1], reason, int(np.isfinite(stretch).sum()), lines))
        for at, signal in enumerate(signals, start):
            judged = lines is not None and math.isfinite(counted[at])
            points.append(
                Point(
                    month=months[at],
                    value=float(numbers[at]) if math.isfinite(numbers[at]) else None,
                    is_young=bool(is_young[at]),
                    phase=number,
                    kind=kind_of(signal, direction) if judged else None,
                    signal=signal,
                )
            )
    last = next((point for point in reversed(points) if point.kind and point.phase == len(phases) - 1), None)
    return Chart(
        points=tuple(points),
        phases=tuple(phases),
        direction=direction,
        target=target,
        minimum_points=minimum_points,
        variation=last.kind if last else None,
        variation_side=last.signal.side if last and last.signal else None,
        assurance=assurance_of(phases[-1].lines if phases else None, target, direction),
    )


def per_working_day(counts: Sequence[float | None], working_days: Sequence[int]) -> np.ndarray:
    """Counts of months as rates per working day, so that a short month is no signal; NaN without a count or a day."""
    numbers = _numbers(counts, len(working_days))
    days = np.asarray(working_days, dtype=float)
    return np.divide(numbers, days, out=np.full(days.shape, np.nan), where=days > 0)


def lines_of(
    values: np.ndarray,
    lowest: float | None = None,
    highest: float | None = None,
    minimum_points: int = MINIMUM_POINTS,
    screened: bool = True,
    fixed_after: int | None = None,
    likeness: float | None = None,
) -> Lines | None:
    """Mean and limits of one phase (NaN = gap); None if fewer than `minimum_points` values, or no two in succession."""
    present = np.isfinite(values)
    if present.sum() < max(minimum_points, 2):
        return None
    basis = np.where(present & (np.cumsum(present) <= (fixed_after or len(values))), values, np.nan)
    ranges = np.abs(np.diff(basis))
    ranges = ranges[np.isfinite(ranges)]
    if not ranges.size:
        return None
    usual = ranges[ranges < SCREEN * _mean(ranges)] if screened else ranges
    if not usual.size or _mean(usual) <= _slack(values):
        usual = ranges
    mean, reach = _mean(basis[np.isfinite(basis)]), LIMIT * _mean(usual) * _widened(likeness)
    return Lines(
        mean=mean,
        lower=_clip(mean - reach, lowest, highest),
        inner_lower=_clip(mean - 2 * reach / 3, lowest, highest),
        inner_upper=_clip(mean + 2 * reach / 3, lowest, highest),
        upper=_clip(mean + reach, lowest, highest),
        mean_moving_range=_mean(usual),
        ranges_screened=len(ranges) - len(usual),
        is_lower_clipped=lowest is not None and mean - reach < lowest,
        is_upper_clipped=highest is not None and mean + reach > highest,
    )


def signals_of(values: np.ndarray, lines: Lines, has_runs: bool = True) -> list[Signal | None]:
    """The special cause at each value of one phase, by the first rule that it meets. has_runs: False where months are
    alike, so that the limits alone count."""
    slack = _slack(values)
    found: list[Signal | None] = [None] * len(values)
    rules: tuple[tuple[Rule, np.ndarray], ...] = (
        ("outside_limits", _outside(values, lines, slack)),
        ("trend", _trend(values, slack)),
        ("two_of_three", _two_of_three(values, lines, slack)),
        ("shift", shift(_side(values, lines.mean, slack))),
    )
    for rule, sides in reversed(rules if has_runs else rules[:1]):
        for at in np.flatnonzero(sides):
            found[at] = Signal(rule, "high" if sides[at] > 0 else "low")
    return found


def settled_since(values: np.ndarray, minimum_points: int = MINIMUM_POINTS) -> int | None:
    """Where in one phase (NaN = gap) a new level began that has lasted; None if there is none.

    The rules for computing limits anew, as far as numbers can tell: a change that is sustained for as many points as
    limits take, and has come to rest. So the earliest point from which on no rule finds a signal among the points
    themselves, nor Kendall's tau a drift (at 5 percent), all on one side of the mean of those before, and at least
    `minimum_points` of either. Whether the cause is known and lasting only people can say (domain.md 7a).
    """
    slack = _slack(values)
    for start in np.flatnonzero(np.isfinite(values)):
        before, since = values[:start], values[start:]
        old, new = lines_of(before, minimum_points=minimum_points), lines_of(since, minimum_points=minimum_points)
        if old is None or new is None or any(signals_of(since, new)):
            continue
        at = np.flatnonzero(np.isfinite(since))
        is_one_sided = abs(_side(since[at], old.mean, slack).sum()) == len(at)
        if is_one_sided and not kendalltau(at, since[at]).pvalue < DRIFT:
            return int(start)
    return None


def kind_of(signal: Signal | None, direction: Direction) -> Kind:
    """What a signal means, given which way is good."""
    if signal is None:
        return "common_cause"
    if direction == "neutral":
        return "neutral"
    return "improvement" if (signal.side == "high") == (direction == "up") else "concern"


def assurance_of(lines: Lines | None, target: float | None, direction: Direction) -> Assurance | None:
    """Will the process, left as it is, meet the target? None without lines, target or direction."""
    if lines is None or target is None or direction == "neutral":
        return None
    if lines.lower <= target <= lines.upper:
        return "inconsistent"
    return "consistent_fail" if (target > lines.upper) == (direction == "up") else "consistent_pass"


def shift(sides: np.ndarray) -> np.ndarray:
    """Of sides (1 above, -1 below, 0 on the line or a gap): those that are part of seven or more in succession."""
    found = np.zeros(len(sides), dtype=int)
    for start in range(len(sides) - RUN + 1):
        window = sides[start : start + RUN]
        if window[0] and (window == window[0]).all():
            found[start : start + RUN] = window[0]
    return found


def _outside(values: np.ndarray, lines: Lines, slack: float) -> np.ndarray:
    return (values > lines.upper + slack).astype(int) - (values < lines.lower - slack).astype(int)


def _trend(values: np.ndarray, slack: float) -> np.ndarray:
    steps = np.diff(values, append=np.nan)
    ways = np.where(np.abs(steps) > slack, np.sign(steps), 0)
    found = np.zeros(len(values), dtype=int)
    for start in range(len(values) - RUN + 1):
        window = ways[start : start + RUN - 1]
        if window[0] and (window == window[0]).all():
            found[start : start + RUN] = int(window[0])
    return found


def _two_of_three(values: np.ndarray, lines: Lines, slack: float) -> np.ndarray:
    sides = _side(values, lines.mean, slack)
    beyond_inner = (values > lines.inner_upper + slack) | (values < lines.inner_lower - slack)
    is_near = beyond_inner & (_outside(values, lines, slack) == 0)
    found = np.zeros(len(values), dtype=int)
    for start in range(len(values) - 2):
        here = slice(start, start + 3)
        if abs(sides[here].sum()) == 3 and is_near[here].sum() >= 2:
            found[here] = np.where(is_near[here], sides[here], found[here])
    return found


def _side(values: np.ndarray, middle: float, slack: float) -> np.ndarray:
    return (values > middle + slack).astype(int) - (values < middle - slack).astype(int)


def _widened(likeness: float | None) -> float:
    """How many times as far from the mean the limits of a level lie."""
    return 1 / math.sqrt(1 - min(max(likeness or 0.0, 0.0), MOST_ALIKE))


def _stretches(months: Sequence[str], rebases: Sequence[Rebase]) -> list[tuple[int, int, str | None]]:
    """(start, end, reason) of each phase; a rebase on or before the first month, or after the last, breaks nothing."""
    starts: dict[int, str | None] = {0: None} if months else {}
    for rebase in sorted(rebases, key=lambda rebase: rebase.month):
        at = sum(month < rebase.month for month in months)
        if 0 < at < len(months):
            starts[at] = rebase.reason
    ends = [*list(starts)[1:], len(months)]
    return [(start, end, reason) for (start, reason), end in zip(starts.items(), ends, strict=True)] if months else []


def _numbers(values: Sequence[float | None], expected: int) -> np.ndarray:
    numbers = np.array([math.nan if value is None else float(value) for value in values], dtype=float)
    if len(numbers) != expected:
        raise ValueError(f"{expected} values expected, {len(numbers)} given")
    if np.isinf(numbers).any():
        raise ValueError("a value of a control chart must be finite, or None where there is none")
    return numbers


def _require_successive(months: Sequence[str]) -> None:
    counted = [12 * int(month[:4]) + int(month[5:7]) for month in months]
    if any(after - before != 1 for before, after in zip(counted, counted[1:], strict=False)):
        raise ValueError("months of a control chart must be successive; give a missing month with the value None")


def _mean(values: np.ndarray) -> float:
    return math.fsum(values) / len(values)


def _slack(values: np.ndarray) -> float:
    return SAME * float(np.nanmax(np.abs(values), initial=0.0))


def _clip(value: float, lowest: float | None, highest: float | None) -> float:
    value = value if lowest is None else max(value, lowest)
    return value if highest is None else min(value, highest)
