"""Young months and cohorts from records to marts: hand-worked cases, and a county whose late entries are known."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness import clocks, indicators
from readiness.clocks import load_definitions
from readiness.contracts import load_contracts
from readiness.indicators.values import with_youth
from readiness.indicators.young import drifts, started_in_time, young_months
from readiness.profile import Profile
from tests.clocks.history import batches, count, records
from tests.clocks.test_recorded_between import extractions
from tests.indicators.lags import lag_chances

VISITS = ("visit_recorded_in_time", "protection_visit_in_time", "need_visit_in_time")
FEEDS = ("protection_plans", "need_plans", "visits", "protection_visit", "need_visit", "looked_after_visit")
COMPLETE_SINCE = dict.fromkeys((*FEEDS, "section47_visit"), "2025-01")
PROFILE = Profile(name="Testshire", inspection="none", first_complete_month=COMPLETE_SINCE)

OLD, YOUNG, AS_AT = date(2025, 12, 1), date(2026, 3, 26), date(2026, 3, 27)
"""A Monday, a Thursday, and the Friday after it."""

MADE = [(OLD, 0, 18), (OLD, 2, 6), (YOUNG, 0, 9), (YOUNG, 1, 3)]
"""Event day, days to the record, records. Monday to Wednesday is two working days too.

u = 2: 6 of the 24 old enough, F(1) = 1 - 6/24 = 0.75. March: 12 recorded at age 1, 12 / 0.75 = 16 expected.
To come M = 4, variance 12 x 0.25 / 0.5625 + 6 / (24 x 18) x 16^2 = 5.3333 + 3.5556 = 8.8889;
(2 +- 1.959964 x sqrt(8.8889 / 4) / 2)^2 = 0.2907 and 11.9774: 12 / 23.9774 = 50.047 %, 12 / 12.2907 = 97.635 %.
Within one working day: 12 of 12 so far, 12 of 16 in the end.
"""


def entries(made: Iterable[tuple[date, int, int]]) -> list[dict]:
    return [
        {
            "record_type": "protection_visit",
            "record_id": f"{day} {lag} {number}",
            "child_id": "c",
            "occurred_on": day,
            "created_on": day + timedelta(days=lag),
            "created_at": datetime.combine(day + timedelta(days=lag), datetime.min.time().replace(hour=10)),
            "known_from": AS_AT,
        }
        for day, lag, records_made in made
        for number in range(records_made)
    ]


def young(warehouse, indicator: str) -> dict[str, dict]:
    """Rows of marts.young_months by month."""
    rows = warehouse.query(f"select * from marts.young_months where indicator = '{indicator}'").to_dict("records")
    return {row["month"]: row for row in rows}


def test_a_young_month_by_hand(warehouse):
    batches(warehouse, AS_AT)
    records(warehouse, "record_audit", entries(MADE))
    count(warehouse, AS_AT, VISITS, PROFILE)
    found = young(warehouse, "visit_recorded_in_time")
    assert found.keys() == {"2025-12", "2026-03"}
    march, december = found["2026-03"], found["2025-12"]
    assert (march["state"], march["basis"], march["unit"], march["is_young"]) == ("known", "stamped", "working_days", 1)
    assert (march["recorded"], march["records"], march["beyond"], march["limit_value"]) == (12, 36, 0, 1)
    assert march["completeness"] == pytest.approx(75)
    assert (march["completeness_lower"], march["completeness_upper"]) == pytest.approx((50.047, 97.635), abs=1e-3)
    assert (march["naive"], march["value"]) == pytest.approx((100, 75))
    assert march["lower"] < 75 < march["upper"] < 100
    assert (december["completeness"], december["naive"], december["value"]) == pytest.approx((100, 75, 75))
    assert not december["is_young"]


def test_a_duty_to_visit_is_as_young_as_the_visits_of_its_kind(warehouse):
    """Reckoned in days, which come to the same here; no share is corrected, for the duty is no recording lag."""
    batches(warehouse, AS_AT)
    records(warehouse, "record_audit", entries(MADE))
    known = {"child_id": "c", "known_from": AS_AT}
    records(warehouse, "protection_plans", [{"plan_id": "p", "started_on": OLD} | known])
    records(warehouse, "need_plans", [{"plan_id": "p", "started_on": OLD} | known])
    kinds = ("protection", "need")
    records(warehouse, "visits", [{"visit_kind": k, "visit_id": "v", "visited_on": YOUNG} | known for k in kinds])
    count(warehouse, AS_AT, VISITS, PROFILE)
    march = young(warehouse, "protection_visit_in_time")["2026-03"]
    assert (march["unit"], march["completeness"], march["is_young"]) == ("days", pytest.approx(75), 1)
    assert pd.isna(march["value"])
    assert young(warehouse, "need_visit_in_time") == {}


def test_a_day_that_the_extraction_cut_short_is_not_looked_at(duckdb_warehouse):
    """The same at noon on Saturday, when one entry more had come in: Friday is the last whole day still."""
    warehouse, noon = duckdb_warehouse, datetime(2026, 3, 28, 12)
    batches(warehouse, AS_AT)
    warehouse.run("update records.batches set extracted_at = timestamp '2026-03-28 12:00:00'")
    records(warehouse, "record_audit", entries([*MADE, (YOUNG, 2, 1)]))
    definitions = load_definitions().only(VISITS)
    clocks.know(warehouse, load_contracts(), PROFILE, noon)
    clocks.build(warehouse, definitions, PROFILE)
    indicators.build(warehouse, definitions)
    march = young(warehouse, "visit_recorded_in_time")["2026-03"]
    assert (march["recorded"], march["completeness"]) == (12, pytest.approx(75))


def test_delays_of_long_ago_are_not_looked_at(warehouse):
    """Two years and a quarter before March 2026 is December 2023. The rest of the month before it is left alone."""
    batches(warehouse, AS_AT)
    records(warehouse, "record_audit", entries([(date(2023, 11, 30), 1, 3), (date(2023, 12, 1), 1, 2), *MADE]))
    long_complete = PROFILE.model_copy(update={"first_complete_month": dict.fromkeys(COMPLETE_SINCE, "2023-01")})
    count(warehouse, AS_AT, VISITS, long_complete)
    found = warehouse.query(
        "select month, sum(count) as records from marts.recording_lags "
        "where indicator = 'visit_recorded_in_time' group by month order by month"
    )
    assert dict(zip(found.month, found.records, strict=True)) == {"2023-12": 2, "2025-12": 24, "2026-03": 12}
    assert warehouse.value("select numerator from marts.indicator_values where month = '2023-11' limit 1") == 3


@pytest.mark.parametrize(("missed", "upper"), [(set(), 97.635), ({date(2025, 12, 2)}, 100)])
def test_where_nobody_stamps_entries_they_lie_between_two_extractions(warehouse, missed, upper):
    """With an extraction every day it is as if stamped. Without that of 2 December, six entries were made after one day
    or two: had all been made after one, nothing would be missing from March."""
    since = OLD - timedelta(days=3)
    days = [since + timedelta(days=n) for n in range((AS_AT - since).days + 1)]
    extractions(
        warehouse, {feed: [day for day in days if day not in missed] for feed in ("visits", "protection_plans")}
    )
    visits = [
        {"visit_kind": "protection", "visit_id": f"{day} {lag} {number}", "visited_on": day}
        | {"child_id": "c", "known_from": day + timedelta(days=lag)}
        for day, lag, made in [*MADE, (since - timedelta(days=9), 9, 5)]
        for number in range(made)
    ]
    records(warehouse, "visits", visits)
    records(warehouse, "protection_plans", [{"plan_id": "p", "child_id": "c", "started_on": OLD, "known_from": since}])
    count(warehouse, AS_AT, ("protection_visit_in_time",), PROFILE)
    found = young(warehouse, "protection_visit_in_time")
    assert found.keys() == {"2025-12", "2026-03"}
    march = found["2026-03"]
    assert (march["basis"], march["completeness"]) == ("seen", pytest.approx(75))
    assert (march["completeness_lower"], march["completeness_upper"]) == pytest.approx((50.047, upper), abs=1e-3)


def test_the_correction_survives_the_way_through_the_warehouse(warehouse, record_property):
    """Half a year of visits, 60 a day, nearly half recorded late; the truth is known of all that will be recorded."""
    limit, days = 5, 180
    random = np.random.default_rng(20260327)
    made = random.poisson(60 * lag_chances(), (days, 91))
    first = AS_AT - timedelta(days=days - 1)
    rows = [(first + timedelta(days=day), lag, made[day, lag]) for day in range(days) for lag in range(days - day)[:91]]
    batches(warehouse, AS_AT)
    records(warehouse, "record_audit", entries(rows))
    own = {"visit_recorded_in_time": [{"value": limit, "unit": "days"}]}
    profile = Profile(name="Testshire", inspection="none", first_complete_month=COMPLETE_SINCE, limits=own)
    count(warehouse, AS_AT, ("visit_recorded_in_time",), profile)
    found = young(warehouse, "visit_recorded_in_time")["2026-03"]
    march = made[(date(2026, 3, 1) - first).days :]
    truth, complete = 100 * march[:, : limit + 1].sum() / march.sum(), 100 * found["recorded"] / march.sum()
    record_property(
        "summary", f"young month: naive {found['naive']:.1f}, corrected {found['value']:.1f}, true {truth:.1f}"
    )
    assert found["naive"] - truth > 5
    assert abs(found["value"] - truth) < 1
    assert found["lower"] < truth < found["upper"]
    assert abs(found["completeness"] - complete) < 2
    assert found["completeness_lower"] < complete < found["completeness_upper"]


grown_up = st.lists(
    st.tuples(st.sampled_from(["2026-01", "2026-02"]), st.integers(90, 99), st.integers(0, 80), st.integers(1, 40)),
    min_size=1,
    max_size=20,
)


def lags(rows: Iterable[tuple], watched_on: date = date(2026, 6, 30)) -> pd.DataFrame:
    """Rows of marts.recording_lags in days, with a limit of 5: month, age, lag and count."""
    frame = pd.DataFrame(rows, columns=["month", "age_days", "latest_days", "count"])
    return frame.assign(
        indicator="x",
        basis="stamped",
        unit="days",
        limit_value=5,
        watched_on=watched_on,
        earliest_days=frame.latest_days,
    )


@given(grown_up)
@settings(max_examples=30, deadline=None)
def test_with_nothing_young_the_shares_are_the_plain_ones(rows):
    given_rows = lags(rows)
    for row in young_months(given_rows).itertuples():
        of_month = given_rows[given_rows.month == row.month]
        if given_rows["count"].sum() < 30:
            assert (row.state, pd.isna(row.is_young)) == ("too_few", True)
            continue
        share = 100 * of_month["count"][of_month.latest_days <= 5].sum() / of_month["count"].sum()
        assert (row.completeness, row.is_young) == (100, False)
        assert row.naive == pytest.approx(share)
        assert row.value == pytest.approx(share)


def test_no_share_is_corrected_in_a_month_of_two_limits():
    rows = lags([("2026-01", 95, 1, 40), ("2026-02", 95, 1, 40)])
    rows.loc[len(rows)] = rows.iloc[1].to_dict() | {"limit_value": 3}
    january, february = young_months(rows).itertuples()
    assert (january.value, pd.isna(february.value), february.completeness) == (100, True, 100)


def test_a_month_that_too_little_is_on_record_of_is_young_in_every_scope_and_no_other_becomes_mature():
    values = pd.DataFrame(
        [("x", "2026-01", "mature"), ("x", "2026-02", "mature"), ("x", "2026-03", "young"), ("y", "2026-02", "mature")],
        columns=["indicator", "month", "maturity"],
    )
    told = pd.DataFrame({"indicator": ["x"], "month": ["2026-02"]})
    assert list(with_youth(values, told).maturity) == ["mature", "young", "young", "mature"]


def test_an_alarm_names_the_week_of_recording():
    """Ten records a day on the day and two a week late, for 60 weeks; of the last three weeks' events all are late."""
    rows = [("2026-01", age, 0, 10 if age > 20 else 1) for age in range(420)]
    rows += [("2026-01", age, 7, 2 if age > 27 else 12) for age in range(7, 420)]
    (alarm,) = drifts(lags(rows, watched_on=date(2026, 3, 29))).itertuples()
    assert (alarm.state, alarm.side) == ("changed", "more_late")
    assert alarm.week_from_on.weekday() == 0
    assert date(2026, 3, 2) <= alarm.week_from_on <= date(2026, 3, 23)
    assert (alarm.week_to_on - alarm.week_from_on).days == 6
    assert alarm.late > alarm.expected
    (steady,) = drifts(lags([("2026-01", age, 0, 10) for age in range(420)])).itertuples()
    assert (steady.state, pd.isna(steady.week_from_on)) == ("steady", True)


def test_the_share_of_those_started_by_hand(warehouse):
    """Contacts of Monday 1 June 2026, decided after 1, 1, 2 and 5 working days; one of Wednesday is open for 3.

    Kaplan and Meier at one working day: 5 at risk, 2 decided: 40 %. Those decided alone would say 2 of 4.
    """
    since = dict.fromkeys(("contacts", "contact_decisions"), "2026-01")
    batches(warehouse, date(2026, 6, 8))
    days = [(1, 2), (1, 2), (1, 3), (1, 8), (3, None)]
    known = {"known_from": date(2026, 6, 8)}
    contacts, decisions = [], []
    for number, (received, decided) in enumerate(days):
        received_on = date(2026, 6, received)
        contacts.append({"contact_id": f"k{number}", "child_id": "c", "contact_on": received_on} | known)
        decided_on = decided and date(2026, 6, decided)
        decisions.append({"contact_id": f"k{number}", "received_on": received_on, "decided_on": decided_on} | known)
    records(warehouse, "contacts", contacts)
    records(warehouse, "contact_decisions", decisions)
    profile = Profile(name="Testshire", inspection="none", first_complete_month=since)
    count(warehouse, date(2026, 6, 8), ("contact_decision_in_time",), profile)
    (row,) = warehouse.query("select * from marts.started_in_time").itertuples()
    assert (row.month, row.state, row.started, row.ended, row.open, row.overdue) == ("2026-06", "known", 5, 4, 1, 1)
    assert row.value == pytest.approx(40)
    assert row.lower < 40 < row.upper


def test_what_is_recorded_long_after_it_was_done_is_not_told_by_its_open_cases(warehouse):
    """The day on which a child was seen is often entered at authorisation: until then the child looks unseen."""
    batches(warehouse, date(2026, 6, 8))
    known = {"child_id": "c", "assessment_type": "single", "known_from": date(2026, 6, 8)}
    begun = {"a1": date(2026, 5, 1), "a2": date(2026, 6, 5)}
    records(warehouse, "assessments", [{"assessment_id": id, "started_on": day} | known for id, day in begun.items()])
    profile = Profile(name="Testshire", inspection="none", first_complete_month={"assessments": "2026-01"})
    counted = ("child_seen_in_time", "assessment_from_start_in_time")
    count(warehouse, date(2026, 6, 8), counted, profile)
    assert set(warehouse.query("select distinct indicator from marts.indicator_values").indicator) == set(counted)
    for table in ("marts.looking_ahead", "marts.started_in_time"):
        told = set(warehouse.query(f"select distinct indicator from {table}").indicator)
        assert told == {"assessment_from_start_in_time"}, table


def started(*rows: tuple) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["limit_value", "unit", "elapsed", "ended", "open", "overdue"])
    return frame.assign(indicator="x", month="2026-06")


@pytest.mark.parametrize(
    ("rows", "state"),
    [
        ([(1, "days", 1, 3, 0, 0), (10, "days", 1, 3, 0, 0)], "limits_differ"),
        ([(1, "months", 20, 3, 0, 0)], "limit_in_months"),
        ([(45, "working_days", 10, 3, 0, 0), (45, "working_days", 20, 0, 4, 0)], "not_yet"),
    ],
)
def test_no_share_is_told_of_those_started_where_it_cannot_be(rows, state):
    (row,) = started_in_time(started(*rows)).itertuples()
    assert (row.state, row.started, pd.isna(row.value)) == (state, sum(r[3] + r[4] for r in rows), True)
