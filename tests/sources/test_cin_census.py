"""The children in need census as a source: every layout, its keys, its feeds, and how much memory it takes."""

import tracemalloc
from datetime import date, datetime
from itertools import permutations
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa
from sqlglot import exp

from readiness.contracts import load_contract, load_contracts
from readiness.settings import SQL
from readiness.sources import FileRefused, Remembered, Source, read_feed
from readiness.sources.files.cin_census import layout, read_tables, reference_day
from readiness.sources.queries import feed_statement, fit_query
from readiness.sources.source import open_feed
from tests.sources.case_system import MONDAY, evening
from tests.sources.cin_census_writer import write_cin_census

SAMPLE = Path(__file__).parent / "samples" / "cin_census_2021.xml"
FEEDS = sorted(path.stem for path in (SQL / "sources" / "cin_census").glob("*.sql"))
HEADER = (
    "<Header><CollectionDetails><Collection>CIN</Collection><Year>{year}</Year>"
    "<ReferenceDate>{year}-03-31</ReferenceDate></CollectionDetails></Header>"
)


def identified(child_id: str | None = "C1", more: str = "<Sex>1</Sex>") -> str:
    known = f"<LAchildID>{child_id}</LAchildID>" if child_id else ""
    return (
        f"<ChildIdentifiers>{known}<PersonBirthDate>2012-05-01</PersonBirthDate>{more}</ChildIdentifiers>"
        "<ChildCharacteristics><Ethnicity>WBRI</Ethnicity></ChildCharacteristics>"
    )


def census(folder: Path, *children: str, header: str = HEADER.format(year=2024), root: str = "Message") -> Path:
    """A census in which each text is what stands in one child."""
    path = folder / "census.xml"
    inside = "".join(f"<Child>{child}</Child>" for child in children)
    path.write_text(f"<{root}>{header}<Children>{inside}</Children></Message>", encoding="utf-8")
    return path


def tables(path: Path, *names: str) -> dict[str, list[dict[str, str | None]]]:
    read = read_tables(path, frozenset(names) if names else None)
    return {table.name: [dict(zip(table.columns, row, strict=True)) for row in table.rows] for table in read}


def rows(path: Path, feed: str) -> list[dict[str, str | None]]:
    """What a feed's query gives, before ids are hashed; columns that are empty throughout are left out."""
    contract = load_contract(feed)
    with open_feed(Source(str(path)), contract, MONDAY) as opened:
        query = fit_query(contract, opened.statement, opened.shape, Remembered(), MONDAY, "sqlite")
        found = opened.connection.execute(sa.text(query.select.sql("sqlite", comments=False))).mappings().all()
    filled = [name for name in contract.columns if any(row[name] is not None for row in found)]
    return [{name: row[name] for name in filled} for row in found]


def test_each_feed_of_the_census_has_the_columns_of_its_contract_in_order():
    assert FEEDS == [
        "assessment_factors",
        "assessments",
        "conferences",
        "need_plans",
        "people",
        "plan_reviews",
        "protection_plans",
        "referrals",
        "section47_enquiries",
    ]
    for feed in FEEDS:
        for select in feed_statement("cin_census", feed).find_all(exp.Select):
            assert [projection.alias for projection in select.selects] == list(load_contract(feed).columns), feed


def test_the_sample_shows_the_day_on_which_it_was_drawn():
    assert reference_day(SAMPLE) == date(2023, 5, 23)


def test_every_feed_of_the_sample_is_as_it_stands_in_it():
    assert rows(SAMPLE, "people") == [
        {
            "child_id": "DfEX0000001",
            "born_on": "1965-03-27",
            "expected_on": "1066-04-13",
            "died_on": "1980-10-08",
            "sex": "M",
            "ethnicity": "WBRI",
        }
    ]
    assert rows(SAMPLE, "referrals") == [
        {
            "referral_id": "DfEX0000001/referral/1970-10-06/1",
            "child_id": "DfEX0000001",
            "referred": "1970-10-06",
            "source_code": "1A",
            "primary_need_code": "N4",
            "is_nfa": "0",
            "closed": "1971-02-27",
            "close_reason": "RC1",
        }
    ]
    assert rows(SAMPLE, "assessments") == [
        {
            "assessment_id": "DfEX0000001/assessment/1970-06-03/1",
            "child_id": "DfEX0000001",
            "referral_id": "DfEX0000001/referral/1970-10-06/1",
            "started": "1970-06-03",
            "authorised": "1971-07-18",
            "assessment_type": "single",
        }
    ]
    assert rows(SAMPLE, "protection_plans") == [
        {
            "plan_id": "DfEX0000001/protection_plan/1970-02-17/1",
            "child_id": "DfEX0000001",
            "referral_id": "DfEX0000001/referral/1970-10-06/1",
            "started": "1970-02-17",
            "ended": "1971-03-14",
        }
    ]
    assert rows(SAMPLE, "assessment_factors") == [
        {
            "factors_id": "DfEX0000001/assessment/1970-06-03/1/factors/1",
            "assessment_id": "DfEX0000001/assessment/1970-06-03/1",
            "factors": '["2A", "2B"]',
        }
    ]
    assert rows(SAMPLE, "need_plans") == [
        {
            "plan_id": "DfEX0000001/need_plan/1971-01-24/1",
            "referral_id": "DfEX0000001/referral/1970-10-06/1",
            "child_id": "DfEX0000001",
            "started": "1971-01-24",
            "ended": "1971-01-26",
        }
    ]
    assert rows(SAMPLE, "section47_enquiries") == [
        {
            "enquiry_id": "DfEX0000001/section47/1970-06-02/1",
            "child_id": "DfEX0000001",
            "referral_id": "DfEX0000001/referral/1970-10-06/1",
            "started": "1970-06-02",
            "is_nfa": "false",
        }
    ]
    assert rows(SAMPLE, "conferences") == [
        {
            "conference_id": "DfEX0000001/section47/1970-06-02/1/conference",
            "enquiry_id": "DfEX0000001/section47/1970-06-02/1",
            "child_id": "DfEX0000001",
            "referral_id": "DfEX0000001/referral/1970-10-06/1",
            "target_on": "1970-06-23",
            "held": "1970-06-17",
            "is_transfer_in": "N",
        },
        {
            "conference_id": "DfEX0000001/referral/1970-10-06/1/conference",
            "enquiry_id": None,
            "child_id": "DfEX0000001",
            "referral_id": "DfEX0000001/referral/1970-10-06/1",
            "target_on": None,
            "held": "1970-12-06",
            "is_transfer_in": "Y",
        },
    ]
    assert rows(SAMPLE, "plan_reviews") == [
        {
            "review_id": "DfEX0000001/review/1971-02-15/1",
            "plan_id": "DfEX0000001/protection_plan/1970-02-17/1",
            "child_id": "DfEX0000001",
            "held": "1971-02-15",
        }
    ]


@pytest.mark.parametrize("feed", FEEDS)
def test_every_feed_of_the_sample_goes_through_its_contract(feed, home):
    batch = read_feed(home, load_contract(feed), source=Source(str(SAMPLE)), now=evening(MONDAY))
    assert (batch.source_rows, batch.day, batch.missing_tables) == (
        2 if feed == "conferences" else 1,
        date(2023, 5, 23),
        (),
    )
    assert not [name for name in batch.frame if name.endswith(("_unreadable", "_unlisted"))]


def test_a_feed_that_no_census_carries_is_absent(home):
    for feed in load_contracts().keys() - set(FEEDS):
        batch = read_feed(home, load_contract(feed), source=Source(str(SAMPLE)), now=evening(MONDAY))
        assert batch.is_absent and not batch.source_rows


REVIEWED = "<CPPreviewDate>2020-09-01</CPPreviewDate>"
REVIEWED_AGAIN = "<CPPreviewDate>2021-02-01</CPPreviewDate>"
DIFFERENCES = {
    # year: (how sex is written, sex, whether there are CIN plans, how reviews repeat, what only this year has)
    2021: ("<GenderCurrent>2</GenderCurrent>", "F", False, f"<Reviews>{REVIEWED}{REVIEWED_AGAIN}</Reviews>", ""),
    2022: ("<GenderCurrent>1</GenderCurrent>", "M", True, f"<Reviews>{REVIEWED}{REVIEWED_AGAIN}</Reviews>", ""),
    2023: ("<GenderCurrent>9</GenderCurrent>", "I", True, f"<Reviews>{REVIEWED}</Reviews><Reviews/>", ""),
    2024: ("<Sex>0</Sex>", "U", True, f"<Reviews>{REVIEWED}</Reviews><Reviews>{REVIEWED_AGAIN}</Reviews>", ""),
    2025: ("<Sex>2</Sex>", "F", True, "", ""),
    2026: (
        "<Sex>M</Sex>",
        "M",
        True,
        f"<Reviews>{REVIEWED}{REVIEWED_AGAIN}</Reviews>",
        "<PreProceedingsandFGDM><PPStartDate>2025-09-09</PPStartDate></PreProceedingsandFGDM>",
    ),
}


@pytest.mark.parametrize("year", DIFFERENCES)
def test_the_layout_of_each_year_is_read(year, tmp_path):
    sex, letter, has_plans, reviews, more = DIFFERENCES[year]
    plans = (
        "<CINPlanDates><CINPlanStartDate>2020-03-02</CINPlanStartDate></CINPlanDates>"
        "<CINPlanDates><CINPlanStartDate>2020-07-01</CINPlanStartDate>"
        "<CINPlanEndDate>2020-08-03</CINPlanEndDate></CINPlanDates>"
    )
    path = census(
        tmp_path,
        identified(more=sex)
        + "<CINdetails><CINreferralDate>2020-01-06</CINreferralDate><ReferralSource>6</ReferralSource>"
        "<PrimaryNeedCode>N1</PrimaryNeedCode>"
        "<Assessments><AssessmentActualStartDate>2020-01-07</AssessmentActualStartDate>"
        "<AssessmentAuthorisationDate>2020-02-20</AssessmentAuthorisationDate>"
        "<FactorsIdentifiedAtAssessment><AssessmentFactors>4B</AssessmentFactors>"
        "<AssessmentFactors>2A</AssessmentFactors></FactorsIdentifiedAtAssessment></Assessments>"
        "<Assessments><AssessmentActualStartDate>2020-05-04</AssessmentActualStartDate></Assessments>"
        + (plans if has_plans else "")
        + "<Section47><S47ActualStartDate>2020-05-20</S47ActualStartDate>"
        "<InitialCPCtarget>2020-06-10</InitialCPCtarget><DateOfInitialCPC>2020-06-09</DateOfInitialCPC>"
        "<ICPCnotRequired>false</ICPCnotRequired></Section47>"
        "<Section47><S47ActualStartDate>2020-02-03</S47ActualStartDate><ICPCnotRequired>1</ICPCnotRequired></Section47>"
        "<ReferralNFA>false</ReferralNFA>"
        "<ChildProtectionPlans><CPPstartDate>2020-06-09</CPPstartDate>"
        "<InitialCategoryOfAbuse>NEG</InitialCategoryOfAbuse><LatestCategoryOfAbuse>NEG</LatestCategoryOfAbuse>"
        f"<NumberOfPreviousCPP>0</NumberOfPreviousCPP>{reviews}</ChildProtectionPlans>{more}</CINdetails>",
        header=HEADER.format(year=year),
    )
    found = tables(path)
    assert [row["Year"] for row in found["census_header"]] == [str(year)]
    assert reference_day(path) == date(year, 3, 31)
    assert [row["sex"] for row in rows(path, "people")] == [letter]
    assert [
        (row["AssessmentActualStartDate"], row["AssessmentAuthorisationDate"]) for row in found["census_assessments"]
    ] == [
        ("2020-01-07", "2020-02-20"),
        ("2020-05-04", None),
    ]
    assert [(row["assessment_id"], row["AssessmentFactors"]) for row in found["census_assessment_factors"]] == [
        ("C1/assessment/2020-01-07/1", '["2A", "4B"]')
    ]
    assert [(row["CINPlanStartDate"], row["CINPlanEndDate"]) for row in found["census_need_plans"]] == (
        [("2020-03-02", None), ("2020-07-01", "2020-08-03")] if has_plans else []
    )
    assert [(row["S47ActualStartDate"], row["ICPCnotRequired"]) for row in found["census_section47"]] == [
        ("2020-05-20", "false"),
        ("2020-02-03", "1"),
    ]
    days = [row["CPPreviewDate"] for row in found["census_reviews"]]
    assert days == ["2020-09-01", "2021-02-01"][: reviews.count("<CPPreviewDate>")]
    assert {row["protection_plan_id"] for row in found["census_reviews"]} <= {"C1/protection_plan/2020-06-09/1"}


def test_a_conference_of_an_enquiry_is_held_due_or_not_needed_and_one_of_the_referral_is_a_transfer(tmp_path):
    path = census(
        tmp_path,
        identified()
        + "<CINdetails><CINreferralDate>2023-05-02</CINreferralDate><DateOfInitialCPC>2023-05-15</DateOfInitialCPC>"
        "<Section47><S47ActualStartDate>2023-06-01</S47ActualStartDate><InitialCPCtarget>2023-06-22</InitialCPCtarget>"
        "<DateOfInitialCPC>2023-06-20</DateOfInitialCPC><ICPCnotRequired>false</ICPCnotRequired></Section47>"
        "<Section47><S47ActualStartDate>2023-07-03</S47ActualStartDate><InitialCPCtarget>2023-07-24</InitialCPCtarget>"
        "<ICPCnotRequired>0</ICPCnotRequired></Section47>"
        "<Section47><S47ActualStartDate>2023-08-01</S47ActualStartDate><InitialCPCtarget>2023-08-22</InitialCPCtarget>"
        "<ICPCnotRequired>TRUE</ICPCnotRequired></Section47></CINdetails>",
    )
    found = {row["conference_id"]: row for row in rows(path, "conferences")}
    held, due, transferred = (
        found.pop(f"C1/{key}/conference")
        for key in ("section47/2023-06-01/1", "section47/2023-07-03/1", "referral/2023-05-02/1")
    )
    assert not found
    assert (held["held"], held["target_on"], held["is_transfer_in"]) == ("2023-06-20", "2023-06-22", "N")
    assert held["enquiry_id"] == "C1/section47/2023-06-01/1"
    assert (due["held"], due["target_on"], due["is_transfer_in"]) == (None, "2023-07-24", "N")
    assert (transferred["held"], transferred["enquiry_id"], transferred["is_transfer_in"]) == ("2023-05-15", None, "Y")


def test_a_plan_is_of_the_conference_that_was_held_on_its_first_day(tmp_path):
    def plan(start: str) -> str:
        return f"<ChildProtectionPlans><CPPstartDate>{start}</CPPstartDate></ChildProtectionPlans>"

    path = census(
        tmp_path,
        identified()
        + "<CINdetails><CINreferralDate>2023-05-02</CINreferralDate><DateOfInitialCPC>2023-05-15</DateOfInitialCPC>"
        "<Section47><S47ActualStartDate>2023-06-01</S47ActualStartDate><DateOfInitialCPC>2023-06-20</DateOfInitialCPC>"
        "</Section47><Section47><S47ActualStartDate>2023-06-05</S47ActualStartDate>"
        "<DateOfInitialCPC>2023-06-20</DateOfInitialCPC></Section47>"
        + plan("2023-06-20")
        + plan("2023-05-15")
        + plan("2023-06-21")
        + "</CINdetails>",
    )
    assert {row["started"]: row["conference_id"] for row in rows(path, "protection_plans")} == {
        "2023-06-20": "C1/section47/2023-06-01/1/conference",
        "2023-05-15": "C1/referral/2023-05-02/1/conference",
        "2023-06-21": None,
    }


def test_flags_in_every_spelling_are_yes_and_no(tmp_path, home):
    flags = ("true", "false", "1", "0", "TRUE", "FALSE")
    path = census(
        tmp_path,
        *(
            f"{identified(f'C{n}')}<CINdetails><CINreferralDate>2023-05-02</CINreferralDate>"
            f"<ReferralNFA>{flag}</ReferralNFA></CINdetails>"
            for n, flag in enumerate(flags)
        ),
    )
    batch = read_feed(home, load_contract("referrals"), source=Source(str(path)), now=evening(MONDAY))
    assert batch.frame.is_nfa.tolist() == [True, False] * 3


SAME_DAY = [
    f"<Assessments><AssessmentActualStartDate>2023-05-03</AssessmentActualStartDate>{more}</Assessments>"
    for more in (
        "",
        "<AssessmentAuthorisationDate>2023-06-01</AssessmentAuthorisationDate>",
        "<FactorsIdentifiedAtAssessment><AssessmentFactors>2A</AssessmentFactors></FactorsIdentifiedAtAssessment>",
    )
]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_keys_do_not_depend_on_the_order_in_the_file(order, tmp_path):
    inside = "".join(SAME_DAY[n] for n in order)
    path = census(
        tmp_path,
        f"{identified()}<CINdetails><CINreferralDate>2023-05-02</CINreferralDate>{inside}</CINdetails>",
    )
    found = tables(path, "census_assessments", "census_assessment_factors")
    authorised = {row["assessment_id"]: row["AssessmentAuthorisationDate"] for row in found["census_assessments"]}
    assert authorised == {
        "C1/assessment/2023-05-03/1": None,
        "C1/assessment/2023-05-03/2": None,
        "C1/assessment/2023-05-03/3": "2023-06-01",
    }
    assert [row["assessment_id"] for row in found["census_assessment_factors"]] == ["C1/assessment/2023-05-03/2"]


def test_a_record_keeps_its_key_when_its_referral_is_split_in_two(tmp_path):
    first, second = SAME_DAY[0], SAME_DAY[1].replace("2023-05-03", "2023-09-01")
    details = "<CINdetails><CINreferralDate>{}</CINreferralDate>{}</CINdetails>"
    whole = census(tmp_path, identified() + details.format("2023-05-02", first + second))
    before = [row["assessment_id"] for row in tables(whole)["census_assessments"]]
    split = census(tmp_path, identified() + details.format("2023-05-02", first) + details.format("2023-08-31", second))
    assert [row["assessment_id"] for row in tables(split)["census_assessments"]] == before


def test_missing_pieces_leave_gaps_and_not_mistakes(tmp_path):
    path = census(
        tmp_path,
        identified(None) + "<CINdetails><CINreferralDate>2023-05-02</CINreferralDate></CINdetails>",
        "<ChildIdentifiers><LAchildID> C2 </LAchildID></ChildIdentifiers><CINdetails><CINclosureDate/>"
        "<Assessments/><FactorsIdentifiedAtAssessment/><ChildProtectionPlans><Reviews/></ChildProtectionPlans></CINdetails>",
        "",
    )
    found = tables(path)
    assert [row["child_id"] for row in found["census_children"]] == [None, "C2", None]
    assert [(row["referral_id"], row["CINreferralDate"]) for row in found["census_referrals"]] == [
        (None, "2023-05-02"),
        ("C2/referral//1", None),
    ]
    assert [row["assessment_id"] for row in found["census_assessments"]] == ["C2/assessment//1"]
    assert [row["protection_plan_id"] for row in found["census_protection_plans"]] == ["C2/protection_plan//1"]
    assert found["census_reviews"] == found["census_assessment_factors"] == found["census_header"][1:] == []


def test_what_stands_around_a_value_is_no_part_of_it(tmp_path):
    path = census(
        tmp_path,
        identified() + "stray <CINdetails>text<CINreferralDate> 2023-05-02+01:00 </CINreferralDate>PersonBirthDate"
        "<CINclosureDate>2023-<!-- a note -->06-01</CINclosureDate><ReasonForClosure><![CDATA[RC1]]></ReasonForClosure>"
        "<?process this?></CINdetails>",
    )
    (row,) = tables(path, "census_referrals")["census_referrals"]
    assert (row["CINreferralDate"], row["CINclosureDate"], row["ReasonForClosure"]) == (
        "2023-05-02",
        "2023-06-01",
        "RC1",
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252"])
def test_an_encoding_is_read_as_the_file_says(encoding, tmp_path):
    text = f"<Message><Header/><Children><Child>{identified('Ç1')}</Child></Children></Message>"
    said = "" if encoding.startswith("utf") else f'<?xml version="1.0" encoding="{encoding}"?>'
    path = tmp_path / "census.xml"
    path.write_bytes((said + text).encode(encoding))
    assert [row["child_id"] for row in tables(path)["census_children"]] == ["Ç1"]


def test_a_namespace_is_no_part_of_a_name(tmp_path):
    child = identified() + "<CINdetails><CINreferralDate>2023-05-02</CINreferralDate></CINdetails>"
    plain = tables(census(tmp_path, child))
    schema = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:cin cin.xsd"'
    root = f'Message xmlns="urn:cin" {schema}'
    assert tables(census(tmp_path, child, root=root)) == plain


def test_elements_that_the_layout_does_not_know_are_named_and_not_read(tmp_path, home):
    path = census(
        tmp_path,
        identified(more="<UPN>A123456789123</UPN>")
        + "<CINdetails><CINreferralDate>2023-05-02</CINreferralDate><PreProceedingsandFGDM><PPStartDate>2025-09-09"
        "</PPStartDate></PreProceedingsandFGDM></CINdetails>",
    )
    found = tables(path)
    assert found["census_children"][0]["ChildIdentifiers/UPN"] is None
    assert found["census_referrals"][0]["CINdetails/PreProceedingsandFGDM"] is None
    batch = read_feed(home, load_contract("referrals"), source=Source(str(path)), now=evening(MONDAY))
    assert "census_referrals.cindetails/preproceedingsandfgdm" in batch.unknown_columns


def test_nothing_that_a_file_points_to_is_fetched(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("Zebedee")
    included = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{secret.as_uri()}" parse="text"/>'
    path = census(tmp_path, identified(f"C1{included}"))
    assert "Zebedee" not in str(tables(path))


def test_the_day_of_a_census_is_when_it_was_drawn_else_its_reference_date(tmp_path):
    def header(drawn: str) -> str:
        collection = "<CollectionDetails><ReferenceDate>2024-03-31</ReferenceDate></CollectionDetails>"
        return f"<Header>{collection}<Source><DateTime>{drawn}</DateTime></Source></Header>"

    days = {
        "2024-05-01T10:00:00": date(2024, 5, 1),
        "2024-05-01T23:30:00Z": date(2024, 5, 2),  # half past midnight in London
        "": date(2024, 3, 31),
        "yesterday": date(2024, 3, 31),
        "9999-12-31T23:59:59-12:00": date(2024, 3, 31),
    }
    for drawn, day in days.items():
        assert reference_day(census(tmp_path, identified(), header=header(drawn))) == day
    assert reference_day(census(tmp_path, identified(), header="")) is None
    assert reference_day(census(tmp_path, identified(), header="<Header/>")) is None


def test_only_the_tables_that_are_wanted_are_read(tmp_path):
    assert set(tables(SAMPLE, "census_reviews", "readiness_notice")) == {"census_reviews"}
    assert set(tables(SAMPLE)) == set(layout().root)
    assert tables(tmp_path / "nowhere.xml", "readiness_notice") == {}


def test_a_message_holds_nothing_of_the_file(tmp_path):
    path = census(tmp_path, identified("Zebedee"))
    path.write_text(path.read_text()[:-30])
    with pytest.raises(FileRefused) as said:
        tables(path)
    assert "Zebedee" not in str(said.value) and said.value.__context__ is None


def test_memory_does_not_grow_with_the_file(tmp_path):
    def peak(children: int) -> int:
        folder = tmp_path / str(children)
        folder.mkdir()
        child = "<ChildIdentifiers><LAchildID>C{}</LAchildID></ChildIdentifiers><CINdetails/>"
        path = census(folder, *(child.format(number) for number in range(children)))
        tracemalloc.start()
        try:
            (table,) = read_tables(path, frozenset({"census_referrals"}))
            assert sum(1 for _ in table.rows) == children
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    few, many = peak(300), peak(30_000)
    assert many < few + 2**18


def test_what_a_case_system_holds_comes_back_through_a_census(tmp_path):
    path = write_cin_census(
        {
            "ssd_person": pd.DataFrame(
                [
                    {"pers_person_id": "C1", "pers_dob": "2012-05-01", "pers_sex": "F", "pers_ethnicity": "WBRI"},
                    {"pers_person_id": "C2", "pers_dob": "2013-05-01", "pers_sex": "M", "pers_ethnicity": "WBRI"},
                ]
            ),
            "ssd_cin_episodes": pd.DataFrame(
                [
                    {
                        "cine_referral_id": "R1",
                        "cine_person_id": "C1",
                        "cine_referral_date": "2023-05-02 14:20:00",
                        "cine_cin_primary_need_code": "N1",
                        "cine_referral_source_code": "6",
                        "cine_referral_nfa": "N",
                        "cine_close_reason": None,
                        "cine_close_date": None,
                    }
                ]
            ),
            "ssd_s47_enquiry": pd.DataFrame(
                [
                    {
                        "s47e_s47_enquiry_id": "S1",
                        "s47e_referral_id": "R1",
                        "s47e_s47_start_date": pd.Timestamp(2023, 6, 1, 9, 30),
                        "s47e_s47_nfa": "N",
                    }
                ]
            ),
            "ssd_initial_cp_conference": pd.DataFrame(
                [
                    {
                        "icpc_icpc_id": "I1",
                        "icpc_s47_enquiry_id": "S1",
                        "icpc_referral_id": "R1",
                        "icpc_icpc_transfer_in": "N",
                        "icpc_icpc_target_date": "2023-06-22",
                        "icpc_icpc_date": "2023-06-20",
                    }
                ]
            ),
            "ssd_cp_plans": pd.DataFrame(
                [
                    {
                        "cppl_cp_plan_id": "P1",
                        "cppl_referral_id": "R1",
                        "cppl_cp_plan_start_date": "2023-06-20",
                        "cppl_cp_plan_end_date": None,
                    }
                ]
            ),
            "ssd_cp_reviews": pd.DataFrame(
                [
                    {"cppr_cp_plan_id": "P1", "cppr_cp_review_date": "2023-09-14"},
                    {"cppr_cp_plan_id": "P1", "cppr_cp_review_date": None},
                ]
            ),
        },
        tmp_path / "written.xml",
        2024,
        datetime(2024, 5, 1, 8),
    )
    assert reference_day(path) == date(2024, 5, 1)
    found = tables(path)
    assert [(row["child_id"], row["Sex"]) for row in found["census_children"]] == [("C1", "2")]
    assert [(row["CINreferralDate"], row["ReferralNFA"]) for row in found["census_referrals"]] == [
        ("2023-05-02", "false")
    ]
    assert [(row["held"], row["target_on"], row["enquiry_id"]) for row in rows(path, "conferences")] == [
        ("2023-06-20", "2023-06-22", "C1/section47/2023-06-01/1")
    ]
    assert [row["conference_id"] for row in rows(path, "protection_plans")] == ["C1/section47/2023-06-01/1/conference"]
    assert [row["CPPreviewDate"] for row in found["census_reviews"]] == ["2023-09-14"]
