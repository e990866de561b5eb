"""A small case system written by hand: the tables of the dataset, with the rows that a test gives them."""

import re
from collections.abc import Mapping
from datetime import date, datetime

import sqlalchemy as sa

from readiness.settings import PROJECT

DDL = (PROJECT / "plugins" / "readiness" / "demo" / "case_system.sql").read_text(encoding="utf-8")
STATEMENTS = [s for s in re.sub(r"--[^\n]*", "", DDL).split(";") if s.strip()]

MONDAY, TUESDAY, WEDNESDAY, THURSDAY = (date(2026, 11, day) for day in (2, 3, 4, 5))


def evening(day: date) -> datetime:
    """A moment of that day at which a live source is read, in UTC (and in November in London)."""
    return datetime(day.year, day.month, day.day, 20)


class CaseSystem:
    """Tables in any database. Rows are mappings of column to value; columns that a row leaves out are empty."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
        self.run(*STATEMENTS)

    def run(self, *statements: str) -> "CaseSystem":
        with self.engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
        return self

    def add(self, table: str, *rows: Mapping[str, object]) -> "CaseSystem":
        with self.engine.begin() as connection:
            for row in rows:
                names = ", ".join(f'"{name}"' for name in row)
                values = ", ".join(f":{name}" for name in row)
                connection.execute(sa.text(f"insert into {table} ({names}) values ({values})"), dict(row))
        return self

    def fill(self, table: str, *rows: Mapping[str, object]) -> "CaseSystem":
        """The table with these rows and no others."""
        return self.run(f"delete from {table}").add(table, *rows)

    def keep_history(self, *tables: str) -> "CaseSystem":
        """Turn empty tables into histories that can be read as of a day."""
        for table in tables:
            self.run(
                f"alter table {table} rename to {table}_history",
                f"alter table {table}_history add column entered_at timestamp",
                f"alter table {table}_history add column replaced_at timestamp",
                f"create view {table} as select * from {table}_history where replaced_at is null",
            )
        return self


def contact(contact_id: object = "K1", **columns: object) -> dict[str, object]:
    return {
        "cont_contact_id": contact_id,
        "cont_person_id": "C1",
        "cont_contact_date": "2026-10-30 10:15:00",
        "cont_contact_source_code": "6",
    } | columns


def assessment(assessment_id: str = "A1", **columns: object) -> dict[str, object]:
    return {
        "cina_assessment_id": assessment_id,
        "cina_person_id": "C1",
        "cina_referral_id": "R1",
        "cina_assessment_start_date": "2026-09-01 09:00:00",
        "cina_assessment_child_seen": "Y",
        "cina_assessment_team": "T1",
        "cina_assessment_worker_id": "W1",
    } | columns


def audit(record_id: str = "V1", **columns: object) -> dict[str, object]:
    return {
        "record_type": "protection_visit",
        "record_id": record_id,
        "person_id": "C1",
        "professional_id": "W1",
        "team_id": "T1",
        "occurred_at": "2026-10-30 10:15:00",
        "occurred_precision": "minute",
        "created_at": "2026-10-30 16:00:00",
        "entry_channel": "manual",
    } | columns


def visit(visit_id: str = "V1", **columns: object) -> dict[str, object]:
    """A protection visit."""
    return {
        "cppv_cp_visit_id": visit_id,
        "cppv_person_id": "C1",
        "cppv_cp_plan_id": "P1",
        "cppv_cp_visit_date": "2026-10-30 10:15:00",
        "cppv_cp_visit_seen": "Y",
    } | columns


def team(team_id: str = "T1", **columns: object) -> dict[str, object]:
    return {"dept_team_id": team_id, "dept_team_name": "North", "dept_team_parent_id": "AR1"} | columns
