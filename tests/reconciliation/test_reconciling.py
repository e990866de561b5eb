"""Figures returned or published beside what the records say, with differences worked out by hand."""

from dataclasses import replace
from datetime import date, datetime

import pandas as pd
import pytest

from readiness import clocks, reconciliation
from readiness.contracts import load_contracts
from readiness.errors import ReadinessError
from readiness.periods import day_moment
from readiness.profile import load_profile
from readiness.reconciliation.measures import load_measures, measure_of
from readiness.reconciliation.reconciling import reconcile, reconcile_file
from readiness.reconciliation.returned import Returned, load_returned
from readiness.records import load_feed
from readiness.settings import PROJECT
from readiness.warehouse import open_warehouse
from tests.sql.golden import _physical as physical

PROFILE = load_profile(PROJECT / "authority")
RETURN_DAY, NEXT_DAY = date(2026, 6, 30), date(2026, 7, 31)
FIRST, LAST = date(2025, 4, 1), date(2026, 3, 31)


class Records:
    """Rows of feeds with the days from which and until which each was known."""

    def __init__(self, warehouse) -> None:
        self.warehouse = warehouse
        self.rows: dict[str, list[dict]] = {}

    def known(self, feed: str, row: dict, since: date = RETURN_DAY, until: date | None = None) -> None:
        contract = load_contracts()[feed]
        until_at = None if until is None else day_moment(until)
        span = {"known_from": day_moment(since), "known_to": until_at}
        self.rows.setdefault(feed, []).append(physical(row, contract) | span)

    def load(self, as_at: date = NEXT_DAY, *also: str) -> None:
        """Make what is known of the feeds that have rows, and of some that have none."""
        types = {"known_from": "timestamp", "known_to": "timestamp"}
        contracts = {f: c for f, c in load_contracts().items() if f in (*self.rows, *also)}
        for feed, contract in contracts.items():
            columns = {**contract.physical, **types}
            found = pd.DataFrame(self.rows.get(feed, []), columns=list(columns), dtype=object)
            self.warehouse.load(f"records.{feed}", found, columns)
            quarantine = {**contract.physical, "rule_ids": "text", "row_digest": "text", **types}
            empty = pd.DataFrame(columns=list(quarantine), dtype=object)
            self.warehouse.load(f"quarantine.{feed}", empty, quarantine)
        batches = pd.DataFrame({"feed": list(contracts), "extracted_at": day_moment(RETURN_DAY), "is_absent": False})
        self.warehouse.load("records.batches", batches, {"feed": "text", "extracted_at": "timestamp"})
        clocks.know(self.warehouse, contracts, PROFILE, day_moment(as_at))


@pytest.fixture
def records(warehouse) -> Records:
    return Records(warehouse)


def figure(measure: str, value: int, returned_on: date = RETURN_DAY, first: date | None = FIRST, last: date = LAST):
    return Returned(measure=measure, from_on=first, to_on=last, value=value, source="census", returned_on=returned_on)


def line(records: Records, one: Returned, as_at: date = NEXT_DAY):
    records.load(as_at, *measure_of(one.measure).words.feeds)
    (found,) = reconcile(records.warehouse, PROFILE, [one], day_moment(as_at))
    return found


def referral(number: int, on: date, **more) -> dict:
    return {"referral_id": f"R{number}", "child_id": f"C{number}", "referred": on} | more


def test_the_same_count_needs_no_explanation(records):
    records.known("referrals", referral(1, date(2025, 4, 1)))
    records.known("referrals", referral(2, date(2026, 3, 31)))
    records.known("referrals", referral(3, date(2026, 4, 1)))
    records.known("referrals", referral(4, date(2025, 3, 31)))
    found = line(records, figure("referrals_received", 2))
    assert (found.now, found.value_then, found.difference, found.unexplained, found.parts) == (2, 2, 0, 0, ())


def test_what_was_entered_after_the_return_explains_its_part(records):
    records.known("referrals", referral(1, date(2025, 5, 1)))
    records.known("referrals", referral(2, date(2025, 5, 2)), since=NEXT_DAY)
    records.known("referrals", referral(3, date(2025, 5, 3)), since=NEXT_DAY)
    found = line(records, figure("referrals_received", 1))
    assert (found.now, found.value_then, found.difference, found.unexplained) == (3, 1, 2, 0)
    assert [(part.effect, "entered, changed or reopened after 30 June 2026" in part.words) for part in found.parts] == [
        (2, True)
    ]


def test_what_was_taken_out_or_moved_since_explains_its_part(records):
    records.known("referrals", referral(1, date(2025, 5, 1)), until=NEXT_DAY)
    records.known("referrals", referral(2, date(2025, 5, 2)), until=NEXT_DAY)
    records.known("referrals", referral(2, date(2026, 5, 2)), since=NEXT_DAY)
    records.known("referrals", referral(3, date(2025, 5, 3)))
    found = line(records, figure("referrals_received", 5))
    assert (found.now, found.value_then, found.difference) == (1, 3, -4)
    assert [part.effect for part in found.parts] == [-2]
    assert found.unexplained == -2


def test_open_at_the_end_of_the_year_is_said_not_counted(records):
    assessment = {"child_id": "C1", "started": date(2026, 2, 2)}
    records.known("assessments", {"assessment_id": "A1", **assessment, "authorised": date(2026, 3, 31)})
    records.known("assessments", {"assessment_id": "A2", **assessment, "authorised": date(2026, 4, 1)})
    records.known("assessments", {"assessment_id": "A3", **assessment})
    records.known("assessments", {"assessment_id": "A4", "child_id": "C1", "started": date(2026, 4, 1)})
    found = line(records, figure("assessments_completed", 3))
    assert found.now == 1
    assert found.not_counted == {measure_of("assessments_completed").words.open: 2}
    assert found.unexplained == -2
    assert found.exactly_so_many == (measure_of("assessments_completed").words.open,)
    assert "just as many are begun by the end of the period" in reconciliation.words([found])


def test_a_conference_for_a_child_who_moved_in_is_said_not_counted(records):
    conference = {"child_id": "C1", "held": date(2025, 9, 1)}
    records.known("conferences", {"conference_id": "K1", **conference})
    records.known("conferences", {"conference_id": "K2", **conference, "is_transfer_in": True})
    found = line(records, figure("conferences_held", 2))
    assert found.now == 1
    assert found.not_counted == {"a conference for a child who moved in under a plan": 1}


def test_working_days_are_counted_as_everywhere_else(records):
    # Monday 8 September 2025 + 15 working days is Monday 29 September; + 45 is Monday 10 November.
    enquiry = {"enquiry_id": "S1", "child_id": "C1", "started": date(2025, 9, 8)}
    records.known("section47_enquiries", enquiry)
    for number, held in enumerate((date(2025, 9, 29), date(2025, 9, 30)), start=1):
        records.known(
            "conferences", {"conference_id": f"K{number}", "child_id": "C1", "enquiry_id": "S1", "held": held}
        )
    found = line(records, figure("conferences_held_in_15_working_days", 1))
    assert (found.now, found.not_counted) == (1, {"held after more than 15 working days": 1})
    for number, stop in enumerate((date(2025, 11, 10), date(2025, 11, 11)), start=1):
        records.known(
            "assessments",
            {"assessment_id": f"A{number}", "child_id": "C1", "started": date(2025, 9, 8), "authorised": stop},
        )
    found = line(records, figure("assessments_completed_in_45_working_days", 1))
    assert (found.now, list(found.not_counted.values())) == (1, [1])


def test_a_stock_counts_children_once_up_to_the_day_before_the_end(records):
    plan = {"child_id": "C1", "started": date(2025, 6, 1)}
    records.known("protection_plans", {"plan_id": "P1", **plan, "ended": date(2026, 4, 1)})
    records.known("protection_plans", {"plan_id": "P2", **plan})
    records.known(
        "protection_plans", {"plan_id": "P3", "child_id": "C2", **{"started": date(2025, 6, 1)}, "ended": LAST}
    )
    found = line(records, figure("plans_open", 1, first=None))
    assert (found.now, found.difference) == (1, 0)


def test_a_referral_of_a_child_seen_within_twelve_months_is_a_rereferral(records):
    for number, on in enumerate((date(2024, 6, 1), date(2025, 6, 1), date(2025, 6, 1), date(2026, 3, 1)), start=1):
        records.known("referrals", referral(number, on) | {"child_id": "C1"})
    records.known("referrals", referral(9, date(2025, 6, 1)))
    found = line(records, figure("rereferrals_received", 3))
    assert (found.now, list(found.not_counted.values())) == (3, [1])


def test_a_day_before_the_first_extraction_is_reconstructed_and_said_so(records):
    records.known("referrals", referral(1, date(2025, 5, 1)))
    records.known("referrals", referral(2, date(2026, 3, 20)))
    found = line(records, figure("referrals_received", 1, returned_on=date(2026, 3, 1)))
    assert (found.is_reconstructed, found.value_then, found.now) == (True, 1, 2)


def test_a_feed_that_was_never_there_gives_no_number(records):
    records.known("referrals", referral(1, date(2025, 5, 1)))
    records.load(NEXT_DAY, "contacts")
    (found,) = reconcile(records.warehouse, PROFILE, [figure("contacts_received", 7)], day_moment(NEXT_DAY))
    assert (found.state, found.now, found.difference) == ("no_data", None, None)


def test_nothing_of_another_days_knowledge_stays(records):
    records.known("referrals", referral(1, date(2025, 5, 1)))
    line(records, figure("referrals_received", 1))
    assert not records.warehouse.exists("then_known.referrals")
    newest = records.warehouse.value("select max(on_date) from calendar.days")
    assert pd.Timestamp(newest).year == NEXT_DAY.year + 2


def test_the_page_and_the_words_tell_counts_in_full(records):
    records.known("referrals", referral(1, date(2025, 5, 1)))
    records.known("referrals", referral(2, date(2025, 5, 2)), since=NEXT_DAY)
    found = line(records, figure("referrals_received", 4))
    told = reconciliation.words([found])
    assert "4 in census, 2 counted now: −2" in told and "−3  not explained by the records" in told
    html = reconciliation.page([found], day_moment(NEXT_DAY))
    assert "−3 not explained" in html and "1 April 2025 to 31 March 2026" in html


@pytest.mark.parametrize("measure", sorted(load_measures()))
def test_every_measure_can_be_counted_on_both_engines(records, measure):
    first = None if measure_of(measure).words.kind == "stock" else FIRST
    for feed in measure_of(measure).words.feeds:
        contract = load_contracts()[feed]
        row = {key: f"{key} 1" for key in contract.key} | {"child_id": "C1", contract.first_date: date(2025, 5, 1)}
        records.known(feed, {name: value for name, value in row.items() if name in contract.columns})
    found = line(records, figure(measure, 0, first=first))
    assert found.now + sum(found.not_counted.values()) == 1


class TestTheFile:
    HEAD = "measure,from_on,to_on,value,source,returned_on,is_example\n"

    def write(self, folder, *lines):
        (folder / "returned.csv").write_text(self.HEAD + "\n".join(lines) + "\n", encoding="utf-8")
        return load_returned(folder)

    def test_is_read(self, tmp_path):
        (found,) = self.write(tmp_path, "plans_open,,2026-03-31,654,census,2026-06-30,yes")
        assert (found.value, found.from_on, found.is_example) == (654, None, True)

    def test_need_not_be_there(self, tmp_path):
        assert load_returned(tmp_path) == ()

    @pytest.mark.parametrize(
        ("wrong", "says"),
        [
            ("plans_opne,,2026-03-31,654,census,2026-06-30,", "line 2: There is no measure plans_opne"),
            ("plans_open,2025-04-01,2026-03-31,654,census,2026-06-30,", "a count as at a day needs to_on alone"),
            ("referrals_received,,2026-03-31,654,census,2026-06-30,", "a count over a period needs from_on"),
            ("referrals_received,2026-04-01,2026-03-31,1,census,2026-06-30,", "from_on lies after to_on"),
            ("plans_open,,31/03/2026,654,census,2026-06-30,", "to_on"),
            ("plans_open,,2026-03-31,-1,census,2026-06-30,", "value"),
        ],
    )
    def test_is_refused_with_line_and_column(self, tmp_path, wrong, says):
        with pytest.raises(ReadinessError, match=says):
            self.write(tmp_path, wrong)

    def test_of_the_example_authority_is_valid_and_marked_as_invented(self):
        assert load_returned(PROJECT / "authority")
        assert all(entry.is_example for entry in load_returned(PROJECT / "authority"))


def test_moments_are_moments():
    assert day_moment(RETURN_DAY) == datetime(2026, 6, 30, 22, 59, 59)


class TestAReturnedFile:
    """A folder of CSV beside records that were loaded from another one."""

    HEADING = "cine_referral_id,cine_person_id,cine_referral_date,cine_close_reason"

    @pytest.fixture
    def folder(self, tmp_path):
        def deliver(name: str, *rows: str) -> str:
            made = tmp_path / name
            made.mkdir()
            (made / "ssd_cin_episodes.csv").write_text("\n".join([self.HEADING, *rows, ""]), encoding="utf-8")
            return str(made)

        return deliver

    @pytest.fixture
    def compare(self, home, folder):
        def comparing(profile=PROFILE, *rows: str):
            records = ("R1,C1,2025-05-06,", "R2,C2,2025-05-07,", "R3,C3,2025-05-08,")
            settings = replace(home, case_system=folder("records", *records))
            loaded = datetime(2026, 7, 1, 12)
            load_feed(settings, "referrals", now=loaded)
            contracts = {"referrals": load_contracts()["referrals"]}
            with open_warehouse(settings.warehouse) as warehouse:
                clocks.know(warehouse, contracts, profile, day_moment(NEXT_DAY))
                path = folder("returned", *rows)
                lines = reconcile_file(settings, warehouse, profile, path, FIRST, LAST, loaded)
            return next(line for line in lines if line.measure == measure_of("referrals_received"))

        return comparing

    def test_is_compared_child_by_child(self, compare):
        found = compare(PROFILE, "X1,C1,2025-05-06,", "X2,C2,2025-06-07,", "X4,C4,2025-05-08,", "X5,C5,2025-05-09,")
        assert (found.returned, found.now, found.difference, found.unexplained) == (4, 3, -1, 0)
        assert sorted(part.effect for part in found.parts) == [-3, 2]

    def test_goes_through_the_same_gate_and_what_it_refuses_is_said(self, compare):
        found = compare(PROFILE, "X1,C1,2025-05-06,", ",C2,2025-05-07,", ",C3,2025-05-08,", "X4,C4,,")
        assert (found.returned, found.now, found.refused) == (1, 3, 3)
        assert "3 rows of the file are not counted" in reconciliation.words([found])
        assert "3 rows of the file are not counted" in reconciliation.page([found], day_moment(NEXT_DAY))

    def test_is_read_with_the_order_of_dates_of_the_profile(self, compare):
        profile = PROFILE.model_copy(update={"date_order": "day_first"})
        found = compare(profile, "X1,C1,06/05/2025,", "X2,C2,07/05/2025,", "X3,C3,08/05/2025,")
        assert (found.returned, found.now, found.parts) == (3, 3, ())
