"""Each recipient gets exactly one copy, or it is said why not."""

import email
import socket
import threading
from collections.abc import Iterator
from email.policy import default

import pytest

from readiness.delivery import DeliveryRefused, MailServerError, SmtpSettings, deliver, plan, sending, unknown_places
from readiness.errors import ReadinessError
from readiness.report import compose_mail, read_report, store
from readiness.report.rendering import NotShared
from readiness.report.words import VERDICTS
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
    assert [outcome.status for outcome in outcomes] == ["sent", "sent", "refused", "sent"]
    assert ledger.delivery("2026-10", 1, "nobody@example.gov.uk").status == "refused"
    director, head, member = (" ".join(m.get_body(("plain",)).get_content().split()) for m in read(server))
    areas = ("Northmoor", "Eastvale")
    assert [all(area in text for area in areas) for text in (director, head, member)] == [True, False, False]
    assert [any(area in text for area in areas) for text in (director, head, member)] == [True, True, False]


def mistyped(scope: str) -> list[dict]:
    return [
        {"name": "Director", "address": DIRECTOR, "role": "director"},
        {"name": "Head", "address": HEAD, "role": "area", "scope": scope},
    ]


def test_a_mistaken_scope_is_refused_before_anything_is_sent_and_said_with_file_entry_and_what_to_do(
    version, ledger, now
):
    recipients = two_recipients(recipients=mistyped("Northmor"))
    told = (
        "recipients.yaml, entry 2 under recipients (role area): The scope 'Northmor' is no area of the report. It may "
        "be: A1 (Northmoor). Correct the scope there and run readiness_report for 2026-10 again."
    )
    assert unknown_places(version, recipients) == (told,)
    with Server().running() as smtp:
        outcomes = plan(version, recipients, smtp, ledger, now=now)
    assert [(one.status, one.detail) for one in outcomes][1] == ("refused", told)
    assert DIRECTOR not in told, "it tells of no other recipient"
    entry = ledger.delivery("2026-10", 1, HEAD)
    assert (entry.status, entry.detail) == ("refused", told)


def test_a_scope_like_none_that_there_is_is_told_all_that_there_are(version):
    (told,) = unknown_places(version, two_recipients(recipients=mistyped("Zzz")))
    assert "It may be: A1 (Northmoor), A2 (Eastvale), A3 (Southdown), A4 (Westbrook)." in told


def test_one_whose_scope_was_corrected_gets_the_copy_on_the_next_run(version, ledger, now):
    server = Server()
    with server.running() as smtp:
        deliver(version, two_recipients(recipients=mistyped("A9")), smtp, ledger, now=now)
        outcomes = deliver(version, two_recipients(recipients=mistyped("A1")), smtp, ledger, now=now)
    assert statuses(outcomes) == {DIRECTOR: "already_sent", HEAD: "sent"}
    assert server.addresses == [DIRECTOR, HEAD]
    assert entries(ledger) == {(1, DIRECTOR): "sent", (1, HEAD): "sent"}


def test_a_copy_that_is_another_than_was_planned_is_not_sent(version, ledger, now):
    """Between question and answer somebody made the head a director."""
    people = mistyped("A1")
    server = Server()
    with server.running() as smtp:
        planned = plan(version, two_recipients(recipients=people), smtp, ledger, now=now)
        only = {one.recipient: one.audience for one in planned}
        assert only == {DIRECTOR: "director", HEAD: "area: A1"}
        people[1] = {"name": "Head", "address": HEAD, "role": "director"}
        outcomes = deliver(version, two_recipients(recipients=people), smtp, ledger, only=only, now=now)
    assert statuses(outcomes) == {DIRECTOR: "sent", HEAD: "refused"}
    assert "another copy now (director) than was planned (area: A1)" in outcomes[1].detail
    assert server.addresses == [DIRECTOR]


def test_a_copy_that_was_planned_for_somebody_who_is_gone_is_told(version, ledger, now):
    """Between question and answer the redirect was taken away, and so everybody is somebody else."""
    server = Server()
    with server.running() as smtp:
        redirected = two_recipients(redirect_all_to="test@example.gov.uk")
        only = {one.recipient: one.audience for one in plan(version, redirected, smtp, ledger, now=now)}
        outcomes = deliver(version, two_recipients(), smtp, ledger, only=only, now=now)
    assert statuses(outcomes) == dict.fromkeys(only, "refused")
    assert all("had this recipient when it was planned" in one.detail for one in outcomes)
    assert entries(ledger) == {(1, key): "refused" for key in only}
    assert server.received == []


def test_a_copy_that_is_with_somebody_who_is_gone_since_stays_sent(version, ledger, now):
    server = Server()
    with server.running() as smtp:
        redirected = two_recipients(redirect_all_to="test@example.gov.uk")
        only = {one.recipient: one.audience for one in plan(version, redirected, smtp, ledger, now=now)}
        deliver(version, redirected, smtp, ledger, only=only, now=now)
        assert deliver(version, two_recipients(), smtp, ledger, only=only, now=now) == ()
    assert entries(ledger) == {(1, key): "sent" for key in only}


def test_somebody_who_was_not_planned_is_passed_over_and_a_mistyped_scope_told_all_the_same(version, ledger, now):
    server, only = Server(), {DIRECTOR: "director"}
    with server.running() as smtp:
        outcomes = deliver(version, two_recipients(recipients=mistyped("A1")), smtp, ledger, only=only, now=now)
        assert statuses(outcomes) == {DIRECTOR: "sent"}
        assert entries(ledger) == {(1, DIRECTOR): "sent"}
        outcomes = deliver(version, two_recipients(recipients=mistyped("A9")), smtp, ledger, only=only, now=now)
    assert statuses(outcomes) == {DIRECTOR: "already_sent", HEAD: "refused"}
    assert server.addresses == [DIRECTOR]


def test_a_message_is_composed_once_for_an_audience_and_not_at_all_for_a_plan(
    version, recipients, ledger, now, monkeypatch
):
    made = []
    monkeypatch.setattr(sending, "compose_mail", lambda *given, **more: made.append(1) or compose_mail(*given, **more))
    with Server().running() as smtp:
        plan(version, recipients, smtp, ledger, now=now)
        assert made == []
        deliver(version, recipients, smtp, ledger, now=now)
    assert made == [1]


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


@pytest.fixture
def broken_line() -> Iterator[SmtpSettings]:
    """A server that hangs up when some of the text has arrived; each connection is counted."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            with client, client.makefile("rb") as lines:
                client.sendall(b"220 ready\r\n")
                for line in lines:
                    if line.upper().startswith(b"DATA"):
                        client.sendall(b"354 go on\r\n")
                        lines.read(2000)
                        break
                    client.sendall(b"250 fine\r\n")

    threading.Thread(target=serve, daemon=True).start()
    yield SmtpSettings(host="127.0.0.1", port=listener.getsockname()[1], starttls=False, timeout=5)
    listener.close()


def test_a_line_that_breaks_in_the_middle_of_a_message_is_unclear_until_a_person_settles_it(
    version, recipients, ledger, now, broken_line
):
    assert set(statuses(deliver(version, recipients, broken_line, ledger, now=now)).values()) == {"unclear"}
    server = Server()
    with server.running() as smtp:
        assert set(statuses(deliver(version, recipients, smtp, ledger, now=now)).values()) == {"unclear"}
        assert server.received == [], "nothing goes out again by itself"
        ledger.settle_delivery("2026-10", 1, DIRECTOR, "failed", now(), "A. Analyst", "it never came")
        ledger.settle_delivery("2026-10", 1, HEAD, "sent", now(), "A. Analyst", "it is there")
        deliver(version, recipients, smtp, ledger, now=now)
    assert server.addresses == [DIRECTOR]
    assert entries(ledger) == {(1, DIRECTOR): "sent", (1, HEAD): "sent"}
    with pytest.raises(ReadinessError, match="Nothing is unclear"):
        ledger.settle_delivery("2026-10", 1, HEAD, "failed", now(), "A. Analyst", "once more")


def test_a_server_that_greylists_is_tried_again_until_each_has_one_copy(version, recipients, ledger, now):
    server = Server(greylists=True)
    with server.running() as smtp:
        first = deliver(version, recipients, smtp, ledger, now=now)
        second = deliver(version, recipients, smtp, ledger, now=now)
        third = deliver(version, recipients, smtp, ledger, now=now)
    assert [set(statuses(each).values()) for each in (first, second, third)] == [{"failed"}, {"sent"}, {"already_sent"}]
    assert server.addresses == [DIRECTOR, HEAD]


def test_a_dry_run_says_who_would_get_what_and_leaves_no_trace(version, next_version, recipients, ledger, now):
    server = Server()
    with server.running() as smtp:
        dry = plan(version, recipients, smtp, ledger, is_dry_run=True, now=now)
        wrong = plan(version, two_recipients(recipients=mistyped("A9")), smtp, ledger, is_dry_run=True, now=now)
        assert statuses(wrong) == {DIRECTOR: "planned", HEAD: "refused"}
        assert (statuses(dry), server.received, entries(ledger)) == ({DIRECTOR: "planned", HEAD: "planned"}, [], {})
        assert dry[0].detail == "Readiness report, October 2026: not ready (shared)"
        deliver(version, recipients, smtp, ledger, now=now)
        again = plan(next_version, recipients, smtp, ledger, is_correction=True, is_dry_run=True, now=now)
    assert [outcome.detail.startswith("Correction: ") for outcome in again] == [True, True]


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


def test_a_correction_says_what_changed_to_those_who_had_another_version_and_is_no_correction_to_the_others(
    reports, version, ledger, now
):
    """The third version turns the first claim round and takes one case from its figure."""
    report = read_report(reports / "2026-10" / "versions" / "1" / "report.json")
    finding = report.findings[0]
    turned = finding.claims[0].model_copy(update={"verdict": "met"})
    figure = next(i for i in report.indicators if i.scope.type == "authority" and len(i.months) and i.months[-1].value)
    last = figure.months[-1]

    def with_one_less(one):
        """In the authority, and in an area and a team of it, so that they still add up."""
        row = one.months[-1]
        fewer = row.model_copy(update={"numerator": row.numerator - 1, "value": 50.0})
        return one.model_copy(update={"months": (*one.months[:-1], fewer)})

    area = next(i for i in report.indicators if i.id == figure.id and i.scope.type == "area")
    teams = [i for i in report.indicators if i.id == figure.id and i.scope.parent == area.scope.id][:1]
    changed = report.model_copy(
        update={
            "version": None,
            "findings": (finding.model_copy(update={"claims": (turned, *finding.claims[1:])}), *report.findings[1:]),
            "indicators": tuple(
                with_one_less(i) if any(i is one for one in (figure, area, *teams)) else i for i in report.indicators
            ),
        }
    )
    third = store(changed, reports).folder
    server = Server()
    with server.running() as smtp:
        deliver(version, two_recipients(recipients=[{"name": "Director", "address": DIRECTOR}]), smtp, ledger, now=now)
        deliver(third, two_recipients(), smtp, ledger, is_correction=True, now=now)
    _, to_director, to_head = read(server)
    told = " ".join(to_director.get_body(("plain",)).get_content().split())
    was = VERDICTS[finding.claims[0].verdict].word
    assert f"{turned.id} is now: Met. It was: {was}." in told
    title = report.definitions[figure.id].title
    assert f"{title}: now 50.0% ({last.numerator - 1:,} of {last.denominator:,}" in told
    assert f"It was: {last.value:.1f}% ({last.numerator:,} of {last.denominator:,}" in told
    assert f"{turned.id} is now: Met. It was: {was}." in to_director.get_body(("html",)).get_content()
    assert not to_head["Subject"].startswith("Correction")
    assert "correction" not in to_head.get_body(("plain",)).get_content().lower()


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
    with Server().running() as smtp, pytest.raises((DeliveryRefused, NotShared)):
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
