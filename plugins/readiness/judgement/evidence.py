"""The evidence file: audits and surveys that speak where records cannot, `authority/evidence.csv`."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from readiness.errors import ReadinessError
from readiness.judgement.register import Register
from readiness.profile import Strict

EXAMPLE = "is_example"


class Entry(Strict):
    """One audit, survey or review, and what it found of one claim. It counts until `valid_until_on`.

    is_example: an invented entry of the example authority; it counts beside synthetic records only.
    """

    claim_id: str
    kind: Literal["audit", "survey", "review"]
    title: str = Field(min_length=1)
    done_on: date
    valid_until_on: date
    result: Literal["met", "not_met"]
    sample_size: int | None = Field(default=None, ge=0)
    is_example: bool = False

    @field_validator("is_example", mode="before")
    @classmethod
    def _empty_is_no(cls, value: object) -> object:
        return False if value == "" else value

    @field_validator("sample_size", mode="before")
    @classmethod
    def _empty_is_missing(cls, value: object) -> object:
        return None if value == "" else value

    @model_validator(mode="after")
    def _ends_after_it_began(self) -> "Entry":
        if self.valid_until_on < self.done_on:
            raise ValueError("valid_until_on lies before done_on")
        return self


@dataclass(frozen=True)
class Standing:
    """The entries of one claim on a day: those in date, and the latest that no longer is."""

    in_date: tuple[Entry, ...] = ()
    expired: Entry | None = None

    @property
    def result(self) -> Literal["met", "not_met"] | None:
        """What the entries in date say; one that says not met outweighs the others until it is out of date."""
        if not self.in_date:
            return None
        return "met" if all(entry.result == "met" for entry in self.in_date) else "not_met"

    @property
    def deciding(self) -> Entry | None:
        """The latest entry in date that says what `result` says."""
        agreeing = [entry for entry in self.in_date if entry.result == self.result]
        return max(agreeing, key=lambda entry: entry.done_on, default=None)


def standing_on(entries: Iterable[Entry], claim_id: str, day: date) -> Standing:
    """What stands of a claim's entries on `day`; an entry counts from done_on up to and including valid_until_on."""
    known = [entry for entry in entries if entry.claim_id == claim_id and entry.done_on <= day]
    in_date = tuple(entry for entry in known if day <= entry.valid_until_on)
    expired = [entry for entry in known if entry.valid_until_on < day]
    return Standing(in_date, max(expired, key=lambda entry: entry.valid_until_on, default=None))


def load_evidence(authority: Path, *registers: Register) -> tuple[Entry, ...]:
    """The entries of `evidence.csv`, for claims of any of the registers; a missing file is an empty one. A line that
    cannot be read is an error that names the line, and so is an entry for a claim that no entry can decide, since it
    would silently have no effect."""
    path = authority / "evidence.csv"
    if not path.exists():
        return ()
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, restkey="surplus", restval="")
        _check_header(path, reader.fieldnames or [])
        entries = tuple(_read_entry(path, reader.line_num, row) for row in reader)
    for entry in entries:
        _check_claim(path, entry, registers)
    return entries


def _check_header(path: Path, names: Iterable[str]) -> None:
    needed = [name for name in Entry.model_fields if name != EXAMPLE]
    if list(names) not in (needed, [*needed, EXAMPLE]):
        raise ReadinessError(f"{path.name}: the first line must be '{','.join(needed)}'.")


def _read_entry(path: Path, line: int, row: dict[str, object]) -> Entry:
    try:
        return Entry.model_validate(row)
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_input=False))
        raise ReadinessError(f"{path.name}, line {line}: {problems}.") from None


def _check_claim(path: Path, entry: Entry, registers: Iterable[Register]) -> None:
    claims = {claim.id: claim for register in registers for _, claim in register.claims()}
    if entry.claim_id not in claims:
        raise ReadinessError(f"{path.name}: '{entry.claim_id}' is no claim of the letter. Known: {', '.join(claims)}.")
    claim = claims[entry.claim_id]
    if not claim.takes_entries:
        parts = getattr(claim.rule, "claims", ())
        way_out = f"Enter it for {' or '.join(parts)}" if parts else "It is decided by records alone; take it out"
        raise ReadinessError(f"{path.name}: an entry cannot decide {claim.id}. {way_out}.")
