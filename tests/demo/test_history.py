"""The file can be read as of any past day: what had not been entered is absent, what had not happened has no date."""

import sqlite3
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from readiness import demo
from readiness.demo import exampleshire
from readiness.demo.dirt import DIRT, FIRST_EXTRA_KEY
from readiness.demo.history import Change, versions
from readiness.demo.tables import FILLED

ENDS = {
    "ext_contact_decisions": ["decided_at"],
    "ssd_cin_episodes": ["cine_referral_date", "cine_close_date"],
    "ssd_cin_assessments": ["cina_assessment_start_date", "cina_assessment_auth_date"],
    "ssd_cp_plans": ["cppl_cp_plan_start_date", "cppl_cp_plan_end_date"],
    "ssd_contacts": ["cont_contact_date"],
    "ssd_cp_visits": ["cppv_cp_visit_date"],
    "ssd_cin_visits": ["cinv_cin_visit_date"],
    "ssd_cla_visits": ["clav_cla_visit_date"],
    "ssd_involvements": ["invo_involvement_start_date", "invo_involvement_end_date"],
    "ext_absences": ["from_on", "to_on"],
    "ext_record_audit": ["occurred_at", "created_at", "submitted_at", "authorised_at"],
    "ssd_early_help_episodes": ["earl_episode_start_date", "earl_episode_end_date"],
    "ext_strategy_discussions": ["held_at"],
    "ssd_cp_reviews": ["cppr_cp_review_date"],
    "ssd_cin_plans": ["cinp_cin_plan_start_date", "cinp_cin_plan_end_date"],
    "ssd_cla_episodes": ["clae_cla_episode_start_date", "clae_cla_episode_ceased_date"],
    "ssd_cla_reviews": ["clar_cla_review_date"],
    "ext_supervision_sessions": ["recorded_at"],
    "ext_supervision_actions": ["closed_on"],
    "ext_call_intervals": ["interval_start"],
    "ext_police_notifications": ["incident_at", "sent_at", "received_at"],
    "ext_medicals": ["requested_at", "examined_at", "report_received_at"],
    "ext_emergency_handovers": ["received_at", "first_action_at", "recorded_at", "handed_over_at"],
    "ext_practice_audits": ["audited_on"],
    "ext_survey_results": ["asked_on"],
    "ext_person_merges": ["merged_on"],
    "ext_restricted_records": ["from_on"],
}
KEYS = {
    "ext_record_audit": ["record_id"],
    "ext_call_intervals": ["queue", "interval_start"],
    "ext_survey_results": ["survey_id", "question"],
}


def as_of(connection: sqlite3.Connection, table: str, day: str) -> pd.DataFrame:
    """The rows of a table at the end of a day."""
    moment = f"{day} 23:59:59"
    return pd.read_sql(
        f"select * from {table}_history where entered_at <= ? and (replaced_at is null or replaced_at > ?)",
        connection, params=(moment, moment),
    ).drop(columns=["entered_at", "replaced_at"])  # fmt: skip


@pytest.mark.parametrize("table", FILLED)
def test_the_view_shows_the_last_day_of_the_file(small: sqlite3.Connection, table: str):
    view = pd.read_sql(f"select * from {table}", small)
    pd.testing.assert_frame_equal(view, as_of(small, table, "2026-11-06"))


@pytest.mark.parametrize("table", FILLED)
def test_a_past_day_shows_less_than_a_later_one(small: sqlite3.Connection, table: str):
    counts = [len(as_of(small, table, day)) for day in ("2024-05-31", "2025-06-30", "2026-11-03")]
    assert counts == sorted(counts)
    if table not in ("ssd_department", "ssd_professionals"):
        assert counts[0] < counts[-1]


@pytest.mark.parametrize("table", FILLED)
def test_versions_of_a_row_follow_each_other_without_overlap(small: sqlite3.Connection, table: str):
    rows = pd.read_sql(f"select * from {table}_history", small)
    assert (rows.replaced_at.isna() | (rows.replaced_at > rows.entered_at)).all()
    key = KEYS.get(table, [rows.columns[0]])
    twice = {dirt.table for dirt in DIRT if dirt.how in ("copy", "twin")}
    has_key = (rows[key].notna() & (rows[key].astype(str).apply(lambda values: values.str.strip()) != "")).all(axis=1)
    rows = rows[has_key].sort_values([*key, "entered_at"])
    next_one = rows.groupby(key).entered_at.shift(-1)
    overlaps = next_one.notna() & (rows.replaced_at.isna() | (rows.replaced_at > next_one))
    allowed = sum(dirt.count for dirt in DIRT if dirt.table == table and dirt.how in ("copy", "twin"))
    assert overlaps.sum() == allowed if table in twice else not overlaps.any()


@pytest.mark.parametrize("day", ["2024-06-15", "2025-12-24", "2026-11-03"])
@pytest.mark.parametrize("table", ENDS)
def test_nothing_that_happened_later_is_known(small: sqlite3.Connection, table: str, day: str):
    rows = as_of(small, table, day)
    for column in ENDS[table]:
        said = pd.to_datetime(rows[column], format="ISO8601", errors="coerce").dropna()
        assert (said <= f"{day} 23:59:59").all(), column


@pytest.mark.parametrize("day", ["2024-07-01", "2026-06-30"])
def test_who_is_spoken_of_on_a_day_is_known_on_that_day(small: sqlite3.Connection, day: str):
    children = set(as_of(small, "ssd_person", day).pers_person_id)
    children |= set(as_of(small, "ext_person_merges", day).merged_person_id)
    workers = set(as_of(small, "ssd_professionals", day).prof_professional_id)
    referrals = set(as_of(small, "ssd_cin_episodes", day).cine_referral_id)
    found = as_of(small, "ssd_involvements", day)
    found = found[~found.invo_involvements_id.str.startswith(str(FIRST_EXTRA_KEY)[:3])]
    assert set(found.invo_person_id) <= children
    assert set(found.invo_professional_id) <= workers
    assert set(found.invo_referral_id) <= referrals
    visits = as_of(small, "ssd_cin_visits", day)
    assert set(visits.cinv_person_id) <= children


def test_late_entries_change_what_a_past_month_shows(today: sqlite3.Connection):
    """Visits of September 2026, as known at its end and a month later."""
    counts = [
        as_of(today, "ssd_cin_visits", day).cinv_cin_visit_date.str.startswith("2026-09").sum()
        for day in ("2026-09-30", "2026-10-31")
    ]
    assert counts[0] < 0.97 * counts[1]


def test_a_row_is_entered_open_and_closed_later(today: sqlite3.Connection):
    history = pd.read_sql("select * from ssd_cin_assessments_history", today)
    first = history.sort_values("entered_at").drop_duplicates("cina_assessment_id")
    native = first[~first.cina_assessment_id.fillna("").str.startswith("99")]
    finished_at_entry = native.cina_assessment_auth_date.notna().mean()
    assert finished_at_entry < 0.08  # those begun and authorised on one day


def test_changes_of_one_day_are_one_version_and_those_after_the_file_none():
    county = exampleshire()
    moments = [np.array([moment], dtype="datetime64[s]") for moment in (
        "2026-03-02T09:00:00", "2026-03-02T16:00:00", "2026-03-05T10:00:00", "2026-12-24T10:00:00")]  # fmt: skip
    entered_at, same_day, later, after_the_end = moments
    final = pd.DataFrame({"id": ["1"], "a": ["said"], "b": ["said"], "c": ["said"]})
    found = versions(
        county,
        final,
        entered_at,
        [Change(("a",), same_day), Change(("b",), later, "before"), Change(("c",), after_the_end)],
    )
    assert found[["a", "b", "c"]].to_numpy().tolist() == [["said", "before", None], ["said", "said", None]]
    assert list(found.entered_at) == [pd.Timestamp("2026-03-02 16:00"), pd.Timestamp("2026-03-05 10:00")]
    assert found.replaced_at[0] == found.entered_at[1] and pd.isna(found.replaced_at[1])


def test_the_history_tables_have_the_columns_of_the_case_system(small: sqlite3.Connection):
    declared = sqlite3.connect(":memory:")
    declared.executescript(Path(demo.__file__).with_name("case_system.sql").read_text(encoding="utf-8"))
    for table in FILLED:
        expected = [row[1:3] for row in declared.execute(f"pragma table_info({table})")]
        found = [row[1:3] for row in small.execute(f"pragma table_info({table}_history)")]
        assert found[:-2] == expected
        assert [name for name, _ in found[-2:]] == ["entered_at", "replaced_at"]
        assert [row[1] for row in small.execute(f"pragma table_info({table})")] == [name for name, _ in expected]
