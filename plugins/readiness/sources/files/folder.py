"""A folder of CSV or Parquet files, one a table. A file is named like the table (ssd_contacts.csv) or like the feed
(contacts.parquet, with the columns of its contract)."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from readiness.sources.files.tables import FileRefused, FileTable

CSV, PARQUET = (".csv", ".tsv", ".txt"), (".parquet",)
DELIMITERS = ",;\t|"
MOST_COLUMNS = 500
MOST_BYTES = 8 * 2**30
"""No feed of a council comes near it; a Parquet file of a few kilobytes can claim to hold more."""
MOST_OF_A_CELL = 2**20
ROWS_AT_ONCE = 50_000
MOST_EXACT = 2**53
"""Up to here a floating number is exactly one whole number."""

BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def files(path: Path) -> list[Path]:
    """The files of a folder that can be tables, by name."""
    return sorted(
        file
        for file in path.iterdir()
        if file.is_file() and file.suffix.lower() in (*CSV, *PARQUET) and not file.name.startswith((".", "~$"))
    )


def read_tables(path: Path, wanted: frozenset[str]) -> Iterator[FileTable]:
    """The tables of these names (lower case, as file names without ending). Raises FileRefused."""
    found: dict[str, Path] = {}
    for file in files(path):
        name = file.stem.lower()
        if name not in wanted:
            continue
        if name in found:
            raise FileRefused(
                f"{found[name].name} and {file.name} are both the table {name}; nobody can say which is true. Keep one."
            )
        found[name] = file
    for name, file in found.items():
        yield _parquet(name, file) if file.suffix.lower() in PARQUET else _csv(name, file)


def _csv(name: str, file: Path) -> FileTable:
    encoding = _encoding(file)
    opened = file.open(encoding=encoding, newline="")
    heading = opened.readline()
    if not heading.strip():
        raise FileRefused(f"{file.name} is empty: not even a line of headings. Export the table again.")
    delimiter = _delimiter(file, heading)
    columns = _columns(file, next(csv.reader(io.StringIO(heading), delimiter=delimiter)))
    return FileTable(name, columns, _csv_rows(file, opened, delimiter, len(columns)))


def _csv_rows(file: Path, opened: io.TextIOBase, delimiter: str, width: int) -> Iterator[tuple[str | None, ...]]:
    csv.field_size_limit(MOST_OF_A_CELL)
    uneven = 0
    with opened:
        try:
            for cells in csv.reader(opened, delimiter=delimiter, strict=True):
                if len(cells) == width:
                    yield tuple(cells)
                elif cells:
                    uneven += 1
        except (csv.Error, UnicodeError):
            raise FileRefused(
                f"{file.name} breaks off or is damaged: a quoted text does not end, a cell is far too long, or it "
                "holds bytes that are no text. Export the table again."
            ) from None
    if uneven:
        raise FileRefused(
            f"{file.name}: {uneven:,} rows do not have the {width} cells that the headings promise. A delimiter or "
            "line break inside a text is not quoted; export the table again with quotes around texts."
        )


def _encoding(file: Path) -> str:
    """By byte order mark; else UTF-8 if the whole file is, else Windows' own (cp1252), which older exports use."""
    with file.open("rb") as opened:
        start = opened.read(4)
        for mark, encoding in BYTE_ORDER_MARKS.items():
            if start.startswith(mark):
                return encoding
        opened.seek(0)
        if any(b"\x00" in block for block in iter(lambda: opened.read(2**20), b"")):
            raise FileRefused(f"{file.name} is no text file: it holds zero bytes. Export the table as CSV in UTF-8.")
    for encoding in ("utf-8", "cp1252"):
        with file.open(encoding=encoding, newline="") as opened:
            try:
                for _ in iter(lambda: opened.read(2**20), ""):
                    pass
            except UnicodeDecodeError:
                continue
            return encoding
    raise FileRefused(f"{file.name} is neither UTF-8 nor Windows text (cp1252). Export the table as CSV in UTF-8.")


def _delimiter(file: Path, heading: str) -> str:
    counts = {delimiter: len(next(csv.reader([heading], delimiter=delimiter))) for delimiter in DELIMITERS}
    most = max(counts.values())
    best = [delimiter for delimiter, count in counts.items() if count == most]
    if most > 1 and len(best) > 1:
        raise FileRefused(
            f"{file.name}: its headings could be divided in two ways. Export the table again with commas between cells."
        )
    return best[0]


def _columns(file: Path, headings: list[str]) -> tuple[str, ...]:
    columns = tuple(heading.strip().lower() for heading in headings)
    if len(columns) > MOST_COLUMNS:
        raise FileRefused(f"{file.name} has {len(columns):,} columns; more than {MOST_COLUMNS} are no table of ours.")
    twice = sorted({name for name in columns if columns.count(name) > 1})
    if twice or "" in columns:
        raise FileRefused(
            f"{file.name}: "
            + (
                f"the heading {twice[0]} stands over several columns"
                if twice and twice[0]
                else "a column has no heading"
            )
            + ". Give each column one name of its own."
        )
    return columns


def _parquet(name: str, file: Path) -> FileTable:
    try:
        opened = pq.ParquetFile(file)
        described = opened.metadata
        size = sum(described.row_group(n).total_byte_size for n in range(described.num_row_groups))
    except (pa.ArrowException, OSError):
        raise FileRefused(
            f"{file.name} is not a whole Parquet file: it is damaged or cut off. Export it again."
        ) from None
    if size > MOST_BYTES:
        raise FileRefused(f"{file.name} claims to hold {size / 2**30:,.0f} GB unpacked; that is no table of ours.")
    columns = _columns(file, list(opened.schema_arrow.names))
    nested = [field.name for field in opened.schema_arrow if pa.types.is_nested(field.type)]
    if nested:
        raise FileRefused(f"{file.name}: the columns {', '.join(nested)} hold lists or records; a cell is one value.")
    return FileTable(name, columns, _parquet_rows(file, opened))


def _parquet_rows(file: Path, opened: pq.ParquetFile) -> Iterator[tuple[str | None, ...]]:
    try:
        for batch in opened.iter_batches(ROWS_AT_ONCE):
            yield from zip(*(_as_text(column) for column in batch.columns), strict=True)
    except (pa.ArrowException, OSError):
        raise FileRefused(f"{file.name} is damaged: its rows cannot be unpacked. Export it again.") from None


def _as_text(column: pa.Array) -> list[str | None]:
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _as_text(column.dictionary_decode())
    if pa.types.is_boolean(kind):
        column = pc.if_else(column, "Y", "N")
    elif pa.types.is_timestamp(kind):
        pattern = "%Y-%m-%d %H:%M:%S" + ("%z" if kind.tz else "")
        column = pc.strftime(column.cast(pa.timestamp("s", kind.tz), safe=False), format=pattern)
    elif pa.types.is_floating(kind):
        return _numbers_as_text(column)
    elif pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        column = column.cast(pa.string(), safe=True)
    return column.cast(pa.string()).to_pylist()


def _numbers_as_text(column: pa.Array) -> list[str | None]:
    """Whole numbers as whole numbers: an id that pandas made 12345678901.0 is 12345678901, not 1.2345678901e+10."""
    column = pc.if_else(pc.is_nan(column), None, column.cast(pa.float64()))
    is_whole = pc.and_(pc.equal(pc.floor(column), column), pc.less(pc.abs(column), MOST_EXACT))
    whole = pc.if_else(is_whole, column, None).cast(pa.int64()).cast(pa.string())
    return pc.if_else(is_whole, whole, column.cast(pa.string())).to_pylist()
