"""The rows of a feed as known at a moment, read from the history of records and quarantine.

An as-at before a feed's first batch is reconstructed from that batch: rows recorded (or, where the source does not say,
begun) later are left out, and stops after it are open again (design 4). Corrections that people decided on by then are
laid over the history before anything else; they never change it.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import pandas as pd

from readiness.clocks.corrections import Correction
from readiness.contracts import Contract
from readiness.periods import day_of
from readiness.warehouse import Warehouse, moment_literal

QUARANTINE_COLUMNS = {"rule_ids": "text", "row_digest": "text"}

# Dates with which something begins, though no contract calls them its first date: they are no stops to reopen.
BEGINNINGS = frozenset({"started_on", "from_on", "newly_qualified_from_on", "born_on", "expected_on"})


@dataclass(frozen=True)
class History:
    """first_batches: when each feed was first loaded; a feed without a batch is absent."""

    warehouse: Warehouse
    contracts: Mapping[str, Contract]
    first_batches: Mapping[str, datetime]
    corrections: tuple[Correction, ...] = ()

    @cached_property
    def stored(self) -> dict[str, dict[str, str]]:
        """The tables of records and of quarantine as 'schema.table', with their columns: column name -> type."""
        schemas = ("records", "quarantine")
        return {
            f"{schema}.{name}": columns for schema in schemas for name, columns in self.warehouse.tables(schema).items()
        }

    def rooms(self, feed: str) -> list[str]:
        """The tables that hold what was loaded of a feed, the good rows first."""
        return [table for table in (f"records.{feed}", f"quarantine.{feed}") if table in self.stored]

    def readable_at(self, feed: str, as_at: datetime) -> datetime:
        """The moment whose rows answer for `as_at`: that of the first batch where it lies before it."""
        return max(as_at, self.first_batches.get(feed, as_at))

    def rows(self, feed: str, as_at: datetime, room: str = "records") -> str:
        """A query for the rows of a feed as known at `as_at` (naive UTC), with the columns of the contract; those in
        `quarantine` with rule_ids and row_digest too. A column or feed that was never loaded is NULL or empty."""
        contract, table = self.contracts[feed], f"{room}.{feed}"
        types = {**contract.physical, **(QUARANTINE_COLUMNS if room == "quarantine" else {})}
        existing = self.stored.get(table, {}) if feed in self.first_batches else {}
        overlay = self._overlay(contract, existing, as_at) if room == "records" and existing else {}
        existing = existing | overlay
        columns = {
            name: f"cast({name if name in existing else 'null'} as {sql_type})" for name, sql_type in types.items()
        }
        if not existing:
            return f"select {_listed(columns)} from (values (1)) as nothing (n) where n = 0"
        where = [current_at(self.readable_at(feed, as_at))]
        if as_at < self.first_batches[feed]:
            day = f"cast('{day_of(as_at)}' as date)"
            where += _begun_by(contract, day)
            columns |= _reopened(contract, existing, day)
        if overlay:
            table = f"(select {_listed({name: name for name in existing} | overlay)} from {table}) as corrected"
        return f"select {_listed(columns)} from {table} where {' and '.join(where)}"

    def _overlay(self, contract: Contract, existing: Mapping[str, str], as_at: datetime) -> dict[str, str]:
        """The columns that corrections change, as SQL."""
        branches: dict[str, list[str]] = defaultdict(list)
        for correction in self.corrections:
            if correction.feed == contract.feed and correction.is_effective_on(day_of(as_at)):
                for name, value in correction.values(contract).items():
                    branches[name].append(f"when {correction.is_its_row(contract)} then {value}")
        return {
            name: f"case {' '.join(each)} else {name if name in existing else 'null'} end"
            for name, each in branches.items()
        }


def first_batches(warehouse: Warehouse) -> dict[str, datetime]:
    """When each feed was first loaded; a feed without a batch is absent."""
    if not warehouse.exists("records.batches"):
        return {}
    found = warehouse.query(
        "select feed, min(extracted_at) as first_at from records.batches where not is_absent group by feed"
    )
    return {row.feed: pd.Timestamp(row.first_at).to_pydatetime() for row in found.itertuples()}


def newest_batch(warehouse: Warehouse) -> datetime:
    """The newest moment at which any feed was loaded; something must have been."""
    return pd.Timestamp(warehouse.value("select max(extracted_at) from records.batches")).to_pydatetime()


def current_at(moment: datetime) -> str:
    """The condition for the versions that held at a moment."""
    literal = moment_literal(moment)
    return f"known_from <= {literal} and (known_to is null or known_to > {literal})"


def _listed(columns: Mapping[str, str]) -> str:
    return ", ".join(f"{value} as {name}" for name, value in columns.items())


def _begun_by(contract: Contract, day: str) -> list[str]:
    """Recorded by that day, or, where the source does not say, begun."""
    named = [contract.on(name) for name in (contract.recorded, contract.first_date) if name]
    if not named:
        return []
    return [f"coalesce(coalesce({', '.join(named)}) <= {day}, true)"]


def _reopened(contract: Contract, existing: Mapping[str, str], day: str) -> dict[str, str]:
    """Stops after that day as open."""
    columns = {}
    for name in (stop for stop in _stops(contract) if stop in existing):
        columns[name] = f"case when {name} <= {day} then {name} end"
        moment_of = f"{name.removesuffix('_on')}_at"
        if moment_of in existing:
            columns[moment_of] = f"case when {name} <= {day} then {moment_of} end"
    return columns


def _stops(contract: Contract) -> list[str]:
    """Physical date columns with which something ends: not required, no due date, and not the row's beginning."""
    beginnings = {contract.first_date, contract.recorded, *BEGINNINGS}
    return [
        contract.on(name)
        for name, column in contract.columns.items()
        if column.type in ("date", "moment") and column.kind != "due" and not column.required and name not in beginnings
    ]
