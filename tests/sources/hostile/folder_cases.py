"""Folders of CSV and Parquet files that are refused."""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tests.sources.hostile.cases import HostileFile

HEADING = "cine_referral_id,cine_person_id,cine_referral_date\n"
ROW = "R1,C1,2026-10-01\n"


def _file(name: str, content: bytes | str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        return folder

    return make


def _parquet(*, cut_to: int | None = None, column: pa.Array | None = None, damaged: bool = False):
    def make(folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / "ssd_cin_episodes.parquet"
        ids = column if column is not None else pa.array([f"R{number}" for number in range(5_000)])
        pq.write_table(pa.table({"cine_referral_id": ids}), file)
        content = bytearray(file.read_bytes())
        if damaged:
            content[100:400] = b"\xff" * 300
        file.write_bytes(bytes(content[:cut_to]))
        return folder

    return make


def _both(folder: Path) -> Path:
    _file("ssd_cin_episodes.csv", HEADING + ROW)(folder)
    return _parquet()(folder)


def _under_two_names(folder: Path) -> Path:
    _file("ssd_cin_episodes.csv", HEADING + ROW)(folder)
    return _file("referrals.csv", "referral_id,child_id,referred\n")(folder)


def _undated(folder: Path) -> Path:
    for name in ("october", "november"):
        _file("ssd_cin_episodes.csv", HEADING + ROW)(folder / name)
    return folder


def _twice(folder: Path) -> Path:
    for name in ("2026-10-31", "2026-10-31 again"):
        _file("ssd_cin_episodes.csv", HEADING + ROW)(folder / name)
    return folder


def _mixed(folder: Path) -> Path:
    _file("ssd_cin_episodes.csv", HEADING + ROW)(folder)
    _file("ssd_cin_episodes.csv", HEADING + ROW)(folder / "2026-10-31")
    return folder


def _empty(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


CSV = "ssd_cin_episodes.csv"
CASES = [
    HostileFile("folder", "an empty folder", _empty, "holds no file that can be read"),
    HostileFile("folder", "only files of another kind", _file("notes.docx", b"PK"), "holds no file that can be read"),
    HostileFile("folder", "an empty file", _file(CSV, b""), "ssd_cin_episodes.csv is empty"),
    HostileFile("folder", "zero bytes in a text file", _file(CSV, HEADING + "R1,C\0,"), "holds zero bytes"),
    HostileFile(
        "folder", "text in an unknown encoding", _file(CSV, HEADING.encode() + b"R1,\x81\x8d,x\n"), "neither UTF-8"
    ),
    HostileFile("folder", "cut off inside a quoted text", _file(CSV, HEADING + 'R1,"C1,2026-10-01\n'), "breaks off"),
    HostileFile(
        "folder",
        "rows with too many cells",
        _file(CSV, HEADING + "R1,C1,2026-10-01,x\n" + ROW),
        "1 rows do not have the 3 cells",
    ),
    HostileFile("folder", "cut off inside a row", _file(CSV, HEADING + ROW + "R2,C"), "1 rows do not have the 3 cells"),
    HostileFile(
        "folder",
        "a cell of many megabytes",
        _file(CSV, HEADING + "R1," + "C" * 3_000_000 + ",x\n"),
        "a cell is far too long",
    ),
    HostileFile(
        "folder", "very many columns", _file(CSV, ",".join(f"c{n}" for n in range(5_000)) + "\n"), "has 5,000 columns"
    ),
    HostileFile(
        "folder",
        "one heading over two columns",
        _file(CSV, "cine_referral_id,Cine_Referral_ID\n"),
        "stands over several columns",
    ),
    HostileFile("folder", "a column without a heading", _file(CSV, "cine_referral_id,,x\n"), "a column has no heading"),
    HostileFile("folder", "headings that divide in two ways", _file(CSV, "a,b;c\n1,2;3\n"), "divided in two ways"),
    HostileFile("folder", "one table in two files", _both, "are both the table ssd_cin_episodes"),
    HostileFile("folder", "one feed under two names", _under_two_names, "under its own name and as ssd_cin_episodes"),
    HostileFile("folder", "a Parquet file that is cut off", _parquet(cut_to=300), "is not a whole Parquet file"),
    HostileFile(
        "folder", "a text renamed to Parquet", _file("ssd_cin_episodes.parquet", HEADING), "is not a whole Parquet file"
    ),
    HostileFile("folder", "a Parquet file with damaged pages", _parquet(damaged=True), "damaged"),
    HostileFile(
        "folder", "a Parquet column of lists", _parquet(column=pa.array([["R1"], ["R2"]])), "hold lists or records"
    ),
    HostileFile("folder", "two deliveries without a day", _undated, "2 of them have no date in their name"),
    HostileFile("folder", "two deliveries of one day", _twice, "more than one delivery of 2026-10-31"),
    HostileFile("folder", "tables beside a whole delivery", _mixed, "beside whole deliveries"),
    HostileFile(
        "folder",
        "dates that could be read in two ways",
        _file(CSV, HEADING + "".join(f"R{n},C1,0{n}/0{n + 1}/2026\n" for n in range(1, 6))),
        "could be read in two ways",
    ),
    HostileFile(
        "folder",
        "a table without a column that is needed",
        _file(CSV, "cine_referral_id,cine_person_id\nR1,C1\n"),
        "the column cine_referral_date is missing",
    ),
]
