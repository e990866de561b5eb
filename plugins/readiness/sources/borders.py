"""Errors at the edge of the house: what leaves here names feed, table and column, and never a value of a row.

Drivers and libraries put row values and parameters into their messages. So a foreign error is replaced by one of
ours, raised outside the `except` block: it carries no trace of the first one, not even as its context.
"""

from collections.abc import Callable
from pathlib import Path
from traceback import extract_tb
from typing import TypeVar

import sqlalchemy as sa

from readiness.errors import ReadinessError

Result = TypeVar("Result")
Translation = Callable[[Exception], ReadinessError | None]


class SourceUnavailable(ReadinessError):
    """The case system cannot be reached or is locked just now; the same call may succeed later."""


class SourceChanged(ReadinessError):
    """The case system no longer has the shape that a feed relies on; trying again does not help."""


class DayNotReadable(ReadinessError):
    """The case system cannot show the state of the day asked for."""


def guarded(doing: str, action: Callable[[], Result], translate: Translation = lambda error: None) -> Result:
    """Do it, and let no foreign error out. `doing` is what the message says was going on; `translate` may know better
    words."""
    try:
        return action()
    except ReadinessError:
        raise
    except Exception as error:
        failure = translate(error) or unexpected(doing, error)
    raise failure


def unexpected(doing: str, error: Exception) -> ReadinessError:
    """An error that nobody foresaw: its kind and place for whoever mends it, without its text."""
    frames = extract_tb(error.__traceback__)
    own = [frame for frame in frames if "readiness" in Path(frame.filename).parts] or frames
    place = f" at {Path(own[-1].filename).name}, line {own[-1].lineno}" if own else ""
    return ReadinessError(
        f"{doing} failed with {type(error).__name__}{place}. Its text is withheld because it may hold a person's data; "
        "the place and the kind of error tell a developer where to look."
    )


def source_failure(feed: str, address: str) -> Translation:
    """Tell a lost or locked case system (try again) from a query it refuses (do not)."""

    def translate(error: Exception) -> ReadinessError | None:
        if isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError | sa.exc.TimeoutError) or (
            isinstance(error, sa.exc.DBAPIError) and error.connection_invalidated
        ):
            return SourceUnavailable(
                f"{feed}: the case system at {address} cannot be read just now: it is locked, unreachable or refuses "
                "the login. Nothing was changed. Try again later; if it stays so, check that the server runs and that "
                "READINESS_CASE_SYSTEM (or the Airflow connection 'case_system') is right."
            )
        if isinstance(error, sa.exc.DBAPIError):
            return ReadinessError(
                f"{feed}: the case system at {address} refused the query of this feed "
                f"({type(error.orig).__name__}). Compare its tables with the feed's file in sql/sources/."
            )
        return None

    return translate
