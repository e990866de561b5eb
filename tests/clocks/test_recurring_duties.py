"""The recurring rule: the example of the catalogue, and the SQL against a walk through the days."""

from datetime import date, timedelta
from itertools import accumulate

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.clocks.recurring import AS_AT, UNITS, ByHand, Duty, slots_by_sql

START = date(2025, 3, 3)


def day(number: int) -> date:
    return START + timedelta(days=number)


def test_the_example_of_the_catalogue(warehouse):
    duty = Duty("each_10_days", START, done=[day(5), day(9), day(32)])
    expected = [
        (day(10), "in_time", day(5)),
        (day(19), "late", day(32)),
        (day(29), "late", day(32)),
        (day(42), "running", None),
    ]
    assert slots_by_sql(warehouse, [duty], as_at=day(35)) == [expected]
    assert ByHand(duty, as_at=day(35)).slots == expected


def test_a_slot_is_settled_on_its_due_date_and_the_next_runs(duckdb_warehouse):
    duty = Duty("each_10_days", START, done=[day(5)])
    assert slots_by_sql(duckdb_warehouse, [duty], as_at=day(9)) == [[(day(10), "running", None)]]
    settled = [(day(10), "in_time", day(5)), (day(15), "running", None)]
    assert slots_by_sql(duckdb_warehouse, [duty], as_at=day(10)) == [settled]


def test_a_duty_that_nobody_does_has_a_slot_each_interval_and_no_open_one_beside(duckdb_warehouse):
    duty = Duty("each_10_days", START)
    assert slots_by_sql(duckdb_warehouse, [duty], as_at=day(35)) == [
        [(day(10), "overdue", None), (day(20), "overdue", None), (day(30), "overdue", None)]
    ]


def test_a_duty_that_ends_before_it_falls_due_has_no_slot(duckdb_warehouse):
    assert slots_by_sql(duckdb_warehouse, [Duty("each_10_days", START, until_on=day(10))], as_at=day(35)) == [[]]


def test_an_end_after_the_as_at_has_not_happened(duckdb_warehouse):
    duty = Duty("each_10_days", START, until_on=day(9))
    assert slots_by_sql(duckdb_warehouse, [duty], as_at=day(8)) == [[(day(10), "running", None)]]


near = st.dates(date(2024, 11, 1), date(2025, 8, 31))
gaps = st.lists(st.sampled_from([1, 2, 5, 7, 8, 9, 10, 10, 11, 14, 15, 28, 30, 31]), max_size=30)


@st.composite
def duties(draw: st.DrawFn) -> Duty:
    clock = draw(st.sampled_from(sorted(UNITS)))
    from_on = draw(st.none() | near)
    until_on = draw(st.none() | st.integers(1, 200).map(lambda days: (from_on or date(2024, 11, 1)) + timedelta(days)))
    first = from_on or date(2025, 1, 1)
    regular = gaps.map(lambda passed: [first + timedelta(days=days) for days in accumulate(passed)])
    done = draw(regular | st.lists(near, max_size=12))
    weekly = draw(st.none() | near.map(lambda first: (first, first + timedelta(days=42))))
    if clock == "each_10_working_days":
        return Duty(clock, from_on, until_on, done, weekly=weekly)
    pauses = draw(st.lists(st.tuples(near, st.integers(0, 45)), max_size=3))
    return Duty(
        clock, from_on, until_on, done, [(first, first + timedelta(days=length)) for first, length in pauses], weekly
    )


def by_due_date(slot: tuple) -> tuple:
    """An order for slots, also of those that a pause has moved to the same due date."""
    due_on, outcome, stopped_on = slot
    return due_on, outcome, stopped_on or date.max


def test_the_sql_agrees_with_a_walk_through_the_days(warehouse):
    @settings(
        max_examples=40, deadline=None, database=None, derandomize=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
    )  # fmt: skip
    @given(st.dates(date(2025, 4, 1), AS_AT), st.lists(duties(), min_size=12, max_size=12))
    def agrees(as_at: date, several: list[Duty]) -> None:
        for duty, found in zip(several, slots_by_sql(warehouse, several, as_at), strict=True):
            assert sorted(found, key=by_due_date) == sorted(ByHand(duty, as_at).slots, key=by_due_date), duty

    agrees()
