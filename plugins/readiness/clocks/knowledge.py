"""What was known at a moment: the schema `known`, made from the history of records and quarantine."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256

import pandas as pd

from readiness import calendar
from readiness.clocks.corrections import Correction
from readiness.clocks.first_complete import find_first_complete
from readiness.clocks.history import QUARANTINE_COLUMNS, History, first_batches, newest_batch
from readiness.clocks.identities import Identities, identities_at, load_restricted_children
from readiness.clocks.overlay import note_corrections
from readiness.clocks.schemas import CURRENT, Schemas
from readiness.clocks.sightings import load_first_seen
from readiness.contracts import Contract
from readiness.errors import ReadinessError
from readiness.periods import day_of
from readiness.profile import OfficeHours, Profile, WorkingDays
from readiness.warehouse import Warehouse, moment_literal

CALENDAR_FIRST_ON = date(1990, 1, 1)
YEARS_AHEAD = 2

DAYS = {
    "on_date": "date",
    "day_number": "integer",
    "working_day_number": "integer",
    "is_working_day": "boolean",
    "start_number": "integer",
    "stop_number": "integer",
    "has_counted": "boolean",
    "month": "text",
    "month_number": "integer",
    "day_of_month": "integer",
    "days_in_month": "integer",
    "starts_second": "bigint",
    "ends_second": "bigint",
    "opens_second": "bigint",
    "closes_second": "bigint",
    "open_seconds": "bigint",
    "open_seconds_before": "bigint",
}
OFFICE_DAYS = {"block": "bigint", "opens_second": "bigint", "seconds_before": "bigint", "seconds_by": "bigint"}
MONTHS = {
    "month": "text",
    "month_number": "integer",
    "first_on": "date",
    "last_on": "date",
    "first_day_number": "integer",
    "last_day_number": "integer",
    "days_in_month": "integer",
    "last_working_day_number": "integer",
}
SETTINGS = {
    "single_assessments_from": "date",
    "minimum_fte": "double precision",
    "never_recorded_days": "integer",
    "ethnicity_after_working_days": "integer",
    "child_views_from_age": "integer",
    "contact_decisions_cover_all": "boolean",
    "count_sibling_copies_once": "boolean",
    "caseload_ceiling": "double precision",
    "unallocated_after_working_days": "integer",
    "management_oversight_days": "integer",
}


def know(
    warehouse: Warehouse,
    contracts: Mapping[str, Contract],
    profile: Profile,
    as_at: datetime,
    schemas: Schemas = CURRENT,
    corrections: tuple[Correction, ...] = (),
) -> None:
    """Build `known`: per feed the rows as known at `as_at` (naive UTC), `quarantined_<feed>` with the keys in
    quarantine that have no good version; absent_feeds, absent_columns, moment, settings, allocated_roles,
    manager_roles, council_organisations and strategy_decisions (these three in small letters), unanswered,
    first_complete_feeds, first_seen, corrections, identities, identity_problems and restricted_children; and the
    calendar that everything is joined to. Corrections are applied first, then ids are replaced by the surviving ones.

    Raises ReadinessError if nothing was ever loaded, or if a correction no longer fits what the source says.
    """
    history = History(warehouse, contracts, first_batches(warehouse), corrections)
    if not history.first_batches:
        raise ReadinessError("Nothing has been loaded yet: run the extraction before counting.")
    renew_calendar(warehouse, profile, as_at)
    is_reconstructed = any(as_at < first for first in history.first_batches.values())
    moment = pd.DataFrame([{"as_at": as_at, "as_at_on": day_of(as_at), "is_reconstructed": is_reconstructed}])
    warehouse.load(
        schemas.table("known.moment"), moment, {"as_at": "timestamp", "as_at_on": "date", "is_reconstructed": "boolean"}
    )
    note_corrections(history, as_at, schemas)
    identities = identities_at(history, as_at)
    identities.keep(history, schemas)
    for contract in contracts.values():
        _know_feed(history, contract, identities, as_at, schemas)
    load_restricted_children(history, as_at, identities, schemas)
    load_first_seen(history, as_at, schemas)
    if "teams" in contracts:
        _arrange_teams(warehouse, profile, schemas)
    _note_absences(history, as_at, schemas)
    _load_settings(warehouse, profile, schemas)
    find_first_complete(history, profile, schemas)


def renew_calendar(warehouse: Warehouse, profile: Profile, as_at: datetime) -> None:
    """The calendar is one for all that is known: what looks back must not shorten it for what is known now."""
    last = max(as_at, newest_batch(warehouse))
    load_calendar(warehouse, profile.working_days, day_of(last), profile.office_hours)


def load_calendar(warehouse: Warehouse, rule: WorkingDays, as_at_on: date, hours: OfficeHours | None = None) -> None:
    """Make calendar.days, calendar.office_days and calendar.months, from 1990 (births of those who are children) to two
    years ahead; calendar.content tells one that is the same already."""
    days, office_days, months, content = _calendar(rule, hours or OfficeHours(), as_at_on.year + YEARS_AHEAD)
    if warehouse.exists("calendar.content") and warehouse.value("select digest from calendar.content") == content:
        return
    warehouse.load("calendar.days", days, DAYS)
    warehouse.load("calendar.office_days", office_days, OFFICE_DAYS)
    warehouse.load("calendar.months", months, MONTHS)
    warehouse.load("calendar.content", pd.DataFrame([{"digest": content}]), {"digest": "text"})


@lru_cache(maxsize=8)
def _calendar(
    rule: WorkingDays, hours: OfficeHours, last_year: int
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, str]:
    days = calendar.days(CALENDAR_FIRST_ON, date(last_year, 12, 31), rule, hours)
    tables = days, calendar.office_days(days), calendar.months(days)
    content = sha256("".join(table.to_csv(index=False) for table in tables).encode()).hexdigest()
    return *tables, content


def _arrange_teams(warehouse: Warehouse, profile: Profile, schemas: Schemas) -> None:
    """Apply the profile's new names (by team or area) and groupings (team -> area) to known.teams."""
    if not profile.teams.rename and not profile.teams.regroup:
        return
    table = schemas.table("known.teams")
    teams = warehouse.query(f"select team_id, team_name, area_id, area_name from {table}")
    names = {**dict(zip(teams.area_id, teams.area_name, strict=True)), **profile.teams.rename}
    teams["team_name"] = teams.team_id.map(profile.teams.rename).fillna(teams.team_name)
    teams["area_id"] = teams.team_id.map(profile.teams.regroup).fillna(teams.area_id)
    teams["area_name"] = teams.area_id.map(names).fillna(teams.area_name)
    warehouse.load(table, teams, dict.fromkeys(teams.columns, "text"))


def _note_absences(history: History, as_at: datetime, schemas: Schemas) -> None:
    """known.absent_feeds (feed): feeds that never had a row by then. known.absent_columns (feed, column_name): columns
    in which the source had never shown a value, because the table that would hold them was not there; and, as
    'column=code', the kinds of a feed's rows (codes of its key) of which there was never one."""
    warehouse, contracts = history.warehouse, history.contracts
    kinds = {
        feed: _kinds(history, contract, history.readable_at(feed, as_at))
        for feed, contract in contracts.items()
        if feed in history.first_batches
    }
    absent = pd.DataFrame({"feed": [feed for feed in contracts if kinds.get(feed) is None]}, dtype=object)
    warehouse.load(schemas.table("known.absent_feeds"), absent, {"feed": "text"})
    seen: dict[str, set[str]] = {}
    if "records.source_shape" in history.stored:
        is_dated = "first_seen_at" in history.stored["records.source_shape"]
        first_seen_at = "first_seen_at" if is_dated else "cast(null as timestamp) as first_seen_at"
        shape = warehouse.query(f"select feed, name, {first_seen_at} from records.source_shape where part = 'column'")
        readable_at = pd.to_datetime(shape.feed.map(lambda feed: history.readable_at(feed, as_at)))
        by_then = shape[shape.first_seen_at.isna() | (pd.to_datetime(shape.first_seen_at) <= readable_at)]
        seen = {feed: set() for feed in shape.feed} | {feed: set(names) for feed, names in by_then.groupby("feed").name}
    rows = [
        (feed, name)
        for feed, contract in contracts.items()
        for name in contract.columns
        if feed in seen and name not in seen[feed]
    ]
    rows += [
        (feed, f"{name}={code}")
        for feed, contract in contracts.items()
        for name in contract.key
        for code in contract.columns[name].codes or ()
        if kinds.get(feed) is not None and (name, code) not in kinds[feed]
    ]
    missing = pd.DataFrame(rows, columns=["feed", "column_name"], dtype=object)
    warehouse.load(schemas.table("known.absent_columns"), missing, {"feed": "text", "column_name": "text"})


def _kinds(history: History, contract: Contract, moment: datetime) -> set[tuple[str, str]] | None:
    """The codes that the key columns of a feed's rows had had by a moment, as (column, code); None if there was never
    a row."""
    warehouse, tables = history.warehouse, history.rooms(contract.feed)
    by_then = f"where known_from <= {moment_literal(moment)}"
    if not any(warehouse.value(f"select 1 from {table} {by_then} limit 1") for table in tables):
        return None
    coded = [name for name in contract.key if contract.columns[name].codes]
    found = [
        (name, warehouse.query(f"select distinct {name} from {table} {by_then}")[name])
        for name in coded
        for table in tables
    ]
    return {(name, code) for name, codes in found for code in codes}


def _know_feed(history: History, contract: Contract, identities: Identities, as_at: datetime, schemas: Schemas) -> None:
    feed, warehouse = contract.feed, history.warehouse
    known = schemas.table(f"known.{feed}")
    warehouse.define(known, identities.applied(contract, history.rows(feed, as_at), schemas))
    bad = identities.applied(contract, history.rows(feed, as_at, "quarantine"), schemas, "quarantine")
    columns = ", ".join(f"bad.{name}" for name in [*contract.physical, *QUARANTINE_COLUMNS])
    same_key = " and ".join(f"good.{name} = bad.{name}" for name in contract.key)
    # Rows that share a key count once: nobody can say which is true. A row without its key is one of its own.
    keys = ", ".join(f"bad.{name}" for name in contract.key)
    keyed = " and ".join(f"bad.{name} is not null" for name in contract.key)
    warehouse.create_table(
        schemas.table(f"known.quarantined_{feed}"),
        f"with bad as ({bad}), "
        f"numbered as (select bad.*, case when {keyed} then row_number() over "
        f"(partition by {keys} order by bad.row_digest) else 1 end as place from bad "
        f"where not exists (select 1 from {known} as good where {same_key})) "
        f"select {columns} from numbered as bad where bad.place = 1",
    )


def _load_settings(warehouse: Warehouse, profile: Profile, schemas: Schemas) -> None:
    row = pd.DataFrame([{name: getattr(profile, name) for name in SETTINGS}])
    warehouse.load(schemas.table("known.settings"), row, SETTINGS)
    roles = pd.DataFrame({"role": [role.strip() for role in profile.allocated_roles]}, dtype=object)
    warehouse.load(schemas.table("known.allocated_roles"), roles, {"role": "text"})
    answers = dict.fromkeys(profile.answers_not_recorded, False) | dict.fromkeys(profile.answers_refused, True)
    folded = {answer.strip().lower(): is_refused for answer, is_refused in answers.items()}
    unanswered = pd.DataFrame({"answer": list(folded), "is_refused": list(folded.values())}, dtype=object)
    warehouse.load(schemas.table("known.unanswered"), unanswered, {"answer": "text", "is_refused": "boolean"})
    for table, column, names in (
        ("known.manager_roles", "role", profile.manager_roles),
        ("known.council_organisations", "organisation", profile.council_organisations),
        ("known.strategy_decisions", "decision", profile.strategy_decisions),
    ):
        listed = pd.DataFrame({column: sorted({name.strip().lower() for name in names})}, dtype=object)
        warehouse.load(schemas.table(table), listed, {column: "text"})
