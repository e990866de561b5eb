"""Nothing is sent that nobody approved, and who decided what stands in the ledger."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from airflow.sdk.exceptions import AirflowSkipException, TaskAwaitingInput

from readiness.errors import ReadinessError
from readiness.ledger import BatchEntry, Ledger
from readiness.periods import day_moment
from readiness.tasks import approval, monthly
from tests.delivery.conftest import Server, reports, two_recipients  # noqa: F401

VERSION = {"month": "2026-10", "version": 1}
AT = datetime(2026, 11, 9, 10, 30, tzinfo=UTC)
DIRECTOR, HEAD = "director@example.gov.uk", "head@example.gov.uk"


PLANNED = {"version": 1, "recipients": {DIRECTOR: "shared", HEAD: "shared"}}


class Run:
    """What a task sees of its run; `answer` is what approve got."""

    def __init__(self, answer=None, **conf):
        self.pushed, self.answer = {}, answer
        self.context = {"dag_run": SimpleNamespace(conf=conf), "params": {}, "ti": self}

    def xcom_push(self, key, value):
        self.pushed[key] = value

    def xcom_pull(self, task_ids, key=None):
        return self.answer if task_ids == "approve" else self.pushed.get(key, PLANNED)


def answered(option: str, name: str | None = "admin", reason: str | None = None) -> dict:
    user = name and {"id": name, "name": name}
    given = {"chosen_options": [option], "params_input": {"reason": reason}}
    return given | {"responded_at": AT, "responded_by_user": user}


@pytest.fixture
def installed(home, reports, monkeypatch):  # noqa: F811
    """An installation with October stored, two recipients, and a mail server."""
    home.home.mkdir()
    (home.home / "reports").symlink_to(reports)
    Ledger(home).record_batch(BatchEntry("contacts", date(2026, 11, 3), day_moment(date(2026, 11, 3)), "loaded"))
    notices = []
    server = Server()
    with server.running() as smtp:
        for module in (monthly, approval):
            monkeypatch.setattr(module, "settings", lambda: home)
        monkeypatch.setattr(monthly, "smtp_settings", lambda: smtp)
        monkeypatch.setattr(monthly, "load_recipients", lambda authority: two_recipients())
        monkeypatch.setattr(approval, "send_notice", lambda installation, subject, paragraphs: notices.append(subject))
        yield SimpleNamespace(ledger=Ledger(home), server=server, notices=notices)


def decisions(installed) -> list[tuple]:
    return [(entry.decision, entry.who, entry.reason) for entry in installed.ledger.approvals("2026-10")]


def test_a_person_is_asked_who_sees_the_answer_the_report_and_the_recipients(installed):
    run = Run()
    assert monthly.plan_delivery(VERSION, run.context) == ["approve"]
    assert run.pushed["subject"] == "Send the readiness report for October 2026, version 1?"
    body = run.pushed["body"]
    assert "/readiness/reports/2026-10/1/report.html" in body
    assert DIRECTOR in body and HEAD in body and "within 5 days" in body
    assert decisions(installed) == [("asked", None, None)]
    assert installed.notices == ["Readiness: the report for October 2026, version 1 waits to be approved"]
    assert installed.server.received == []


@pytest.fixture
def mistyped(installed, monkeypatch) -> str:
    """The second recipient's scope is no team."""
    people = [
        {"name": "Director", "address": DIRECTOR, "role": "director"},
        {"name": "Head", "address": HEAD, "role": "team", "scope": "A9-1"},
    ]
    monkeypatch.setattr(monthly, "load_recipients", lambda authority: two_recipients(recipients=people))
    return "recipients.yaml, entry 2 under recipients (role team): The scope 'A9-1' is no team of the report."


def test_a_mistyped_scope_is_named_in_the_question_and_in_the_ledger_and_the_others_are_served(installed, mistyped):
    from airflow.sdk.exceptions import AirflowFailException

    from readiness.tasks.context import obeyed_by_airflow

    run = Run(answered("Approve"))
    assert monthly.plan_delivery(VERSION, run.context) == ["approve"]
    assert f"It would go to: {DIRECTOR} (director)." in run.pushed["body"]
    assert f"**Not to be sent:** {mistyped}" in run.pushed["body"]
    assert installed.ledger.delivery("2026-10", 1, HEAD).status == "refused"
    decided = monthly.note_decision(VERSION, run.context)
    with pytest.raises(AirflowFailException, match="recipients.yaml, entry 2"):  # which Airflow never tries again
        obeyed_by_airflow(monthly.deliver)(decided, run.context)
    assert installed.server.addresses == [DIRECTOR]


def test_a_mistyped_scope_is_said_when_the_report_is_made_though_nothing_is_to_be_sent(
    installed, mistyped, monkeypatch, caplog
):
    monkeypatch.setattr("readiness.report.publish", lambda folder: folder)
    with caplog.at_level("WARNING", "readiness"):
        monthly.render(VERSION)
    assert mistyped in caplog.text
    assert installed.ledger.deliveries() == []


def test_what_is_approved_is_sent_once_and_the_name_is_kept(installed):
    run = Run(answered("Approve"))
    decided = monthly.note_decision(VERSION, run.context)
    assert monthly.deliver(decided, run.context) == {DIRECTOR: "sent", HEAD: "sent"}
    monthly.note_decision(VERSION, run.context)
    assert decisions(installed) == [("approved", "admin", None)]
    assert installed.ledger.approvals()[0].at == datetime(2026, 11, 9, 10, 30)
    assert monthly.plan_delivery(VERSION, run.context) == [], "nobody is asked when everybody has it"
    assert installed.server.addresses == [DIRECTOR, HEAD]


def test_what_is_rejected_is_not_sent_and_the_reason_is_kept(installed):
    run = Run(answered("Reject", reason=" The conferences\n are missing. "))
    decided = monthly.note_decision(VERSION, run.context)
    with pytest.raises(AirflowSkipException, match="rejected"):
        monthly.deliver(decided, run.context)
    assert decisions(installed) == [("rejected", "admin", "The conferences are missing.")]
    assert installed.server.received == []


def test_without_an_answer_in_time_nothing_is_sent_and_the_data_team_is_told(installed):
    with pytest.raises(ReadinessError, match="Nobody approved the report for October 2026, version 1 in time"):
        monthly.note_decision(VERSION, Run(answered("Reject", name=None)).context)
    assert decisions(installed) == [("no_answer", None, None)]
    assert installed.notices == ["Readiness: the report for October 2026, version 1 was not sent"]


@pytest.mark.parametrize(
    "answer", [answered("Approve", name="somebody"), answered("Reject"), answered("Reject", reason="  ")]
)
def test_an_answer_that_does_not_count_is_asked_for_again(installed, monkeypatch, answer):
    monkeypatch.setattr("airflow.providers.standard.operators.hitl.upsert_hitl_detail", lambda **given: None)
    task = approval.approve()
    with pytest.raises(TaskAwaitingInput) as waiting:
        task.execute_complete({"task_instance": SimpleNamespace(id="1"), "ti": None}, answer)
    assert waiting.value.timeout.days == 5


@pytest.mark.parametrize(
    "answer", [answered("Approve"), answered("Reject", reason="No."), answered("Reject", name=None)]
)
def test_an_answer_that_counts_ends_the_wait(installed, answer):
    assert approval.approve().execute_complete({}, answer)["chosen_options"] == answer["chosen_options"]


def test_asking_on_the_command_line_is_approving(installed):
    run = Run(deliver="yes")
    with approval.by_command_line():
        assert monthly.plan_delivery(VERSION, run.context) == ["note_decision"]
        monthly.deliver(monthly.note_decision(VERSION, run.context), run.context)
    [(decision, who, reason)] = decisions(installed)
    assert (decision, reason) == ("approved", "asked for on the command line")
    assert who.endswith("(command line)")
    assert installed.server.addresses == [DIRECTOR, HEAD]
    assert monthly.plan_delivery({"month": "2026-10", "version": 2}, Run(correction=True).context) == ["approve"]


@pytest.mark.parametrize("conf", [{"deliver": "no"}, {"deliver": False}, {"deliver": "dry_run"}])
def test_without_a_wish_or_in_a_dry_run_nobody_is_asked_and_nothing_is_sent(installed, conf, caplog):
    with caplog.at_level("INFO", "readiness"):
        assert monthly.plan_delivery(VERSION, Run(**conf).context) == []
    assert (f"{HEAD}: planned" in caplog.text) == (conf["deliver"] == "dry_run")
    assert (decisions(installed), installed.server.received, installed.notices) == ([], [], [])


def test_an_older_month_is_not_sent_without_an_explicit_wish(installed):
    later = date(2026, 12, 3)
    installed.ledger.record_batch(BatchEntry("contacts", later, day_moment(later), "loaded"))
    assert monthly.plan_delivery(VERSION, Run().context) == []
    assert monthly.plan_delivery(VERSION, Run(deliver="yes").context) == ["approve"]


def test_a_mail_server_that_is_away_for_an_hour_is_tried_again_by_airflow_until_each_has_one_copy(
    installed, monkeypatch
):
    """Each try is a run of the task, half an hour apart."""
    from airflow.sdk.exceptions import AirflowException, AirflowFailException

    from readiness.tasks.context import obeyed_by_airflow

    smtp = monthly.smtp_settings()
    decided = VERSION | {"decision": "approved", "recipients": {DIRECTOR: "shared", HEAD: "shared"}}
    minutes, ends = 0, []
    away = SimpleNamespace(**vars(smtp) | {"port": 1, "require_safe": lambda: None})
    while True:
        monkeypatch.setattr(monthly, "smtp_settings", lambda: smtp if minutes >= 60 else away)  # noqa: B023
        try:
            ends.append(obeyed_by_airflow(monthly.deliver)(decided, Run().context))
            break
        except AirflowException as error:
            assert not isinstance(error, AirflowFailException), "it may succeed later"
            minutes += 30
    assert minutes == 60
    assert ends == [{DIRECTOR: "sent", HEAD: "sent"}]
    assert installed.server.addresses == [DIRECTOR, HEAD]


def test_it_goes_to_those_alone_whom_the_question_named(installed):
    run = Run(answered("Approve"))
    run.xcom_push("planned", {"version": 1, "recipients": {HEAD: "shared"}})
    assert monthly.deliver(monthly.note_decision(VERSION, run.context), run.context) == {HEAD: "sent"}
    assert installed.server.addresses == [HEAD]


def test_an_answer_about_another_version_approves_nothing(installed):
    with pytest.raises(approval.NotApproved, match="another version"):
        monthly.note_decision(VERSION | {"version": 2}, Run(answered("Approve")).context)
    assert decisions(installed) == []


def test_a_question_that_somebody_marked_as_answered_is_no_approval(home, monkeypatch):
    monkeypatch.delenv(approval.COMMAND_LINE, raising=False)
    with pytest.raises(approval.NotApproved, match="no answer"):
        approval.note(home, {"month": "2026-10", "version": 2}, None)
    assert Ledger(home).approvals() == []
