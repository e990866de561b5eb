"""Working days against the hand-computed vectors of the field, and against a day-by-day count."""

from datetime import date, datetime, timedelta
from typing import get_args

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness import calendar
from readiness.profile import OfficeHours, Rule, WorkingDays

DEFAULT = WorkingDays()
TABLE = calendar.days(date(2009, 1, 1), date(2027, 12, 31), DEFAULT).set_index("on_date")


def working_days(start: date, stop: date) -> int:
    return int(TABLE.working_day_number[stop] - TABLE.working_day_number[start])


@pytest.mark.parametrize(
    ("start", "stop", "expected"),
    [
        (date(2024, 1, 8), date(2024, 1, 8), 0),
        (date(2024, 1, 5), date(2024, 1, 8), 1),
        (date(2024, 1, 6), date(2024, 1, 8), 1),
        (date(2024, 1, 8), date(2024, 1, 13), 4),
        (date(2024, 3, 28), date(2024, 4, 2), 1),
        (date(2011, 4, 28), date(2011, 5, 3), 1),
    ],
    ids=["same day", "over a weekend", "from a Saturday", "to a Saturday", "over Easter", "royal wedding and May Day"],
)
def test_working_days_lie_in_the_half_open_interval(start, stop, expected):
    assert working_days(start, stop) == expected


def test_the_weekday_bank_holidays_around_the_letter_are_known():
    in_2011 = [day for day in calendar.bank_holidays(2011, 2011) if day.weekday() < 5]
    assert in_2011 == [
        date(2011, 1, 3), date(2011, 4, 22), date(2011, 4, 25), date(2011, 4, 29), date(2011, 5, 2),
        date(2011, 5, 30), date(2011, 8, 29), date(2011, 12, 26), date(2011, 12, 27),
    ]  # fmt: skip


@given(st.dates(date(2009, 1, 1), date(2027, 12, 31)), st.integers(0, 400))
def test_working_days_equal_a_count_day_by_day(start, length):
    stop = min(start + timedelta(days=length), date(2027, 12, 31))
    off = set(calendar.bank_holidays(2009, 2027))
    each = (start + timedelta(days=n) for n in range(1, (stop - start).days + 1))
    assert working_days(start, stop) == sum(day.weekday() < 5 and day not in off for day in each)


def test_a_council_may_count_bank_holidays_and_close_on_days_of_its_own():
    rule = WorkingDays(rule="bank_holidays_count", closure_days=(date(2024, 1, 3),))
    table = calendar.days(date(2024, 1, 1), date(2024, 1, 5), rule)
    assert list(table.is_working_day) == [True, True, False, True, True]
    assert "bank holidays included and 1 local closure days" in rule.in_words()


def test_months_are_summed_up():
    february = calendar.months(calendar.days(date(2024, 1, 1), date(2024, 3, 31), DEFAULT)).iloc[1]
    assert (february.month, february.first_on, february.last_on) == ("2024-02", date(2024, 2, 1), date(2024, 2, 29))
    assert (february.days_in_month, february.last_working_day_number) == (29, 22 + 21)


def test_the_fifth_working_day_of_november_2026_is_friday_the_sixth():
    assert calendar.working_day(date(2026, 11, 1), 5, DEFAULT) == date(2026, 11, 6)


def by_rule(rule: str):
    """The working days that a limit counts between two dates, by a rule of the profile."""
    table = calendar.days(date(2023, 12, 1), date(2024, 6, 30), WorkingDays(rule=rule)).set_index("on_date")
    return lambda start, stop: int(table.stop_number[stop] - table.start_number[start])


@pytest.mark.parametrize(
    ("rule", "counts"),
    [
        ("default", [0, 1, 1, 4, 1]),
        ("bank_holidays_count", [0, 1, 1, 4, 3]),
        ("start_day_included", [1, 2, 1, 5, 2]),
        ("start_day_is_day_one", [1, 2, 2, 5, 2]),
        ("stop_day_excluded", [0, 1, 0, 5, 3]),
    ],
)
def test_each_rule_counts_the_vectors_of_the_field(rule, counts):
    """Domain 1c: Mon 8 -> Mon 8, Fri 5 -> Mon 8, Sat 6 -> Mon 8, Mon 8 -> Sat 13 January, Thu 28 March -> Tue 2 April
    2024 over Easter."""
    vectors = [
        (date(2024, 1, 8), date(2024, 1, 8)),
        (date(2024, 1, 5), date(2024, 1, 8)),
        (date(2024, 1, 6), date(2024, 1, 8)),
        (date(2024, 1, 8), date(2024, 1, 13)),
        (date(2024, 3, 28), date(2024, 4, 2)),
    ]
    assert [by_rule(rule)(*vector) for vector in vectors] == counts


@given(st.dates(date(2023, 12, 1), date(2024, 5, 31)), st.integers(0, 30))
def test_leaving_out_the_stop_is_what_numpy_does(start, length):
    stop = start + timedelta(days=length)
    assert by_rule("stop_day_excluded")(start, stop) == np.busday_count(start, stop)


@given(st.dates(date(2023, 12, 1), date(2024, 4, 30)), st.integers(2, 30))
def test_day_one_is_what_a_business_day_offset_of_one_less_does(start, limit):
    count = by_rule("start_day_is_day_one")
    offset = pd.offsets.CustomBusinessDay(limit - 1, holidays=calendar.bank_holidays(2023, 2024))
    due = (pd.Timestamp(start) + offset).date()
    assert count(start, due) == limit and count(start, due - timedelta(days=1)) == limit - 1


@pytest.mark.parametrize("rule", get_args(Rule))
def test_every_rule_has_words_and_closure_days(rule):
    table = calendar.days(date(2024, 1, 2), date(2024, 1, 5), WorkingDays(rule=rule, closure_days=(date(2024, 1, 3),)))
    assert list(table.is_working_day) == [True, False, True, True]
    assert (
        "1 local closure days. The day on which the clock starts is"
        in WorkingDays(rule=rule, closure_days=(date(2024, 1, 3),)).in_words()
    )


def test_london_days_and_office_hours_are_kept_in_seconds():
    """Sun 31 March 2024 has 23 hours; Good Friday and Easter Monday are closed; Tuesday opens at 08:00 UTC."""
    table = calendar.days(date(2024, 3, 28), date(2024, 4, 2), DEFAULT).set_index("on_date")
    assert list((table.ends_second - table.starts_second) // 3600) == [24, 24, 24, 23, 24, 24]
    assert list(table.open_seconds) == [28800, 0, 0, 0, 0, 28800]
    assert list(table.open_seconds_before) == [0, 28800, 28800, 28800, 28800, 28800]
    tuesday = table.loc[date(2024, 4, 2)]
    opens = (datetime(2024, 4, 2, 8) - datetime(1900, 1, 1)).total_seconds()
    assert (tuesday.opens_second, tuesday.closes_second) == (opens, opens + 28800)
    assert pd.isna(table.opens_second[date(2024, 3, 29)])


def test_every_office_second_lies_in_one_day_of_its_block():
    hours = OfficeHours(monday="00:00-24:00", wednesday=None, saturday="10:00-12:00")
    table = calendar.days(date(2024, 1, 1), date(2024, 2, 29), DEFAULT, hours)
    found = calendar.office_days(table)
    for second in range(0, int(table.open_seconds.sum()), 977):
        block = found[found.block == second // calendar.BLOCK_SECONDS]
        assert ((block.seconds_before <= second) & (second < block.seconds_by)).sum() == 1
        assert ((block.seconds_before < second) & (second <= block.seconds_by)).sum() == (second > 0)


@pytest.mark.parametrize("hours", ["9-17", "17:00-09:00", "09:00-24:01", "09:00"])
def test_office_hours_must_be_hours(hours):
    with pytest.raises(ValueError, match="HH:MM|opens before"):
        OfficeHours(monday=hours)
