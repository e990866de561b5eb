"""The tasks of `case_records` and `load_history`: load feeds, build indicators, look at their quality, account for what
came of it."""

import logging
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from airflow.sdk.exceptions import AirflowSkipException

from readiness.contracts import load_contracts
from readiness.errors import ReadinessError
from readiness.ledger import BatchEntry, Ledger
from readiness.periods import day_of, naive_utc, parse_day
from readiness.settings import Settings
from readiness.sources import source_days
from readiness.tasks.context import setting, settings
from readiness.tasks.history_days import history_days, with_progress

LOG = logging.getLogger(__name__)


class DayIncomplete(ReadinessError):
    """A day of which some feed could not be loaded."""


class RunIncomplete(ReadinessError):
    """A run of which a task failed."""


def list_feeds() -> list[str]:
    return sorted(load_contracts())


def asked_day(context: Mapping[str, Any]) -> date | None:
    """The day to load: as asked for; else the run's own day from a dated source, and now (None) from a live one."""
    asked = setting(context, "day")
    if asked:
        return parse_day(asked)
    try:
        is_live = source_days(settings()) is None
    except ReadinessError:  # loading will meet it again, and note it for each feed
        is_live = True
    return None if is_live else _run_day(context)


def asked_days(context: Mapping[str, Any]) -> list[date]:
    """The days of a history load, first to last: every day, every week or every month end."""
    asked = [setting(context, name) for name in ("from", "to")]
    if not all(asked):
        raise ReadinessError("Give the first and the last day of the history to load, as YYYY-MM-DD.")
    return history_days(*map(parse_day, asked), every=setting(context, "every") or "day")


def load_feed(feed: str, day: date | None) -> dict[str, Any]:
    """Load one feed of a day; gives counts only."""
    from readiness.records import load_feed as load

    result = load(settings(), feed, day)
    return asdict(result) | {"day": result.day.isoformat(), "extracted_at": result.extracted_at.isoformat()}


def load_feed_days(feed: str, days: list[date]) -> dict[str, Any]:
    """Load one feed of several days in order, and say how far it has come; days loaded already are passed over."""
    done = [b.day for b in Ledger(settings()).batches() if b.feed == feed and b.status != "stopped"]
    newest = max(done, default=None)
    waiting = [day for day in days if newest is None or day > newest]
    loaded = [load_feed(feed, day) for day in with_progress(feed, days, waiting)]
    return {"feed": feed, "days": len(loaded), "accepted": sum(result["accepted"] for result in loaded)}


def build_indicators() -> dict[str, int]:
    """Spans, checks, levels and indicator values for the knowledge of now."""
    from readiness.tasks.assembly import build_current

    built = build_current(settings())
    LOG.info("%d spans, %d indicator values", built.spans, built.values)
    return asdict(built)


def check_quality(context: Mapping[str, Any]) -> dict[str, int]:
    """Rules across feeds, silent feeds, the working list of the quarantine, returned figures; and their pages. The data
    team gets one mail about feeds that fell silent or are in order again."""
    from readiness.tasks import quality

    installation = settings()
    counts = quality.check(installation, naive_utc(datetime.now(UTC)))
    if setting(context, "notify"):
        quality.tell(installation, naive_utc(datetime.now(UTC)))
    LOG.info(
        "%d rules across feeds judged; %d rows in the working list; %d feeds fell silent, %d are in order again",
        *(counts["rules"], counts["items"], counts["opened"], counts["closed"]),
    )
    return counts


def check_source(context: Mapping[str, Any]) -> dict[str, int]:
    """What the source as a whole can and cannot tell, as a page; nothing is loaded. A source out of reach is the matter
    of the loads."""
    from readiness.source_check import check_source as look
    from readiness.source_check import store

    if not setting(context, "check_source"):
        raise AirflowSkipException("No source check: not asked for.")
    installation = settings()
    found = look(installation, asked_day(context), naive_utc(datetime.now(UTC)))
    LOG.info("Source check: %s", store(installation, found))
    return {"feeds": len(found.feeds), "indicators": len(found.indicators), "supported": len(found.computable)}


def end_as_failed() -> None:
    """Raise RunIncomplete: indicators or quality are those of an earlier run."""
    raise RunIncomplete(
        "Indicators or the quality of the data are not up to date: a task of this run failed, see its log."
    )


def account_for_the_day(context: Mapping[str, Any]) -> dict[str, Any]:
    """What was loaded of the run's day; raises DayIncomplete if a feed is missing."""
    installation = settings()
    asked = setting(context, "day")
    loaded = (entry.day for entry in Ledger(installation).batches() if entry.status != "stopped")
    day = parse_day(asked) if asked else max([_run_day(context), *loaded])
    return _account(installation, [day])


def account_for_the_days(context: Mapping[str, Any]) -> dict[str, Any]:
    """What was loaded of a history; raises DayIncomplete if a feed lacks a day."""
    return _account(settings(), asked_days(context))


def _account(installation: Settings, days: list[date]) -> dict[str, Any]:
    ledger = Ledger(installation)
    stopped = [problem for day in days for problem in _problems(ledger, day)]
    entries = [entry for day in days for entry in ledger.batches(day)]
    counts = {
        "loaded": sum(entry.status in ("loaded", "unchanged") for entry in entries),
        "absent": sum(entry.status == "absent" for entry in entries),
        "accepted": sum(entry.accepted for entry in entries),
        "quarantined": sum(entry.quarantined for entry in entries),
    }
    LOG.info(
        "%d feeds loaded, %d not in the source; %d rows accepted, %d in quarantine",
        *(counts["loaded"], counts["absent"], counts["accepted"], counts["quarantined"]),
    )
    if stopped:
        raise DayIncomplete(
            f"{len(stopped)} of {len(list_feeds()) * len(days)} loads are missing. " + " ".join(stopped)
        )
    return counts


def _problems(ledger: Ledger, day: date) -> list[str]:
    """What is wrong with each feed that is neither loaded nor absent on a day, in words."""
    entries: dict[str, BatchEntry] = {entry.feed: entry for entry in ledger.batches(day)}
    missing = sorted(set(list_feeds()) - ledger.loaded_feeds(day))
    return [entries[feed].message if feed in entries else f"{feed}: not read on {day}." for feed in missing]


def _run_day(context: Mapping[str, Any]) -> date:
    return day_of(naive_utc(context["dag_run"].run_after))
