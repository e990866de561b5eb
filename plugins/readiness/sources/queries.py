"""Fits a feed's query to the source at hand: what the source lacks is read as missing, what it keeps as history is
read as of a day, and the text is put into the source's own SQL.

A feed's file is one SELECT in the PostgreSQL dialect, or several joined by UNION ALL. In each SELECT every column is
qualified, the table in FROM is a main table of the feed, and a table in LEFT JOIN is one that the feed can do without.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import sqlglot
from sqlglot import exp

from readiness.contracts import Contract
from readiness.settings import SQL
from readiness.sources.batch import Remembered
from readiness.sources.borders import SourceChanged
from readiness.sources.inspection import ENTERED, HISTORY, REPLACED, Shape, Table

ROWS = "feed_rows"


@dataclass(frozen=True)
class FeedQuery:
    """A feed's query, fitted. select: None if the source has no main table for the feed. temporal: columns of the
    contract that the source holds as dates or moments rather than text."""

    select: exp.Query | None
    is_dated: bool
    tables: frozenset[str]
    missing_tables: tuple[str, ...]
    missing_columns: tuple[str, ...]
    unknown_columns: tuple[str, ...]
    temporal: frozenset[str]


NOT_CARRIED = FeedQuery(None, False, frozenset(), (), (), (), frozenset())
"""The query of a feed that its source does not carry at all."""


def feed_statement(system: str, feed: str) -> exp.Query | None:
    """How a feed is read from a system; None if that system does not carry it."""
    file = SQL / "sources" / system / f"{feed}.sql"
    return sqlglot.parse_one(file.read_text(encoding="utf-8"), read="postgres") if file.exists() else None


def own_statement(contract: Contract) -> exp.Query:
    """How a feed is read from a table that has its name and the columns of its contract."""
    return exp.select(*(exp.column(name, table="own").as_(name) for name in contract.columns)).from_(
        exp.alias_(exp.to_table(contract.feed), "own", table=True)
    )


@cache
def read_by(system: str) -> frozenset[str]:
    """The columns that some feed of a system is read from, as table.column."""
    found: set[str] = set()
    for file in sorted((SQL / "sources" / system).glob("*.sql")):
        for select in _selects(feed_statement(system, file.stem)):
            names = {table.alias: table.name for table in select.find_all(exp.Table)}
            found |= {f"{names[c.table]}.{c.name}" for c in select.find_all(exp.Column) if c.table in names}
    return frozenset(found)


def tables_of(statement: exp.Query) -> frozenset[str]:
    return frozenset(table.name for table in statement.find_all(exp.Table))


def fit_query(
    contract: Contract, statement: exp.Query, shape: Shape, remembered: Remembered, day: date, dialect: str
) -> FeedQuery:
    """The query of a feed against the tables that the source has; raises SourceChanged where it cannot do without."""
    parts = [_Part(contract, select, shape, remembered) for select in _selects(statement)]
    present = [part for part in parts if part.main is not None]
    for part in present:
        part.fit()
    return FeedQuery(
        select=_united([part.rewritten(day, dialect) for part in present]),
        is_dated=_is_dated(contract.feed, [part.main for part in present]),
        tables=frozenset(name for part in present for name in part.tables),
        missing_tables=tuple(sorted({name for part in parts for name in part.absent})),
        missing_columns=tuple(
            name for name in contract.columns if present and all(name in part.missing for part in present)
        ),
        unknown_columns=_unread(present),
        temporal=frozenset.intersection(*(part.temporal for part in present)) if present else frozenset(),
    )


class _Part:
    """One SELECT of a feed's statement, with the tables behind its aliases."""

    def __init__(self, contract: Contract, select: exp.Select, shape: Shape, remembered: Remembered) -> None:
        self.contract, self.shape, self.remembered = contract, shape, remembered
        self.select = select.copy()
        self.missing: set[str] = set()
        self.tables: dict[str, Table] = {}
        self.absent: set[str] = set()
        main = self.select.find(exp.From).this
        self.main = self._table(main)
        self.aliases: dict[str, str] = {main.alias: main.name}

    def fit(self) -> None:
        """Take out what the source lacks: joined tables as a whole, else single columns."""
        for join in list(self.select.args.get("joins") or []):
            self._fit_join(join)
        for alias, table_name in self.aliases.items():
            self._fit_columns(alias, table_name)

    def rewritten(self, day: date, dialect: str) -> exp.Select:
        """Each table as a sub-select of the columns that are used, as of the day where the source keeps history."""
        for reference in list(self.select.find_all(exp.Table)):
            table = self.tables[reference.name]
            used = sorted({c.name for c in self.select.find_all(exp.Column) if c.table == reference.alias})
            inner = exp.select(*(self._column(table, name) for name in used)).from_(
                exp.Table(
                    this=self._identifier(table.name), db=self._identifier(table.schema) if table.schema else None
                )
            )
            if table.is_dated:
                inner = inner.where(*_as_of(day, dialect))
            reference.replace(inner.subquery(reference.alias))
        return self.select

    @property
    def used(self) -> set[tuple[str, str]]:
        return {(self.aliases[c.table], c.name) for c in self.select.find_all(exp.Column) if c.table in self.aliases}

    @property
    def temporal(self) -> frozenset[str]:
        """Columns of the contract taken as they are from a column that the source holds as a date or moment."""
        return frozenset(
            projection.alias
            for projection in self.select.selects
            if isinstance(projection.this, exp.Column)
            and projection.this.table in self.aliases
            and projection.this.name in self.tables[self.aliases[projection.this.table]].temporal
        )

    def _table(self, reference: exp.Table) -> Table | None:
        found = self.shape.table(reference.name)
        if found is not None:
            self.tables[reference.name] = found
        elif reference.name in self.remembered.tables:
            raise SourceChanged(
                f"{self.contract.feed}: the table {reference.name} is gone from the case system; earlier batches were "
                f"read from it. What was loaded stays as it was. Bring the table back{_or_accept(self.contract.feed)}"
            )
        else:
            self.absent.add(reference.name)
        return found

    def _fit_join(self, join: exp.Join) -> None:
        reference: exp.Table = join.this
        found = self._table(reference)
        keys = [c.name for c in join.args["on"].find_all(exp.Column) if c.table == reference.alias]
        if found is not None and all(key in found.columns for key in keys):
            self.aliases[reference.alias] = reference.name
            return
        self.tables.pop(reference.name, None)
        self.absent.add(reference.name)
        self._read_as_missing([c for c in self.select.find_all(exp.Column) if c.table == reference.alias])
        join.pop()

    def _fit_columns(self, alias: str, table_name: str) -> None:
        known = self.tables[table_name].columns
        lacking = [c for c in self.select.find_all(exp.Column) if c.table == alias and c.name not in known]
        for column in lacking:
            for name in self._gives(column):
                self._refuse_if_needed(name, table_name, column.name)
        self._read_as_missing(lacking)

    def _refuse_if_needed(self, name: str, table: str, column: str) -> None:
        feed, contract = self.contract.feed, self.contract
        if contract.columns[name].required or name in (*contract.key, contract.first_date):
            raise SourceChanged(
                f"{feed}: the column {column} is missing in {table}. It gives {name} "
                f"({contract.columns[name].meaning.lower()}), without which the feed cannot be read. What was loaded "
                "stays as it was. Bring the column back in the case system, or correct its name in the feed's file "
                "in sql/sources/."
            )
        if name in self.remembered.families:
            raise SourceChanged(
                f"{feed}: the column {column} is gone from {table}; earlier batches read {name} from it. What was "
                f"loaded stays as it was. Bring the column back{_or_accept(feed)}"
            )

    def _gives(self, column: exp.Column) -> list[str]:
        """The contract's columns that are made from a column of the source."""
        return [p.alias for p in self.select.selects if any(c is column for c in p.find_all(exp.Column))]

    def _read_as_missing(self, columns: list[exp.Column]) -> None:
        for column in columns:
            for projection in self.select.selects:
                if projection.this is column:
                    self.missing.add(projection.alias)
            column.replace(exp.Null())

    def _column(self, table: Table, name: str) -> exp.Expression:
        real = table.columns[name]
        column = exp.column(self._identifier(real))
        return exp.alias_(column, self._identifier(name)) if real != name else column

    def _identifier(self, name: str) -> exp.Identifier:
        return exp.to_identifier(name, quoted=self.shape.quoted(name) != name)


def recorded_since(contract: Contract, query: FeedQuery, dialect: str, ids: int) -> str:
    """The condition of an increment, on the feed's rows: all rows of every record that was touched since :since, has
    an id among :ids (if there are any), or has no id. Where a date is text, an unreadable one counts as touched."""
    key = next(name for name in contract.key if contract.columns[name].type == "id")
    stamps = [
        name
        for name, column in contract.columns.items()
        if column.kind == "system_stamped" and name not in query.missing_columns
    ]
    touched = []
    for name in stamps:
        touched.append(f"{name} >= :since")
        if dialect == "sqlite" or name not in query.temporal:
            touched.append(f"{name} not like '____-__-__%'")
    touched.append(" and ".join(f"{name} is null" for name in stamps))
    conditions = [
        f"{key} in (select {key} from {ROWS} where {' or '.join(f'({condition})' for condition in touched)})",
        f"{key} is null",
    ]
    if ids:
        conditions.append(f"trim(cast({key} as varchar(200))) in :ids")
    return " or ".join(conditions)


def _selects(statement: exp.Query) -> Iterator[exp.Select]:
    if isinstance(statement, exp.Union):
        yield from _selects(statement.left)
        yield from _selects(statement.right)
    else:
        yield statement


def _united(selects: list[exp.Select]) -> exp.Query | None:
    if not selects:
        return None
    return selects[0] if len(selects) == 1 else exp.union(*selects, distinct=False)


def _as_of(day: date, dialect: str) -> list[exp.Expression]:
    """What stood in the source at the end of `day`. The bound is the next day, so that it holds for dates, moments
    and ISO text alike."""
    text = exp.Literal.string((day + timedelta(days=1)).isoformat())
    bound = text if dialect == "sqlite" else exp.cast(text, "timestamp")
    replaced = exp.column(REPLACED)
    return [exp.column(ENTERED) < bound.copy(), exp.or_(replaced.is_(exp.null()), replaced.copy() >= bound.copy())]


def _is_dated(feed: str, mains: list[Table]) -> bool:
    if any(table.is_dated for table in mains) and not all(table.is_dated for table in mains):
        live = ", ".join(table.name for table in mains if not table.is_dated)
        raise SourceChanged(
            f"{feed}: some of its tables are kept with their history and some are not ({live}), so no day of it can be "
            f"shown. Give each of them a table <table>{HISTORY} with {ENTERED} and {REPLACED}, or none."
        )
    return bool(mains) and mains[0].is_dated


def _unread(parts: list[_Part]) -> tuple[str, ...]:
    """Columns of the feed's tables that nobody asked for, as table.column."""
    used = {pair for part in parts for pair in part.used}
    found = {(name, column) for part in parts for name, table in part.tables.items() for column in table.columns}
    return tuple(f"{table}.{column}" for table, column in sorted(found - used) if column not in (ENTERED, REPLACED))


def _or_accept(feed: str) -> str:
    return (
        ", or, if the change is meant, accept it once with "
        f"'python -m readiness accept {feed} --who <name> --why <reason>'."
    )
