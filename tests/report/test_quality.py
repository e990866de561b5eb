"""Data quality as it was at the as-at: each feed's state, and the rules that rows broke then."""

from datetime import date

import pandas as pd
import pytest

from readiness.contracts import load_contracts
from readiness.ledger import BatchEntry, Ledger
from readiness.periods import day_moment
from readiness.report import quality_at
from readiness.report.model import DataQuality, FeedQuality

MONDAY, TUESDAY = date(2026, 11, 2), date(2026, 11, 3)


def batch(feed: str, day: date, **changes) -> BatchEntry:
    given = {"status": "loaded", "source_rows": 100, "accepted": 97, "quarantined": 2, "copies": 1, "warnings": 4}
    return BatchEntry(feed=feed, day=day, extracted_at=day_moment(day), **(given | changes))


@pytest.fixture
def ledger(home) -> Ledger:
    """Monday: all feeds there but absences, which the source does not have. Tuesday: visits stopped, people not run."""
    ledger = Ledger(home)
    for feed in load_contracts():
        absent = {"status": "absent", "source_rows": 0, "accepted": 0, "quarantined": 0, "copies": 0, "warnings": 0}
        ledger.record_batch(batch(feed, MONDAY, **(absent if feed == "absences" else {})))
    ledger.record_batch(batch("contacts", TUESDAY, source_rows=110, accepted=110, quarantined=0, copies=0))
    ledger.record_batch(batch("visits", TUESDAY, status="stopped", message="A required column is gone."))
    return ledger


def quality(ledger, warehouse, day: date) -> DataQuality:
    results = pd.DataFrame(
        {
            "feed": "contacts",
            "extracted_at": [day_moment(MONDAY), day_moment(MONDAY), day_moment(TUESDAY)],
            "rule_id": ["contacts.contact.missing", "contacts.source_code.known", "contacts.contact.missing"],
            "severity": ["critical", "warning", "critical"],
            "dimension": ["completeness", "validity", "completeness"],
            "description": ["No date.", "Unknown code.", "No date."],
            "checked": [99, 99, 110],
            "failed": [2, 0, 0],
        }
    )
    warehouse.load("gate.rule_results", results)
    return quality_at(ledger, warehouse, day_moment(day))


def feed(found: DataQuality, name: str) -> FeedQuality:
    return next(feed for feed in found.feeds if feed.feed == name)


def test_every_feed_is_listed_with_its_counts(ledger, duckdb_warehouse):
    found = quality(ledger, duckdb_warehouse, MONDAY)
    assert {feed.feed for feed in found.feeds} == set(load_contracts())
    people = feed(found, "people")
    assert (people.status, people.newest_on, people.source_rows) == ("loaded", MONDAY, 100)
    assert people.source_rows == people.accepted + people.quarantined + people.copies


def test_what_is_not_there_is_missing_and_says_why(ledger, duckdb_warehouse):
    found = quality(ledger, duckdb_warehouse, TUESDAY)
    assert feed(found, "visits").status == "stopped"
    assert feed(found, "visits").message == "A required column is gone."
    assert feed(found, "people").status == "missing"
    assert {"visits", "people"} <= set(found.missing)
    assert "contacts" not in found.missing


def test_a_feed_that_the_source_does_not_have_is_absent(ledger, duckdb_warehouse):
    found = quality(ledger, duckdb_warehouse, MONDAY)
    assert feed(found, "absences").status == "absent"
    assert found.missing == ("absences",)


def test_rules_are_those_of_the_newest_batch_then(ledger, duckdb_warehouse):
    on_monday = quality(ledger, duckdb_warehouse, MONDAY).rules
    assert [(rule.rule_id, rule.checked, rule.failed) for rule in on_monday] == [("contacts.contact.missing", 99, 2)]
    assert quality(ledger, duckdb_warehouse, TUESDAY).rules == ()


def test_a_moment_before_the_first_batch_is_answered_from_it(ledger, duckdb_warehouse):
    assert feed(quality(ledger, duckdb_warehouse, date(2026, 6, 30)), "people").newest_on == MONDAY
