"""A case system that is locked, gone, or no longer what it was: a clear message, and no value of a row in it."""

import sqlite3
from dataclasses import replace

import pytest

from readiness.contracts import load_contract
from readiness.errors import ReadinessError
from readiness.sources import Remembered, Source, SourceChanged, SourceUnavailable, guarded, read_feed
from tests.sources.case_system import MONDAY, CaseSystem, assessment, contact, evening, team

SEEN = Remembered(frozenset({"ssd_cin_assessments", "ext_assessment_details"}), {"assessment_type": "text"})


def read_from(home, url: str, feed: str = "teams"):
    return read_feed(replace(home, case_system=url), load_contract(feed), source=Source(url), now=evening(MONDAY))


class TestThatIsNotThere:
    def test_a_locked_file_may_be_tried_again(self, sqlite_system, home):
        holder = sqlite3.connect(sqlite_system.url.removeprefix("sqlite:///"), isolation_level=None)
        holder.execute("begin exclusive")
        try:
            with pytest.raises(SourceUnavailable, match="teams: the case system at .* is locked, unreachable"):
                read_from(home, f"{sqlite_system.url}?timeout=0.1")
        finally:
            holder.close()
        assert read_from(home, sqlite_system.url).source_rows == 0

    def test_a_missing_file_is_not_made(self, home, tmp_path):
        file = tmp_path / "nowhere.sqlite"
        with pytest.raises(SourceUnavailable, match="There is no case system at"):
            read_from(home, f"sqlite:///{file}")
        assert not file.exists()

    def test_an_unreachable_server_may_be_tried_again_and_its_password_is_not_told(self, home):
        with pytest.raises(SourceUnavailable) as caught:
            read_from(home, "postgresql+psycopg://reader:s3cret@127.0.0.1:9/cases")
        assert "reader:***@127.0.0.1" in str(caught.value)
        assert "s3cret" not in str(caught.value)

    def test_a_file_that_is_no_database_is_not_tried_again(self, home, tmp_path):
        file = tmp_path / "letter.sqlite"
        file.write_text("Dear Director, " * 100)
        with pytest.raises(ReadinessError, match="refused the query") as caught:
            read_from(home, f"sqlite:///{file}")
        assert not isinstance(caught.value, SourceUnavailable)

    def test_a_database_without_a_driver_is_named(self, home):
        with pytest.raises(ReadinessError, match="no driver for it is installed"):
            read_from(home, "nosuchdb://reader@host/cases")


class TestThatChanged:
    def test_a_table_that_was_there_before_must_be_there_again(self, case_system, read):
        case_system.run("drop table ssd_cin_assessments")
        with pytest.raises(SourceChanged, match="assessments: the table ssd_cin_assessments is gone"):
            read(case_system, "assessments", remembered=SEEN)

    def test_so_must_a_joined_one(self, case_system, read):
        case_system.run("drop table ext_assessment_details")
        with pytest.raises(SourceChanged, match="the table ext_assessment_details is gone"):
            read(case_system, "assessments", remembered=SEEN)

    @pytest.mark.parametrize("column", ["cina_assessment_id", "cina_person_id", "cina_assessment_start_date"])
    def test_a_column_that_the_feed_needs_must_be_there(self, case_system, read, column):
        case_system.run(f"alter table ssd_cin_assessments drop column {column}")
        with pytest.raises(SourceChanged, match=f"the column {column} is missing in ssd_cin_assessments"):
            read(case_system, "assessments")

    def test_an_optional_column_that_held_values_must_be_there_again(self, case_system, read):
        case_system.run("alter table ext_assessment_details drop column assessment_type")
        with pytest.raises(SourceChanged, match="earlier batches read assessment_type from it"):
            read(case_system, "assessments", remembered=SEEN)

    def test_the_message_says_how_to_accept_the_change(self, case_system, read):
        case_system.run("drop table ext_assessment_details")
        with pytest.raises(SourceChanged, match="python -m readiness accept assessments --who"):
            read(case_system, "assessments", remembered=SEEN)

    def test_dates_that_became_numbers_stop_the_feed(self, sqlite_system, read):
        sqlite_system.add("ssd_contacts", *(contact(f"K{n}", cont_contact_date=1793440000 + n) for n in range(3)))
        with pytest.raises(SourceChanged, match="gives contact no longer holds dates: 3 of its 3 values"):
            read(sqlite_system, "contacts")

    def test_dates_that_became_numbers_stop_the_feed_on_a_server_too(self, postgresql_url, read):
        system = CaseSystem(postgresql_url).run("alter table ssd_contacts drop column cont_contact_date")
        system.run("alter table ssd_contacts add column cont_contact_date bigint")
        system.add("ssd_contacts", *(contact(f"K{n}", cont_contact_date=1793440000 + n) for n in range(3)))
        with pytest.raises(SourceChanged, match="no longer holds dates"):
            read(system, "contacts")

    def test_dates_most_of_which_changed_their_format_stop_the_feed(self, sqlite_system, read):
        sqlite_system.add("ssd_contacts", *(contact(f"K{n}") for n in range(9)))
        sqlite_system.add("ssd_contacts", *(contact(f"L{n}", cont_contact_date="31/10/26") for n in range(10)))
        with pytest.raises(SourceChanged, match="10 of its 19 values cannot be read"):
            read(sqlite_system, "contacts")

    def test_a_few_dates_that_cannot_be_read_do_not(self, sqlite_system, read):
        sqlite_system.add("ssd_contacts", *(contact(f"K{n}") for n in range(9)))
        sqlite_system.add("ssd_contacts", *(contact(f"L{n}", cont_contact_date="31/10/26") for n in range(9)))
        assert read(sqlite_system, "contacts").frame["contact__unreadable"].sum() == 9

    def test_ids_that_became_numbers_stop_the_feed(self, sqlite_system, read):
        seen = Remembered(frozenset(), {"team_id": "text"})
        sqlite_system.add("ssd_department", team("007"))
        assert read(sqlite_system, "teams", remembered=seen).source_rows == 1
        sqlite_system.run("drop table ssd_department", "create table ssd_department (dept_team_id integer)")
        sqlite_system.add("ssd_department", {"dept_team_id": 7})
        with pytest.raises(SourceChanged, match="team_id held text values and now holds number ones"):
            read(sqlite_system, "teams", remembered=seen)

    def test_a_join_that_the_database_refuses_names_the_feed_and_no_value(self, postgresql_url, read):
        system = CaseSystem(postgresql_url).run("drop table ext_assessment_details")
        system.run("create table ext_assessment_details (cina_assessment_id bigint, assessment_type text)")
        system.add("ssd_cin_assessments", assessment("4711-0815"))
        with pytest.raises(ReadinessError, match="assessments: the case system at .* refused the query") as caught:
            read(system, "assessments")
        assert "4711" not in str(caught.value)


class TestForeignErrors:
    def test_leave_neither_their_text_nor_themselves(self):
        with pytest.raises(ReadinessError) as caught:
            guarded("Reading contacts", lambda: int("Zebedee Quux, born 1899-12-31"))
        assert "Zebedee" not in str(caught.value)
        assert "ValueError" in str(caught.value)
        assert caught.value.__cause__ is None
        assert caught.value.__context__ is None

    def test_our_own_pass_as_they_are(self):
        def refuse() -> None:
            raise SourceChanged("as it was")

        with pytest.raises(SourceChanged, match="as it was"):
            guarded("Reading contacts", refuse)
