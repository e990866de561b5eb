"""Each recipient gets exactly one copy, or it is said why not."""

import email
from email.policy import default

import pytest

from readiness.delivery import DeliveryRefused, MailServerError, SmtpSettings, deliver, sending
from readiness.report.mail import NotForMail
from tests.delivery.conftest import Server, two_recipients

DIRECTOR, HEAD = "director@example.gov.uk", "head@example.gov.uk"


def statuses(outcomes) -> dict[str, str]:
    return {outcome.recipient: outcome.status for outcome in outcomes}


def entries(ledger) -> dict[tuple[int, str], str]:
    return {(entry.version, entry.recipient): entry.status for entry in ledger.deliveries("2026-10")}


def read(server: Server) -> list[email.message.EmailMessage]:
    return [email.message_from_bytes(envelope.content, policy=default) for envelope in server.received]


def test_each_recipient_gets_a_message_of_their_own(version, recipients, ledger, now):
    server = Server()
    with server.running() as smtp:
        outcomes = deliver(version, recipients, smtp, ledger, now=now)
    assert statuses(outcomes) == {DIRECTOR: "sent", HEAD: "sent"}
    assert server.addresses == [DIRECTOR, HEAD]
    for message, mine, other in zip(read(server), (DIRECTOR, HEAD), (HEAD, DIRECTOR), strict=True):
        assert mine in message["To"]
        assert other not in message.as_string(), "nobody learns who else is on the list"
        assert message["From"].addresses[0].addr_spec == "readiness@example.gov.uk"
        assert message["Date"].startswith("Mon, 09 Nov 2026 08:00:")
        assert message["Message-ID"]
    assert entries(ledger) == {(1, DIRECTOR): "sent", (1, HEAD): "sent"}


def test_each_gets_the_copy_of_their_own_audience_and_a_mistaken_scope_stops_nobody_else(version, ledger, now):
    people = [
        {"name": "Director", "address": DIRECTOR, "role": "director"},
        {"name": "Head", "address": HEAD, "role": "area", "scope": "A1"},
        {"name": "Nobody", "address": "nobody@example.gov.uk", "role": "area", "scope": "A9"},
        {"name": "Member", "address": "member@example.gov.uk"},
    ]
    server = Server()
    with server.running() as smtp:
        outcomes = deliver(version, two_recipients(recipients=people), smtp, ledger, now=now)
    assert [outcome.status for outcome in outcomes] == ["sent", "sent", "failed", "sent"]
    assert "'A9' is no area of the report" in outcomes[2].detail
    assert ledger.delivery("2026-10", 1, "nobody@example.gov.uk") is None
    director, head, member = (" ".join(m.get_body(("plain",)).get_content().split()) for m in read(server))
    areas = ("Northmoor", "Eastvale")
    assert [all(area in text for area in areas) for text in (director, head, member)] == [True, False, False]
    assert [any(area in text for area in areas) for text in (director, head, member)] == [True, True, False]


def test_one_refused_recipient_is_recorded_and_the_other_is_served(version, recipients, ledger, now):
    server = Server(refused=(DIRECTOR,))
    with server.running() as smtp:
        outcomes = deliver(version, recipients, smtp, ledger, now=now)
    assert statuses(outcomes) == {DIRECTOR: "refused", HEAD: "sent"}
    assert [outcome.is_problem for outcome in outcomes] == [True, False]
    assert server.addresses == [HEAD]
    refused = ledger.delivery("2026-10", 1, DIRECTOR)
    assert (refused.status, refused.detail) == ("refused", "550 no such mailbox")


def test_nobody_gets_a_version_twice(version, recipients, ledger, now):
    server = Server()
    with server.running() as smtp:
        deliver(version, recipients, smtp, ledger, now=now)
        again = deliver(version, recipients, smtp, ledger, now=now)
        corrected = deliver(version, recipients, smtp, ledger, is_correction=True, now=now)
    assert set(statuses(again).values()) == set(statuses(corrected).values()) == {"already_sent"}
    assert server.addresses == [DIRECTOR, HEAD]
    assert not any(outcome.is_problem for outcome in again)


def test_one_who_was_refused_gets_it_on_the_next_run_and_the_others_do_not(version, recipients, ledger, now):
    with Server(refused=(DIRECTOR,), answer="450 try again later").running() as smtp:
        deliver(version, recipients, smtp, ledger, now=now)
    server = Server()
    with server.running() as smtp:
        outcomes = deliver(version, recipients, smtp, ledger, now=now)
    assert statuses(outcomes) == {DIRECTOR: "sent", HEAD: "already_sent"}
    assert server.addresses == [DIRECTOR]


def test_a_crash_between_intent_and_outcome_is_reported_and_not_repeated(version, recipients, ledger, now, monkeypatch):
    def crash(*given):
        raise KeyboardInterrupt

    server = Server()
    with server.running() as smtp:
        monkeypatch.setattr(sending, "send", crash)
        with pytest.raises(KeyboardInterrupt):
            deliver(version, recipients, smtp, ledger, now=now)
        monkeypatch.undo()
        assert entries(ledger) == {(1, DIRECTOR): "intent"}, "the intent stands before anything is sent"
        outcomes = deliver(version, recipients, smtp, ledger, now=now)
        once_more = deliver(version, recipients, smtp, ledger, now=now)
    assert statuses(outcomes) == {DIRECTOR: "unclear", HEAD: "sent"}
    assert outcomes[0].is_problem
    assert statuses(once_more) == {DIRECTOR: "unclear", HEAD: "already_sent"}
    assert server.addresses == [HEAD]


def test_a_line_that_breaks_at_the_end_of_a_message_never_leads_to_a_second_copy(version, recipients, ledger, now):
    server = Server(hangs_up=True)
    with server.running() as smtp:
        outcomes = deliver(version, recipients, smtp, ledger, now=now)
        assert statuses(outcomes) == {DIRECTOR: "unclear", HEAD: "unclear"}
        deliver(version, recipients, smtp, ledger, now=now)
    assert server.addresses == [DIRECTOR, HEAD]
    assert set(entries(ledger).values()) == {"intent"}


def test_a_server_that_is_away_is_a_failure_that_the_next_run_makes_good(version, recipients, ledger, now):
    server = Server()
    with server.running() as smtp:
        pass
    assert statuses(deliver(version, recipients, smtp, ledger, now=now)) == {DIRECTOR: "failed", HEAD: "failed"}
    with server.running() as smtp:
        assert statuses(deliver(version, recipients, smtp, ledger, now=now)) == {DIRECTOR: "sent", HEAD: "sent"}
    assert server.addresses == [DIRECTOR, HEAD]


def test_a_new_version_waits_for_an_explicit_correction(version, next_version, recipients, ledger, now):
    server = Server()
    with server.running() as smtp:
        deliver(version, recipients, smtp, ledger, now=now)
        waiting = deliver(next_version, recipients, smtp, ledger, now=now)
        corrected = deliver(next_version, recipients, smtp, ledger, is_correction=True, now=now)
    assert set(statuses(waiting).values()) == {"needs_correction"}
    assert set(statuses(corrected).values()) == {"sent"}
    assert [message["Subject"].startswith("Correction: ") for message in read(server)] == [False, False, True, True]


def test_one_who_never_had_the_month_gets_the_newer_version_without_ado(version, next_version, recipients, ledger, now):
    with Server(refused=(DIRECTOR,)).running() as smtp:
        deliver(version, recipients, smtp, ledger, now=now)
    server = Server()
    with server.running() as smtp:
        outcomes = deliver(next_version, recipients, smtp, ledger, now=now)
    assert statuses(outcomes) == {DIRECTOR: "sent", HEAD: "needs_correction"}


def test_the_redirect_sends_everything_to_one_address_and_leaves_the_real_copies_to_be_sent(version, ledger, now):
    server = Server()
    redirected = two_recipients(redirect_all_to="test@example.gov.uk")
    with server.running() as smtp:
        outcomes = deliver(version, redirected, smtp, ledger, now=now)
        assert server.addresses == ["test@example.gov.uk", "test@example.gov.uk"]
        assert all("test@example.gov.uk" in outcome.recipient for outcome in outcomes)
        deliver(version, redirected, smtp, ledger, now=now)
        assert len(server.received) == 2, "a redirected copy goes out once, too"
        real = deliver(version, two_recipients(), smtp, ledger, now=now)
    assert statuses(real) == {DIRECTOR: "sent", HEAD: "sent"}


def test_without_tls_nothing_leaves_this_machine(version, recipients, ledger, now):
    for host in ("mail.example.gov.uk", "10.0.0.25", "localhost.example.gov.uk"):
        with pytest.raises(MailServerError, match="without TLS"):
            deliver(version, recipients, SmtpSettings(host=host, starttls=False, ssl=False), ledger, now=now)
    assert entries(ledger) == {}


def test_a_sender_must_be_known(version, ledger, now):
    nameless = two_recipients(**{"from": None})
    with Server().running() as smtp, pytest.raises(DeliveryRefused, match="from"):
        deliver(version, nameless, smtp, ledger, now=now)


def test_only_the_shared_copy_is_sent(version, recipients, ledger, now, tmp_path):
    (tmp_path / "report.shared.json").write_bytes((version / "report.json").read_bytes())
    with Server().running() as smtp, pytest.raises((DeliveryRefused, NotForMail)):
        deliver(tmp_path, recipients, smtp, ledger, now=now)
    assert entries(ledger) == {}


def test_an_address_that_slipped_past_the_list_is_still_refused(version, ledger, now):
    outside = two_recipients().model_copy(update={"allowed_domains": ("example.org",)})
    server = Server()
    with server.running() as smtp, pytest.raises(DeliveryRefused, match="allowed domains"):
        deliver(version, outside, smtp, ledger, now=now)
    assert server.received == []


def test_nobody_on_the_list_is_nobody_served(version, ledger, now):
    with Server().running() as smtp:
        assert deliver(version, two_recipients(recipients=[]), smtp, ledger, now=now) == ()
