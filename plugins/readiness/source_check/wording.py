"""Small pieces of English that the sentences of a check are made of."""

from collections.abc import Iterable

from readiness.periods import Month


def spoken(name: str) -> str:
    """A feed, column or code as it is said aloud."""
    return name.replace("_", " ").replace("section47", "section 47")


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def listed(names: Iterable[str]) -> str:
    """a, b and c; nothing of nothing."""
    *most, last = [*names] or [""]
    return f"{', '.join(most)} and {last}" if most else last


def counted(number: int, thing: str, things: str | None = None) -> str:
    """1 row, 1,234 rows."""
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"


def percent(part: float, whole: float) -> str:
    """A share in words; small ones are not rounded to nothing, and almost all is not all."""
    if not whole:
        return "–"
    share = 100 * part / whole
    if 0 < share < 1:
        return "under 1%"
    if 99 < share < 100:
        return "over 99%"
    return f"{share:.0f}%"


def months(names: Iterable[str]) -> str:
    """March 2025, June 2025 and July 2025; many are shortened."""
    named = [Month.parse(name).in_words() for name in names]
    return listed(named) if len(named) <= 3 else f"{len(named)} months, the first of them {named[0]}"
