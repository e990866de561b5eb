"""Rows as they were entered and changed: the `<table>_history` of the case system.

A version is what a row said at the end of a day. What was entered and changed within one day is one version, because
nobody can look at the state between.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from readiness.demo.county import County
from readiness.demo.days import DAY, MOMENT, NEVER


@dataclass(frozen=True)
class Change:
    """These columns got their last value at `known_at` (NaT: they have it from the row's first day); until then they
    said `before` (None: nothing)."""

    columns: tuple[str, ...]
    known_at: np.ndarray
    before: object = None


def versions(
    county: County,
    final: pd.DataFrame,
    entered_at: np.ndarray,
    changes: Sequence[Change] = (),
    removed_at: np.ndarray | None = None,
) -> pd.DataFrame:
    """The history of rows whose last content is `final`: its columns, entered_at and replaced_at (NaT: current).

    What is entered or changed after the county's last day is left out, what lies before the go-live was carried over in
    its night. removed_at: when rows are deleted, later than all of their changes (NaT: never).
    """
    entered_at = np.maximum(entered_at.astype(MOMENT), county.migrated_at)
    row, moment = _moments(entered_at, changes, county.ends_at)
    found = final.iloc[row].reset_index(drop=True)
    for change in changes:
        is_early = change.known_at[row] > moment
        if not is_early.any():
            continue
        before = change.before[row] if isinstance(change.before, np.ndarray) else change.before
        for column in change.columns:
            values = found[column].to_numpy()
            found[column] = np.where(is_early, NEVER.astype(MOMENT) if values.dtype.kind == "M" else before, values)
    replaced_at = np.full(len(row), NEVER, dtype=MOMENT)
    is_followed = row[1:] == row[:-1]
    replaced_at[:-1][is_followed] = moment[1:][is_followed]
    if removed_at is not None:
        is_removed = np.isnat(replaced_at) & (removed_at[row] <= county.ends_at)
        replaced_at = np.where(is_removed, removed_at[row].astype(MOMENT), replaced_at)
    return found.assign(entered_at=moment, replaced_at=replaced_at)


def _moments(
    entered_at: np.ndarray, changes: Sequence[Change], ends_at: np.datetime64
) -> tuple[np.ndarray, np.ndarray]:
    """The rows and moments at which a version begins, in order: the last of each row and day."""
    rows = [np.arange(len(entered_at))]
    moments = [entered_at]
    for change in changes:
        later = np.flatnonzero(change.known_at > entered_at)
        rows.append(later)
        moments.append(change.known_at[later].astype(MOMENT))
    row, moment = np.concatenate(rows), np.concatenate(moments)
    is_in_file = moment <= ends_at
    row, moment = row[is_in_file], moment[is_in_file]
    order = np.lexsort((moment, row))
    row, moment = row[order], moment[order]
    day = moment.astype(DAY)
    is_followed = np.zeros(len(row), dtype=bool)
    is_followed[:-1] = (row[1:] == row[:-1]) & (day[1:] == day[:-1])
    return row[~is_followed], moment[~is_followed]
