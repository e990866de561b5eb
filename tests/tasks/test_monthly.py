"""Which knowledge a report uses, and which feeds it lacks."""

from datetime import date, datetime
from types import SimpleNamespace

import pytest

from readiness.contracts import load_contracts
from readiness.errors import ReadinessError
from readiness.ledger import BatchEntry, Ledger, ReportEntry
from readiness.periods import Month, day_moment
from readiness.tasks.monthly import as_at_moment, check_completeness, feeds_missing

OCTOBER = Month(2026, 10)
THIRD, SIXTH = date(2026, 11, 3), date(2026, 11, 6)


@pytest.fixture
def ledger(home) -> Ledger:
    ledger = Ledger(home)
    for day in (THIRD, SIXTH):
        for feed in load_contracts():
            ledger.record_batch(BatchEntry(feed, day, day_moment(day), "loaded"))
    return ledger


def test_nothing_loaded_is_said_in_words(home):
    with pytest.raises(ReadinessError, match="Nothing has been loaded"):
        as_at_moment(Ledger(home), OCTOBER, None)


def test_a_month_never_reported_uses_the_newest_batch(ledger):
    assert as_at_moment(ledger, OCTOBER, None) == day_moment(SIXTH)


def test_a_month_reported_before_keeps_its_as_at(ledger):
    ledger.record_report(
        ReportEntry("2026-10", 1, "h", day_moment(THIRD), False, "not_ready", (), datetime(2026, 11, 4))
    )
    assert as_at_moment(ledger, OCTOBER, None) == day_moment(THIRD)


def test_a_month_reported_while_a_feed_was_stopped_moves_on_to_the_newest_batch(ledger):
    ledger.record_batch(BatchEntry("visits", THIRD, day_moment(THIRD), "stopped"))
    ledger.record_report(
        ReportEntry("2026-10", 1, "h", day_moment(THIRD), False, "not_ready", ("visits",), datetime(2026, 11, 4))
    )
    assert as_at_moment(ledger, OCTOBER, None) == day_moment(SIXTH)


def test_a_feed_that_the_source_never_had_does_not_move_the_as_at(ledger):
    ledger.record_batch(BatchEntry("visits", THIRD, day_moment(THIRD), "absent"))
    ledger.record_report(
        ReportEntry("2026-10", 1, "h", day_moment(THIRD), False, "not_ready", ("visits",), datetime(2026, 11, 4))
    )
    assert as_at_moment(ledger, OCTOBER, None) == day_moment(THIRD)


def test_an_as_at_means_the_newest_batch_up_to_that_day(ledger):
    assert as_at_moment(ledger, OCTOBER, "2026-11-05") == day_moment(THIRD)
    assert as_at_moment(ledger, OCTOBER, "2026-11-20") == day_moment(SIXTH)


def test_an_as_at_before_the_first_batch_is_its_own_end_of_day(ledger):
    assert as_at_moment(ledger, OCTOBER, "2026-10-31") == day_moment(date(2026, 10, 31))


def test_a_feed_that_stopped_or_is_absent_is_missing(ledger):
    ledger.record_batch(BatchEntry("visits", SIXTH, day_moment(SIXTH), "stopped"))
    ledger.record_batch(BatchEntry("absences", SIXTH, day_moment(SIXTH), "absent"))
    assert feeds_missing(ledger, day_moment(SIXTH)) == ["absences", "visits"]
    assert feeds_missing(ledger, day_moment(THIRD)) == []


def test_a_reconstructed_as_at_is_answered_from_the_first_batch(ledger):
    assert feeds_missing(ledger, day_moment(date(2026, 10, 31))) == []


def test_a_feed_without_a_table_or_a_row_of_its_own_is_missing_though_it_was_loaded(ledger):
    ledger.record_batch(BatchEntry("visits", SIXTH, day_moment(SIXTH), "loaded", message="no table ssd_cp_visits"))
    assert feeds_missing(ledger, day_moment(SIXTH)) == ["visits"]


def test_a_reconstructed_report_keeps_its_as_at(ledger):
    before_the_first_batch = day_moment(date(2026, 11, 1))
    ledger.record_report(
        ReportEntry("2026-10", 1, "h", before_the_first_batch, True, "not_ready", (), datetime(2026, 11, 7))
    )
    assert as_at_moment(ledger, OCTOBER, None) == before_the_first_batch


def test_a_month_reported_before_it_was_over_moves_on_to_the_newest_batch(ledger):
    ledger.record_report(
        ReportEntry("2026-11", 1, "h", day_moment(THIRD), False, "not_ready", (), datetime(2026, 11, 4))
    )
    assert as_at_moment(ledger, Month(2026, 11), None) == day_moment(SIXTH)


def test_a_month_that_has_not_begun_is_refused(ledger, home, monkeypatch):
    monkeypatch.setattr("readiness.tasks.monthly.settings", lambda: home)
    run = SimpleNamespace(conf={"month": "2027-03"})
    with pytest.raises(ReadinessError, match="March 2027 begins after 06 November 2026.*October 2026"):
        check_completeness({"dag_run": run})
