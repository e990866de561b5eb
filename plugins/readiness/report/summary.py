"""The first screen in sentences: what got better, what got worse, what is not known, what is overdue.

Made from the report's own claims and months alone, so that a shared copy's sentences hold no withheld number.
"""

from collections.abc import Iterable, Mapping

from readiness.report import words
from readiness.report.model import (
    Claim,
    Definition,
    Direction,
    Finding,
    Indicator,
    MonthValue,
    Note,
    Summary,
    Suppressed,
)

NOT_KNOWN = frozenset({"no_data", "needs_evidence", "immature", "too_few"})
BACKLOG_MONTHS_BACK = 3


def summarise(
    findings: Iterable[Finding], definitions: Mapping[str, Definition], indicators: Iterable[Indicator]
) -> Summary:
    claims = [claim for finding in findings for claim in finding.claims]
    return Summary(
        better=_moved("improving", claims),
        worse=_moved("worsening", claims),
        not_known=tuple(
            Note(text=claim.text, claims=(claim.id,), needs=claim.needs)
            for claim in claims
            if claim.verdict in NOT_KNOWN
        ),
        backlog=tuple(_backlog(indicators, definitions, claims)),
    )


def message(definition: Definition, row: MonthValue, print_from: int) -> str:
    """What one month says, in a manager's words; never a percentage without its counts."""
    month = words.month_in_words(row.month)
    when = f"at the end of {month}" if definition.counted == "level" else f"in {month}"
    if definition.measure == "ratio":
        if not words.is_printed(row, definition, print_from) or not words.is_shown(row.median):
            return f"{definition.title}: too few workers to give a figure {when}"
        return (
            f"Half of the workers carried {row.median:g} children or fewer for each full-time post {when} "
            f"({words.counts(row, definition)})"
        )
    if not words.is_printed(row, definition, print_from):
        return f"{definition.title}: {_why_not_printed(row)} {when}"
    if definition.measure == "total":
        return f"{words.counts(row, definition)} {definition.in_words or definition.unit} {when}"
    return f"{_share(words.percent(row.value), definition)} {when} ({words.counts(row, definition)})"


def _share(percentage: str, definition: Definition) -> str:
    return f"{percentage} of {definition.in_words}" if definition.in_words else f"{definition.title}: {percentage}"


def _why_not_printed(row: MonthValue) -> str:
    if not words.is_shown(row.numerator) or not words.is_shown(row.denominator):
        return "withheld, because the number is small,"
    if row.denominator == 0:
        return "no cases"
    return f"too few cases to give a rate ({words.count(row.numerator)} of {words.count(row.denominator)})"


def _moved(direction: Direction, claims: Iterable[Claim]) -> tuple[Note, ...]:
    """One note for each thing that moved, with all claims that it bears on."""
    bears_on: dict[str, list[str]] = {}
    for claim in claims:
        if claim.direction == direction and claim.change:
            bears_on.setdefault(claim.change, []).append(claim.id)
    return tuple(Note(text=text, claims=tuple(ids)) for text, ids in bears_on.items())


def _backlog(
    indicators: Iterable[Indicator], definitions: Mapping[str, Definition], claims: Iterable[Claim]
) -> Iterable[Note]:
    """What was overdue at the end of the report's month, beside what it was a quarter before."""
    claims, withheld = list(claims), False
    for indicator in indicators:
        definition = definitions[indicator.id]
        if indicator.scope.type != "authority" or not indicator.months or not definition.overdue_in_words:
            continue
        last = indicator.months[-1]
        if isinstance(last.overdue, Suppressed):
            withheld = True
        if not words.is_shown(last.overdue) or last.overdue == 0:
            continue
        yield Note(
            text=f"{_capital(definition.overdue_in_words.strip(' ,'))}: {words.count(last.overdue)}{_then(indicator)}.",
            claims=tuple(claim.id for claim in claims if indicator.id in claim.evidence),
        )
    if withheld:
        yield Note(text="Some overdue work is not shown in this copy, because small numbers are withheld.")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _then(indicator: Indicator) -> str:
    if len(indicator.months) <= BACKLOG_MONTHS_BACK:
        return ""
    before = indicator.months[-1 - BACKLOG_MONTHS_BACK]
    if not words.is_shown(before.overdue):
        return ""
    return f" ({words.count(before.overdue)} at the end of {words.month_in_words(before.month)})"
