"""What the rules said, day by day: the course of each rule, the worst of them, and a summary by dimension.

Counts come from gate.rule_results, where the gate notes the rules of a feed's batch and `across` those across feeds. A
summary keeps the dimensions apart: one blended score would say nothing that anybody could mend.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pandas as pd

from readiness.periods import day_of
from readiness.quality.across import SUBJECT
from readiness.records.tables import RULE_RESULT_COLUMNS, RULE_RESULTS
from readiness.warehouse import Warehouse, moment_literal

DIMENSIONS = ("completeness", "validity", "consistency", "uniqueness", "timeliness")

COLUMNS = {**RULE_RESULT_COLUMNS, SUBJECT: "text"}


@dataclass(frozen=True)
class Point:
    """What a rule said of one day: how many rows it looked at and how many of them broke it."""

    day: date
    checked: int
    failed: int

    @property
    def percent(self) -> float | None:
        """Share of the rows that broke the rule, 0-100; None if there was nothing to look at."""
        return 100 * self.failed / self.checked if self.checked else None


@dataclass(frozen=True)
class Course:
    """One rule as it stands and as it was; points from the oldest to the newest, one a day on which it was judged.

    subject: the rules across feeds that it belongs to; None for a rule of its feed's batch. owner: who mends the rows.
    """

    feed: str
    rule_id: str
    subject: str | None
    severity: str
    dimension: str
    owner: str | None
    reference: str | None
    description: str
    points: tuple[Point, ...]

    @property
    def now(self) -> Point:
        return self.points[-1]

    def as_of(self, day: date) -> Point | None:
        """What was known on a day: the newest point not after it."""
        return next((point for point in reversed(self.points) if point.day <= day), None)


@dataclass(frozen=True)
class Dimension:
    """The checks of one dimension, summed over rules. A row that several rules look at is checked several times."""

    name: str
    rules: int
    checked: int
    failed: int

    @property
    def percent_passed(self) -> float | None:
        return 100 * (self.checked - self.failed) / self.checked if self.checked else None


def trend(warehouse: Warehouse, as_at: datetime, days: int = 92) -> tuple[Course, ...]:
    """The course over the last `days` days of every rule that was judged in its newest run not later than `as_at`
    (naive UTC), by feed and rule.

    A feed that was last loaded longer ago keeps its newest results. Of several runs on a day the last one counts.
    """
    rows = _rows(warehouse, as_at, as_at - timedelta(days=days))
    return tuple(_course(of_rule) for _, of_rule in rows.groupby("rule_id") if of_rule.is_newest.any())


def worst(courses: Iterable[Course], most: int = 10) -> tuple[Course, ...]:
    """The rules that most rows break now, at most `most` of them; of two equal ones the one with the larger share."""
    broken = [course for course in courses if course.now.failed]
    return tuple(sorted(broken, key=lambda c: (-c.now.failed, -(c.now.percent or 0), c.rule_id))[:most])


def dimensions(courses: Iterable[Course]) -> tuple[Dimension, ...]:
    """The rules as they stand now, summed for each dimension; a dimension without a rule is not listed."""
    grouped: dict[str, list[Course]] = {}
    for course in courses:
        grouped.setdefault(course.dimension, []).append(course)
    ordered = [*(name for name in DIMENSIONS if name in grouped), *sorted(grouped.keys() - set(DIMENSIONS))]
    return tuple(
        Dimension(
            name=name,
            rules=len(grouped[name]),
            checked=sum(course.now.checked for course in grouped[name]),
            failed=sum(course.now.failed for course in grouped[name]),
        )
        for name in ordered
    )


def _rows(warehouse: Warehouse, as_at: datetime, since: datetime) -> pd.DataFrame:
    """Results between the two moments, and the newest of each feed and subject whenever they were; oldest first."""
    existing = warehouse.columns(RULE_RESULTS)
    if not existing:
        return pd.DataFrame(columns=[*COLUMNS, "is_newest"])
    # Results of earlier versions lack some of the columns.
    listed = ", ".join(
        name if name in existing else f"cast(null as {sql_type}) as {name}" for name, sql_type in COLUMNS.items()
    )
    return warehouse.query(
        f"""
        with results as (
            select {listed}
            from {RULE_RESULTS}
            where extracted_at <= {moment_literal(as_at)}
        ),

        -- A feed's own rules and those across feeds are run at different times, and neither may hide the other.
        newest as (
            select feed, coalesce({SUBJECT}, '') as run, max(extracted_at) as extracted_at
            from results
            group by feed, coalesce({SUBJECT}, '')
        )

        select {", ".join(f"results.{name}" for name in COLUMNS)},
            results.extracted_at = newest.extracted_at as is_newest
        from results
        join newest on newest.feed = results.feed and newest.run = coalesce(results.{SUBJECT}, '')
        where results.extracted_at >= {moment_literal(since)} or results.extracted_at = newest.extracted_at
        order by results.rule_id, results.extracted_at
        """
    )


def _course(rows: pd.DataFrame) -> Course:
    points: dict[date, Point] = {}
    for row in rows.itertuples():
        day = day_of(row.extracted_at.to_pydatetime()) if pd.isna(row.day) else pd.Timestamp(row.day).date()
        points[day] = Point(day, int(row.checked), int(row.failed))
    last = rows.iloc[-1]
    return Course(
        feed=last.feed,
        rule_id=last.rule_id,
        subject=_text(last[SUBJECT]),
        severity=last.severity,
        dimension=last.dimension,
        owner=_text(last.owner),
        reference=_text(last.reference),
        description=last.description,
        points=tuple(points.values()),
    )


def _text(value: object) -> str | None:
    return None if pd.isna(value) else str(value)
