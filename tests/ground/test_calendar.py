"""Working days against the hand-computed vectors of the field, and against a day-by-day count."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness import calendar
from readiness.profile import WorkingDays

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
