"""Values of the source as the contract wants them: text trimmed, numbers, flags, dates and moments.

What a driver gives differs (text, numbers, dates, with a zone or without); everything goes through trimmed text, so
that the same value reads the same from every database. A value that cannot be read becomes missing, and a mark says so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

MISSING = ("", "NULL")
SENTINEL_DAY = pd.Timestamp(1900, 1, 1)
LONDON = "Europe/London"
MOMENT = "datetime64[us]"

NAIVE = r"\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
ZONED = r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s?(?:Z|[+-]\d{2}(?::?\d{2})?)"

FLAGS = {"Y": True, "YES": True, "TRUE": True, "T": True, "1": True}
FLAGS |= {"N": False, "NO": False, "FALSE": False, "F": False, "0": False}

INTEGERS = np.iinfo(np.int32)


@dataclass(frozen=True)
class Moments:
    """at: naive UTC, missing where there is no time of day. on: the London date at midnight. The masks are boolean."""

    at: pd.Series
    on: pd.Series
    is_unreadable: pd.Series
    is_1900: pd.Series


def as_text(values: pd.Series) -> pd.Series:
    """Trimmed text without zero bytes, which PostgreSQL cannot hold; blank and 'NULL' are missing."""
    if pd.api.types.infer_dtype(values, skipna=True) not in ("string", "empty"):
        values = values.map(_written, na_action="ignore")
    text = values.astype("str").str.replace("\x00", "", regex=False).str.strip()
    return text.mask(text.isin(MISSING))


def as_ids(text: pd.Series) -> pd.Series:
    """One canonical form: 1, '1', 1.0 and ' 1 ' are '1'; leading zeros stay."""
    has_fraction = _is(text, r"-?\d+\.0+")
    return text.where(~has_fraction, text.str.split(".", regex=False).str[0]) if has_fraction.any() else text


def as_codes(text: pd.Series, codes: Iterable[str]) -> pd.Series:
    """A listed code in the list's own spelling, whatever its case; anything else as it is."""
    spelling = {code.upper(): code for code in codes}
    return _mapped(text, lambda value: spelling.get(value.upper(), value)).astype("str")


def as_flags(text: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Y or N (and their like) as a boolean, and where there was something else."""
    flags = _mapped(text, lambda value: FLAGS.get(value.upper())).astype("boolean")
    return flags, text.notna() & flags.isna()


def as_numbers(text: pd.Series, is_integer: bool) -> tuple[pd.Series, pd.Series]:
    """Numbers, and where there was something else."""
    numbers = pd.to_numeric(text, errors="coerce").astype("float64")
    numbers = numbers.where(np.isfinite(numbers))
    if is_integer:
        numbers = numbers.where((numbers % 1 == 0) & numbers.between(INTEGERS.min, INTEGERS.max)).astype("Int64")
    return numbers, text.notna() & numbers.isna()


def as_moments(text: pd.Series) -> Moments:
    """ISO dates and moments. Without a zone they are London time: in the repeated hour of October the first is taken,
    and the hour that March skips is moved forward to its end. 1900-01-01 is missing; midnight is no time of day."""
    is_zoned, is_naive = _is(text, ZONED), _is(text, NAIVE)
    local = _parsed(text.where(is_naive))
    at = _in_utc(local)
    if is_zoned.any():
        zoned = pd.to_datetime(text.where(is_zoned), format="ISO8601", errors="coerce", utc=True)
        at = at.where(~is_zoned, zoned.dt.tz_localize(None).astype(MOMENT))
        local = local.where(~is_zoned, zoned.dt.tz_convert(LONDON).dt.tz_localize(None).astype(MOMENT))
    is_unreadable = text.notna() & local.isna()
    on = local.dt.normalize()
    is_1900 = on == SENTINEL_DAY
    return Moments(
        at=at.mask(is_1900 | (local == on)),
        on=on.mask(is_1900),
        is_unreadable=is_unreadable,
        is_1900=is_1900,
    )


def family(values: pd.Series) -> str | None:
    """What kind of values a column of the source holds: text, number, date, flag or mixed; None if it holds none."""
    kind = pd.api.types.infer_dtype(values, skipna=True)
    return {
        "empty": None,
        "string": "text",
        "integer": "number",
        "floating": "number",
        "decimal": "number",
        "mixed-integer-float": "number",
        "date": "date",
        "datetime": "date",
        "datetime64": "date",
        "boolean": "flag",
    }.get(kind, "mixed")


def _is(text: pd.Series, pattern: str) -> pd.Series:
    """Where the whole text matches, by Arrow's engine: pandas' own fullmatch goes through Python row by row."""
    found = pc.match_substring_regex(pa.array(text, from_pandas=True), f"^(?:{pattern})$")
    return pd.Series(pc.fill_null(found, False).to_numpy(zero_copy_only=False), index=text.index, dtype=bool)


def _parsed(text: pd.Series) -> pd.Series:
    return pd.to_datetime(text, format="ISO8601", errors="coerce").astype(MOMENT)


def _in_utc(local: pd.Series) -> pd.Series:
    first = np.ones(len(local), dtype=bool)
    zoned = local.dt.tz_localize(LONDON, ambiguous=first, nonexistent="shift_forward")
    return zoned.dt.tz_convert("UTC").dt.tz_localize(None)


def _mapped(text: pd.Series, change) -> pd.Series:
    """Each distinct value changed once; a None stays missing."""
    positions, distinct = pd.factorize(text)
    changed = np.array([change(value) for value in distinct] + [None], dtype=object)
    return pd.Series(changed[positions], index=text.index, dtype=object)


def _written(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "Y" if value else "N"
    if isinstance(value, float | Decimal) and value == value and value % 1 == 0 and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
