"""What stands beside an indicator's own months, in sentences: what falls due next, and published figures."""

from collections.abc import Iterator

from readiness.report import words
from readiness.report.model import Indicator, MonthValue, Published

MONTHS_OF_A_YEAR = 12
QUARTERS = ("the lowest quarter", "the second lowest quarter", "the second highest quarter", "the highest quarter")


def ahead_sentence(indicator: Indicator, print_from: int) -> str:
    """What falls due in the month after, of what is begun: the share in time if nothing more is done, and if all that
    still can be is. Nothing is said of too few cases or of withheld counts."""
    ahead = indicator.ahead
    if ahead is None or not all(words.is_shown(n) for n in (ahead.done_in_time, ahead.too_late, ahead.possible)):
        return ""
    due = ahead.done_in_time + ahead.too_late + ahead.possible
    if due < print_from:
        return ""
    lowest, highest = (100 * part / due for part in (ahead.done_in_time, ahead.done_in_time + ahead.possible))
    known = f"on record, {ahead.done_in_time:,} are done in time, {ahead.too_late:,} are too late"
    where = f"Looking ahead to {words.month_in_words(ahead.month)}, {due:,} of those begun fall due: {known}"
    if not ahead.possible:
        return f"{where}, and none is still open in time: {highest:.0f}% in time."
    return (
        f"{where}, and {ahead.possible:,} can still be in time. That is between {lowest:.0f}% (if nothing more is "
        f"done) and {highest:.0f}% (if all of them are) in time; what is not begun yet is not in it."
    )


def published_sentences(indicator: Indicator, print_from: int) -> tuple[str, ...]:
    """What was published of the same matter, where our own latest year would stand, and how the two differ."""
    found = indicator.published
    return () if found is None else tuple(_sentences(found, indicator, print_from))


def _sentences(found: Published, indicator: Indicator, print_from: int) -> Iterator[str]:
    yield (
        f"Published: {found.title.lower()}, year to {words.day_in_words(found.year_ending)}. "
        + "; ".join(_figures(found))
        + f". ({found.source}.)"
    )
    ours = _latest_year(indicator)
    if ours and found.quartiles and ours[1] >= print_from:
        numerator, denominator, months = ours
        value = 100 * numerator / denominator
        place = QUARTERS[sum(value >= bound for bound in found.quartiles)]
        yield (
            f"Ours, {words.months_in_words(months)}: {numerator:,} of {denominator:,} ({value:.1f}%), which would "
            f"stand in {place} of authorities."
        )
    yield f"They are not the same measure. {found.difference}"


def _figures(found: Published) -> Iterator[str]:
    yield from (f"{figure.area} {words.percent(figure.value)}" for figure in found.figures)
    if found.neighbours_median is not None:
        neighbours = words.plural(found.neighbours, "statistical neighbour")
        yield f"median of {neighbours} {words.percent(found.neighbours_median)}"
    if found.quartiles:
        lower, _, upper = found.quartiles
        yield f"the middle half of {found.authorities} authorities {lower:.1f}% to {upper:.1f}%"


def _latest_year(indicator: Indicator) -> tuple[int, int, tuple[str, ...]] | None:
    """Numerator and denominator of the latest twelve mature months together; None if there are fewer, or one of their
    counts is withheld."""
    mature: list[MonthValue] = [row for row in indicator.months if row.maturity == "mature"][-MONTHS_OF_A_YEAR:]
    counts = [number for row in mature for number in (row.numerator, row.denominator)]
    if len(mature) < MONTHS_OF_A_YEAR or not all(words.is_shown(number) for number in counts):
        return None
    numerator, denominator = sum(row.numerator for row in mature), sum(row.denominator for row in mature)
    return (int(numerator), int(denominator), tuple(row.month for row in mature)) if denominator else None
