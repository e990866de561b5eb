"""Before a report is sent, a person approves it in the Airflow UI; who, when and why stands in the ledger."""

import getpass
import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param
from airflow.sdk.configuration import conf

from readiness.access import load_access
from readiness.errors import ReadinessError
from readiness.ledger import Approval, Ledger
from readiness.periods import Month, naive_utc
from readiness.profile import load_profile
from readiness.report import INTERNAL_REPORT, read_report, words
from readiness.report.view import verdict_reason
from readiness.settings import Settings
from readiness.tasks.context import settings
from readiness.tasks.notice import send_notice

LOG = logging.getLogger(__name__)

APPROVE, REJECT = "Approve", "Reject"
ASKED, APPROVED, REJECTED, NO_ANSWER = "asked", "approved", "rejected", "no_answer"

COMMAND_LINE = "READINESS_APPROVED_BY"
"""Set for the length of a command: whoever may run it holds the installation's files anyway. A run that is started in
the UI cannot set it."""


class NotApproved(ReadinessError):
    """Nobody approved the report, or not this version of it."""


class ApprovalOperator(HITLOperator):
    """Asks whether to send the report, and waits as long as the profile says. An answer counts if access.yaml names
    its giver under `approve` and, for a rejection, if it has a reason; after one that does not, it asks again."""

    def execute(self, context: Mapping[str, Any]) -> Any:
        self.response_timeout = timedelta(days=load_profile(settings().authority).approve_within_days)
        return super().execute(context)

    def execute_complete(self, context: Mapping[str, Any], event: dict[str, Any]) -> Any:
        answer = super().execute_complete(context, event)
        if problem := _problem(answer):
            LOG.warning("%s Asking again.", problem)
            return self.execute(context)
        return answer


def approve() -> ApprovalOperator:
    """The task that asks what `ask` has prepared."""
    return ApprovalOperator(
        task_id="approve",
        doc_md="A person opens the report and approves it, or rejects it with a reason.",
        subject="{{ ti.xcom_pull(task_ids='plan_delivery', key='subject') }}",
        body="{{ ti.xcom_pull(task_ids='plan_delivery', key='body') }}",
        options=[APPROVE, REJECT],
        defaults=REJECT,
        params={
            "reason": Param(
                None, type=["null", "string"], title="Reason", description="Why not? Needed for a rejection."
            )
        },
    )


def _problem(answer: Mapping[str, Any]) -> str | None:
    """Why an answer does not count."""
    user = answer["responded_by_user"]
    if user is None:
        return None
    if not load_access(settings().authority).may_approve(user["name"]):
        return f"access.yaml does not name {user['name']} under `approve`."
    if answer["chosen_options"] == [REJECT] and not _reason(answer):
        return "A rejection needs a reason."
    return None


def ask(
    installation: Settings,
    version: Mapping[str, Any],
    recipients: Mapping[str, str],
    refused: Sequence[str],
    context: Mapping[str, Any],
) -> None:
    """Prepare the question, note that it is asked, and tell the data team. recipients: whose copy each would get.
    refused: why others would get none."""
    month, number = version["month"], version["version"]
    report = read_report(installation.reports / month / "versions" / str(number) / INTERNAL_REPORT)
    name = _name(month, number)
    verdict = words.OVERALL[report.overall.verdict].word
    days = load_profile(installation.authority).approve_within_days
    missing = ", ".join(report.data_quality.missing).replace("_", " ")
    lines = [
        f"**{verdict}.** {verdict_reason(report.overall)}",
        f"[Open the report]({_address(f'reports/{month}/{number}/report.html')})",
        *([f"**Missing from it:** {missing}."] if missing else []),
        f"It would go to: {', '.join(f'{name} ({audience})' for name, audience in recipients.items())}.",
        *(f"**Not to be sent:** {told}" for told in refused),
        f"Without an answer within {days} days nothing is sent. A rejection needs a reason.",
    ]
    context["ti"].xcom_push(key="subject", value=f"Send the readiness report for {name}?")
    context["ti"].xcom_push(key="body", value="\n\n".join(lines))
    Ledger(installation).record_approval(Approval(month, number, _now(), ASKED))
    send_notice(
        installation,
        f"Readiness: the report for {name} waits to be approved",
        [
            f"It is held until somebody approves or rejects it in Airflow, under Required Actions, within {days} days.",
            *refused,
        ],
    )


def note(installation: Settings, version: Mapping[str, Any], answer: Mapping[str, Any] | None) -> str:
    """Write the decision into the ledger and give it. answer: None if the command line has approved."""
    decided = _decision(version, answer)
    Ledger(installation).record_approval(decided)
    name = _name(decided.month, decided.version)
    LOG.info("%s: %s%s", name, decided.decision.replace("_", " "), f" by {decided.who}" if decided.who else "")
    if decided.decision == NO_ANSWER:
        told = f"Nobody approved the report for {name} in time, so it was not sent. Run readiness_report again."
        send_notice(installation, f"Readiness: the report for {name} was not sent", [told])
        raise NotApproved(told)
    return decided.decision


def _decision(version: Mapping[str, Any], answer: Mapping[str, Any] | None) -> Approval:
    month, number = version["month"], version["version"]
    if answer is None:
        who = given_by_command_line()
        if who is None:  # whoever may mark tasks in Airflow has not approved anything by it
            raise NotApproved(
                f"There is no answer about the report for {_name(month, number)}, so it is not sent. Run "
                "readiness_report again, and answer under Required Actions."
            )
        return Approval(month, number, _now(), APPROVED, who, "asked for on the command line")
    at, user = naive_utc(_moment(answer["responded_at"])), answer["responded_by_user"]
    if user is None:
        return Approval(month, number, at, NO_ANSWER)
    decision = APPROVED if answer["chosen_options"] == [APPROVE] else REJECTED
    return Approval(month, number, at, decision, user["name"], _reason(answer) or None)


@contextmanager
def by_command_line() -> Iterator[None]:
    """While the block lasts, whoever runs this command has approved what it sends."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = f"user {os.getuid()}"
    os.environ[COMMAND_LINE] = f"{user} (command line)"
    try:
        yield
    finally:
        del os.environ[COMMAND_LINE]


def given_by_command_line() -> str | None:
    """Who has approved by running a command, if so."""
    return os.environ.get(COMMAND_LINE)


def _reason(answer: Mapping[str, Any]) -> str:
    return " ".join(str((answer["params_input"] or {}).get("reason") or "").split())


def _address(path: str) -> str:
    """Of the readiness page, on the host by which the reader came."""
    return f"{urlsplit(conf.get('api', 'base_url', fallback='') or '').path.rstrip('/')}/readiness/{path}"


def _name(month: str, version: int) -> str:
    return f"{Month.parse(month).in_words()}, version {version}"


def _moment(at: datetime | str) -> datetime:
    return datetime.fromisoformat(at) if isinstance(at, str) else at


def _now() -> datetime:
    return naive_utc(datetime.now(UTC))
