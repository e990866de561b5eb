"""Rule 1 of catalogue 4 for shares: on target or not, and sure enough or not."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np

from readiness.indicators.statistics.proportions import wilson
from readiness.judgement.counts import IndicatorFacts, Pool
from readiness.judgement.register import Numbers, Target

State = Literal["good", "bad", "too_few", "immature", "no_data", "not_applicable"]
Cause = Literal[
    "on_target",
    "off_target",
    "backlog",
    "few_cases",
    "wide_interval",
    "quarantined",
    "no_cases",
    "no_mature_month",
    "not_computed",
    "feed_absent",
    "no_rows",
    "limit_not_in_force",
    "month_off_target",
    "few_months",
    "few_cases_in_a_month",
    "areas_apart",
    "few_areas",
]


@dataclass(frozen=True)
class Bar:
    """What a share is held against. margin: points by which the far end of its interval may miss the target."""

    target: Target
    facts: IndicatorFacts
    margin: float
    numbers: Numbers
    judge_from: int


def is_on_target(value: Fraction | float, bar: Bar) -> bool:
    """At or above the target; at or below it where down is good. Exact, so that 90% of 30 cases is on 90%."""
    target = Fraction(str(bar.target.value))
    return value >= target if bar.facts.direction == "up" else value <= target


def wilson_interval(pool: Pool, numbers: Numbers) -> tuple[float, float]:
    """The Wilson interval of the pooled share, in percent."""
    low, high = wilson(np.array([pool.numerator]), np.array([pool.denominator]), numbers.confidence)
    return 100 * float(low[0]), 100 * float(high[0])


def judge_share(pool: Pool, bar: Bar) -> tuple[State, Cause]:
    """Rule 1: off target is bad; on target is good if there are enough cases and the interval is narrow enough, unless
    a backlog or too many unread records stand behind it."""
    if pool.denominator == 0:
        return "too_few", "no_cases"
    if not is_on_target(pool.share, bar):
        return "bad", "off_target"
    if pool.denominator < bar.judge_from:
        return "too_few", "few_cases"
    if not _is_interval_near(pool, bar):
        return "too_few", "wide_interval"
    return judge_what_stands_behind(pool, bar) or ("good", "on_target")


def judge_what_stands_behind(pool: Pool, bar: Bar) -> tuple[State, Cause] | None:
    """What keeps a share on target from being good, if anything; the worst of `causes_behind`."""
    states: dict[Cause, State] = {"backlog": "bad", "quarantined": "too_few"}
    return next(((states[cause], cause) for cause in causes_behind(pool, bar)), None)


def causes_behind(pool: Pool, bar: Bar) -> list[Cause]:
    """What stands behind a share, the worst first: overdue work, and records that could not be read."""
    causes: list[Cause] = []
    if bar.facts.kind == "single" and pool.last.overdue > most_overdue(pool, bar):
        causes.append("backlog")
    if is_much_quarantined(pool, bar):
        causes.append("quarantined")
    return causes


def most_overdue(pool: Pool, bar: Bar) -> int:
    """How many may be overdue at the last month's end: backlog_percent of the pool's mean monthly denominator."""
    return int(Fraction(str(bar.numbers.backlog_percent)) * pool.denominator / (100 * len(pool.months)))


def is_much_quarantined(pool: Pool, bar: Bar) -> bool:
    return pool.quarantined > most_quarantined(pool, bar)


def most_quarantined(pool: Pool, bar: Bar) -> int:
    """How many cases may lie in quarantine: quarantined_percent of all there would be with them. The others of a ratio
    stand in its numerator: children, where the denominator is full-time equivalents."""
    counted = pool.numerator if bar.facts.measure == "ratio" else pool.denominator
    percent = Fraction(str(bar.numbers.quarantined_percent))
    return int(percent * counted / (100 - percent))


def _is_interval_near(pool: Pool, bar: Bar) -> bool:
    low, high = wilson_interval(pool, bar.numbers)
    if bar.facts.direction == "up":
        return low >= bar.target.value - bar.margin
    return high <= bar.target.value + bar.margin
