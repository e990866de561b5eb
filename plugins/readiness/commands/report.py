"""`make report`: one month, from extraction to the rendered report, with an exit code that tells the truth."""

from contextlib import nullcontext
from datetime import date, timedelta
from typing import Literal, TextIO

from readiness.commands.headless import Headless, Run
from readiness.commands.mail import mail_server
from readiness.contracts import load_contracts
from readiness.ledger import Ledger
from readiness.periods import Month, day_of, latest_closed_month
from readiness.settings import Settings
from readiness.sources import SourceDays, SourceUnavailable, source_days

Deliver = Literal["yes", "no", "dry_run"]

COMPLETE, NO_REPORT, FEEDS_MISSING = 0, 1, 3


def report(
    settings: Settings, month: Month, as_at: date | None, deliver: Deliver, today: date, progress: TextIO
) -> int:
    """Extract if need be, then judge, render and, only if asked, deliver `month`: asking for it approves it.

    Gives the exit code: 0 complete, 3 a report with feeds missing, 1 no report (or not delivered as asked).
    """
    with mail_server(settings) if deliver != "no" else nullcontext(), Headless.open(settings, progress) as airflow:
        is_loaded = load_missing_day(airflow, month, as_at, today, progress)
        code = report_month(airflow, month, as_at, deliver, progress)
    return FEEDS_MISSING if code == COMPLETE and not is_loaded else code


def load_missing_day(airflow: Headless, month: Month, as_at: date | None, today: date, progress: TextIO) -> bool:
    """Run the daily DAG for the day that the report needs, unless the ledger has it. False if some of it failed."""
    from readiness.tasks.monthly import settled_as_at

    ledger = Ledger(airflow.settings)
    if as_at is None and settled_as_at(ledger, month):
        return True
    try:
        days = source_days(airflow.settings)
    except SourceUnavailable:  # the daily run meets it again and notes it for each feed
        wanted = as_at or today
    else:
        wanted = day_to_load(ledger, days, month, as_at, today)
    if wanted is None:
        return True
    print(f"Reading the case system as of {wanted:%d %B %Y}", file=progress)
    run = airflow.run("case_records", {"day": wanted.isoformat(), "notify": False, "check_source": False})
    _tell_failures(run, progress)
    return not run.failed


def day_to_load(ledger: Ledger, days: SourceDays | None, month: Month, as_at: date | None, today: date) -> date | None:
    """The day to extract before `month` can be reported as at `as_at`, or None if nothing can or need be.

    A dated source (`days`) is read as of the as-at; without one, as of the newest day loaded if that closes the
    month, else of the first day on which the month is closed. A live one can only be read today, which serves a
    report as at today, or any report if nothing was ever loaded. Days are loaded in order, never backwards.
    """
    newest = ledger.newest_batch()
    if days is None:
        wanted = today if newest is None or as_at is None or as_at >= today else None
    elif as_at is not None:
        wanted = as_at
    elif newest is not None and latest_closed_month(newest) >= month:
        wanted = day_of(newest)
    else:
        wanted = month.last_on + timedelta(days=1)
    if wanted is None or (newest is not None and wanted < day_of(newest)):
        return None
    return None if set(load_contracts()) <= ledger.loaded_feeds(wanted) else wanted


def report_month(airflow: Headless, month: Month, as_at: date | None, deliver: Deliver, progress: TextIO) -> int:
    """The monthly DAG alone, from what is loaded. Gives the exit code of `report`."""
    from readiness.tasks.approval import by_command_line

    print(f"Judging and rendering {month.in_words()}", file=progress)
    conf = {"month": str(month), "as_at": as_at.isoformat() if as_at else None, "deliver": deliver}
    with by_command_line():
        run = airflow.run("readiness_report", conf)
    _tell_failures(run, progress)
    if run.failed:
        return NO_REPORT
    return FEEDS_MISSING if Ledger(airflow.settings).reports(str(month))[-1].feeds_missing else COMPLETE


def _tell_failures(run: Run, progress: TextIO) -> None:
    for name in run.failed:
        print(f"  {run.dag_id}: {name} {run.states[name]}", file=progress)
