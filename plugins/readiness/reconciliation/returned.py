"""Figures that the council has returned or published: `authority/returned.csv`."""

import csv
from datetime import date
from pathlib import Path

from pydantic import Field, ValidationError, field_validator, model_validator

from readiness.errors import ReadinessError
from readiness.profile import Strict
from readiness.reconciliation.measures import measure_of

FILE = "returned.csv"


class Returned(Strict):
    """One figure. from_on, to_on: its period; a stock is as at to_on and has no from_on. returned_on: the day on which
    it was drawn from the records. is_example: an invented figure of the example authority, shown beside synthetic
    records only."""

    measure: str
    from_on: date | None = None
    to_on: date
    value: int = Field(ge=0)
    source: str = Field(min_length=1)
    returned_on: date
    is_example: bool = False

    @field_validator("from_on", mode="before")
    @classmethod
    def _empty_is_missing(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("is_example", mode="before")
    @classmethod
    def _empty_is_no(cls, value: object) -> object:
        return False if value == "" else value

    @model_validator(mode="after")
    def _period_fits_the_measure(self) -> "Returned":
        kind = measure_of(self.measure).words.kind
        if (kind == "flow") != (self.from_on is not None):
            raise ValueError("a count over a period needs from_on and to_on, a count as at a day needs to_on alone")
        if self.from_on is not None and self.from_on > self.to_on:
            raise ValueError("from_on lies after to_on")
        return self


def load_returned(authority: Path) -> tuple[Returned, ...]:
    """The figures of the council; none if there is no such file. An error names the line and the column."""
    file = authority / FILE
    if not file.exists():
        return ()
    figures = []
    with file.open(encoding="utf-8-sig", newline="") as opened:
        for number, row in enumerate(csv.DictReader(opened), start=2):
            try:
                figures.append(Returned.model_validate(row))
            except ValidationError as error:
                told = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
                raise ReadinessError(f"{FILE}, line {number}: {told}. File: {file}") from None
            except ReadinessError as error:
                raise ReadinessError(f"{FILE}, line {number}: {error} File: {file}") from None
    return tuple(figures)
