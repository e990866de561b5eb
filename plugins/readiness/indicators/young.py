"""Young months: how much of a month is on record so far, and what its share in time will be once the rest is in.

From marts.recording_lags, with the statistics of truncation: delays are taken from what happened in the latest
`WINDOW_MONTHS` months and looked at up to `LONGEST` after the event. Records whose time is known only as lying between
two extractions are counted once as late and once as early as they can have been made: the completeness is that of the
later case, and its interval reaches over both.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

import pandas as pd

from readiness.clocks import CURRENT, Schemas
from readiness.indicators.statistics import drift as delays
from readiness.indicators.statistics.survival import survival
from readiness.indicators.statistics.truncation import (
    Completeness,
    CorrectedShare,
    LagDistribution,
    completeness,
    corrected_share,
    lag_distribution,
)
from readiness.periods import Month
from readiness.warehouse import Warehouse

WINDOW_MONTHS = 12
LONGEST = {"days": 90, "working_days": 62}
COMPLETE = 0.975
FEWEST_RECORDS = 30
"""Of so few records within the window no delay is told."""

YOUNG = {
    "indicator": "text",
    "month": "text",
    "state": "text",
    "basis": "text",
    "is_young": "boolean",
    "recorded": "integer",
    "completeness": "double precision",
    "completeness_lower": "double precision",
    "completeness_upper": "double precision",
    "unit": "text",
    "limit_value": "integer",
    "naive": "double precision",
    "value": "double precision",
    "lower": "double precision",
    "upper": "double precision",
    "records": "integer",
    "beyond": "integer",
}
DRIFT = {
    "indicator": "text",
    "state": "text",
    "side": "text",
    "week_from_on": "date",
    "week_to_on": "date",
    "late": "integer",
    "expected": "double precision",
}
STARTED = {
    "indicator": "text",
    "month": "text",
    "state": "text",
    "limit_value": "integer",
    "unit": "text",
    "started": "integer",
    "ended": "integer",
    "open": "integer",
    "overdue": "integer",
    "value": "double precision",
    "lower": "double precision",
    "upper": "double precision",
}


def build(warehouse: Warehouse, schemas: Schemas = CURRENT) -> None:
    """Build marts.young_months, marts.recording_drift and marts.started_in_time; see `young_months`, `drifts` and
    `started_in_time`."""
    lags = warehouse.query(
        f"select * from {schemas.table('marts.recording_lags')} order by indicator, month, age_days, latest_days, "
        "earliest_days, latest_working_days, age_working_days, unit, limit_value"
    )
    warehouse.load(schemas.table("marts.young_months"), young_months(lags), YOUNG)
    warehouse.load(schemas.table("marts.recording_drift"), drifts(lags), DRIFT)
    started = warehouse.query(f"select * from {schemas.table('marts.started_cases')}")
    warehouse.load(schemas.table("marts.started_in_time"), started_in_time(started), STARTED)


def young_months(lags: pd.DataFrame) -> pd.DataFrame:
    """A row for each of the latest months of each indicator, from rows of marts.recording_lags.

    state: known, or too_few where no delay can be told (fewer than `FEWEST_RECORDS`, or none old enough). is_young:
    whether less than `COMPLETE` of the month is on record; NULL where that is not known. completeness: percent on
    record, of what will be within `LONGEST`. value, lower, upper: the share within the limit in percent, corrected for
    what is not in yet, beside the naive one; for recording lags with one limit in the month. recorded: the month's
    records; records: those that the delays were taken from; beyond: those left out for a longer delay.
    """
    rows = [row for indicator, of_it in lags.groupby("indicator", sort=True) for row in _months(indicator, of_it)]
    return pd.DataFrame(rows, columns=list(YOUNG), dtype=object)


def drifts(lags: pd.DataFrame) -> pd.DataFrame:
    """Whether delays have changed of late, by indicator: then young months are corrected by delays that hold no longer.

    state: steady, changed or too_few. side: more_late (delays grow, or a backlog is typed in) or fewer_late (they
    shrink, or entries have stopped). The week of recording that raised the latest alarm, its late records and how many
    were expected.
    """
    rows = []
    for indicator, of_it in lags.groupby("indicator", sort=True):
        found = delays.drift(-of_it.age_days, of_it.latest_days, of_it["count"], as_at=0, longest_lag=LONGEST["days"])
        row = {"indicator": indicator, "state": found.state, "side": found.side}
        if found.state == "changed":
            week = next(week for week in reversed(found.weeks) if week.alarm)
            first_on = pd.Timestamp(of_it.watched_on.iloc[0]).date() + timedelta(days=week.first_day)
            row |= {"week_from_on": first_on, "week_to_on": first_on + timedelta(days=delays.DAYS - 1)}
            row |= {"late": week.late, "expected": week.expected}
        rows.append(row)
    return pd.DataFrame(rows, columns=list(DRIFT), dtype=object)


def started_in_time(started: pd.DataFrame) -> pd.DataFrame:
    """Of the cases that began in a month, the share (percent) that ends within the limit, by Kaplan and Meier: open
    ones count for as long as they have been open. From rows of marts.started_cases.

    state: known; limits_differ where the month's cases do not all have one limit, or limit_in_months where time is
    counted in another unit than the limit; not_yet where none has been watched for as long as the limit.
    """
    rows = []
    for (indicator, month), of_it in started.groupby(["indicator", "month"], sort=True):
        counts = {name: int(of_it[name].sum()) for name in ("ended", "open", "overdue")}
        row = {"indicator": indicator, "month": month, **counts, "started": counts["ended"] + counts["open"]}
        limits = set(zip(of_it.limit_value, of_it.unit, strict=True))
        if len(limits) > 1:
            rows.append(row | {"state": "limits_differ"})
            continue
        ((limit, unit),) = limits
        row |= {"limit_value": limit, "unit": unit}
        if unit == "months":
            rows.append(row | {"state": "limit_in_months"})
            continue
        curve = survival(of_it.elapsed, of_it.ended, of_it.open)
        within = curve.ended_within(limit) if curve else None
        if within is None:
            rows.append(row | {"state": "not_yet"})
            continue
        share = {"value": within.share, "lower": within.interval.lower, "upper": within.interval.upper}
        rows.append(row | {"state": "known"} | {name: 100 * number for name, number in share.items()})
    return pd.DataFrame(rows, columns=list(STARTED), dtype=object)


@dataclass(frozen=True)
class _Delays:
    """Delays in one unit: the records by month, and the distribution that they give together."""

    months: Mapping[str, pd.DataFrame]
    lags: LagDistribution

    @classmethod
    def of(cls, records: pd.DataFrame, age: str, lag: str, longest: int) -> "_Delays":
        reports = records[["month", age, lag, "limit_value", "count"]].set_axis(
            ["month", "age", "lag", "limit_value", "count"], axis="columns"
        )
        return cls(dict(list(reports.groupby("month", sort=True))), lag_distribution(reports, longest))

    def completeness(self, month: str) -> Completeness | None:
        return completeness(self.months[month], self.lags) if self.lags.records >= FEWEST_RECORDS else None

    def share(self, month: str) -> CorrectedShare | None:
        """None unless all of the month has one limit."""
        limits = self.months[month].limit_value.unique()
        if len(limits) != 1 or pd.isna(limits[0]):
            return None
        return corrected_share(self.months[month], self.lags, int(limits[0]))


def _months(indicator: str, lags: pd.DataFrame) -> Iterator[dict]:
    last = Month.of(pd.Timestamp(lags.watched_on.iloc[0]).date())
    recent = lags[lags.month > str(last.shift(-WINDOW_MONTHS))]
    unit = "working_days" if set(recent.unit) == {"working_days"} else "days"
    recent = recent.assign(limit_value=recent.limit_value.where(recent.unit == unit))
    found = early = _Delays.of(recent, f"age_{unit}", f"latest_{unit}", LONGEST[unit])
    if (recent.earliest_days < recent.latest_days).any():
        early = _Delays.of(recent, "age_days", "earliest_days", LONGEST["days"])
    for month, records in found.months.items():
        row = {"indicator": indicator, "month": month, "basis": recent.basis.iloc[0], "unit": unit}
        row |= {"recorded": records["count"].sum(), "records": found.lags.records, "beyond": found.lags.beyond}
        cases = [each.completeness(month) for each in (found, early)]
        if None in cases:
            yield row | {"state": "too_few"}
            continue
        row |= {
            "state": "known",
            "is_young": cases[0].share < COMPLETE,
            "completeness": 100 * cases[0].share,
            "completeness_lower": 100 * min(case.interval.lower for case in cases),
            "completeness_upper": 100 * max(case.interval.upper for case in cases),
        }
        share = found.share(month)
        if share is not None:
            row |= {"limit_value": share.limit, "naive": 100 * share.naive, "value": 100 * share.share}
            row |= {"lower": 100 * share.interval.lower, "upper": 100 * share.interval.upper}
        yield row
