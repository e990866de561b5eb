"""Working days and office hours, as tables: date facts come from here, never from date functions in SQL.

A working day is Monday to Friday, not a bank holiday of England and Wales, not a closure day of the council. Working
days between two dates are those in the half-open interval (start, stop], so that the start is day 0 (design 4), unless
the council counts by another rule.

Moments are also numbers here: seconds since 1900-01-01 00:00 UTC. A London day begins and ends at London midnight.
"""

from datetime import date, timedelta

import holidays
import numpy as np
import pandas as pd

from readiness.periods import LONDON
from readiness.profile import OfficeHours, WorkingDays

EPOCH = pd.Timestamp(1900, 1, 1)
BLOCK_SECONDS = 10 * 60 * 60


def bank_holidays(first_year: int, last_year: int) -> list[date]:
    """Bank holidays of England and Wales, one-off days included, substitute days where they fall on a weekend."""
    return sorted(holidays.country_holidays("GB", subdiv="ENG", years=range(first_year, last_year + 1)))


def days(first_on: date, last_on: date, rule: WorkingDays, hours: OfficeHours | None = None) -> pd.DataFrame:
    """One row per date: on_date, day_number (days since 1900-01-01), working_day_number (working days up to and
    including the date, from the first row), is_working_day, month ('YYYY-MM'), month_number, day_of_month,
    days_in_month.

    By the council's rule, a limit has used up `stop_number` of the stop minus `start_number` of the start working days;
    has_counted says that stop_number is higher than the day before.

    In seconds (see above): starts_second and ends_second of the London day, opens_second and closes_second of the
    office (NULL while it is closed), open_seconds of the day, and open_seconds_before it, from the first row.
    """
    dates = pd.date_range(first_on, last_on)
    off = list(rule.closure_days)
    if not rule.has_bank_holidays:
        off += bank_holidays(first_on.year, last_on.year)
    is_off = dates.isin(pd.to_datetime(off))
    is_working_day = (dates.day_of_week < 5) & ~is_off
    number = np.cumsum(is_working_day)
    start_number, stop_number = _counted(number, is_working_day, rule)
    table = pd.DataFrame(
        {
            "on_date": dates.date,
            "day_number": (dates - EPOCH).days,
            "working_day_number": number,
            "is_working_day": is_working_day,
            "start_number": start_number,
            "stop_number": stop_number,
            "has_counted": np.diff(stop_number, prepend=0) > 0,
            "month": dates.strftime("%Y-%m"),
            "month_number": dates.year * 12 + dates.month - 1,
            "day_of_month": dates.day,
            "days_in_month": dates.days_in_month,
        }
    )
    return pd.concat([table, _seconds(dates, is_off, hours or OfficeHours())], axis=1)


def _counted(number: np.ndarray, is_working_day: np.ndarray, rule: WorkingDays) -> tuple[np.ndarray, np.ndarray]:
    """The numbers from which and up to which a limit counts working days, by rule."""
    before = number - is_working_day
    match rule.rule:
        case "start_day_included":
            return before, number
        case "start_day_is_day_one":
            return number - 1, number
        case "stop_day_excluded":
            return before, before
    return number, number


def _seconds(dates: pd.DatetimeIndex, is_off: np.ndarray, hours: OfficeHours) -> pd.DataFrame:
    week = [(0, 0) if each is None else each for each in hours.of_week()]
    opens, closes = (
        _second(dates + pd.to_timedelta(np.array([day[end] for day in week])[dates.day_of_week], unit="min"))
        for end in (0, 1)
    )
    open_seconds = np.where(is_off, 0, closes - opens)
    is_open = pd.Series(open_seconds > 0)
    return pd.DataFrame(
        {
            "starts_second": _second(dates),
            "ends_second": _second(dates + timedelta(days=1)),
            "opens_second": pd.Series(opens, dtype="Int64").where(is_open),
            "closes_second": pd.Series(closes, dtype="Int64").where(is_open),
            "open_seconds": open_seconds,
            "open_seconds_before": np.cumsum(open_seconds) - open_seconds,
        }
    )


def _second(london: pd.DatetimeIndex) -> np.ndarray:
    """London times as numbers of seconds; of the repeated October hour the first, of the missing March hour its end."""
    is_first = np.ones(len(london), dtype=bool)
    moments = london.tz_localize(LONDON, ambiguous=is_first, nonexistent="shift_forward").tz_convert("UTC")
    return np.asarray((moments.tz_localize(None) - EPOCH) // pd.Timedelta(seconds=1), dtype=np.int64)


def office_days(calendar_days: pd.DataFrame) -> pd.DataFrame:
    """To find the day on which so many office seconds have passed: block (each ten hours of office time are one),
    opens_second, seconds_before and seconds_by (office seconds passed when the day opens and closes). A day has a row
    in every block that it touches."""
    open_days = calendar_days[calendar_days.open_seconds > 0]
    before = open_days.open_seconds_before.to_numpy()
    by = before + open_days.open_seconds.to_numpy()
    table = pd.DataFrame(
        {"opens_second": open_days.opens_second.to_numpy(dtype=np.int64), "seconds_before": before, "seconds_by": by}
    )
    blocks = by // BLOCK_SECONDS - before // BLOCK_SECONDS + 1
    table = table.loc[table.index.repeat(blocks)]
    place = table.groupby(level=0).cumcount()
    table.insert(0, "block", table.seconds_before // BLOCK_SECONDS + place)
    return table.reset_index(drop=True)


def months(calendar_days: pd.DataFrame) -> pd.DataFrame:
    """One row per month of `days`: month, month_number, first_on, last_on, first_day_number, last_day_number,
    days_in_month, last_working_day_number."""
    return calendar_days.groupby(["month", "month_number"], as_index=False).agg(
        first_on=("on_date", "first"),
        last_on=("on_date", "last"),
        first_day_number=("day_number", "first"),
        last_day_number=("day_number", "last"),
        days_in_month=("days_in_month", "first"),
        last_working_day_number=("working_day_number", "last"),
    )


def working_day(first_on: date, number: int, rule: WorkingDays) -> date:
    """The `number`-th working day on or after `first_on`."""
    table = days(first_on, date(first_on.year + 1, 12, 31), rule)
    return table.on_date[table.working_day_number == number].iloc[0]
