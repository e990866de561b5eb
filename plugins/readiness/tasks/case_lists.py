"""The cases behind a version's numbers, as files: written with it, and closed to whoever becomes restricted."""

import logging
from collections.abc import Collection
from pathlib import Path

import pandas as pd

from readiness.clocks import Definitions, Schemas
from readiness.contracts import load_contracts
from readiness.indicators import trace
from readiness.periods import Month
from readiness.quality.restricted import restricted_now
from readiness.report.versions import CASE_LISTS
from readiness.settings import Settings, private_folder, write_privately
from readiness.warehouse import Warehouse, open_warehouse

LOG = logging.getLogger(__name__)

RESTRICTED_ROWS = "restricted_rows.csv"
"""Beside the case lists: indicator, restricted_rows (rows that its list leaves out)."""


def export(warehouse: Warehouse, at: Schemas, definitions: Definitions, month: Month, version_folder: Path) -> None:
    """The cases behind the month's authority values, pseudonymous, one file an indicator, open to the owner only; and
    how many rows of each are not listed because the child's record is restricted or nobody can say whose they are."""
    folder = private_folder(version_folder / CASE_LISTS)
    counted = warehouse.query(
        f"select indicator from {at.table('marts.indicator_values')} "
        f"where month = '{month}' and scope_type = 'authority'"
    )
    for table in ("clocks.spans", "marts.open_cases"):
        warehouse.keep(at.table(table))
    left_out = []
    for indicator in sorted(counted.indicator):
        found = trace(warehouse, definitions, indicator, str(month), schemas=at)
        listed = pd.concat([found.cases, found.open_work])
        listed = listed.sort_values(list(listed.columns), key=lambda column: column.astype(str))
        _write(folder / f"{indicator}.csv", listed)
        left_out.append((indicator, found.restricted_rows))
    _write(folder / RESTRICTED_ROWS, pd.DataFrame(left_out, columns=["indicator", "restricted_rows"]))
    if total := sum(rows for _, rows in left_out):
        LOG.info("%d rows about children with a restricted record are counted and in no case list", total)


def close_restricted(settings: Settings) -> int:
    """Take the children restricted by what is known now out of the case lists of every version; gives the rows."""
    with open_warehouse(settings.warehouse) as warehouse:
        return close(settings, restricted_now(warehouse, load_contracts()))


def close(settings: Settings, restricted: Collection[str]) -> int:
    """Take the rows of these children (hashes) out of the case lists of every version, and count them as left out.
    Gives the number of rows; a list without such a row stays as it is, byte for byte."""
    closed = 0
    for folder in sorted(settings.reports.glob(f"*/versions/*/{CASE_LISTS}")):
        taken = {file.stem: rows for file in sorted(folder.glob("*.csv")) if (rows := _close(file, restricted))}
        if taken:
            counts = pd.read_csv(folder / RESTRICTED_ROWS)
            counts["restricted_rows"] += counts.indicator.map(taken).fillna(0).astype(int)
            _write(folder / RESTRICTED_ROWS, counts)
            closed += sum(taken.values())
    if closed:
        LOG.info("%d rows about children whose record was restricted since are taken out of earlier case lists", closed)
    return closed


def _close(file: Path, restricted: Collection[str]) -> int:
    content = file.read_text(encoding="utf-8")
    if file.name == RESTRICTED_ROWS or not any(id in content for id in restricted):
        return 0
    rows = pd.read_csv(file, dtype="str", keep_default_na=False)
    leads = rows[[name for name in ("child_id", "person_id", "subject_id") if name in rows]].isin(list(restricted))
    is_closed = leads.any(axis=1)
    if is_closed.any():
        _write(file, rows[~is_closed])
    return int(is_closed.sum())


def _write(file: Path, rows: pd.DataFrame) -> None:
    write_privately(file, rows.to_csv(index=False))
