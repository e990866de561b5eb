"""Days of a case system, and the history that they make."""

from datetime import timedelta

import pandas as pd
import pytest

from readiness.errors import ReadinessError
from readiness.records import DayOutOfOrder, load_feed
from readiness.sources import DayNotReadable, reidentify
from tests.sources.case_system import MONDAY, THURSDAY, TUESDAY, WEDNESDAY, assessment, audit, contact, evening, team

CONTACTS = ("contacts", "ssd_contacts")
AUDIT = ("record_audit", "ext_record_audit")


def contacts(installation) -> list[tuple]:
    return installation.versions("contacts", "contact_id", "source_name")


def counts(result) -> tuple[int, int, int]:
    return result.new, result.changed, result.closed


class TestASnapshot:
    def test_opens_changes_and_closes_versions(self, installation):
        one, two = contact("K1", cont_contact_source_desc="police"), contact("K2")
        assert counts(installation.load_rows(*CONTACTS, MONDAY, one, two)) == (2, 0, 0)
        changed = one | {"cont_contact_source_desc": "school"}
        assert counts(installation.load_rows(*CONTACTS, TUESDAY, changed)) == (0, 1, 1)
        assert contacts(installation) == [("K1", "police", 2, 3), ("K1", "school", 3, None), ("K2", None, 2, 3)]

    def test_that_is_the_same_changes_nothing(self, installation):
        installation.load_rows(*CONTACTS, MONDAY, contact())
        before = installation.content("records.contacts")
        assert counts(installation.load("contacts", TUESDAY)) == (0, 0, 0)
        assert installation.content("records.contacts") == before

    def test_of_a_day_that_is_loaded_is_not_loaded_again(self, installation):
        first = installation.load_rows(*CONTACTS, MONDAY, contact())
        before = {t: installation.content(t) for t in ("records.contacts", "records.batches", "gate.rule_results")}
        again = installation.load_rows(*CONTACTS, MONDAY, contact("K2"), contact("K3"))
        assert (first.status, again.status, again.accepted) == ("loaded", "already_loaded", 1)
        assert {table: installation.content(table) for table in before} == before

    def test_of_an_earlier_day_is_refused(self, installation):
        installation.load_rows(*CONTACTS, TUESDAY, contact())
        with pytest.raises(DayOutOfOrder, match="2026-11-02 comes before 2026-11-03"):
            installation.load("contacts", MONDAY)

    def test_known_from_is_the_moment_whose_state_it_shows(self, embedded):
        embedded.load_rows(*CONTACTS, MONDAY, contact())
        known_from = embedded.query("select known_from from records.contacts").known_from[0]
        assert known_from == pd.Timestamp(evening(MONDAY))

    def test_carries_the_source_with_every_row(self, embedded):
        embedded.load_rows(*CONTACTS, MONDAY, contact())
        assert list(embedded.query("select source from records.contacts").source) == ["ssd"]


class TestARowInQuarantine:
    def test_keeps_its_last_good_version_current(self, installation):
        good, bad = contact("K1", cont_contact_source_desc="police"), contact("K1", cont_contact_date="soon")
        installation.load_rows(*CONTACTS, MONDAY, good, contact("K2"))
        result = installation.load_rows(*CONTACTS, TUESDAY, bad, contact("K2"))
        assert (counts(result), result.quarantined) == ((0, 0, 0), 1)
        assert contacts(installation) == [("K1", "police", 2, None), ("K2", None, 2, None)]
        flagged = installation.versions("contacts", "contact_id", "rule_ids", room="quarantine")
        assert flagged == [("K1", "contacts.contact.unreadable", 3, None)]

    def test_that_is_mended_tomorrow_is_taken_tomorrow(self, installation):
        installation.load_rows(*CONTACTS, MONDAY, contact("K1", cont_contact_date="soon"), contact("K2"))
        assert contacts(installation) == [("K2", None, 2, None)]
        result = installation.load_rows(*CONTACTS, TUESDAY, contact("K1"), contact("K2"))
        assert (counts(result), result.quarantined) == ((1, 0, 0), 0)
        assert contacts(installation) == [("K1", None, 3, None), ("K2", None, 2, None)]
        assert installation.versions("contacts", "contact_id", "rule_ids", room="quarantine") == [
            ("K1", "contacts.contact.unreadable", 2, 3)
        ]

    def test_that_stays_as_it_is_stays_one_row_of_quarantine(self, installation):
        rows = contact("K1", cont_contact_date="soon"), contact("K2")
        installation.load_rows(*CONTACTS, MONDAY, *rows)
        installation.load_rows(*CONTACTS, TUESDAY, *rows)
        assert installation.versions("contacts", "contact_id", "rule_ids", room="quarantine") == [
            ("K1", "contacts.contact.unreadable", 2, None)
        ]

    def test_whose_key_is_repeated_keeps_its_last_good_version_too(self, installation):
        installation.load_rows(*CONTACTS, MONDAY, contact("K1", cont_contact_source_desc="police"), contact("K2"))
        twice = contact("K1"), contact("K1", cont_contact_source_desc="school"), contact("K2")
        assert installation.load_rows(*CONTACTS, TUESDAY, *twice).quarantined == 2
        assert ("K1", "police", 2, None) in contacts(installation)
        assert len(installation.query("select 1 as one from quarantine.contacts where known_to is null")) == 2

    def test_that_then_disappears_closes_its_good_version(self, installation):
        installation.load_rows(*CONTACTS, MONDAY, contact("K1"), contact("K2"))
        installation.load_rows(*CONTACTS, TUESDAY, contact("K1", cont_contact_date="soon"), contact("K2"))
        assert counts(installation.load_rows(*CONTACTS, WEDNESDAY, contact("K2"))) == (0, 0, 1)
        assert contacts(installation) == [("K1", None, 2, 4), ("K2", None, 2, None)]

    def test_can_be_found_by_the_data_team(self, embedded):
        embedded.load_rows(*CONTACTS, MONDAY, contact(" K-0815 ", cont_contact_date="soon"), contact("K2"))
        hashed = embedded.query("select contact_id from quarantine.contacts").contact_id[0]
        assert reidentify(embedded.settings, hashed, "A. Analyst", "to mend it") == "K-0815"
        accepted = embedded.query("select contact_id from records.contacts").contact_id[0]
        with pytest.raises(ReadinessError, match="knows nobody"):
            reidentify(embedded.settings, accepted, "A. Analyst", "curiosity")

    def test_leads_back_to_its_child_like_any_other(self, embedded):
        embedded.load_rows(*CONTACTS, MONDAY, contact("K1", cont_person_id="C-4711"))
        hashed = embedded.query("select child_id from records.contacts").child_id[0]
        assert reidentify(embedded.settings, hashed, "A. Analyst", "strategy meeting") == "C-4711"


class TestAnIncrement:
    def audited(self, installation) -> list[tuple]:
        return installation.versions("record_audit", "record_id", "team_id")

    def test_takes_what_is_new_and_closes_nothing(self, installation):
        installation.load_rows(*AUDIT, MONDAY, audit("V1", created_at="2026-11-02 09:00:00"))
        old = audit("V1", created_at="2026-11-02 09:00:00", team_id="T2")
        new = audit("V2", created_at="2026-11-03 09:00:00")
        result = installation.load_rows(*AUDIT, TUESDAY, old, new)
        assert (result.source_rows, counts(result)) == (2, (1, 1, 0))
        result = installation.load_rows(*AUDIT, THURSDAY, audit("V3", created_at="2026-11-05 09:00:00"))
        assert (result.source_rows, counts(result)) == (1, (1, 0, 0))
        assert self.audited(installation) == [
            *(("V1", "T1", 2, 3), ("V1", "T2", 3, None), ("V2", "T1", 3, None), ("V3", "T1", 5, None)),
        ]

    def test_reads_back_one_day_and_no_further(self, installation):
        rows = [audit(f"V{n}", created_at=f"2026-10-{27 + n} 09:00:00") for n in range(1, 5)]
        assert installation.load_rows(*AUDIT, MONDAY, *rows).source_rows == 4
        assert installation.load("record_audit", TUESDAY).source_rows == 2

    def test_sees_an_authorisation_of_an_old_record(self, installation):
        rows = [audit("V1", created_at="2026-01-05 09:00:00"), audit("V2", created_at="2026-11-02 09:00:00")]
        installation.load_rows(*AUDIT, MONDAY, *rows)
        rows[0] |= {"authorised_at": "2026-11-03 09:00:00"}
        assert counts(installation.load_rows(*AUDIT, TUESDAY, *rows)) == (0, 1, 0)

    def test_takes_an_old_row_that_was_mended(self, installation):
        bad = audit("V1", created_at="2026-01-05", occurred_at="soon")
        newest = audit("V2", created_at="2026-11-02")
        assert installation.load_rows(*AUDIT, MONDAY, bad, newest).quarantined == 1
        assert installation.load_rows(*AUDIT, TUESDAY, bad, newest).quarantined == 1
        mended = installation.load_rows(*AUDIT, WEDNESDAY, audit("V1", created_at="2026-01-05"), newest)
        assert (mended.quarantined, mended.new) == (0, 1)
        assert self.audited(installation) == [("V1", "T1", 4, None), ("V2", "T1", 2, None)]
        assert installation.versions("record_audit", "record_id", "rule_ids", room="quarantine") == [
            ("V1", "record_audit.occurred.unreadable", 2, 4)
        ]

    def test_of_a_quiet_day_is_not_taken_for_a_changed_source(self, embedded):
        bad = [audit(f"V{n}", created_at="2025-01-05", occurred_at="soon") for n in range(11)]
        good = [audit(f"A{n}", created_at="2025-01-05") for n in range(12)] + [audit("newest")]
        assert embedded.load_rows(*AUDIT, MONDAY, *bad, *good).quarantined == 11
        result = embedded.load("record_audit", THURSDAY)
        assert (result.status, result.source_rows, result.quarantined) == ("loaded", 12, 11)

    def test_is_not_blinded_by_a_stamp_in_the_future(self, installation):
        rows = [audit("V1", created_at="2062-11-02 09:00:00"), audit("V2", created_at="2026-11-02 09:00:00")]
        installation.load_rows(*AUDIT, MONDAY, *rows)
        result = installation.load_rows(*AUDIT, TUESDAY, *rows, audit("V3", created_at="2026-11-03 09:00:00"))
        assert counts(result) == (1, 0, 0)

    def test_may_be_empty(self, installation):
        installation.load_rows(
            *AUDIT, MONDAY, audit("V1", created_at="2026-10-01"), audit("V2", created_at="2026-11-01")
        )
        result = installation.load_rows(*AUDIT, WEDNESDAY)
        assert (result.status, result.source_rows, result.warnings) == ("loaded", 0, 0)
        assert len(self.audited(installation)) == 2


class TestWhatIsNotedOfABatch:
    def test_counts_add_up_and_stand_in_warehouse_and_ledger_alike(self, installation):
        rows = [contact("K1"), contact("K1"), contact("K2"), contact("K2", cont_person_id="C2"), contact(None)]
        result = installation.load_rows(*CONTACTS, MONDAY, *rows)
        assert (result.source_rows, result.accepted, result.quarantined, result.copies) == (5, 1, 3, 1)
        batch = installation.query("select * from records.batches").iloc[0]
        [entry] = installation.ledger("contacts")
        for noted in (batch, entry):
            assert (noted.source_rows, noted.accepted, noted.quarantined, noted.copies) == (5, 1, 3, 1)
        assert (entry.status, entry.day, entry.extracted_at) == ("loaded", MONDAY, evening(MONDAY))
        assert list(batch[["new", "changed", "closed"]]) == [1, 0, 0]

    def test_results_of_rules_are_kept_for_every_batch(self, installation):
        installation.load_rows(*CONTACTS, MONDAY, contact(), contact("K2", cont_contact_date="soon"))
        installation.load_rows(*CONTACTS, TUESDAY, contact(), contact("K2"))
        found = installation.query(
            "select extracted_at, checked, failed from gate.rule_results "
            "where rule_id = 'contacts.child_id.missing' order by extracted_at"
        )
        assert list(zip(found.checked, found.failed, strict=True)) == [(2, 0), (2, 0)]
        unreadable = installation.query("select failed from gate.rule_results where rule_id like '%unreadable'")
        assert list(unreadable.failed) == [1]

    def test_unknown_teams_are_warned_of_whatever_was_loaded_first(self, embedded):
        embedded.system.add("ssd_department", team("T1"))
        row = assessment(cina_assessment_team="T9")
        assert embedded.load_rows("assessments", "ssd_cin_assessments", MONDAY, row).warnings == 1

    def test_an_absent_feed_is_noted_and_may_appear_later(self, installation):
        installation.system.run("alter table ext_absences rename to later")
        result = installation.load("absences", MONDAY)
        assert (result.status, result.missing_tables) == ("absent", ("ext_absences",))
        assert installation.load("absences", MONDAY).status == "already_loaded"
        assert [entry.status for entry in installation.ledger("absences")] == ["absent"]
        installation.system.run("alter table later rename to ext_absences")
        row = {"absence_id": "B1", "professional_id": "W1", "from_on": "2026-10-01"}
        assert installation.load_rows("absences", "ext_absences", TUESDAY, row).new == 1
        noted = installation.query("select is_absent from records.batches order by day")
        assert list(noted.is_absent) == [True, False]

    def test_the_notice_of_the_source_is_kept(self, embedded):
        embedded.system.run("create table readiness_notice (notice text)")
        embedded.system.add("readiness_notice", {"notice": "Synthetic data"})
        embedded.load("teams", MONDAY)
        assert [entry.notice for entry in embedded.ledger("teams")] == ["Synthetic data"]

    def test_nothing_is_left_in_staging(self, installation):
        installation.load_rows(*CONTACTS, MONDAY, contact(), contact("K2", cont_contact_date="soon"))
        left = installation.query("select table_name from information_schema.tables where table_schema = 'staging'")
        assert left.empty
        assert not installation.settings.staging.exists() or not any(installation.settings.staging.iterdir())


class TestASourceThatKeepsItsHistory:
    def test_is_loaded_day_by_day_as_it_stood(self, installation):
        installation.system.keep_history("ssd_contacts", "ssd_department")
        installation.system.add(
            "ssd_contacts_history",
            contact("K1") | {"entered_at": "2026-11-01", "replaced_at": "2026-11-03 10:00:00"},
            contact("K1", cont_contact_source_desc="school") | {"entered_at": "2026-11-03 10:00:00"},
            contact("K2") | {"entered_at": "2026-11-03 11:00:00"},
        )
        for day in (MONDAY, TUESDAY):
            result = load_feed(installation.settings, "contacts", day, now=evening(THURSDAY))
            assert result.extracted_at.date() == day
        assert contacts(installation) == [("K1", None, 2, 3), ("K1", "school", 3, None), ("K2", None, 3, None)]

    def test_a_live_one_cannot_be_loaded_for_yesterday(self, embedded):
        with pytest.raises(DayNotReadable, match="shows only its present state"):
            load_feed(embedded.settings, "contacts", MONDAY, now=evening(TUESDAY))
        assert [entry.status for entry in embedded.ledger("contacts")] == ["stopped"]

    def test_without_a_day_a_live_one_is_loaded_for_today(self, embedded):
        late = evening(MONDAY) + timedelta(hours=3, minutes=30)
        assert load_feed(embedded.settings, "contacts", now=late).day == MONDAY
