"""What is read of a feed, from SQLite and from PostgreSQL."""

from datetime import date, datetime

import pandas as pd
import pytest
import sqlalchemy as sa

from readiness.contracts import load_contracts
from readiness.periods import day_moment
from readiness.sources import DayNotReadable, Remembered, Since
from readiness.sources.connection import NotReading, open_database
from tests.sources.case_system import MONDAY, TUESDAY, CaseSystem, assessment, audit, contact, evening, visit


def test_every_feed_can_be_read_from_an_empty_case_system(case_system, read):
    for feed, contract in load_contracts().items():
        batch = read(case_system, feed)
        assert (batch.source_rows, batch.is_absent, batch.missing_tables) == (0, False, ())
        assert set(contract.physical) < set(batch.frame.columns)


def test_values_are_the_same_from_every_database(case_system, read):
    case_system.add("ssd_contacts", contact("K1", cont_contact_date="2026-07-01 00:30:00"))
    case_system.add("ssd_contacts", contact(" K2 ", cont_contact_date="2026-07-01", cont_person_id=None))
    frame = read(case_system, "contacts").frame
    assert list(frame.contact_at.dt.to_pydatetime())[0] == datetime(2026, 6, 30, 23, 30)
    assert pd.isna(frame.contact_at[1])
    assert [on.date() for on in frame.contact_on] == [date(2026, 7, 1)] * 2
    assert list(frame.child_id.isna()) == [False, True]
    assert set(frame.source_code) == {"6"}


def test_an_id_of_the_source_is_a_hash_in_the_frame(case_system, read):
    case_system.add("ssd_contacts", contact("K1"), contact("K2"), contact("K3", cont_person_id="C2"))
    frame = read(case_system, "contacts").frame
    assert frame.child_id[0] == frame.child_id[1] != frame.child_id[2]
    assert not set(frame.contact_id) & {"K1", "K2", "K3"}
    assert frame.child_id.str.fullmatch("[0-9a-f]{20}").all()


def test_the_same_id_in_another_domain_is_another_hash(case_system, read):
    case_system.add("ssd_cin_assessments", assessment("1", cina_person_id="1"))
    frame = read(case_system, "assessments").frame
    assert frame.assessment_id[0] != frame.child_id[0]


def test_visits_of_all_three_kinds_are_one_feed(case_system, read):
    case_system.add("ssd_cp_visits", visit("V1"))
    case_system.add(
        "ssd_cin_visits",
        {"cinv_cin_visit_id": "V1", "cinv_person_id": "C1", "cinv_cin_visit_date": "2026-10-01"},
    )
    case_system.add(
        "ssd_cla_visits",
        {"clav_cla_visit_id": "V1", "clav_person_id": "C1", "clav_cla_visit_date": "2026-10-01", "clav_cla_id": "L1"},
    )
    frame = read(case_system, "visits").frame
    assert sorted(frame.visit_kind) == ["looked_after", "need", "protection"]
    assert frame.visit_id.nunique() == 1


def test_a_kind_of_visit_whose_table_was_never_there_is_left_out(case_system, read):
    case_system.run("drop table ssd_cla_visits").add("ssd_cp_visits", visit())
    batch = read(case_system, "visits")
    assert (batch.source_rows, batch.missing_tables) == (1, ("ssd_cla_visits",))


def test_a_feed_whose_table_was_never_there_is_absent(case_system, read):
    case_system.run("drop table ext_absences")
    batch = read(case_system, "absences")
    assert (batch.is_absent, batch.source_rows, batch.missing_tables) == (True, 0, ("ext_absences",))


def test_a_joined_table_that_was_never_there_is_read_as_empty(case_system, read):
    case_system.run("drop table ext_assessment_details").add("ssd_cin_assessments", assessment())
    batch = read(case_system, "assessments")
    assert batch.source_rows == 1
    assert batch.frame.assessment_type.isna().all()
    assert batch.missing_columns == (
        *("assessment_type", "child_seen_on", "is_child_views_recorded", "is_parent_views_recorded"),
        "is_identity_considered",
    )


def test_without_a_workforce_table_nobody_has_a_workforce_row(case_system, read):
    case_system.add("ssd_professionals", {"prof_professional_id": "W1"}, {"prof_professional_id": "W2"})
    case_system.add("ext_workforce", {"prof_professional_id": "W1"})
    assert sorted(read(case_system, "professionals").frame.has_workforce_row) == [False, True]
    case_system.run("drop table ext_workforce")
    assert list(read(case_system, "professionals").frame.has_workforce_row) == [False, False]


def test_an_optional_column_that_was_never_there_is_missing_values_and_reported(case_system, read):
    case_system.run("alter table ssd_contacts drop column cont_contact_source_desc").add("ssd_contacts", contact())
    batch = read(case_system, "contacts")
    assert batch.missing_columns == ("source_name",)
    assert batch.frame.source_name.isna().all()


def test_columns_that_no_contract_asks_for_are_named_and_not_read(case_system, read):
    case_system.add("ssd_person", {"pers_person_id": "C1", "pers_forename": "Zebedee", "pers_sex": "F"})
    batch = read(case_system, "people")
    assert "ssd_person.pers_forename" in batch.unknown_columns
    assert not batch.frame.isin(["Zebedee"]).any(axis=None)


def test_the_notice_of_the_source_comes_with_every_batch(case_system, read):
    assert read(case_system, "teams").notice is None
    case_system.run("create table readiness_notice (notice text)")
    case_system.add("readiness_notice", {"notice": "Synthetic data"})
    assert read(case_system, "teams").notice == "Synthetic data"


def test_a_statement_that_is_no_query_is_not_sent(case_system):
    with open_database(case_system.url) as connection, pytest.raises(NotReading):
        connection.exec_driver_sql("delete from ssd_department")


def test_the_database_itself_refuses_to_be_written_to(case_system):
    hidden = "with gone as (select 1) delete from ssd_department"
    with open_database(case_system.url) as connection, pytest.raises(sa.exc.DBAPIError, match="(?i)read.?only"):
        connection.execution_options(stream_results=False).exec_driver_sql(hidden)


class TestALiveSource:
    def test_is_read_as_of_now(self, case_system, read):
        batch = read(case_system, "teams", now=evening(MONDAY))
        assert (batch.day, batch.extracted_at) == (MONDAY, evening(MONDAY))

    def test_may_be_asked_for_today(self, case_system, read):
        assert read(case_system, "teams", now=evening(MONDAY), day=MONDAY).extracted_at == evening(MONDAY)

    def test_cannot_show_a_past_day(self, case_system, read):
        with pytest.raises(DayNotReadable, match="teams: this case system shows only its present state"):
            read(case_system, "teams", now=evening(TUESDAY), day=MONDAY)


class TestASourceThatKeepsItsHistory:
    @pytest.fixture
    def dated(self, case_system):
        case_system.keep_history("ssd_cin_assessments", "ext_assessment_details")
        case_system.add(
            "ssd_cin_assessments_history",
            assessment("A1") | {"entered_at": "2026-11-01 09:00:00", "replaced_at": "2026-11-03 09:00:00"},
            assessment("A1", cina_assessment_auth_date="2026-11-02") | {"entered_at": "2026-11-03 09:00:00"},
            assessment("A2") | {"entered_at": "2026-11-02 23:59:59"},
        )
        case_system.add(
            "ext_assessment_details_history",
            {"cina_assessment_id": "A1", "assessment_type": "single", "entered_at": "2026-11-03 10:00:00"},
        )
        return case_system

    def test_is_read_as_it_stood_at_the_end_of_the_day(self, dated, read):
        monday, tuesday = (read(dated, "assessments", day=day) for day in (MONDAY, TUESDAY))
        assert monday.extracted_at == day_moment(MONDAY) == datetime(2026, 11, 2, 23, 59, 59)
        assert (monday.source_rows, tuesday.source_rows) == (2, 2)
        assert monday.frame.authorised_on.notna().sum() == 0
        assert tuesday.frame.authorised_on.notna().sum() == 1

    def test_a_joined_table_shows_the_same_day(self, dated, read):
        assert read(dated, "assessments", day=MONDAY).frame.assessment_type.isna().all()
        assert read(dated, "assessments", day=TUESDAY).frame.assessment_type.notna().sum() == 1

    def test_columns_of_the_history_itself_are_not_reported(self, dated, read):
        unknown = read(dated, "assessments", day=MONDAY).unknown_columns
        assert unknown == ("ssd_cin_assessments.cina_assessment_outcome_json",)

    def test_must_be_asked_for_a_day(self, dated, read):
        with pytest.raises(DayNotReadable, match="Name the day"):
            read(dated, "assessments")


class TestAnIncrement:
    SINCE = date(2026, 11, 1)

    def test_reads_what_was_recorded_since(self, case_system, read):
        case_system.add(
            "ext_record_audit",
            audit("old", created_at="2026-10-31 23:59:00"),
            audit("new", created_at="2026-11-01 00:00:00"),
            audit("authorised later", created_at="2026-10-01", authorised_at="2026-11-02 09:00:00"),
        )
        batch = read(case_system, "record_audit", since=Since(self.SINCE))
        assert (batch.source_rows, batch.is_partial) == (2, True)

    def test_reads_again_the_records_named(self, case_system, read):
        case_system.add("ext_record_audit", audit("V1", created_at="2026-01-01"), audit("V2", created_at="2026-01-01"))
        assert read(case_system, "record_audit", since=Since(self.SINCE, ("V2",))).source_rows == 1

    def test_reads_every_row_of_a_record_that_was_touched(self, case_system, read):
        case_system.add("ext_record_audit", audit("V1", created_at="2026-01-01"), audit("V1", created_at="2026-11-02"))
        assert read(case_system, "record_audit", since=Since(self.SINCE)).source_rows == 2

    def test_reads_what_has_no_id_or_no_recorded_date(self, case_system, read):
        case_system.add("ext_record_audit", audit(None, created_at="2026-01-01"), audit("V1", created_at=None))
        assert read(case_system, "record_audit", since=Since(self.SINCE)).source_rows == 2

    def test_reads_what_has_a_recorded_date_that_cannot_be_read(self, sqlite_system, read):
        sqlite_system.add("ext_record_audit", audit("V1", created_at="01/02/2026"))
        assert read(sqlite_system, "record_audit", since=Since(self.SINCE)).source_rows == 1

    def test_with_too_many_records_named_reads_everything(self, case_system, read):
        case_system.add("ext_record_audit", audit("V1", created_at="2026-01-01"))
        named = tuple(f"Q{number}" for number in range(1001))
        assert read(case_system, "record_audit", since=Since(self.SINCE, named)).source_rows == 1


def test_numbers_as_ids_are_read_like_text(sqlite_system, read):
    sqlite_system.add("ssd_department", {"dept_team_id": 7}, {"dept_team_id": 8.0}, {"dept_team_id": "09"})
    assert set(read(sqlite_system, "teams").frame.team_id) == {"7", "8", "09"}


def test_infinity_and_years_that_no_driver_holds_are_unreadable_dates_not_a_failed_feed(postgresql_url, read):
    system = CaseSystem(postgresql_url).add(
        "ssd_cp_plans",
        {"cppl_cp_plan_id": "P1", "cppl_person_id": "C1", "cppl_cp_plan_start_date": "2026-01-01"},
        {
            "cppl_cp_plan_id": "P2",
            "cppl_person_id": "C1",
            "cppl_cp_plan_start_date": "2026-01-01",
            "cppl_cp_plan_end_date": "infinity",
        },
    )
    assert list(read(system, "protection_plans").frame["ended__unreadable"]) == [False, True]


def test_what_is_remembered_of_the_source_names_its_tables_and_what_they_held(case_system, read):
    batch = read(case_system.add("ssd_contacts", contact()), "contacts", remembered=Remembered())
    assert batch.tables == {"ssd_contacts"}
    assert {"contact_id", "child_id", "contact", "source_code"} == set(batch.families)
