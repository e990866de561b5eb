"""The report arranged for reading: rows, tallies and sentences, formatted. Page and mail only lay these out."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from readiness.report import words
from readiness.report.beside import ahead_sentence, published_sentences
from readiness.report.control_words import annotation_sentences, control_sentences
from readiness.report.funnels import funnel_sentences
from readiness.report.model import (
    Annotation,
    Claim,
    Definition,
    EvidenceItem,
    Finding,
    Indicator,
    MonthValue,
    Overall,
    Report,
    Scope,
    Verdict,
)
from readiness.report.summary import message
from readiness.report.words import Term
from readiness.report.young_words import delays_sentence, started_rows, young_sentences

TALLY_ORDER: tuple[Verdict, ...] = (
    "met",
    "indicative_met",
    "indicative_not_met",
    "not_met",
    "too_few",
    "immature",
    "no_data",
    "needs_evidence",
    "not_applicable",
)
RECENT_MONTHS = 6


@dataclass(frozen=True)
class RowView:
    """A month as it is printed; every text is ready, a dash where there is nothing to say."""

    id: str
    name: str
    value: str
    counts: str
    interval: str
    running: str
    overdue: str
    elapsed: str
    left_out: str
    first: str
    is_young: bool
    level: int = 0


@dataclass(frozen=True)
class IndicatorView:
    """An indicator for the authority, with its places.

    message: what the latest month says; beside_target: where that stands to the target. places_month: the month of
    `places`, the latest complete one. young: what is known of months that are not complete, and of changed delays.
    started: by month, what became of the cases that began in it. columns that hold nothing are left out by the
    `has_` flags.
    """

    id: str
    title: str
    message: str
    beside_target: str
    indicator: Indicator
    definition: Definition
    months: tuple[RowView, ...]
    places: tuple[RowView, ...]
    places_month: str
    claims: tuple[str, ...]
    has_open: bool
    has_elapsed: bool
    has_interval: bool
    subjects: str
    left_out: str
    open_work: str
    ahead: str
    published: tuple[str, ...]
    control: tuple[str, ...]
    annotations: tuple[Annotation, ...]
    young: str
    started: tuple[tuple[str, ...], ...]
    funnel: tuple[str, ...]

    @property
    def told(self) -> str:
        """What the control chart and the annotations say, in one paragraph."""
        return " ".join((*self.control, *annotation_sentences(self.annotations)))

    @property
    def value_heading(self) -> str:
        of_measure = {"ratio": "Children per full-time post", "total": self.definition.unit.capitalize()}
        return of_measure.get(self.definition.measure, "Share")

    @property
    def recent(self) -> tuple[RowView, ...]:
        """The latest months, newest first."""
        return self.months[:RECENT_MONTHS]

    @property
    def elapsed_note(self) -> str:
        """In what median and 90th percentile are counted."""
        unit = self.definition.elapsed_unit
        return f"; median and 90th percentile in {unit.replace('_', ' ')}" if self.has_elapsed and unit else ""

    @property
    def alternative(self) -> str:
        """What the chart shows, for those who do not see it."""
        return f"{self.message}. {self.beside_target}".strip()


@dataclass(frozen=True)
class TallyItem:
    verdict: Verdict
    term: Term
    number: int


def tally(findings: Iterable[Finding]) -> tuple[TallyItem, ...]:
    """How many claims have which verdict, best first; verdicts that nobody has are left out."""
    counts = Counter(claim.verdict for finding in findings for claim in finding.claims)
    return tuple(TallyItem(v, words.VERDICTS[v], counts[v]) for v in TALLY_ORDER if counts[v])


def claims(report: Report) -> Iterator[tuple[Finding, Claim]]:
    return ((finding, claim) for finding in report.findings for claim in finding.claims)


def indicator_views(report: Report) -> dict[str, IndicatorView]:
    """Every computed indicator by id."""
    series: dict[str, list[Indicator]] = {}
    for indicator in report.indicators:
        series.setdefault(indicator.id, []).append(indicator)
    bears_on: dict[str, list[str]] = {}
    for _, claim in claims(report):
        for name in (*claim.evidence, *claim.context):
            bears_on.setdefault(name, []).append(claim.id)
    return {name: _indicator_view(report, name, found, tuple(bears_on.get(name, ()))) for name, found in series.items()}


def _indicator_view(report: Report, name: str, series: list[Indicator], claim_ids: tuple[str, ...]) -> IndicatorView:
    definition, print_from = report.definitions[name], report.small_numbers.print_from
    authority = next(indicator for indicator in series if indicator.scope.type == "authority")
    rows = tuple(_row_view(row, definition, print_from) for row in reversed(authority.months))
    latest = latest_complete(authority) or (authority.months[-1] if authority.months else None)
    month = latest.month if latest else report.month
    return IndicatorView(
        id=name,
        title=definition.title,
        message=message(definition, latest, print_from) if latest else f"{definition.title}: nothing is on record",
        beside_target=_beside_target(latest, definition, print_from) if latest else "",
        indicator=authority,
        definition=definition,
        months=rows,
        places=tuple(_places(series, month, definition, print_from)),
        places_month=words.month_in_words(month),
        claims=claim_ids,
        has_open=words.has_open_work(definition),
        has_elapsed=any(row.median is not None for row in authority.months),
        has_interval=any(row.lower is not None for row in authority.months),
        subjects=_subjects(latest, definition) if latest else "",
        left_out=_left_out(latest) if latest else "",
        open_work=_open_work(authority.months[-1], definition) if authority.months else "",
        ahead=ahead_sentence(authority, print_from),
        published=published_sentences(authority, print_from),
        control=control_sentences(authority),
        annotations=tuple(_annotations(report, authority)),
        young=" ".join(
            (*young_sentences(authority, definition, print_from), delays_sentence(authority.delays))
        ).strip(),
        started=tuple(started_rows(authority, print_from)),
        funnel=funnel_sentences(authority.funnel),
    )


def _annotations(report: Report, indicator: Indicator) -> Iterator[Annotation]:
    """Those about the indicator, of months that it has."""
    months = {row.month for row in indicator.months}
    return (a for a in report.annotations if a.is_about(indicator.id) and a.month in months)


def latest_complete(indicator: Indicator) -> MonthValue | None:
    return next((row for row in reversed(indicator.months) if row.maturity == "mature"), None)


def _row_view(
    row: MonthValue, definition: Definition, print_from: int, scope: Scope | None = None, level: int = 0
) -> RowView:
    return RowView(
        id=scope.id if scope else row.month,
        name=scope.name if scope else words.short_month(row.month),
        value=words.value(row, definition, print_from),
        counts=words.counts(row, definition),
        interval=words.interval(row, definition, print_from),
        running=words.count(row.running),
        overdue=words.count(row.overdue),
        elapsed=_elapsed(row),
        left_out=words.left_out(row),
        first=_first(row, definition),
        is_young=row.maturity == "young",
        level=level,
    )


def _elapsed(row: MonthValue) -> str:
    if row.median is None:
        return words.NOT_THERE
    if not words.is_shown(row.median) or not words.is_shown(row.p90):
        return words.WITHHELD
    return f"{row.median:g}{_median_range(row)} / {row.p90:g}"


def _median_range(row: MonthValue) -> str:
    """' (2 to 4)', the interval of the median, where its cases give one."""
    if not words.is_shown(row.median_lower) or not words.is_shown(row.median_upper):
        return ""
    return f" ({row.median_lower:g} to {row.median_upper:g})"


def _first(row: MonthValue, definition: Definition) -> str:
    """What the first published version said, where that differs from what is known now."""
    first = row.first_reported
    if first is None or (first.numerator, first.denominator) == (row.numerator, row.denominator):
        return ""
    if not words.is_shown(first.numerator):
        return words.WITHHELD
    why = " and ".join(words.RESTATED[reason] for reason in first.reasons)
    return f"{words.count(first.numerator)} of {words.count(first.denominator)}" + (f" ({why})" if why else "")


def _places(series: list[Indicator], month: str, definition: Definition, print_from: int) -> Iterator[RowView]:
    """The authority, then each area with its teams, for one month; teams of no known area come last."""
    found = {
        (indicator.scope.type, indicator.scope.id): (indicator.scope, row)
        for indicator in series
        for row in indicator.months
        if row.month == month
    }
    by_name = sorted(found.values(), key=lambda item: (item[0].name, item[0].id))
    areas = [(scope, row) for scope, row in by_name if scope.type == "area"]
    teams = [(scope, row) for scope, row in by_name if scope.type == "team"]
    yield from (_row_view(row, definition, print_from, s) for s, row in by_name if s.type == "authority")
    for area, row in areas:
        yield _row_view(row, definition, print_from, area, level=1)
        yield from (_row_view(r, definition, print_from, t, level=2) for t, r in teams if t.parent == area.id)
    known = {area.id for area, _ in areas}
    yield from (_row_view(r, definition, print_from, t, level=2) for t, r in teams if t.parent not in known)


def _beside_target(row: MonthValue, definition: Definition, print_from: int) -> str:
    if definition.target is None or not words.is_printed(row, definition, print_from):
        return ""
    figure = row.median if definition.measure == "ratio" else row.value
    if not words.is_shown(figure):
        return ""
    kind = "ceiling" if definition.measure == "ratio" else "target"
    aim = f"the {kind} of {words.target(definition)}"
    if figure == definition.target:
        return f"That is on {aim}."
    side = "above" if figure > definition.target else "below"
    return f"That is {side} {aim}."


def _subjects(row: MonthValue, definition: Definition) -> str:
    """Of a recurring duty: for how many children or workers every slot was in time, beside the slots."""
    is_known = words.is_shown(row.subjects) and words.is_shown(row.subjects_in_time)
    if definition.counted != "recurring" or not is_known:
        return ""
    who = "workers" if definition.family == "supervision" else "children"
    whole = f"{words.count(row.subjects_in_time)} of {words.count(row.subjects)} {who} had everything due in time"
    missed = [
        f"{words.count(number)} {text}"
        for number, text in (
            (row.done_late, "done late by now"),
            (row.undone, "still undone at the month's end"),
            (row.never_recorded, "not on record four weeks after falling due"),
        )
        if words.is_shown(number) and number > 0
    ]
    rest = f" Of what was missed: {', '.join(missed)}." if missed else ""
    return f"In {words.month_in_words(row.month)}, {whole}.{rest}"


def _open_work(row: MonthValue, definition: Definition) -> str:
    """'At the end of October 2026, 732 were open within the limit and 93 over it.'"""
    is_known = words.is_shown(row.running) and words.is_shown(row.overdue)
    if not words.has_open_work(definition) or not is_known:
        return ""
    when = f"At the end of {words.month_in_words(row.month)}"
    return f"{when}, {words.count(row.running)} were open within the limit and {words.count(row.overdue)} over it."


def _left_out(row: MonthValue) -> str:
    return f"Left out in {words.month_in_words(row.month)}: {words.left_out(row)}." if words.left_out(row) else ""


@dataclass(frozen=True)
class AreaCell:
    value: str
    counts: str


NO_CELL = AreaCell(words.NOT_THERE, "")


@dataclass(frozen=True)
class AreaRow:
    """One indicator over the areas, for the latest complete month."""

    indicator: IndicatorView
    cells: tuple[AreaCell, ...]


def area_table(views: Sequence[IndicatorView]) -> tuple[tuple[str, ...], tuple[AreaRow, ...]]:
    """Names of the areas, and a row per indicator; an indicator without figures for areas is left out."""
    areas = {row.id: row.name for view in views for row in view.places if row.level == 1}
    ids = sorted(areas, key=lambda area: (areas[area], area))
    rows = []
    for view in views:
        places = {row.id: row for row in view.places if row.level == 1}
        if places:
            cells = [places.get(area) for area in ids]
            rows.append(AreaRow(view, tuple(AreaCell(c.value, c.counts) if c else NO_CELL for c in cells)))
    return tuple(areas[area] for area in ids), tuple(rows)


@dataclass(frozen=True)
class Restated:
    """A month of an indicator whose figures are no longer those first reported."""

    title: str
    month: str
    first: str
    now: str
    why: str


def restated(report: Report) -> tuple[Restated, ...]:
    """What earlier reports said otherwise, for the authority, newest month first; a withheld figure is left out."""
    found = []
    for indicator in report.indicators:
        definition = report.definitions[indicator.id]
        for row in indicator.months if indicator.scope.type == "authority" else ():
            first = row.first_reported
            if first and (before := _first(row, definition)) and words.WITHHELD not in before:
                why = " and ".join(words.RESTATED[reason] for reason in first.reasons)
                now = words.counts(row, definition)
                found.append(Restated(definition.title, row.month, before.partition(" (")[0], now, why))
    return tuple(sorted(found, key=lambda each: each.month, reverse=True))


def turned(report: Report) -> dict[str, Term]:
    """Claims (ids) whose verdict is not that of the month before, and what it was."""
    before = report.before.verdicts if report.before else {}
    return {
        claim.id: words.VERDICTS[before[claim.id]]
        for _, claim in claims(report)
        if before.get(claim.id, claim.verdict) != claim.verdict
    }


def actions_sentence(report: Report) -> str:
    """How many of the actions that were due by the as-at are done."""
    in_this_copy = " in this copy" if report.audience in ("area", "team", "shared") else ""
    if not report.actions:
        return f"No actions are on file{in_this_copy}."
    due = [action for action in report.actions if action.due_on <= report.as_at_on]
    done = sum(action.state == "done" for action in due)
    due_by = f"due by {words.day_in_words(report.as_at_on)}"
    return f"{words.plural(len(report.actions), 'action')}{in_this_copy}; of the {len(due)} {due_by}, {done} done."


def placed(report: Report, views: dict[str, IndicatorView]) -> dict[str, tuple[str, ...]]:
    """Finding id -> indicators accounted for there: each indicator once, at the first finding it bears on."""
    seen: set[str] = set()
    result: dict[str, tuple[str, ...]] = {}
    for finding in report.findings:
        names = [name for claim in finding.claims for name in (*claim.evidence, *claim.context)]
        fresh = [name for name in dict.fromkeys(names) if has_figures(views, name) and name not in seen]
        seen.update(fresh)
        result[finding.id] = tuple(fresh)
    return result


def has_figures(views: dict[str, IndicatorView], name: str) -> bool:
    return name in views and bool(views[name].indicator.months)


def what_is_known(claim: Claim) -> str | None:
    """The sentence of the evidence that is known, the worst first, for a reader who stops at the first screen."""
    known = [item for standing in ("bad", "too_few", "good") for item in claim.details if item.standing == standing]
    return known[0].reason if known else None


def further_evidence(claim: Claim) -> tuple[EvidenceItem, ...]:
    """Evidence in force whose sentence the claim's reason does not give already."""
    in_force = (item for item in claim.details if item.standing != "not_applicable")
    return tuple(item for item in in_force if not _says(claim.reason, item.reason))


def named_in_reason(claim: Claim, views: dict[str, IndicatorView]) -> tuple[str, ...]:
    """Indicators that the reason speaks of and that have figures to look at."""
    return tuple(i.id for i in claim.details if _says(claim.reason, i.reason) and has_figures(views, i.id))


def _says(reason: str, sentence: str) -> bool:
    return sentence.rstrip(".").lower() in reason.lower()


def verdict_reason(overall: Overall) -> str:
    """Why the overall verdict is what it is, for a place where the verdict itself stands before it."""
    reason = overall.reason
    start = f"{words.OVERALL[overall.verdict].word}: "
    if not reason.lower().startswith(start.lower()):
        return reason
    rest = reason[len(start) :]
    return rest[0].upper() + rest[1:]
