"""From one feed's batch to what is said of it. By pandas on the frame; nothing of a row leaves here but counts."""

from collections.abc import Mapping

import pandas as pd

from readiness.contracts import Contract
from readiness.profile import Profile
from readiness.source_check.bulk import bulk_loads
from readiness.source_check.dates import date_columns
from readiness.source_check.limits import limits_of
from readiness.source_check.model import CodeColumn, FeedCheck, MissingColumn
from readiness.source_check.months import kinds_of, months_of
from readiness.source_check.places import Places, places_of
from readiness.sources import Batch
from readiness.sources.batch import SENTINEL, UNLISTED, UNREADABLE


def unread(contract: Contract, system: str, state: str, **more: object) -> FeedCheck:
    """A feed of which there is nothing to profile; `system` is whose words would be read."""
    return FeedCheck(
        feed=contract.feed,
        description=contract.description,
        owner=contract.owner,
        is_optional=contract.is_optional,
        state=state,
        system=system,
        tables=places_of(system, contract.feed).tables,
        limit=limits_of(system).feeds.get(contract.feed),
        **more,
    )


def profiled(batch: Batch, contract: Contract, profile: Profile) -> FeedCheck:
    """A feed as its batch shows it."""
    if batch.is_absent:
        return unread(contract, batch.system, "absent", missing_tables=batch.missing_tables)
    frame, places = batch.frame, places_of(batch.system, contract.feed)
    missing = _missing_columns(batch, contract, places)
    is_whole = not batch.missing_tables and all(column.why in ("empty", "not_carried") for column in missing)
    key = list(contract.key)
    has_key = frame[key].notna().all(axis=1)
    keyed = frame.loc[has_key, [*key, "row_digest"]]
    repeated = keyed[keyed.duplicated(key, keep=False)]
    return unread(
        contract,
        batch.system,
        "read" if is_whole else "partly",
        missing_tables=batch.missing_tables,
        missing_columns=missing,
        unknown_columns=batch.unknown_columns,
        rows=len(frame),
        keys=len(keyed) - int(keyed.duplicated(key).sum()),
        repeated_keys=len(repeated) - int(repeated.duplicated(key).sum()),
        copies=int(frame.row_digest.duplicated().sum()),
        rows_without_key=int((~has_key).sum()),
        held_back=int(_is_held_back(frame, contract, repeated).sum()),
        months=months_of(frame, contract, profile, batch.day),
        kinds=kinds_of(frame, contract, profile, batch.day),
        dates=date_columns(frame, contract, batch.day),
        codes=_code_columns(frame, contract),
        bulk_loads=bulk_loads(frame, contract),
    )


def _missing_columns(batch: Batch, contract: Contract, places: Places) -> tuple[MissingColumn, ...]:
    """The contract's columns that have no value in this source, in order."""
    found = []
    for name, column in contract.columns.items():
        place = places.columns.get(name)
        if why := _why_missing(batch, contract, places, name):
            found.append(MissingColumn(name=name, meaning=column.meaning, place=place, why=why))
    return tuple(found)


def _why_missing(batch: Batch, contract: Contract, places: Places, name: str) -> str | None:
    if name in batch.missing_columns:
        return "lacking"
    if places.columns.get(name, "").partition(".")[0] in batch.missing_tables:
        return "hollow"
    if _is_empty(batch.frame, contract, name):
        return "not_carried" if name in places.void else "empty"
    return None


def _is_empty(frame: pd.DataFrame, contract: Contract, name: str) -> bool:
    """Whether there are rows and none has a value."""
    is_marked = any(name + marker in frame for marker in (UNREADABLE, UNLISTED, SENTINEL))
    return len(frame) > 0 and not is_marked and not frame[contract.on(name)].notna().any()


def _is_held_back(frame: pd.DataFrame, contract: Contract, repeated: pd.DataFrame) -> pd.Series:
    """Rows that break the contract by themselves, or share their key with a row that differs."""
    held = pd.Series(False, index=frame.index)
    for name, column in contract.columns.items():
        if column.required or name in contract.key:
            held |= frame[contract.on(name)].isna()
        if name + UNREADABLE in frame:
            held |= frame[name + UNREADABLE]
    variants = repeated.groupby(list(contract.key)).row_digest.transform("nunique")
    held.loc[variants.index[variants > 1]] = True
    return held


def _code_columns(frame: pd.DataFrame, contract: Contract) -> tuple[CodeColumn, ...]:
    listed: Mapping[str, tuple[str, ...]] = {n: c.codes for n, c in contract.columns.items() if c.codes}
    found = []
    for name, column in contract.columns.items():
        values = frame.get(name)
        if name in listed:
            filled = values.notna()
            unlisted = int((filled & ~values.isin(listed[name])).sum())
            found.append(CodeColumn(name=name, meaning=column.meaning, filled=int(filled.sum()), unlisted=unlisted))
        elif column.type == "flag":
            unlisted = int(frame[name + UNLISTED].sum()) if name + UNLISTED in frame else 0
            filled = int(values.notna().sum()) + unlisted
            found.append(CodeColumn(name=name, meaning=column.meaning, filled=filled, unlisted=unlisted))
    return tuple(found)
