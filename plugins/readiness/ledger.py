"""The ledger: which days were loaded, which months reported, who approved a version, what was delivered to whom, which
feeds fell silent, and who looked at what only some may see.

The Airflow page reads it, for it must never open the embedded warehouse. It holds counts, addresses of recipients and
names of users, nothing of a child or a worker.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from readiness.control import control_engine
from readiness.errors import ReadinessError
from readiness.settings import Settings

METADATA = sa.MetaData()

BATCHES = sa.Table(
    "batches",
    METADATA,
    sa.Column("feed", sa.String, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("extracted_at", sa.DateTime, nullable=False),
    sa.Column("status", sa.String, nullable=False),
    sa.Column("source_rows", sa.Integer, nullable=False),
    sa.Column("accepted", sa.Integer, nullable=False),
    sa.Column("quarantined", sa.Integer, nullable=False),
    sa.Column("copies", sa.Integer, nullable=False),
    sa.Column("warnings", sa.Integer, nullable=False),
    sa.Column("notice", sa.String),
    sa.Column("message", sa.String),
)
REPORTS = sa.Table(
    "reports",
    METADATA,
    sa.Column("month", sa.String, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("content_hash", sa.String, nullable=False),
    sa.Column("as_at", sa.DateTime, nullable=False),
    sa.Column("is_reconstructed", sa.Boolean, nullable=False),
    sa.Column("verdict", sa.String, nullable=False),
    sa.Column("feeds_missing", sa.String, nullable=False),
    sa.Column("created_at", sa.DateTime, nullable=False),
)
DELIVERIES = sa.Table(
    "deliveries",
    METADATA,
    sa.Column("month", sa.String, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("recipient", sa.String, primary_key=True),
    sa.Column("status", sa.String, nullable=False),
    sa.Column("intent_at", sa.DateTime, nullable=False),
    sa.Column("finished_at", sa.DateTime),
    sa.Column("detail", sa.String),
)
APPROVALS = sa.Table(
    "approvals",
    METADATA,
    sa.Column("month", sa.String, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("at", sa.DateTime, primary_key=True),
    sa.Column("decision", sa.String, nullable=False),
    sa.Column("who", sa.String),
    sa.Column("reason", sa.String),
)
INCIDENTS = sa.Table(
    "incidents",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("feed", sa.String, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("opened_at", sa.DateTime, nullable=False),
    sa.Column("detail", sa.String, nullable=False),
    sa.Column("closed_at", sa.DateTime),
    # True while it is open and NULL after that: NULLs are never equal, so a feed has one open incident at most.
    sa.Column("is_open", sa.Boolean),
    sa.UniqueConstraint("feed", "is_open"),
    sa.CheckConstraint("is_open or is_open is null"),
    sa.CheckConstraint("(is_open is null) = (closed_at is not null)"),
)
TELLINGS = sa.Table(
    "incident_tellings",
    METADATA,
    sa.Column("incident", sa.Integer, primary_key=True),
    sa.Column("what", sa.String, primary_key=True),
    sa.Column("intent_at", sa.DateTime, nullable=False),
    sa.Column("told_at", sa.DateTime),
)
VIEWS = sa.Table(
    "views",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("who", sa.String, nullable=False),
    sa.Column("what", sa.String, nullable=False),
)


@dataclass(frozen=True)
class BatchEntry:
    """One feed's load of one day. status: loaded, absent (the source has no such table), stopped (see message), or
    unchanged (nothing newer was delivered; the counts are those of the delivery that was loaded)."""

    feed: str
    day: date
    extracted_at: datetime
    status: str
    source_rows: int = 0
    accepted: int = 0
    quarantined: int = 0
    copies: int = 0
    warnings: int = 0
    notice: str | None = None
    message: str | None = None


@dataclass(frozen=True)
class ReportEntry:
    """One version of a month's report. feeds_missing: feeds without a loaded batch at the as-at."""

    month: str
    version: int
    content_hash: str
    as_at: datetime
    is_reconstructed: bool
    verdict: str
    feeds_missing: tuple[str, ...]
    created_at: datetime


@dataclass(frozen=True)
class DeliveryEntry:
    """One recipient's copy of a version. status: intent (being sent, or a crash), sent, refused, failed."""

    month: str
    version: int
    recipient: str
    status: str
    intent_at: datetime
    finished_at: datetime | None = None
    detail: str | None = None


@dataclass(frozen=True)
class Approval:
    """What was asked or decided about sending a version; at is naive UTC. decision: asked, approved, rejected (with a
    reason), or no_answer (nobody decided in time, so nothing was sent)."""

    month: str
    version: int
    at: datetime
    decision: str
    who: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Incident:
    """A feed that fell silent, from when to when (naive UTC). kind: missing (a day without a load) or stale (loaded,
    but nothing new in it), as it was when it opened. is_unclear: a mail about it was begun and nobody knows whether it
    went out."""

    number: int
    feed: str
    kind: str
    opened_at: datetime
    detail: str
    closed_at: datetime | None = None
    is_unclear: bool = False


@dataclass(frozen=True)
class View:
    """Someone looked at something that only some may see; at is naive UTC."""

    at: datetime
    who: str
    what: str


class Ledger:
    def __init__(self, settings: Settings) -> None:
        self.engine = control_engine(settings.ledger_url, "ledger", METADATA)

    # Batches

    def record_batch(self, entry: BatchEntry) -> None:
        """Write or replace the entry of a feed's day; recording the same batch twice changes nothing."""
        self._upsert(BATCHES, asdict(entry), ("feed", "day"))

    def batches(self, day: date | None = None) -> list[BatchEntry]:
        query = sa.select(BATCHES).order_by(BATCHES.c.day, BATCHES.c.feed)
        return self._entries(query if day is None else query.where(BATCHES.c.day == day), BatchEntry)

    def loaded_feeds(self, day: date) -> set[str]:
        """Feeds that need no further load for `day`: loaded, absent in the source, or without anything newer."""
        return {entry.feed for entry in self.batches(day) if entry.status != "stopped"}

    def newest_batch(self, until: datetime | None = None) -> datetime | None:
        """The newest moment at which any feed was loaded, not later than `until`."""
        return self._batch_moment(sa.func.max, until)

    def batch_behind(self, as_at: datetime) -> datetime | None:
        """The batch that answers for the knowledge of `as_at`: the newest up to then, or the first, from which an
        earlier as-at is reconstructed."""
        return self.newest_batch(until=as_at) or self.first_batch()

    def first_batch(self) -> datetime | None:
        return self._batch_moment(sa.func.min, None)

    def notices(self) -> list[str]:
        """What the sources ask to be printed on everything, for example that the data is synthetic."""
        query = sa.select(BATCHES.c.notice).distinct().where(BATCHES.c.notice.is_not(None))
        with self.engine.connect() as connection:
            return sorted(connection.scalars(query))

    # Reports

    def record_report(self, entry: ReportEntry) -> None:
        """Note a version; one that is noted already keeps its first entry."""
        row = asdict(entry) | {"feeds_missing": json.dumps(sorted(entry.feeds_missing))}
        self._upsert(REPORTS, row, ("month", "version"), keep=True)

    def reports(self, month: str | None = None) -> list[ReportEntry]:
        """Versions in order of month and number."""
        query = sa.select(REPORTS).order_by(REPORTS.c.month, REPORTS.c.version)
        query = query if month is None else query.where(REPORTS.c.month == month)
        with self.engine.connect() as connection:
            return [
                ReportEntry(**(dict(row._mapping) | {"feeds_missing": tuple(json.loads(row.feeds_missing))}))
                for row in connection.execute(query)
            ]

    def of_month(self, month: str) -> dict[str, list[dict[str, object]]]:
        """All that is noted of a month's reports, table by table, in the order of their keys."""
        found = {}
        with self.engine.connect() as connection:
            for table in (table for table in METADATA.sorted_tables if "month" in table.c):
                query = sa.select(table).where(table.c.month == month).order_by(*table.primary_key)
                found[table.name] = [dict(row) for row in connection.execute(query).mappings()]
        return found

    # Deliveries

    def delivery(self, month: str, version: int, recipient: str) -> DeliveryEntry | None:
        found = [d for d in self.deliveries(month) if (d.version, d.recipient) == (version, recipient)]
        return found[0] if found else None

    def deliveries(self, month: str | None = None) -> list[DeliveryEntry]:
        query = sa.select(DELIVERIES).order_by(DELIVERIES.c.month, DELIVERIES.c.version, DELIVERIES.c.recipient)
        return self._entries(query if month is None else query.where(DELIVERIES.c.month == month), DeliveryEntry)

    def begin_delivery(self, month: str, version: int, recipient: str, at: datetime) -> None:
        """Write the intent, before anything is sent. A copy that has an entry already is refused by the database."""
        with self.engine.begin() as connection:
            connection.execute(
                sa.insert(DELIVERIES).values(
                    month=month, version=version, recipient=recipient, status="intent", intent_at=at
                )
            )

    def finish_delivery(self, month: str, version: int, recipient: str, status: str, at: datetime, detail: str) -> None:
        with self.engine.begin() as connection:
            connection.execute(
                sa.update(DELIVERIES)
                .where(
                    DELIVERIES.c.month == month, DELIVERIES.c.version == version, DELIVERIES.c.recipient == recipient
                )
                .values(status=status, finished_at=at, detail=detail)
            )

    def refuse_delivery(self, month: str, version: int, recipient: str, at: datetime, detail: str) -> None:
        """Note that a copy is not even begun, in place of what was noted of it."""
        row = asdict(DeliveryEntry(month, version, recipient, "refused", at, at, detail))
        self._upsert(DELIVERIES, row, ("month", "version", "recipient"))

    def settle_delivery(
        self, month: str, version: int, recipient: str, status: str, at: datetime, who: str, why: str
    ) -> None:
        """Note what a person found out about a copy whose sending was cut short. Raises if it is of no such copy."""
        found = self.delivery(month, version, recipient)
        if found is None or found.status != "intent":
            raise ReadinessError(
                f"Nothing is unclear about version {version} of {month} for this recipient. The page of deliveries "
                "names the copies that are."
            )
        self.finish_delivery(month, version, recipient, status, at, f"settled by {who}: {why}")

    # Approvals

    def record_approval(self, entry: Approval) -> None:
        """Note it; the same again changes nothing."""
        self._upsert(APPROVALS, asdict(entry), ("month", "version", "at"), keep=True)

    def approvals(self, month: str | None = None) -> list[Approval]:
        """In the order in which they were made."""
        query = sa.select(APPROVALS).order_by(APPROVALS.c.at)
        return self._entries(query if month is None else query.where(APPROVALS.c.month == month), Approval)

    # Incidents

    def open_incident(self, feed: str, kind: str, detail: str, at: datetime) -> bool:
        """False if one of this kind is open for the feed already, which then stays as it is. One of another kind ends:
        a feed that was stale and now stops is news."""
        row = {"feed": feed, "kind": kind, "detail": detail, "opened_at": at, "is_open": True}
        is_other = (INCIDENTS.c.feed == feed) & INCIDENTS.c.is_open & (INCIDENTS.c.kind != kind)
        opening = self._insert(INCIDENTS).values(**row).on_conflict_do_nothing().returning(INCIDENTS.c.number)
        with self.engine.begin() as connection:
            connection.execute(sa.update(INCIDENTS).where(is_other).values(closed_at=at, is_open=None))
            return connection.scalar(opening) is not None

    def close_incident(self, feed: str, at: datetime) -> bool:
        """False if none is open for the feed."""
        is_it = (INCIDENTS.c.feed == feed) & INCIDENTS.c.is_open
        with self.engine.begin() as connection:
            closing = sa.update(INCIDENTS).where(is_it).values(closed_at=at, is_open=None)
            return connection.execute(closing).rowcount == 1

    def incidents(self) -> list[Incident]:
        """All there were, in the order in which they opened."""
        unclear = sa.exists().where(TELLINGS.c.incident == INCIDENTS.c.number, TELLINGS.c.told_at.is_(None))
        columns = [column for column in INCIDENTS.c if column.name != "is_open"]
        return self._entries(sa.select(*columns, unclear.label("is_unclear")).order_by(INCIDENTS.c.number), Incident)

    def untold(self) -> tuple[list[Incident], list[Incident]]:
        """Incidents of whose opening, and of whose closing, no mail was begun."""
        with self.engine.connect() as connection:
            begun = {(row.incident, row.what) for row in connection.execute(sa.select(TELLINGS))}
        incidents = self.incidents()
        return (
            [each for each in incidents if (each.number, "opened") not in begun],
            [each for each in incidents if each.closed_at and (each.number, "closed") not in begun],
        )

    def begin_telling(self, opened: Iterable[Incident], closed: Iterable[Incident], at: datetime) -> None:
        """Write the intent, before the mail. What has one already is refused by the database, and then nothing is
        written."""
        rows = [{"incident": number, "what": what, "intent_at": at} for number, what in _told(opened, closed)]
        with self.engine.begin() as connection:
            connection.execute(sa.insert(TELLINGS), rows)

    def finish_telling(self, opened: Iterable[Incident], closed: Iterable[Incident], at: datetime) -> None:
        """Note that the mail about them went out."""
        told = sa.tuple_(TELLINGS.c.incident, TELLINGS.c.what).in_(_told(opened, closed))
        with self.engine.begin() as connection:
            connection.execute(sa.update(TELLINGS).where(told).values(told_at=at))

    # Views

    def record_view(self, who: str, what: str, at: datetime) -> None:
        """Note it before anything is shown. what: the name of a page, for example 'quarantine'."""
        with self.engine.begin() as connection:
            connection.execute(sa.insert(VIEWS).values(at=at, who=who, what=what))

    def views(self) -> list[View]:
        return self._entries(sa.select(VIEWS.c.at, VIEWS.c.who, VIEWS.c.what).order_by(VIEWS.c.number), View)

    def _batch_moment(self, function, until: datetime | None) -> datetime | None:
        query = sa.select(function(BATCHES.c.extracted_at)).where(BATCHES.c.status == "loaded")
        if until is not None:
            query = query.where(BATCHES.c.extracted_at <= until)
        with self.engine.connect() as connection:
            return connection.scalar(query)

    def _entries(self, query: sa.Select, entry: type) -> list:
        with self.engine.connect() as connection:
            return [entry(**row._mapping) for row in connection.execute(query)]

    def _upsert(self, table: sa.Table, row: dict, key: Iterable[str], keep: bool = False) -> None:
        insert = self._insert(table).values(**row)
        statement = (
            insert.on_conflict_do_nothing()
            if keep
            else insert.on_conflict_do_update(index_elements=list(key), set_=row)
        )
        with self.engine.begin() as connection:
            connection.execute(statement)

    def _insert(self, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
        return (sqlite if self.engine.dialect.name == "sqlite" else postgresql).insert(table)


def _told(opened: Iterable[Incident], closed: Iterable[Incident]) -> list[tuple[int, str]]:
    """Keys of incident_tellings."""
    return [(each.number, "opened") for each in opened] + [(each.number, "closed") for each in closed]
