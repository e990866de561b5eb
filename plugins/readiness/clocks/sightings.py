"""When each record was first seen, for feeds that nobody stamps: the schema `known`'s first_seen."""

from collections.abc import Sequence
from datetime import datetime

from readiness.clocks.history import History
from readiness.clocks.schemas import Schemas
from readiness.contracts import Contract
from readiness.warehouse import moment_literal

COLUMNS = {
    "feed": "text",
    "kind": "text",
    "record_key": "text",
    "child_id": "text",
    "team_id": "text",
    "occurred_on": "date",
    "seen_at": "timestamp",
}


def load_first_seen(history: History, as_at: datetime, schemas: Schemas) -> None:
    """known.first_seen: feed, kind, record_key, child_id, team_id, occurred_on, seen_at.

    One row per record that is known at `as_at`, of snapshot feeds whose first date a worker enters. kind: the code in
    its key, if it has one (visits of several kinds come from several tables). record_key: the
    values of the key, joined by ':'. child_id and team_id: where the feed has them. seen_at: the first extraction with
    it, in quarantine too; a record that went and came back counts from its first appearance.
    """
    parts = [
        _first_seen(history, contract, as_at, schemas)
        for contract in history.contracts.values()
        if has_intervals(contract) and f"records.{contract.feed}" in history.stored
    ]
    nothing = ", ".join(f"cast(null as {sql_type}) as {name}" for name, sql_type in COLUMNS.items())
    history.warehouse.define(
        schemas.table("known.first_seen"),
        " union all ".join([f"select {nothing} from (values (1)) as nothing (n) where n = 0", *parts]),
    )


def has_intervals(contract: Contract) -> bool:
    """Whether a feed's recording lag can only be told as an interval between extractions."""
    first = contract.first_date
    return contract.load == "snapshot" and first is not None and contract.columns[first].kind == "worker_entered"


def _first_seen(history: History, contract: Contract, as_at: datetime, schemas: Schemas) -> str:
    feed, key = contract.feed, contract.key
    moment = moment_literal(history.readable_at(feed, as_at))
    kind = next((name for name in key if contract.columns[name].codes), None)
    versions = " union all ".join(
        f"select {', '.join(key)}, known_from from {room} where known_from <= {moment}" for room in history.rooms(feed)
    )
    first_at = f"(select min(known_from) from ({versions}) as versions)"
    keys = ", ".join(f"versions.{name}" for name in key)
    values = {
        "feed": f"'{feed}'",
        "kind": f"known.{kind}" if kind else "null",
        "record_key": " || ':' || ".join(f"cast(known.{name} as text)" for name in key),
        "child_id": "known.child_id" if "child_id" in contract.columns else "null",
        "team_id": "known.team_id" if "team_id" in contract.columns else "null",
        "occurred_on": f"known.{contract.on(contract.first_date)}",
        "seen_at": f"coalesce(seen.seen_at, {first_at})",
    }
    shown = ", ".join(f"cast({values[name]} as {sql_type}) as {name}" for name, sql_type in COLUMNS.items())
    # Most records stood in the first extraction and have not changed since: only the others are looked up one by one.
    later = f"select distinct {keys} from ({versions}) as versions where known_from > {first_at}"
    seen = (
        f"select {keys}, min(versions.known_from) as seen_at from ({versions}) as versions "
        f"join ({later}) as later on {_same(key, 'later', 'versions')} group by {keys}"
    )
    known = schemas.table(f"known.{feed}")
    return f"select {shown} from {known} as known left join ({seen}) as seen on {_same(key, 'seen', 'known')}"


def _same(key: Sequence[str], one: str, other: str) -> str:
    return " and ".join(f"{one}.{name} = {other}.{name}" for name in key)
