"""What was known at a moment: the schema `known`, made from the history of records and quarantine.

An as-at before a feed's first batch is reconstructed from that batch: rows recorded (or, where the source does not say,
begun) later are left out, and stops after it are open again (design 4).
"""

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache

import pandas as pd

from readiness import calendar
from readiness.clocks.schemas import CURRENT, Schemas
from readiness.contracts import Contract
from readiness.errors import ReadinessError
from readiness.periods import Month, day_of
from readiness.profile import Profile, WorkingDays
from readiness.warehouse import Warehouse

CALENDAR_FIRST_ON = date(1990, 1, 1)
YEARS_AHEAD = 2

DAYS = {
    "on_date": "date",
    "day_number": "integer",
    "working_day_number": "integer",
    "is_working_day": "boolean",
    "month": "text",
    "month_number": "integer",
    "day_of_month": "integer",
    "days_in_month": "integer",
}
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
}
# Dates with which something begins, though no contract calls them its first date: they are no stops to reopen.
BEGINNINGS = frozenset({"started_on", "from_on", "newly_qualified_from_on", "born_on", "expected_on"})


def know(
    warehouse: Warehouse,
    contracts: Mapping[str, Contract],
    profile: Profile,
    as_at: datetime,
    schemas: Schemas = CURRENT,
) -> None:
    """Build `known`: per feed the rows as known at `as_at` (naive UTC), `quarantined_<feed>` with the keys in
    quarantine that have no good version, absent_feeds, absent_columns, moment, settings, allocated_roles and
    first_complete_feeds; and the calendar that everything is joined to.

    Raises ReadinessError if nothing was ever loaded.
    """
    load_calendar(warehouse, profile.working_days, day_of(as_at))
    first_batches = _first_batches(warehouse)
    if not first_batches:
        raise ReadinessError("Nothing has been loaded yet: run the extraction before counting.")
    is_reconstructed = any(as_at < first for first in first_batches.values())
    moment = pd.DataFrame([{"as_at": as_at, "as_at_on": day_of(as_at), "is_reconstructed": is_reconstructed}])
    warehouse.load(
        schemas.table("known.moment"), moment, {"as_at": "timestamp", "as_at_on": "date", "is_reconstructed": "boolean"}
    )
    for feed, contract in contracts.items():
        _know_feed(warehouse, contract, first_batches.get(feed), as_at, schemas)
    if "teams" in contracts:
        _arrange_teams(warehouse, profile, schemas)
    _note_absences(warehouse, contracts, first_batches, schemas)
    _load_settings(warehouse, profile, schemas)
    _find_first_complete(warehouse, contracts, profile, first_batches, schemas)


def load_calendar(warehouse: Warehouse, rule: WorkingDays, as_at_on: date) -> None:
    """Make calendar.days and calendar.months, from 1990 (births of those who are children) to two years ahead."""
    days, months = _calendar(rule, as_at_on.year + YEARS_AHEAD)
    warehouse.load("calendar.days", days, DAYS)
    warehouse.load("calendar.months", months, MONTHS)


@lru_cache(maxsize=8)
def _calendar(rule: WorkingDays, last_year: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    days = calendar.days(CALENDAR_FIRST_ON, date(last_year, 12, 31), rule)
    return days, calendar.months(days)


def _first_batches(warehouse: Warehouse) -> dict[str, datetime]:
    """When each feed was first loaded; a feed without a batch is absent."""
    if not warehouse.exists("records.batches"):
        return {}
    found = warehouse.query(
        "select feed, min(extracted_at) as first_at from records.batches where not is_absent group by feed"
    )
    return {row.feed: pd.Timestamp(row.first_at).to_pydatetime() for row in found.itertuples()}


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


def _note_absences(
    warehouse: Warehouse, contracts: Mapping[str, Contract], first_batches: Mapping[str, datetime], schemas: Schemas
) -> None:
    """known.absent_feeds (feed): feeds that never had a row. known.absent_columns (feed, column_name): columns in which
    the source has never shown a value, because the table that would hold them is not there; and, as 'column=code', the
    kinds of a feed's rows (codes of its key) of which there was never one."""
    kinds = {feed: _kinds(warehouse, contract) for feed, contract in contracts.items() if feed in first_batches}
    absent = pd.DataFrame({"feed": [feed for feed in contracts if kinds.get(feed) is None]}, dtype=object)
    warehouse.load(schemas.table("known.absent_feeds"), absent, {"feed": "text"})
    seen: dict[str, set[str]] = {}
    if warehouse.exists("records.source_shape"):
        shape = warehouse.query("select feed, name from records.source_shape where part = 'column'")
        seen = {feed: set(names) for feed, names in shape.groupby("feed").name}
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


def _kinds(warehouse: Warehouse, contract: Contract) -> set[tuple[str, str]] | None:
    """The codes that the key columns of a feed's rows ever had, as (column, code); None if there was never a row."""
    tables = [t for t in (f"records.{contract.feed}", f"quarantine.{contract.feed}") if warehouse.exists(t)]
    if not any(warehouse.value(f"select 1 from {table} limit 1") for table in tables):
        return None
    coded = [name for name in contract.key if contract.columns[name].codes]
    found = [
        (name, warehouse.query(f"select distinct {name} from {table}")[name]) for name in coded for table in tables
    ]
    return {(name, code) for name, codes in found for code in codes}


def _know_feed(
    warehouse: Warehouse, contract: Contract, first_batch: datetime | None, as_at: datetime, schemas: Schemas
) -> None:
    extra = {"rule_ids": "text", "row_digest": "text"}
    good = _as_known(warehouse, f"records.{contract.feed}", contract, {}, first_batch, as_at)
    bad = _as_known(warehouse, f"quarantine.{contract.feed}", contract, extra, first_batch, as_at)
    known = schemas.table(f"known.{contract.feed}")
    warehouse.create_table(known, good)
    columns = ", ".join(f"bad.{name}" for name in [*contract.physical, *extra])
    same_key = " and ".join(f"good.{name} = bad.{name}" for name in contract.key)
    # Rows that share a key count once: nobody can say which is true. A row without its key is one of its own.
    keys = ", ".join(f"bad.{name}" for name in contract.key)
    keyed = " and ".join(f"bad.{name} is not null" for name in contract.key)
    warehouse.create_table(
        schemas.table(f"known.quarantined_{contract.feed}"),
        f"with bad as ({bad}), "
        f"numbered as (select bad.*, case when {keyed} then row_number() over "
        f"(partition by {keys} order by bad.row_digest) else 1 end as place from bad "
        f"where not exists (select 1 from {known} as good where {same_key})) "
        f"select {columns} from numbered as bad where bad.place = 1",
    )


def _as_known(
    warehouse: Warehouse,
    table: str,
    contract: Contract,
    extra: Mapping[str, str],
    first_batch: datetime | None,
    as_at: datetime,
) -> str:
    """A query for the rows of a history table as known at `as_at`, with the columns of the contract and `extra`."""
    types = {**contract.physical, **extra}
    existing = warehouse.columns(table) if first_batch is not None else {}
    columns = {
        name: f"cast({name} as {sql_type})" if name in existing else f"cast(null as {sql_type})"
        for name, sql_type in types.items()
    }
    if not existing:
        return f"select {_listed(columns)} from (values (1)) as nothing (n) where n = 0"
    if as_at >= first_batch:
        return f"select {_listed(columns)} from {table} where {_current_at(as_at)}"
    day = f"cast('{day_of(as_at)}' as date)"
    for name in (stop for stop in _stops(contract) if stop in existing):
        moment_of = f"{name.removesuffix('_on')}_at"
        columns[name] = f"case when {name} <= {day} then {name} end"
        if moment_of in existing:
            columns[moment_of] = f"case when {name} <= {day} then {moment_of} end"
    begun = " and ".join([_current_at(first_batch), *_begun_by(contract, day)])
    return f"select {_listed(columns)} from {table} where {begun}"


def _listed(columns: Mapping[str, str]) -> str:
    return ", ".join(f"{value} as {name}" for name, value in columns.items())


def _current_at(moment: datetime) -> str:
    literal = f"cast('{moment:%Y-%m-%d %H:%M:%S.%f}' as timestamp)"
    return f"known_from <= {literal} and (known_to is null or known_to > {literal})"


def _begun_by(contract: Contract, day: str) -> list[str]:
    """Recorded by that day, or, where the source does not say, begun."""
    named = [contract.on(name) for name in (contract.recorded, contract.first_date) if name]
    if not named:
        return []
    return [f"coalesce(coalesce({', '.join(named)}) <= {day}, true)"]


def _stops(contract: Contract) -> list[str]:
    """Physical date columns with which something ends: not required, no due date, and not the row's beginning."""
    beginnings = {contract.first_date, contract.recorded, *BEGINNINGS}
    return [
        contract.on(name)
        for name, column in contract.columns.items()
        if column.type in ("date", "moment") and column.kind != "due" and not column.required and name not in beginnings
    ]


def _load_settings(warehouse: Warehouse, profile: Profile, schemas: Schemas) -> None:
    row = pd.DataFrame([{name: getattr(profile, name) for name in SETTINGS}])
    warehouse.load(schemas.table("known.settings"), row, SETTINGS)
    roles = pd.DataFrame({"role": [role.strip() for role in profile.allocated_roles]}, dtype=object)
    warehouse.load(schemas.table("known.allocated_roles"), roles, {"role": "text"})


def _find_first_complete(
    warehouse: Warehouse,
    contracts: Mapping[str, Contract],
    profile: Profile,
    first_batches: Mapping[str, datetime],
    schemas: Schemas,
) -> None:
    """known.first_complete_feeds: feed, record_type, first_on, is_setting.

    The earliest month with at least half of the median monthly volume, by the date that the contract names, the as-at's
    own month left aside; the record audit by record type. The profile's word, by feed or record type, comes first.
    """
    found = []
    for feed, contract in contracts.items():
        if contract.first_date and feed in first_batches:
            by_type = "record_type" if "record_type" in contract.key else "cast(null as text)"
            rows = warehouse.query(
                schemas.sql(FIRST_COMPLETE.format(feed=feed, by_type=by_type, on_date=contract.on(contract.first_date)))
            )
            found += [(feed, _text(row.record_type), _day(row.first_on), False) for row in rows.itertuples()]
    columns = ["feed", "record_type", "first_on", "is_setting"]
    table = pd.DataFrame(found, columns=columns)
    for name, month in profile.first_complete_month.items():
        table = table[(table.feed != name) & (table.record_type != name)]
        row = (name, None) if name in contracts else ("record_audit", name)
        setting = pd.DataFrame([(*row, Month.parse(month).first_on, True)], columns=columns)
        table = pd.concat([table, setting], ignore_index=True) if len(table) else setting
    warehouse.load(
        schemas.table("known.first_complete_feeds"),
        table,
        {"feed": "text", "record_type": "text", "first_on": "date", "is_setting": "boolean"},
    )


FIRST_COMPLETE = """
with volumes as (
    select {by_type} as record_type, days.month_number, count(*) as volume
    from known.{feed} as rows_known
    join calendar.days as days on days.on_date = rows_known.{on_date}
    cross join known.moment as moment
    join calendar.days as today on today.on_date = moment.as_at_on
    where days.month_number < today.month_number
    group by 1, 2
),

typical as (
    select record_type, percentile_cont(0.5) within group (order by volume) as volume
    from volumes
    group by record_type
)

select volumes.record_type, min(months.first_on) as first_on
from volumes
join typical on coalesce(typical.record_type, '') = coalesce(volumes.record_type, '')
join calendar.months as months on months.month_number = volumes.month_number
where volumes.volume >= typical.volume / 2
group by volumes.record_type
order by volumes.record_type
"""


def _text(value: object) -> str | None:
    return None if pd.isna(value) else str(value)


def _day(value: object) -> date:
    return pd.Timestamp(value).date()
