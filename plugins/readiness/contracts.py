"""The contract of a feed: what its columns mean, which are keys, which are personal. `expectations/<feed>.yaml`."""

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from readiness.profile import Strict, read_yaml
from readiness.settings import EXPECTATIONS

PHYSICAL_TYPES = {
    "id": "text",
    "text": "text",
    "moment_id": "text",
    "flag": "boolean",
    "date": "date",
    "integer": "integer",
    "number": "double precision",
}


class Column(Strict):
    """One column of a feed.

    type: a `moment` called x becomes x_at (UTC, NULL without a time of day) and x_on (the London date); a `date` is
    named x_on already. kind tells who makes a date: the worker who types it, the system that stamps it, or a rule
    that sets it as due; is_planned: it may be entered ahead of its day, like leave that is booked, so a day to come is
    no mistake. A `moment_id` tells rows apart by when something began: the moment of the column `of`, as text in UTC,
    however the source writes it. personal marks what must never leave the warehouse.
    """

    meaning: str
    type: Literal["id", "text", "flag", "date", "moment", "moment_id", "integer", "number"]
    domain: Literal["child", "worker", "record", "team"] | None = None
    kind: Literal["worker_entered", "system_stamped", "due"] | None = None
    is_planned: bool = False
    of: str | None = None
    personal: Literal["identifier", "special_category", "staff"] | None = None
    required: bool = False
    codes: tuple[str, ...] | None = None

    @model_validator(mode="after")
    def _an_id_has_a_domain(self) -> "Column":
        if (self.type == "id") != (self.domain is not None):
            raise ValueError("a column of type id needs a domain, and only such a column has one")
        return self


class Contract(Strict):
    """One feed. `first_date` names the date that tells its first complete month, `recorded` the moment that says
    when a row was recorded, if the source knows.

    owner: who in a council can mend its rows. is_optional: most councils do without it, so its absence is no gap.
    quiet_days: calendar days without a new row after which the feed is stale; None for feeds that may rest.
    """

    feed: str
    description: str
    owner: str
    is_optional: bool = False
    quiet_days: int | None = Field(default=None, ge=1)
    load: Literal["snapshot", "increment"]
    key: tuple[str, ...]
    first_date: str | None = None
    recorded: str | None = None
    columns: dict[str, Column]

    @model_validator(mode="after")
    def _names_exist(self) -> "Contract":
        named = [*self.key, *(name for name in (self.first_date, self.recorded) if name)]
        unknown = [name for name in named if name not in self.columns]
        if unknown:
            raise ValueError(f"key, first_date or recorded name columns that are not listed: {', '.join(unknown)}")
        for name, column in self.columns.items():
            of = self.columns.get(column.of or "")
            if (column.type == "moment_id") != (of is not None and of.type == "moment"):
                raise ValueError(
                    f"{name}: a column of type moment_id names a moment under 'of', and only such a column"
                )
        return self

    @property
    def physical(self) -> dict[str, str]:
        """Column name -> SQL type in the warehouse, in order."""
        types: dict[str, str] = {}
        for name, column in self.columns.items():
            if column.type == "moment":
                types[f"{name}_at"] = "timestamp"
                types[f"{name}_on"] = "date"
            else:
                types[name] = PHYSICAL_TYPES[column.type]
        return types

    def on(self, name: str) -> str:
        """The physical date column of a moment or date column."""
        return f"{name}_on" if self.columns[name].type == "moment" else name


@cache
def load_contract(feed: str, folder: Path = EXPECTATIONS) -> Contract:
    return read_yaml(folder / f"{feed}.yaml", Contract)


@cache
def load_contracts(folder: Path = EXPECTATIONS) -> dict[str, Contract]:
    """Every feed that has a contract, in alphabetical order."""
    return {path.stem: load_contract(path.stem, folder) for path in sorted(folder.glob("*.yaml"))}
