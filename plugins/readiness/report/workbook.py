"""The workbook: the report's numbers as numbers, for those who calculate, made from the director's copy alone.

Each sheet is one table under one header. A number that is withheld is an empty cell, named in the column "Withheld" of
its row; no text ever stands among numbers. Shares are stored as parts of one and shown in percent. Text that a
spreadsheet would take for a formula stays text. The same report gives the same bytes.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from openpyxl import Workbook

from readiness.periods import Month
from readiness.report import view, words
from readiness.report.model import (
    Claim,
    Definition,
    Finding,
    Indicator,
    MonthValue,
    Number,
    Report,
    Suppressed,
    Verdict,
)
from readiness.report.rendering import require_shared
from readiness.report.spreadsheet import Column, Figure, Row, add_page, add_table, saved

COUNT, PERCENT, DECIMAL, DAY, MONTH = "#,##0", "0.0%", "#,##0.0", "d mmm yyyy", "mmm yyyy"
MONTHS_BACK = 3
NUMBERS = ("numerator", "denominator", "value", "lower", "upper", "running", "overdue", "median", "p90")


TEXT_WIDTH = 60
ID, TITLE, CLAIM = Column("Indicator id", 34), Column("Indicator", 60), Column("Claim", 8)
PLACE = (Column("Scope type", 11), Column("Scope id", 14), Column("Scope", 30))
WITHHELD = Column("Withheld", 34)
OPEN = (Column("Running", 11, COUNT), Column("Overdue", 11, COUNT))
VALUES = (
    Column("Numerator", 12, COUNT),
    Column("Denominator", 15, COUNT),
    Column("Value", 10, PERCENT),
    Column("Lower", 10, PERCENT),
    Column("Upper", 10, PERCENT),
    *OPEN,
    Column("Median", 10, DECIMAL),
    Column("90th percentile", 16, DECIMAL),
)


def workbook(report: Report) -> bytes:
    """The report as XLSX. report: the director's copy; an internal one is refused."""
    require_shared(report)
    book = Workbook(write_only=True)
    title = f"Readiness report, {report.authority.name}, {words.month_in_words(report.month)}"
    add_page(book, "Read me", title, _about(report))
    add_table(book, "Findings", FINDINGS, _findings(report))
    if report.actions:
        add_table(book, "Actions", ACTIONS, _actions(report))
    add_table(book, "Indicators", INDICATORS, _indicators(report))
    add_table(book, "Months", MONTHS, _months(report))
    add_table(book, "Open and overdue", OVERDUE, _overdue(report))
    add_table(book, "Data quality", FEEDS, _feeds(report))
    add_table(book, "Definitions", DEFINITIONS, _definitions(report))
    return saved(
        book,
        report.as_at_on,
        title=title,
        subject=words.OVERALL[report.overall.verdict].word,
        creator=report.authority.name,
        language="en-GB",
        version=str(report.version.number),
    )


FINDINGS = (
    Column("Finding", 9),
    Column("Kind", 34),
    Column("Heading", 40),
    CLAIM,
    Column("What should be so", 50),
    Column("Verdict", 16),
    Column("The month before", 16),
    Column("Direction", 16),
    Column("Decided by", 26),
    Column("Reason", TEXT_WIDTH),
    Column("Better or worse", TEXT_WIDTH),
    Column("What would change this", TEXT_WIDTH),
    Column("It takes", 40),
    Column("Evidence", 40),
    Column("Inspection", 40),
)


def _findings(report: Report) -> Iterator[Row]:
    before = report.before.verdicts if report.before else {}
    for inspection, findings in _inspections(report):
        for finding in findings:
            yield from (_claim_row(finding, claim, before, inspection) for claim in finding.claims)


def _inspections(report: Report) -> Iterator[tuple[str, tuple[Finding, ...]]]:
    """What each is called, with what must stand beside it, and its findings; the leading one first."""
    yield report.inspection_detail.title, report.findings
    for other in report.further:
        yield " ".join((f"{other.inspection.title}.", other.inspection.notice or "")).strip(), other.findings


def _claim_row(finding: Finding, claim: Claim, before: Mapping[str, Verdict], inspection: str) -> Row:
    return (
        finding.id,
        words.KINDS[finding.kind],
        finding.heading,
        claim.id,
        claim.text,
        words.VERDICTS[claim.verdict].word,
        words.VERDICTS[before[claim.id]].word if claim.id in before else None,
        words.DIRECTIONS[claim.direction].word,
        words.DECIDED_BY[claim.decided_by],
        claim.reason,
        claim.change,
        claim.tipping,
        "; ".join(claim.needs),
        ", ".join(claim.evidence),
        inspection,
    )


ACTIONS = (
    Column("Action id", 10),
    Column("Finding", 9),
    Column("Action", TEXT_WIDTH),
    Column("Owner", 30),
    *(Column(name, 14, DAY) for name in ("Set", "Due", "Done")),
    Column("State", 10),
)


def _actions(report: Report) -> Iterator[Row]:
    for one in report.actions:
        state = words.ACTION_STATES[one.state].word
        yield one.id, one.about, one.text, one.owner, one.set_on, one.due_on, one.done_on, state


INDICATORS = (
    ID,
    TITLE,
    Column("Family", 15),
    Column("Unit", 32),
    Column("Month", 11, MONTH),
    Column("Status", 11),
    *VALUES,
    Column("Target", 10, PERCENT),
    Column("Target set", 12),
    Column("Good is", 9),
    Column("Limit", 26),
    Column("Claims", 20),
    Column("Source", 60),
    Column("Definition", 18),
    WITHHELD,
)


def _indicators(report: Report) -> Iterator[Row]:
    """The authority's month of the report."""
    bears_on = {id: ", ".join(c.id for _, c in view.claims(report) if id in c.evidence) for id in report.definitions}
    for indicator, row in _of_month(report, report.month):
        if indicator.scope.type == "authority":
            definition = report.definitions[indicator.id]
            yield (
                indicator.id,
                definition.title,
                definition.family.replace("_", " "),
                definition.unit.replace("_", " "),
                _day(row.month),
                _status(row),
                *_values(row, definition),
                _scaled(definition.target, definition),
                definition.target_source,
                definition.good_direction,
                definition.limit,
                bears_on[indicator.id],
                definition.sql,
                definition.definition_hash,
                _withheld(row, definition),
            )


MONTHS = (
    ID,
    *PLACE,
    Column("Month", 11, MONTH),
    Column("Status", 11),
    *VALUES,
    Column("First reported numerator", 24, COUNT),
    Column("First reported denominator", 26, COUNT),
    WITHHELD,
)


def _months(report: Report) -> Iterator[Row]:
    for indicator in report.indicators:
        definition, scope = report.definitions[indicator.id], indicator.scope
        for row in indicator.months:
            first = row.first_reported
            yield (
                indicator.id,
                scope.type,
                scope.id,
                scope.name,
                _day(row.month),
                _status(row),
                *_values(row, definition),
                _count(first.numerator) if first else None,
                _count(first.denominator) if first else None,
                _withheld(row, definition),
            )


OVERDUE = (
    ID,
    TITLE,
    *PLACE,
    Column("Month end", 11, DAY),
    *OPEN,
    Column("Overdue three months before", 27, COUNT),
    Column("Limit", 26),
    WITHHELD,
)


def _overdue(report: Report) -> Iterator[Row]:
    """Work open at the end of the report's month, place by place."""
    before = str(Month.parse(report.month).shift(-MONTHS_BACK))
    for indicator, row in _of_month(report, report.month):
        definition, scope = report.definitions[indicator.id], indicator.scope
        if words.has_open_work(definition):
            then = next((earlier.overdue for earlier in indicator.months if earlier.month == before), None)
            yield (
                indicator.id,
                definition.title,
                scope.type,
                scope.id,
                scope.name,
                Month.parse(row.month).last_on,
                _count(row.running),
                _count(row.overdue),
                _count(then),
                definition.limit,
                _names({"running": row.running, "overdue": row.overdue, "overdue three months before": then}),
            )


FEEDS = (Column("Feed", 26), Column("State", 20), Column("Newest", 14, DAY))


def _feeds(report: Report) -> Iterator[Row]:
    for feed in report.data_quality.feeds:
        yield feed.feed, words.FEED_STATES[feed.status], feed.newest_on


DEFINITIONS = (
    ID,
    TITLE,
    Column("Family", 15),
    Column("Measure", 12),
    Column("Unit", 32),
    *(Column(name, 40) for name in words.PARTS.values()),
    Column("Limits", 40),
    Column("Target", 10, PERCENT),
    Column("Target set", 12),
    Column("Good is", 9),
    Column("Days until complete", 19),
    Column("Mind", 40),
    Column("Feeds", 30),
    Column("Query", 60),
    Column("Hash", 18),
)


def _definitions(report: Report) -> Iterator[Row]:
    for id, one in report.definitions.items():
        yield (
            id,
            one.title,
            one.family.replace("_", " "),
            one.measure,
            one.unit.replace("_", " "),
            *(one.definition.get(part) for part in words.PARTS),
            "; ".join(one.limits),
            _scaled(one.target, one),
            one.target_source,
            one.good_direction,
            one.maturity_days,
            one.caveat,
            ", ".join(one.feeds),
            one.sql,
            one.definition_hash,
        )


def _about(report: Report) -> Iterator[tuple[str, str]]:
    made, month, up_to = report.versions, words.month_in_words(report.month), report.small_numbers.suppress_up_to
    yield from (("Mind", notice) for notice in report.notices)
    yield "On the whole", f"{words.OVERALL[report.overall.verdict].word}. {view.verdict_reason(report.overall)}"
    for other in report.further:
        said = f"{words.OVERALL[other.overall.verdict].word}. {view.verdict_reason(other.overall)}"
        yield f"Beside it, {other.inspection.title}", " ".join((said, other.inspection.notice or "")).strip()
    yield "As at", words.day_in_words(report.as_at_on) + (", reconstructed" if report.reconstructed else "")
    yield "Measured against", f"{report.inspection_detail.title}, {report.inspection_detail.authority}"
    yield "Version", f"{report.version.number}, {report.version.hash}"
    yield "Made by", f"Readiness {made.readiness}, definitions {made.definitions}"
    yield "Sheet: Findings", "Each claim with its verdict, why, and which way it is going; the inspection stands last."
    if report.actions:
        yield "Sheet: Actions", "What is being done about the findings, by whom and until when."
    yield "Sheet: Indicators", f"Each indicator for the whole authority in {month}."
    yield (
        "Sheet: Months",
        "One row for each indicator, place and month: the sheet to calculate with. Teams are part of areas and areas "
        "of the authority, so keep to one scope type when adding up.",
    )
    yield (
        "Sheet: Open and overdue",
        f"Work open at the end of {month}, within the limit (running) and over it (overdue).",
    )
    yield "Sheet: Data quality", "What was read, feed by feed. Counts of rows are on the data team's own page."
    yield "Sheet: Definitions", "What each indicator counts, its limits and target, and the query behind it."
    yield (
        "Withheld numbers",
        f"This is the director's copy: counts of 1 to {up_to} are withheld, with whatever would give them away, and so "
        f"is a share of fewer than {report.small_numbers.print_from} cases. A withheld number is an empty cell and is "
        'named in the column "Withheld" of its row. An empty cell that is not named there: there is no such number.',
    )
    yield "Status", "A young month may still receive late entries; it is shown and not judged. All others are complete."
    yield (
        "Value, lower, upper",
        "A share, stored as a part of one and shown in percent, with its 95% Wilson interval; of a ratio or a total, "
        "the figure itself. Never quote a share without its numerator and denominator.",
    )
    yield "Numerator, denominator", "Those of the cases that met the definition, and the cases. Definitions say which."
    yield "Median, 90th percentile", "In the unit of the limit; of a caseload, children per full-time post."
    yield from ((paragraph.heading, paragraph.text) for paragraph in report.how_we_counted)


def _of_month(report: Report, month: str) -> Iterator[tuple[Indicator, MonthValue]]:
    return ((indicator, row) for indicator in report.indicators for row in indicator.months if row.month == month)


def _numbers(row: MonthValue, definition: Definition) -> dict[str, Number]:
    """The numbers of VALUES, in their order; what has no open work has neither of its counts."""
    unsaid = set() if words.has_open_work(definition) else {"running", "overdue"}
    return {name: None if name in unsaid else getattr(row, name) for name in NUMBERS}


def _values(row: MonthValue, definition: Definition) -> Row:
    """The cells of VALUES."""
    formats = {"numerator": _figure, "denominator": _figure} | dict.fromkeys(
        ("value", "lower", "upper"), lambda number: _scaled(number, definition)
    )
    return tuple(formats.get(name, _count)(number) for name, number in _numbers(row, definition).items())


def _scaled(number: Number, definition: Definition) -> Figure | None:
    """A value, bound or target: percentages as parts of one."""
    if not words.is_shown(number):
        return None
    return Figure(number / 100, PERCENT) if definition.measure == "proportion" else Figure(number, DECIMAL)


def _figure(number: Number) -> Figure | None:
    """A count; full-time posts are counted in tenths."""
    return Figure(number, DECIMAL if isinstance(number, float) else COUNT) if words.is_shown(number) else None


def _count(number: Number) -> float | None:
    return number if words.is_shown(number) else None


def _withheld(row: MonthValue, definition: Definition) -> str | None:
    numbers, first = _numbers(row, definition), row.first_reported
    if first:
        numbers |= {"first reported numerator": first.numerator, "first reported denominator": first.denominator}
    return _names(numbers)


def _names(numbers: Mapping[str, Number]) -> str | None:
    """Which of the row's numbers are withheld."""
    named = (name for name, number in numbers.items() if isinstance(number, Suppressed))
    return ", ".join(name.replace("_", " ").replace("p90", "90th percentile") for name in named) or None


def _status(row: MonthValue) -> str:
    return "young" if row.maturity == "young" else "complete"


def _day(month: str) -> date:
    return Month.parse(month).first_on
