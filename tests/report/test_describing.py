"""Definitions in the words of the report, each month under the limits of its time."""

import pytest

from readiness.clocks import load_definitions
from readiness.clocks.limits import ladders
from readiness.judgement import facts_of, load_register
from readiness.periods import Month
from readiness.profile import load_profile
from readiness.report import described
from readiness.report.model import Definition
from tests.report.sample import AUTHORITY


def at(month: str) -> dict[str, Definition]:
    definitions, profile = load_definitions(), load_profile(AUTHORITY)
    limits, asked = ladders(definitions, profile), Month.parse(month)
    register = load_register(AUTHORITY, profile.inspection)
    return described(definitions, limits, facts_of(definitions, limits, asked, ()), (register,), asked)


@pytest.mark.parametrize(
    ("month", "limits", "words"),
    [
        ("2010-03", ("seven working days", None), "within seven working days of the referral"),
        ("2011-06", ("ten working days", None), "within ten working days of the referral"),
        ("2026-10", (None, "45 working days"), "within the limit of the referral"),
    ],
)
def test_the_limit_is_that_of_the_month(month, limits, words):
    found = at(month)
    assert (found["initial_assessment_in_time"].limit, found["assessment_from_referral_in_time"].limit) == limits
    assert found["initial_assessment_in_time"].in_words.endswith(words)


def test_limits_that_came_later_are_not_told_yet():
    assert at("2011-06")["assessment_from_referral_in_time"].limits == ()
    assert [text.partition(" (")[0] for text in at("2011-06")["initial_assessment_in_time"].limits] == [
        "seven working days",
        "ten working days, from 1 April 2010",
    ]


def test_a_local_limit_is_called_local():
    assert at("2026-10")["protection_visit_in_time"].limits == ("ten working days (local)",)


def test_a_target_says_whose_it_is():
    definition = at("2026-10")["contact_decision_in_time"]
    assert (definition.target, definition.target_source) == (90, "local")
    assert at("2026-10")["protection_visit_in_time"].target is None
