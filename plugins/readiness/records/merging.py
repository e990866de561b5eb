"""Writes a sifted batch into history: all of it or nothing, in one transaction."""

from dataclasses import asdict, dataclass

import pandas as pd

from readiness.contracts import Contract
from readiness.gate import Sifted
from readiness.ledger import BatchEntry
from readiness.records import tables
from readiness.records.memory import Memory
from readiness.sources import Batch
from readiness.warehouse import HistoryCounts, Warehouse

NO_CHANGE = HistoryCounts(new=0, changed=0, closed=0)


@dataclass(frozen=True)
class Merger:
    """Merges one batch of a feed. source: the name of the active source, part of every row's key."""

    warehouse: Warehouse
    contract: Contract
    source: str
    memory: Memory

    def merge(self, batch: Batch, sifted: Sifted, entry: BatchEntry, fingerprint: str) -> HistoryCounts:
        """Rows into history and quarantine, results and the batch itself beside them; call it in a transaction."""
        counts = self._rows(batch, sifted)
        self._append(
            tables.RULE_RESULTS,
            [
                {"feed": batch.feed, "day": batch.day, "extracted_at": batch.extracted_at} | asdict(result)
                for result in sifted.results
            ],
        )
        self._note(batch, entry, counts, fingerprint)
        return counts

    def note_absence(self, batch: Batch, entry: BatchEntry, fingerprint: str) -> None:
        """A feed that the source has no table for: its day is accounted for, nothing else."""
        self._note(batch, entry, NO_CHANGE, fingerprint)

    def _rows(self, batch: Batch, sifted: Sifted) -> HistoryCounts:
        feed, physical = self.contract.feed, self.contract.physical
        key, types = ["source", *self.contract.key], {"source": "text", **physical}
        accepted, present, quarantined = (f"staging.{feed}__{part}" for part in ("accepted", "present", "quarantined"))
        self.warehouse.load(accepted, sifted.accepted.assign(source=self.source), types)
        self.warehouse.load(present, sifted.quarantined.assign(source=self.source)[key].drop_duplicates(), types)
        counts = self.warehouse.merge_history(
            f"records.{feed}",
            accepted,
            key,
            list(types),
            batch.extracted_at,
            close_missing=not batch.is_partial,
            present_keys=present,
        )
        types = {**physical, "rule_ids": "text", "row_digest": "text"}
        self.warehouse.load(quarantined, sifted.quarantined, types)
        # An increment reads again whatever is in quarantine, so a row not seen now is mended or gone.
        self.warehouse.merge_history(
            f"quarantine.{feed}", quarantined, ["row_digest"], list(types), batch.extracted_at, close_missing=True
        )
        for staged in (accepted, present, quarantined):
            self.warehouse.execute(f"drop table {staged}")
        return counts

    def _note(self, batch: Batch, entry: BatchEntry, counts: HistoryCounts, fingerprint: str) -> None:
        row = asdict(entry) | asdict(counts)
        row |= {"is_absent": batch.is_absent}
        delivery = batch.delivery
        row |= {"delivery": delivery and delivery.whole, "content": delivery and delivery.content}
        self._append(tables.BATCHES, [{name: row[name] for name in tables.BATCH_COLUMNS}])
        known = self.memory.remembered
        at = batch.extracted_at
        shape = [(batch.feed, "table", name, None, at) for name in sorted(batch.tables - known.tables)]
        shape += [(batch.feed, "column", n, f, at) for n, f in batch.families.items() if n not in known.families]
        self._append(tables.SOURCE_SHAPE, [dict(zip(tables.SOURCE_SHAPE_COLUMNS, row, strict=True)) for row in shape])
        if self.memory.fingerprint is None:
            self._append(tables.IDENTITY, [{"fingerprint": fingerprint}])

    def _append(self, table: str, rows: list[dict]) -> None:
        types = tables.ALL[table]
        self.warehouse.append(table, pd.DataFrame(rows, columns=list(types)), types)
