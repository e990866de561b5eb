"""Dates that are not written year first: 03/04/2026 is the third of April or the fourth of March.

Nobody can tell from one value, but a whole column often does: one 25/04/2026 among them, and the first number is the
day. Where a column leaves both readings open it is refused, not guessed, unless the council's profile says how it is
meant. Years of two digits are never read.
"""

from typing import Literal

import pandas as pd

from readiness.sources.borders import SourceChanged

DateOrder = Literal["day_first", "month_first"]

TIME = r"(?:[ T]+(?P<time>\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?))?"
NUMBERS = rf"(?P<first>\d{{1,2}})[/.-](?P<second>\d{{1,2}})[/.-](?P<year>\d{{4}}){TIME}"
NAMED = rf"(?P<first>\d{{1,2}})(?:st|nd|rd|th)?[ -](?P<second>[A-Za-z]{{3,9}})[ -](?P<year>\d{{4}}){TIME}"
ENOUGH = 3
"""Fewer dates in doubt are left unread, and their rows go to quarantine; they say nothing of the column."""

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def is_otherwise_written(text: pd.Series) -> pd.Series:
    """Where a value has the form of a date that is not written year first."""
    return (text.str.fullmatch(NUMBERS) | text.str.fullmatch(NAMED)).fillna(False).astype(bool)


def in_iso(text: pd.Series, order: DateOrder | None, column: str, filled: int) -> pd.Series:
    """The dates written year first; missing where they cannot be, or where nobody can say how.

    text: values for which `is_otherwise_written`. order: as the profile says. column: for messages. filled: how many
    values the column has in all; if most of them (at least ENOUGH) could be read in two ways, SourceChanged is raised.
    """
    parts = text.str.extract(f"^{NUMBERS}$")
    named = text.str.extract(f"^{NAMED}$")
    is_named = named.year.notna()
    first, second = pd.to_numeric(parts["first"]), pd.to_numeric(parts["second"])
    only_day_first = (second <= 12) & (first > 12)
    only_month_first = (first <= 12) & (second > 12)
    is_open = (first <= 12) & (second <= 12) & (first != second)
    order = order or _told(only_day_first.any(), only_month_first.any())
    if order is None and is_open.any():
        undecided = int((is_open | only_day_first | only_month_first).sum())
        if undecided >= ENOUGH and undecided * 2 > filled:
            raise SourceChanged(_two_readings(column, bool(only_day_first.any()), undecided, filled))
        first = first.mask(is_open | only_day_first | only_month_first)
    day, month = (second, first) if order == "month_first" else (first, second)
    day = day.where(~is_named, pd.to_numeric(named["first"]))
    month = month.where(~is_named, named["second"].str[:3].str.lower().map({m: n for n, m in enumerate(MONTHS, 1)}))
    year, time = parts.year.where(~is_named, named.year), parts.time.where(~is_named, named.time)
    is_whole = day.notna() & month.between(1, 12) & year.notna()
    days = year[is_whole].astype("str") + _two_digits(month[is_whole]) + _two_digits(day[is_whole])
    hours = time[is_whole].fillna("").astype("str").str.replace(r"^(\d):", r"0\1:", regex=True)
    is_a_day = pd.to_datetime(days, format="%Y-%m-%d", errors="coerce").notna()
    return (days + " " + hours).str.strip()[is_a_day].reindex(text.index)


def _two_digits(numbers: pd.Series) -> pd.Series:
    return "-" + numbers.astype("int64").astype("str").str.zfill(2)


def _told(some_day_first: bool, some_month_first: bool) -> DateOrder | None:
    if some_day_first == some_month_first:
        return None
    return "day_first" if some_day_first else "month_first"


def _two_readings(column: str, is_mixed: bool, undecided: int, filled: int) -> str:
    why = (
        "some of its dates can only have the day first and some only the month"
        if is_mixed
        else "none of them has a day above the twelfth that would tell day from month"
    )
    return (
        f"{column} holds dates that could be read in two ways ({undecided:,} of {filled:,} values): {why}. Nothing was "
        "loaded. Write dates as YYYY-MM-DD in the export, or say in profile.yaml which is meant: date_order: day_first."
    )
