"""Makes a children in need census from the tables of a case system, so that the two doors can be compared."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import pandas as pd

SEX = {"M": "1", "F": "2", "I": "9", "U": "0"}
FLAGS = {"Y": "true", "N": "false"}
Row = Mapping[str, object]


def write_cin_census(
    tables: Mapping[str, pd.DataFrame], path: Path, year: int, drawn_at: datetime | None = None
) -> Path:
    """Write the census of `year` with what it carries of these tables (names and columns as in case_system.sql) and
    nothing else: children who have a referral, and of each referral what names it. Tables may be left out.

    drawn_at: when it was drawn (local time); without it the file shows the reference date, 31 March of the year.
    """
    with path.open("w", encoding="utf-8") as file:
        file.write('<?xml version="1.0" encoding="utf-8"?>\n<Message>\n')
        file.write(_written(_header(year, drawn_at)))
        file.write("<Children>\n")
        for child in _children(_Tables(tables), year):
            file.write(_written(child))
        file.write("</Children>\n</Message>\n")
    return path


class _Tables:
    """The rows of a table that name a record, in order."""

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        self._tables = tables
        self._by: dict[tuple[str, str], dict[str, list[Row]]] = {}

    def rows(self, table: str) -> list[Row]:
        frame = self._tables.get(table)
        return [] if frame is None else frame.astype(object).where(frame.notna(), None).to_dict("records")

    def of(self, table: str, column: str, value: object) -> list[Row]:
        if (table, column) not in self._by:
            found: dict[str, list[Row]] = {}
            for row in self.rows(table):
                found.setdefault(row[column], []).append(row)
            self._by[table, column] = found
        return self._by[table, column].get(value, [])


def _header(year: int, drawn_at: datetime | None) -> Element:
    header = Element("Header")
    collection = SubElement(header, "CollectionDetails")
    _add(collection, "Collection", "CIN")
    _add(collection, "Year", str(year))
    _add(collection, "ReferenceDate", f"{year}-03-31")
    source = SubElement(header, "Source")
    _add(source, "SourceLevel", "L")
    _add(source, "LEA", "999")
    _add(source, "DateTime", drawn_at.isoformat(timespec="seconds") if drawn_at else None)
    return header


def _children(tables: _Tables, year: int) -> Iterator[Element]:
    for person in tables.rows("ssd_person"):
        referrals = tables.of("ssd_cin_episodes", "cine_person_id", person["pers_person_id"])
        if not referrals:
            continue
        child = Element("Child")
        identifiers = SubElement(child, "ChildIdentifiers")
        _add(identifiers, "LAchildID", person["pers_person_id"])
        _add(identifiers, "UPNunknown", person.get("pers_upn_unknown"))
        _add(identifiers, "PersonBirthDate", _day(person["pers_dob"]))
        _add(identifiers, "ExpectedPersonBirthDate", _day(person.get("pers_expected_dob")))
        _add(identifiers, "GenderCurrent" if year < 2024 else "Sex", SEX.get(person["pers_sex"], person["pers_sex"]))
        _add(identifiers, "PersonDeathDate", _day(person.get("pers_death_date")))
        _add(SubElement(child, "ChildCharacteristics"), "Ethnicity", person["pers_ethnicity"])
        for referral in referrals:
            _add_referral(SubElement(child, "CINdetails"), tables, referral)
        yield child


def _add_referral(details: Element, tables: _Tables, referral: Row) -> None:
    referral_id = referral["cine_referral_id"]
    conferences = tables.of("ssd_initial_cp_conference", "icpc_referral_id", referral_id)
    transferred = [row for row in conferences if row["icpc_icpc_transfer_in"] == "Y"]
    _add(details, "CINreferralDate", _day(referral["cine_referral_date"]))
    _add(details, "ReferralSource", referral["cine_referral_source_code"])
    _add(details, "PrimaryNeedCode", referral["cine_cin_primary_need_code"])
    _add(details, "CINclosureDate", _day(referral["cine_close_date"]))
    _add(details, "ReasonForClosure", referral["cine_close_reason"])
    _add(details, "DateOfInitialCPC", _day(transferred[0]["icpc_icpc_date"]) if transferred else None)
    for row in tables.of("ssd_cin_assessments", "cina_referral_id", referral_id):
        _add_assessment(SubElement(details, "Assessments"), tables, row)
    for row in tables.of("ssd_cin_plans", "cinp_referral_id", referral_id):
        dates = SubElement(details, "CINPlanDates")
        _add(dates, "CINPlanStartDate", _day(row["cinp_cin_plan_start_date"]))
        _add(dates, "CINPlanEndDate", _day(row["cinp_cin_plan_end_date"]))
    for row in tables.of("ssd_s47_enquiry", "s47e_referral_id", referral_id):
        _add_enquiry(SubElement(details, "Section47"), tables, row)
    _add(details, "ReferralNFA", FLAGS.get(referral["cine_referral_nfa"]))
    for row in tables.of("ssd_cp_plans", "cppl_referral_id", referral_id):
        _add_protection_plan(SubElement(details, "ChildProtectionPlans"), tables, row)


def _add_assessment(assessment: Element, tables: _Tables, row: Row) -> None:
    _add(assessment, "AssessmentActualStartDate", _day(row["cina_assessment_start_date"]))
    _add(assessment, "AssessmentAuthorisationDate", _day(row["cina_assessment_auth_date"]))
    for found in tables.of("ssd_assessment_factors", "cinf_assessment_id", row["cina_assessment_id"]):
        factors = SubElement(assessment, "FactorsIdentifiedAtAssessment")
        for code in json.loads(found["cinf_assessment_factors_json"]):
            _add(factors, "AssessmentFactors", code)


def _add_enquiry(enquiry: Element, tables: _Tables, row: Row) -> None:
    _add(enquiry, "S47ActualStartDate", _day(row["s47e_s47_start_date"]))
    for found in tables.of("ssd_initial_cp_conference", "icpc_s47_enquiry_id", row["s47e_s47_enquiry_id"])[:1]:
        _add(enquiry, "InitialCPCtarget", _day(found["icpc_icpc_target_date"]))
        _add(enquiry, "DateOfInitialCPC", _day(found["icpc_icpc_date"]))
    _add(enquiry, "ICPCnotRequired", FLAGS.get(row["s47e_s47_nfa"]))


def _add_protection_plan(plan: Element, tables: _Tables, row: Row) -> None:
    _add(plan, "CPPstartDate", _day(row["cppl_cp_plan_start_date"]))
    _add(plan, "CPPendDate", _day(row["cppl_cp_plan_end_date"]))
    held = [
        _day(review["cppr_cp_review_date"])
        for review in tables.of("ssd_cp_reviews", "cppr_cp_plan_id", row["cppl_cp_plan_id"])
    ]
    if any(held):
        reviews = SubElement(plan, "Reviews")
        for day in filter(None, held):
            _add(reviews, "CPPreviewDate", day)


def _add(parent: Element, name: str, text: object) -> None:
    if text is not None:
        SubElement(parent, name).text = str(text)


def _day(value: object) -> str | None:
    return None if value is None or pd.isna(value) else str(value)[:10]


def _written(element: Element) -> str:
    indent(element)
    return tostring(element, encoding="unicode") + "\n"
