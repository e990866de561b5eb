"""Fragments of a county, put straight into the schema `known`: rows of feeds by the names of their contract."""

from collections.abc import Iterable, Mapping
from datetime import date

import pandas as pd

from readiness.clocks.knowledge import load_calendar
from readiness.contracts import load_contracts
from readiness.periods import day_moment
from readiness.profile import WorkingDays
from readiness.warehouse import Warehouse
from tests.sql.golden import _physical

TODAY = date(2026, 11, 6)
AS_AT = day_moment(TODAY)
QUARANTINED = "quarantined_"


def know(warehouse: Warehouse, given: Mapping[str, list[dict]], feeds: Iterable[str]) -> None:
    """Make known.<feed> and known.quarantined_<feed> of these feeds with the given rows, others empty, as at TODAY."""
    waiting = dict(given)
    for feed in feeds:
        for table in (feed, QUARANTINED + feed):
            _load(warehouse, table, waiting.pop(table, []))
    assert not waiting, f"rows of feeds that nobody reads: {', '.join(waiting)}"
    moment = pd.DataFrame({"as_at": [AS_AT], "as_at_on": [TODAY]})
    warehouse.load("known.moment", moment, {"as_at": "timestamp", "as_at_on": "date"})
    warehouse.load("known.allocated_roles", pd.DataFrame({"role": ["Allocated Case Worker"]}), {"role": "text"})
    absent = sorted(set(load_contracts()) - {name.removeprefix(QUARANTINED) for name, rows in given.items() if rows})
    warehouse.load("known.absent_feeds", pd.DataFrame({"feed": absent}, dtype=object), {"feed": "text"})


def know_the_days(warehouse: Warehouse) -> None:
    load_calendar(warehouse, WorkingDays(), TODAY)


def _load(warehouse: Warehouse, table: str, rows: list[dict]) -> None:
    contract = load_contracts()[table.removeprefix(QUARANTINED)]
    unknown = {name for row in rows for name in row} - contract.columns.keys()
    assert not unknown, f"{table} has no columns {', '.join(sorted(unknown))}"
    types = contract.physical
    if table.startswith(QUARANTINED):
        types = {**types, "rule_ids": "text", "row_digest": "text"}
    frame = pd.DataFrame([_physical(row, contract) for row in rows], columns=list(types), dtype=object)
    warehouse.load(f"known.{table}", frame, types)
