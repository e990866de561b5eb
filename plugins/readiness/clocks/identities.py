"""One person, one id: merged children under the surviving id, workers under the id of the professionals feed; and the
children whose records are restricted. Records keep the ids as they came; `known` has them as they are known to be.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from readiness.clocks.history import QUARANTINE_COLUMNS, History, newest_batch
from readiness.clocks.schemas import Schemas
from readiness.contracts import Contract
from readiness.periods import day_of

MERGES, STAFF_IDS, RESTRICTED, PROFESSIONALS = "person_merges", "staff_ids", "restricted_records", "professionals"

AS_THEY_CAME = frozenset({MERGES, STAFF_IDS, RESTRICTED})
"""Feeds that speak of the ids themselves."""

DOMAINS = ("child", "worker")
IDENTITIES = {"domain": "text", "id": "text", "surviving_id": "text"}
PROBLEMS = {"domain": "text", "problem": "text", "ids": "bigint"}


@dataclass(frozen=True)
class Identities:
    """surviving: domain -> id -> the id that it is known under; ids that are their own are not in it. problems: domain
    -> kind -> number of ids that were left as they are: `itself` (leads to itself), `cycle` (leads in a circle) or
    `ambiguous` (a staff id that is the id of another professional)."""

    surviving: Mapping[str, Mapping[str, str]]
    problems: Mapping[str, Mapping[str, int]]

    def keep(self, history: History, schemas: Schemas) -> None:
        """known.identities: domain, id, surviving_id. known.identity_problems: domain, problem, ids."""
        for table, types, content in (
            ("known.identities", IDENTITIES, self.surviving),
            ("known.identity_problems", PROBLEMS, self.problems),
        ):
            rows = [(domain, name, value) for domain in DOMAINS for name, value in sorted(content[domain].items())]
            history.warehouse.load(schemas.table(table), pd.DataFrame(rows, columns=list(types)), types)

    def applied(self, contract: Contract, rows: str, schemas: Schemas, room: str = "records") -> str:
        """The query `rows` of a feed with every id of a child or worker replaced by the surviving one.

        Of rows that come under one key by this, only one stays: the survivor's own, else the first by its former id.
        """
        renamed = {
            name: column.domain for name, column in contract.columns.items() if self.surviving.get(column.domain)
        }
        if contract.feed in AS_THEY_CAME or not renamed:
            return rows
        columns = {name: f"came.{name}" for name in (*contract.physical, *_extra(room))}
        columns |= {name: f"coalesce(of_{name}.surviving_id, came.{name})" for name in renamed}
        shown = ", ".join(f"{value} as {name}" for name, value in columns.items())
        joins = " ".join(
            f"left join {schemas.table('known.identities')} as of_{name} "
            f"on of_{name}.domain = '{domain}' and of_{name}.id = came.{name}"
            for name, domain in renamed.items()
        )
        keys = [name for name in contract.key if name in renamed]
        if room == "quarantine" or not keys:
            return f"select {shown} from ({rows}) as came {joins}"
        was_renamed = " + ".join(f"case when of_{name}.id is null then 0 else 1 end" for name in keys)
        return (
            f"select {', '.join(columns)} from (select {shown}, row_number() over ("
            f"partition by {', '.join(columns[name] for name in contract.key)} "
            f"order by {was_renamed}, {', '.join(f'came.{name}' for name in keys)}) as place "
            f"from ({rows}) as came {joins}) as one_each where place = 1"
        )


def identities_at(history: History, as_at: datetime) -> Identities:
    """As known at `as_at`: a merge recorded or dated later does not hold yet."""
    merges, staff = {}, {}
    if MERGES in history.contracts:
        found = _read(history, MERGES, as_at, "merged_id, child_id, merged_on")
        held = [
            row for row in found.itertuples() if _day(row.merged_on) is None or _day(row.merged_on) <= day_of(as_at)
        ]
        merges = {row.merged_id: row.child_id for row in held}
    if STAFF_IDS in history.contracts:
        found = _read(history, STAFF_IDS, as_at, "staff_id, worker_id")
        staff = dict(zip(found.staff_id, found.worker_id, strict=True))
    professionals: set[str] = set()
    if staff and PROFESSIONALS in history.contracts:
        professionals = set(_read(history, PROFESSIONALS, as_at, "worker_id").worker_id)
    ambiguous = {id for id, other in staff.items() if id in professionals and id != other}
    children, child_problems = survivors(merges)
    workers, worker_problems = survivors({id: other for id, other in staff.items() if id not in ambiguous})
    if ambiguous:
        worker_problems["ambiguous"] = len(ambiguous)
    return Identities({"child": children, "worker": workers}, {"child": child_problems, "worker": worker_problems})


def survivors(leads_to: Mapping[str, str]) -> tuple[dict[str, str], Counter]:
    """Each id with the last one that its chain leads to, and how many lead nowhere: to themselves, or in a circle."""
    steps = {id: other for id, other in leads_to.items() if other is not None and id != other}
    problems = Counter({"itself": n} if (n := sum(id == other for id, other in leads_to.items())) else {})
    found: dict[str, str | None] = {}
    for start in steps:
        chain = [start]
        while (last := chain[-1]) in steps and last not in found and steps[last] not in chain:
            chain.append(steps[last])
        end = found.get(last, None if last in steps else last)
        found |= dict.fromkeys((id for id in chain if id in steps), end)
    if circling := sum(end is None for end in found.values()):
        problems["cycle"] = circling
    return {id: end for id, end in found.items() if end is not None}, problems


def load_restricted_children(history: History, as_at: datetime, identities: Identities, schemas: Schemas) -> None:
    """known.restricted_children: child_id, under the id known at `as_at`.

    Restricted is who is so at `as_at`, and who is so by the newest knowledge: a list of an earlier day is read today.
    A restriction that stands in quarantine holds.
    """
    known_as = identities.surviving["child"]
    ids = sorted({known_as.get(id, id) for id in restricted_ids(history, as_at)})
    history.warehouse.load(
        schemas.table("known.restricted_children"), pd.DataFrame({"child_id": ids}, dtype=object), {"child_id": "text"}
    )


def restricted_ids(history: History, as_at: datetime | None = None) -> set[str]:
    """Ids of children, as records hold them, whose records are restricted by the newest knowledge or, if given, at
    `as_at`; every id under which such a child was ever known."""
    if RESTRICTED not in history.contracts or RESTRICTED not in history.first_batches:
        return set()
    newest = newest_batch(history.warehouse)
    found = _restricted_at(history, newest) | (_restricted_at(history, as_at) if as_at else set())
    return found | _whole_groups(found, identities_at(history, newest).surviving["child"])


def _restricted_at(history: History, as_at: datetime) -> set[str]:
    """The last day of a restriction is part of it; one that ends before it begins has no end that can be trusted."""
    day = day_of(as_at)
    held = set()
    for row in _read(history, RESTRICTED, as_at, "child_id, from_on, until_on").itertuples():
        begins, ends = _day(row.from_on) or date.min, _day(row.until_on) or date.max
        if begins <= day and (day <= ends or ends < begins):
            held.add(row.child_id)
    unsure = _read(history, RESTRICTED, as_at, "child_id", room="quarantine").child_id.dropna()
    return held | set(unsure)


def _whole_groups(ids: Iterable[str], surviving: Mapping[str, str]) -> set[str]:
    """The ids, and every other one of the same child."""
    ends = {surviving.get(id, id) for id in ids}
    return ends | {id for id, end in surviving.items() if end in ends}


def _extra(room: str) -> tuple[str, ...]:
    return tuple(QUARANTINE_COLUMNS) if room == "quarantine" else ()


def _read(history: History, feed: str, as_at: datetime, columns: str, room: str = "records") -> pd.DataFrame:
    return history.warehouse.query(f"select {columns} from ({history.rows(feed, as_at, room)}) as known_then")


def _day(value: object) -> date | None:
    return None if pd.isna(value) else pd.Timestamp(value).date()
