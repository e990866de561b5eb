"""Whether a source can support each indicator, and what to do next."""

from dataclasses import replace

import pytest
import yaml

from readiness.clocks import load_definitions
from readiness.source_check import IndicatorCheck, SourceCheck, check_source
from readiness.source_check.comparing import changes
from readiness.source_check.steps import Step, can_start, next_steps, summary
from tests.source_check.conftest import days
from tests.sources.case_system import MONDAY, STATEMENTS, CaseSystem, assessment, audit, contact, evening, visit

# Whatever else can be counted by now, these are the indicators that the tests below speak of.
ASKED = (
    "contact_decision_in_time",
    "initial_assessment_in_time",
    "core_assessment_in_time",
    "assessment_from_referral_in_time",
    "assessment_from_start_in_time",
    "protection_visit_in_time",
    "personal_supervision_held",
    "personal_supervision_in_date",
    "visit_recorded_in_time",
    "contact_recorded_in_time",
    "ethnicity_recorded",
    "parent_views_recorded",
    "child_views_recorded",
    "caseload_per_worker",
)


@pytest.fixture(autouse=True)
def _asked_alone(monkeypatch):
    asked = load_definitions().only(ASKED)
    monkeypatch.setattr("readiness.source_check.checking.load_definitions", lambda: asked)


def indicator(check: SourceCheck, id: str) -> IndicatorCheck:
    return next(found for found in check.indicators if found.id == id)


def step(check: SourceCheck, title: str) -> Step:
    return next(found for found in next_steps(check) if found.title == title)


def filled(system: CaseSystem) -> CaseSystem:
    """A system with enough rows for these indicators: two whole months, September and October 2026."""
    for day in days(MONDAY.replace(month=9, day=1), 61):
        system.add("ssd_contacts", contact(f"K{day}", cont_contact_date=f"{day} 10:15:00"))
        system.add(
            "ext_contact_decisions",
            {
                "contact_id": f"K{day}",
                "received_at": f"{day} 10:15:00",
                "decided_at": f"{day} 12:00:00",
                "urgency": "green",
                "team_id": "T1",
            },
        )
        system.add("ext_record_audit", audit(f"V{day}", occurred_at=f"{day} 10:00:00", created_at=f"{day} 15:00:00"))
    for month in ("09", "10"):
        system.add(
            "ssd_cin_episodes",
            {"cine_referral_id": f"R{month}", "cine_person_id": "C1", "cine_referral_date": f"2026-{month}-03"},
        )
        started = f"2026-{month}-04 09:00:00"
        system.add("ssd_cin_assessments", assessment(f"A{month}", cina_assessment_start_date=started))
        system.add("ext_assessment_details", {"cina_assessment_id": f"A{month}", "child_views_recorded": "Y"})
        system.add("ssd_cp_visits", visit(f"V{month}", cppv_cp_visit_date=f"2026-{month}-05 09:00:00"))
        system.add(
            "ssd_cp_plans",
            {"cppl_cp_plan_id": f"P{month}", "cppl_person_id": "C1", "cppl_cp_plan_start_date": f"2026-{month}-01"},
        )
        system.add(
            "ext_supervision_sessions",
            {"session_id": f"S{month}", "professional_id": "W1", "session_type": "personal", "held_at": started},
        )
    system.add("ssd_person", {"pers_person_id": "C1", "pers_dob": "2015-05-05", "pers_ethnicity": "WBRI"})
    return system.add("ssd_professionals", {"prof_professional_id": "W1", "prof_full_time_equivalency": 1}).add(
        "ext_workforce", {"prof_professional_id": "W1", "started_on": "2020-01-01", "is_case_holding": "Y"}
    )


@pytest.fixture
def system(sqlite_system) -> CaseSystem:
    return filled(sqlite_system)


class TestIndicators:
    def test_what_has_its_feeds_is_supported_from_their_first_complete_month(self, system, check):
        found = indicator(check(system), "contact_decision_in_time")
        assert (found.support, found.from_month) == ("supported", "2026-09")

    def test_the_latest_first_month_of_its_feeds_counts(self, system, check):
        system.run("delete from ext_contact_decisions where contact_id like 'K2026-09%'")
        assert indicator(check(system), "contact_decision_in_time").from_month == "2026-10"

    def test_an_absent_table_is_named_and_so_is_who_to_ask(self, system, check):
        found = check(system.run("drop table ext_contact_decisions"))
        lack = indicator(found, "contact_decision_in_time").lacks[0]
        assert (lack.reason, lack.places) == ("absent", ("ext_contact_decisions",))
        asked = step(found, "Provide ext_contact_decisions")
        assert asked.unlocks == ("Contacts decided on in time",)
        assert asked.owner == "First Response managers"

    def test_an_empty_table_supports_nothing(self, system, check):
        found = indicator(check(system.run("delete from ext_contact_decisions")), "contact_decision_in_time")
        assert (found.support, found.lacks[0].reason) == ("not_supported", "empty")

    def test_a_kind_of_row_that_never_occurs_is_missing(self, system, check):
        found = check(system.run("delete from ssd_cp_visits"))
        assert indicator(found, "protection_visit_in_time").lacks[0].reason == "empty"
        need = {"cinv_cin_visit_id": "N1", "cinv_person_id": "C1", "cinv_cin_visit_date": "2026-10-01"}
        found = check(system.add("ssd_cin_visits", need))
        lack = indicator(found, "protection_visit_in_time").lacks[0]
        assert (lack.reason, lack.codes, lack.places) == ("kind", ("protection",), ("ssd_cp_visits",))

    def test_a_record_type_without_rows_is_missing(self, system, check):
        found = check(system)
        assert indicator(found, "visit_recorded_in_time").is_computable
        lack = indicator(found, "contact_recorded_in_time").lacks[0]
        assert (lack.reason, lack.codes) == ("kind", ("contact",))

    def test_a_column_that_nobody_fills_supports_no_check(self, system, check):
        found = check(system)
        assert indicator(found, "child_views_recorded").is_computable
        lack = indicator(found, "parent_views_recorded").lacks[0]
        assert (lack.reason, lack.places) == ("column", ("ext_assessment_details.parent_views_recorded",))

    def test_a_table_that_only_adds_columns_is_asked_for_as_a_whole(self, system, check):
        found = check(system.run("drop table ext_workforce"))
        for id in ("personal_supervision_held", "personal_supervision_in_date"):
            assert [(lack.reason, lack.places) for lack in indicator(found, id).lacks] == [
                ("table", ("ext_workforce",))
            ]
        assert len(step(found, "Provide ext_workforce").unlocks) == 2

    def test_a_limit_that_has_ended_does_not_apply_today(self, system, check):
        found = indicator(check(system), "core_assessment_in_time")
        assert found.support == "not_applicable"
        assert found.note == "Its limit ended on 15 April 2013, before the first complete month of this source."

    def test_a_feed_that_it_only_looks_up_is_a_caveat(self, system, check):
        found = indicator(check(system.run("drop table ext_absences")), "personal_supervision_held")
        assert found.support == "caveats"
        assert "It also looks at absences, of which this source has none." in found.caveats

    def test_dates_that_nothing_stamps_are_a_caveat(self, system, check):
        unwitnessed = "Its dates are typed by workers, and nothing stamps when (record_audit has no rows)."
        assert unwitnessed not in indicator(check(system), "protection_visit_in_time").caveats
        system.run("drop table ext_record_audit")
        assert unwitnessed in indicator(check(system), "protection_visit_in_time").caveats

    def test_a_hole_in_its_feed_is_a_caveat(self, system, check):
        for day in days(MONDAY.replace(month=7, day=1), 31):
            system.add("ssd_contacts", contact(f"J{day}", cont_contact_date=f"{day} 10:15:00"))
            system.add("ext_contact_decisions", {"contact_id": f"J{day}", "received_at": f"{day} 10:15:00"})
        assert (
            indicator(check(system), "contact_decision_in_time").caveats[0] == "Contacts have no rows in August 2026."
        )

    def test_rows_that_cannot_be_used_are_a_caveat_above_five_percent(self, system, check):
        system.run("update ssd_contacts set cont_person_id = null where cont_contact_id like 'K2026-10-0%'")
        assert indicator(check(system), "contact_decision_in_time").caveats == (
            "Contacts: 15% of the rows cannot be used as they are; above 5% it cannot be judged good.",
        )  # 9 of 61


class TestTheWhole:
    def test_the_summary_counts_what_applies_and_names_what_is_needed(self, system, check):
        # 14 indicators, of which the two of before 2013 do not apply.
        found = check(system)
        assert [one.id for one in found.applicable if not one.is_computable] == [
            "contact_recorded_in_time",
            "parent_views_recorded",
            "caseload_per_worker",
        ]
        assert summary(found) == (
            f"{len(found.applicable) - 3} of {len(found.applicable)} indicators can be computed from this source. The "
            "others need ext_record_audit, ext_assessment_details.parent_views_recorded and ssd_involvements."
        )
        assert can_start(found) == "partly"

    def test_nothing_can_start_from_an_empty_system(self, sqlite_system, check):
        assert can_start(check(sqlite_system)) == "no"

    def test_a_feed_that_is_refused_does_not_stop_the_others(self, system, check):
        system.run("alter table ssd_contacts rename column cont_contact_date to contacted")
        found = check(system)
        assert found.feed("contacts").state == "refused"
        assert "cont_contact_date is missing in ssd_contacts" in found.feed("contacts").message
        assert found.feed("referrals").has_rows
        assert indicator(found, "contact_decision_in_time").lacks[0].reason == "refused"
        assert step(found, "Mend contacts").why.startswith("The column cont_contact_date is missing")

    def test_what_unlocks_most_comes_first(self, system, check):
        found = check(system.run("drop table ext_workforce").run("drop table ext_contact_decisions"))
        titles = [one.title for one in next_steps(found)]
        assert titles[0] == "Provide ext_workforce"
        assert titles.index("Provide ext_contact_decisions") < titles.index("Fill ssd_involvements")

    def test_a_feed_from_elsewhere_is_read_from_there(self, home, system, tmp_path):
        system.run("drop table ext_absences")
        other = CaseSystem(f"sqlite:///{tmp_path / 'staff.sqlite'}").add("ext_absences", {"absence_id": "B1"})
        profile = yaml.safe_load((home.authority / "profile.yaml").read_text(encoding="utf-8"))
        authority = tmp_path / "authority"
        authority.mkdir()
        profile["sources"] = {"absences": other.url}
        (authority / "profile.yaml").write_text(yaml.safe_dump(profile), encoding="utf-8")
        settings = replace(home, case_system=system.url, authority=authority)
        found = check_source(settings, None, evening(MONDAY)).feed("absences")
        assert (found.rows, found.address) == (1, other.url)

    def test_a_dated_source_is_read_as_of_its_last_day(self, sqlite_system, check):
        sqlite_system.keep_history("ssd_contacts")
        sqlite_system.add("ssd_contacts_history", contact("K1") | {"entered_at": "2026-10-30 18:00:00"})
        sqlite_system.add("ssd_contacts_history", contact("K2") | {"entered_at": "2026-10-31 18:00:00"})
        sqlite_system.run(*(f"drop table {table}" for table in live_tables()))
        found = check(sqlite_system)
        assert (str(found.day), found.is_live, found.feed("contacts").rows) == ("2026-10-31", False, 2)
        assert check(sqlite_system, MONDAY.replace(month=10, day=30)).feed("contacts").rows == 1


class TestChanges:
    def test_nothing_has_changed_since_itself(self, system, check):
        found = check(system)
        assert changes(found, found) == ()

    def test_feeds_columns_and_rows_that_went_are_told(self, system, check):
        before = check(system)
        system.run(
            "drop table ext_contact_decisions",
            "alter table ext_assessment_details drop column child_seen_on",
            "alter table ssd_cp_plans add column colour varchar(10)",
            "delete from ssd_contacts where cont_contact_id like 'K2026-09%'",
            "delete from ssd_contacts where cont_contact_id = 'K2026-10-01'",
        )
        assert changes(check(system), before) == (
            "“Contacts decided on in time” can no longer be computed.",
            "Assessments: gone column of the contract: child_seen_on.",
            "Contact decisions are gone.",
            "Contacts: 30 rows, fewer than half of the 61 before.",
            "Protection plans: new column that nothing asks for: ssd_cp_plans.colour.",
        )

    def test_what_came_back_is_told_too(self, system, check):
        before = check(system.run("alter table ext_contact_decisions rename to elsewhere"))
        after = check(system.run("alter table elsewhere rename to ext_contact_decisions"))
        assert changes(after, before) == (
            "“Contacts decided on in time” can now be computed.",
            "Contact decisions can be read now.",
        )


def live_tables() -> list[str]:
    """Every table but that of the contacts."""
    names = [statement.split("(")[0].split()[-1] for statement in STATEMENTS if "create table" in statement]
    return [name for name in names if name != "ssd_contacts"]
