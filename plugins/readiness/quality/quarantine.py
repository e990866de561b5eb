"""The quarantine as a working list: what is held back, why, since when, and what became of it.

One item stands for one record that was ever held back: a key of a feed, or, where a row lacks its key, the row itself.
However often it changes while it is bad, comes good and turns bad again, or breaks several rules at once, it stays one
item, whose spells are counted. The rows behind the open items of a feed are the rows that its batch put into
quarantine, no more and no fewer.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal

import pandas as pd
from pydantic import TypeAdapter

from readiness.contracts import Contract
from readiness.periods import day_of
from readiness.profile import Strict
from readiness.quality.restricted import Restricted, find_restricted
from readiness.records.tables import BATCHES, RULE_RESULTS
from readiness.settings import Settings, write_privately
from readiness.warehouse import Warehouse, moment_literal

SEPARATOR = "chr(31)"
"""Between the parts of a key; trimmed text does not hold it."""


class Reason(Strict):
    """A critical rule that the record broke when it was last held back."""

    rule_id: str
    description: str


class Item(Strict):
    """One record that is, or was, held back.

    key: names and values of its key, hashed as everywhere; where the row lacks its key (`is_keyed` is false), what else
    it says of whom it is about. Empty if it is about a child whose records are restricted (`is_restricted`).
    owner: who in the council mends the feed's rows.
    state: `open`; `mended`, a good version came when it left the quarantine or later; `gone`, it left the source. A row
    without its key can only be open or gone, since nobody can say which record it became. An increment cannot show that
    a record left the source, so one that was good before it turned bad counts as mended.
    since: London day on which the state began. first_on, last_on: when it was first and last seen bad. spells: how
    often it was held back, from turning bad to turning good or leaving. rows: in quarantine now, 0 unless it is open.
    """

    feed: str
    key: tuple[tuple[str, str], ...]
    is_keyed: bool
    is_restricted: bool
    reasons: tuple[Reason, ...]
    owner: str
    state: Literal["open", "mended", "gone"]
    since: date
    first_on: date
    last_on: date
    spells: int
    rows: int


def items(warehouse: Warehouse, contracts: Mapping[str, Contract], as_at: datetime) -> tuple[Item, ...]:
    """Every item as known at `as_at` (naive UTC): open ones first, then the others, by feed and by how long ago they
    were first seen."""
    restricted = find_restricted(warehouse, contracts)
    reasons = _descriptions(warehouse, as_at)
    found = [
        item
        for feed, contract in contracts.items()
        if warehouse.exists(f"quarantine.{feed}")
        for item in _Feed(warehouse, contract, as_at, reasons, restricted).items()
    ]
    order = ("open", "mended", "gone")
    return tuple(sorted(found, key=lambda i: (order.index(i.state), i.feed, i.first_on, i.key, i.reasons[0].rule_id)))


def publish_items(settings: Settings, items: Iterable[Item]) -> Path:
    """Put the list where the page in the Airflow UI reads it, whole or not at all; open to the owner only."""
    return write_privately(items_file(settings), ITEMS.dump_json(tuple(items), indent=1))


def read_items(settings: Settings) -> tuple[Item, ...] | None:
    """The published list; None if there is none yet."""
    file = items_file(settings)
    return ITEMS.validate_json(file.read_bytes()) if file.exists() else None


def items_file(settings: Settings) -> Path:
    return settings.home / "quarantine" / "items.json"


ITEMS = TypeAdapter(tuple[Item, ...])


@dataclass(frozen=True)
class _Feed:
    """The items of one feed."""

    warehouse: Warehouse
    contract: Contract
    as_at: datetime
    descriptions: Mapping[str, str]
    restricted: Restricted

    def items(self) -> list[Item]:
        batches = self._batches()
        shown = self._shown()
        rows = self.warehouse.query(self._sql(shown)).to_dict("records")
        return [self._item(row, shown, batches) for row in rows]

    def _item(self, row: Mapping[str, object], shown: list[str], batches: list[tuple[datetime, date]]) -> Item:
        ended, mended = _moment(row["ended_at"]), _moment(row["mended_at"])
        state = "open" if ended is None else "mended" if mended else "gone"
        since = _moment(row["spell_from"]) if ended is None else mended or ended
        # The batch that ended it no longer showed it: it was last seen in the one before.
        seen = batches if ended is None else batches[: bisect_left(batches, (ended,))]
        names = [name for name in shown if not pd.isna(row[name])]
        is_restricted = bool(row["is_restricted"])
        return Item(
            feed=self.contract.feed,
            key=() if is_restricted else tuple((name, self._value(name, row[name])) for name in names),
            is_keyed=bool(row["is_keyed"]),
            is_restricted=is_restricted,
            reasons=tuple(
                Reason(rule_id=rule, description=self.descriptions.get(rule, rule))
                for rule in sorted(set(str(row["rule_ids"]).split(";")))
            ),
            owner=self.contract.owner,
            state=state,
            since=day_of(since),
            first_on=day_of(_moment(row["first_at"])),
            last_on=seen[-1][1],
            spells=int(row["spells"]),
            rows=int(row["rows"]),
        )

    def _batches(self) -> list[tuple[datetime, date]]:
        rows = self.warehouse.query(
            f"select extracted_at, day from {BATCHES} where feed = '{self.contract.feed}' and not is_absent "
            f"and extracted_at <= {moment_literal(self.as_at)} order by extracted_at"
        )
        return [(_moment(row.extracted_at), pd.Timestamp(row.day).date()) for row in rows.itertuples()]

    def _shown(self) -> list[str]:
        """Columns that lead to the record: its key, and the children and workers it is about."""
        columns = self.contract.columns
        people = [name for name, column in columns.items() if column.domain in ("child", "worker")]
        existing = self.warehouse.columns(f"quarantine.{self.contract.feed}")
        return [*self.contract.key, *(name for name in people if name in existing and name not in self.contract.key)]

    def _value(self, name: str, value: object) -> str:
        """Hashes and team ids as they are; of anything else only what the contract lists, for a stray value could be
        anybody's."""
        column = self.contract.columns[name]
        if column.domain or str(value) in (column.codes or ()):
            return str(value)
        return "not shown"

    def _sql(self, names: list[str]) -> str:
        """One row per item: is_keyed, the columns shown, rule_ids, first_at, spell_from, ended_at (NULL if open),
        mended_at, spells, rows, is_restricted."""
        feed, now = self.contract.feed, moment_literal(self.as_at)
        parts = f" || {SEPARATOR} || ".join(f"cast({self._physical(name)} as text)" for name in self.contract.key)
        shown = {name: self._physical(name) for name in names}
        people = [name for name in shown if name not in self.contract.key]
        # What a keyed row says of people may differ from row to row, and its key leads to the record anyway.
        chosen = [f"min({column}) as {name}" for name, column in shown.items() if name not in people]
        chosen += [f"min(case when is_keyed then null else {shown[name]} end) as {name}" for name in people]
        columns = ", ".join(dict.fromkeys([*shown.values(), *self.restricted.columns(self.contract)]))
        return f"""
        with bad as (
            select
                coalesce({parts}, 'row' || {SEPARATOR} || row_digest) as item,
                ({parts}) is not null as is_keyed,
                {columns}, rule_ids, row_digest, known_from,
                case when known_to <= {now} then known_to end as known_to
            from quarantine.{feed}
            where known_from <= {now}
        ),

        marked as (
            select bad.*, max(coalesce(known_to, {now})) over (
                partition by item order by known_from, row_digest
                rows between unbounded preceding and 1 preceding
            ) as bad_until
            from bad
        ),

        ends as (
            select item, case when count(*) > count(known_to) then null else max(known_to) end as ended_at
            from bad
            group by item
        ),

        found as (
            select
                marked.item, ends.ended_at,
                {", ".join(chosen)},
                bool_and(is_keyed) as is_keyed,
                bool_or({self.restricted.condition(self.contract)}) as is_restricted,
                string_agg(distinct rule_ids, ';')
                    filter (where known_to is not distinct from ends.ended_at) as rule_ids,
                min(known_from) as first_at,
                max(known_from) filter (where bad_until is null or known_from > bad_until) as spell_from,
                count(*) filter (where bad_until is null or known_from > bad_until) as spells,
                count(*) filter (where known_to is null) as rows
            from marked
            join ends on ends.item = marked.item
            group by marked.item, ends.ended_at
        ),

        good as (
            select {parts} as item, known_from, case when known_to <= {now} then known_to end as known_to
            from {self._records()}
            where known_from <= {now}
        ),

        mended as (
            select found.item, min(greatest(good.known_from, found.ended_at)) as mended_at
            from found
            join good on good.item = found.item and (good.known_to is null or good.known_to > found.ended_at)
            where found.ended_at is not null
            group by found.item
        )

        select found.*, mended.mended_at
        from found
        left join mended on mended.item = found.item
        """

    def _records(self) -> str:
        """The feed's history; before anything of it was accepted it may not be there."""
        table = f"records.{self.contract.feed}"
        if self.warehouse.exists(table):
            return table
        keys = ", ".join(self._physical(name) for name in self.contract.key)
        nothing = f"select {keys}, known_from, known_to from quarantine.{self.contract.feed} where 1 = 0"
        return f"({nothing}) as nothing"

    def _physical(self, name: str) -> str:
        return self.contract.on(name)


def _descriptions(warehouse: Warehouse, as_at: datetime) -> dict[str, str]:
    """Rule id -> its plain words, as they were last used."""
    if not warehouse.exists(RULE_RESULTS):
        return {}
    rows = warehouse.query(
        f"select distinct on (rule_id) rule_id, description from {RULE_RESULTS} "
        f"where extracted_at <= {moment_literal(as_at)} order by rule_id, extracted_at desc"
    )
    return dict(zip(rows.rule_id, rows.description, strict=True))


def _moment(value: object) -> datetime | None:
    return None if pd.isna(value) else pd.Timestamp(value).to_pydatetime()
