"""What is told of young months, of delays that changed and of the cases that began in a month, in plain sentences."""

from collections.abc import Iterator

from readiness.report import words
from readiness.report.model import Definition, Delays, Indicator, MonthValue, Number, Started

STATES = {
    "limits_differ": "limits differ",
    "limit_in_months": "limit in months",
    "not_yet": "too early",
}
"""Why no share of those started is told."""

DELAYS = {
    "more_late": "more entries were late than the weeks before let expect: delays grow, or a backlog is being typed in",
    "fewer_late": "fewer late entries came in than the weeks before let expect: delays shrink, or entries have stopped",
}


def young_sentences(indicator: Indicator, definition: Definition, print_from: int) -> tuple[str, ...]:
    """One for each young month whose entries are watched, newest first; none where a shared copy withholds it."""
    return tuple(
        sentence
        for row in reversed(indicator.months)
        if (sentence := _young_sentence(row, definition, print_from)) is not None
    )


def _young_sentence(row: MonthValue, definition: Definition, print_from: int) -> str | None:
    young = row.young
    if young is None:
        return None
    is_young = f"{words.month_in_words(row.month)} is young"
    if young.state == "too_few" or (words.is_shown(young.recorded) and young.recorded < print_from):
        return f"{is_young}: entries may still come, and too few are on record to say how many."
    if not words.is_shown(young.completeness):
        return None
    so_far = f"about {_range(young.completeness, young.completeness_lower, young.completeness_upper)}"
    told = f"{is_young}: {so_far} of its entries are on record so far"
    if not words.is_shown(young.value) or not words.is_printed(row, definition, print_from):
        return f"{told}, so its figure may still change."
    to_expect = _range(young.value, young.lower, young.upper)
    in_time = f"{words.percent(row.value)} were in time ({words.counts(row, definition)})"
    return f"{told}; of those, {in_time}, the figure to expect is about {to_expect}."


def delays_sentence(delays: Delays | None) -> str:
    if delays is None:
        return ""
    week = f"{words.day_in_words(delays.week_from_on)} to {words.day_in_words(delays.week_to_on)}"
    return (
        f"Delays of recording have changed: in the week of {week}, {DELAYS[delays.side]}. What is said of young months "
        "rests on the delays of before."
    )


def started_rows(indicator: Indicator, print_from: int) -> Iterator[tuple[str, ...]]:
    """Month, started, share in time, likely range, ended, open, over the limit; newest first."""
    for row in reversed(indicator.started):
        counts = (words.count(number) for number in (row.ended, row.open, row.overdue))
        yield (words.short_month(row.month), words.count(row.started), *_share(row, print_from), *counts)


def _share(row: Started, print_from: int) -> tuple[str, str]:
    if row.value is None:
        return STATES[row.state], words.NOT_THERE
    if row.started < print_from:
        return "too few", words.NOT_THERE
    return words.percent(row.value), f"{row.lower:.1f} to {row.upper:.1f}"


def _range(value: Number, lower: Number, upper: Number) -> str:
    """'82% (76 to 87)'."""
    return f"{_whole(value)}% ({_whole(lower)} to {_whole(upper)})"


def _whole(percent: float) -> str:
    """What is not all is never rounded to all."""
    return "100" if percent >= 100 else f"{min(percent, 99):.0f}"
