"""What was known at a moment: versions, quarantine, and what lies before the first batch."""

from datetime import date

import pandas as pd
import pytest

from readiness.clocks import Schemas
from readiness.errors import ReadinessError
from readiness.periods import day_moment
from readiness.profile import Profile, Teams
from readiness.records.tables import SOURCE_SHAPE_COLUMNS
from tests.clocks.history import PROFILE, batches, count, know, records

MAY, JUNE, JULY = date(2025, 5, 1), date(2025, 6, 2), date(2025, 7, 1)
CONTACT = {"contact_id": "k1", "child_id": "c1", "contact_on": date(2025, 4, 7)}
DECISION = {"contact_id": "k1", "received_on": date(2025, 4, 7)}


def outcomes(warehouse, schema="clocks"):
    found = warehouse.query(f"select subject_id, outcome from {schema}.spans order by subject_id")
    return dict(zip(found.subject_id, found.outcome, strict=True))


def test_a_decision_entered_later_is_not_known_before(warehouse):
    batches(warehouse, MAY)
    records(warehouse, "contacts", [CONTACT | {"known_from": MAY}])
    undecided = DECISION | {"known_from": MAY, "known_to": JUNE}
    decided = DECISION | {"decided_on": date(2025, 4, 8), "known_from": JUNE}
    records(warehouse, "contact_decisions", [undecided, decided])
    count(warehouse, MAY, ("contact_decision_in_time",))
    assert outcomes(warehouse) == {"k1": "overdue"}
    count(warehouse, JUNE, ("contact_decision_in_time",))
    assert outcomes(warehouse) == {"k1": "in_time"}


def test_a_row_gone_from_the_source_is_no_longer_known(duckdb_warehouse):
    batches(duckdb_warehouse, MAY)
    records(duckdb_warehouse, "contacts", [CONTACT | {"known_from": MAY, "known_to": JUNE}])
    know(duckdb_warehouse, MAY)
    assert duckdb_warehouse.value("select count(*) from known.contacts") == 1
    know(duckdb_warehouse, JUNE)
    assert duckdb_warehouse.value("select count(*) from known.contacts") == 0


def test_what_is_known_stays_as_it_was_while_later_batches_arrive(warehouse):
    batches(warehouse, MAY)
    records(warehouse, "contacts", [CONTACT | {"known_from": MAY}])
    records(warehouse, "contact_decisions", [DECISION | {"known_from": MAY}])
    count(warehouse, MAY, ("contact_decision_in_time",))
    june = f"timestamp '{day_moment(JUNE)}'"
    warehouse.run(f"update records.contacts set known_to = {june}")
    warehouse.run(f"insert into records.contacts (contact_id, child_id, known_from) values ('k2', 'c2', {june})")
    assert warehouse.query("select contact_id from known.contacts").contact_id.tolist() == ["k1"]
    assert outcomes(warehouse) == {"k1": "overdue"}


def test_before_the_first_batch_later_rows_are_left_out_and_later_stops_reopened(warehouse):
    batches(warehouse, JULY)
    later = {"contact_id": "k2", "child_id": "c2", "contact_on": date(2025, 6, 20)}
    records(warehouse, "contacts", [CONTACT | {"known_from": JULY}, later | {"known_from": JULY}])
    decided = DECISION | {"decided_on": date(2025, 6, 10), "known_from": JULY}
    records(warehouse, "contact_decisions", [decided])
    count(warehouse, MAY, ("contact_decision_in_time",))
    assert outcomes(warehouse) == {"k1": "overdue"}
    assert warehouse.query("select is_reconstructed from known.moment").is_reconstructed.tolist() == [True]
    count(warehouse, JULY, ("contact_decision_in_time",))
    assert outcomes(warehouse) == {"k1": "late", "k2": "overdue"}
    assert warehouse.query("select is_reconstructed from known.moment").is_reconstructed.tolist() == [False]


def test_a_source_that_says_when_rows_were_recorded_is_taken_at_its_word(duckdb_warehouse):
    batches(duckdb_warehouse, JULY)
    session = {"session_type": "personal", "worker_id": "w1", "held_on": date(2025, 4, 1), "known_from": JULY}
    entered = {"april": date(2025, 4, 2), "june": date(2025, 6, 2), "unsaid": None}
    rows = [session | {"session_id": name, "recorded_on": day} for name, day in entered.items()]
    records(duckdb_warehouse, "supervision_sessions", rows)
    know(duckdb_warehouse, MAY)
    known = duckdb_warehouse.query("select session_id from known.supervision_sessions order by session_id")
    assert known.session_id.tolist() == ["april", "unsaid"]


def test_a_beginning_after_a_reconstructed_as_at_is_no_stop(duckdb_warehouse):
    batches(duckdb_warehouse, JULY)
    worker = {"worker_id": "w1", "started_on": JUNE, "left_on": date(2025, 6, 20), "known_from": JULY}
    records(duckdb_warehouse, "professionals", [worker])
    know(duckdb_warehouse, MAY)
    known = duckdb_warehouse.query("select started_on, left_on from known.professionals").iloc[0]
    assert pd.Timestamp(known.started_on).date() == JUNE
    assert pd.isna(known.left_on)


def test_a_key_in_quarantine_counts_only_while_it_has_no_good_version(warehouse):
    batches(warehouse, MAY)
    records(warehouse, "contacts", [CONTACT | {"known_from": MAY}])
    bad = {"contact_id": "k1", "child_id": "c1", "row_digest": "a", "known_from": MAY}
    conflicting = [{"contact_id": "k2", "row_digest": digest, "known_from": MAY, "known_to": JUNE} for digest in "bc"]
    keyless = [{"row_digest": digest, "known_from": MAY} for digest in "de"]
    records(warehouse, "contacts", [bad, *conflicting, *keyless], table="quarantine")
    know(warehouse, MAY)
    assert warehouse.value("select count(*) from known.quarantined_contacts") == 3
    know(warehouse, JUNE)
    assert warehouse.value("select count(*) from known.quarantined_contacts") == 2


def test_an_absent_feed_takes_only_its_own_indicators_away(duckdb_warehouse):
    batches(duckdb_warehouse, MAY, absent=("contact_decisions",))
    records(duckdb_warehouse, "contacts", [CONTACT | {"known_from": MAY}])
    referral = {"referral_id": "r1", "child_id": "c1", "referred_on": date(2025, 4, 7), "known_from": MAY}
    records(duckdb_warehouse, "referrals", [referral])
    other = {"assessment_id": "a9", "child_id": "c9", "assessment_type": "core", "started_on": date(2025, 4, 7)}
    records(duckdb_warehouse, "assessments", [other | {"known_from": MAY}])
    count(duckdb_warehouse, MAY, ("contact_decision_in_time", "assessment_from_referral_in_time"))
    absent = set(duckdb_warehouse.query("select feed from known.absent_feeds").feed)
    assert "contact_decisions" in absent
    assert not absent & {"contacts", "referrals", "assessments"}
    assert outcomes(duckdb_warehouse) == {"r1": "running"}


def test_a_feed_that_never_had_a_row_counts_as_absent(duckdb_warehouse):
    batches(duckdb_warehouse, MAY)
    referral = {"referral_id": "r1", "child_id": "c1", "referred_on": date(2025, 4, 7), "known_from": MAY}
    records(duckdb_warehouse, "referrals", [referral])
    count(duckdb_warehouse, MAY, ("assessment_from_referral_in_time",))
    assert "assessments" in set(duckdb_warehouse.query("select feed from known.absent_feeds").feed)
    assert outcomes(duckdb_warehouse) == {}


def test_a_column_that_the_source_never_held_takes_its_indicator_away(duckdb_warehouse):
    batches(duckdb_warehouse, MAY)
    assessment = {"assessment_id": "a1", "child_id": "c1", "started_on": date(2025, 4, 7)}
    records(duckdb_warehouse, "assessments", [assessment | {"authorised_on": date(2025, 4, 9), "known_from": MAY}])
    shape = pd.DataFrame({"feed": ["assessments"], "part": ["column"], "name": ["authorised"]})
    duckdb_warehouse.load("records.source_shape", shape)
    count(duckdb_warehouse, MAY, ("parent_views_recorded", "assessment_from_start_in_time"))
    found = duckdb_warehouse.query("select distinct indicator from marts.indicator_values")
    assert found.indicator.tolist() == ["assessment_from_start_in_time"]


def test_another_as_at_is_built_beside_the_current_tables(warehouse):
    batches(warehouse, MAY)
    records(warehouse, "contacts", [CONTACT | {"known_from": MAY}])
    other = {"contact_id": "k2", "received_on": date(2025, 4, 7), "decided_on": date(2025, 4, 7), "known_from": MAY}
    decision = DECISION | {"decided_on": date(2025, 4, 8), "known_from": JUNE}
    records(warehouse, "contact_decisions", [decision, other])
    count(warehouse, JUNE, ("contact_decision_in_time",))
    count(warehouse, MAY, ("contact_decision_in_time",), schemas=Schemas.scratch("asked"))
    assert outcomes(warehouse) == {"k1": "in_time", "k2": "in_time"}
    assert outcomes(warehouse, "asked_clocks") == {"k1": "overdue", "k2": "in_time"}


def test_a_look_back_knows_no_feed_and_no_column_that_came_later(warehouse):
    batches(warehouse, MAY)
    assessment = {"assessment_id": "a1", "child_id": "c1", "started_on": date(2025, 4, 7)}
    records(warehouse, "assessments", [assessment | {"authorised_on": date(2025, 4, 9), "known_from": MAY}])
    records(warehouse, "contact_decisions", [DECISION | {"known_from": JUNE}])
    shape = {"name": ["authorised", "is_parent_views_recorded"], "first_seen_at": [day_moment(MAY), day_moment(JUNE)]}
    shape = pd.DataFrame({"feed": "assessments", "part": "column", "family": "flag"} | shape)
    warehouse.load("records.source_shape", shape, SOURCE_SHAPE_COLUMNS)
    for as_at, is_known in ((MAY, False), (JUNE, True)):
        know(warehouse, as_at)
        columns = warehouse.query("select column_name from known.absent_columns where feed = 'assessments'")
        assert ("is_parent_views_recorded" not in set(columns.column_name)) == is_known
        feeds = warehouse.query("select feed from known.absent_feeds").feed
        assert ("contact_decisions" not in set(feeds)) == is_known


def test_a_look_back_does_not_shorten_the_calendar_of_all(warehouse):
    batches(warehouse, MAY)
    know(warehouse, date(2012, 6, 30))
    assert pd.Timestamp(warehouse.value("select max(on_date) from calendar.days")).year == 2027


def test_nothing_loaded_is_said_in_words(duckdb_warehouse):
    with pytest.raises(ReadinessError, match="Nothing has been loaded"):
        know(duckdb_warehouse, MAY)


@pytest.mark.parametrize(
    ("volumes", "expected"),
    [
        ({1: 40, 2: 100, 3: 100, 4: 100}, date(2025, 2, 1)),
        ({1: 50, 2: 100, 3: 100, 4: 100}, date(2025, 1, 1)),
        ({1: 1, 3: 100, 4: 90, 5: 400}, date(2025, 3, 1)),
    ],
    ids=["less than half", "exactly half", "an empty month and the as-at's own are left aside"],
)
def test_the_first_complete_month_has_half_of_the_median_volume(duckdb_warehouse, volumes, expected):
    batches(duckdb_warehouse, MAY)
    rows = [
        {"contact_id": f"{month}-{n}", "contact_on": date(2025, month, 1), "known_from": MAY}
        for month, volume in volumes.items()
        for n in range(volume)
    ]
    records(duckdb_warehouse, "contacts", rows)
    know(duckdb_warehouse, MAY, Profile(name="Testshire", inspection="none"))
    found = duckdb_warehouse.value("select first_on from known.first_complete_feeds where feed = 'contacts'")
    assert pd.Timestamp(found).date() == expected


def test_the_profile_may_name_the_first_complete_month(duckdb_warehouse):
    batches(duckdb_warehouse, MAY)
    records(duckdb_warehouse, "contacts", [CONTACT | {"known_from": MAY}])
    know(duckdb_warehouse, MAY, PROFILE)
    found = duckdb_warehouse.query(
        "select first_on, is_setting from known.first_complete_feeds where feed = 'contacts'"
    )
    assert [(pd.Timestamp(row.first_on).date(), row.is_setting) for row in found.itertuples()] == [
        (date(2025, 1, 1), True)
    ]


def test_the_profile_renames_and_regroups_teams(duckdb_warehouse):
    batches(duckdb_warehouse, MAY)
    teams = [("t1", "One", "north", "North"), ("t2", "Two", "north", "North"), ("t3", "Three", "south", "South")]
    names = ("team_id", "team_name", "area_id", "area_name")
    records(duckdb_warehouse, "teams", [dict(zip(names, team, strict=True)) | {"known_from": MAY} for team in teams])
    changes = {"rename": {"t1": "First", "south": "The South"}, "regroup": {"t2": "south"}}
    know(duckdb_warehouse, MAY, PROFILE.model_copy(update={"teams": Teams(**changes)}))
    found = duckdb_warehouse.query("select team_id, team_name, area_id, area_name from known.teams order by team_id")
    assert [tuple(row) for row in found.itertuples(index=False)] == [
        ("t1", "First", "north", "North"),
        ("t2", "Two", "south", "The South"),
        ("t3", "Three", "south", "The South"),
    ]


def test_a_visit_in_quarantine_is_counted_whether_or_not_it_leaves_a_slot_out(warehouse):
    batches(warehouse, MAY)
    plan = {"plan_id": "p1", "child_id": "c1", "started_on": date(2025, 3, 3), "known_from": MAY}
    records(warehouse, "protection_plans", [plan])
    visit = {"visit_kind": "protection", "child_id": "c1", "is_seen": True, "known_from": MAY}
    seen = [visit | {"visit_id": f"v{day}", "visited_on": date(2025, 3, day)} for day in (10, 20)]
    records(warehouse, "visits", seen)
    bad = {"in time all the same": date(2025, 3, 12), "of an unknown day": None, "the only one": date(2025, 4, 1)}
    rows = [visit | {"visit_id": n, "row_digest": n, "visited_on": day} for n, day in bad.items()]
    records(warehouse, "visits", rows, table="quarantine")
    first = PROFILE.model_copy(update={"first_complete_month": {"protection_plans": "2025-01", "visits": "2025-01"}})
    count(warehouse, MAY, ("protection_visit_in_time",), first)
    found = warehouse.query("select month, denominator, left_out from marts.indicator_values order by month")
    assert [tuple(row) for row in found[found.left_out != "{}"].itertuples(index=False)] == [
        ("2025-03", 2, '{"quarantined": 1}'),
        ("2025-04", 1, '{"quarantined": 1}'),
        ("2025-05", 0, '{"quarantined": 1}'),
    ]
