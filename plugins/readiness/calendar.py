"""Working days, as tables: date facts come from here, never from date functions in SQL.

A working day is Monday to Friday, not a bank holiday of England and Wales, not a closure day of the council. Working
days between two dates are those in the half-open interval (start, stop], so that the start is day 0 (design 4).
"""

from datetime import date

import holidays
import numpy as np
import pandas as pd

from readiness.profile import WorkingDays

EPOCH = pd.Timestamp(1900, 1, 1)


def bank_holidays(first_year: int, last_year: int) -> list[date]:
    """Bank holidays of England and Wales, one-off days included, substitute days where they fall on a weekend."""
    return sorted(holidays.country_holidays("GB", subdiv="ENG", years=range(first_year, last_year + 1)))


def days(first_on: date, last_on: date, rule: WorkingDays) -> pd.DataFrame:
    """One row per date: on_date, day_number (days since 1900-01-01), working_day_number (working days up to and
    including the date, from the first row), is_working_day, month ('YYYY-MM'), month_number, day_of_month,
    days_in_month."""
    dates = pd.date_range(first_on, last_on)
    off = list(rule.closure_days)
    if rule.rule == "default":
        off += bank_holidays(first_on.year, last_on.year)
    is_working_day = (dates.day_of_week < 5) & ~dates.isin(pd.to_datetime(off))
    return pd.DataFrame(
        {
            "on_date": dates.date,
            "day_number": (dates - EPOCH).days,
            "working_day_number": np.cumsum(is_working_day),
            "is_working_day": is_working_day,
            "month": dates.strftime("%Y-%m"),
            "month_number": dates.year * 12 + dates.month - 1,
            "day_of_month": dates.day,
            "days_in_month": dates.days_in_month,
        }
    )


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
