"""What stops a feed: a clear message, an entry in the ledger, and a warehouse as it was."""

import sqlite3
from dataclasses import replace

import pytest

from readiness.errors import ReadinessError
from readiness.gate import GateStopped
from readiness.records import accept_source_change, load_feed
from readiness.records.merging import Merger
from readiness.sources import IdentityKeyChanged, SourceChanged, SourceUnavailable
from tests.records.conftest import Installation
from tests.sources.case_system import MONDAY, TUESDAY, WEDNESDAY, assessment, audit, contact, evening, team

CONTACTS = ("contacts", "ssd_contacts")


def stopped(installation: Installation, feed: str, day) -> str:
    """The message of a load that is refused, which must be the ledger's too."""
    before = installation.content(f"records.{feed}")
    with pytest.raises(ReadinessError) as caught:
        installation.load(feed, day)
    [entry] = [entry for entry in installation.ledger(feed) if entry.day == day]
    assert (entry.status, entry.message) == ("stopped", str(caught.value))
    assert installation.content(f"records.{feed}") == before
    return str(caught.value)


def test_a_table_that_is_gone(installation):
    installation.load_rows(*CONTACTS, MONDAY, contact())
    installation.system.run("drop table ssd_contacts")
    assert "contacts: the table ssd_contacts is gone" in stopped(installation, "contacts", TUESDAY)


def test_a_column_that_the_feed_needs(embedded):
    embedded.load_rows(*CONTACTS, MONDAY, contact())
    embedded.system.run("alter table ssd_contacts drop column cont_person_id")
    assert "the column cont_person_id is missing in ssd_contacts" in stopped(embedded, "contacts", TUESDAY)


def test_an_optional_column_that_held_values(embedded):
    embedded.load_rows(*CONTACTS, MONDAY, contact(cont_contact_source_desc="police"))
    embedded.system.run("alter table ssd_contacts drop column cont_contact_source_desc")
    assert "earlier batches read source_name from it" in stopped(embedded, "contacts", TUESDAY)


def test_an_optional_column_that_never_held_any_is_only_reported(embedded):
    embedded.load_rows(*CONTACTS, MONDAY, contact())
    embedded.system.run("alter table ssd_contacts drop column cont_contact_source_desc")
    assert embedded.load("contacts", TUESDAY).missing_columns == ("source_name",)


def test_a_column_of_another_type(embedded):
    embedded.load_rows("teams", "ssd_department", MONDAY, team("T1"))
    embedded.system.run("alter table ssd_department drop column dept_team_id")
    embedded.system.run("alter table ssd_department add column dept_team_id integer")
    embedded.system.fill("ssd_department", team(1))
    assert "team_id held text values and now holds number ones" in stopped(embedded, "teams", TUESDAY)


def test_dates_of_another_format(embedded):
    embedded.load_rows(*CONTACTS, MONDAY, *(contact(f"K{n}") for n in range(3)))
    embedded.system.fill("ssd_contacts", *(contact(f"K{n}", cont_contact_date="30/10/26") for n in range(3)))
    assert "no longer holds dates: 3 of its 3 values cannot be read" in stopped(embedded, "contacts", TUESDAY)


def test_far_fewer_rows_than_yesterday(installation):
    installation.load_rows(*CONTACTS, MONDAY, contact("K1"), contact("K2"), contact("K3"))
    installation.system.fill("ssd_contacts", contact("K1"))
    assert "gave 1 rows, 3 the time before" in stopped(installation, "contacts", TUESDAY)


def test_copies_of_rows_do_not_count_as_rows_of_the_day_before(embedded):
    """Thirty rows of which twenty were copies, and then ten of them once: nothing is missing."""
    once = [contact(f"K{n}") for n in range(10)]
    assert embedded.load_rows("contacts", "ssd_contacts", MONDAY, *once, *once, *once).accepted == 10
    assert embedded.load_rows("contacts", "ssd_contacts", TUESDAY, *once).status == "loaded"


def test_a_day_in_the_future_is_refused_and_not_noted(embedded):
    embedded.load_rows("contacts", "ssd_contacts", MONDAY, contact())
    with pytest.raises(ReadinessError):
        load_feed(embedded.settings, "contacts", MONDAY.replace(year=2027), now=evening(TUESDAY))
    assert [entry.day for entry in embedded.ledger("contacts")] == [MONDAY]


def test_an_empty_table_that_had_rows(embedded):
    embedded.load_rows(*CONTACTS, MONDAY, contact())
    embedded.system.fill("ssd_contacts")
    assert "gave 0 rows, 1 the time before" in stopped(embedded, "contacts", TUESDAY)


def test_rows_before_are_those_of_the_last_loaded_day(embedded):
    embedded.load_rows(*CONTACTS, MONDAY, *(contact(f"K{n}") for n in range(8)))
    embedded.load_rows(*CONTACTS, TUESDAY, *(contact(f"K{n}") for n in range(4)))
    assert embedded.load_rows(*CONTACTS, WEDNESDAY, contact("K1"), contact("K2")).closed == 2


def test_a_locked_case_system_may_be_tried_again_and_then_the_ledger_is_right(embedded):
    embedded.load_rows(*CONTACTS, MONDAY, contact())
    waiting = replace(embedded.settings, case_system=f"{embedded.system.url}?timeout=0.1")
    holder = sqlite3.connect(embedded.system.url.removeprefix("sqlite:///"), isolation_level=None)
    holder.execute("begin exclusive")
    try:
        with pytest.raises(SourceUnavailable, match="contacts: the case system at"):
            load_feed(waiting, "contacts", TUESDAY, now=evening(TUESDAY))
    finally:
        holder.close()
    assert [entry.status for entry in embedded.ledger("contacts")] == ["loaded", "stopped"]
    embedded.load("contacts", TUESDAY)
    assert [entry.status for entry in embedded.ledger("contacts")] == ["loaded", "loaded"]


def test_another_key_than_the_warehouse_was_made_with(installation, tmp_path):
    installation.load_rows(*CONTACTS, MONDAY, contact())
    if installation.settings.has_embedded_warehouse:
        elsewhere = replace(installation.settings, home=tmp_path / "another home")
        with pytest.raises(IdentityKeyChanged, match="hashed with another identity key"):
            load_feed(elsewhere, "contacts", TUESDAY, now=evening(TUESDAY))
    installation.settings.identity_key.write_bytes(b"x" * 32)
    assert "is not the one that this installation began with" in stopped(installation, "contacts", TUESDAY)


def test_one_feed_that_is_stopped_stops_no_other(embedded):
    embedded.system.run("alter table ssd_department drop column dept_team_id")
    with pytest.raises(SourceChanged, match="teams: the column dept_team_id"):
        embedded.load("teams", MONDAY)
    assert embedded.load_rows("assessments", "ssd_cin_assessments", MONDAY, assessment()).accepted == 1


def test_a_day_that_is_loaded_stays_loaded_in_the_ledger_whatever_comes_after(embedded):
    embedded.load_rows(*CONTACTS, MONDAY, contact())
    broken = replace(embedded.settings, authority=embedded.settings.home)
    with pytest.raises(ReadinessError, match="profile.yaml is missing"):
        load_feed(broken, "contacts", MONDAY, now=evening(MONDAY))
    assert [entry.status for entry in embedded.ledger("contacts")] == ["loaded"]


class TestAChangeThatIsMeant:
    def test_is_accepted_once(self, installation):
        installation.load_rows(*CONTACTS, MONDAY, contact(cont_contact_source_desc="police"))
        installation.system.run("alter table ssd_contacts drop column cont_contact_source_desc")
        assert "accept it once" in stopped(installation, "contacts", TUESDAY)
        accept_source_change(installation.settings, "contacts", "A. Analyst", "the column was retired")
        assert installation.load("contacts", TUESDAY).changed == 1

    def test_says_who_and_why(self, embedded):
        with pytest.raises(ReadinessError, match="who you are and why"):
            accept_source_change(embedded.settings, "contacts", "", "")

    def test_is_of_one_feed_only(self, embedded):
        embedded.load_rows("teams", "ssd_department", MONDAY, team())
        embedded.load_rows(*CONTACTS, MONDAY, contact())
        accept_source_change(embedded.settings, "contacts", "A. Analyst", "a new version of the extract")
        assert set(embedded.query("select feed from records.source_shape").feed) == {"teams"}


class TestACanary:
    """A child with an improbable name, id and date of birth, in dirty rows everywhere."""

    NAME, ID, BORN = "Zebedee Quuxington", "CANARY-0815", "1899-12-31"

    @pytest.fixture
    def canary(self, embedded) -> Installation:
        system, odd = embedded.system, f"{self.NAME} {self.ID} {self.BORN}"
        person = {"pers_person_id": self.ID, "pers_forename": self.NAME, "pers_dob": self.BORN}
        system.add("ssd_person", person, person | {"pers_surname": odd, "pers_sex": "F"})
        system.add("ssd_person", {"pers_person_id": "C2", "pers_dob": odd, "pers_ethnicity": odd})
        system.add("ssd_contacts", contact(odd, cont_person_id=self.ID, cont_contact_date=odd))
        system.add("ssd_contacts", contact("K2", cont_person_id=self.ID, cont_contact_source_code=odd))
        system.add("ssd_cin_assessments", assessment(odd, cina_person_id=self.ID, cina_assessment_auth_date=odd))
        system.add("ssd_cin_assessments", assessment("A2", cina_assessment_child_seen=odd, cina_assessment_team=odd))
        system.add("ext_record_audit", audit(odd, person_id=self.ID, created_at=odd), audit("V2", entry_channel=odd))
        system.add("ssd_professionals", {"prof_professional_id": self.ID, "prof_full_time_equivalency": odd})
        return embedded

    FEEDS = ("people", "contacts", "assessments", "record_audit", "professionals")

    def assert_silent(self, *said: object) -> None:
        for text in map(str, said):
            for secret in (self.NAME, "Quuxington", self.ID, self.BORN):
                assert secret not in text

    def test_leaves_no_trace_in_results_logs_or_ledger(self, canary, caplog):
        caplog.set_level("DEBUG")
        results = [canary.load(feed, MONDAY) for feed in self.FEEDS]
        assert sum(result.quarantined for result in results) >= 6
        self.assert_silent(*results, caplog.text)
        self.assert_silent(*(canary.ledger(feed) for feed in self.FEEDS))
        self.assert_silent(canary.content("gate.rule_results"), canary.content("records.batches"))

    def test_has_no_id_in_the_warehouse(self, canary):
        for feed in self.FEEDS:
            canary.load(feed, MONDAY)
        for file in canary.settings.home.iterdir():
            if file.name != "vault.sqlite" and file.is_file():
                is_warehouse = file.name in (
                    "warehouse.duckdb",
                    "warehouse.duckdb.wal",
                )  # which keep an odd code as it came
                assert self.ID.encode() not in file.read_bytes() or is_warehouse
        for feed in self.FEEDS:
            for room in ("records", "quarantine"):
                ids = [name for name in canary.query(f"select * from {room}.{feed} limit 0").columns if "_id" in name]
                kept = canary.query(
                    f"select {', '.join(i for i in ids if i not in ('team_id', 'area_id'))} from {room}.{feed}"
                )
                self.assert_silent(kept.to_csv())

    @pytest.mark.parametrize("where", ["merge", "_rows"])
    def test_is_in_no_error_that_the_warehouse_makes(self, canary, monkeypatch, where, caplog):
        def failing(*how):
            raise ValueError(f"could not convert '{self.NAME}' born {self.BORN}")

        monkeypatch.setattr(Merger, where, failing)
        with pytest.raises(ReadinessError) as caught:
            canary.load("contacts", MONDAY)
        self.assert_silent(caught.value, caught.value.__context__, caught.value.__cause__, caplog.text)
        self.assert_silent(canary.ledger("contacts"))
        assert "ValueError" in str(caught.value)

    def test_is_in_no_message_of_a_stopped_feed(self, canary):
        canary.load("contacts", MONDAY)
        odd = [contact(f"K{n}", cont_contact_date=f"{self.NAME} {n}") for n in range(20)]
        canary.system.fill("ssd_contacts", *odd)
        with pytest.raises(SourceChanged) as caught:
            canary.load("contacts", TUESDAY)
        self.assert_silent(caught.value)
        canary.system.fill("ssd_contacts")
        with pytest.raises(GateStopped) as caught:
            canary.load("contacts", WEDNESDAY)
        self.assert_silent(caught.value)
