"""Whether the corrections still fit what the source says, and which were applied: known.corrections."""

from datetime import datetime

import pandas as pd

from readiness.clocks.corrections import FILE, Correction
from readiness.clocks.history import History, current_at
from readiness.clocks.schemas import Schemas
from readiness.errors import ReadinessError
from readiness.periods import day_of
from readiness.warehouse import moment_literal

APPLIED = {
    "feed": "text",
    "column_name": "text",
    "reason": "text",
    "owner": "text",
    "decided_on": "date",
    "rows": "bigint",
}


class CorrectionUnfit(ReadinessError):
    """A correction that makes a row which the gate would hold back."""


class CorrectionOutdated(ReadinessError):
    """A correction whose row or value the source no longer has."""


def note_corrections(history: History, as_at: datetime, schemas: Schemas) -> None:
    """known.corrections: feed, column_name, reason, owner, decided_on, rows (how many it changed). Raises
    CorrectionOutdated for one in force whose guard no longer holds, CorrectionUnfit for one that makes a bad row."""
    rows = []
    for number, correction in enumerate(history.corrections, start=1):
        if correction.is_effective_on(day_of(as_at)):
            changed = _rows_of(history, correction, number, as_at)
            said = (correction.feed, correction.column, correction.reason, correction.owner, correction.decided_on)
            rows.append((*said, changed))
    frame = pd.DataFrame(rows, columns=list(APPLIED))
    history.warehouse.load(schemas.table("known.corrections"), frame, APPLIED)


def _rows_of(history: History, correction: Correction, number: int, as_at: datetime) -> int:
    feed, moment = correction.feed, history.readable_at(correction.feed, as_at)
    versions = _versions(history, correction, moment)
    current = versions[versions.is_current]
    where = f"{FILE}, correction {number} ({feed}, {correction.column})"
    if len(current) and current.is_guarded.all():
        _must_pass_the_gate(history, correction, as_at, where)
        return len(current)
    if versions.empty and len(_versions(history, correction, datetime.max)):
        return 0  # its row came later
    if versions.empty:
        raise CorrectionOutdated(
            f"{where}: no row with that key was ever loaded. Look at the key, which holds keyed hashes as in "
            f"records.{feed}, or take the correction out."
        )
    if current.empty:
        raise CorrectionOutdated(
            f"{where}: its row is gone from the source. Retire the correction: "
            f"retired_on: {day_of(versions.known_to.max())}."
        )
    if not versions.is_guarded.any():
        raise CorrectionOutdated(
            f"{where}: the source never had the value that instead_of names{_shown(correction, history)}. "
            "Look at instead_of, or take the correction out."
        )
    mended = versions.known_from[versions.known_from > versions.known_from[versions.is_guarded].max()].min()
    raise CorrectionOutdated(
        f"{where}: the source no longer has the value that instead_of names{_shown(correction, history)}. "
        f"Retire the correction: retired_on: {day_of(mended)}."
    )


def _must_pass_the_gate(history: History, correction: Correction, as_at: datetime, where: str) -> None:
    """A corrected row that the gate would have held back must not come in by another door."""
    # Great Expectations takes seconds to import, which counting without a correction can do without.
    from readiness.gate import broken_critical_rules

    contract = history.contracts[correction.feed]
    rows = f"select * from ({history.rows(correction.feed, as_at)}) as corrected"
    frame = history.warehouse.query(f"{rows} where {correction.is_its_row(contract)}")
    if broken := broken_critical_rules(frame, contract, day_of(as_at)):
        raise CorrectionUnfit(f"{where}: with it the row breaks a critical rule. {' '.join(broken)} Look at its value.")


def _versions(history: History, correction: Correction, moment: datetime) -> pd.DataFrame:
    """The versions of its row up to a moment: known_from, known_to, is_current, is_guarded."""
    feed, contract = correction.feed, history.contracts[correction.feed]
    existing = history.stored.get(f"records.{feed}")
    if feed not in history.first_batches or not existing:
        return pd.DataFrame(columns=["known_from", "known_to", "is_current", "is_guarded"])
    # A column that the contract has gained since the last load holds nothing yet.
    columns = [
        f"cast({name if name in existing else 'null'} as {kind}) as {name}" for name, kind in contract.physical.items()
    ]
    found = history.warehouse.query(
        f"select known_from, known_to, ({current_at(moment)}) as is_current, "
        f"({correction.is_guarded(contract)}) as is_guarded "
        f"from (select {', '.join(columns)}, known_from, known_to from records.{feed}) as versions "
        f"where {correction.is_its_row(contract)} and known_from <= {moment_literal(moment)}"
    )
    return found.astype({"is_current": bool, "is_guarded": bool})


def _shown(correction: Correction, history: History) -> str:
    """The value, where the contract says that it is nobody's: a listed code of a column that is not personal."""
    column = history.contracts[correction.feed].columns[correction.column]
    if column.personal or correction.instead_of not in (column.codes or ()):
        return ""
    return f" ({correction.instead_of})"
