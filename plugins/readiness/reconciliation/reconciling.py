"""Figures returned or published beside what Readiness counts for the same definition and period.

The difference is told apart as far as the records can: what was entered, changed or taken out after the figure was
drawn (the same count as known on that day), what the definition leaves out, what waits in quarantine. What remains is
the difference that only a person can explain.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

import pandas as pd

from readiness import clocks
from readiness.clocks import CURRENT, Schemas
from readiness.clocks.corrections import Correction
from readiness.contracts import Contract, load_contracts
from readiness.errors import ReadinessError
from readiness.gate import sift
from readiness.periods import day_moment
from readiness.profile import Profile
from readiness.reconciliation.counting import Count, count, only_in
from readiness.reconciliation.measures import Measure, load_measures, measure_of
from readiness.reconciliation.returned import Returned
from readiness.settings import Settings
from readiness.sources import Source, read_feed
from readiness.warehouse import Warehouse

THEN, FILE = Schemas.scratch("then"), Schemas.scratch("returned")
PERSON_MERGES = "person_merges"
"""Read with every measure, so that a child who was merged since is the same child on both days."""
CHILD_AND_DATE = ["child_id", "counted_on"]


@dataclass(frozen=True)
class Part:
    """A part of a difference, in words. effect: what it adds to the count of now (or takes from it)."""

    words: str
    effect: int


@dataclass(frozen=True)
class Line:
    """One figure beside the count of now. state: `no_data` if its feeds never had a row. value_then: the count as known
    when the figure was drawn; is_reconstructed: that day lies before the first extraction. parts: of now minus
    returned; with `unexplained` they add up. not_counted: what the definition leaves out, which may explain it.
    quarantined: rows of its feeds that wait in quarantine. refused: rows of the returned file that the same rules would
    put there."""

    measure: Measure
    from_on: date | None
    to_on: date
    source: str
    returned: int
    state: Literal["counted", "no_data"]
    now: int | None = None
    value_then: int | None = None
    then_on: date | None = None
    is_reconstructed: bool = False
    parts: tuple[Part, ...] = ()
    not_counted: Mapping[str, int] | None = None
    quarantined: int = 0
    refused: int = 0

    @property
    def difference(self) -> int | None:
        return None if self.now is None else self.now - self.returned

    @property
    def unexplained(self) -> int | None:
        return None if self.now is None else self.difference - sum(part.effect for part in self.parts)

    @property
    def exactly_so_many(self) -> tuple[str, ...]:
        """Reasons for which as many cases are not counted as are missing: most likely the figure counted them."""
        return tuple(
            reason for reason, number in (self.not_counted or {}).items() if number == -(self.unexplained or 0)
        )


def reconcile(
    warehouse: Warehouse,
    profile: Profile,
    figures: Sequence[Returned],
    as_at: datetime,
    corrections: Sequence[Correction] = (),
) -> tuple[Line, ...]:
    """Every figure beside the count as known at `as_at`, for which the schema `known` must have been built, with the
    same `corrections`. What is known on other days is built aside and nothing of it stays."""
    absent = set(warehouse.query("select feed from known.absent_feeds").feed)
    first = warehouse.value("select min(extracted_at) from records.batches where not is_absent")
    now = {figure: _now(warehouse, figure) for figure in figures if not absent & set(_feeds(figure))}
    lines: dict[Returned, Line] = {}
    for day in sorted({figure.returned_on for figure in now}):
        of_day = [figure for figure in now if figure.returned_on == day]
        moment = min(day_moment(day), as_at)
        with _aside(warehouse):
            contracts = _contracts([PERSON_MERGES, *(feed for figure in of_day for feed in _feeds(figure))])
            of_feeds = tuple(one for one in corrections if one.feed in contracts)
            clocks.know(warehouse, contracts, profile, moment, THEN, of_feeds)
            for figure in of_day:
                then = count(warehouse, THEN, measure_of(figure.measure), figure.from_on, figure.to_on)
                lines[figure] = _line(figure, now[figure], then, day, moment < pd.Timestamp(first))
    return tuple(lines.get(figure) or _no_data(figure) for figure in figures)


def reconcile_file(
    settings: Settings, warehouse: Warehouse, profile: Profile, path: str, from_on: date, to_on: date, now: datetime
) -> tuple[Line, ...]:
    """A file that was returned (a CIN census, an Annex A workbook) counted by the same definitions as the records, and
    compared child by child. Measures whose feeds the file does not carry are left out."""
    contracts = _contracts(feed for measure in load_measures().values() for feed in measure.words.feeds)
    absent = set(warehouse.query("select feed from known.absent_feeds").feed)
    with _aside(warehouse):
        refused = {feed: _know_file(settings, warehouse, profile, one, path, now) for feed, one in contracts.items()}
        carried = {feed for feed, rows in refused.items() if rows is not None}
        if not carried:
            raise ReadinessError(f"{path} holds nothing that can be reconciled: no feed of any measure.")
        return tuple(
            replace(
                _line_of_file(warehouse, measure, path, from_on, to_on),
                refused=sum(refused[feed] for feed in measure.words.feeds),
            )
            for measure in load_measures().values()
            if set(measure.words.feeds) <= carried - absent
        )


def _now(warehouse: Warehouse, figure: Returned) -> Count:
    return count(warehouse, CURRENT, measure_of(figure.measure), figure.from_on, figure.to_on)


def _line(figure: Returned, now: Count, then: Count, day: date, is_reconstructed: bool) -> Line:
    came, went = only_in(now, then, ["subject_id"]), only_in(then, now, ["subject_id"])
    when = f"{day:%-d %B %Y}"
    found = (
        Part(f"entered, changed or reopened after {when} so that it counts now", came),
        Part(f"counted on {when}, and corrected or taken out since", -went),
    )
    return Line(
        measure=measure_of(figure.measure),
        from_on=figure.from_on,
        to_on=figure.to_on,
        source=figure.source,
        returned=figure.value,
        state="counted",
        now=now.value,
        value_then=then.value,
        then_on=day,
        is_reconstructed=is_reconstructed,
        parts=tuple(part for part in found if part.effect),
        not_counted=now.not_counted,
        quarantined=now.quarantined,
    )


def _line_of_file(warehouse: Warehouse, measure: Measure, path: str, from_on: date, to_on: date) -> Line:
    begin = None if measure.words.kind == "stock" else from_on
    now, filed = (count(warehouse, schemas, measure, begin, to_on) for schemas in (CURRENT, FILE))
    found = (
        Part("in the records and not in the file, by child and date", only_in(now, filed, CHILD_AND_DATE)),
        Part("in the file and not in the records, by child and date", -only_in(filed, now, CHILD_AND_DATE)),
    )
    return Line(
        measure=measure,
        from_on=begin,
        to_on=to_on,
        source=path.rsplit("/", 1)[-1],
        returned=filed.value,
        state="counted",
        now=now.value,
        parts=tuple(part for part in found if part.effect),
        not_counted=now.not_counted,
        quarantined=now.quarantined,
    )


def _no_data(figure: Returned) -> Line:
    measure = measure_of(figure.measure)
    return Line(measure, figure.from_on, figure.to_on, figure.source, figure.value, "no_data")


def _know_file(
    settings: Settings, warehouse: Warehouse, profile: Profile, contract: Contract, path: str, now: datetime
) -> int | None:
    """Put a feed of the file beside what is known, through the same gate; how many rows the gate refuses, None if the
    file does not carry the feed."""
    batch = read_feed(settings, contract, source=Source(path, date_order=profile.date_order), now=now)
    sifted = None if batch.is_absent else sift(batch, contract)
    frame = batch.frame[list(contract.physical)] if sifted is None else sifted.accepted
    warehouse.load(FILE.table(f"known.{contract.feed}"), frame, contract.physical)
    return None if sifted is None else len(sifted.quarantined)


def _feeds(figure: Returned) -> tuple[str, ...]:
    return measure_of(figure.measure).words.feeds


def _contracts(feeds: Iterable[str]) -> dict[str, Contract]:
    wanted = set(feeds)
    return {feed: contract for feed, contract in load_contracts().items() if feed in wanted}


@contextmanager
def _aside(warehouse: Warehouse) -> Iterator[None]:
    """Whatever is built inside is gone afterwards, the calendar of another day included."""
    with _undone(), warehouse.transaction():
        yield
        raise _Undo


class _Undo(Exception):
    """Ends a transaction of which nothing shall stay."""


@contextmanager
def _undone() -> Iterator[None]:
    try:
        yield
    except _Undo:
        return
