"""Days, months and the moments between them, in the time of the council (Europe/London)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from readiness.errors import ReadinessError

LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month. `str(month)` and the warehouse's `month` columns are 'YYYY-MM'."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> "Month":
        match = re.fullmatch(r"(\d{4})-(\d{2})", str(text).strip())
        if not match or not 1 <= int(match[2]) <= 12:
            raise ReadinessError(f"'{text}' is not a month. Write it as YYYY-MM, for example 2026-10.")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> "Month":
        return cls(day.year, day.month)

    @property
    def first_on(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last_on(self) -> date:
        return self.shift(1).first_on - timedelta(days=1)

    @property
    def index(self) -> int:
        """Months since year 0, as `month_number` in the calendar tables."""
        return self.year * 12 + self.number - 1

    def shift(self, months: int) -> "Month":
        year, number = divmod(self.index + months, 12)
        return Month(year, number + 1)

    def until(self, last: "Month") -> Iterator["Month"]:
        """This month, the next, … up to and including `last`."""
        month = self
        while month <= last:
            yield month
            month = month.shift(1)

    def in_words(self) -> str:
        return f"{self.first_on:%B} {self.year}"

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"


def parse_day(text: str) -> date:
    try:
        return date.fromisoformat(str(text).strip())
    except ValueError:
        raise ReadinessError(f"'{text}' is not a day. Write it as YYYY-MM-DD, for example 2026-11-06.") from None


def day_moment(day: date) -> datetime:
    """The last second of `day` in London, as naive UTC: the moment that a day's extraction shows."""
    return datetime.combine(day, time(23, 59, 59), LONDON).astimezone(UTC).replace(tzinfo=None)


def in_london(moment: datetime) -> datetime:
    """A naive UTC moment in London time."""
    return moment.replace(tzinfo=UTC).astimezone(LONDON)


def day_of(moment: datetime) -> date:
    """The London day of a naive UTC moment."""
    return in_london(moment).date()


def naive_utc(moment: datetime) -> datetime:
    """An aware moment as the warehouse keeps it."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def latest_closed_month(newest_batch: datetime) -> Month:
    """The last month that had ended when the newest batch was extracted."""
    return Month.of(day_of(newest_batch)).shift(-1)
