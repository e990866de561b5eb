"""What is said of a feed, against case systems whose numbers were worked out by hand."""

from datetime import date, datetime, timedelta

import pytest

from readiness.source_check.findings import findings
from readiness.source_check.model import DateColumn, FeedCheck
from tests.source_check.conftest import days
from tests.sources.case_system import assessment, audit, contact


def column(feed: FeedCheck, name: str) -> DateColumn:
    return next(found for found in feed.dates if found.name == name)


def said(feed: FeedCheck) -> list[str]:
    return [finding.text for finding in findings(feed)]


def contacts(number: int, month: str, start: int = 0) -> list[dict]:
    return [contact(f"{month}-{start + n}", cont_contact_date=f"{month}-{10 + n % 15} 10:15:00") for n in range(number)]


class TestMonths:
    @pytest.fixture
    def feed(self, sqlite_system, look) -> FeedCheck:
        counts = {"2025-11": 4, "2025-12": 20, "2026-01": 20, "2026-03": 20, "2026-04": 4}
        counts |= {f"2026-{month:02}": 20 for month in range(5, 11)}
        for month, number in counts.items():
            sqlite_system.add("ssd_contacts", *contacts(number, month))
        sqlite_system.add("ssd_contacts", contact("today", cont_contact_date="2026-11-02 09:00:00"))
        sqlite_system.add("ssd_contacts", contact("typo", cont_contact_date="2062-01-09 09:00:00"))
        return look(sqlite_system, "contacts")

    def test_the_day_s_own_month_is_drawn_but_left_out_of_the_median(self, feed):
        # 4, 4 and nine times 20 in the closed months: the sixth of eleven is 20.
        assert feed.months.typical == 20
        assert feed.months.rows["2026-11"] == 1

    def test_the_first_complete_month_is_the_earliest_with_half_of_the_median(self, feed):
        assert feed.months.first_complete == "2025-12"

    def test_a_month_without_rows_is_a_gap(self, feed):
        assert feed.months.empty == ("2026-02",)
        assert "No rows in February 2026." in said(feed)

    def test_a_month_under_a_quarter_of_the_median_is_thin_unless_it_lies_before(self, feed):
        assert feed.months.thin == ("2026-04",)

    def test_a_mistyped_year_opens_no_decades_of_gaps(self, feed):
        assert max(feed.months.rows) == "2026-11"
        assert feed.months.later == 1

    def test_a_feed_that_may_not_rest_has_a_gap_up_to_the_last_month(self, sqlite_system, look):
        for month in ("2026-06", "2026-07", "2026-08"):
            sqlite_system.add("ssd_contacts", *contacts(12, month))
        assert look(sqlite_system, "contacts").months.empty == ("2026-09", "2026-10")

    def test_a_rare_kind_of_row_has_no_gaps(self, sqlite_system, look):
        for month in ("2025-06", "2026-02"):
            sqlite_system.add("ssd_contacts", *contacts(3, month))
        assert look(sqlite_system, "contacts").months.empty == ()

    def test_each_type_of_the_record_audit_begins_by_itself(self, sqlite_system, look):
        visits = [audit(f"V{n}", occurred_at=f"2026-0{3 + n % 3}-10 10:00:00") for n in range(12)]
        notes = [audit(f"N{n}", record_type="contact", occurred_at="2026-08-10 10:00:00") for n in range(5)]
        sqlite_system.add("ext_record_audit", *visits, *notes)
        kinds = {kind.code: kind for kind in look(sqlite_system, "record_audit").kinds}
        assert (kinds["protection_visit"].rows, kinds["protection_visit"].first_complete) == (12, "2026-03")
        assert (kinds["contact"].rows, kinds["contact"].first_complete) == (5, "2026-08")
        assert (kinds["case_note"].rows, kinds["case_note"].first_complete) == (0, None)


class TestKeys:
    @pytest.fixture
    def feed(self, case_system, look) -> FeedCheck:
        case_system.add("ssd_contacts", contact("same"), contact("same"), contact("other"))
        case_system.add("ssd_contacts", contact("differs"), contact("differs", cont_contact_source_code="7"))
        return look(case_system.add("ssd_contacts", contact(None)), "contacts")

    def test_rows_keys_copies_and_rows_without_key_are_counted(self, feed):
        assert (feed.rows, feed.keys, feed.repeated_keys, feed.copies, feed.rows_without_key) == (6, 3, 2, 1, 1)

    def test_a_copy_is_harmless_and_a_key_on_rows_that_differ_is_not(self, feed):
        assert feed.held_back == 3  # both rows of `differs`, and the one without a key


class TestDates:
    def test_dates_on_the_first_of_a_month_are_a_heap(self, sqlite_system, look):
        firsts = [contact(f"F{n}", cont_contact_date=f"2026-{1 + n % 10:02}-01 09:00:00") for n in range(40)]
        others = [
            contact(f"O{n}", cont_contact_date=f"2026-{1 + n % 10:02}-{2 + n % 27:02} 09:00:00") for n in range(60)
        ]
        feed = look(sqlite_system.add("ssd_contacts", *firsts, *others), "contacts")
        assert column(feed, "contact").on_the_first == 40
        assert "Contact: 40% on the first of a month, where an even spread gives 3%." in said(feed)

    def test_dates_spread_evenly_are_no_heap(self, sqlite_system, look):
        # 1 January 2026 and 303 days more end on 31 October: ten firsts among 304 days.
        rows = [contact(f"{day}", cont_contact_date=f"{day} 09:00:00") for day in days(date(2026, 1, 1), 304)]
        feed = look(sqlite_system.add("ssd_contacts", *rows), "contacts")
        assert column(feed, "contact").on_the_first == 10
        assert not any("first of a month" in text for text in said(feed))

    def test_midnight_is_no_time_of_day(self, case_system, look):
        times = ("00:00:00", "00:00:00", "00:00:00", "10:15:00")
        rows = [contact(f"K{n}", cont_contact_date=f"2026-10-30 {time}") for n, time in enumerate(times)]
        feed = look(case_system.add("ssd_contacts", *rows), "contacts")
        assert (column(feed, "contact").filled, column(feed, "contact").without_time) == (4, 3)
        assert "Without a time of day, so that hours cannot be counted: contact (75%)." in said(feed)

    def test_1900_is_counted_as_a_sentinel_and_not_as_the_first_date(self, case_system, look):
        rows = [assessment(f"A{n}", cina_assessment_auth_date="1900-01-01 00:00:00") for n in range(2)]
        rows += [assessment("A2", cina_assessment_auth_date="2026-10-01 10:00:00"), assessment("A3")]
        authorised = column(look(case_system.add("ssd_cin_assessments", *rows), "assessments"), "authorised")
        assert (authorised.is_1900, authorised.filled) == (2, 1)
        assert authorised.first_on == authorised.last_on == date(2026, 10, 1)

    def test_a_date_that_cannot_be_read_is_counted_and_not_shown(self, sqlite_system, look):
        rows = [contact("K1", cont_contact_date="the fifth of Zebedee"), contact("K2")]
        feed = look(sqlite_system.add("ssd_contacts", *rows), "contacts")
        assert (column(feed, "contact").unreadable, column(feed, "contact").filled) == (1, 1)
        assert feed.held_back == 1
        assert "Zebedee" not in feed.model_dump_json()

    def test_the_contract_says_who_makes_a_date(self, sqlite_system, look):
        feed = look(sqlite_system.add("ext_record_audit", audit()), "record_audit")
        assert column(feed, "occurred").made_by == "worker_entered"
        assert column(feed, "created").made_by == "system_stamped"

    def test_dates_on_the_due_date_itself_are_counted_where_there_is_one(self, case_system, look):
        due = date(2026, 9, 3)
        closed = [due] * 32 + [due + timedelta(days=2)] * 8 + [None] * 5
        rows = [
            {"action_id": f"A{n}", "session_id": "S1", "due_on": due.isoformat(), "closed_on": day and day.isoformat()}
            for n, day in enumerate(closed)
        ]
        feed = look(case_system.add("ext_supervision_actions", *rows), "supervision_actions")
        found = column(feed, "closed_on")
        assert (found.due, found.with_due, found.on_due) == ("due_on", 40, 32)
        assert "Closed on: 80% on the very day on which it was due (due on)." in said(feed)

    def test_a_date_of_birth_has_counts_but_no_first_and_last(self, sqlite_system, look):
        sqlite_system.add("ssd_person", {"pers_person_id": "C1", "pers_dob": "2019-07-13"})
        born = column(look(sqlite_system, "people"), "born_on")
        assert (born.filled, born.is_personal, born.first_on, born.last_on, born.by_weekday) == (
            1,
            True,
            None,
            None,
            (),
        )


class TestCodes:
    def test_values_that_no_list_has_are_counted_and_not_named(self, sqlite_system, look):
        rows = [contact(f"K{n}", cont_contact_source_code=code) for n, code in enumerate(["6", "1a", "Zebedee", None])]
        feed = look(sqlite_system.add("ssd_contacts", *rows), "contacts")
        assert [(code.name, code.filled, code.unlisted) for code in feed.codes] == [("source_code", 3, 1)]
        assert "Zebedee" not in feed.model_dump_json()

    def test_a_flag_that_is_neither_y_nor_n_is_unlisted(self, sqlite_system, look):
        rows = [assessment(f"A{n}", cina_assessment_child_seen=flag) for n, flag in enumerate("YN?")]
        feed = look(sqlite_system.add("ssd_cin_assessments", *rows), "assessments")
        seen = next(code for code in feed.codes if code.name == "is_child_seen")
        assert (seen.filled, seen.unlisted) == (3, 1)


class TestBulkLoads:
    def by_day(self, number: int) -> list[dict]:
        """One record an afternoon, from January on."""
        return [audit(f"D{day}", created_at=f"{day} 15:00:00") for day in days(date(2026, 1, 1), number)]

    def loads(self, system, look, *rows: dict) -> list[tuple]:
        found = look(system.add("ext_record_audit", *rows), "record_audit").bulk_loads
        return [(load.column, load.span, load.begins_at, load.rows) for load in found]

    def test_many_rows_in_one_minute_are_a_load(self, case_system, look):
        # British summer time: the source says 03:14, and so does the check.
        load = [audit(f"L{n}", created_at=f"2026-07-05 03:14:{n % 60:02}") for n in range(60)]
        found = self.loads(case_system, look, *load, *self.by_day(150))
        assert found == [("created", "minute", datetime(2026, 7, 5, 3, 14), 60)]

    def test_a_busy_minute_is_no_load(self, sqlite_system, look):
        busy = [audit(f"L{n}", created_at=f"2026-07-05 11:14:{n:02}") for n in range(49)]
        assert self.loads(sqlite_system, look, *busy, *self.by_day(150)) == []

    def test_many_rows_in_one_night_are_a_load(self, sqlite_system, look):
        night = datetime(2026, 7, 6, 0, 1)
        load = [audit(f"L{n}", created_at=f"{night + timedelta(minutes=n)}") for n in range(210)]
        found = self.loads(sqlite_system, look, *load, *self.by_day(150))
        assert found == [("created", "night", datetime(2026, 7, 5, 20), 210)]

    def test_a_day_of_many_stamps_without_time_is_a_load(self, sqlite_system, look):
        load = [audit(f"L{n}", created_at="2026-07-05 00:00:00") for n in range(205)]
        dated = [audit(f"M{day}", created_at=f"{day} 00:00:00") for day in days(date(2026, 8, 1), 20)]
        found = self.loads(sqlite_system, look, *load, *dated)
        assert found == [("created", "day", datetime(2026, 7, 5), 205)]


def test_missing_and_unknown_columns_are_named_by_table(case_system, look):
    case_system.run("alter table ext_record_audit drop column submitted_at")
    case_system.run("alter table ext_record_audit add column colour varchar(10)").add("ext_record_audit", audit())
    feed = look(case_system, "record_audit")
    lacking = [(found.name, found.place) for found in feed.missing_columns if found.why == "lacking"]
    assert feed.state == "partly"
    assert lacking == [("submitted", "ext_record_audit.submitted_at")]
    assert feed.unknown_columns == ("ext_record_audit.colour",)


def test_a_column_that_nobody_fills_is_told_from_one_that_is_missing(sqlite_system, look):
    feed = look(sqlite_system.add("ext_record_audit", audit()), "record_audit")
    assert feed.state == "read"
    assert {found.name for found in feed.missing_columns if found.why == "empty"} == {
        "submitted",
        "authorised",
        "author_role",
    }


def test_an_absent_table_is_an_absent_feed(case_system, look):
    feed = look(case_system.run("drop table ext_absences"), "absences")
    assert (feed.state, feed.missing_tables) == ("absent", ("ext_absences",))
