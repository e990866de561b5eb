"""A feed's rows by month as bars: what the page draws, and the same in words for who cannot see it."""

from dataclasses import dataclass

from readiness.periods import Month
from readiness.source_check.model import Months
from readiness.source_check.wording import counted, months

MOST_MONTHS = 120
"""Ten years; bars of more months are too thin to see."""


@dataclass(frozen=True)
class Bar:
    """One month. height: 0 to 100, of the fullest month."""

    month: str
    name: str
    rows: int
    height: float
    tone: str


@dataclass(frozen=True)
class Bars:
    """first, last: names of the first and last month drawn. in_words: the chart's message."""

    bars: tuple[Bar, ...]
    first: str
    last: str
    most: int
    in_words: str


def bars(found: Months | None) -> Bars | None:
    """The months from the first to the last with rows, at most the latest MOST_MONTHS; None with fewer than two."""
    if found is None or len(found.rows) < 2:
        return None
    last = Month.parse(max([*found.rows, *found.empty]))
    first = max(Month.parse(min(found.rows)), last.shift(1 - MOST_MONTHS))
    shown = list(first.until(last))
    most = max(found.rows.get(str(month), 0) for month in shown)
    return Bars(
        bars=tuple(_bar(found, month, most) for month in shown),
        first=first.in_words(),
        last=last.in_words(),
        most=most,
        in_words=_in_words(found, first, last, most),
    )


def _bar(found: Months, month: Month, most: int) -> Bar:
    rows = found.rows.get(str(month), 0)
    tone = "thin" if str(month) in found.thin else "before" if str(month) < (found.first_complete or "") else "whole"
    tone = "empty" if str(month) in found.empty else tone
    return Bar(str(month), month.in_words(), rows, round(100 * rows / most, 2), tone)


def _in_words(found: Months, first: Month, last: Month, most: int) -> str:
    fullest = max(found.rows, key=lambda month: (found.rows[month], month))
    said = f"Rows by month from {first.in_words()} to {last.in_words()}: "
    if found.typical is not None:
        said += f"usually about {counted(round(found.typical), 'row')}, "
    said += f"at most {most:,} ({Month.parse(fullest).in_words()})."
    if found.first_complete:
        said += f" Complete from {Month.parse(found.first_complete).in_words()}."
    if found.empty:
        said += f" No rows in {months(found.empty)}."
    if found.thin:
        said += f" Few rows in {months(found.thin)}."
    return said
