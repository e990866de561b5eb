"""How long extraction, gate and merge take: python benchmarks/ingest.py [rows] [warehouse URL].

A case system of its own is made in a temporary folder, with `rows` records in ext_record_audit and as many visits; both
feeds are loaded on two days, the second time as an increment and as an unchanged snapshot.
"""

import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from readiness.records import load_feed
from readiness.settings import PROJECT, Settings

DAYS = (date(2026, 11, 5), date(2026, 11, 6))


def main(rows: int = 400_000, warehouse: str | None = None) -> None:
    with tempfile.TemporaryDirectory(prefix="readiness-benchmark-") as folder:
        home = Path(folder)
        write_case_system(home / "county.sqlite", rows)
        settings = Settings(
            home=home,
            case_system=f"sqlite:///{home / 'county.sqlite'}",
            warehouse=warehouse or f"duckdb:///{home / 'warehouse.duckdb'}",
            authority=PROJECT / "authority",
        )
        for day in DAYS:
            for feed in ("record_audit", "visits"):
                began = time.perf_counter()
                result = load_feed(settings, feed, now=datetime(day.year, day.month, day.day, 20))
                seconds = time.perf_counter() - began
                print(f"{day} {feed:13} {result.source_rows:>9,} rows {seconds:6.1f} s, {result.new:,} new")


def write_case_system(file: Path, rows: int) -> None:
    moments = [
        f"2026-{month:02d}-{day:02d} {hour:02d}:05:00"
        for month in range(1, 11)
        for day in range(1, 29)
        for hour in range(8, 18)
    ]

    def audits() -> Iterator[tuple]:
        for n in range(rows):
            moment = moments[n % len(moments)]
            yield ("protection_visit", f"V{n}", f"C{n % 30_000}", f"W{n % 600}", moment, moment, "manual")

    def visits() -> Iterator[tuple]:
        for n in range(rows):
            yield (f"V{n}", f"C{n % 30_000}", f"P{n % 3_000}", moments[n % len(moments)], "Y")

    with sqlite3.connect(file) as connection:
        connection.execute(
            "create table ext_record_audit "
            "(record_type, record_id, person_id, professional_id, occurred_at, created_at, entry_channel)"
        )
        connection.execute(
            "create table ssd_cp_visits "
            "(cppv_cp_visit_id, cppv_person_id, cppv_cp_plan_id, cppv_cp_visit_date, cppv_cp_visit_seen)"
        )
        connection.executemany("insert into ext_record_audit values (?, ?, ?, ?, ?, ?, ?)", audits())
        connection.executemany("insert into ssd_cp_visits values (?, ?, ?, ?, ?)", visits())
    connection.close()


if __name__ == "__main__":
    main(*(convert(argument) for convert, argument in zip((int, str), sys.argv[1:], strict=False)))
