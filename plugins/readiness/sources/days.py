"""Which days a source can be read for."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import sqlalchemy as sa

from readiness.profile import load_profile
from readiness.settings import Settings, is_path, masked
from readiness.sources.borders import guarded, source_failure
from readiness.sources.connection import open_database
from readiness.sources.files.drops import drop_days
from readiness.sources.inspection import ENTERED, REPLACED, Shape


@dataclass(frozen=True)
class SourceDays:
    """The days that a source which keeps its history can be read as of."""

    first_on: date
    last_on: date


def source_days(settings: Settings) -> SourceDays | None:
    """The days of a dated source, or None for a live one, which shows its present state only.

    A dated source is a database with tables <table>_history whose rows say when they were entered and replaced, to be
    read from the first entry to the last change; or files with their day in the name.
    """
    address = settings.case_system
    schema = load_profile(settings.authority).source_schema
    return guarded(
        "Looking at the case system",
        lambda: _days_of_files(Path(address)) if is_path(address) else _days_of(address, schema),
        source_failure("Which days it has", masked(address)),
    )


def _days_of_files(path: Path) -> SourceDays | None:
    days = drop_days(path)
    return SourceDays(days[0], days[-1]) if days else None


def _days_of(address: str, schema: str | None) -> SourceDays | None:
    with open_database(address) as connection:
        moments: list[str] = []
        for found in Shape(connection, schema).histories():
            table = sa.table(
                found.name, sa.column(found.columns[ENTERED]), sa.column(found.columns[REPLACED]), schema=schema
            )
            entered, replaced = table.c[found.columns[ENTERED]], table.c[found.columns[REPLACED]]
            query = sa.select(sa.func.min(entered), sa.func.max(entered), sa.func.max(replaced))
            moments += [str(moment) for moment in connection.execute(query).one() if moment is not None]
    if not moments:
        return None
    return SourceDays(_day(min(moments)), _day(max(moments)))


def _day(moment: str) -> date:
    return datetime.fromisoformat(moment).date()
