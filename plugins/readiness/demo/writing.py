"""Writing a county into an SQLite file."""

import sqlite3
from pathlib import Path

import pandas as pd

from readiness.demo.county import County
from readiness.demo.dirt import make_dirty, sheets
from readiness.demo.late_days import revise
from readiness.demo.records import Progress, all_versions
from readiness.demo.tables import Table, tables
from readiness.errors import ReadinessError


def write_county(path: Path, county: County, progress: Progress = lambda line: None) -> dict[str, int]:
    """Write the county's case system to a new file at `path` and give the rows of each history table.

    For every table of `case_system.sql` that the demo fills: `<table>_history` with entered_at and replaced_at (naive
    London text; the state of a day D is entered_at <= 'D 23:59:59' < replaced_at, an empty replaced_at being later than
    all days), and a view under the table's own name that shows the last day. `readiness_notice` says that the data is
    synthetic. The file appears only when it is whole. Raises ReadinessError if `path` exists.
    """
    path = Path(path)
    if path.exists():
        raise ReadinessError(f"{path} exists already. Remove it, or choose another path for the county.")
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".unfinished")
    unfinished.unlink(missing_ok=True)
    found = county_tables(county, progress)
    progress("writing")
    with sqlite3.connect(unfinished) as connection:
        connection.execute("pragma journal_mode = off")
        connection.execute("pragma synchronous = off")
        connection.execute("create table readiness_notice (notice text not null)")
        connection.execute("insert into readiness_notice values (?)", (county.notice,))
        for table in tables().values():
            _write(connection, table, found[table.name])
    connection.close()
    unfinished.replace(path)
    return {name: len(rows) for name, rows in found.items()}


def county_tables(county: County, progress: Progress = lambda line: None) -> dict[str, pd.DataFrame]:
    """By table of the case system: the rows of its history table as they are written, all text."""
    typed = all_versions(county, progress)
    progress("dirt, and what is corrected on the last days")
    open_sheets = sheets(county, {table.name: table.as_text(typed[table.name]) for table in tables().values()})
    make_dirty(county, open_sheets)
    revise(county, open_sheets)
    return {name: sheet.finished() for name, sheet in open_sheets.items()}


def _write(connection: sqlite3.Connection, table: Table, rows: pd.DataFrame) -> None:
    for statement in table.create_statements():
        connection.execute(statement)
    marks = ", ".join("?" * len(rows.columns))
    values = zip(*(rows[column].tolist() for column in rows.columns), strict=True)
    connection.executemany(f"insert into {table.history} values ({marks})", values)
