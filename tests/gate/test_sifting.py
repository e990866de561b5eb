"""Which rows the gate accepts, puts into quarantine or counts, and when it stops a feed."""

import json
import time
from collections import Counter
from dataclasses import asdict, replace

import pandas as pd
import pytest

from readiness.contracts import load_contract, load_contracts
from readiness.gate import GateBroken, GateStopped, sift
from readiness.gate.suites import build_suite
from readiness.sources import Batch
from tests.sources.case_system import MONDAY, assessment, audit, contact, evening, visit


def reasons(sifted) -> list[str]:
    """Rule ids of the rows in quarantine, without the feed's name, in order."""
    return sorted(";".join(r.split(".", 1)[1] for r in rules.split(";")) for rules in sifted.quarantined.rule_ids)


def failed(sifted) -> dict[str, int]:
    return {r.rule_id.split(".", 1)[1]: r.failed for r in sifted.results if r.failed}


class TestQuarantine:
    def test_a_good_row_is_accepted(self, gate):
        sifted = gate("contacts", "ssd_contacts", contact())
        assert (len(sifted.accepted), len(sifted.quarantined), sifted.copies) == (1, 0, 0)
        assert failed(sifted) == {}

    @pytest.mark.parametrize(
        ("column", "rule"),
        [
            ("cont_contact_id", "contact_id.missing"),
            ("cont_person_id", "child_id.missing"),
            ("cont_contact_date", "contact.missing"),
        ],
    )
    @pytest.mark.parametrize("nothing", [None, "", "   ", "NULL"])
    def test_a_row_without_key_child_or_first_date_is_critical(self, gate, column, rule, nothing):
        assert reasons(gate("contacts", "ssd_contacts", contact(**{column: nothing}), contact("K2"))) == [rule]

    def test_a_date_that_cannot_be_read_is_critical_even_if_optional(self, gate):
        rows = [assessment("A1", cina_assessment_auth_date="soon"), assessment("A2")]
        assert reasons(gate("assessments", "ssd_cin_assessments", *rows)) == ["authorised.unreadable"]

    def test_a_required_date_that_cannot_be_read_is_not_called_missing(self, gate):
        rows = [contact("K1", cont_contact_date="soon"), contact("K2"), contact("K3", cont_contact_date=None)]
        assert reasons(gate("contacts", "ssd_contacts", *rows)) == ["contact.missing", "contact.unreadable"]

    def test_a_number_that_cannot_be_read_is_critical(self, gate):
        row = {"prof_professional_id": "W1", "prof_full_time_equivalency": "half"}
        assert reasons(gate("professionals", "ssd_professionals", row)) == ["full_time_equivalency.unreadable"]

    def test_an_end_before_its_start_is_critical(self, gate):
        row = assessment(cina_assessment_auth_date="2026-08-31")
        assert reasons(gate("assessments", "ssd_cin_assessments", row)) == ["authorised_before_started"]

    def test_a_time_of_day_counts_only_if_both_have_one(self, gate):
        sifted = gate(
            *("assessments", "ssd_cin_assessments"),
            assessment("A1", cina_assessment_auth_date="2026-09-01 08:59:00"),
            assessment("A2", cina_assessment_auth_date="2026-09-01"),
            assessment("A3", cina_assessment_start_date="2026-09-01", cina_assessment_auth_date="2026-09-01 08:59:00"),
            assessment("A4", cina_assessment_auth_date="2026-09-01 09:00:00"),
        )
        assert (len(sifted.accepted), reasons(sifted)) == (3, ["authorised_before_started"])
        assert failed(sifted)["authorised_before_started"] == 1

    def test_open_work_is_not_an_end_before_its_start(self, gate):
        assert reasons(gate("assessments", "ssd_cin_assessments", assessment())) == []

    @pytest.mark.parametrize(
        ("feed", "table", "row", "rule"),
        [
            (
                *("contact_decisions", "ext_contact_decisions"),
                {"contact_id": "K1", "received_at": "2026-10-02", "decided_at": "2026-10-01"},
                "decided_before_received",
            ),
            (
                *("referrals", "ssd_cin_episodes"),
                {
                    "cine_referral_id": "R1",
                    "cine_person_id": "C1",
                    "cine_referral_date": "2026-10-02",
                    "cine_close_date": "2026-10-01",
                },
                "closed_before_referred",
            ),
            (
                *("protection_plans", "ssd_cp_plans"),
                {
                    "cppl_cp_plan_id": "P1",
                    "cppl_person_id": "C1",
                    "cppl_cp_plan_start_date": "2026-10-02",
                    "cppl_cp_plan_end_date": "2026-10-01",
                },
                "ended_before_started",
            ),
            (
                *("involvements", "ssd_involvements"),
                {
                    "invo_involvements_id": "I1",
                    "invo_professional_id": "W1",
                    "invo_person_id": "C1",
                    "invo_involvement_start_date": "2026-10-02",
                    "invo_involvement_end_date": "2026-10-01",
                },
                "ended_before_started",
            ),
            (
                *("absences", "ext_absences"),
                {"absence_id": "B1", "professional_id": "W1", "from_on": "2026-10-02", "to_on": "2026-10-01"},
                "ended_before_started",
            ),
            (
                *("people", "ssd_person"),
                {"pers_person_id": "C1", "pers_dob": "2020-10-02", "pers_death_date": "2020-10-01"},
                "died_before_born",
            ),
        ],
    )
    def test_every_feed_with_an_end_is_held_to_it(self, gate, feed, table, row, rule):
        assert reasons(gate(feed, table, row)) == [rule]

    def test_a_session_that_was_held_says_when_and_a_cancelled_one_need_not(self, gate):
        row = {"session_id": "S1", "professional_id": "W1", "session_type": "personal"}
        cancelled = row | {"session_id": "S2", "cancelled_reason": "illness"}
        assert reasons(gate("supervision_sessions", "ext_supervision_sessions", row, cancelled)) == ["held_missing"]

    def test_a_record_needs_a_child_unless_it_is_of_supervision(self, gate):
        rows = [audit("V1", person_id=None), audit("S1", person_id=None, record_type="supervision")]
        assert reasons(gate("record_audit", "ext_record_audit", *rows)) == ["child_missing"]

    def test_a_row_may_break_several_rules_and_every_reason_is_told(self, gate):
        sifted = gate("contacts", "ssd_contacts", contact(cont_person_id=None, cont_contact_date=None))
        assert reasons(sifted) == ["child_id.missing;contact.missing"]
        assert sifted.reasons() == {
            "contacts.child_id.missing": "'The child' is missing.",
            "contacts.contact.missing": "'When the contact was made' is missing.",
        }


class TestCopiesAndRepeatedKeys:
    def test_rows_equal_in_every_column_are_one_row_and_the_copies_are_counted(self, gate):
        sifted = gate("contacts", "ssd_contacts", contact(), contact(), contact(" K1 "))
        assert (len(sifted.accepted), len(sifted.quarantined), sifted.copies) == (1, 0, 2)

    def test_a_difference_outside_the_contract_makes_no_other_row(self, gate):
        rows = [visit(), visit(cppv_cp_visit_bedroom="Y")]
        assert gate("visits", "ssd_cp_visits", *rows).copies == 1

    def test_the_same_key_with_different_content_is_all_in_quarantine(self, gate):
        sifted = gate("contacts", "ssd_contacts", contact(), contact(cont_person_id="C2"), contact("K2"))
        assert (len(sifted.accepted), reasons(sifted)) == (1, ["key.repeated", "key.repeated"])

    def test_a_copy_does_not_make_a_key_repeated(self, gate):
        rows = [contact(), contact(), contact(cont_person_id="C2")]
        sifted = gate("contacts", "ssd_contacts", *rows)
        assert (len(sifted.quarantined), sifted.copies, failed(sifted)["key.repeated"]) == (2, 1, 2)

    def test_the_same_id_in_another_kind_is_another_key(self, gate):
        rows = [audit("1", record_type="protection_visit"), audit("1", record_type="need_visit")]
        assert len(gate("record_audit", "ext_record_audit", *rows).accepted) == 2
        rows.append(audit("1", record_type="need_visit", team_id="T2"))
        assert reasons(gate("record_audit", "ext_record_audit", *rows)) == ["key.repeated", "key.repeated"]

    def test_several_rows_without_a_key_are_missing_theirs_not_repeating_it(self, gate):
        rows = [contact(None), contact(None, cont_person_id="C2")]
        assert reasons(gate("contacts", "ssd_contacts", *rows)) == ["contact_id.missing"] * 2

    def test_no_row_is_lost(self, gate):
        rows = [contact(), contact(), contact("K2"), contact("K2", cont_person_id="C2"), contact(None)]
        sifted = gate("contacts", "ssd_contacts", *rows)
        assert sifted.source_rows == 5 == len(sifted.accepted) + len(sifted.quarantined) + sifted.copies


class TestWarnings:
    def test_pass_and_are_counted(self, gate):
        rows = [contact("K1", cont_contact_source_code="99"), contact("K2", cont_contact_source_code=None)]
        sifted = gate("contacts", "ssd_contacts", *rows)
        assert len(sifted.accepted) == 2
        assert failed(sifted) == {"source_code.unlisted": 1, "no_source": 1}
        assert sifted.warnings == 2

    def test_1900_01_01_is_missing_and_warned_of(self, gate):
        rows = [assessment("A1", cina_assessment_auth_date="1900-01-01"), assessment("A2")]
        sifted = gate("assessments", "ssd_cin_assessments", *rows)
        assert sifted.accepted.authorised_on.isna().all()
        assert failed(sifted) == {"authorised.is_1900": 1}

    def test_1900_01_01_in_a_required_date_is_critical(self, gate):
        sifted = gate("contacts", "ssd_contacts", contact(cont_contact_date="1900-01-01"))
        assert reasons(sifted) == ["contact.missing"]
        assert failed(sifted)["contact.is_1900"] == 1

    def test_a_flag_that_is_neither_yes_nor_no_is_missing_and_warned_of(self, gate):
        sifted = gate("visits", "ssd_cp_visits", visit(cppv_cp_visit_seen="?"))
        assert sifted.accepted.is_seen.isna().all()
        assert failed(sifted) == {"is_seen.unlisted": 1, "seen_unknown": 1}

    def test_a_team_that_nobody_knows_is_warned_of(self, gate):
        rows = [
            assessment("A1"),
            assessment("A2", cina_assessment_team="T9"),
            assessment("A3", cina_assessment_team=None),
        ]
        sifted = gate("assessments", "ssd_cin_assessments", *rows, known_teams={"T1"})
        assert (len(sifted.accepted), failed(sifted)) == (3, {"team_id.unknown_team": 1})

    def test_without_any_known_team_nothing_is_said_of_teams(self, gate):
        sifted = gate("assessments", "ssd_cin_assessments", assessment())
        assert not [r for r in sifted.results if "unknown_team" in r.rule_id]

    def test_codes_are_compared_whatever_their_case(self, gate):
        row = {"pers_person_id": "C1", "pers_dob": "2020-01-01", "pers_sex": "F", "pers_ethnicity": "wbri"}
        sifted = gate("people", "ssd_person", row)
        assert (failed(sifted), list(sifted.accepted.ethnicity)) == ({}, ["WBRI"])

    def test_a_record_made_before_what_it_tells_of_is_warned_of_not_hidden(self, gate):
        sifted = gate(
            "record_audit", "ext_record_audit", audit(created_at="2026-10-30 10:00:00", author_role="Social Worker")
        )
        assert (len(sifted.accepted), failed(sifted)) == (1, {"created_before_occurred": 1})

    def test_a_visit_alone_but_not_seen_is_warned_of(self, gate):
        row = visit(cppv_cp_visit_seen="N", cppv_cp_visit_seen_alone="Y")
        assert failed(gate("visits", "ssd_cp_visits", row)) == {"seen_alone_but_not_seen": 1}


class TestTheBatchAsAWhole:
    def test_fewer_than_half_of_the_rows_before_stop_the_feed(self, gate):
        rows = [contact(f"K{n}") for n in range(4)]
        with pytest.raises(GateStopped, match="contacts: Far fewer rows .* gave 4 rows, 9 the time before"):
            gate("contacts", "ssd_contacts", *rows, rows_before=9)

    def test_half_of_them_do_not(self, gate):
        rows = [contact(f"K{n}") for n in range(4)]
        assert len(gate("contacts", "ssd_contacts", *rows, rows_before=8).accepted) == 4

    def test_the_share_is_a_setting(self, gate):
        rows = [contact(f"K{n}") for n in range(4)]
        assert len(gate("contacts", "ssd_contacts", *rows, rows_before=9, smallest_share=0.4).accepted) == 4

    def test_a_table_that_had_rows_and_has_none_stops_the_feed(self, gate):
        with pytest.raises(GateStopped, match="gave 0 rows, 1 the time before"):
            gate("contacts", "ssd_contacts", rows_before=1)

    def test_a_table_may_become_empty_where_the_council_says_so(self, gate):
        assert gate("contacts", "ssd_contacts", rows_before=1, smallest_share=0).source_rows == 0

    def test_a_table_that_never_had_rows_is_only_empty(self, gate):
        sifted = gate("contacts", "ssd_contacts")
        assert (sifted.source_rows, failed(sifted)) == (0, {"no_rows": 1})


class TestARuleThatCannotBeEvaluated:
    def test_stops_the_feed(self, gate, tmp_path, monkeypatch):
        rule = {
            "type": "expect_column_values_to_not_be_null",
            "kwargs": {"column": "shoe_size"},
            "severity": "warning",
            "description": "No shoe size.",
            "meta": {"rule": "no_shoe_size", "dimension": "completeness"},
        }
        (tmp_path / "contacts.json").write_text(json.dumps({"name": "contacts", "expectations": [rule]}))
        monkeypatch.setattr("readiness.gate.sifting.build_suite", lambda *how: build_suite(*how, folder=tmp_path))
        with pytest.raises(GateBroken, match="contacts: the rule no_shoe_size could not be evaluated"):
            gate("contacts", "ssd_contacts", contact())


def test_results_hold_counts_and_no_value(gate):
    rows = [
        contact("Zebedee-4711", cont_person_id="Zebedee-4711", cont_contact_date="Zebedee-4711"),
        contact("K2", cont_contact_source_code="Zebedee-4711"),
        contact("K3", cont_contact_source_code="Zebedee-4711"),
        contact("K3", cont_contact_source_desc="Zebedee-4711"),
    ]
    sifted = gate("contacts", "ssd_contacts", *rows, known_teams={"T1"})
    assert Counter(len(r.rule_id.split(";")) for r in sifted.results) == Counter({1: len(sifted.results)})
    assert "Zebedee" not in json.dumps([asdict(result) for result in sifted.results])
    assert "Zebedee" not in repr(sifted)


def test_a_large_batch_takes_seconds():
    """400,000 rows, a few of them bad; the bound is generous because the machine may be busy."""
    rows = 400_000
    numbers = pd.Series(range(rows)).astype("str")
    contract = load_contract("record_audit")
    started = pd.Series(pd.Timestamp("2026-01-01 10:00")).repeat(rows).reset_index(drop=True)
    frame = pd.DataFrame(
        {
            name: started if kind in ("timestamp", "date") else pd.Series(["x"] * rows, dtype="str")
            for name, kind in contract.physical.items()
        }
    ).assign(record_id=numbers, row_digest=numbers)
    frame.loc[:9, "created_on"] = pd.NaT
    batch = Batch("record_audit", MONDAY, evening(MONDAY), frame)
    sift(replace(batch, frame=frame.head(10)), contract)
    begun = time.perf_counter()
    sifted = sift(batch, contract, known_teams={"x"})
    assert len(sifted.quarantined) == 10
    assert time.perf_counter() - begun < 20


@pytest.mark.parametrize("feed", sorted(load_contracts()))
def test_every_rule_has_an_id_of_its_own_and_says_in_plain_english_what_is_wrong(feed):
    contract = load_contract(feed)
    suite = build_suite(contract, [f"{name}__unreadable" for name in contract.columns], True, False)
    said: dict[str, tuple[str, str]] = {}
    for rule in suite.expectations:
        told = (rule.description, str(rule.severity))
        assert rule.description.endswith(".")
        assert said.setdefault(rule.meta["rule"], told) == told
