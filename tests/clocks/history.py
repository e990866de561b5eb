"""A small history laid into a warehouse, as the records room leaves it."""

from collections.abc import Mapping
from datetime import date, datetime

import pandas as pd

from readiness import clocks, indicators
from readiness.clocks import CURRENT, Definitions, Schemas, load_definitions
from readiness.contracts import load_contract, load_contracts
from readiness.periods import day_moment
from readiness.profile import Profile
from readiness.warehouse import Warehouse

FIRST_COMPLETE = dict.fromkeys(["contacts", "contact_decisions", "referrals", "assessments"], "2025-01")
PROFILE = Profile(name="Testshire", inspection="none", first_complete_month=FIRST_COMPLETE)


def records(warehouse: Warehouse, feed: str, rows: list[Mapping], table: str = "records") -> None:
    """Replace the history of a feed. Dates under physical names; `known_from` and `known_to` are days."""
    types = {**load_contract(feed).physical, "known_from": "timestamp", "known_to": "timestamp"}
    if table == "quarantine":
        types |= {"rule_ids": "text", "row_digest": "text"}
    filled = [{**row, **{k: _moment(row.get(k)) for k in ("known_from", "known_to")}} for row in rows]
    warehouse.load(f"{table}.{feed}", pd.DataFrame(filled, columns=list(types), dtype=object), types)


def batches(warehouse: Warehouse, first: date, absent: tuple[str, ...] = ()) -> None:
    """Note the first batch of every feed; absent ones had no table."""
    rows = [(feed, day_moment(first), feed in absent) for feed in load_contracts()]
    frame = pd.DataFrame(rows, columns=["feed", "extracted_at", "is_absent"])
    warehouse.load("records.batches", frame, {"feed": "text", "extracted_at": "timestamp", "is_absent": "boolean"})


def know(warehouse: Warehouse, as_at: date, profile: Profile = PROFILE, schemas: Schemas = CURRENT) -> None:
    clocks.know(warehouse, load_contracts(), profile, day_moment(as_at), schemas)


def count(
    warehouse: Warehouse,
    as_at: date,
    ids: tuple[str, ...],
    profile: Profile = PROFILE,
    schemas: Schemas = CURRENT,
) -> Definitions:
    """Everything from records to values, for a few indicators."""
    definitions = load_definitions().only(ids)
    know(warehouse, as_at, profile, schemas)
    clocks.build(warehouse, definitions, profile, schemas)
    indicators.build(warehouse, definitions, schemas)
    return definitions


def _moment(day: date | None) -> datetime | None:
    return None if day is None else day_moment(day)
