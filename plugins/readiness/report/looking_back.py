"""What is shown of reports side by side: the changes between two, as a page and in a terminal."""

from collections.abc import Iterator
from typing import Any

from readiness import pages
from readiness.report import words
from readiness.report.comparing import Changes
from readiness.report.model import Report

ROOM = "readiness.report"
SHOWN: dict[str, Any] = {
    "OVERALL": words.OVERALL,
    "VERDICTS": words.VERDICTS,
    "RESTATED": words.RESTATED,
    "month_in_words": words.month_in_words,
}


def changes_page(changes: Changes, after: Report) -> str:
    """HTML; the frame is that of the data team's pages."""
    return pages.render(
        ROOM, "changes.html.j2", changes=changes, authority=after.authority.name, notices=after.notices, **SHOWN
    )


def changes_in_words(changes: Changes) -> str:
    """The same for a terminal."""
    return "\n".join(_told(changes))


def _told(changes: Changes) -> Iterator[str]:
    yield f"{changes.before.in_words} -> {changes.after.in_words}"
    before, after = (words.OVERALL[verdict].word for verdict in (changes.overall_before, changes.overall_after))
    yield f"On the whole: {before}" if before == after else f"On the whole: {before} -> {after}. {changes.reason}"
    if changes.is_nothing:
        yield "Nothing differs."
    yield from _headed("Other inspections", (_overall(one) for one in changes.further))
    yield from _headed("Verdicts", (_turned(one) for one in changes.verdicts))
    yield from _headed("Figures, latest complete month", (_moved(one) for one in changes.moved))
    yield from _headed("Areas and teams, the month of both", (_moved(one) for one in changes.in_month if one.place))
    yield from _headed(
        "Restated",
        (
            f"{one.title}: {words.plural(len(one.months), 'month')}; {' and '.join(one.reasons)}"
            for one in changes.restated
        ),
    )
    yield from _headed("Other rules", (f"{one.title}: another {', '.join(one.what)}" for one in changes.redefined))


def _headed(heading: str, lines: Iterator[str]) -> Iterator[str]:
    found = [f"  {line}" for line in lines]
    if found:
        yield from ("", heading, *found)


def _overall(one) -> str:
    before, after = (words.OVERALL[v].word if v else "not in the report" for v in (one.before, one.after))
    return f"{one.title}: {before} -> {after}"


def _turned(one) -> str:
    before, after = (words.VERDICTS[v].word if v else "not in the report" for v in (one.before, one.after))
    return f"{one.claim}: {before} -> {after}. {one.reason}"


def _moved(one) -> str:
    before, after = (
        f"{figure.in_words}, {words.short_month(figure.month)}" if figure else words.NOT_THERE
        for figure in (one.before, one.after)
    )
    place = f"{one.place}, " if one.place else ""
    return f"{place}{one.title}: {before} -> {after}"
