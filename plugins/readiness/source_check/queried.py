"""Which columns of which feed an indicator reads, in its own queries and in the shared tables before them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import chain

import sqlglot
from sqlglot import exp

from readiness.clocks import Definitions
from readiness.clocks.schemas import tables_read


def columns_read(definitions: Definitions, id: str) -> Mapping[str, frozenset[str]]:
    """Feed -> physical columns that an indicator reads, and the clocks it builds on.

    The shared tables carry the flags of all checks along, so a flag counts only where the indicator's own queries ask.
    """
    ids = (id, *definitions.indicators[id].words.builds_on)
    own = [query for each in ids for query in definitions.indicators[each].queries.values()]
    asked, carried = columns_queried(own), columns_queried(_shared_behind(definitions, own))
    return {
        feed: asked.get(feed, frozenset())
        | {name for name in carried.get(feed, ()) if not name.startswith(("is_", "has_"))}
        for feed in asked.keys() | carried.keys()
    }


def _shared_behind(definitions: Definitions, queries: Iterable[str]) -> tuple[str, ...]:
    """The queries of the shared tables that these are made from."""
    shared = {mart.words.table: mart.query for mart in definitions.marts.values()}
    waiting, found = list(queries), {}
    while waiting:
        for table in (tables_read(waiting.pop()) & shared.keys()) - found.keys():
            found[table] = shared[table]
            waiting.append(shared[table])
    return tuple(found.values())


def columns_queried(queries: Iterable[str]) -> Mapping[str, frozenset[str]]:
    """Feed -> physical columns that are read from known.<feed>, by alias, or by name where it stands alone in FROM."""
    found: dict[str, set[str]] = defaultdict(set)
    for feed, column in chain.from_iterable(map(_pairs, queries)):
        found[feed].add(column)
    return {feed: frozenset(columns) for feed, columns in found.items()}


@cache
def _pairs(query: str) -> frozenset[tuple[str, str]]:
    """What one query reads, as (feed, column)."""
    found = set()
    for select in sqlglot.parse_one(query, read="postgres").find_all(exp.Select):
        main, joins = select.args.get("from_"), select.args.get("joins") or []
        tables = [part.this for part in ([main] if main else []) + joins if isinstance(part.this, exp.Table)]
        feeds = {table.alias_or_name: table.name for table in tables if table.db == "known"}
        alone = next(iter(feeds.values())) if feeds and not joins else None
        for column in select.find_all(exp.Column):
            feed = feeds.get(column.table) if column.table else alone
            if feed:
                found.add((feed, column.name))
    return frozenset(found)
