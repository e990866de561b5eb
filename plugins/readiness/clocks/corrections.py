"""Corrections that a council has decided on: `authority/corrections.yaml`, laid over the records when they are read.

A correction says which value of one row to read instead of which other one. It holds from `decided_on` up to the day
before `retired_on`, never changes the records, and fails loudly once the source no longer has the value that it was
decided for: then the source was mended, and the correction is to be retired.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path

import pandas as pd
from pydantic import Field, model_validator

from readiness.contracts import Contract, load_contracts
from readiness.errors import ReadinessError
from readiness.profile import Strict, read_yaml
from readiness.sources.values import as_moments

FILE = "corrections.yaml"

Value = str | bool | int | float | date | datetime | None

PYTHON_TYPES = {
    "id": (str,),
    "text": (str,),
    "moment_id": (str,),
    "flag": (bool,),
    "integer": (int,),
    "number": (int, float),
    "date": (date, str),
    "moment": (date, datetime, str),
}
EXPECTED = {
    "id": "the keyed hash as text, in quotation marks",
    "text": "text",
    "moment_id": "the moment as text, as records has it",
    "flag": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "date": "a date as YYYY-MM-DD",
    "moment": "a London time as YYYY-MM-DD HH:MM, or a date",
}


class Correction(Strict):
    """One value of one row to be read otherwise.

    key: the row's key as in records.<feed>, with keyed hashes for ids. column: as the contract names it; a moment
    changes its time and its date. instead_of: what the source has (null: nothing), the guard. value: what to read
    (null: nothing). owner: who answers for it. decided_on, retired_on: the first day on which it holds, and the first
    on which it no longer does.
    """

    feed: str
    key: dict[str, Value] = Field(repr=False)
    column: str
    instead_of: Value = Field(repr=False)
    value: Value = Field(repr=False)
    reason: str = Field(min_length=1)
    owner: str = Field(min_length=1)
    decided_on: date
    retired_on: date | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> "Correction":
        if self.retired_on is not None and self.retired_on < self.decided_on:
            raise ValueError("retired_on comes before decided_on")
        if self.value == self.instead_of:
            raise ValueError("value and instead_of are the same")
        return self

    def is_effective_on(self, day: date) -> bool:
        return self.decided_on <= day and (self.retired_on is None or day < self.retired_on)

    def is_its_row(self, contract: Contract) -> str:
        """The condition for the rows of records.<feed> that have its key."""
        return " and ".join(
            f"{name} = {literal}"
            for column, value in self.key.items()
            for name, literal in _physical(contract, column, value).items()
        )

    def values(self, contract: Contract) -> dict[str, str]:
        """What to read instead: physical column -> SQL."""
        return _physical(contract, self.column, self.value)

    def is_guarded(self, contract: Contract) -> str:
        """The condition for a row that still has the value that it was decided for."""
        expected = _physical(contract, self.column, self.instead_of)
        return " and ".join(f"{name} is not distinct from {literal}" for name, literal in expected.items())


class CorrectionsFile(Strict):
    corrections: tuple[Correction, ...] = ()


def load_corrections(authority: Path, contracts: Mapping[str, Contract] | None = None) -> tuple[Correction, ...]:
    """The corrections of a council, none without the file. Raises ReadinessError for one that does not fit the contract
    of its feed, and for two that hold on the same day for the same value."""
    if not (authority / FILE).exists():
        return ()
    contracts = load_contracts() if contracts is None else contracts
    corrections = read_yaml(authority / FILE, CorrectionsFile).corrections
    for number, correction in enumerate(corrections, start=1):
        _fits(correction, contracts, lambda problem, n=number: ReadinessError(f"{FILE}, correction {n}: {problem}"))
        for other, earlier in enumerate(corrections[: number - 1], start=1):
            if _meet(earlier, correction):
                raise ReadinessError(
                    f"{FILE}: corrections {other} and {number} hold for the same value of {correction.feed} on the "
                    "same day. Retire the earlier one (retired_on) or take one of them out."
                )
    return corrections


def _fits(correction: Correction, contracts: Mapping[str, Contract], error: Callable[[str], Exception]) -> None:
    contract = contracts.get(correction.feed)
    if contract is None:
        raise error(f"there is no feed '{correction.feed}'. Feeds are named like the files in expectations/.")
    if correction.key.keys() != set(contract.key):
        raise error(f"the key of {contract.feed} is {', '.join(contract.key)}; give a value for each, and no other.")
    if correction.column not in contract.columns:
        raise error(f"{contract.feed} has no column '{correction.column}'; expectations/{contract.feed}.yaml has them.")
    if correction.column in contract.key:
        raise error(f"{correction.column} is the key of {contract.feed}: another key is another row.")
    for name, value in {**correction.key, "instead_of": correction.instead_of, "value": correction.value}.items():
        column = name if name in contract.key else correction.column
        if not _is_of_type(contract, column, value) or (name in contract.key and value is None):
            raise error(f"{name} must be {EXPECTED[contract.columns[column].type]}, as {contract.feed}.{column} is.")
    codes = contract.columns[correction.column].codes
    if codes and correction.value is not None and correction.value not in codes:
        raise error(f"value must be one of the codes of {contract.feed}.{correction.column}: {', '.join(codes)}.")
    if correction.value is None and contract.columns[correction.column].required:
        raise error(f"{contract.feed}.{correction.column} cannot be empty.")


def _is_of_type(contract: Contract, column: str, value: Value) -> bool:
    kind = contract.columns[column].type
    if value is None:
        return True
    if not isinstance(value, PYTHON_TYPES[kind]) or (isinstance(value, bool) and kind != "flag"):
        return False
    if kind not in ("date", "moment"):
        return True
    at, on = _moment(value)
    return on is not None and (kind == "moment" or at is None)


def _meet(one: Correction, other: Correction) -> bool:
    same = (one.feed, one.column, one.key) == (other.feed, other.column, other.key)
    ends = [c.retired_on or date.max for c in (one, other)]
    return same and max(one.decided_on, other.decided_on) < min(ends)


def _physical(contract: Contract, column: str, value: Value) -> dict[str, str]:
    """A value of a column as SQL, by physical column."""
    kind = contract.columns[column].type
    if kind not in ("date", "moment"):
        return {column: _literal(value, contract.physical[column])}
    at, on = _moment(value)
    names = {f"{column}_at": at, f"{column}_on": on} if kind == "moment" else {column: on}
    return {name: _literal(each, contract.physical[name]) for name, each in names.items()}


def _moment(value: Value) -> tuple[datetime | None, date | None]:
    """The UTC moment, None without a time of day, and the London date, as the sources room reads them."""
    moments = as_moments(pd.Series([None if value is None else str(value)], dtype="str"))
    at, on = moments.at.iloc[0], moments.on.iloc[0]
    return (None if pd.isna(at) else at.to_pydatetime()), (None if pd.isna(on) else on.date())


def _literal(value: Value, sql_type: str) -> str:
    text = "null" if value is None else "'" + str(value).replace("'", "''") + "'"
    return f"cast({text} as {sql_type})"
