"""How long it takes to count everything anew: `PYTHONPATH=plugins python benchmarks/rebuild.py [--rounds 3]`.

Works on the warehouse of the settings (READINESS_HOME, READINESS_WAREHOUSE), which must have been loaded, for
instance by `make demo`. Builds into schemas of its own and drops them: what stands in the warehouse stays as it is.
"""

import argparse
import platform
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from os import cpu_count

import pandas as pd

from readiness import clocks, indicators
from readiness.clocks import Schemas, load_definitions
from readiness.contracts import load_contracts
from readiness.profile import load_profile
from readiness.settings import Settings
from readiness.warehouse import Warehouse, open_warehouse

SCRATCH = Schemas.scratch("benchmark")
SLOWEST = 8


def main() -> None:
    parser = argparse.ArgumentParser(description="Time a full rebuild of spans and indicators.")
    parser.add_argument("--rounds", type=int, default=3, help="how often; the median is shown")
    rounds = parser.parse_args().rounds
    settings = Settings.from_environment()
    seconds: dict[str, list[float]] = defaultdict(list)
    tables: dict[str, list[float]] = defaultdict(list)
    with open_warehouse(settings.warehouse) as warehouse:
        newest = warehouse.value("select max(extracted_at) from records.batches")
        as_at = pd.Timestamp(newest).to_pydatetime()
        profile, definitions = load_profile(settings.authority), load_definitions()
        note_tables(warehouse, tables)
        steps: dict[str, Callable[[], None]] = {
            "known": lambda: clocks.know(warehouse, load_contracts(), profile, as_at, SCRATCH),
            "spans, checks, levels": lambda: clocks.build(warehouse, definitions, profile, SCRATCH),
            "values": lambda: indicators.build(warehouse, definitions, SCRATCH),
        }
        for _ in range(rounds):
            with warehouse.transaction():
                for name, step in steps.items():
                    seconds[name].append(timed(step))
        rows = {
            table: warehouse.value(f"select count(*) from {SCRATCH.table(table)}")
            for table in ("clocks.spans", "clocks.levels", "marts.indicator_values")
        }
        for schema in (SCRATCH.marts, SCRATCH.clocks, SCRATCH.known):
            warehouse.run(f"drop schema {schema} cascade")
        engine = warehouse.dialect
    print(f"{engine}, {cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, {rounds} rounds")
    for table, count in rows.items():
        print(f"{count:>12,} rows  {table}")
    for name, each in seconds.items():
        print(f"{statistics.median(each):>12.2f} s     {name}")
    print(f"{statistics.median(map(sum, zip(*seconds.values(), strict=True))):>12.2f} s     in all")
    print("Slowest tables:")
    slowest = sorted(tables, key=lambda table: -statistics.median(tables[table]))[:SLOWEST]
    for table in slowest:
        print(f"{statistics.median(tables[table]):>12.2f} s     {table.removeprefix('benchmark_')}")


def timed(step: Callable[[], None]) -> float:
    began = time.perf_counter()
    step()
    return time.perf_counter() - began


def note_tables(warehouse: Warehouse, tables: dict[str, list[float]]) -> None:
    """Take the time of every table that is made from now on."""
    create = warehouse.create_table

    def noting(table: str, select: str) -> None:
        tables[table].append(timed(lambda: create(table, select)))

    warehouse.create_table = noting


if __name__ == "__main__":
    main()
