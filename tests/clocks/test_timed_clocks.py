"""Limits that are kept to the minute, against a walk through the minutes."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readiness.clocks import load_definitions
from readiness.clocks.knowledge import load_calendar
from readiness.clocks.limits import TYPES as LIMIT_TYPES
from readiness.profile import OfficeHours, WorkingDays
from readiness.warehouse import Warehouse
from tests.clocks.recurring import ByHand
from tests.clocks.test_single_clocks import CASE_TYPES

UTC, LONDON = ZoneInfo("UTC"), ZoneInfo("Europe/London")
AS_AT = datetime(2025, 4, 30, 14, 20, tzinfo=UTC)
HOURS = OfficeHours(monday="08:30-17:00", thursday=None, saturday="10:00-12:30")
OPEN = [(510, 1020), (540, 1020), (540, 1020), None, (540, 1020), (600, 750), None]
MINUTE = timedelta(minutes=1)
# clock -> limit, unit, by
LADDERS = {
    "in_hours": (30, "hours", None),
    "in_minutes": (95, "minutes", None),
    "in_seconds": (5400, "seconds", None),
    "in_working_hours": (11, "working_hours", None),
    "in_a_moment_of_office_time": (0, "working_hours", None),
    "by_nine": (1, "working_days", time(9)),
    "by_four_on_the_second_day": (2, "working_days", time(16)),
}


def passes(clock: str, before: datetime) -> float:
    """What the minute after `before` (UTC) uses up of the limit: part of a unit, or the morning that ends there."""
    _, unit, by = LADDERS[clock]
    local = before.astimezone(LONDON)
    if by is not None:
        return float(ByHand.is_working_day(local.date()) and local.time() == by)
    if unit == "working_hours":
        hours = OPEN[local.weekday()]
        is_closed = hours is None or (local.weekday() < 5 and not ByHand.is_working_day(local.date()))
        return 0 if is_closed or not hours[0] <= local.hour * 60 + local.minute < hours[1] else 1 / 60
    return {"hours": 1 / 60, "minutes": 1, "seconds": 60}[unit]


def by_hand(clock: str, start: datetime, stop: datetime | None) -> tuple[str, int | None]:
    """Outcome and time taken; each unit begun is a whole one."""
    end = stop or AS_AT
    if stop is not None and stop < start:
        return "invalid", None
    limit, _, by = LADDERS[clock]
    used, moment = 0.0, start + MINUTE if by else start  # a morning that ends as the clock starts is over
    while moment < end:
        used, moment = used + passes(clock, moment), moment + MINUTE
    elapsed = int(used) + 1 if by else -int(-round(used, 6) // 1)
    return {True: ("late", "in_time"), False: ("overdue", "running")}[stop is not None][elapsed <= limit], elapsed


def by_sql(warehouse: Warehouse, cases: list[tuple[str, datetime, datetime | None]]) -> list[tuple]:
    load_calendar(warehouse, WorkingDays(), AS_AT.date(), HOURS)
    rows = [
        (clock, str(n), None, None, None, *_known(start), *_known(stop), None, None, None, "single")
        for n, (clock, start, stop) in enumerate(cases)
    ]
    warehouse.load("clocks.cases", pd.DataFrame(rows, columns=list(CASE_TYPES), dtype=object), CASE_TYPES)
    ladder = [
        (clock, None, None, None, limit, unit, "test", True, by.hour * 3600 if by else None, 1, "days")
        for clock, (limit, unit, by) in LADDERS.items()
    ]
    warehouse.load("known.limits", pd.DataFrame(ladder, columns=list(LIMIT_TYPES)), LIMIT_TYPES)
    first = pd.DataFrame({"clock": list(LADDERS), "first_on": date(2025, 1, 1)})
    warehouse.load("known.first_complete", first, {"first_on": "date"})
    moment = pd.DataFrame({"as_at": [AS_AT.replace(tzinfo=None)], "as_at_on": [AS_AT.date()]})
    warehouse.load("known.moment", moment, {"as_at": "timestamp", "as_at_on": "date"})
    for mart in ("limit_days", "single_spans"):
        warehouse.create_table(f"clocks.{mart}", load_definitions().marts[mart].query)
    found = warehouse.query("select subject_id, outcome, elapsed, due_at, in_time_until_at from clocks.single_spans")
    assert (found.due_at <= found.in_time_until_at).all()
    spans = {
        int(row.subject_id): (row.outcome, None if pd.isna(row.elapsed) else int(row.elapsed))
        for row in found.itertuples()
    }
    return [spans[n] for n in range(len(cases))]


def _known(moment: datetime | None) -> tuple[date | None, datetime | None]:
    return (moment.astimezone(LONDON).date(), moment.replace(tzinfo=None)) if moment else (None, None)


# Around the change to summer time (30 March), Easter (18 and 21 April) and the as-at; on the hour and off it.
start = st.builds(
    lambda hours, minutes: datetime(2025, 3, 27, tzinfo=UTC) + timedelta(hours=hours, minutes=minutes),
    st.integers(0, 33 * 24),
    st.sampled_from([0, 0, 30, 47]),
)
length = st.sampled_from([0, -1, 1, 90, 95, 96, 1799, 1800, 1801]) | st.integers(-60, 5 * 24 * 60)
cases = st.tuples(st.sampled_from(sorted(LADDERS)), start, st.none() | length).map(
    lambda case: (case[0], case[1], case[1] + case[2] * MINUTE if case[2] is not None else None)
)


def test_the_sql_agrees_with_a_walk_through_the_minutes(warehouse):
    @settings(
        max_examples=6, deadline=None, database=None, derandomize=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
    )  # fmt: skip
    @given(st.lists(cases.filter(lambda case: (case[2] or AS_AT) <= AS_AT), min_size=50, max_size=50))
    def agrees(several: list) -> None:
        for case, found in zip(several, by_sql(warehouse, several), strict=True):
            assert found == by_hand(*case), case

    agrees()
