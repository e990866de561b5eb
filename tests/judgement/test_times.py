"""The example letter judged at two times: under the limits of June 2011, and under those of 2026."""

from datetime import date

import pytest

from readiness.judgement import judge, limit_in_words, load_evidence, load_register, read_counts
from readiness.periods import Month
from readiness.profile import load_profile
from readiness.settings import PROJECT
from tests.judgement.builders import LETTER, facts, rows, values

AUTHORITY = PROJECT / "authority"

DEFINITIONS = {
    f.id: f
    for f in (
        facts("contact_decision_in_time", limit=limit_in_words(1, "working_days")),
        facts("initial_assessment_in_time", limit=limit_in_words(10, "working_days")),
        facts("core_assessment_in_time", limit=limit_in_words(35, "working_days")),
        facts("assessment_from_referral_in_time", limit=limit_in_words(45, "working_days")),
        facts("assessment_from_start_in_time", limit=limit_in_words(45, "working_days")),
    )
}


def judgement(month: Month, as_at_on: date, **shares):
    letter = load_register(AUTHORITY, LETTER)
    given = [r for name, share in shares.items() for r in rows([share] * 6, last=month, name=name)]
    profile = load_profile(AUTHORITY)
    counts = read_counts(values(*given), month)
    return judge(letter, counts, DEFINITIONS, load_evidence(AUTHORITY, letter), month, as_at_on, profile)


@pytest.fixture(scope="module")
def june_2011():
    return judgement(
        Month(2011, 6),
        date(2011, 7, 1),
        contact_decision_in_time=(600, 1000),
        initial_assessment_in_time=(560, 1000),
        core_assessment_in_time=(950, 1000),
        assessment_from_referral_in_time=(0, 0),
    )


@pytest.fixture(scope="module")
def october_2026():
    return judgement(
        Month(2026, 10),
        date(2026, 11, 6),
        contact_decision_in_time=(950, 1000),
        initial_assessment_in_time=(0, 0),
        assessment_from_referral_in_time=(880, 1000),
        assessment_from_start_in_time=(900, 1000),
    )


def states(judged, claim_id):
    (claim,) = [c for c in judged.claims if c.id == claim_id]
    return claim.verdict, {e.indicator: e.judgement.state for e in claim.evidence}


def test_in_june_2011_initial_assessments_decide_and_single_ones_drop_out(june_2011):
    assert states(june_2011, "D6a") == (
        "not_met",
        {
            "initial_assessment_in_time": "bad",
            "assessment_from_referral_in_time": "not_applicable",
            "assessment_from_start_in_time": "not_applicable",
        },
    )
    assert states(june_2011, "D6b")[0] == "met"


def test_in_2026_single_assessments_decide_and_initial_ones_drop_out(october_2026):
    assert states(october_2026, "D6a") == (
        "met",
        {
            "initial_assessment_in_time": "not_applicable",
            "assessment_from_referral_in_time": "good",
            "assessment_from_start_in_time": "good",
        },
    )
    assert states(october_2026, "D6b")[0] == "met"


def test_the_reason_of_june_2011_speaks_of_the_limit_of_its_time(june_2011):
    (claim,) = [c for c in june_2011.claims if c.id == "D6a"]
    assert claim.reason == (
        "In the three months to June 2011, 56.0% of initial assessments were finished within ten working days of the "
        "referral (1,680 of 3,000); the target is 90%."
    )


@pytest.mark.parametrize("time", ["june_2011", "october_2026"])
def test_every_claim_of_the_letter_is_judged_at_both_times(time, request):
    judged = request.getfixturevalue(time)
    claims = list(judged.claims)
    assert len(claims) == 45
    assert all(claim.reason and claim.reason_shared and claim.reason.endswith(".") for claim in claims)
    assert judged.overall.rules[1].reason == "All 42 claims and three repeat findings are in this report."


def test_the_priority_action_is_not_met_while_any_part_of_it_is_unknown(october_2026):
    assert states(october_2026, "P1b") == (
        "no_data",
        {"contact_decision_in_time": "good", "protection_concern_to_strategy_in_time": "no_data"},
    )
    assert october_2026.overall.verdict == "not_ready"


def test_entries_of_today_do_not_speak_for_2011(june_2011, october_2026):
    assert (states(june_2011, "D2b")[0], states(october_2026, "D2b")[0]) == ("needs_evidence", "not_met")


def test_what_is_not_known_is_listed(october_2026):
    listed = {claim.id for claim in october_2026.not_known}
    assert {"P1a", "P1b", "P1c", "D1a", "D7a"} <= listed
    assert not listed & {"D6a", "D2b"}


def test_the_numbers_behind_the_rules_are_printed(october_2026):
    text = " ".join(october_2026.settings_in_words)
    for number in ("three mature months", "from 30 cases", "5 points (0 for the priority action and repeat findings)",
                   "above 5%", "from 20 cases", "latest 36 months", "from 12 mature months",
                   "a third", "latest six mature months",
                   "10 points apart (local)"):  # fmt: skip
        assert number in text
