"""Which day `make report` extracts before it reports."""

from datetime import date

import pytest

from readiness.commands.report import day_to_load
from readiness.contracts import load_contracts
from readiness.ledger import BatchEntry, Ledger
from readiness.periods import Month, day_moment
from readiness.sources import SourceDays

OCTOBER = Month(2026, 10)
TODAY = date(2026, 11, 23)
DATED = SourceDays(date(2024, 5, 1), date(2026, 11, 6))
LIVE = None


@pytest.fixture
def ledger(home) -> Ledger:
    return Ledger(home)


def load(ledger: Ledger, day: date, stopped: tuple[str, ...] = ()) -> None:
    for feed in load_contracts():
        ledger.record_batch(BatchEntry(feed, day, day_moment(day), "stopped" if feed in stopped else "loaded"))


def test_a_dated_source_is_first_read_on_the_day_after_the_month(ledger):
    assert day_to_load(ledger, DATED, OCTOBER, None, TODAY) == date(2026, 11, 1)


def test_a_dated_source_is_read_for_the_as_at(ledger):
    assert day_to_load(ledger, DATED, OCTOBER, date(2026, 11, 6), TODAY) == date(2026, 11, 6)


def test_what_closes_the_month_already_is_not_read_again(ledger):
    load(ledger, date(2026, 11, 3))
    assert day_to_load(ledger, DATED, OCTOBER, None, TODAY) is None


def test_a_feed_that_stopped_is_tried_again(ledger):
    load(ledger, date(2026, 11, 3), stopped=("visits",))
    assert day_to_load(ledger, DATED, OCTOBER, None, TODAY) == date(2026, 11, 3)


def test_history_is_never_loaded_backwards(ledger):
    load(ledger, date(2026, 11, 6))
    assert day_to_load(ledger, DATED, OCTOBER, date(2026, 11, 3), TODAY) is None


def test_a_live_source_is_read_today(ledger):
    assert day_to_load(ledger, LIVE, OCTOBER, None, TODAY) == TODAY
    load(ledger, TODAY)
    assert day_to_load(ledger, LIVE, OCTOBER, None, TODAY) is None


def test_a_live_source_cannot_be_read_for_the_past_but_starts_an_empty_warehouse(ledger):
    past = date(2026, 11, 2)
    assert day_to_load(ledger, LIVE, OCTOBER, past, TODAY) == TODAY
    load(ledger, date(2026, 11, 20))
    assert day_to_load(ledger, LIVE, OCTOBER, past, TODAY) is None
