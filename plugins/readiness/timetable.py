"""When the monthly report is due: the Nth working day of the next month, at nine in the morning in London."""

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from airflow.sdk import timezone
from airflow.timetables.base import DagRunInfo, DataInterval, TimeRestriction, Timetable

from readiness.periods import LONDON, Month, day_of, naive_utc

AT = time(9)


class WorkingDayTimetable(Timetable):
    """Runs once a month; the interval of a run is the month it reports, in London time.

    working_day: 1 is the first working day of the month after. Bank holidays and closure days are those of the
    profile when the run is planned.
    """

    description = "Monthly, on a working day of the next month"

    def __init__(self, working_day: int = 5) -> None:
        self.working_day = working_day

    @property
    def summary(self) -> str:
        return f"Working day {self.working_day} of the next month, {AT:%H:%M}"

    def serialize(self) -> dict[str, Any]:
        return {"working_day": self.working_day}

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> "WorkingDayTimetable":
        return cls(**data)

    def infer_manual_data_interval(self, *, run_after: datetime) -> DataInterval:
        return DataInterval.exact(timezone.coerce_datetime(run_after))

    def next_dagrun_info(
        self, *, last_automated_data_interval: DataInterval | None, restriction: TimeRestriction
    ) -> DagRunInfo | None:
        if last_automated_data_interval is not None:
            month = Month.of(_london_day(last_automated_data_interval.start)).shift(1)
            if not restriction.catchup:
                month = self._without_backlog(month)
        elif restriction.earliest is None:
            return None
        elif restriction.catchup:
            month = Month.of(_london_day(restriction.earliest))
        else:
            month = self._next_due(max(restriction.earliest, timezone.utcnow()))
        if restriction.latest is not None and self.due_at(month) > restriction.latest:
            return None
        return DagRunInfo(
            run_after=self.due_at(month),
            data_interval=DataInterval(_london_midnight(month.first_on), _london_midnight(month.shift(1).first_on)),
        )

    def _next_due(self, moment: datetime) -> Month:
        """The first month whose report is due at or after `moment`."""
        month = Month.of(_london_day(moment)).shift(-2)
        while self.due_at(month) < moment:
            month = month.shift(1)
        return month

    def _without_backlog(self, month: Month) -> Month:
        """Of several months that have come due meanwhile (the scheduler was away), only the latest is reported."""
        while self.due_at(month.shift(1)) <= timezone.utcnow():
            month = month.shift(1)
        return month

    def due_at(self, month: Month) -> datetime:
        """When the report of `month` is due."""
        from readiness.calendar import working_day
        from readiness.profile import load_profile
        from readiness.settings import Settings

        rule = load_profile(Settings.from_environment().authority).working_days
        due_on = working_day(month.shift(1).first_on, self.working_day, rule)
        return timezone.coerce_datetime(datetime.combine(due_on, AT, LONDON).astimezone(UTC))


def _london_day(moment: datetime) -> date:
    return day_of(naive_utc(moment))


def _london_midnight(day: date) -> datetime:
    return timezone.coerce_datetime(datetime.combine(day, time(), LONDON).astimezone(UTC))


def monthly_timetable(authority: Path) -> WorkingDayTimetable:
    """The timetable on the working day that the profile names."""
    from readiness.profile import load_profile

    return WorkingDayTimetable(load_profile(authority).report_on_working_day)
