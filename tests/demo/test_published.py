"""The county has the volume, the durations and the season of the published figures for the year to March 2024."""

import sqlite3
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.demo.conftest import SCALE
from tests.demo.measures import read, working_days

PUBLISHED = Path(__file__).parents[2] / "authority" / "published"
MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
          "december"]  # fmt: skip
YEARS = [("2024-11-01", "2025-11-01"), ("2025-11-01", "2026-11-01")]


def published(name: str) -> pd.Series:
    rows = pd.read_csv(PUBLISHED / f"{name}.csv")
    return rows[(rows.area_name == "Staffordshire") & (rows.year_ending == "2024-03-31")].iloc[0]


def in_year(moments: pd.Series, year: tuple[str, str]) -> pd.Series:
    return moments[(moments >= year[0]) & (moments < year[1])]


@pytest.mark.parametrize("year", YEARS)
def test_a_year_has_as_many_referrals_as_published_within_3_percent(today: sqlite3.Connection, year):
    made = in_year(read(today, "ssd_cin_episodes", "cine_referral_date").cine_referral_date, year)
    assert len(made) / SCALE == pytest.approx(published("referrals_by_month").referrals, rel=0.03)


@pytest.mark.parametrize("year", YEARS)
def test_a_year_has_as_many_assessments_as_published_within_5_percent(today: sqlite3.Connection, year):
    done = in_year(read(today, "ssd_cin_assessments", "cina_assessment_auth_date").cina_assessment_auth_date, year)
    assert len(done) / SCALE == pytest.approx(published("assessment_durations").assessments_completed, rel=0.05)


def test_enquiries_and_conferences_are_as_many_as_published_within_8_percent(today: sqlite3.Connection):
    figures = published("section47_and_conferences")
    enquiries = read(today, "ssd_s47_enquiry", "s47e_s47_start_date").s47e_s47_start_date
    conferences = read(today, "ssd_initial_cp_conference", "icpc_icpc_date").icpc_icpc_date
    years = 30 / 12
    assert (enquiries < "2026-11-01").sum() / SCALE / years == pytest.approx(figures.section47, rel=0.08)
    assert (conferences < "2026-11-01").sum() / SCALE / years == pytest.approx(figures.icpc, rel=0.08)


def test_contacts_visits_and_plans_are_as_many_as_the_size_says(today: sqlite3.Connection):
    contacts = read(today, "ssd_contacts", "cont_contact_date").cont_contact_date
    assert len(in_year(contacts, YEARS[1])) / SCALE == pytest.approx(43_000, rel=0.03)
    visits = pd.concat(
        [
            read(today, "ssd_cp_visits", "cppv_cp_visit_date").cppv_cp_visit_date,
            read(today, "ssd_cin_visits", "cinv_cin_visit_date").cinv_cin_visit_date,
            read(today, "ssd_cla_visits", "clav_cla_visit_date").clav_cla_visit_date,
        ]
    )
    assert len(in_year(visits, YEARS[1])) / SCALE == pytest.approx(75_000, rel=0.08)
    plans = read(today, "ssd_cp_plans", "cppl_cp_plan_start_date", "cppl_cp_plan_end_date")
    for day in ("2025-03-31", "2026-03-31"):
        is_open = (plans.cppl_cp_plan_start_date <= day) & ~(plans.cppl_cp_plan_end_date <= day)
        assert is_open.sum() / SCALE == pytest.approx(654, rel=0.12)


def test_assessments_last_as_long_as_published_within_two_percentage_points_in_every_bin(today: sqlite3.Connection):
    rows = read(today, "ssd_cin_assessments", "cina_assessment_start_date", "cina_assessment_auth_date")
    rows = rows[rows.cina_assessment_auth_date >= max("2024-11-01", rows.cina_assessment_start_date.min().isoformat())]
    rows = rows[rows.cina_assessment_auth_date >= rows.cina_assessment_start_date]
    days = working_days(rows.cina_assessment_start_date, rows.cina_assessment_auth_date)
    counted, _ = np.histogram(days, bins=[0, 1, 11, 21, 31, 41, 46, 51, 61, 10_000])
    figures = published("assessment_durations")
    bins = figures["same_day":"61_plus_days"].to_numpy(dtype=float)
    np.testing.assert_allclose(counted / counted.sum() * 100, bins / bins.sum() * 100, atol=2)
    assert np.median(days) == pytest.approx(figures.median_days, abs=2)


@pytest.mark.parametrize("year", YEARS)
def test_referrals_follow_the_published_season_within_6_percent_in_every_month(today: sqlite3.Connection, year):
    made = in_year(read(today, "ssd_cin_episodes", "cine_referral_date").cine_referral_date, year)
    counted = made.dt.month.value_counts().sort_index().to_numpy() / SCALE
    figures = published("referrals_by_month")[MONTHS].to_numpy(dtype=float)
    np.testing.assert_allclose(counted, figures, rtol=0.06)


def test_conferences_are_held_as_soon_as_published_within_four_percentage_points(today: sqlite3.Connection):
    rows = read(today, "ssd_initial_cp_conference", "icpc_icpc_date").merge(
        read(today, "ssd_s47_enquiry", "s47e_s47_start_date"),
        left_on="icpc_s47_enquiry_id", right_on="s47e_s47_enquiry_id",
    )  # fmt: skip
    share = (working_days(rows.s47e_s47_start_date, rows.icpc_icpc_date) <= 15).mean()
    figures = published("section47_and_conferences")
    expected = (figures.duration_0_to_10_days + figures.duration_11_to_15_days) / figures.icpc
    assert share == pytest.approx(expected, abs=0.04)


def test_children_come_back_within_twelve_months_as_often_as_published_within_2_percentage_points(
    today: sqlite3.Connection,
):
    rows = read(today, "ssd_cin_episodes", "cine_referral_date").dropna(subset=["cine_referral_date", "cine_person_id"])
    rows = rows.drop_duplicates("cine_referral_id").sort_values(["cine_person_id", "cine_referral_date"])
    days_since = (
        rows.groupby("cine_person_id").cine_referral_date.diff().dt.days[rows.cine_referral_date >= "2025-11-01"]
    )
    assert (days_since <= 365).mean() * 100 == pytest.approx(14.1, abs=2)
