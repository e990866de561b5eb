"""What the warehouse remembers of a feed before its next batch is read."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import pandas as pd

from readiness.contracts import Contract
from readiness.errors import ReadinessError
from readiness.ledger import BatchEntry
from readiness.records.tables import BATCHES, IDENTITY, SOURCE_SHAPE, SOURCE_SHAPE_COLUMNS
from readiness.settings import Settings
from readiness.sources import IdentityKeyChanged, Remembered, Since, Vault
from readiness.warehouse import Warehouse, open_warehouse

LOG = logging.getLogger(__name__)

OVERLAP = timedelta(days=1)
"""An increment reads again the day before its watermark: what was being written while the last one was read."""


@dataclass(frozen=True)
class Memory:
    """batches: what was loaded of the feed, oldest first. recorded_on: the last day on which a row now known was
    recorded. quarantined: hashes of the record ids in quarantine now. fingerprint: of the key behind the hashes.
    deliveries: of the days loaded from files, hashes of the whole delivery and of the feed's part."""

    batches: tuple[BatchEntry, ...] = ()
    remembered: Remembered = Remembered()
    recorded_on: date | None = None
    quarantined: frozenset[str] = field(default=frozenset(), repr=False)
    fingerprint: str | None = None
    deliveries: Mapping[date, tuple[str, str]] = field(default_factory=dict, repr=False)

    @property
    def newest(self) -> BatchEntry | None:
        return self.batches[-1] if self.batches else None

    @property
    def rows_before(self) -> int:
        """Rows of the newest batch that the source had a table for, each once."""
        loaded = [batch.source_rows - batch.copies for batch in self.batches if batch.status == "loaded"]
        return loaded[-1] if loaded else 0

    def batch_of(self, day: date) -> BatchEntry | None:
        return next((batch for batch in self.batches if batch.day == day), None)

    def since(self, vault: Vault) -> Since | None:
        """How far back the next increment must read; None for all, if nothing is known or a row in quarantine cannot
        be named."""
        if self.recorded_on is None or self.newest is None:
            return None
        ids = vault.ids("record", self.quarantined)
        if len(ids) < len(self.quarantined):
            return None
        # A stamp in the future, mistyped or from a clock gone wrong, must not hide all that comes before it.
        return Since(min(self.recorded_on, self.newest.day) - OVERLAP, tuple(sorted(ids.values())))


def recall(warehouse: Warehouse, contract: Contract) -> Memory:
    if not warehouse.exists(BATCHES):
        return Memory()
    shape = warehouse.query(f"select part, name, family from {SOURCE_SHAPE} where feed = '{contract.feed}'")
    columns = shape[shape.part == "column"]
    has_history = contract.load == "increment" and warehouse.exists(f"records.{contract.feed}")
    return Memory(
        batches=_batches(warehouse, contract.feed),
        remembered=Remembered(
            tables=frozenset(shape.name[shape.part == "table"]),
            families=dict(zip(columns.name, columns.family, strict=True)),
        ),
        recorded_on=_recorded_on(warehouse, contract) if has_history else None,
        quarantined=_quarantined(warehouse, contract) if has_history else frozenset(),
        fingerprint=warehouse.value(f"select fingerprint from {IDENTITY}"),
        deliveries=_deliveries(warehouse, contract.feed),
    )


def check_key(memory: Memory, fingerprint: str) -> None:
    """The warehouse may outlive the home folder that held its key."""
    if memory.fingerprint not in (None, fingerprint):
        raise IdentityKeyChanged(
            "The ids in this warehouse were hashed with another identity key than the one in this home folder. Put the "
            "first key back, or begin with an empty warehouse: otherwise no child would be recognised and all history "
            "would be closed."
        )


def accept_source_change(settings: Settings, feed: str, who: str, why: str) -> None:
    """Forget what a feed's source looked like, so that its next batch is taken as it comes. For a change of the case
    system that is meant: a table or column that went, a column of another type. Who accepts it and why is logged."""
    if not who.strip() or not why.strip():
        raise ReadinessError("To accept a change of the case system, say who you are and why it is meant.")
    with open_warehouse(settings.warehouse) as warehouse:
        if not warehouse.exists(SOURCE_SHAPE):
            return
        with warehouse.transaction():
            columns = [name for name in SOURCE_SHAPE_COLUMNS if name in warehouse.columns(SOURCE_SHAPE)]
            kept = warehouse.query(f"select {', '.join(columns)} from {SOURCE_SHAPE} where feed <> '{feed}'")
            warehouse.load(SOURCE_SHAPE, kept, {name: SOURCE_SHAPE_COLUMNS[name] for name in columns})
    LOG.warning("%s accepted the change of the case system for %s: %s", who.strip(), feed, why.strip())


def _batches(warehouse: Warehouse, feed: str) -> tuple[BatchEntry, ...]:
    rows = warehouse.query(
        "select feed, day, extracted_at, is_absent, source_rows, accepted, quarantined, copies, warnings, notice, "
        f"message from {BATCHES} where feed = '{feed}' order by extracted_at"
    )
    return tuple(
        BatchEntry(
            feed=row.feed,
            day=_day(row.day),
            extracted_at=row.extracted_at.to_pydatetime(),
            status="absent" if row.is_absent else "loaded",
            source_rows=int(row.source_rows),
            accepted=int(row.accepted),
            quarantined=int(row.quarantined),
            copies=int(row.copies),
            warnings=int(row.warnings),
            notice=None if pd.isna(row.notice) else row.notice,
            message=None if pd.isna(row.message) else row.message,
        )
        for row in rows.itertuples()
    )


def _deliveries(warehouse: Warehouse, feed: str) -> dict[date, tuple[str, str]]:
    if "delivery" not in warehouse.columns(BATCHES):
        return {}
    rows = warehouse.query(
        f"select day, delivery, content from {BATCHES} where feed = '{feed}' and delivery is not null"
    )
    return {_day(row.day): (row.delivery, row.content) for row in rows.itertuples()}


def _recorded_on(warehouse: Warehouse, contract: Contract) -> date | None:
    """The greatest of the feed's recorded-at columns (design 4)."""
    stamps = [contract.on(name) for name, column in contract.columns.items() if column.kind == "system_stamped"]
    latest = warehouse.query(
        f"select {', '.join(f'max({stamp}) as {stamp}' for stamp in stamps)} "
        f"from records.{contract.feed} where known_to is null"
    )
    days = [_day(value) for value in latest.iloc[0] if not pd.isna(value)]
    return max(days, default=None)


def _quarantined(warehouse: Warehouse, contract: Contract) -> frozenset[str]:
    key = next(name for name in contract.key if contract.columns[name].type == "id")
    found = warehouse.query(
        f"select distinct {key} as hash from quarantine.{contract.feed} where known_to is null and {key} is not null"
    )
    return frozenset(found["hash"])


def _day(value: object) -> date:
    return pd.Timestamp(value).date()
