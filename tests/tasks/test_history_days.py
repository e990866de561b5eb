"""Which days a load of history takes, what it says on the way, and that it goes on where it stopped."""

import logging
from dataclasses import replace
from datetime import date, timedelta

import pytest

from readiness.errors import ReadinessError
from readiness.ledger import BatchEntry, Ledger
from readiness.periods import day_moment
from readiness.sources import FileRefused
from readiness.tasks import daily
from readiness.tasks.history_days import history_days, with_progress


def test_every_day_week_or_month_end_and_always_the_last_day():
    first, last = date(2024, 1, 15), date(2024, 3, 20)
    assert len(history_days(first, last)) == 17 + 29 + 20
    assert history_days(first, date(2024, 2, 5), "week") == [
        date(2024, 1, 15),
        date(2024, 1, 22),
        date(2024, 1, 29),
        date(2024, 2, 5),
    ]
    assert history_days(first, date(2024, 1, 24), "week")[-2:] == [date(2024, 1, 22), date(2024, 1, 24)]
    assert history_days(first, last, "month-end") == [date(2024, 1, 31), date(2024, 2, 29), last]
    assert history_days(first, date(2024, 2, 29), "month-end") == [date(2024, 1, 31), date(2024, 2, 29)]
    assert history_days(first, first, "month-end") == [first]
    assert len(history_days(date(2016, 11, 1), date(2026, 10, 31), "month-end")) == 120


def test_days_that_cannot_be_meant_are_refused():
    with pytest.raises(ReadinessError, match="comes before the first"):
        history_days(date(2024, 2, 1), date(2024, 1, 31))
    with pytest.raises(ReadinessError, match="not for every 'year'"):
        history_days(date(2024, 2, 1), date(2024, 2, 2), "year")


def test_the_log_says_how_far_a_feed_has_come_and_how_long_the_rest_takes(caplog):
    days = history_days(date(2017, 1, 1), date(2026, 12, 31), "month-end")
    seconds = 0.0

    def clock() -> float:
        return seconds

    with caplog.at_level(logging.INFO, "readiness"):
        for _ in with_progress("contacts", days, days[20:], clock):
            seconds += 8
    assert caplog.messages[0] == "contacts: 23 of 120 days, up to 30 November 2018; about 13 minutes left"
    assert caplog.messages[-2].endswith("; less than a minute left")
    assert caplog.messages[-1] == "contacts: 120 of 120 days, up to 31 December 2026"
    assert len(caplog.messages) == 34


def test_a_source_that_cannot_be_looked_at_is_left_to_the_loads_which_note_it(home, monkeypatch):
    """A task that failed before its load would leave no reason in the ledger."""
    unclear = home.home.parent / "unclear"
    for name in ("no day", "neither"):
        (unclear / name).mkdir(parents=True)
        (unclear / name / "ssd_contacts.csv").write_text("cont_contact_id\n", encoding="utf-8")
    installation = replace(home, case_system=str(unclear))
    monkeypatch.setattr(daily, "settings", lambda: installation)
    with pytest.raises(FileRefused, match="have no date in their name"):
        daily.load_feed("contacts", daily.asked_day({"dag_run": type("Run", (), {"conf": {}})}))
    (entry,) = Ledger(installation).batches()
    assert (entry.status, "have no date in their name" in entry.message) == ("stopped", True)


def test_an_interrupted_history_goes_on_after_the_newest_day(home, monkeypatch):
    monkeypatch.setattr(daily, "settings", lambda: home)
    context = {"dag_run": type("Run", (), {"conf": {"from": "2024-01-01", "to": "2024-04-30", "every": "month-end"}})}
    days = daily.asked_days(context)
    assert [day.month for day in days] == [1, 2, 3, 4]
    ledger = Ledger(home)
    ledger.record_batch(BatchEntry("contacts", days[1], day_moment(days[1]), "loaded"))
    ledger.record_batch(BatchEntry("contacts", days[2], day_moment(days[2]), "stopped", message="gone"))
    loaded = []

    def load(feed: str, day: date) -> dict:
        loaded.append(day)
        return {"accepted": 2}

    monkeypatch.setattr(daily, "load_feed", load)
    assert daily.load_feed_days("contacts", days) == {"feed": "contacts", "days": 2, "accepted": 4}
    assert loaded == days[2:]
    assert daily.asked_days({"dag_run": type("Run", (), {"conf": {"from": "2024-01-01", "to": "2024-01-03"}})}) == [
        date(2024, 1, 1) + timedelta(days=n) for n in range(3)
    ]
