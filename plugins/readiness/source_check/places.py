"""Where a feed's columns stand in the case system: tables and columns in its own words, from sql/sources/."""

from dataclasses import dataclass, field
from functools import cache

from sqlglot import exp

from readiness.sources.queries import feed_statement


@dataclass(frozen=True)
class Places:
    """tables: main ones first, then those joined to them. columns: column of the contract -> 'table.column'.
    by_code: (column, code) -> the table whose rows all are of that kind. void: columns that the system never has, which
    its query gives as NULL."""

    tables: tuple[str, ...] = ()
    columns: dict[str, str] = field(default_factory=dict)
    by_code: dict[tuple[str, str], str] = field(default_factory=dict)
    void: frozenset[str] = frozenset()


@cache
def places_of(system: str, feed: str) -> Places:
    """Nothing for a feed that the system does not carry."""
    statement = feed_statement(system, feed)
    if statement is None:
        return Places()
    mains, joined, columns, by_code, void = [], [], {}, {}, set()
    for select in [statement] if isinstance(statement, exp.Select) else statement.find_all(exp.Select):
        main = select.find(exp.From).this
        aliases = {table.alias_or_name: table.name for table in select.find_all(exp.Table)}
        mains.append(main.name)
        joined += [table.name for table in select.find_all(exp.Table) if table is not main]
        for projection in select.selects:
            source = next(projection.find_all(exp.Column), None)
            if source is not None and source.table in aliases:
                columns.setdefault(projection.alias_or_name, f"{aliases[source.table]}.{source.name}")
            elif projection.find(exp.Null):
                void.add(projection.alias_or_name)
            elif isinstance(projection.unalias(), exp.Literal):
                by_code[(projection.alias_or_name, projection.unalias().this)] = main.name
    return Places(tuple(dict.fromkeys([*mains, *joined])), columns, by_code, frozenset(void - columns.keys()))
