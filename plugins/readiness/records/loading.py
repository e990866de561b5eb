"""Loads one day of one feed: extract, gate, merge, account for it.

Extraction and gate happen outside the warehouse's lock and leave nothing on disk; only the merge holds the lock. The
ledger is written after the merge is committed; should the process die in between, the next load makes good for it.
"""

import logging
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import sqlalchemy as sa

from readiness.contracts import Contract, load_contract
from readiness.errors import ReadinessError, WarehouseBusy
from readiness.gate import Sifted, sift
from readiness.ledger import BatchEntry, Ledger
from readiness.periods import day_moment, day_of
from readiness.profile import Profile, load_profile
from readiness.records.memory import Memory, check_key, recall
from readiness.records.merging import NO_CHANGE, Merger
from readiness.settings import Settings
from readiness.sources import Batch, Delivery, Vault, find_delivery, guarded, read_feed, source_of
from readiness.warehouse import HistoryCounts, open_warehouse

LOG = logging.getLogger(__name__)

TEAMS = "teams"


class DayOutOfOrder(ReadinessError):
    """A day earlier than the newest one loaded: history is written forwards only."""


class DeliveryChanged(ReadinessError):
    """Other files stand under a day that was loaded already."""


@dataclass(frozen=True)
class LoadResult:
    """What a load did, in counts. status: loaded, absent (the source has no table for the feed), already_loaded, or
    unchanged (the files are those that were loaded on `day`)."""

    feed: str
    day: date
    extracted_at: datetime
    status: str
    source_rows: int = 0
    accepted: int = 0
    quarantined: int = 0
    copies: int = 0
    warnings: int = 0
    new: int = 0
    changed: int = 0
    closed: int = 0
    missing_tables: tuple[str, ...] = ()
    missing_columns: tuple[str, ...] = ()
    unknown_columns: tuple[str, ...] = ()
    notice: str | None = None


def load_feed(settings: Settings, feed: str, day: date | None = None, now: datetime | None = None) -> LoadResult:
    """Load the state of a feed at the end of `day`, or as it is now from a live source.

    A day that is loaded is not loaded again, nor is a file, whatever its name or time; days come in order. Raises
    SourceUnavailable or WarehouseBusy (worth trying again) or another ReadinessError (not); then nothing was changed,
    and the ledger says why.
    """
    contract, ledger = load_contract(feed), guarded("Opening the ledger", lambda: Ledger(settings), _busy)
    now = now or datetime.now(UTC).replace(tzinfo=None)
    try:
        load = _Load(settings, contract, ledger, load_profile(settings.authority), now)
        return guarded(f"Loading {feed}", lambda: load.run(day), _busy)
    except ReadinessError as error:
        if day is None or day <= day_of(now):
            _note_stop(ledger, feed, day or day_of(now), day_moment(day) if day else now, str(error))
        raise


@dataclass(frozen=True)
class _Load:
    settings: Settings
    contract: Contract
    ledger: Ledger
    profile: Profile
    now: datetime

    def run(self, day: date | None) -> LoadResult:
        memory = self._recall()
        self._repair_ledger(memory)
        asked = day or day_of(self.now)
        if loaded := _loaded_already(memory, self.contract.feed, asked):
            return loaded
        if unchanged := self._unchanged(memory, asked):
            return unchanged
        vault = Vault(self.settings)
        fingerprint = vault.key().fingerprint
        check_key(memory, fingerprint)

        batch = self._read(memory, vault, day)
        sifted = None if batch.is_absent else self._sift(batch, memory)
        if sifted is not None:
            self._keep_identities(vault, batch, sifted)
        entry, counts = self._merge(batch, sifted, fingerprint)

        self.ledger.record_batch(entry)
        if batch.day < asked:
            self._note_unchanged(asked, entry)
        return _result(batch, entry, counts)

    def _recall(self) -> Memory:
        with open_warehouse(self.settings.warehouse) as warehouse:
            return recall(warehouse, self.contract)

    def _repair_ledger(self, memory: Memory) -> None:
        """Note the batches that are in the warehouse and not in the ledger: the process died between the two."""
        noted = {b.day: b.status for b in self.ledger.batches() if b.feed == self.contract.feed}
        for batch in memory.batches:
            if noted.get(batch.day) != batch.status:
                self.ledger.record_batch(batch)

    def _unchanged(self, memory: Memory, asked: date) -> LoadResult | None:
        """The delivery that was loaded last is not loaded again; the day is accounted for all the same. Raises
        DeliveryChanged or DayOutOfOrder for a delivery that history cannot take."""
        feed = self.contract.feed
        found = find_delivery(source_of(self.settings, self.profile, feed), self.contract, asked)
        if found is None or memory.newest is None:
            return None
        newest = memory.newest
        whole, content = memory.deliveries.get(newest.day, (None, None))
        if found.day == newest.day and found.content != content:
            raise DeliveryChanged(
                f"{feed}: {found.day} was loaded before, and what is there now under that day is another delivery. "
                "History is written forwards only: name the corrected delivery with a later day. What was loaded stays "
                "as it was."
            )
        if found.whole != whole and found.day != newest.day:
            _in_order(memory, feed, found.day or asked)
            self._not_an_earlier_one(memory, found)
            return None
        self._note_unchanged(asked, newest)
        return replace(_loaded_already(memory, feed, newest.day), status="unchanged")

    def _not_an_earlier_one(self, memory: Memory, found: Delivery) -> None:
        """Files without a day that are those of an earlier delivery: most likely an old export, sent once more."""
        earlier = [on for on, (whole, _) in memory.deliveries.items() if whole == found.whole]
        if earlier and found.day is None:
            raise DeliveryChanged(
                f"{self.contract.feed}: what is delivered is the delivery loaded for {earlier[-1]} once more, and a "
                f"newer one was loaded for {memory.newest.day}. If it is an old export, put the present one in its "
                "place. If the source did return to that state, name the file or folder with the day whose state it "
                "shows, for example 2026-11-06."
            )

    def _note_unchanged(self, day: date, entry: BatchEntry) -> None:
        """A feed that the newest delivery lacks is still lacking, however often it is looked at."""
        LOG.info("%s: nothing newer than the delivery of %s, which is loaded", entry.feed, entry.day)
        self.ledger.record_batch(replace(entry, day=day, status="absent" if entry.status == "absent" else "unchanged"))

    def _read(self, memory: Memory, vault: Vault, day: date | None) -> Batch:
        batch = read_feed(
            self.settings,
            self.contract,
            source=source_of(self.settings, self.profile, self.contract.feed),
            now=self.now,
            day=day,
            remembered=memory.remembered,
            since=memory.since(vault) if self.contract.load == "increment" else None,
        )
        for kind, names in (("tables", batch.missing_tables), ("columns", batch.missing_columns)):
            if names:
                LOG.warning("%s: the case system lacks the %s %s", batch.feed, kind, ", ".join(names))
        return batch

    def _sift(self, batch: Batch, memory: Memory) -> Sifted:
        return sift(
            batch,
            self.contract,
            known_teams=self._known_teams(batch),
            rows_before=memory.rows_before,
            smallest_share=self.profile.smallest_snapshot_share,
        )

    def _known_teams(self, batch: Batch) -> set[str] | None:
        """Ids of the teams as the source has them at the same moment; None if the feed names none or no team is
        known. Read from the source, not from records, so that the order in which feeds are loaded does not matter."""
        if self.contract.feed == TEAMS or all(c.domain != "team" for c in self.contract.columns.values()):
            return None
        contract = load_contract(TEAMS)
        try:
            source = source_of(self.settings, self.profile, TEAMS)
            teams = read_feed(self.settings, contract, source=source, now=self.now, day=batch.day)
        except ReadinessError:  # it stops the teams feed, with its own message, and no other
            return None
        return set(teams.frame.team_id.dropna()) or None

    def _keep_identities(self, vault: Vault, batch: Batch, sifted: Sifted) -> None:
        """Ids of children and workers, and of the records in quarantine, so that they can be found and mended."""
        for domain, identities in batch.identities.items():
            if domain == "record":
                keys = [name for name in self.contract.key if self.contract.columns[name].domain == "record"]
                wanted = set(sifted.quarantined[keys].stack())
                identities = identities[identities["hash"].isin(wanted)]
            vault.keep(domain, identities)

    def _merge(self, batch: Batch, sifted: Sifted | None, fingerprint: str) -> tuple[BatchEntry, HistoryCounts]:
        with open_warehouse(self.settings.warehouse) as warehouse, warehouse.transaction():
            memory = recall(warehouse, self.contract)
            if meanwhile := memory.batch_of(batch.day):
                return meanwhile, NO_CHANGE
            _in_order(memory, self.contract.feed, batch.day)
            entry = _entry(batch, sifted)
            merger = Merger(warehouse, self.contract, self.profile.source, memory)
            if sifted is None:
                merger.note_absence(batch, entry, fingerprint)
                return entry, NO_CHANGE
            return entry, merger.merge(batch, sifted, entry, fingerprint)


def _loaded_already(memory: Memory, feed: str, day: date) -> LoadResult | None:
    if done := memory.batch_of(day):
        return LoadResult(
            feed=feed,
            day=day,
            extracted_at=done.extracted_at,
            status="already_loaded",
            source_rows=done.source_rows,
            accepted=done.accepted,
            quarantined=done.quarantined,
            copies=done.copies,
            warnings=done.warnings,
            notice=done.notice,
        )
    _in_order(memory, feed, day)
    return None


def _in_order(memory: Memory, feed: str, day: date) -> None:
    if memory.newest and day < memory.newest.day:
        raise DayOutOfOrder(
            f"{feed}: {day} comes before {memory.newest.day}, which is loaded already. Days are loaded in order, "
            "because history is written forwards only. To load earlier days, begin with them in an empty warehouse."
        )


def _entry(batch: Batch, sifted: Sifted | None) -> BatchEntry:
    entry = BatchEntry(batch.feed, batch.day, batch.extracted_at, "absent", notice=batch.notice)
    if sifted is None:
        return entry
    return replace(
        entry,
        status="loaded",
        source_rows=sifted.source_rows,
        accepted=len(sifted.accepted),
        quarantined=len(sifted.quarantined),
        copies=sifted.copies,
        warnings=sifted.warnings,
        message=_lacking(batch, sifted),
    )


def _lacking(batch: Batch, sifted: Sifted) -> str | None:
    """What a loaded batch lacks, in words: tables that the source does not have, or every row."""
    if batch.missing_tables:
        return f"{batch.feed}: the case system has no table {' or '.join(batch.missing_tables)}."
    if sifted.source_rows == 0 and not batch.is_partial:
        return f"{batch.feed}: its table in the case system is empty."
    return None


def _result(batch: Batch, entry: BatchEntry, counts: HistoryCounts) -> LoadResult:
    LOG.info(
        "%s of %s: %d rows read, %d accepted, %d into quarantine, %d copies; %d new, %d changed, %d closed",
        *(entry.feed, entry.day, entry.source_rows, entry.accepted, entry.quarantined, entry.copies),
        *(counts.new, counts.changed, counts.closed),
    )
    return LoadResult(
        feed=entry.feed,
        day=entry.day,
        extracted_at=entry.extracted_at,
        status=entry.status,
        source_rows=entry.source_rows,
        accepted=entry.accepted,
        quarantined=entry.quarantined,
        copies=entry.copies,
        warnings=entry.warnings,
        new=counts.new,
        changed=counts.changed,
        closed=counts.closed,
        missing_tables=batch.missing_tables,
        missing_columns=batch.missing_columns,
        unknown_columns=batch.unknown_columns,
        notice=batch.notice,
    )


def _busy(error: Exception) -> ReadinessError | None:
    """A locked or lost ledger or vault is worth another try."""
    if isinstance(error, sa.exc.OperationalError):
        return WarehouseBusy("The ledger or the vault is locked or cannot be reached just now. Try again later.")
    return None


def _note_stop(ledger: Ledger, feed: str, day: date, at: datetime, message: str) -> None:
    """Tell the ledger why; if it cannot be told, the reason itself matters more."""
    with suppress(sa.exc.OperationalError):
        if feed not in ledger.loaded_feeds(day):
            ledger.record_batch(BatchEntry(feed, day, at, "stopped", message=message))
