"""What a correction says of itself: what this version of a month tells otherwise than the one that a reader had.

Both are released reports, or copies of one, so nothing is said that the two mails together do not say.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from readiness.report import words
from readiness.report.comparing import Changes, Figure, Moved, changes
from readiness.report.model import Report
from readiness.report.versions import ReportUnreadable, read_report

MOST = 12
"""More verdicts, more figures of the council, and more of areas and teams, than this are counted, and not told one by
one: the mail itself tells every verdict, and its HTML must stay short enough to be shown whole."""

NOTHING = (
    "No verdict and no headline figure of the month changed: no share or amount, no count behind it, and nothing that "
    "is open or overdue."
)
"""Just what was compared: a median, or what was left out, may be another one."""

PARTS = {
    "counts": "the figure with its counts",
    "running": "what is open within the limit",
    "overdue": "what is overdue",
}


def what_changed(had: Path, report: Report) -> tuple[str, ...]:
    """Sentences, the most important first. had: the released report behind the copy that the reader had. report: the
    reader's copy of now."""
    try:
        before = read_report(had)
    except ReportUnreadable:
        return ("What changed cannot be listed, because the version that you had can no longer be read.",)
    found = changes(before, report)
    changed = (*_overall(found), *_verdicts(found), *_figures(found), *_places(found), *_earlier_months(found))
    return (*_knowledge(before, report, found), *(changed or (NOTHING,)))


def _knowledge(before: Report, after: Report, found: Changes) -> Iterator[str]:
    if before.as_at_on != after.as_at_on:
        then, now = words.day_in_words(before.as_at_on), words.day_in_words(after.as_at_on)
        yield f"It rests on what was known on {now}; the one you had, on what was known on {then}."
    if found.redefined:
        yield f"Definition, limit or target is another now of: {', '.join(one.title for one in found.redefined)}."


def _overall(found: Changes) -> Iterator[str]:
    if found.overall_before != found.overall_after:
        then, now = (words.OVERALL[one].word for one in (found.overall_before, found.overall_after))
        yield f"The answer as a whole is now: {now}. It was: {then}."
    for other in found.further:
        then, now = (words.OVERALL[one].word if one else "not in the report" for one in (other.before, other.after))
        yield f"The answer to {other.title} is now: {now}. It was: {then}."


def _verdicts(found: Changes) -> Iterator[str]:
    yield from _first(_turned(found), "Of the claims, {} told otherwise.", "more verdict")


def _turned(found: Changes) -> Iterator[str]:
    for claim in found.verdicts:
        if claim.after is None:
            yield f"{claim.claim} is no longer judged."
            continue
        now = words.VERDICTS[claim.after].word
        if claim.before is None:
            yield f"{claim.claim} is new: {now}. {claim.text}"
        else:
            yield f"{claim.claim} is now: {now}. It was: {words.VERDICTS[claim.before].word}. {claim.text}"


def _figures(found: Changes) -> Iterator[str]:
    of_council = (f"{one.title}: {_now_and_then(one)}" for one in found.in_month if not one.place)
    yield from _first(of_council, "Of the council as a whole, {} of the month told otherwise.", "more figure")


def _places(found: Changes) -> Iterator[str]:
    of_places = (f"{one.place}, {one.title}: {_now_and_then(one)}" for one in found.in_month if one.place)
    yield from _first(of_places, "Of areas and teams, {} of the month told otherwise.", "more figure")


def _first(sentences: Iterable[str], rest: str, one: str) -> Iterator[str]:
    """The first of them, then how many more there are."""
    told = list(sentences)
    yield from told[:MOST]
    if len(told) > MOST:
        yield rest.format(words.plural(len(told) - MOST, one))


def _earlier_months(found: Changes) -> Iterator[str]:
    """How many, since the mail tells this month alone."""
    months = sum(month.after.month != found.after.month for one in found.restated for month in one.months)
    if months:
        yield f"Earlier months: {words.plural(months, 'figure')} of the council as a whole told otherwise too."


def _now_and_then(one: Moved) -> str:
    """Of what one version withholds, the number of neither, nor that it changed: to withhold is not to change."""
    then, now = (_in_words(figure, one.in_one_alone) for figure in (one.before, one.after))
    alone = "printed in one of the two versions alone"
    if one.in_one_alone and not now:
        return f"{alone}."
    said = f"now {now}. It was: {then}." if then != now else f"now {now}, in print as before."
    named = [PARTS[part] for part in one.in_one_alone]
    return f"{said} {alone.capitalize()}: {', '.join(named)}." if named else said


def _in_words(figure: Figure | None, without: tuple[str, ...]) -> str:
    if figure is None:
        return words.NOT_THERE
    gone = [*without, "value"] if "counts" in without else without
    left = replace(figure, **dict.fromkeys(gone, ""))
    return left.in_words if left.value or left.running or left.overdue else ""
