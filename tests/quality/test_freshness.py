"""Silent feeds: missing or stale, one incident each until data arrives again, told once."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pandas as pd
import pytest

from readiness.contracts import load_contract
from readiness.ledger import BatchEntry, Ledger
from readiness.periods import day_moment
from readiness.quality.freshness import incident_words, look, newest_events, tell
from readiness.settings import PROJECT, Settings

CONTACTS = load_contract("contacts").model_copy(update={"quiet_days": 5, "is_optional": False})
CONTRACTS = {"contacts": CONTACTS}
OPTIONAL = {"contacts": CONTACTS.model_copy(update={"is_optional": True})}
TUESDAY = date(2026, 11, 3)
FRESH = {"contacts": TUESDAY}


@pytest.fixture
def ledger(warehouse_url, tmp_path) -> Ledger:
    return Ledger(Settings(tmp_path / "home", "sqlite://", warehouse_url, PROJECT / "authority"))


def note(ledger: Ledger, day: date, status: str = "loaded", **how: object) -> None:
    ledger.record_batch(BatchEntry("contacts", day, day_moment(day), status, **how))


def looked(ledger: Ledger, day: date, events: dict | None = None, contracts: dict = CONTRACTS) -> tuple:
    """(kind of each opened, kind of each closed) on the evening of a day."""
    opened, closed = look(ledger, contracts, day, events or {}, day_moment(day))
    return [each.kind for each in opened], [each.kind for each in closed]


def days(number: int) -> timedelta:
    return timedelta(days=number)


def test_a_loaded_feed_with_new_rows_is_no_incident(ledger):
    note(ledger, TUESDAY)
    assert looked(ledger, TUESDAY, FRESH) == ([], [])


def test_a_stopped_feed_is_missing_and_says_why(ledger):
    note(ledger, TUESDAY, "stopped", message="contacts: the column x is gone.")
    (opened,), _ = look(ledger, CONTRACTS, TUESDAY, {}, day_moment(TUESDAY))
    assert (opened.kind, opened.detail) == ("missing", "contacts: the column x is gone.")


def test_a_feed_that_was_not_read_is_missing(ledger):
    note(ledger, TUESDAY - days(1))
    assert looked(ledger, TUESDAY, FRESH) == (["missing"], [])
    assert "last loaded on 2 November 2026" in ledger.incidents()[0].detail


def test_a_feed_that_the_source_never_had_is_no_incident(ledger):
    assert looked(ledger, TUESDAY) == ([], [])
    note(ledger, TUESDAY, "absent")
    assert looked(ledger, TUESDAY) == ([], [])


def test_a_feed_that_left_the_source_is_missing_unless_it_is_optional(ledger):
    note(ledger, TUESDAY - days(1))
    note(ledger, TUESDAY, "absent")
    assert looked(ledger, TUESDAY, contracts=OPTIONAL) == ([], [])
    assert looked(ledger, TUESDAY) == (["missing"], [])


def test_an_optional_feed_that_stopped_is_missing(ledger):
    note(ledger, TUESDAY, "stopped", message="contacts: no.")
    assert looked(ledger, TUESDAY, contracts=OPTIONAL) == (["missing"], [])


@pytest.mark.parametrize(("quiet_for", "kinds"), [(5, []), (6, ["stale"])])
def test_a_feed_is_stale_when_its_newest_row_is_older_than_its_quiet_days(ledger, quiet_for, kinds):
    note(ledger, TUESDAY)
    assert looked(ledger, TUESDAY, {"contacts": TUESDAY - days(quiet_for)}) == (kinds, [])


def test_a_feed_that_may_rest_is_never_stale(ledger):
    note(ledger, TUESDAY)
    resting = {"contacts": CONTACTS.model_copy(update={"quiet_days": None})}
    assert looked(ledger, TUESDAY, {"contacts": TUESDAY - days(400)}, resting) == ([], [])


@pytest.mark.parametrize(("delivered", "kinds"), [(5, []), (6, ["stale"])])
def test_a_delivery_that_is_never_renewed_is_stale(ledger, delivered, kinds):
    note(ledger, TUESDAY - days(delivered))
    note(ledger, TUESDAY, "unchanged")
    assert looked(ledger, TUESDAY) == (kinds, [])


def test_a_feed_has_one_incident_until_data_arrives_again(ledger):
    note(ledger, TUESDAY)
    stale = {"contacts": TUESDAY - days(9)}
    assert looked(ledger, TUESDAY, stale) == (["stale"], [])
    assert looked(ledger, TUESDAY, stale) == ([], [])
    note(ledger, TUESDAY + days(1), "stopped", message="contacts: no.")
    assert looked(ledger, TUESDAY + days(1), stale) == (["missing"], [])  # worse than stale, and news
    assert looked(ledger, TUESDAY + days(1), stale) == ([], [])
    note(ledger, TUESDAY + days(2))
    assert looked(ledger, TUESDAY + days(2), {"contacts": TUESDAY + days(2)}) == ([], ["missing"])
    assert looked(ledger, TUESDAY + days(2), {"contacts": TUESDAY + days(2)}) == ([], [])
    note(ledger, TUESDAY + days(3), "stopped", message="contacts: no.")
    assert looked(ledger, TUESDAY + days(3), FRESH) == (["missing"], [])
    assert [bool(each.closed_at) for each in ledger.incidents()] == [True, True, False]


def test_a_stale_feed_that_stops_is_told_as_missing_and_not_as_in_order_again(ledger):
    told = []
    note(ledger, TUESDAY)
    looked(ledger, TUESDAY, {"contacts": TUESDAY - days(9)})
    tell(ledger, lambda *words: told.append(words), day_moment(TUESDAY))
    note(ledger, TUESDAY + days(1), "stopped", message="contacts: no.")
    looked(ledger, TUESDAY + days(1), {})
    tell(ledger, lambda *words: told.append(words), day_moment(TUESDAY + days(1)))
    assert [subject for subject, _ in told] == ["Readiness: 1 feed fell silent"] * 2
    assert told[1][1] == ["Missing since 4 November 2026: contacts: no."]


def test_a_mistyped_future_date_does_not_hide_that_nothing_comes_any_more(warehouse):
    rows = pd.DataFrame(
        {
            "contact_on": [date(2026, 10, 1), date(2062, 10, 2), date(2026, 11, 2), None],
            "known_to": [None, None, datetime(2026, 11, 2), None],
        },
        dtype=object,
    )
    assert newest_events(warehouse, CONTRACTS, TUESDAY) == {}
    warehouse.load("records.contacts", rows, {"contact_on": "date", "known_to": "timestamp"})
    assert newest_events(warehouse, CONTRACTS, TUESDAY) == {"contacts": date(2026, 10, 1)}


# Telling


class Mailbox:
    def __init__(self) -> None:
        self.mails: list[tuple[str, list[str]]] = []

    def send(self, subject: str, paragraphs: list[str]) -> None:
        self.mails.append((subject, paragraphs))


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


def test_all_that_opened_and_closed_is_one_mail_sent_once(ledger, mailbox):
    ledger.open_incident("visits", "stale", "visits: old.", datetime(2026, 11, 2, 9))
    tell(ledger, mailbox.send, datetime(2026, 11, 2, 10))
    ledger.close_incident("visits", datetime(2026, 11, 3, 9))
    ledger.open_incident("contacts", "missing", "contacts: not read.", datetime(2026, 11, 3, 9))
    ledger.open_incident("people", "missing", "people: not read.", datetime(2026, 11, 3, 9))
    tell(ledger, mailbox.send, datetime(2026, 11, 3, 10))
    tell(ledger, mailbox.send, datetime(2026, 11, 3, 11))
    assert mailbox.mails == [
        ("Readiness: 1 feed fell silent", ["Stale since 2 November 2026: visits: old."]),
        (
            "Readiness: 2 feeds fell silent, 1 feed in order again",
            [
                "Missing since 3 November 2026: contacts: not read.",
                "Missing since 3 November 2026: people: not read.",
                "In order again: visits.",
            ],
        ),
    ]
    assert not any(each.is_unclear for each in ledger.incidents())


def test_what_was_opened_before_the_process_died_is_told_by_the_next_run(ledger, mailbox):
    note(ledger, TUESDAY, "stopped", message="contacts: no.")
    looked(ledger, TUESDAY)
    assert looked(ledger, TUESDAY) == ([], [])
    tell(ledger, mailbox.send, day_moment(TUESDAY))
    assert len(mailbox.mails) == 1


def test_a_mail_with_an_unclear_outcome_is_reported_and_not_repeated(ledger, mailbox):
    ledger.open_incident("visits", "stale", "visits: old.", datetime(2026, 11, 2, 9))

    def dies_after_sending(subject: str, paragraphs: list[str]) -> None:
        mailbox.send(subject, paragraphs)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tell(ledger, dies_after_sending, datetime(2026, 11, 2, 10))
    tell(ledger, mailbox.send, datetime(2026, 11, 2, 11))
    assert len(mailbox.mails) == 1
    assert [each.is_unclear for each in ledger.incidents()] == [True]


def test_a_closing_alone_is_one_line(ledger):
    ledger.open_incident("visits", "stale", "visits: old.", datetime(2026, 11, 2, 9))
    (incident,) = ledger.incidents()
    closed = [replace(incident, closed_at=datetime(2026, 11, 3)), replace(incident, feed="section47_enquiries")]
    subject, paragraphs = incident_words([], closed)
    assert subject == "Readiness: 2 feeds in order again"
    assert paragraphs == ["In order again: section47 enquiries, visits."]
