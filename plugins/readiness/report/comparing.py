"""Two reports beside each other: which verdicts turned, which figures moved, what was restated and why. What a
correction says of itself (`correction`) and the page of changes are both made from this."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from readiness.errors import ReadinessError
from readiness.report import view, words
from readiness.report.model import (
    Claim,
    Finding,
    Indicator,
    MonthValue,
    OverallVerdict,
    Report,
    Scope,
    Suppressed,
    Verdict,
)

PARTS = {"counts": ("numerator", "denominator", "value"), "running": ("running",), "overdue": ("overdue",)}
"""What is compared of a month, and what of it is withheld together."""


@dataclass(frozen=True)
class Told:
    """Which report it is."""

    month: str
    version: int | None
    as_at_on: date

    @property
    def in_words(self) -> str:
        number = f", version {self.version}" if self.version else ""
        return f"{words.month_in_words(self.month)}{number}"


@dataclass(frozen=True)
class Verdicts:
    """A claim whose verdict is another one. None where the report does not have the claim; reason: of the later one."""

    claim: str
    text: str
    before: Verdict | None
    after: Verdict | None
    reason: str


@dataclass(frozen=True)
class Figure:
    """A month of an indicator as printed; never a share without its counts. running, overdue: open at the month's end,
    within and over the limit; empty where nothing can be."""

    month: str
    value: str
    counts: str
    running: str
    overdue: str
    is_young: bool

    @property
    def in_words(self) -> str:
        return f"{self.value} ({self.aside})" if self.value and self.aside else self.value or self.aside

    @property
    def aside(self) -> str:
        """What stands behind the value: counts, open work, and whether the month is complete."""
        parts = (
            "" if self.counts == self.value else self.counts,
            _open(self.running, "open within the limit"),
            _open(self.overdue, "overdue"),
            "young" if self.is_young else "",
        )
        return ", ".join(part for part in parts if part)


def _open(number: str, word: str) -> str:
    if number == words.WITHHELD:
        return f"{word}: {number}"
    return number and f"{number} {word}"


@dataclass(frozen=True)
class Overalls:
    """The answer of an inspection beside the leading one; None where the report is not about it."""

    title: str
    before: OverallVerdict | None
    after: OverallVerdict | None


@dataclass(frozen=True)
class Moved:
    """A month of an indicator in both reports; None where a report has no figure. in_one_alone: parts (of `PARTS`) that
    one of the two withholds and the other prints. place: of which area or team, empty for the council as a whole."""

    indicator: str
    title: str
    before: Figure | None
    after: Figure | None
    in_one_alone: tuple[str, ...] = ()
    place: str = ""


@dataclass(frozen=True)
class RestatedMonth:
    before: Figure
    after: Figure
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Restated:
    """Months of an indicator that both reports have and tell differently, newest first."""

    indicator: str
    title: str
    months: tuple[RestatedMonth, ...]

    @property
    def reasons(self) -> tuple[str, ...]:
        """All there are, in words."""
        found = dict.fromkeys(reason for month in self.months for reason in month.reasons)
        return tuple(words.RESTATED[reason] for reason in found)


@dataclass(frozen=True)
class Redefined:
    """An indicator of which something that a verdict rests on is another: definition, limit, target."""

    indicator: str
    title: str
    what: tuple[str, ...]


@dataclass(frozen=True)
class Changes:
    """What differs between two reports, of two months or of two versions of one; of the council as a whole, but for
    `in_month`.

    further: of other inspections. verdicts: of all inspections. moved: the latest complete month. in_month: the month
    of the report, if both are of the same; the council as a whole first, then the areas and teams of the later report.
    """

    before: Told
    after: Told
    overall_before: OverallVerdict
    overall_after: OverallVerdict
    reason: str
    further: tuple[Overalls, ...]
    verdicts: tuple[Verdicts, ...]
    moved: tuple[Moved, ...]
    in_month: tuple[Moved, ...]
    restated: tuple[Restated, ...]
    redefined: tuple[Redefined, ...]

    @property
    def is_nothing(self) -> bool:
        return self.overall_before == self.overall_after and not (
            self.further or self.verdicts or self.moved or self.in_month or self.restated or self.redefined
        )


def changes(before: Report, after: Report) -> Changes:
    """What the later report says otherwise.

    Both must be internal, or both released or copies of that. Of two released ones nothing is told that they do not
    print already; a figure that one of them withholds is withheld of both, since the other would narrow it down. Of
    places nothing is told but of those that the later one holds.
    """
    if (before.audience == "internal") != (after.audience == "internal"):
        raise ReadinessError("A council's own report and a shared copy cannot be compared; take two of a kind.")
    pair = _Pair(before, after)
    return Changes(
        before=_told(before),
        after=_told(after),
        overall_before=before.overall.verdict,
        overall_after=after.overall.verdict,
        reason=view.verdict_reason(after.overall),
        further=tuple(_further(before, after)),
        verdicts=tuple(_turned(before.every_finding, after.every_finding)),
        moved=tuple(pair.moved()),
        in_month=tuple(_in_month(before, after)) if before.month == after.month else (),
        restated=tuple(pair.restated()),
        redefined=tuple(pair.redefined()),
    )


def _told(report: Report) -> Told:
    return Told(report.month, report.version.number if report.version else None, report.as_at_on)


def _further(before: Report, after: Report) -> Iterator[Overalls]:
    then, now = ({o.inspection.id: o for o in report.further} for report in (before, after))
    for id in dict.fromkeys([*now, *then]):
        old, new = then.get(id), now.get(id)
        overalls = [one and one.overall.verdict for one in (old, new)]
        if overalls[0] != overalls[1]:
            yield Overalls((new or old).inspection.title, *overalls)


def _turned(before: Iterable[Finding], after: Iterable[Finding]) -> Iterator[Verdicts]:
    """Claims whose verdict is another one, in the order of the later findings; those that are gone come last."""
    then, now = _claims(before), _claims(after)
    for id in dict.fromkeys([*now, *then]):
        old, new = then.get(id), now.get(id)
        if (old and old.verdict) != (new and new.verdict):
            told = new or old
            yield Verdicts(id, told.text, old and old.verdict, new and new.verdict, told.reason)


def _claims(findings: Iterable[Finding]) -> dict[str, Claim]:
    return {claim.id: claim for finding in findings for claim in finding.claims}


def _in_month(before: Report, after: Report) -> Iterator[Moved]:
    yield from _Pair(before, after).in_month()
    places = dict.fromkeys(one.scope for one in after.indicators if one.scope.type != "authority")
    for place in sorted(places, key=lambda one: (one.type, one.name, one.id)):
        yield from _Pair(before, after, place).in_month()


class _Pair:
    """The indicators of two reports, side by side; of one place, or of the council as a whole."""

    def __init__(self, before: Report, after: Report, place: Scope | None = None) -> None:
        self.before, self.after, self.place = before, after, place
        self.then, self.now = _of(before, place), _of(after, place)

    @property
    def ids(self) -> tuple[str, ...]:
        """Those that claims rest on first, in the order of the letter."""
        claims = _claims(self.after.every_finding).values()
        named = [name for claim in claims for name in (*claim.evidence, *claim.context)]
        return tuple(i for i in dict.fromkeys([*named, *self.now, *self.then]) if i in self.now or i in self.then)

    def moved(self) -> Iterator[Moved]:
        for id in self.ids:
            yield from self._moved(id, *(_latest(series.get(id)) for series in (self.then, self.now)))

    def in_month(self) -> Iterator[Moved]:
        for id in self.ids:
            rows = [series[id].months if id in series else () for series in (self.then, self.now)]
            yield from self._moved(id, *(next((r for r in of if r.month == self.after.month), None) for of in rows))

    def _moved(self, id: str, old: MonthValue | None, new: MonthValue | None) -> Iterator[Moved]:
        if (old and _numbers(old)) != (new and _numbers(new)):
            place = self.place.name if self.place else ""
            yield Moved(id, self.title(id), *self.figures(id, old, new), _in_one_alone(old, new), place)

    def restated(self) -> Iterator[Restated]:
        for id in self.ids:
            if id in self.then and id in self.now and (months := tuple(self._restated_months(id))):
                yield Restated(id, self.title(id), months)

    def _restated_months(self, id: str) -> Iterator[RestatedMonth]:
        known = {row.month: row for row in self.then[id].months}
        for row in reversed(self.now[id].months):
            old = known.get(row.month)
            if old is not None and _numbers(old) != _numbers(row):
                yield RestatedMonth(*self.figures(id, old, row), tuple(self._reasons(id, row)))

    def _reasons(self, id: str, row: MonthValue) -> Iterator[str]:
        """As of what was first reported: nobody can say how much of the difference each of them makes."""
        is_redefined = "definition" in self.redefined_in(id)
        is_corrected = row.first_reported is not None and "corrections" in row.first_reported.reasons
        if is_redefined:
            yield "definition"
        if is_corrected:
            yield "corrections"
        if self.after.as_at > self.before.as_at or not (is_redefined or is_corrected):
            yield "entries"

    def redefined(self) -> Iterator[Redefined]:
        for id in self.ids:
            if what := self.redefined_in(id):
                yield Redefined(id, self.title(id), what)

    def redefined_in(self, id: str) -> tuple[str, ...]:
        old, new = (report.definitions.get(id) for report in (self.before, self.after))
        if old is None or new is None:
            return ()
        parts = (
            ("definition", old.definition_hash, new.definition_hash),
            ("limit", old.limits, new.limits),
            ("target", old.target, new.target),
        )
        return tuple(name for name, was, is_now in parts if was != is_now)

    def title(self, id: str) -> str:
        return (self.after if id in self.now else self.before).definitions[id].title

    def figures(self, id: str, old: MonthValue | None, new: MonthValue | None) -> tuple[Figure | None, Figure | None]:
        """Both as printed; if one of the same month is withheld, so is the other."""
        figures = [row and _figure(row, report, id) for report, row in ((self.before, old), (self.after, new))]
        if old and new and old.month == new.month:
            hidden = _withheld(old) | _withheld(new)
            gone = [name for part in hidden for name in (("value", part) if part == "counts" else (part,))]
            figures = [replace(figure, **dict.fromkeys(gone, words.WITHHELD)) for figure in figures]
        return figures[0], figures[1]


def _of(report: Report, place: Scope | None) -> dict[str, Indicator]:
    kind, id = (place.type, place.id) if place else ("authority", None)
    return {
        i.id: i for i in report.indicators if i.months and i.scope.type == kind and (place is None or i.scope.id == id)
    }


def _latest(indicator: Indicator | None) -> MonthValue | None:
    """The latest complete month, else the latest."""
    return indicator and (view.latest_complete(indicator) or indicator.months[-1])


def _numbers(row: MonthValue) -> tuple:
    return tuple(getattr(row, name) for names in PARTS.values() for name in names)


def _withheld(row: MonthValue) -> set[str]:
    return {part for part, names in PARTS.items() if any(isinstance(getattr(row, n), Suppressed) for n in names)}


def _in_one_alone(old: MonthValue | None, new: MonthValue | None) -> tuple[str, ...]:
    if old is None or new is None or old.month != new.month:
        return ()
    hidden = _withheld(old) ^ _withheld(new)
    return tuple(part for part in PARTS if part in hidden)


def _figure(row: MonthValue, report: Report, id: str) -> Figure:
    definition = report.definitions[id]
    running, overdue = (
        words.count(number) if words.has_open_work(definition) and number is not None else ""
        for number in (row.running, row.overdue)
    )
    return Figure(
        month=row.month,
        value=words.value(row, definition, report.small_numbers.print_from),
        counts=words.counts(row, definition),
        running=running,
        overdue=overdue,
        is_young=row.maturity == "young",
    )
