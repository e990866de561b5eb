"""What stands in `sql/`: clocks, checks and levels with their queries, and the marts that are made from them.

One folder is one thing: its YAML says what it means in words, its SQL says it to the machine. An unknown key in a YAML
file is an error.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from readiness.errors import ReadinessError
from readiness.profile import Limit, Strict, read_yaml
from readiness.settings import SQL

Family = Literal["timeliness", "supervision", "recording_lag", "records", "workload"]
Scope = Literal["authority", "area", "team"]


class Rung(Limit):
    """One rung of a ladder of limits: the value in force for starts from a date, for one kind of case.

    A value of None means that no limit is in force. `is_local` marks limits without a national number, which
    `authority/profile.yaml` sets.
    """

    case_kind: str | None = None
    source: str
    is_local: bool = False


class ClockWords(Strict):
    """A clock in words: what starts and stops it, who is in and who is left out."""

    start: str
    stop: str
    counted: str
    left_out: str


class CheckWords(Strict):
    """A check in words."""

    applies_to: str
    passes: str
    left_out: str


class LevelWords(Strict):
    """A level in words."""

    population: str
    met: str
    left_out: str


class Definition(Strict):
    """What clocks, checks and levels have in common.

    title: in a manager's words. feeds: those it cannot do without; one that is absent leaves the indicator without
    rows, and they give the first complete month. columns: those of its feeds ('feed.column') that the source must keep
    as well, where they come from an optional table. looks_up: feeds it reads if they are there (a team, an absence).
    record_types: which kinds of the record audit it reads. builds_on: clocks whose due dates it uses.
    maturity_days: how long after its end a month is judged.
    """

    title: str
    family: Family
    measure: Literal["proportion", "ratio", "total"]
    unit: str
    direction: Literal["up", "down"]
    breakdowns: tuple[Scope, ...]
    maturity_days: int = Field(ge=0)
    feeds: tuple[str, ...]
    columns: tuple[str, ...] = ()
    looks_up: tuple[str, ...] = ()
    record_types: tuple[str, ...] = ()
    builds_on: tuple[str, ...] = ()
    caveat: str


class Entries(Strict):
    """The records whose late arrival makes the clock's latest months look other than they will.

    lag_clock: the recording lag clock that times them, where the record audit has them, as record_types. feed: where
    they are looked for otherwise, between two extractions; kind: which of its rows, by the code in its key.
    """

    lag_clock: str | None = None
    record_types: tuple[str, ...] = ()
    feed: str | None = None
    kind: str | None = None


class Clock(Definition):
    """From a start to a stop within a limit: once per case, again and again, or from an event to its record.

    local_kinds: kinds of case that its query tells apart and that have the ladder without a kind, unless the council
    gives one of them limits of its own. kinds_column: the column ('feed.column') that tells them apart, of use only
    then. entries: the records with which it stops, where people enter them after the event.
    """

    definition: ClockWords
    kind: Literal["single", "recurring", "recording_lag"]
    cohort: Literal["stop", "due", "start"]
    limits: tuple[Rung, ...] = Field(min_length=1)
    local_kinds: tuple[str, ...] = ()
    kinds_column: str | None = None
    entries: Entries | None = None

    @model_validator(mode="after")
    def _cohort_fits_the_kind(self) -> "Clock":
        expected = {"single": "stop", "recurring": "due", "recording_lag": "start"}[self.kind]
        if self.cohort != expected:
            raise ValueError(f"a clock of kind {self.kind} counts in the month of its {expected}")
        return self

    @model_validator(mode="after")
    def _limits_fit_the_kind(self) -> "Clock":
        suit(self.kind, self.limits)
        return self

    @model_validator(mode="after")
    def _ladders_begin_without_a_date(self) -> "Clock":
        for kind in {rung.case_kind for rung in self.limits}:
            in_order([rung for rung in self.limits if rung.case_kind == kind])
        return self


def suit(kind: str, limits: Iterable[Limit]) -> None:
    """Raises ValueError if a clock of this kind cannot keep these limits."""
    for limit in limits:
        if kind == "recurring" and limit.is_timed:
            raise ValueError("a recurring duty has limits in working days, days or months")
        if kind == "recurring" and limit.value == 0:
            raise ValueError("a recurring duty needs an interval of at least one unit")
        if limit.is_timed and limit.value is not None and limit.without_times is None:
            unit = limit.unit.replace("_", " ")
            raise ValueError(
                f"a limit kept to the minute ({unit}) needs without_times, for cases without a time of day"
            )


def in_order(ladder: Sequence[Limit]) -> None:
    """Raises ValueError unless the ladder begins without a date and goes on by date; named dates fit anywhere."""
    starts = [limit.from_on for limit in ladder]
    days = [day for day in starts[1:] if not isinstance(day, str)]
    if not starts or starts[0] is not None or None in days or days != sorted(days):
        raise ValueError("each ladder begins with a rung without a date, and the others follow by date")


class Check(Definition):
    """A yes or no about a record, counted in the month of the record's own date.

    rows: what a row of its query is. A record passes or not (is_passed); a row of counts says how many pass
    (passed_count) of how many (record_count). limits: told in the report only; the source has already judged by it.
    """

    definition: CheckWords
    rows: Literal["records", "counts"] = "records"
    limits: tuple[Rung, ...] = ()


class Level(Definition):
    """A count of a population on the last day of each month."""

    definition: LevelWords


class MartTable(Strict):
    """What a shared table holds: `table` is schema.table, `columns` in the order of the query. is_kept: whether its
    rows are worth keeping; rows that are cheap to work out where they are read are not."""

    table: str
    description: str
    is_kept: bool = True
    columns: dict[str, str]


@dataclass(frozen=True)
class Defined:
    """One folder of `sql/clocks`, `sql/checks` or `sql/levels`: its words, and its queries by file name."""

    id: str
    folder: Path
    words: Clock | Check | Level
    queries: Mapping[str, str]
    hash: str

    @property
    def query_path(self) -> Path:
        return self.folder / "query.sql"


@dataclass(frozen=True)
class Mart:
    """One folder of `sql/marts`."""

    name: str
    words: MartTable
    query: str


@dataclass(frozen=True)
class Definitions:
    """Everything that can be counted, by id, and the shared tables, by name. `every_id` survives a selection."""

    indicators: Mapping[str, Defined]
    marts: Mapping[str, Mart]
    every_id: frozenset[str]

    def only(self, ids: Iterable[str]) -> "Definitions":
        """These indicators and the clocks they build on."""
        wanted = set(ids)
        unknown = sorted(wanted - self.every_id)
        if unknown:
            raise ReadinessError(f"There is no indicator {', '.join(unknown)}; see the folders in sql/.")
        for id in list(wanted):
            wanted.update(self.indicators[id].words.builds_on)
        kept = {id: defined for id, defined in self.indicators.items() if id in wanted}
        return Definitions(kept, self.marts, self.every_id)

    @property
    def hash(self) -> str:
        """One hash of everything that can be counted."""
        hashes = "".join(self.indicators[id].hash for id in sorted(self.indicators))
        return hashlib.sha256(hashes.encode()).hexdigest()[:16]

    @property
    def clocks(self) -> dict[str, Defined]:
        return {id: defined for id, defined in self.indicators.items() if isinstance(defined.words, Clock)}

    @property
    def limited(self) -> dict[str, Defined]:
        """What has a ladder of limits: clocks, and checks that tell one."""
        return {
            id: each for id, each in self.indicators.items() if not isinstance(each.words, Level) and each.words.limits
        }

    @property
    def checks(self) -> dict[str, Defined]:
        return {id: defined for id, defined in self.indicators.items() if isinstance(defined.words, Check)}

    @property
    def levels(self) -> dict[str, Defined]:
        return {id: defined for id, defined in self.indicators.items() if isinstance(defined.words, Level)}


KINDS: dict[str, tuple[str, type[Definition]]] = {
    "clocks": ("clock.yaml", Clock),
    "checks": ("check.yaml", Check),
    "levels": ("level.yaml", Level),
}


@cache
def load_definitions(root: Path = SQL) -> Definitions:
    """Read every definition and mart below `root`. The hash of a definition covers its YAML, its queries and the
    shared tables, so that it changes whenever its numbers could."""
    marts = {folder.name: _mart(folder) for folder in _folders(root / "marts")}
    shared = hashlib.sha256("\n".join(marts[name].query for name in sorted(marts)).encode()).hexdigest()
    indicators: dict[str, Defined] = {}
    for kind, (file, model) in KINDS.items():
        for folder in _folders(root / kind):
            indicators[folder.name] = _defined(folder, file, model, shared)
    every_id = frozenset(indicators)
    for id, defined in indicators.items():
        missing = sorted(set(defined.words.builds_on) - every_id)
        if missing:
            raise ReadinessError(f"{id} builds on {', '.join(missing)}, which has no folder in sql/.")
    return Definitions(indicators, marts, every_id)


def _defined(folder: Path, file: str, model: type[Definition], shared: str) -> Defined:
    words = read_yaml(folder / file, model)
    queries = {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.sql"))}
    if "query" not in queries:
        raise ReadinessError(f"{folder.name} has no query.sql beside its {file}.")
    text = (folder / file).read_text(encoding="utf-8") + "\n".join(queries.values()) + shared
    return Defined(folder.name, folder, words, queries, hashlib.sha256(text.encode()).hexdigest()[:16])


def _mart(folder: Path) -> Mart:
    query = (folder / "query.sql").read_text(encoding="utf-8")
    return Mart(folder.name, read_yaml(folder / "table.yaml", MartTable), query)


def _folders(root: Path) -> list[Path]:
    return sorted(path for path in root.iterdir() if path.is_dir()) if root.exists() else []
