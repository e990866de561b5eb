"""The tasks of `case_records` and `load_history`: load feeds, build indicators, account for what came of it."""

import logging
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from readiness.contracts import load_contracts
from readiness.errors import ReadinessError
from readiness.ledger import BatchEntry, Ledger
from readiness.periods import day_of, naive_utc, parse_day
from readiness.settings import Settings
from readiness.sources import SourceUnavailable, source_days
from readiness.tasks.context import setting, settings
from readiness.tasks.notice import send_notice

LOG = logging.getLogger(__name__)


class DayIncomplete(ReadinessError):
    """A day of which some feed could not be loaded."""


def list_feeds() -> list[str]:
    return sorted(load_contracts())


def asked_day(context: Mapping[str, Any]) -> date | None:
    """The day to load: as asked for; else the run's own day from a dated source, and now (None) from a live one."""
    asked = setting(context, "day")
    if asked:
        return parse_day(asked)
    try:
        is_live = source_days(settings()) is None
    except SourceUnavailable:  # loading will meet it again, and note it for each feed
        is_live = True
    return None if is_live else _run_day(context)


def asked_days(context: Mapping[str, Any]) -> list[date]:
    """The days of a history load, first to last."""
    asked = [setting(context, name) for name in ("from", "to")]
    if not all(asked):
        raise ReadinessError("Give the first and the last day of the history to load, as YYYY-MM-DD.")
    first, last = map(parse_day, asked)
    if last < first:
        raise ReadinessError(f"The last day, {last}, comes before the first, {first}.")
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def load_feed(feed: str, day: date | None) -> dict[str, Any]:
    """Load one feed of a day; gives counts only."""
    from readiness.records import load_feed as load

    result = load(settings(), feed, day)
    return asdict(result) | {"day": result.day.isoformat(), "extracted_at": result.extracted_at.isoformat()}


def load_feed_days(feed: str, days: list[date]) -> dict[str, Any]:
    """Load one feed of several days in order; days loaded already are passed over."""
    done = [b.day for b in Ledger(settings()).batches() if b.feed == feed and b.status != "stopped"]
    newest = max(done, default=None)
    loaded = [load_feed(feed, day) for day in days if newest is None or day > newest]
    return {"feed": feed, "days": len(loaded), "accepted": sum(result["accepted"] for result in loaded)}


def build_indicators() -> dict[str, int]:
    """Spans, checks, levels and indicator values for the knowledge of now."""
    from readiness.tasks.assembly import build_current

    built = build_current(settings())
    LOG.info("%d spans, %d indicator values", built.spans, built.values)
    return asdict(built)


def account_for_the_day(context: Mapping[str, Any]) -> dict[str, Any]:
    """What was loaded of the run's day; raises DayIncomplete, and tells the data team, if a feed is missing."""
    installation = settings()
    asked = setting(context, "day")
    day = parse_day(asked) if asked else max([_run_day(context), *(b.day for b in Ledger(installation).batches())])
    return _account(installation, [day], is_told=bool(setting(context, "notify")))


def account_for_the_days(context: Mapping[str, Any]) -> dict[str, Any]:
    """What was loaded of a history; raises DayIncomplete if a feed lacks a day."""
    return _account(settings(), asked_days(context), is_told=False)


def _account(installation: Settings, days: list[date], is_told: bool) -> dict[str, Any]:
    ledger = Ledger(installation)
    stopped = [problem for day in days for problem in _problems(ledger, day)]
    entries = [entry for day in days for entry in ledger.batches(day)]
    counts = {
        "loaded": sum(entry.status == "loaded" for entry in entries),
        "absent": sum(entry.status == "absent" for entry in entries),
        "accepted": sum(entry.accepted for entry in entries),
        "quarantined": sum(entry.quarantined for entry in entries),
    }
    LOG.info(
        "%d feeds loaded, %d not in the source; %d rows accepted, %d in quarantine",
        *(counts["loaded"], counts["absent"], counts["accepted"], counts["quarantined"]),
    )
    if stopped:
        message = f"{len(stopped)} of {len(list_feeds()) * len(days)} loads are missing. " + " ".join(stopped)
        if is_told:
            send_notice(installation, f"Readiness: {len(stopped)} feeds could not be loaded", [message])
        raise DayIncomplete(message)
    return counts


def _problems(ledger: Ledger, day: date) -> list[str]:
    """What is wrong with each feed that is neither loaded nor absent on a day, in words."""
    entries: dict[str, BatchEntry] = {entry.feed: entry for entry in ledger.batches(day)}
    missing = sorted(set(list_feeds()) - ledger.loaded_feeds(day))
    return [entries[feed].message if feed in entries else f"{feed}: not read on {day}." for feed in missing]


def _run_day(context: Mapping[str, Any]) -> date:
    return day_of(naive_utc(context["dag_run"].run_after))
