"""Days and times of day: working days by number, and moments that look like a council's.

Days are numpy datetime64[D], moments datetime64[s]: naive London time, as case systems keep it. Midnight means that the
time of day is not known.
"""

from datetime import date

import numpy as np

from readiness.calendar import days as calendar_days
from readiness.demo.chance import coin
from readiness.profile import WorkingDays

DAY = "datetime64[D]"
MOMENT = "datetime64[s]"
NEVER = np.datetime64("NaT")
"""A day or moment that does not come, or is not known."""


def on(moments: np.ndarray) -> np.ndarray:
    """The days of moments."""
    return moments.astype(DAY)


def at_midnight(days: np.ndarray) -> np.ndarray:
    return days.astype(MOMENT)


def minute_of_day(moments: np.ndarray) -> np.ndarray:
    return (moments - on(moments)).astype("timedelta64[m]").astype(int)


def days_later(days: np.ndarray, counts: np.ndarray | int) -> np.ndarray:
    """Calendar days later; fractions are dropped."""
    return days + np.asarray(counts).astype("timedelta64[D]")


def minutes_later(moments: np.ndarray, minutes: np.ndarray) -> np.ndarray:
    return moments + np.asarray(minutes).astype("timedelta64[m]").astype("timedelta64[s]")


class WorkingCalendar:
    """Working days from `first` to `last`: Monday to Friday without the bank holidays of England and Wales."""

    def __init__(self, first: date, last: date) -> None:
        table = calendar_days(first, last, WorkingDays())
        self._first = np.datetime64(first, "D")
        self._is_working = table.is_working_day.to_numpy()
        self._number = table.working_day_number.to_numpy()
        self._dates = table.on_date.to_numpy().astype(DAY)[self._is_working]

    def _row(self, days: np.ndarray) -> np.ndarray:
        return np.clip((days - self._first).astype(int), 0, len(self._number) - 1)

    def is_working(self, days: np.ndarray) -> np.ndarray:
        return self._is_working[self._row(days)]

    def add(self, days: np.ndarray, counts: np.ndarray | int) -> np.ndarray:
        """The day on which `counts` working days have passed; 0 is the day itself, be it a working day or not."""
        target = self._number[self._row(days)] + np.asarray(counts)
        later = self._dates[np.clip(target - 1, 0, len(self._dates) - 1)]
        return np.where(np.asarray(counts) == 0, days, later)

    def on_or_after(self, days: np.ndarray) -> np.ndarray:
        return np.where(self.is_working(days), days, self.add(days, 1))

    def on_or_before(self, days: np.ndarray) -> np.ndarray:
        return self._dates[np.clip(self._number[self._row(days)] - 1, 0, len(self._dates) - 1)]


def in_office_hours(rng: np.random.Generator, days: np.ndarray) -> np.ndarray:
    """A moment of each day between 08:40 and 17:40."""
    return minutes_later(at_midnight(days), rng.integers(8 * 60 + 40, 17 * 60 + 40, len(days)))


def at_any_hour(rng: np.random.Generator, days: np.ndarray, share_in_office_hours: float) -> np.ndarray:
    """A moment of each day: in office hours, or in the evening and night. Never in the hour that spring takes away."""
    evening_and_night = (rng.triangular(17 * 60 + 40, 20 * 60, 32 * 60 + 40, len(days)) % (24 * 60)).astype(int)
    minutes = np.where(
        rng.random(len(days)) < share_in_office_hours,
        rng.integers(8 * 60 + 40, 17 * 60 + 40, len(days)),
        np.maximum(evening_and_night, 1),
    )
    return out_of_the_spring_gap(minutes_later(at_midnight(days), minutes))


def out_of_the_spring_gap(moments: np.ndarray) -> np.ndarray:
    """01:00 to 01:59 of the last Sunday in March does not exist in London; such moments move on by an hour."""
    days = on(moments)
    months = days.astype("datetime64[M]")
    is_march = months.astype(int) % 12 == 2
    is_sunday = (days.astype(int) + 4) % 7 == 0
    is_last_week = (days - months.astype(DAY)).astype(int) >= 24
    missing = is_march & is_sunday & is_last_week & (minute_of_day(moments) // 60 == 1)
    return np.where(missing, minutes_later(moments, np.full(len(moments), 60)), moments)


def follow_up(
    rng: np.random.Generator,
    calendar: WorkingCalendar,
    moments: np.ndarray,
    share_in_time: float | np.ndarray,
    mean_days_late: float,
    same_day: float = 0.5,
) -> np.ndarray:
    """A moment after each of `moments` at which something was followed up by an office that works in office hours.

    With the probability `share_in_time` within one working day (`same_day` of those that came before 16:00 on a working
    day are done on that day), else later: two working days and a tail of `mean_days_late` more on average.
    """
    size = len(moments)
    days, minutes = on(moments), minute_of_day(moments)
    is_in_time = coin(rng, share_in_time, size)
    is_today = is_in_time & calendar.is_working(days) & (minutes < 16 * 60) & coin(rng, same_day, size)
    late = 1 + rng.geometric(1 / (1 + mean_days_late), size)
    later = in_office_hours(rng, calendar.add(days, np.where(is_in_time, 1, np.minimum(late, 60))))
    begins = np.maximum(minutes + 5, 8 * 60 + 50)
    today = minutes_later(at_midnight(days), begins + rng.random(size) * np.maximum(18 * 60 - begins, 1))
    return np.where(is_today, today, later)
