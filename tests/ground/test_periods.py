from datetime import date, datetime

import pytest

from readiness.errors import ReadinessError
from readiness.periods import Month, day_moment, day_of, latest_closed_month, parse_day


def test_a_month_knows_its_days_and_neighbours():
    month = Month.parse("2011-12")
    assert (month.first_on, month.last_on) == (date(2011, 12, 1), date(2011, 12, 31))
    assert str(month.shift(1)) == "2012-01"
    assert [str(m) for m in month.until(Month(2012, 2))] == ["2011-12", "2012-01", "2012-02"]


@pytest.mark.parametrize("text", ["2026", "2026-13", "26-10", "October"])
def test_what_is_not_a_month_is_refused_in_words(text):
    with pytest.raises(ReadinessError, match="YYYY-MM"):
        Month.parse(text)


def test_what_is_not_a_day_is_refused_in_words():
    with pytest.raises(ReadinessError, match="YYYY-MM-DD"):
        parse_day("6 November")


def test_a_day_ends_in_london_not_in_utc():
    assert day_moment(date(2026, 7, 1)) == datetime(2026, 7, 1, 22, 59, 59)
    assert day_moment(date(2026, 12, 1)) == datetime(2026, 12, 1, 23, 59, 59)
    assert day_of(datetime(2026, 6, 30, 23, 30)) == date(2026, 7, 1)


def test_the_latest_closed_month_follows_the_newest_batch():
    assert str(latest_closed_month(day_moment(date(2011, 7, 1)))) == "2011-06"
    assert str(latest_closed_month(day_moment(date(2026, 10, 31)))) == "2026-09"
