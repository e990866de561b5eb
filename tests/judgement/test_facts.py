"""Definitions and limits, as judgement sees them in a month."""

import pytest

from readiness.clocks.definitions import load_definitions
from readiness.clocks.limits import ladders
from readiness.judgement import facts_of, load_register
from readiness.periods import Month
from readiness.profile import load_profile
from readiness.settings import PROJECT
from tests.judgement.builders import LETTER

AUTHORITY = PROJECT / "authority"


def facts(month: str, absent_feeds=()):
    definitions = load_definitions()
    return facts_of(definitions, ladders(definitions, load_profile(AUTHORITY)), Month.parse(month), absent_feeds)


@pytest.mark.parametrize(
    ("month", "limit"),
    [("2010-03", "seven working days"), ("2010-04", "ten working days"), ("2013-04", "ten working days")],
)
def test_the_limit_is_that_of_the_month(month, limit):
    found = facts(month)["initial_assessment_in_time"]
    assert (found.limit, found.has_limit) == (limit, True)


def test_a_clock_whose_ladder_has_ended_has_no_limit():
    found = facts("2013-05")
    assert not found["initial_assessment_in_time"].has_limit
    assert found["assessment_from_referral_in_time"].limit == "45 working days"
    assert not facts("2013-03")["assessment_from_referral_in_time"].has_limit


def test_checks_and_levels_need_no_limit():
    found = facts("2026-10")["ethnicity_recorded"]
    assert (found.kind, found.limit, found.has_limit) == ("level", None, True)


def test_only_feeds_that_an_indicator_cannot_do_without_are_missed():
    found = facts("2026-10", ("absences", "supervision_sessions", "contacts"))["personal_supervision_held"]
    assert found.absent_feeds == ("supervision_sessions",)


def test_the_register_and_the_ladders_agree_on_when_evidence_counts():
    register = load_register(AUTHORITY, LETTER)
    for month in Month(2013, 2).until(Month(2013, 6)):
        known = facts(str(month))
        for _, claim in register.claims():
            for evidence in claim.evidence:
                if evidence.indicator in known and (evidence.from_month or evidence.until_month):
                    assert evidence.is_in_force(month) == known[evidence.indicator].has_limit, (claim.id, month)


def test_every_indicator_fits_the_unit_of_its_target():
    units = {"proportion": "percent", "ratio": "ceiling", "total": "a_month"}
    register = load_register(AUTHORITY, LETTER)
    for name, found in facts("2026-10").items():
        target = register.indicators[name].target if name in register.indicators else None
        assert target is None or target.unit == units[found.measure], name
