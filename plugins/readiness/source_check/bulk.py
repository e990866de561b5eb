"""Signs of bulk loads: many rows that the system stamped together, so that the stamp tells of the load, not of work."""

import pandas as pd

from readiness.contracts import Contract
from readiness.source_check.model import BulkLoad
from readiness.sources.values import LONDON

MINUTE_ROWS, MINUTE_SHARE = 50, 0.01
"""No office saves fifty records within one minute, and a minute with a hundredth of all rows is no busy morning."""
NIGHT_ROWS, NIGHT_SHARE = 200, 0.02
"""Between eight in the evening and six few people write; 2 percent of all rows in one such night is a machine's work,
even where the emergency team types all its own."""
DAY_ROWS, DAY_TIMES = 200, 10
"""Where stamps have no time of day: a day with ten times the rows of the median day."""
NIGHT_BEGINS, NIGHT_HOURS = 20, 10
MOST = 5
"""So many loads of a column are named, the largest ones."""


def bulk_loads(frame: pd.DataFrame, contract: Contract) -> tuple[BulkLoad, ...]:
    """Per system-stamped moment the loads that stand out; a night whose fullest minute already does is named once."""
    stamped = [
        name for name, column in contract.columns.items() if column.kind == "system_stamped" and column.type == "moment"
    ]
    return tuple(load for name in stamped for load in _loads_of(frame, name))


def _loads_of(frame: pd.DataFrame, name: str) -> list[BulkLoad]:
    at, on = frame[f"{name}_at"], frame[f"{name}_on"]
    rows = int(on.notna().sum())
    local = at.dropna().dt.tz_localize("UTC").dt.tz_convert(LONDON).dt.tz_localize(None)
    minutes = local.dt.floor("min").value_counts()
    minutes = minutes[(minutes >= MINUTE_ROWS) & (minutes > MINUTE_SHARE * rows)]
    minutes = minutes.sort_index(ascending=False).sort_values(kind="stable")
    fullest = {_shift(minute): minute for minute in minutes.index}  # of each shift the last one stays, the fullest
    nights = _nights(local).value_counts()
    nights = nights[(nights >= NIGHT_ROWS) & (nights > NIGHT_SHARE * rows)]
    days = on[at.isna()].value_counts()
    days = days[(days >= DAY_ROWS) & (days >= DAY_TIMES * days.median())]
    loads = [
        *(_load(name, "minute", minute, minutes[minute]) for minute in fullest.values()),
        *(_load(name, "night", night, count) for night, count in nights.items() if night not in fullest),
        *(_load(name, "day", day, count) for day, count in days.items()),
    ]
    return sorted(loads, key=lambda load: (-load.rows, load.begins_at))[:MOST]


def _shift(moment: pd.Timestamp) -> pd.Timestamp:
    """When the night began that a moment belongs to; midnight of its day for a moment by day."""
    night = _nights(pd.Series([moment]))
    return night.iloc[0] if len(night) else moment.normalize()


def _nights(local: pd.Series) -> pd.Series:
    """For each moment of a night, when that night began."""
    since_evening = local - pd.Timedelta(hours=NIGHT_BEGINS)
    is_night = since_evening.dt.hour < NIGHT_HOURS
    return since_evening[is_night].dt.normalize() + pd.Timedelta(hours=NIGHT_BEGINS)


def _load(column: str, span: str, begins_at: pd.Timestamp, rows: int) -> BulkLoad:
    return BulkLoad(column=column, span=span, begins_at=begins_at.to_pydatetime(), rows=int(rows))
