"""`make check-source`: what the case system can and cannot tell, before anything is loaded."""

from datetime import date, datetime
from typing import TextIO

from readiness.errors import ReadinessError
from readiness.settings import Settings
from readiness.source_check import SourceCheck, check_source, last_check, store, words
from readiness.sources import Batch, read_feed

GOOD, NO_SOURCE, PARTS_MISSING = 0, 1, 3


def check_source_command(settings: Settings, day: date | None, now: datetime, progress: TextIO) -> int:
    """Check the source as of `day` (a live one: as of `now`, naive UTC), print what was found, keep it and publish the
    page. Gives the exit code: 0 all that was found can be read and something can be counted, 3 if a feed was refused
    or parts of one are missing, or nothing can be counted, 1 if the source cannot be reached.
    """

    def reading(settings: Settings, contract, **how: object) -> Batch:
        print(f"Reading {contract.feed}", file=progress, flush=True)
        return read_feed(settings, contract, **how)

    try:
        check = check_source(settings, day, now, reading)
    except ReadinessError as error:
        print(f"readiness: {error}", file=progress)
        return NO_SOURCE
    said = words(check, last_check(settings, check))
    file = store(settings, check)
    print(f"\n{said}\nThe same as a page: {file}", file=progress)
    return exit_code(check)


def exit_code(check: SourceCheck) -> int:
    """0 or 3, of a source that could be reached."""
    has_gaps = any(feed.state in ("refused", "partly") and not feed.is_optional for feed in check.feeds)
    return PARTS_MISSING if has_gaps or not check.computable else GOOD
