"""The tables of the case system, read from `case_system.sql`, and their rows as SQLite keeps them.

For each table that the demo fills there is `<table>_history` with the same columns and entered_at, replaced_at (empty:
current), and a view under the table's own name that shows the last state in the file.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

FILLED = (
    "ssd_person", "ext_person_details", "ssd_contacts", "ext_contact_decisions", "ssd_cin_episodes",
    "ssd_cin_assessments", "ext_assessment_details", "ssd_s47_enquiry", "ssd_initial_cp_conference", "ssd_cp_plans",
    "ssd_cp_visits", "ssd_cin_visits", "ssd_cla_visits", "ssd_involvements", "ssd_professionals", "ext_workforce",
    "ext_absences", "ssd_department", "ext_supervision_sessions", "ext_record_audit", "ext_system_outages",
    "ssd_early_help_episodes", "ssd_assessment_factors", "ext_strategy_discussions", "ssd_cp_reviews", "ssd_cin_plans",
    "ssd_cla_episodes", "ssd_cla_reviews", "ext_supervision_actions", "ext_call_intervals", "ext_police_notifications",
    "ext_medicals", "ext_emergency_handovers", "ext_practice_audits", "ext_survey_results", "ext_person_merges",
    "ext_restricted_records", "ext_staff_ids",
)  # fmt: skip

DATES_ONLY = {"clav_cla_visit_date", "invo_involvement_start_date", "invo_involvement_end_date", "pers_dob"}
"""Moments that this case system stores as a date; the others without a time of day stand at midnight."""


@dataclass(frozen=True)
class Table:
    """A table of the case system: its columns with their SQL types, in order."""

    name: str
    columns: dict[str, str]

    @property
    def history(self) -> str:
        return f"{self.name}_history"

    def create_statements(self) -> tuple[str, str]:
        """The history table, and the view of its current rows."""
        columns = {**self.columns, "entered_at": "timestamp not null", "replaced_at": "timestamp"}
        lines = ",\n    ".join(f'"{name}" {sql_type}' for name, sql_type in columns.items())
        names = ", ".join(f'"{name}"' for name in self.columns)
        return (
            f"create table {self.history} (\n    {lines}\n)",
            f"create view {self.name} as select {names} from {self.history} where replaced_at is null",
        )

    def as_text(self, versions: pd.DataFrame) -> pd.DataFrame:
        """Versions of rows in the columns of the history table, all moments and dates as ISO text, missing as None."""
        found = {name: _as_text(name, sql_type, versions.get(name)) for name, sql_type in self.columns.items()}
        size = len(versions)
        found = {name: np.full(size, None) if values is None else values for name, values in found.items()}
        for name in ("entered_at", "replaced_at"):
            found[name] = _as_text(name, "timestamp", versions[name])
        return pd.DataFrame(found, dtype=object)


@cache
def tables() -> dict[str, Table]:
    """The tables that the demo fills, by name."""
    text = re.sub(r"--[^\n]*", "", Path(__file__).with_name("case_system.sql").read_text(encoding="utf-8"))
    statements = re.findall(r"create table (\w+) \((.*?)\n\);", text, flags=re.DOTALL)
    declared = {name: Table(name, _columns(body)) for name, body in statements}
    return {name: declared[name] for name in FILLED}


def _columns(body: str) -> dict[str, str]:
    lines = [line.strip().rstrip(",") for line in body.strip().splitlines()]
    pairs = (line.split(" ", 1) for line in lines)
    return {name.strip('"'): sql_type for name, sql_type in pairs}


def _as_text(name: str, sql_type: str, values: pd.Series | None) -> np.ndarray | None:
    if values is None:
        return None
    if sql_type.startswith(("timestamp", "date")):
        return iso_text(values.to_numpy(), sql_type == "date" or name in DATES_ONLY)
    found = values.to_numpy(dtype=object)
    return np.where(pd.isna(found), None, found)


def iso_text(values: np.ndarray, date_only: bool = False) -> np.ndarray:
    """Moments as 'YYYY-MM-DD HH:MM:SS' (or the date only), NaT as None."""
    unit = "D" if date_only else "s"
    place, moments = pd.factorize(values.astype(f"datetime64[{unit}]"))  # most moments come more than once
    text = np.datetime_as_string(moments.astype(f"datetime64[{unit}]"))
    if not date_only and len(text):
        letters = text.view("U1").reshape(len(text), -1)
        letters[:, 10] = " "
    return np.append(text.astype(object), None)[place]
