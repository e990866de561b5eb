"""From the source's values to the contract's physical columns, a chunk at a time."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from readiness.contracts import Contract
from readiness.sources import values
from readiness.sources.batch import SENTINEL, UNLISTED, UNREADABLE
from readiness.sources.date_order import DateOrder, in_iso, is_otherwise_written
from readiness.sources.vault import IdentityKey

HASHED = ("child", "worker", "record")
SEPARATOR, NOTHING = "\x1f", "\x00"
PANDAS_TYPES = {
    "text": "str",
    "boolean": "boolean",
    "date": "datetime64[us]",
    "timestamp": "datetime64[us]",
    "integer": "Int64",
    "double precision": "float64",
}


@dataclass
class Normaliser:
    """Turns chunks of one feed into physical columns and keeps count of what it met on the way.

    date_order: what the council says of dates like 03/04/2026. families: column of the contract -> kinds of values.
    filled, unreadable: counts per column of values present and of those among them that could not be read. undecided:
    column -> dates whose order only the whole column tells, by row. ids: domain -> chunks of (hash, id).
    """

    contract: Contract
    key: IdentityKey
    date_order: DateOrder | None = None
    rows: int = 0
    undecided: dict[str, list[pd.Series]] = field(default_factory=lambda: defaultdict(list), repr=False)
    families: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    filled: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    unreadable: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    ids: dict[str, list[pd.DataFrame]] = field(default_factory=lambda: defaultdict(list), repr=False)

    def physical(self, chunk: pd.DataFrame) -> pd.DataFrame:
        """The chunk's physical columns, marker columns where needed, and row_digest."""
        chunk.index = pd.RangeIndex(self.rows, self.rows + len(chunk))
        self.rows += len(chunk)
        texts: dict[str, pd.Series] = {}
        columns: dict[str, pd.Series] = {}
        for name in self.contract.columns:
            self._observe(name, chunk[name])
            texts[name] = values.as_text(chunk[name])
            self.filled[name] += int(texts[name].notna().sum())
            columns |= self._column(name, texts[name])
        columns["row_digest"] = self._digests(texts)
        return pd.DataFrame(columns)

    def whole(self, chunks: Iterable[pd.DataFrame]) -> pd.DataFrame:
        """The chunks under each other, with the dates that had to wait for the last of them."""
        frame = joined(list(chunks), self.empty())
        for name, waiting in self.undecided.items():
            self._decide(frame, name, pd.concat(waiting))
        for name, column in self.contract.columns.items():
            if column.type == "moment_id":
                frame[name] = _moment_ids(frame[f"{column.of}_at"], frame[f"{column.of}_on"])
        return frame

    def empty(self) -> pd.DataFrame:
        types = {name: PANDAS_TYPES[sql] for name, sql in self.contract.physical.items()} | {"row_digest": "str"}
        return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in types.items()})

    def family(self, name: str) -> str | None:
        seen = self.families[name]
        return None if not seen else next(iter(seen)) if len(seen) == 1 else "mixed"

    def identities(self) -> Mapping[str, pd.DataFrame]:
        return {
            domain: pd.concat(chunks, ignore_index=True).drop_duplicates("hash") for domain, chunks in self.ids.items()
        }

    def _observe(self, name: str, source: pd.Series) -> None:
        if kind := values.family(source):
            self.families[name].add(kind)

    def _column(self, name: str, text: pd.Series) -> dict[str, pd.Series]:
        column = self.contract.columns[name]
        match column.type:
            case "id":
                return {name: self._id(name, column.domain, text)}
            case "moment_id":
                return {name: text}
            case "text":
                return {name: values.as_codes(text, column.codes) if column.codes else text}
            case "flag":
                flags, is_unlisted = values.as_flags(text)
                return {name: flags} | _marked(name + UNLISTED, is_unlisted)
            case "integer" | "number":
                numbers, is_unreadable = values.as_numbers(text, is_integer=column.type == "integer")
                self.unreadable[name] += int(is_unreadable.sum())
                return {name: numbers} | _marked(name + UNREADABLE, is_unreadable)
        return self._moment(name, column.type == "date", text)

    def _decide(self, frame: pd.DataFrame, name: str, text: pd.Series) -> None:
        """Fill in the dates of a column that are not written year first."""
        iso = in_iso(text, self.date_order, f"{self.contract.feed}: the column that gives {name}", self.filled[name])
        is_read = iso.notna()
        read = self._moment(name, self.contract.columns[name].type == "date", iso[is_read])
        self.unreadable[name] -= int(is_read.sum())
        frame.loc[iso.index[is_read], name + UNREADABLE] = False
        for column, found in read.items():
            if column not in frame:
                frame[column] = False
            frame.loc[found.index, column] = found
        if not frame[name + UNREADABLE].any():
            del frame[name + UNREADABLE]

    def _moment(self, name: str, is_date: bool, text: pd.Series) -> dict[str, pd.Series]:
        moments = values.as_moments(text)
        self.unreadable[name] += int(moments.is_unreadable.sum())
        if (waiting := text[moments.is_unreadable & is_otherwise_written(text)]).size:
            self.undecided[name].append(waiting)
        read = {name: moments.on} if is_date else {f"{name}_at": moments.at, f"{name}_on": moments.on}
        return read | _marked(name + UNREADABLE, moments.is_unreadable) | _marked(name + SENTINEL, moments.is_1900)

    def _id(self, name: str, domain: str, text: pd.Series) -> pd.Series:
        ids = values.as_ids(text)
        if domain not in HASHED:
            return ids
        positions, distinct = pd.factorize(ids)
        hashes = pd.Series([*self.key.hashes(domain, distinct.tolist()), None], dtype="str")
        if domain != "record":
            self.ids[domain].append(pd.DataFrame({"hash": hashes[:-1], "id": pd.Series(distinct, dtype="str")}))
        elif name in self.contract.key:
            as_read = pd.DataFrame({"position": positions, "id": text}).query("position >= 0").drop_duplicates()
            self.ids[domain].append(
                pd.DataFrame({"hash": hashes.take(as_read.position).to_numpy(), "id": as_read.id.to_numpy()})
            )
        return hashes.take(positions).set_axis(text.index)

    def _digests(self, texts: Mapping[str, pd.Series]) -> pd.Series:
        """A keyed hash of the row as trimmed text, equal for rows that are equal in every column of the contract."""
        arrays = [pc.cast(pa.array(text, from_pandas=True), pa.large_string()) for text in texts.values()]
        rows = pc.binary_join_element_wise(
            *arrays,
            pa.scalar(SEPARATOR, pa.large_string()),
            null_handling="replace",
            null_replacement=NOTHING,
        )
        return pd.Series(self.key.hashes("row", rows.to_pylist()), dtype="str", index=next(iter(texts.values())).index)


def joined(chunks: list[pd.DataFrame], empty: pd.DataFrame) -> pd.DataFrame:
    """The chunks under each other; a marker that one of them lacks is false there."""
    frame = pd.concat(chunks, ignore_index=True) if chunks else empty
    markers = [name for name in frame.columns if name.endswith((UNREADABLE, SENTINEL, UNLISTED))]
    for name in markers:
        frame[name] = frame[name].eq(True).astype(bool)
    return frame


def _moment_ids(at: pd.Series, on: pd.Series) -> pd.Series:
    """A moment as text; a date alone where there is no time of day."""
    written = at.dt.strftime("%Y-%m-%d %H:%M:%S").where(at.notna(), on.dt.strftime("%Y-%m-%d"))
    return written.where(on.notna(), None).astype("str")


def _marked(name: str, mask: pd.Series) -> dict[str, pd.Series]:
    return {name: mask.astype(bool)} if mask.any() else {}
