"""The tasks of `readiness_report`: which month and knowledge, judge, render, ask for approval, deliver."""

import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from airflow.sdk.exceptions import AirflowSkipException

from readiness.contracts import load_contracts
from readiness.delivery import (
    CopiesDelayed,
    Outcome,
    Recipients,
    SmtpSettings,
    load_recipients,
    plan,
    unknown_places,
)
from readiness.delivery import deliver as send_copies
from readiness.errors import ReadinessError
from readiness.ledger import Ledger, ReportEntry
from readiness.periods import Month, day_moment, day_of, latest_closed_month, naive_utc, parse_day
from readiness.settings import Settings
from readiness.tasks import approval
from readiness.tasks.context import month, setting, settings, smtp_settings

LOG = logging.getLogger(__name__)


DRY_RUN = "dry_run"


class CopiesMissing(ReadinessError):
    """Some recipients did not get their copy."""


def check_completeness(context: Mapping[str, Any]) -> dict[str, Any]:
    """The month, the as-at moment and the feeds that are missing then; raises if nothing was ever loaded."""
    installation = settings()
    ledger = Ledger(installation)
    asked = month(context, installation)
    as_at = as_at_moment(ledger, asked, setting(context, "as_at"))
    if asked.first_on > day_of(as_at):
        raise ReadinessError(
            f"{asked.in_words()} begins after {day_of(as_at):%d %B %Y}, the day of the knowledge to use. The latest "
            f"month that is over is {latest_closed_month(as_at).in_words()}."
        )
    missing = feeds_missing(ledger, as_at)
    LOG.info(
        "%s with what was known on %s%s",
        *(asked.in_words(), f"{day_of(as_at):%d %B %Y}", f"; feeds missing: {', '.join(missing)}" if missing else ""),
    )
    return {"month": str(asked), "as_at": as_at.isoformat(), "feeds_missing": missing}


def as_at_moment(ledger: Ledger, asked_month: Month, asked: str | None) -> datetime:
    """The knowledge to use: that of the newest batch up to the day asked for; else of the month's last report, unless
    the month was not over or a feed was stopped then; else of the newest batch. A day before the first batch stands for
    its own end, and the report is reconstructed."""
    newest = ledger.newest_batch()
    if newest is None:
        raise ReadinessError(
            "Nothing has been loaded yet, so there is nothing to report. Run the DAG case_records or load_history, "
            "and look at its failed feeds if it ran already."
        )
    if asked:
        end_of_day = day_moment(parse_day(asked))
        return ledger.newest_batch(until=end_of_day) or end_of_day
    return settled_as_at(ledger, asked_month) or newest


def settled_as_at(ledger: Ledger, reported: Month) -> datetime | None:
    """The as-at of the month's last report, if the month was over then and no feed waits to be loaded; a feed that the
    source does not have waits for nothing."""
    earlier = ledger.reports(str(reported))
    if not earlier or day_of(earlier[-1].as_at) <= reported.last_on:
        return None
    as_at = earlier[-1].as_at
    is_whole = set(load_contracts()) <= ledger.loaded_feeds(day_of(ledger.batch_behind(as_at)))
    return as_at if is_whole else None


def feeds_missing(ledger: Ledger, as_at: datetime) -> list[str]:
    """Feeds that the knowledge of `as_at` lacks in whole or in part: not in the source, without a row, or not loaded
    on the day of the newest batch. A reconstructed as-at is answered from the first batch. Most councils do without an
    optional feed: it is missing only if its load was stopped."""
    base = ledger.batch_behind(as_at)
    entries = ledger.batches(day_of(base))
    whole = {entry.feed for entry in entries if entry.status in ("loaded", "unchanged") and not entry.message}
    may_lack = {feed for feed, contract in load_contracts().items() if contract.is_optional}
    stopped = {entry.feed for entry in entries if entry.status == "stopped"}
    return sorted(set(load_contracts()) - whole - (may_lack - stopped))


def judge(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Rebuild the indicators as known at the as-at, judge every claim, and freeze the result as a version."""
    from readiness.tasks.assembly import assemble

    installation = settings()
    report_month, as_at = Month.parse(asked["month"]), datetime.fromisoformat(asked["as_at"])
    made = assemble(installation, report_month, as_at)
    Ledger(installation).record_report(
        ReportEntry(
            month=asked["month"],
            version=made.version.number,
            content_hash=made.version.content_hash,
            as_at=as_at,
            is_reconstructed=made.is_reconstructed,
            verdict=made.verdict,
            feeds_missing=tuple(asked["feeds_missing"]),
            created_at=naive_utc(datetime.now(UTC)),
        )
    )
    LOG.info("Version %d: %s", made.version.number, made.verdict.replace("_", " "))
    return {"month": asked["month"], "version": made.version.number}


def render(version: Mapping[str, Any]) -> dict[str, Any]:
    """Make page, mail, PDF and workbook of a frozen version and put them in their place as the month's current one.
    What stands in the way of sending it later is said now."""
    from readiness.report import publish

    installation = settings()
    folder = version_folder(installation, version)
    LOG.info("Report: %s", publish(folder))
    for problem in _problems_of_recipients(installation, folder):
        LOG.warning("%s", problem)
    return dict(version)


def _problems_of_recipients(installation: Settings, folder: Path) -> tuple[str, ...]:
    try:
        return unknown_places(folder, load_recipients(installation.authority))
    except ReadinessError as error:  # a report that is not sent needs no list
        return (str(error),)


def plan_delivery(version: Mapping[str, Any], context: Mapping[str, Any]) -> list[str]:
    """Say who would get what, and name the task that comes next: none if nothing is to be sent, else the one that asks
    for approval, which a command line has given already. Without an explicit wish only the latest closed month is
    sent."""
    ledger = Ledger(settings())
    wish = setting(context, "deliver")
    is_latest = version["month"] == str(latest_closed_month(ledger.newest_batch()))
    if wish not in ("yes", DRY_RUN) and not (wish is None and is_latest):
        LOG.info("No mail: not asked for")
        return []
    outcomes = plan(*_post(version), is_correction=bool(setting(context, "correction")), is_dry_run=wish == DRY_RUN)
    for copy in outcomes:
        LOG.log(logging.WARNING if copy.is_problem else logging.INFO, "%s: %s, %s", *_told(copy))
    planned = {copy.recipient: copy.audience for copy in outcomes if copy.status == "planned"}
    if not planned:
        _raise_problems(outcomes)
    context["ti"].xcom_push(key="planned", value={"version": version["version"], "recipients": planned})
    if not planned or wish == DRY_RUN:
        LOG.info("Nothing is sent%s", ": this is a dry run" if wish == DRY_RUN else "")
        return []
    if approval.given_by_command_line():
        return ["note_decision"]
    approval.ask(settings(), version, planned, [copy.detail for copy in outcomes if copy.status == "refused"], context)
    return ["approve"]


def note_decision(version: Mapping[str, Any], context: Mapping[str, Any]) -> dict[str, Any]:
    """Keep in the ledger who decided what; raises if nobody decided in time, or about another version."""
    planned = context["ti"].xcom_pull(task_ids="plan_delivery", key="planned")
    if not planned or planned["version"] != version["version"]:
        raise approval.NotApproved("The question was about another version. Run readiness_report again.")
    decision = approval.note(settings(), version, context["ti"].xcom_pull(task_ids="approve"))
    return dict(version) | {"decision": decision, "recipients": planned["recipients"]}


def deliver(decided: Mapping[str, Any], context: Mapping[str, Any]) -> dict[str, str]:
    """Send an approved version, once, to the recipients that the question named, each the copy that it named."""
    if decided["decision"] != approval.APPROVED:
        raise AirflowSkipException("No mail: rejected.")
    is_correction = bool(setting(context, "correction"))
    outcomes = send_copies(*_post(decided), is_correction=is_correction, only=decided["recipients"])
    _raise_problems(outcomes)
    return {outcome.recipient: outcome.status for outcome in outcomes}


def _post(version: Mapping[str, Any]) -> tuple[Path, Recipients, SmtpSettings, Ledger]:
    installation = settings()
    folder = version_folder(installation, version)
    return folder, load_recipients(installation.authority), smtp_settings(), Ledger(installation)


def _told(copy: Outcome) -> tuple[str, str, str]:
    return copy.recipient, copy.status.replace("_", " "), copy.detail


def _raise_problems(outcomes: Sequence[Outcome]) -> None:
    """Say how many have their copy. Raises CopiesDelayed while another try may help, else CopiesMissing."""
    problems = [copy for copy in outcomes if copy.is_problem]
    waiting = sum(copy.status == "needs_correction" for copy in outcomes)
    LOG.info("%d of %d copies are with their recipients", len(outcomes) - len(problems) - waiting, len(outcomes))
    if waiting:
        LOG.info("%d recipients have another version of this month; send this one as a correction", waiting)
    if problems:
        may_help = any(copy.status == "failed" for copy in problems)
        told = "; ".join("{}: {}, {}".format(*_told(copy)) for copy in problems)
        raise (CopiesDelayed if may_help else CopiesMissing)(told)


def version_folder(installation: Settings, version: Mapping[str, Any]) -> Path:
    return installation.reports / version["month"] / "versions" / str(version["version"])
