"""The queries of all definitions, gathered: each kind of row that they yield becomes one table.

A definition's folder holds `query.sql` and, for a recurring clock, `events.sql` (when it was done), `case_kinds.sql`
(which rung of the ladder applies from when to when) and `pauses.sql` (days that move the due date).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from readiness.clocks.definitions import Check, Clock, Defined, Definitions

PEOPLE = {"child_id": "text", "worker_id": "text", "team_id": "text"}


@dataclass(frozen=True)
class Collected:
    """A table that is the union of one query file of many definitions. `owner` is the column with their id. words: what
    stands in each row of the definition's own words. is_kept: as for the marts."""

    table: str
    file: str
    owner: str
    columns: Mapping[str, str]
    words: tuple[str, ...] = ()
    is_kept: bool = True

    def queries(self, definitions: Definitions) -> dict[str, str]:
        """The query of each definition that has a part in the table, by id."""
        return {
            id: defined.queries[self.file]
            for id, defined in definitions.indicators.items()
            if self.file in defined.queries and self.table == _table_of(defined, self.file)
        }

    def selects(self, definitions: Definitions) -> tuple[str, ...]:
        """The parts, with typed columns; without any part, a query that yields nothing."""
        casts = ", ".join(f"cast(part.{name} as {sql_type}) as {name}" for name, sql_type in self.columns.items())
        parts = [
            f"select {self._own(definitions.indicators[id])}, {casts} from (\n{query}\n) as part"
            for id, query in self.queries(definitions).items()
        ]
        types = {**dict.fromkeys([self.owner, *self.words], "text"), **self.columns}
        nothing = ", ".join(f"cast(null as {sql_type}) as {name}" for name, sql_type in types.items())
        return tuple(parts) or (f"select {nothing} from (values (1)) as nothing (n) where n = 0",)

    def _own(self, defined: Defined) -> str:
        values = {self.owner: defined.id} | {word: getattr(defined.words, word) for word in self.words}
        return ", ".join(f"cast('{value}' as text) as {name}" for name, value in values.items())


COLLECTED = (
    Collected(
        "clocks.cases",
        "query",
        "clock",
        {
            "subject_id": "text",
            **PEOPLE,
            "started_on": "date",
            "started_at": "timestamp",
            "stopped_on": "date",
            "stopped_at": "timestamp",
            "case_kind": "text",
            "withdrawn_on": "date",
            "left_out_reason": "text",
        },
        words=("kind",),
        is_kept=False,
    ),
    Collected(
        "clocks.duty_rows",
        "query",
        "clock",
        {"subject_id": "text", **PEOPLE, "duty_from_on": "date", "duty_until_on": "date", "left_out_reason": "text"},
    ),
    Collected(
        "clocks.events",
        "events",
        "clock",
        {"subject_id": "text", "done_on": "date", "is_quarantined": "boolean"},
        is_kept=False,
    ),
    Collected(
        "clocks.case_kinds",
        "case_kinds",
        "clock",
        {"subject_id": "text", "case_kind": "text", "from_on": "date", "until_on": "date"},
    ),
    Collected("clocks.pauses", "pauses", "clock", {"subject_id": "text", "from_on": "date", "to_on": "date"}),
    Collected(
        "clocks.check_rows",
        "query",
        "indicator",
        {
            "subject_id": "text",
            "child_id": "text",
            "team_id": "text",
            "on_date": "date",
            "is_passed": "boolean",
            "left_out_reason": "text",
        },
    ),
    Collected(
        "clocks.counted_check_rows",
        "query",
        "indicator",
        {
            "subject_id": "text",
            "child_id": "text",
            "team_id": "text",
            "on_date": "date",
            "passed_count": "integer",
            "record_count": "integer",
            "left_out_reason": "text",
        },
    ),
    Collected(
        "clocks.levels",
        "query",
        "indicator",
        {
            "month": "text",
            "subject_id": "text",
            **PEOPLE,
            "is_met": "boolean",
            "amount": "double precision",
            "left_out_reason": "text",
        },
    ),
)


def _table_of(defined: Defined, file: str) -> str:
    if file != "query":
        return {"events": "clocks.events", "case_kinds": "clocks.case_kinds", "pauses": "clocks.pauses"}[file]
    if isinstance(defined.words, Clock):
        return "clocks.duty_rows" if defined.words.kind == "recurring" else "clocks.cases"
    if isinstance(defined.words, Check):
        return "clocks.counted_check_rows" if defined.words.rows == "counts" else "clocks.check_rows"
    return "clocks.levels"
