"""Better or worse than chance explains (catalogue 4, rule 3): an indicator's monthly values on an XmR control chart."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from statistics import median
from typing import Literal

import numpy as np

from readiness.indicators.statistics.spc import Chart, Kind, Phase, Point, Rebase, per_working_day, settled_since, xmr
from readiness.judgement.annotations import Annotation
from readiness.judgement.counts import IndicatorFacts, MonthCount, Pool, Series
from readiness.judgement.register import Numbers, Target
from readiness.periods import Month

Direction = Literal["improving", "no_change", "worsening", "unknown"]

DIRECTIONS: dict[Kind, Direction] = {
    "improvement": "improving",
    "concern": "worsening",
    "common_cause": "no_change",
}
UNIT_OF = {"proportion": "percent", "ratio": "ceiling", "total": "a_month"}
INDEPENDENT = 0.2
"""The likeness up to which a level's months are taken as independent: there the rules call out about twice as many
undisturbed months as of independent ones, and ever more beyond (tests/indicators/test_spc.py)."""
REACH = {"proportion": (0.0, 100.0), "ratio": (0.0, None), "total": (0.0, None)}


@dataclass(frozen=True)
class Trend:
    """An indicator's control chart with the counts behind it. months: one for each of the chart's points. recent: how
    many mature months back the latest point may lie, so that nothing old is called today's direction. likeness: of a
    level, how alike two months in a row are, 0 to 1; None where they may be taken as independent.
    settled_since: the month in which a new level began that has lasted, while old months still make it look like a
    change; whether to compute limits anew from there is for people to decide."""

    chart: Chart
    months: tuple[MonthCount, ...]
    recent: int
    likeness: float | None = None
    settled_since: Month | None = None

    @property
    def phase(self) -> Phase:
        return self.chart.phases[-1]

    @property
    def latest(self) -> Point | None:
        """The last mature month of which the chart can speak; None if it has too few months, or none of late."""
        mature = [point for point in self.chart.points if not point.is_young]
        recent = (point for point in reversed(mature[-self.recent :]) if point.kind is not None)
        return next((point for point in recent if point.phase == len(self.chart.phases) - 1), None)

    @property
    def direction(self) -> Direction:
        return "unknown" if self.latest is None or self.latest.kind is None else DIRECTIONS[self.latest.kind]

    @property
    def counts(self) -> Pool:
        """The counts of the latest point's month."""
        points = zip(self.chart.points, self.months, strict=True)
        return Pool(tuple(month for point, month in points if point == self.latest))

    @property
    def basis(self) -> Pool:
        """The counts of all the months behind the mean and the limits that the latest point is held against."""
        last = len(self.chart.phases) - 1
        points = zip(self.chart.points, self.months, strict=True)
        return Pool(tuple(month for point, month in points if point.phase == last and point.kind is not None))


def trend_of(
    series: Series,
    facts: IndicatorFacts,
    target: Target | None,
    annotations: Iterable[Annotation],
    numbers: Numbers,
    print_from: int,
    as_at_on: date,
) -> Trend:
    """The chart of the authority's latest `numbers.chart_months` months.

    Values are shares in percent, medians of a ratio, or totals a working day (so is their target, over the mean month's
    working days). Young months are not computed with; nor is a month of fewer than `print_from` cases (of a ratio:
    workers), for its rate says little and is not printed either; nor one of the time when our records had only begun
    (`settling_days`), for it flatters. Of a level, limits are as wide as its months are alike.
    """
    months = series.months[-numbers.chart_months :]
    settled_on = series.months[0].month.first_on + timedelta(days=facts.settling_days)
    values = _values(months, facts, print_from)
    aim = target.value if target is not None and target.unit == UNIT_OF[facts.measure] else None
    if aim is not None and facts.measure == "total":
        aim *= len(months) / max(sum(month.working_days for month in months), 1)
    lowest, highest = REACH[facts.measure]
    likeness = _likeness(months)
    chart = xmr(
        months=[str(month.month) for month in months],
        values=[
            value if month.month.last_on >= settled_on else None for month, value in zip(months, values, strict=True)
        ],
        direction=facts.direction,
        target=aim,
        young=[str(month.month) for month in months if not month.is_mature(facts.maturity_days, as_at_on)],
        rebases=[Rebase(a.month, a.reason or "") for a in annotations if a.rebase and a.is_about(facts.id)],
        lowest=lowest,
        highest=highest,
        minimum_points=numbers.minimum_points,
        likeness=likeness,
    )
    trend = Trend(chart, months, numbers.pooled_months, likeness)
    return replace(trend, settled_since=_settled_since(trend, numbers.minimum_points))


def _settled_since(trend: Trend, minimum_points: int) -> Month | None:
    if trend.latest is None or trend.latest.signal is None:
        return None
    last = len(trend.chart.phases) - 1
    points = [point for point in trend.chart.points if point.phase == last]
    values = np.array([math.nan if point.kind is None else point.value for point in points], dtype=float)
    start = settled_since(values, minimum_points)
    return None if start is None else Month.parse(points[start].month)


def _likeness(months: Sequence[MonthCount]) -> float | None:
    """The middle of the charted months' likenesses, so that one month that changed everything weighs little; None where
    months may be taken as independent. In hundredths: engines add in another order, and must agree."""
    known = [month.likeness for month in months if month.likeness is not None]
    found = round(median(known), 2) if known else 0.0
    return found if found > INDEPENDENT else None


def _values(months: Sequence[MonthCount], facts: IndicatorFacts, print_from: int) -> Sequence[float | None]:
    if facts.measure == "total":
        return per_working_day([m.value for m in months], [m.working_days for m in months]).tolist()
    return [_value(month, facts, print_from) for month in months]


def _value(month: MonthCount, facts: IndicatorFacts, print_from: int) -> float | None:
    if facts.measure == "ratio":
        return month.median if month.subjects >= print_from else None
    return float(Pool((month,)).share) if month.denominator >= max(print_from, 1) else None
