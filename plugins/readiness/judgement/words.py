"""Small words for sentences that can be read aloud: numbers, shares, months, lists."""

import math
from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from readiness.judgement.counts import Pool

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
UNITS = {
    "working_days": "working day",
    "days": "day",
    "months": "month",
    "working_hours": "working hour",
    "hours": "hour",
    "minutes": "minute",
    "seconds": "second",
}


def number_in_words(number: float) -> str:
    """Whole numbers up to ten as a word, others in figures with thousands marked."""
    if number == int(number) and 0 <= number < len(NUMBERS):
        return NUMBERS[int(number)]
    return f"{number:,g}" if number != int(number) else f"{int(number):,}"


def limit_in_words(value: float, unit: str, by_second: float | None = None) -> str:
    """A limit as it follows "within": one working day, 45 working days. `unit` as in clocks.spans.

    With a time of day (by_second, in seconds after midnight) it follows "by": 09:00 on the next working day.
    """
    if by_second is not None and not math.isnan(by_second):
        at = f"{int(by_second) // 3600:02d}:{int(by_second) // 60 % 60:02d}"
        return f"{at} on the next working day" if value == 1 else f"{at} on working day {int(value)}"
    noun = UNITS.get(unit, unit)
    return f"{number_in_words(value)} {noun}" if value == 1 else f"{number_in_words(value)} {noun}s"


def list_in_words(items: Sequence[str]) -> str:
    """a; a and b; a, b and c."""
    return " and ".join([", ".join(items[:-1]), items[-1]]) if len(items) > 1 else "".join(items)


def day_in_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def period_in_words(pool: Pool) -> str:
    """in September 2026; in the three months to September 2026."""
    last = pool.last.month.in_words()
    return f"in {last}" if len(pool.months) == 1 else f"in the {number_in_words(len(pool.months))} months to {last}"


def percent_in_words(share: Fraction, target: float | None = None) -> str:
    """A share with one decimal; if rounding would carry it onto the target, "just under" or "just over" it."""
    text = f"{float(share):.1f}%"
    if target is None or float(text[:-1]) != target or share == (exact := Fraction(str(target))):
        return text
    return f"just {'under' if share < exact else 'over'} {target:g}%"


def as_sentence(clause: str) -> str:
    """A clause with a capital and a full stop."""
    return f"{clause[0].upper()}{clause[1:]}."
