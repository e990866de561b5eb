"""How fast a county is read, checked and kept: `PYTHONPATH=plugins python benchmarks/ingest.py [--county FILE]
[--warehouse URL] [--scale 1]`.

Loads every feed of a county (by default one that is written for it) as of its last day, feed by feed, and times the
parts: extract (query, normalise, pseudonymise), gate (Great Expectations) and load (history, quarantine, results). In
the same run, the same rows are taken by plain pandas: `read_sql` of the same query, `to_sql` into an empty table of the
same kind of database (SQLite beside DuckDB), without checks, pseudonyms or history. Rows a second, and ratios.
"""

import argparse
import resource
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from readiness.contracts import load_contracts
from readiness.demo import exampleshire, write_county
from readiness.records import load_feed, loading
from readiness.records.merging import Merger
from readiness.settings import PROJECT, Settings
from readiness.sources import Source, read_feed, source_days
from readiness.sources.connection import sql_dialect
from readiness.sources.queries import fit_query
from readiness.sources.reading import feed_text
from readiness.sources.source import open_feed

PARTS = ("extract", "gate", "load")
NOW = datetime(2026, 11, 6, 20)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0])
    parser.add_argument("--county", type=Path, help="an SQLite file of the demo; written anew without it")
    parser.add_argument("--warehouse", help="a PostgreSQL address; DuckDB without it")
    parser.add_argument("--scale", type=float, default=1.0, help="size of the county that is written")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="readiness-benchmark-") as folder:
        home = Path(folder)
        county = options.county or home / "county.sqlite"
        if not county.exists():
            write_county(county, exampleshire().resized(options.scale, 30))
        settings = Settings(
            home=home / "home",
            case_system=f"sqlite:///{county}",
            warehouse=options.warehouse or f"duckdb:///{home / 'warehouse.duckdb'}",
            authority=PROJECT / "authority",
        )
        baseline = options.warehouse or f"sqlite:///{home / 'baseline.sqlite'}"
        compare(settings, baseline)


def compare(settings: Settings, baseline: str) -> None:
    """Time both ways feed by feed, one after the other, and print the table."""
    seconds = timed_parts()
    day = source_days(settings).last_on
    warm_up(settings, day)
    totals: dict[str, float] = defaultdict(float)
    print(
        f"{'feed':24} {'rows':>9} {'extract':>8} {'gate':>8} {'load':>8} {'all':>8} {'rows/s':>8} {'pandas':>8} ratio"
    )
    for feed in load_contracts():
        seconds.clear()
        began = time.perf_counter()
        rows = load_feed(settings, feed, day, now=NOW).source_rows
        whole = time.perf_counter() - began
        plain = plain_pandas(settings, feed, day, baseline)
        parts = " ".join(f"{seconds[part]:8.2f}" for part in PARTS)
        print(f"{feed:24} {rows:9,} {parts} {whole:8.2f} {rows / whole:8,.0f} {plain:8.2f} {whole / plain:5.1f}")
        for name, value in ({"rows": rows, "all": whole, "pandas": plain} | dict(seconds)).items():
            totals[name] += value
    parts = " ".join(f"{totals[part]:8.2f}" for part in PARTS)
    print(
        f"{'the whole county':24} {totals['rows']:9,} {parts} {totals['all']:8.2f} "
        f"{totals['rows'] / totals['all']:8,.0f} {totals['pandas']:8.2f} {totals['all'] / totals['pandas']:5.1f}"
    )
    print(f"the gate takes {100 * totals['gate'] / totals['all']:.0f} percent of the time")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of the process, both ways together: {peak:,.0f} MB")


def timed_parts() -> dict[str, float]:
    """Seconds by part, counted from now on in every load of this process."""
    seconds: dict[str, float] = defaultdict(float)

    def timed(part: str, function: Callable) -> Callable:
        def timing(*arguments, **how):
            began = time.perf_counter()
            try:
                return function(*arguments, **how)
            finally:
                seconds[part] += time.perf_counter() - began

        return timing

    loading.read_feed = timed("extract", loading.read_feed)
    loading.sift = timed("gate", loading.sift)
    Merger.merge = timed("load", Merger.merge)
    return seconds


def warm_up(settings: Settings, day) -> None:
    """Importing Great Expectations is once a process, and no feed's fault."""
    contract = load_contracts()["teams"]
    loading.sift(read_feed(settings, contract, source=Source(settings.case_system), now=NOW, day=day), contract)


def plain_pandas(settings: Settings, feed: str, day, baseline: str) -> float:
    """The same query by `read_sql`, the same rows by `to_sql`."""
    contract = load_contracts()[feed]
    engine = sa.create_engine(baseline)
    began = time.perf_counter()
    with open_feed(Source(settings.case_system), contract, day) as opened:
        dialect = sql_dialect(opened.connection)
        query = fit_query(contract, opened.statement, opened.shape, loading.Memory().remembered, day, dialect)
        rows = pd.read_sql(feed_text(contract, query, dialect, None), opened.connection)
    rows.to_sql(f"plain_{feed}", engine, index=False, if_exists="replace", chunksize=50_000)
    seconds = time.perf_counter() - began
    engine.dispose()
    return seconds


if __name__ == "__main__":
    main()
