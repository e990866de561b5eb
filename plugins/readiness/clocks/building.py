"""Spans, checks and levels, built from what is known: the schema `clocks`."""

from collections.abc import Iterable, Mapping, Sequence
from graphlib import TopologicalSorter

import pandas as pd

from readiness.clocks.collecting import COLLECTED
from readiness.clocks.definitions import Clock, Definitions
from readiness.clocks.limits import TYPES, ladders
from readiness.clocks.schemas import CURRENT, Schemas, tables_read
from readiness.profile import Profile
from readiness.warehouse import Warehouse

DEFINITION_TYPES = {
    "indicator": "text",
    "title": "text",
    "family": "text",
    "kind": "text",
    "cohort": "text",
    "measure": "text",
    "unit": "text",
    "direction": "text",
    "maturity_days": "integer",
    "definition_hash": "text",
}

ENTRY_TYPES = {"indicator": "text", "lag_clock": "text", "record_type": "text", "feed": "text", "kind": "text"}

# What other rooms read; a table that none of these is made from is not built.
RESULTS = (
    "clocks.spans",
    "clocks.checks",
    "clocks.levels",
    "clocks.months",
    "clocks.started_duties",
    "clocks.recorded_between",
)

# Look-ups by day, for engines that plan by indexes.
INDEXED = {
    "clocks.active_days": ("duty_number", "on_date"),
    "clocks.anchors": ("duty_number", "anchor_on"),
}


def build(warehouse: Warehouse, definitions: Definitions, profile: Profile, schemas: Schemas = CURRENT) -> None:
    """Build `clocks` from `known` (see `know`), which must be there. Tables are replaced; the same knowledge gives the
    same rows.

    A definition whose feed, or a column it cannot do without, is absent is skipped: its indicator has no rows.
    """
    absent = _absent(warehouse, schemas)
    present = definitions.only(id for id in definitions.indicators if not _needs_of(definitions, id) & absent)
    warehouse.load(schemas.table("known.limits"), ladders(definitions, profile), TYPES)
    _load_definitions(warehouse, present, schemas)
    _load_entries(warehouse, present, schemas)
    _load_first_complete(warehouse, present, schemas)
    for table, selects in in_order(_selects(present), RESULTS):
        create(warehouse, table, selects, schemas, table in _kept(present))


def create(warehouse: Warehouse, table: str, selects: Sequence[str], schemas: Schemas, is_kept: bool = True) -> None:
    """Replace one table by its queries."""
    name = schemas.table(table)
    make = warehouse.create_table if is_kept else warehouse.define
    make(name, *(schemas.sql(select) for select in selects))
    if table in INDEXED:
        warehouse.index(name, INDEXED[table])


def in_order(selects: Mapping[str, Sequence[str]], results: Iterable[str]) -> list[tuple[str, Sequence[str]]]:
    """The tables `results` and those they are made from, with their queries, each after the ones it reads."""
    needed: dict[str, frozenset[str]] = {}
    waiting = list(results)
    while waiting:
        table = waiting.pop()
        if table not in needed:
            needed[table] = frozenset().union(*(tables_read(select) for select in selects[table])) & selects.keys()
            waiting += needed[table]
    return [(table, selects[table]) for table in TopologicalSorter(needed).static_order()]


def _selects(definitions: Definitions) -> dict[str, tuple[str, ...]]:
    collected = {table.table: table.selects(definitions) for table in COLLECTED}
    marts = {mart.words.table: (mart.query,) for mart in definitions.marts.values()}
    return {table: selects for table, selects in {**collected, **marts}.items() if table.startswith("clocks.")}


def _kept(definitions: Definitions) -> set[str]:
    marts = (mart.words for mart in definitions.marts.values())
    return {each.table for each in (*COLLECTED, *marts) if each.is_kept}


def _absent(warehouse: Warehouse, schemas: Schemas) -> set[str]:
    """Feeds, and columns as 'feed.column', that the source does not have."""
    feeds = warehouse.query(f"select feed from {schemas.table('known.absent_feeds')}").feed
    columns = warehouse.query(f"select feed, column_name from {schemas.table('known.absent_columns')}")
    return {*feeds, *(columns.feed + "." + columns.column_name)}


def _needs_of(definitions: Definitions, id: str) -> set[str]:
    words = definitions.indicators[id].words
    each = [words, *(definitions.indicators[other].words for other in words.builds_on)]
    return {need for one in each for need in (*one.feeds, *one.columns)}


def _load_definitions(warehouse: Warehouse, definitions: Definitions, schemas: Schemas) -> None:
    rows = []
    for id, defined in definitions.indicators.items():
        words = defined.words
        kind, cohort = (words.kind, words.cohort) if isinstance(words, Clock) else (None, None)
        rows.append(
            (
                id,
                words.title,
                words.family,
                kind,
                cohort,
                words.measure,
                words.unit,
                words.direction,
                words.maturity_days,
                defined.hash,
            )
        )
    frame = pd.DataFrame(rows, columns=list(DEFINITION_TYPES))
    warehouse.load(schemas.table("clocks.definitions"), frame, DEFINITION_TYPES)


def _load_entries(warehouse: Warehouse, definitions: Definitions, schemas: Schemas) -> None:
    """clocks.entries: where the records stand with which a clock stops, a row for each type of record."""
    rows = [
        (id, named.lag_clock, record_type, named.feed, named.kind)
        for id, defined in definitions.clocks.items()
        if (named := defined.words.entries)
        for record_type in named.record_types or (None,)
    ]
    warehouse.load(schemas.table("clocks.entries"), pd.DataFrame(rows, columns=list(ENTRY_TYPES)), ENTRY_TYPES)


def _load_first_complete(warehouse: Warehouse, definitions: Definitions, schemas: Schemas) -> None:
    """known.first_complete: clock (any indicator), first_on. The latest first complete month of its feeds; with none
    known, the as-at's own month."""
    found = warehouse.query(f"select feed, record_type, first_on from {schemas.table('known.first_complete_feeds')}")
    as_at_on = pd.Timestamp(warehouse.value(f"select as_at_on from {schemas.table('known.moment')}")).date()
    rows = []
    for id, defined in definitions.indicators.items():
        words = defined.words
        counts = found.feed.isin(words.feeds) & (found.record_type.isna() | found.record_type.isin(words.record_types))
        days = [pd.Timestamp(day).date() for day in found.first_on[counts]]
        rows.append((id, max(days, default=as_at_on.replace(day=1))))
    frame = pd.DataFrame(rows, columns=["clock", "first_on"])
    warehouse.load(schemas.table("known.first_complete"), frame, {"clock": "text", "first_on": "date"})
