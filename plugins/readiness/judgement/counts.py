"""What the warehouse counted, read for judgement: an indicator's months, pooled."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal, Protocol

import pandas as pd

from readiness.errors import ReadinessError
from readiness.periods import Month

Scope = Literal["authority", "area"]


@dataclass(frozen=True)
class IndicatorFacts:
    """What judgement must know of an indicator's definition.

    kind: the sort of clock, or check, or level. limit: the limit in force in the month of the report, in words that
    follow "within" ("one working day"), None if there is none to name. has_limit: False if its ladder of limits names
    none for that month. settling_days: for how long after our first record its months flatter, because what was begun
    before is left out. absent_feeds: feeds that it cannot do without and of which no records are held.
    """

    id: str
    title: str
    kind: Literal["single", "recurring", "recording_lag", "check", "level"]
    measure: Literal["proportion", "ratio", "total"] = "proportion"
    direction: Literal["up", "down"] = "up"
    maturity_days: int = 0
    limit: str | None = None
    has_limit: bool = True
    settling_days: int = 0
    absent_feeds: tuple[str, ...] = ()


class Thresholds(Protocol):
    """The part of the council's profile that judgement reads."""

    @property
    def print_from(self) -> int: ...
    @property
    def judge_from(self) -> int: ...
    @property
    def suppress_up_to(self) -> int: ...


@dataclass(frozen=True)
class MonthCount:
    """One month of one indicator and scope, as in marts.indicator_values; a month without a row counts nothing.

    numerator and denominator are numbers of cases, but for a ratio the denominator is full-time equivalents, and for a
    total the value alone counts, beside the month's working days. quarantined is left_out.quarantined. likeness: of a
    level, the correlation with the month before.
    """

    month: Month
    numerator: float = 0
    denominator: float = 0
    running: int = 0
    overdue: int = 0
    quarantined: int = 0
    subjects: int = 0
    value: float | None = None
    median: float | None = None
    likeness: float | None = None
    working_days: int = 0
    maturity: Literal["mature", "young"] | None = None

    def is_mature(self, maturity_days: int, as_at_on: date) -> bool:
        """As the warehouse says; for a month without a row, once its last day lies `maturity_days` back."""
        if self.maturity is not None:
            return self.maturity == "mature"
        return self.month.last_on + timedelta(days=maturity_days) <= as_at_on


@dataclass(frozen=True)
class Pool:
    """Some consecutive months counted together, oldest first; at least one."""

    months: tuple[MonthCount, ...]

    @property
    def last(self) -> MonthCount:
        return self.months[-1]

    @property
    def numerator(self) -> int:
        return int(sum(month.numerator for month in self.months))

    @property
    def denominator(self) -> int:
        return int(sum(month.denominator for month in self.months))

    @property
    def quarantined(self) -> int:
        return sum(month.quarantined for month in self.months)

    @property
    def share(self) -> Fraction:
        """The share in percent, exactly; there must be something in the denominator."""
        return Fraction(self.numerator * 100, self.denominator)

    def is_small(self, up_to: int) -> bool:
        """Whether a shared copy must withhold the figures: a count, or its complement, lies between 1 and `up_to`, in
        the pool or in one of its months (that month's count could be had by subtracting the others)."""
        figures = [(self.numerator, self.denominator), *((month.numerator, month.denominator) for month in self.months)]
        return any(1 <= count <= up_to for n, d in figures for count in (n, d, d - n))


@dataclass(frozen=True)
class Series:
    """The months of one indicator in one scope, from the first with a row up to the month of the report."""

    months: tuple[MonthCount, ...]

    def mature(self, maturity_days: int, as_at_on: date) -> tuple[MonthCount, ...]:
        return tuple(month for month in self.months if month.is_mature(maturity_days, as_at_on))


@dataclass(frozen=True)
class Counts:
    """Every series that judgement needs, by (indicator, scope type, scope id); the authority's scope id is ''."""

    series: Mapping[tuple[str, str, str], Series]

    def of_authority(self, indicator: str) -> Series | None:
        return self.series.get((indicator, "authority", ""))

    def of_areas(self, indicator: str) -> Mapping[str, Series]:
        """Area id -> series, in the order of the ids."""
        return {key[2]: self.series[key] for key in sorted(self.series) if key[:2] == (indicator, "area")}


def read_counts(values: pd.DataFrame, month: Month) -> Counts:
    """Take from marts.indicator_values what lies at or before `month`, for the authority and its areas.

    Columns used: indicator, month, scope_type, scope_id, numerator, denominator, running, overdue, left_out (JSON
    text), value, median, subjects, likeness, working_days, maturity. Two rows for one month of one scope are an error.
    """
    used = values[values["scope_type"].isin(["authority", "area"]) & (values["month"] <= str(month))]
    rows: dict[tuple[str, str, str], dict[Month, MonthCount]] = {}
    for record in used.to_dict("records"):
        scope_id = "" if record["scope_type"] == "authority" else str(record["scope_id"])
        months = rows.setdefault((record["indicator"], record["scope_type"], scope_id), {})
        count = _read_month(record)
        if count.month in months:
            raise ReadinessError(
                f"marts.indicator_values holds {record['indicator']} twice for {count.month} and one "
                f"{record['scope_type']}. Build the indicators again."
            )
        months[count.month] = count
    return Counts({key: _without_gaps(months, month) for key, months in rows.items()})


def _without_gaps(months: Mapping[Month, MonthCount], last: Month) -> Series:
    return Series(tuple(months.get(month, MonthCount(month)) for month in min(months).until(last)))


def _read_month(record: Mapping[str, object]) -> MonthCount:
    def number(name: str) -> float | None:
        value = record.get(name)
        return None if value is None or pd.isna(value) else float(value)

    left_out = record.get("left_out")
    reasons = json.loads(left_out) if isinstance(left_out, str) and left_out else {}
    maturity = record.get("maturity")
    return MonthCount(
        month=Month.parse(str(record["month"])),
        numerator=number("numerator") or 0,
        denominator=number("denominator") or 0,
        running=int(number("running") or 0),
        overdue=int(number("overdue") or 0),
        quarantined=int(reasons.get("quarantined", 0)),
        subjects=int(number("subjects") or 0),
        value=number("value"),
        median=number("median"),
        likeness=number("likeness"),
        working_days=int(number("working_days") or 0),
        maturity=maturity if maturity in ("mature", "young") else None,
    )
