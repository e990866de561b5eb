"""Which days a case system can be read for."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from readiness.settings import Settings, masked
from readiness.sources.borders import guarded, source_failure
from readiness.sources.connection import open_source
from readiness.sources.inspection import ENTERED, HISTORY, REPLACED


@dataclass(frozen=True)
class SourceDays:
    """The days that a source which keeps its history can be read as of."""

    first_on: date
    last_on: date


def source_days(settings: Settings) -> SourceDays | None:
    """The days of a dated source, or None for a live one, which shows its present state only.

    A dated source has tables <table>_history whose rows say when they were entered and replaced; it can be read from
    the first entry to the last change.
    """
    address = settings.case_system
    return guarded(
        "Looking at the case system", lambda: _days_of(address), source_failure("Which days it has", masked(address))
    )


def _days_of(address: str) -> SourceDays | None:
    with open_source(address) as connection:
        moments: list[str] = []
        for table in _histories(connection):
            query = sa.select(
                sa.func.min(table.c[ENTERED]), sa.func.max(table.c[ENTERED]), sa.func.max(table.c[REPLACED])
            )
            moments += [str(moment) for moment in connection.execute(query).one() if moment is not None]
    if not moments:
        return None
    return SourceDays(_day(min(moments)), _day(max(moments)))


def _histories(connection: sa.Connection) -> list[sa.TableClause]:
    inspector = sa.inspect(connection)
    return [
        sa.table(name, sa.column(ENTERED), sa.column(REPLACED))
        for name in inspector.get_table_names()
        if name.lower().endswith(HISTORY)
        and {ENTERED, REPLACED} <= {column["name"].lower() for column in inspector.get_columns(name)}
    ]


def _day(moment: str) -> date:
    return datetime.fromisoformat(moment).date()
