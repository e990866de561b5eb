"""When the monthly report is due, without a scheduler."""

from datetime import UTC, datetime

import pytest
from airflow.timetables.base import DataInterval, TimeRestriction

from readiness import timetable
from readiness.timetable import WorkingDayTimetable


def utc(*parts: int) -> datetime:
    return timetable.timezone.coerce_datetime(datetime(*parts, tzinfo=UTC))


@pytest.fixture
def at(monkeypatch):
    """Set the time of day of the scheduler."""
    return lambda *parts: monkeypatch.setattr(timetable.timezone, "utcnow", lambda: utc(*parts))


OPEN = TimeRestriction(earliest=utc(2000, 1, 1), latest=None, catchup=False)


def reported_month(start: datetime, stop: datetime) -> DataInterval:
    return DataInterval(utc(*start), utc(*stop))


def test_october_is_due_on_the_fifth_working_day_of_november_at_nine_in_london(at):
    at(2026, 11, 2)
    info = WorkingDayTimetable(5).next_dagrun_info(last_automated_data_interval=None, restriction=OPEN)
    assert info.run_after == utc(2026, 11, 6, 9)
    assert (info.data_interval.start, info.data_interval.end) == (utc(2026, 9, 30, 23), utc(2026, 11, 1))


def test_bank_holidays_move_the_day(at):
    at(2026, 1, 1)
    info = WorkingDayTimetable(1).next_dagrun_info(last_automated_data_interval=None, restriction=OPEN)
    assert info.run_after == utc(2026, 1, 2, 9)


def test_summer_time_is_london_time(at):
    at(2026, 7, 1)
    info = WorkingDayTimetable(5).next_dagrun_info(last_automated_data_interval=None, restriction=OPEN)
    assert info.run_after == utc(2026, 7, 7, 8)


def test_months_follow_each_other(at):
    at(2026, 11, 6, 9, 1)
    october = reported_month((2026, 9, 30, 23), (2026, 11, 1))
    info = WorkingDayTimetable(5).next_dagrun_info(last_automated_data_interval=october, restriction=OPEN)
    assert info.run_after == utc(2026, 12, 7, 9)


def test_a_report_that_came_due_while_the_scheduler_was_away_is_still_made(at):
    at(2026, 12, 9)
    october = reported_month((2026, 9, 30, 23), (2026, 11, 1))
    info = WorkingDayTimetable(5).next_dagrun_info(last_automated_data_interval=october, restriction=OPEN)
    assert info.run_after == utc(2026, 12, 7, 9)


def test_of_several_that_came_due_only_the_latest_is_made(at):
    at(2027, 3, 1)
    october = reported_month((2026, 9, 30, 23), (2026, 11, 1))
    info = WorkingDayTimetable(5).next_dagrun_info(last_automated_data_interval=october, restriction=OPEN)
    assert info.run_after == utc(2027, 2, 5, 9)


def test_a_first_run_waits_for_the_next_due_day(at):
    at(2026, 11, 6, 9, 1)
    info = WorkingDayTimetable(5).next_dagrun_info(last_automated_data_interval=None, restriction=OPEN)
    assert info.run_after == utc(2026, 12, 7, 9)


def test_the_timetable_survives_serialisation():
    again = WorkingDayTimetable.deserialize(WorkingDayTimetable(3).serialize())
    assert (again.working_day, again.summary) == (3, "Working day 3 of the next month, 09:00")
