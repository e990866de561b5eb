"""Changing rows of a history table once they are text: what somebody at a keyboard does to them."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

KEYS = {"ext_record_audit": "record_id", "ext_call_intervals": "interval_start"}
"""Key columns that are not the first of their table. Record ids are unique over all record types here, and there is one
queue."""


@dataclass
class Sheet:
    """The rows of one history table. Chosen are rows entered from the day `since` on and before the day `before` that
    are current; one that was once chosen is not chosen again, so that two edits never meet."""

    table: str
    rows: pd.DataFrame
    since: str
    before: str
    rng: np.random.Generator
    chosen: set[str] = field(default_factory=set)
    added: list[pd.DataFrame] = field(default_factory=list)

    @property
    def key(self) -> str:
        return KEYS.get(self.table, self.rows.columns[0])

    @cached_property
    def _is_candidate(self) -> np.ndarray:
        entered_at = self.rows.entered_at.to_numpy()
        return self.rows.replaced_at.isna().to_numpy() & (entered_at >= self.since) & (entered_at < self.before)

    def choose(self, count: int, is_fit: np.ndarray) -> pd.DataFrame:
        """Up to `count` candidates that are fit."""
        places = np.flatnonzero(self._is_candidate & is_fit)
        places = places[~self.rows[self.key].iloc[places].isin(self.chosen).to_numpy()]
        found = self.rows.iloc[np.sort(self.rng.choice(places, min(count, len(places)), replace=False))]
        self.chosen |= set(found[self.key])
        return found

    def alter(self, chosen: pd.DataFrame, column: str, values: list[object]) -> None:
        """Let the chosen rows say this in every version that says anything there, as if they always had."""
        by_key = dict(zip(chosen[self.key], values, strict=True))
        versions = self.rows[self.rows[self.key].isin(by_key)]
        versions = versions[versions[column].notna() | versions.index.isin(chosen.index)]
        self.rows.loc[versions.index, column] = pd.Series(versions[self.key].map(by_key), dtype=object)

    def replace(self, index: int, moment: str, **changes: object) -> None:
        """From this moment on the row says something else."""
        self.added.append(self.rows.loc[[index]].assign(**changes, entered_at=moment))
        self.remove(index, moment)

    def remove(self, index: int, moment: str) -> None:
        self.rows.loc[index, "replaced_at"] = moment

    def add(self, rows: pd.DataFrame) -> None:
        self.added.append(rows)

    def finished(self) -> pd.DataFrame:
        return pd.concat([self.rows, *self.added], ignore_index=True)[list(self.rows.columns)]


def moved(text: str, days: int) -> str:
    """A date or moment in ISO text, days later (or earlier, if negative), in the form it had."""
    moment = np.datetime64(text.replace(" ", "T")) + np.timedelta64(days, "D")
    return str(moment).replace("T", " ")
