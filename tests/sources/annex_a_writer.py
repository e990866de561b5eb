"""Writes what an Annex A workbook would show of a case system, so that both ways in can be compared.

Everything the case system holds is on the lists, not only six months of it. Dates lose their time of day and records
their ids, as on the real lists.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd

Tables = Mapping[str, pd.DataFrame]

COMPARABLE = {
    "people": ("child_id", "born_on", "sex", "ethnicity"),
    "contacts": ("child_id", "contact_on", "source_code"),
    "early_help_episodes": ("child_id", "started_on", "ended_on", "organisation"),
    "referrals": ("child_id", "referred_on", "source_code", "is_nfa", "team_id", "worker_id"),
    "assessments": ("child_id", "started_on", "is_child_seen", "authorised_on", "is_nfa", "team_id", "worker_id"),
    "section47_enquiries": ("child_id", "started_on", "is_nfa", "worker_id", "team_id"),
    "conferences": ("child_id", "held_on", "is_plan_made"),
    "need_plans": ("child_id", "started_on", "ended_on", "team_id", "worker_id"),
    "protection_plans": ("child_id", "started_on", "ended_on"),
    "plan_reviews": ("child_id", "held_on"),
    "visits": ("visit_kind", "child_id", "visited_on", "is_seen_alone"),
    "looked_after_episodes": ("child_id", "started_on", "ended_on"),
    "looked_after_reviews": ("held_on",),
}
"""Feed -> columns that say the same through both doors, for the rows that both carry: people on some list; conferences
with an enquiry; of visits and reviews the latest; of stays in care those of one episode. Ids of records differ."""

COMMON = ("Child Unique ID", "Gender", "Ethnicity", "Date of Birth", "Age of Child (Years)")
GENDERS = {"M": "a) Male", "F": "b) Female", "U": "c) Not stated/recorded", "I": "d) Neither"}
ETHNICITIES = ("WBRI", "WIRI", "WIRT", "WOTH", "WROM", "MWBC", "MWBA", "MWAS", "MOTH", "AIND", "APKN", "ABAN", "AOTH",
    "BCRB", "BAFR", "BOTH", "CHNE", "OOTH", "REFU", "NOBT")  # fmt: skip
YES_NO = {"Y": "a) Yes", "N": "b) No"}
NOT_SO = {"Y": "N", "N": "Y"}


def write_annex_a(tables: Tables, path: Path) -> None:
    """Lists 1 to 8 from tables of the case system (names and columns as in case_system.sql; a missing one is empty)."""
    book = openpyxl.Workbook(write_only=True)
    people = _about(_rows(tables, "ssd_person"))
    for title, own in LISTS.items():
        sheet = book.create_sheet(title)
        sheet.append([*COMMON, *own[0]])
        for child_id, *cells in own[1](tables):
            sheet.append([child_id, *people.get(child_id, (None, None, None)), None, *cells])
    book.save(path)


def _contacts(tables: Tables) -> Iterator[tuple]:
    for row in _rows(tables, "ssd_contacts"):
        source = row["cont_contact_source_desc"] or row["cont_contact_source_code"]
        yield row["cont_person_id"], _day(row["cont_contact_date"]), source


def _early_help(tables: Tables) -> Iterator[tuple]:
    for row in _rows(tables, "ssd_early_help_episodes"):
        started, ended = _day(row["earl_episode_start_date"]), _day(row["earl_episode_end_date"])
        yield row["earl_person_id"], started, ended, row["earl_episode_organisation"]


def _referrals(tables: Tables) -> Iterator[tuple]:
    for row in _rows(tables, "ssd_cin_episodes"):
        source = row["cine_referral_source_desc"] or row["cine_referral_source_code"]
        is_nfa = _answer(row["cine_referral_nfa"])
        team, worker = row["cine_referral_team"], row["cine_referral_worker_id"]
        yield row["cine_person_id"], _day(row["cine_referral_date"]), source, is_nfa, None, team, worker


def _assessments(tables: Tables) -> Iterator[tuple]:
    for row in _rows(tables, "ssd_cin_assessments"):
        started, authorised = _day(row["cina_assessment_start_date"]), _day(row["cina_assessment_auth_date"])
        nfa = row["cina_assessment_outcome_nfa"]
        seen, needs = _answer(row["cina_assessment_child_seen"]), _answer(NOT_SO.get(nfa, nfa))
        team, worker = row["cina_assessment_team"], row["cina_assessment_worker_id"]
        yield row["cina_person_id"], None, started, seen, authorised, needs, team, worker


def _enquiries(tables: Tables) -> Iterator[tuple]:
    conferences = {row["icpc_s47_enquiry_id"]: row for row in _rows(tables, "ssd_initial_cp_conference")}
    for row in _rows(tables, "ssd_s47_enquiry"):
        held = conferences.get(row["s47e_s47_enquiry_id"], {})
        unneeded, is_made = _answer(row["s47e_s47_nfa"]), _answer(held.get("icpc_icpc_outcome_cp_flag"))
        team, worker = row["s47e_s47_completed_by_team"], row["s47e_s47_completed_by_worker_id"]
        started, conference = _day(row["s47e_s47_start_date"]), _day(held.get("icpc_icpc_date"))
        yield row["s47e_person_id"], None, started, unneeded, conference, is_made, None, None, team, worker


def _need(tables: Tables) -> Iterator[tuple]:
    seen = _latest(_rows(tables, "ssd_cin_visits"), "cinv_person_id", "cinv_cin_visit_date")
    for row in _rows(tables, "ssd_cin_plans"):
        ended = _day(row["cinp_cin_plan_end_date"])
        status = "d) Child in need plan" if ended is None else "g) Closed episode"
        visit = _day(seen.get(row["cinp_person_id"], {}).get("cinv_cin_visit_date"))
        team, worker = row["cinp_cin_plan_team"], row["cinp_cin_plan_worker_id"]
        started = _day(row["cinp_cin_plan_start_date"])
        yield row["cinp_person_id"], None, started, visit, ended, None, status, team, worker


def _protection(tables: Tables) -> Iterator[tuple]:
    visits = _latest(_rows(tables, "ssd_cp_visits"), "cppv_person_id", "cppv_cp_visit_date")
    reviews = _latest(_rows(tables, "ssd_cp_reviews"), "cppr_cp_plan_id", "cppr_cp_review_date")
    plans = _rows(tables, "ssd_cp_plans")
    newest = _latest(plans, "cppl_person_id", "cppl_cp_plan_start_date")
    for row in plans:
        is_newest = newest.get(row["cppl_person_id"]) is row
        visit = visits.get(row["cppl_person_id"], {}) if is_newest else {}
        review = _day(reviews.get(row["cppl_cp_plan_id"], {}).get("cppr_cp_review_date"))
        started, ended = _day(row["cppl_cp_plan_start_date"]), _day(row["cppl_cp_plan_end_date"])
        visited, alone = _day(visit.get("cppv_cp_visit_date")), _answer(visit.get("cppv_cp_visit_seen_alone"))
        yield row["cppl_person_id"], None, started, visited, alone, review, ended


def _care(tables: Tables) -> Iterator[tuple]:
    visits = _latest(_rows(tables, "ssd_cla_visits"), "clav_cla_id", "clav_cla_visit_date")
    reviews = _latest(_rows(tables, "ssd_cla_reviews"), "clar_cla_id", "clar_cla_review_date")
    periods: dict[str, list[dict]] = {}
    for row in _rows(tables, "ssd_cla_episodes"):
        periods.setdefault(row["clae_cla_id"] or row["clae_cla_episode_id"], []).append(row)
    for period, rows in periods.items():
        starts = [str(row["clae_cla_episode_start_date"]) for row in rows if row["clae_cla_episode_start_date"]]
        ends = [row["clae_cla_episode_ceased_date"] for row in rows]
        started, ended = min(starts, default=None), max(map(str, ends)) if all(ends) else None
        review = _day(reviews.get(period, {}).get("clar_cla_review_date"))
        visit = _day(visits.get(period, {}).get("clav_cla_visit_date"))
        yield rows[0]["clae_person_id"], None, _day(started), review, visit, _day(ended)


DISABILITY, TEAM, WORKER = "Does the Child have a Disability", "Allocated Team", "Allocated Worker"
LISTS = {
    "List 1": (("Date of Contact", "Contact Source"), _contacts),
    "List 2": (("Assessment start date", "Assessment completion date", "Organisation"), _early_help),
    "List 3": (
        ("Date of referral", "Referral Source", "Referral NFA?", "Number of Referrals in Last 12 Months", TEAM, WORKER),
        _referrals,
    ),
    "List 4": (
        (
            DISABILITY,
            "Continuous Assessment Start Date",
            "Child Seen During Continuous Assessment",
            "Continuous Assessment Date of Authorisation",
            "Was the child assessed as requiring LA children's social care support?",
            TEAM,
            WORKER,
        ),
        _assessments,
    ),
    "List 5": (
        (
            DISABILITY,
            "Strategy discussion initiating Section 47 Enquiry Start Date",
            "Was an Initial Child Protection Conference deemed unnecessary?",
            "Date of Initial Child Protection Conference",
            "Did the Initial Child Protection Conference Result in a Child Protection Plan",
            "Number of Section 47 Enquiries in the last 12 months",
            "Number of ICPCs in the last 12 months",
            TEAM,
            WORKER,
        ),
        _enquiries,
    ),
    "List 6": (
        (
            DISABILITY,
            "CIN Start Date",
            "Date Child Was Last Seen",
            "CIN Closure Date",
            "Reason for Closure",
            "Case Status",
            TEAM,
            WORKER,
        ),
        _need,
    ),
    "List 7": (
        (
            DISABILITY,
            "Child Protection Plan Start Date",
            "Date of the Last Statutory Visit",
            "Was the Child Seen Alone?",
            "Date of latest review conference",
            "Child Protection Plan End Date",
        ),
        _protection,
    ),
    "List 8": (
        (
            DISABILITY,
            "Date Started to be Looked After",
            "Date of Latest Statutory Review",
            "Date of Last Social Work Visit",
            "Date Ceased to be Looked After",
        ),
        _care,
    ),
}
"""Sheet -> its own headings, and what gives its rows: the child, then a cell for each of them."""


def _about(people: list[dict]) -> dict[str, tuple]:
    """Child -> gender, ethnicity and date of birth as the lists say them."""
    letters = {code: chr(ord("a") + place) for place, code in enumerate(ETHNICITIES)}
    about = {}
    for row in people:
        ethnicity = row["pers_ethnicity"]
        spelled = f"{letters[ethnicity]}) {ethnicity}" if ethnicity in letters else ethnicity
        gender = GENDERS.get(row["pers_sex"], row["pers_sex"])
        about.setdefault(row["pers_person_id"], (gender, spelled, _day(row["pers_dob"])))
    return about


def _rows(tables: Tables, name: str) -> list[dict]:
    """The rows of a table; what it has no column for is None."""
    frame = tables.get(name, pd.DataFrame())
    records = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [defaultdict(lambda: None, record) for record in records]


def _latest(rows: list[dict], of: str, when: str) -> dict[str, dict]:
    """The newest row of each, by a date in ISO text or of a date type."""
    held = (row for row in rows if row[when])
    return {row[of]: row for row in sorted(held, key=lambda row: str(row[when]))}


def _answer(flag: str | None) -> str | None:
    return YES_NO.get(flag, flag)


def _day(moment: object) -> object:
    """A real date for Excel, from a date type or ISO text; what is none stays as it is."""
    try:
        return date.fromisoformat(str(moment)[:10]) if moment is not None else None
    except ValueError:
        return moment
