"""What the date columns of a feed look like: how full, how exact, and where they heap."""

from datetime import date

import pandas as pd

from readiness.contracts import Contract
from readiness.source_check.model import DateColumn
from readiness.sources.batch import SENTINEL, UNREADABLE

DATES = ("date", "moment")


def date_columns(frame: pd.DataFrame, contract: Contract, day: date) -> tuple[DateColumn, ...]:
    """The dates and moments of a feed, in the contract's order. Of a personal one (a date of birth) only counts."""
    due = _due_column(contract)
    return tuple(
        _date_column(frame, contract, name, day, due)
        for name, column in contract.columns.items()
        if column.type in DATES
    )


def _date_column(frame: pd.DataFrame, contract: Contract, name: str, day: date, due: str | None) -> DateColumn:
    column = contract.columns[name]
    on = frame[contract.on(name)].dropna()
    is_personal = column.personal is not None
    is_planned = column.kind == "due" or is_personal
    has_range = len(on) > 0 and not is_personal
    found = DateColumn(
        name=name,
        meaning=column.meaning,
        made_by=column.kind,
        is_personal=is_personal,
        filled=len(on),
        first_on=on.min().date() if has_range else None,
        last_on=on.max().date() if has_range else None,
        is_1900=_marked(frame, name + SENTINEL),
        unreadable=_marked(frame, name + UNREADABLE),
        without_time=int(frame.loc[on.index, f"{name}_at"].isna().sum()) if column.type == "moment" else None,
        in_future=None if is_planned else int((on > pd.Timestamp(day)).sum()),
        on_the_first=int((on.dt.day == 1).sum()),
        by_weekday=() if is_personal else tuple(int((on.dt.day_of_week == weekday).sum()) for weekday in range(7)),
    )
    if due is None or column.kind != "worker_entered" or is_personal:
        return found
    due_on = frame.loc[on.index, contract.on(due)].dropna()
    same = int((on[due_on.index] == due_on).sum())
    return found.model_copy(update={"due": due, "with_due": len(due_on), "on_due": same})


def _due_column(contract: Contract) -> str | None:
    """The first column that a rule sets as due; an expected date of birth is none."""
    due = (name for name, column in contract.columns.items() if column.kind == "due" and not column.personal)
    return next(due, None)


def _marked(frame: pd.DataFrame, marker: str) -> int:
    return int(frame[marker].sum()) if marker in frame else 0
