"""The shared last step of clocks that run once: limit, due date, time taken and outcome, against a count by hand."""

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readiness.clocks import load_definitions
from readiness.clocks.knowledge import load_calendar
from readiness.clocks.limits import TYPES as LIMIT_TYPES
from readiness.periods import day_moment
from readiness.profile import WorkingDays
from readiness.warehouse import Warehouse
from tests.clocks.recurring import ByHand, months_after

AS_AT = date(2025, 7, 31)
FIRST_COMPLETE = date(2025, 1, 1)
CHANGE = date(2025, 3, 1)
DAY = timedelta(days=1)
# clock -> unit, limit before the change, limit after it
LADDERS = {"in_working_days": ("working_days", 3, 8), "in_days": ("days", 5, 2), "in_months": ("months", 1, None)}
CASE_TYPES = {
    "clock": "text", "subject_id": "text", "child_id": "text", "worker_id": "text", "team_id": "text",
    "started_on": "date", "started_at": "timestamp", "stopped_on": "date", "stopped_at": "timestamp",
    "case_kind": "text", "withdrawn_on": "date", "left_out_reason": "text", "kind": "text",
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    clock: str
    started_on: date
    stopped_on: date | None
    withdrawn_on: date | None


def by_hand(case: Case) -> tuple[str, date | None, int | None]:
    """Outcome, due date and time taken of one case."""
    unit, before, after = LADDERS[case.clock]
    limit = before if case.started_on < CHANGE else after
    stop = case.stopped_on if case.stopped_on and case.stopped_on <= AS_AT else None
    withdrawn = case.withdrawn_on if case.withdrawn_on and case.withdrawn_on <= AS_AT else None
    if limit is None or case.started_on < FIRST_COMPLETE:
        return "left_out", None, None
    due, last = window(case.started_on, unit, limit)
    if stop is not None and stop < case.started_on:
        return "invalid", due, None
    if stop is None and withdrawn is not None:
        return ("invalid" if withdrawn < case.started_on else "withdrawn"), due, None
    end = stop or AS_AT
    each = [case.started_on + n * DAY for n in range(1, (end - case.started_on).days + 1)]
    elapsed = sum(ByHand.is_working_day(day) for day in each) if unit == "working_days" else len(each)
    names = ("in_time", "late") if stop else ("running", "overdue")
    return names[end > last], due, elapsed


def window(start: date, unit: str, limit: int) -> tuple[date, date]:
    if unit == "months":
        return months_after(start, limit), months_after(start, limit)
    day, count, due = start, 0, None
    while True:
        counts = unit == "days" or ByHand.is_working_day(day + DAY)
        if counts and count == limit:
            return due, day
        day, count = day + DAY, count + counts
        if count == limit and due is None:
            due = day


def by_sql(warehouse: Warehouse, cases: list[Case]) -> list[tuple]:
    load_calendar(warehouse, WorkingDays(), AS_AT)
    rows = [
        (c.clock, str(n), *[None] * 3, c.started_on, None, c.stopped_on, None, None, c.withdrawn_on, None, "single")
        for n, c in enumerate(cases)
    ]
    warehouse.load("clocks.cases", pd.DataFrame(rows, columns=list(CASE_TYPES), dtype=object), CASE_TYPES)
    ladder = [
        (clock, None, *span, value, unit, "test", True, None, None, None)
        for clock, (unit, before, after) in LADDERS.items()
        for span, value in (((None, CHANGE), before), ((CHANGE, None), after))
    ]
    warehouse.load("known.limits", pd.DataFrame(ladder, columns=list(LIMIT_TYPES)), LIMIT_TYPES)
    first = pd.DataFrame({"clock": list(LADDERS), "first_on": FIRST_COMPLETE})
    warehouse.load("known.first_complete", first, {"first_on": "date"})
    moment = pd.DataFrame({"as_at": [day_moment(AS_AT)], "as_at_on": [AS_AT]})
    warehouse.load("known.moment", moment, {"as_at": "timestamp", "as_at_on": "date"})
    for mart in ("limit_days", "single_spans"):
        warehouse.create_table(f"clocks.{mart}", load_definitions().marts[mart].query)
    found = warehouse.query("select subject_id, outcome, due_on, elapsed from clocks.single_spans")
    spans: list[tuple] = [()] * len(cases)
    for row in found.itertuples():
        due = None if pd.isna(row.due_on) else pd.Timestamp(row.due_on).date()
        spans[int(row.subject_id)] = (row.outcome, due, None if pd.isna(row.elapsed) else int(row.elapsed))
    return spans


near = st.dates(date(2024, 12, 1), AS_AT)
later = st.dates(date(2024, 12, 1), date(2025, 9, 30))
cases = st.builds(Case, st.sampled_from(sorted(LADDERS)), near, st.none() | later, st.none() | later)


def test_the_sql_agrees_with_a_count_by_hand(warehouse):
    @settings(
        max_examples=8, deadline=None, database=None, derandomize=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
    )  # fmt: skip
    @given(st.lists(cases, min_size=60, max_size=60))
    def agrees(several: list[Case]) -> None:
        for case, (outcome, due, elapsed) in zip(several, by_sql(warehouse, several), strict=True):
            expected = by_hand(case)
            assert (outcome, elapsed) == (expected[0], expected[2]), case
            assert outcome == "left_out" or due == expected[1], case

    agrees()


def test_a_case_that_begins_after_the_as_at_is_not_there_yet(duckdb_warehouse):
    assert by_sql(duckdb_warehouse, [Case("in_days", AS_AT + DAY, None, None)]) == [()]
