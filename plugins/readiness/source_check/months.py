"""Rows by month: where a feed begins to be complete, and where it has holes."""

from datetime import date

import pandas as pd

from readiness.contracts import Contract
from readiness.periods import Month
from readiness.profile import Profile
from readiness.source_check.model import Kind, Months

COMPLETE_SHARE = 0.5
"""The first complete month has at least this share of the median month; the rule by which indicators begin."""
THIN_SHARE = 0.25
"""A later month with less than this share of the median is thin: more than a quiet holiday month explains."""

RARE_ROWS = 10
"""With fewer rows in the median month a month without any is chance, and holes are not looked for."""


def months_of(frame: pd.DataFrame, contract: Contract, profile: Profile, day: date) -> Months | None:
    """None for a feed without a first date.

    Holes are looked for from the first complete month (what lies before is thin by definition, and one mistyped year
    would open decades) up to the month before the day's own; a feed that may rest, up to its last month with rows.
    """
    if contract.first_date is None:
        return None
    on = frame[contract.on(contract.first_date)]
    rows = _by_month(on[on <= pd.Timestamp(day)])
    closed = {month: count for month, count in rows.items() if month < Month.of(day)}
    setting = profile.first_complete_month.get(contract.feed)
    typical = float(pd.Series(list(closed.values())).median()) if closed else None
    first = Month.parse(setting) if setting else _first_complete(closed)
    empty, thin = [], []
    if first and closed and typical >= RARE_ROWS:
        last = Month.of(day).shift(-1) if contract.quiet_days else max(closed)
        empty = [month for month in first.until(last) if month not in closed]
        thin = [month for month in first.until(last) if 0 < closed.get(month, 0) < THIN_SHARE * typical]
    return Months(
        column=contract.first_date,
        rows={str(month): count for month, count in rows.items()},
        typical=typical,
        first_complete=str(first) if first else None,
        is_setting=setting is not None,
        empty=tuple(map(str, empty)),
        thin=tuple(map(str, thin)),
        later=0 if contract.columns[contract.first_date].kind == "due" else int((on > pd.Timestamp(day)).sum()),
    )


def kinds_of(frame: pd.DataFrame, contract: Contract, profile: Profile, day: date) -> tuple[Kind, ...]:
    """The kinds of rows that a coded key column tells apart. Each type of the record audit has a first month of its
    own, as in the counting."""
    kinds = []
    for name in contract.key:
        for code in contract.columns[name].codes or ():
            rows = frame[frame[name] == code]
            first = None
            if name == "record_type" and contract.first_date:
                on = rows[contract.on(contract.first_date)]
                setting = profile.first_complete_month.get(code)
                found = Month.parse(setting) if setting else _first_complete(_by_month(on[on < _month_start(day)]))
                first = str(found) if found else None
            kinds.append(Kind(column=name, code=code, rows=len(rows), first_complete=first))
    return tuple(kinds)


def _by_month(on: pd.Series) -> dict[Month, int]:
    """Month -> rows, in order, only months that have any."""
    on = on.dropna()
    counts = (on.dt.year * 12 + on.dt.month - 1).value_counts().sort_index()
    return {Month(index // 12, index % 12 + 1): int(count) for index, count in counts.items()}


def _first_complete(counts: dict[Month, int]) -> Month | None:
    if not counts:
        return None
    typical = pd.Series(list(counts.values())).median()
    return min(month for month, count in counts.items() if count >= COMPLETE_SHARE * typical)


def _month_start(day: date) -> pd.Timestamp:
    return pd.Timestamp(day.year, day.month, 1)
