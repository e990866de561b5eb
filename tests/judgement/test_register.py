"""The letter as data: complete, word for word, and decided as the catalogue says."""

import re
from pathlib import Path

import pytest
import yaml

from readiness.errors import ReadinessError
from readiness.judgement import load_register
from readiness.judgement.register import Evidence, Together
from readiness.periods import Month
from readiness.profile import load_profile
from readiness.settings import PROJECT
from tests.judgement.builders import LETTER, claim, finding, indicator, register

AUTHORITY = PROJECT / "authority"
LETTER_TEXT = Path(__file__).with_name("letter.txt")

# The catalogue's table of claims: what decides each, and the evidence it names.
CATALOGUE = {
    "P1a": ("records", "call_answered_in_time calls_abandoned"),
    "P1b": ("records", "contact_decision_in_time protection_concern_to_strategy_in_time"),
    "P1c": ("register", ""),
    "P1d": ("records", ""),
    "D1a": ("register", ""),
    "D1b": ("proxy", "police_notification_in_time"),
    "D1c": ("register", ""),
    "D1d": ("records", "police_contact_decision_in_time"),
    "D2a": ("records", "personal_supervision_held personal_supervision_in_date case_supervision_in_date"),
    "D2b": ("register", ""),
    "D3a": ("register", ""),
    "D3b": ("proxy", "child_views_recorded parent_views_recorded child_seen_alone"),
    "D4a": ("proxy", "ethnicity_recorded"),
    "D4b": ("proxy", "religion_recorded first_language_recorded identity_considered"),
    "D5a": ("proxy", "system_unavailable_minutes recorded_on_outage_days"),
    "D5b": (
        "records",
        "significant_event_recorded_in_time contact_recorded_in_time visit_recorded_in_time "
        "strategy_discussion_recorded_in_time met_on_paper",
    ),
    "D5c": ("proxy", "management_oversight_in_date"),
    "D6a": ("records", "initial_assessment_in_time assessment_from_referral_in_time assessment_from_start_in_time"),
    "D6b": ("records", "core_assessment_in_time assessment_from_referral_in_time assessment_from_start_in_time"),
    "D6c": ("proxy", "support_started_in_time conference_in_time"),
    "D7a": ("records", "medical_in_time"),
    "D7b": ("register", ""),
    "D7c": ("proxy", "medical_in_time"),
    "D8a": ("register", ""),
    "D8b": ("records", "emergency_first_action_in_time emergency_handover_in_time"),
    "S1a": ("register", ""),
    "S1b": ("proxy", "early_help_led_by_partner"),
    "S2a": ("register", ""),
    "S2b": ("records", "child_seen_in_time"),
    "S2c": ("proxy", "assessment_factors_recorded"),
    "S3a": ("records", "enquiry_led_by_experienced_worker"),
    "S3b": ("proxy", "strategy_discussion_multi_agency"),
    "S4a": ("records", "case_note_recorded_in_time"),
    "S4b": ("register", ""),
    "S5a": ("register", ""),
    "S5b": ("register", ""),
    "S5c": ("proxy", "newly_qualified_supervision_held"),
    "S6a": ("proxy", "caseload_above_ceiling caseload_per_worker"),
    "S6b": ("records", "referral_allocated_in_time unallocated_referrals"),
    "S7a": ("proxy", "audits_completed"),
    "S7b": ("register", ""),
    "S7c": ("proxy", "audits_downgraded"),
    "R1": ("proxy", ""),
    "R2": ("proxy", "parent_views_recorded"),
    "R3": ("proxy", ""),
}


@pytest.fixture(scope="module")
def letter():
    return load_register(AUTHORITY, LETTER)


def one_space(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def test_the_letter_makes_42_claims_and_repeats_three_findings(letter):
    kinds = [found.kind for found, _ in letter.claims()]
    assert len(kinds) - kinds.count("repeat_finding") == 42
    assert kinds.count("repeat_finding") == 3
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "priority_action": 4,
        "area_for_development": 21,
        "requirement_met": 17,
        "repeat_finding": 3,
    }


def test_findings_stand_in_the_order_of_the_letter_with_the_priority_action_first(letter):
    assert [found.id for found in letter.findings] == [
        "P1", *(f"D{n}" for n in range(1, 9)), *(f"S{n}" for n in range(1, 8)), "R1", "R2", "R3",
    ]  # fmt: skip


def test_every_finding_and_rule_is_quoted_word_for_word(letter):
    text = one_space(LETTER_TEXT.read_text(encoding="utf-8"))
    for quoted in [*letter.findings, *letter.rules]:
        assert one_space(quoted.quote) in text, quoted.id


def test_each_bullet_of_the_letter_is_quoted_by_exactly_one_finding(letter):
    quotes = [one_space(found.quote) for found in letter.findings if found.kind != "repeat_finding"]
    bullets = re.split(r"\s▪\s|\n- |\nAreas for development\n|\nThis visit|\nAny areas", LETTER_TEXT.read_text("utf-8"))
    from_letter = [one_space(b) for b in bullets if one_space(b) in quotes]
    assert sorted(from_letter) == sorted(quotes)
    assert len(quotes) == len(set(quotes)) == 16


def test_each_claim_is_decided_by_what_the_catalogue_says(letter):
    assert {found.id: found.decided_by for _, found in letter.claims()} == {
        claim_id: decided_by for claim_id, (decided_by, _) in CATALOGUE.items()
    }


def test_each_claim_names_the_evidence_of_the_catalogue(letter):
    assert {found.id: [e.indicator for e in found.evidence] for _, found in letter.claims()} == {
        claim_id: names.split() for claim_id, (_, names) in CATALOGUE.items()
    }


def test_supervision_that_challenges_has_its_indicators_as_context_only(letter):
    assert letter.claim("D2b").context == ("supervision_actions_closed_in_time", "previous_actions_reviewed")


def test_two_repeats_follow_the_findings_they_repeat(letter):
    together = {found.id: found.rule.claims for _, found in letter.claims() if isinstance(found.rule, Together)}
    assert together == {"R1": ("D4a", "D4b"), "R3": ("D5a", "D5b", "D5c")}


def test_every_claim_that_records_alone_cannot_decide_names_the_audit_or_survey_needed(letter):
    for _, found in letter.claims():
        if found.decided_by != "records" and not isinstance(found.rule, Together):
            assert re.match(r"(an?|the) .*(audit|survey|review|moderation)|a moderation", found.needs), found.id


def test_targets_are_those_of_the_example_county(letter):
    target = {name: (i.target.value, i.target.unit) for name, i in letter.indicators.items() if i.target}
    assert target["contact_decision_in_time"] == (90, "percent")
    assert target["personal_supervision_held"] == (90, "percent")
    assert target["visit_recorded_in_time"] == (90, "percent")
    assert target["ethnicity_recorded"] == (95, "percent")
    assert target["assessment_from_referral_in_time"] == target["assessment_from_start_in_time"] == (85, "percent")
    assert target["caseload_per_worker"] == (20, "ceiling")
    assert all(i.target.source in ("national", "local") for i in letter.indicators.values() if i.target)


def test_no_indicator_stands_in_the_register_without_speaking_to_a_claim(letter):
    named = {name for _, found in letter.claims() for name in (*(e.indicator for e in found.evidence), *found.context)}
    assert set(letter.indicators) == named


def test_the_example_profile_names_a_letter_that_exists():
    assert load_register(AUTHORITY, load_profile(AUTHORITY).inspection)


def test_the_letter_holds_no_name_of_a_person(letter):
    text = LETTER_TEXT.read_text("utf-8") + (AUTHORITY / "inspections" / f"{LETTER}.yaml").read_text("utf-8")
    assert not re.search(r"\b(Dear|Mrs?|Ms|Dr)\b|sincerely|@", text)


def test_evidence_counts_from_and_until_its_months_inclusive():
    evidence = Evidence.model_validate({"indicator": "prompt", "from": "2013-04", "until": "2013-06"})
    in_force = [str(m) for m in Month(2013, 3).until(Month(2013, 7)) if evidence.is_in_force(m)]
    assert in_force == ["2013-04", "2013-05", "2013-06"]


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (claim("D1a", evidence=["promt"]), "claim D1a names promt, which does not stand under indicators"),
        (claim("D1a", "register", context=["promt"]), "claim D1a names promt"),
        (claim("D1a", evidence=[]), "claim D1a is decided by records but names no evidence"),
        (claim("D1a", "register", evidence=[]) | {"evidence": ["prompt"]}, "list its indicators under context"),
        (claim("D1a") | {"needs": "an audit"}, "claim D1a: `needs` names the audit"),
        (claim("D1a", rule={"kind": "every_month", "of": "D9", "months": 6}), "claim D1a is judged from D9"),
        (claim("D1a", "proxy", rule={"kind": "together", "claims": ["D1a", "D9"]}), "claim D1a is judged from D9"),
        (claim("D1a", evidence=[{"indicator": "prompt", "from": "2013"}]), "from"),
        (claim("D1a") | {"colour": "green"}, "colour"),
    ],
)
def test_a_mistake_in_the_register_is_named(broken, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        register(finding("D1", broken))


def test_the_same_claim_twice_is_a_mistake():
    with pytest.raises(ValueError, match="claim D1a stands twice"):
        register(finding("D1", claim("D1a")), finding("D2", claim("D1a")))


def test_evidence_without_a_target_is_a_mistake():
    with pytest.raises(ValueError, match="seen is evidence for claim D1a and needs a target"):
        register(finding("D1", claim("D1a", evidence=["seen"])), indicators={"seen": indicator() | {"target": None}})


def test_an_unknown_key_in_the_file_is_an_error_that_names_it(tmp_path):
    content = yaml.safe_load((AUTHORITY / "inspections" / f"{LETTER}.yaml").read_text("utf-8"))
    content["findings"][0]["claims"][0]["colour"] = "green"
    (tmp_path / "inspections").mkdir()
    (tmp_path / "inspections" / "mine.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(ReadinessError, match=r"mine\.yaml has 1 problem.*colour"):
        load_register(tmp_path, "mine")


def test_a_letter_that_does_not_exist_is_answered_with_those_that_do():
    with pytest.raises(ReadinessError, match=rf"no inspection '2019-01'.*known: {LETTER}"):
        load_register(AUTHORITY, "2019-01")
