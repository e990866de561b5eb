"""Data quality as it was at the as-at: each feed's state, and the rules that rows broke then."""

from datetime import date

import pandas as pd
import pytest

from readiness.clocks.identities import PROBLEMS
from readiness.clocks.overlay import APPLIED
from readiness.contracts import load_contracts
from readiness.ledger import BatchEntry, Ledger
from readiness.periods import day_moment
from readiness.records.tables import RULE_RESULT_COLUMNS
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


def know_notes(warehouse) -> None:
    applied = ("referrals", "closed", "Wrong year.", "First Response manager", MONDAY, 1)
    warehouse.load("known.corrections", pd.DataFrame([applied], columns=list(APPLIED)), APPLIED)
    problems = [("child", "cycle", 2), ("worker", "ambiguous", 1)]
    warehouse.load("known.identity_problems", pd.DataFrame(problems, columns=list(PROBLEMS)), PROBLEMS)


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
    know_notes(warehouse)
    return quality_at(ledger, warehouse, day_moment(day))


def feed(found: DataQuality, name: str) -> FeedQuality:
    return next(feed for feed in found.feeds if feed.feed == name)


def test_what_was_laid_over_the_records_is_told_to_the_council(ledger, duckdb_warehouse):
    assert quality(ledger, duckdb_warehouse, MONDAY).notes == (
        "A correction of closed in referrals is laid over 1 row (decided on 2 November 2026, First Response manager).",
        "2 child's ids said to be merged in a circle, and stayed as they were.",
        "1 worker's id said to be another worker's, and stayed as it was.",
    )


def test_a_feed_with_nothing_newer_than_its_delivery_is_loaded(ledger, duckdb_warehouse):
    ledger.record_batch(batch("teams", TUESDAY, status="unchanged"))
    found = quality(ledger, duckdb_warehouse, TUESDAY)
    assert (feed(found, "teams").status, feed(found, "teams").newest_on) == ("loaded", MONDAY)
    assert "teams" not in found.missing


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


def noted(warehouse, rule_id: str, day: date, checked: int, failed: int, subject: str | None = None) -> None:
    know_notes(warehouse)
    row = {
        "feed": "contacts", "extracted_at": day_moment(day), "day": day, "rule_id": rule_id, "subject": subject,
        "severity": "warning", "dimension": "consistency", "description": "Wrong.", "owner": "data team",
        "reference": "CIN census 1103", "checked": checked, "failed": failed,
    }  # fmt: skip
    warehouse.append("gate.rule_results", pd.DataFrame([row], dtype=object), RULE_RESULT_COLUMNS | {"subject": "text"})


def test_rules_across_feeds_of_a_later_day_do_not_hide_those_of_the_batch(ledger, duckdb_warehouse):
    noted(duckdb_warehouse, "contacts.source", MONDAY, 99, 3)
    noted(duckdb_warehouse, "contacts.no_referral", TUESDAY, 90, 7, subject="contacts_and_referrals")
    found = quality_at(ledger, duckdb_warehouse, day_moment(TUESDAY)).rules
    assert [(rule.rule_id, rule.failed) for rule in found] == [("contacts.no_referral", 7), ("contacts.source", 3)]


def test_a_rule_stands_beside_how_it_stood_a_month_before(ledger, duckdb_warehouse):
    for day, failed in ((date(2026, 10, 1), 40), (date(2026, 10, 3), 20), (MONDAY, 8)):
        noted(duckdb_warehouse, "contacts.source", day, 200, failed)
    [rule] = quality_at(ledger, duckdb_warehouse, day_moment(MONDAY)).rules
    assert (rule.before_on, rule.failed_before, rule.percent_before) == (date(2026, 10, 1), 40, 20.0)
    assert (rule.failed, rule.percent, rule.reference) == (8, 4.0, "CIN census 1103")


def test_a_rule_that_is_new_has_nothing_before_it(ledger, duckdb_warehouse):
    noted(duckdb_warehouse, "contacts.source", MONDAY, 200, 8)
    [rule] = quality_at(ledger, duckdb_warehouse, day_moment(MONDAY)).rules
    assert (rule.before_on, rule.checked_before, rule.percent_before) == (None, None, None)


def test_the_last_of_a_month_is_compared_with_the_last_of_a_shorter_one(ledger, duckdb_warehouse):
    """The month before 31 March is over on 28 February."""
    march = date(2027, 3, 31)
    ledger.record_batch(batch("contacts", march))
    for day, failed in ((date(2027, 2, 28), 40), (date(2027, 3, 1), 20), (march, 8)):
        noted(duckdb_warehouse, "contacts.source", day, 200, failed)
    [rule] = quality_at(ledger, duckdb_warehouse, day_moment(march)).rules
    assert rule.before_on == date(2027, 2, 28)


def test_a_moment_before_the_first_batch_is_answered_from_it(ledger, duckdb_warehouse):
    assert feed(quality(ledger, duckdb_warehouse, date(2026, 6, 30)), "people").newest_on == MONDAY
