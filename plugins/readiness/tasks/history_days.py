"""Which days a load of history takes, and how far it has come."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Literal, get_args

from readiness.errors import ReadinessError
from readiness.periods import Month

LOG = logging.getLogger(__name__)

Every = Literal["day", "week", "month-end"]
EVERY: tuple[str, ...] = get_args(Every)

SAID_EVERY_SECONDS = 20


def history_days(first: date, last: date, every: str = "day") -> list[date]:
    """The days from `first` to `last`: each one, each seventh, or each last one of a month. The last day is always one
    of them."""
    if last < first:
        raise ReadinessError(f"The last day, {last}, comes before the first, {first}.")
    if every not in EVERY:
        raise ReadinessError(f"History is loaded for every {', '.join(EVERY)}, not for every '{every}'.")
    if every == "month-end":
        found = [month.last_on for month in Month.of(first).until(Month.of(last)) if month.last_on <= last]
    else:
        step = 1 if every == "day" else 7
        found = [first + timedelta(days=n) for n in range(0, (last - first).days + 1, step)]
    return found if last in found else [*found, last]


def with_progress(
    feed: str, days: Sequence[date], waiting: Sequence[date], clock: Callable[[], float] = time.monotonic
) -> Iterator[date]:
    """The days that are waiting, one by one; says now and then how many of all `days` are done and how long the rest
    will take at this pace. `clock` gives seconds."""
    began = said = clock()
    passed_over = len(days) - len(waiting)
    for number, day in enumerate(waiting, start=1):
        yield day
        now = clock()
        remaining = len(waiting) - number
        if not remaining or now - said >= SAID_EVERY_SECONDS:
            said = now
            left = _left((now - began) / number * remaining) if remaining else ""
            LOG.info("%s: %d of %d days, up to %s%s", feed, passed_over + number, len(days), f"{day:%-d %B %Y}", left)


def _left(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 1:
        return "; less than a minute left"
    if minutes < 120:
        return f"; about {minutes} minute{'s' if minutes > 1 else ''} left"
    return f"; about {round(minutes / 60)} hours left"
