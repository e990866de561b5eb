"""What the rules said, day by day: each rule's course, the worst, and the dimensions, which are never blended."""

from datetime import date, datetime, timedelta

import pandas as pd
import pytest

from readiness.periods import day_moment
from readiness.quality.results import Point, dimensions, trend, worst
from readiness.records.tables import RULE_RESULTS
from readiness.warehouse import Warehouse

MONDAY = date(2026, 11, 2)
TYPES = {
    "feed": "text", "extracted_at": "timestamp", "day": "date", "rule_id": "text", "subject": "text",
    "severity": "text", "dimension": "text", "owner": "text", "reference": "text", "description": "text",
    "checked": "bigint", "failed": "bigint",
}  # fmt: skip


def result(rule_id: str, day: date, checked: int, failed: int, **changes) -> dict:
    given = {
        "feed": rule_id.partition(".")[0], "extracted_at": day_moment(day), "day": day, "rule_id": rule_id,
        "subject": None, "severity": "warning", "dimension": "validity", "owner": "data team", "reference": None,
        "description": f"{rule_id} is broken.", "checked": checked, "failed": failed,
    }  # fmt: skip
    return given | changes


def noted(warehouse: Warehouse, *rows: dict, lacking: tuple[str, ...] = ()) -> None:
    types = {name: sql_type for name, sql_type in TYPES.items() if name not in lacking}
    warehouse.append(RULE_RESULTS, pd.DataFrame(rows, columns=list(types), dtype=object), types)


def course_of(warehouse: Warehouse, rule_id: str, as_at: datetime, **settings):
    return next(course for course in trend(warehouse, as_at, **settings) if course.rule_id == rule_id)


def days(*offsets: int) -> list[date]:
    return [MONDAY + timedelta(days=n) for n in offsets]


def test_a_course_has_one_point_a_day_the_newest_last(warehouse):
    for day, failed in zip(days(0, 1, 2), (5, 4, 2), strict=True):
        noted(warehouse, result("contacts.source", day, 100, failed))
    course = course_of(warehouse, "contacts.source", day_moment(MONDAY + timedelta(days=2)))
    assert course.points == tuple(Point(d, 100, f) for d, f in zip(days(0, 1, 2), (5, 4, 2), strict=True))
    assert course.now == Point(MONDAY + timedelta(days=2), 100, 2)
    assert course.now.percent == 2.0
    assert (course.feed, course.owner, course.subject, course.reference) == ("contacts", "data team", None, None)


def test_what_was_found_after_the_as_at_is_not_known(warehouse):
    noted(warehouse, result("contacts.source", MONDAY, 100, 5))
    noted(warehouse, result("contacts.source", MONDAY + timedelta(days=1), 100, 4))
    assert course_of(warehouse, "contacts.source", day_moment(MONDAY)).now.failed == 5


def test_a_rule_that_the_newest_batch_did_not_have_is_gone(warehouse):
    noted(warehouse, result("contacts.was_unreadable", MONDAY, 100, 5), result("contacts.source", MONDAY, 100, 1))
    noted(warehouse, result("contacts.source", MONDAY + timedelta(days=1), 100, 1))
    found = trend(warehouse, day_moment(MONDAY + timedelta(days=1)))
    assert [course.rule_id for course in found] == ["contacts.source"]


def test_rules_across_feeds_do_not_hide_those_of_the_feed_that_was_loaded_earlier(warehouse):
    noted(warehouse, result("contacts.source", MONDAY, 100, 5))
    across = result("contacts.no_referral", MONDAY + timedelta(days=1), 90, 9, subject="contacts_and_referrals")
    noted(warehouse, across)
    found = trend(warehouse, day_moment(MONDAY + timedelta(days=1)))
    assert {course.rule_id: course.now.failed for course in found} == {"contacts.source": 5, "contacts.no_referral": 9}


def test_the_last_of_two_runs_on_a_day_counts(warehouse):
    noted(warehouse, result("contacts.source", MONDAY, 100, 5, extracted_at=datetime(2026, 11, 2, 6)))
    noted(warehouse, result("contacts.source", MONDAY, 100, 3, extracted_at=datetime(2026, 11, 2, 18)))
    assert course_of(warehouse, "contacts.source", day_moment(MONDAY)).points == (Point(MONDAY, 100, 3),)


def test_older_days_fall_off_but_never_the_newest(warehouse):
    long_ago, lately = MONDAY - timedelta(days=50), MONDAY - timedelta(days=40)
    noted(warehouse, result("contacts.source", long_ago, 100, 5), result("contacts.source", lately, 100, 4))
    assert course_of(warehouse, "contacts.source", day_moment(MONDAY), days=30).points == (Point(lately, 100, 4),)
    assert len(course_of(warehouse, "contacts.source", day_moment(MONDAY), days=60).points) == 2


def test_as_of_a_day_is_the_newest_point_up_to_it(warehouse):
    for day, failed in zip(days(0, 3), (5, 2), strict=True):
        noted(warehouse, result("contacts.source", day, 100, failed))
    course = course_of(warehouse, "contacts.source", day_moment(MONDAY + timedelta(days=3)))
    assert course.as_of(MONDAY + timedelta(days=2)).failed == 5
    assert course.as_of(MONDAY - timedelta(days=1)) is None


def test_results_of_an_earlier_version_lack_day_owner_and_number(warehouse):
    noted(warehouse, result("contacts.source", MONDAY, 100, 5), lacking=("day", "subject", "owner", "reference"))
    course = course_of(warehouse, "contacts.source", day_moment(MONDAY))
    assert (course.now.day, course.owner, course.reference) == (MONDAY, None, None)


def test_without_results_there_is_no_course(warehouse):
    assert trend(warehouse, day_moment(MONDAY)) == ()


def test_the_worst_are_those_that_most_rows_break(duckdb_warehouse):
    noted(
        duckdb_warehouse,
        result("contacts.few", MONDAY, 10, 9),
        result("contacts.many", MONDAY, 1000, 40),
        result("contacts.also_many", MONDAY, 500, 40),
        result("contacts.none", MONDAY, 1000, 0),
    )
    found = trend(duckdb_warehouse, day_moment(MONDAY))
    assert [course.rule_id for course in worst(found)] == ["contacts.also_many", "contacts.many", "contacts.few"]
    assert [course.rule_id for course in worst(found, most=1)] == ["contacts.also_many"]


def test_dimensions_are_summed_apart_in_a_fixed_order(duckdb_warehouse):
    noted(
        duckdb_warehouse,
        result("contacts.a", MONDAY, 100, 10, dimension="timeliness"),
        result("contacts.b", MONDAY, 300, 30, dimension="completeness"),
        result("visits.c", MONDAY, 100, 0, dimension="completeness"),
        result("visits.d", MONDAY, 0, 0, dimension="uniqueness"),
    )
    found = dimensions(trend(duckdb_warehouse, day_moment(MONDAY)))
    assert [(d.name, d.rules, d.checked, d.failed) for d in found] == [
        ("completeness", 2, 400, 30),
        ("uniqueness", 1, 0, 0),
        ("timeliness", 1, 100, 10),
    ]
    assert [d.percent_passed for d in found] == [pytest.approx(92.5), None, 90.0]
