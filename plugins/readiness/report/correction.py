"""What a correction says of itself: what this version of a month tells otherwise than the one that a reader had.

Both are shared copies, so nothing is said that the two mails together do not say.
"""

from collections.abc import Iterator
from pathlib import Path

from readiness.report import words
from readiness.report.comparing import turned
from readiness.report.model import MonthValue, Report
from readiness.report.versions import ReportUnreadable, read_report


def what_changed(had: Path, report: Report) -> tuple[str, ...]:
    """Sentences, the most important first. had: the shared report that the reader had."""
    try:
        before = read_report(had)
    except ReportUnreadable:
        return ("What changed cannot be listed, because the version that you had can no longer be read.",)
    changed = (*_overall(before, report), *_verdicts(before, report), *_figures(before, report))
    return (*_knowledge(before, report), *(changed or ("No verdict and no headline figure of the month changed.",)))


def _knowledge(before: Report, after: Report) -> Iterator[str]:
    if before.as_at_on != after.as_at_on:
        then, now = words.day_in_words(before.as_at_on), words.day_in_words(after.as_at_on)
        yield f"It rests on what was known on {now}; the one you had, on what was known on {then}."
    if before.versions.definitions != after.versions.definitions:
        yield "Definitions of indicators have changed since."


def _overall(before: Report, after: Report) -> Iterator[str]:
    if before.overall.verdict != after.overall.verdict:
        then, now = (words.OVERALL[one.overall.verdict].word for one in (before, after))
        yield f"The answer as a whole is now: {now}. It was: {then}."


def _verdicts(before: Report, after: Report) -> Iterator[str]:
    for claim in turned(before.findings, after.findings):
        if claim.after is None:
            yield f"{claim.claim} is no longer judged."
            continue
        now = words.VERDICTS[claim.after].word
        if claim.before is None:
            yield f"{claim.claim} is new: {now}. {claim.text}"
        else:
            yield f"{claim.claim} is now: {now}. It was: {words.VERDICTS[claim.before].word}. {claim.text}"


def _figures(before: Report, after: Report) -> Iterator[str]:
    """The authority's figures of the month, as both copies print them."""
    earlier = _printed(before)
    for id, now in _printed(after).items():
        if (then := earlier.get(id, words.NOT_THERE)) != now:
            yield f"{after.definitions[id].title}: now {now}. It was: {then}."


def _printed(report: Report) -> dict[str, str]:
    rows = {
        one.id: next((row for row in one.months if row.month == report.month), None)
        for one in report.indicators
        if one.scope.type == "authority"
    }
    return {id: _value(report, id, row) for id, row in rows.items() if row is not None}


def _value(report: Report, id: str, row: MonthValue) -> str:
    definition = report.definitions[id]
    value = words.value(row, definition, report.small_numbers.print_from)
    overdue = f", {words.count(row.overdue)} overdue" if words.has_open_work(definition) else ""
    return f"{value} ({words.counts(row, definition)}{overdue})"
